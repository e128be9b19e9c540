package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// serverProcess is a daemon in the foreground with all its children: one process
// group, so that stopping it stops them and nothing else. A test binary that is
// killed runs no clean-ups: then its guard stops the daemon.
type serverProcess struct {
	t     testing.TB
	name  string
	cmd   *exec.Cmd
	gone  chan struct{} // closed when the daemon itself has exited
	swept bool          // the group was killed: its number may belong to others now
	guard *processGuard
}

// startProcess runs a daemon that stays in the foreground; what it prints goes
// to the end of logFile. It does not stop it: that is for its owner's clean-up.
func startProcess(t testing.TB, logFile string, env []string, path string, args ...string) *serverProcess {
	t.Helper()
	out, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	p := &serverProcess{t: t, name: filepath.Base(path), cmd: exec.Command(path, args...), gone: make(chan struct{})}
	p.cmd.Env = env
	p.cmd.Dir = "/"
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", p.name, err)
	}
	p.guard = guardProcess(t, p.cmd.Process.Pid)
	go func() {
		defer close(p.gone)
		// How it ended does not matter here: it is stopped by a signal.
		var exit *exec.ExitError
		if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
			t.Errorf("wait for %s: %v", p.name, err)
		}
	}()
	return p
}

// running is nil while the daemon runs.
func (p *serverProcess) running() error {
	select {
	case <-p.gone:
		return fmt.Errorf("%s has exited: %v", p.name, p.cmd.ProcessState)
	default:
		return nil
	}
}

// stop asks the daemon to end and waits until it has; then nothing of its group
// is left. It may be called again.
func (p *serverProcess) stop() {
	p.t.Helper()
	if p.running() == nil {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			p.t.Errorf("stop %s: %v", p.name, err)
		}
		select {
		case <-p.gone:
		case <-time.After(serverDeadline):
			p.t.Errorf("stop %s: still running after %v", p.name, serverDeadline)
		}
	}
	p.kill()
}

// kill ends the daemon and its children at once, as a power cut would.
func (p *serverProcess) kill() {
	p.t.Helper()
	if p.swept {
		return
	}
	p.swept = true
	p.guard.dismiss()
	err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Errorf("kill %s: %v", p.name, err)
	}
	select {
	case <-p.gone:
	case <-time.After(serverDeadline):
		p.t.Errorf("kill %s: still running after %v", p.name, serverDeadline)
	}
}

// printLogOnFailure shows the end of a server's log when its test failed.
func printLogOnFailure(t testing.TB, name, file string) {
	t.Helper()
	if !t.Failed() {
		return
	}
	const most = 32 << 10
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Logf("%s log: %v", name, err)
		return
	}
	if len(text) > most {
		text = text[len(text)-most:]
	}
	t.Logf("%s log:\n%s", name, text)
}

// processGuard is a small process beside the test binary. It waits on a pipe that
// ends when the test binary does, however that dies, and then stops a group.
type processGuard struct {
	t    testing.TB
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

func guardProcess(t testing.TB, group int) *processGuard {
	t.Helper()
	g := &processGuard{t: t, cmd: exec.Command("/bin/sh", "-c", `read -r end; kill -s TERM -- "-$1"`, "sh", strconv.Itoa(group))}
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the terminal passes it by
	var err error
	if g.pipe, err = g.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := g.cmd.Start(); err != nil {
		t.Fatalf("guard servers: %v", err)
	}
	return g
}

// dismiss ends the guard without letting it act.
func (g *processGuard) dismiss() {
	g.t.Helper()
	killErr := g.cmd.Process.Kill()
	var killed *exec.ExitError
	if err := g.cmd.Wait(); killErr != nil || !errors.As(err, &killed) {
		g.t.Errorf("end the guard of a server: %v, %v", killErr, err)
	}
}
