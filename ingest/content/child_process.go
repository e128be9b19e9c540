package content

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"time"
)

// childSetup is the environment variable in which a child finds its setup:
// unlike arguments, it is not shown to other users of the machine.
const childSetup = "GREFFIER_LOOK"

// givenFile is the descriptor of the file that will hold what is to be looked into.
const givenFile = 3

// setup is what a child is told when it starts.
type setup struct {
	Code    string // folder of the PDF engine's machine code; empty: PDFs are not read
	Scratch string // folder for scratch files
	Prepare bool   // compile the PDF engine, look into nothing
	Shallow bool   // judge, read nothing
}

// job is a file to look into or to show, as JSON on a child's standard input: it stands in
// the file behind givenFile by then.
type job struct {
	Number             int // of the child's jobs, from 1
	Name, DeclaredType string
	Size               int64
	Show               bool // show it, in place of looking into it
	Page               int  // of a PDF that is shown, from 1
}

// answer is what a child writes to its standard output, as JSON: one when it is
// ready to look into files, then one for each job.
type answer struct {
	Number int // of the job; 0: ready
	File   File
	Shown  Shown
	Error  string
	Last   bool // the child is not to be asked again
}

// process is a running child. It does one job at a time.
type process struct {
	file    *os.File // what is to be looked into; the child cannot write to it
	jobs    io.Writer
	answers *json.Decoder
	limited *io.LimitedReader // under answers
	said    *firstBytes       // of standard error; to be read after done
	asked   int               // jobs given
	shallow bool              // it judges, and reads nothing
	kill    context.CancelFunc
	done    chan struct{} // closed after the end
	exit    error         // after done
	timer   *time.Timer   // ends it while idle
}

// childDied says that a child did not live to answer, by the fault of the file.
type childDied struct {
	why  string // in words for staff
	said string // by the dying child, for the operator
}

// Error implements error.
func (e *childDied) Error() string { return e.why + e.said }

// start starts a child.
func (c *Child) start(s setup) (_ *process, err error) {
	p := &process{shallow: s.Shallow, said: &firstBytes{most: childLament}, done: make(chan struct{})}
	if p.file, err = os.CreateTemp(c.scratch, "look-"); err != nil {
		return nil, err
	}
	s.Scratch = c.scratch
	defer func() {
		if err != nil {
			err = errors.Join(err, p.file.Close())
		}
	}()
	// The child inherits it, to read only. Without a name nothing is left behind
	// by whom is killed.
	given, err := os.Open(p.file.Name())
	if err = errors.Join(err, os.Remove(p.file.Name())); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, given.Close()) }()
	encoded, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("describe the setup: %w", err)
	}
	ctx, kill := context.WithCancel(context.Background())
	p.kill = kill
	cmd := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	cmd.Env = append(environment(), childSetup+"="+string(encoded))
	cmd.Stderr = p.said
	cmd.ExtraFiles = []*os.File{given} // givenFile in the child
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	if c.change != nil {
		c.change(cmd, s)
	}
	if p.jobs, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.limited = &io.LimitedReader{R: stdout}
	p.answers = json.NewDecoder(p.limited)
	started := make(chan error)
	go func() {
		// The system may tie a child's life to the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			p.exit = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		kill()
		return nil, fmt.Errorf("start a process to look into a file: %w", err)
	}
	return p, nil
}

// hand gives the child the bytes of a file, in the place of those before.
func (p *process) hand(r io.ReaderAt, size int64) error {
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	_, err := io.Copy(io.NewOffsetWriter(p.file, 0), io.NewSectionReader(r, 0, size))
	return err
}

// ask has the child do a job. It fails with a childDied when that has ended the
// child, or must; Last is set in each answer of a child that is not to be asked
// again. The file is not to blame for a child that ends before it is ready, or by
// what its own limits do not explain.
func (p *process) ask(j job, limit time.Duration) (a answer, err error) {
	var late atomic.Bool
	timer := time.AfterFunc(limit, func() {
		late.Store(true)
		p.kill()
	})
	defer timer.Stop()
	p.limited.N = childAnswer
	if p.asked == 0 {
		if err := p.answers.Decode(&a); err != nil {
			p.kill()
			<-p.done
			return answer{Last: true}, fmt.Errorf("a process to look into files did not get ready: %w (%w: %s)", err, p.exit, p.lament())
		} else if a.Error != "" {
			return answer{Last: true}, fmt.Errorf("a process to look into files did not get ready: %s", a.Error)
		}
	}
	p.asked++
	j.Number = p.asked
	if err = json.NewEncoder(p.jobs).Encode(j); err == nil {
		err = p.answers.Decode(&a)
	}
	const crashed = "it crashed what reads it"
	switch {
	case err == nil && a.Number == j.Number:
		if a.Error != "" {
			return answer{Last: true}, errors.New(a.Error)
		}
		return a, nil
	case p.limited.N <= 0:
		return answer{Last: true}, &childDied{why: "it says more than is accepted"}
	case err == nil:
		return answer{Last: true}, &childDied{why: crashed, said: " (answers what it was not asked)"}
	}
	if !slices.ContainsFunc([]error{io.EOF, io.ErrUnexpectedEOF, os.ErrClosed, syscall.EPIPE}, func(e error) bool { return errors.Is(err, e) }) {
		return answer{Last: true}, &childDied{why: crashed, said: fmt.Sprintf(" (%v)", err)}
	}
	<-p.done // it is ending, or will be ended when its time is up
	if late.Load() {
		return answer{Last: true}, &childDied{why: fmt.Sprintf("it took longer than %v", limit)}
	}
	if killed(p.exit) && processorTime(p.exit) < childTime || bytes.Contains(p.said.b, []byte("failed to create new OS thread")) {
		return answer{Last: true}, fmt.Errorf("a process that looked into a file was ended by the system, which may be short of memory: %w: %s", p.exit, p.lament())
	}
	why := crashed
	if exhausted(p.exit, p.said.b) {
		why = "it takes more memory or time than it is given"
	}
	return answer{Last: true}, &childDied{why: why, said: fmt.Sprintf(" (%v: %s)", p.exit, p.lament())}
}

// lament is the first line of what a child said as it died.
func (p *process) lament() []byte {
	line, _, _ := bytes.Cut(bytes.TrimSpace(p.said.b), []byte("\n"))
	return line
}

// end ends the child, which holds nothing that could be lost, and waits for it.
func (p *process) end() error {
	p.kill()
	<-p.done
	return p.file.Close()
}

// environment is all that a child inherits.
func environment() []string {
	return []string{"GOMAXPROCS=2", "GOTRACEBACK=single", "LANG=C"}
}

// exhausted says whether a child met the limits of its memory or time.
func exhausted(ended error, said []byte) bool {
	for _, mark := range []string{"out of memory", "cannot allocate memory", "stack exceeds", "SIGXCPU", "mmap"} {
		if bytes.Contains(said, []byte(mark)) {
			return true
		}
	}
	var exit *exec.ExitError
	return errors.As(ended, &exit) && !exit.Exited() // by a signal
}

// processorTime is what a child that has ended took of the processors.
func processorTime(ended error) time.Duration {
	var exit *exec.ExitError
	if !errors.As(ended, &exit) {
		return 0
	}
	return exit.UserTime() + exit.SystemTime()
}

// firstBytes keeps the first bytes written to it.
type firstBytes struct {
	b    []byte
	most int
}

func (w *firstBytes) Write(p []byte) (int, error) {
	w.b = append(w.b, p[:min(len(p), w.most-len(w.b))]...)
	return len(p), nil
}
