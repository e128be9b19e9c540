package content

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup makes a child the leader of a process group that is killed as a
// whole when its time is up, and that dies with us.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// limitProcess sets the limits of this process that the kernel keeps.
func limitProcess() error {
	seconds := uint64((childTime + retireTime).Seconds())
	for _, l := range []struct {
		resource int
		limit    uint64
	}{
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_CPU, seconds},
		{unix.RLIMIT_DATA, childData},
		{unix.RLIMIT_FSIZE, maxSpool},
		{unix.RLIMIT_NOFILE, childFiles},
	} {
		if raceDetector && l.resource == unix.RLIMIT_DATA {
			continue
		}
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.limit, Max: l.limit}); err != nil {
			return fmt.Errorf("resource %d: %w", l.resource, err)
		}
	}
	// When memory runs short, this process is to go first; where it may not say
	// so, its own limits still hold.
	if err := os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0); err != nil && !os.IsNotExist(err) && !os.IsPermission(err) {
		return fmt.Errorf("offer the process to the kernel: %w", err)
	}
	return nil
}

// killed says whether a process was ended by a signal that it cannot catch: ours,
// that of a limit of processor time, or the kernel's when memory runs short.
func killed(ended error) bool {
	var exit *exec.ExitError
	if !errors.As(ended, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// processTime is the processor time that this process has taken, zero where it
// cannot be told.
func processTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
