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
	"sync"
	"time"
)

// Limits of a child process. They leave room above those of a Reader, which
// tells more of a file than a child that was killed over it.
const (
	childTime   = 30 * time.Second // for reading a file
	shallowTime = 20 * time.Second // for judging a file over which a child died
	prepareTime = 2 * time.Minute  // for compiling the PDF engine
	childHeap   = 160 << 20        // bytes: the Go heap's soft limit
	childData   = 448 << 20        // bytes of memory that may be written to, reserved ones included
	childStack  = 64 << 20         // bytes of a goroutine's stack
	childFiles  = 32               // open files
	childAnswer = 8 << 20          // bytes of an answer
	childLament = 4 << 10          // bytes of what a dying child says that are kept
	childName   = 4 << 10          // bytes of a file's name, its end
)

// childJob is the environment variable in which a child finds its job: unlike
// arguments, it is not shown to other users of the machine.
const childJob = "GREFFIER_LOOK"

// job is what a child is to do with the file on its standard input.
type job struct {
	Name, DeclaredType string
	Size               int64
	Code               string // folder of the PDF engine's machine code; empty: PDFs are not read
	Scratch            string // folder for scratch files
	Prepare            bool   // compile the PDF engine, look into nothing
	Shallow            bool   // judge, read nothing
}

// answer is what a child writes to its standard output, as JSON.
type answer struct {
	File  File
	Error string
}

// Child looks into files, each in a process of its own: a child of this program
// that can reach nothing but the file, and is limited in memory, time and output. A
// file that makes it crash, spin or swell costs that file its reading, and is
// then judged by a second child that reads nothing. Where the system allows
// (Linux), a child can open no file, no connection and start no program, and
// dies with its parent.
//
// At most one child a core runs at a time; Look waits for its turn. It may be
// called from any goroutine.
type Child struct {
	command []string
	engine  string
	scratch string
	slots   chan struct{}
	prepare sync.Once
	code    string // empty: PDFs cannot be read
	failed  error  // why not
	limit   time.Duration
	change  func(*exec.Cmd, job) // of tests; nil: none
}

// NewChild makes a Child. command is the program and its arguments that call
// RunChild. The machine code of the PDF engine is kept in the folder engine,
// which is made if missing and which nobody else may write to: it is run.
// scratch is a folder for temporary files, which must exist.
func NewChild(engine, scratch string, command ...string) *Child {
	return &Child{command: command, engine: engine, scratch: scratch, slots: make(chan struct{}, runtime.NumCPU()), limit: childTime}
}

// Prepare compiles the PDF engine, unless its machine code is there already:
// some seconds and 300 MB, once for a version of the engine. Without it the first
// Look does so. Its error says why PDFs are judged but not read; nothing else
// depends on it.
func (c *Child) Prepare() error {
	c.once()
	if c.failed != nil {
		return fmt.Errorf("prepare the PDF reader: %w", c.failed)
	}
	return nil
}

func (c *Child) once() {
	c.prepare.Do(func() {
		if c.failed = os.MkdirAll(c.engine, 0o700); c.failed != nil {
			return
		}
		if _, c.failed = c.run(nil, job{Prepare: true, Code: c.engine}, prepareTime); c.failed == nil {
			c.code = c.engine
		}
	})
}

// Look looks into a file as Reader.Look does. It blocks until the file has been
// read, at the latest 50 seconds after its turn has come.
func (c *Child) Look(r io.ReaderAt, size int64, name, declaredType string) (File, error) {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	c.once()
	file, cleanUp, err := c.onDisk(r, size)
	if err != nil {
		return File{}, fmt.Errorf("hand over a file: %w", err)
	}
	j := job{Name: name[max(0, len(name)-childName):], DeclaredType: declaredType, Size: size, Code: c.code, Scratch: c.scratch}
	found, err := c.run(file, j, c.limit)
	var died *childDied
	if errors.As(err, &died) {
		j.Shallow, j.Code = true, ""
		why := died.why
		if found, err = c.run(file, j, shallowTime); err == nil {
			found.Unread = true
			found.warn("The file could not be read: %s. A person should open it, with care.", why)
		}
	}
	if err = errors.Join(err, cleanUp()); err != nil {
		return File{}, err
	}
	return found, nil
}

// onDisk gives the bytes as a file that a process can read at any place.
func (c *Child) onDisk(r io.ReaderAt, size int64) (file *os.File, cleanUp func() error, err error) {
	if file, ok := r.(*os.File); ok {
		return file, func() error { return nil }, nil
	}
	if file, err = os.CreateTemp(c.scratch, "look-"); err != nil {
		return nil, nil, err
	}
	cleanUp = func() error { return errors.Join(file.Close(), os.Remove(file.Name())) }
	if _, err := io.Copy(file, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, nil, errors.Join(err, cleanUp())
	}
	return file, cleanUp, nil
}

// childDied says that a child did not live to answer.
type childDied struct {
	why  string // in words for staff
	said string // by the dying child, for the operator
}

// Error implements error.
func (e *childDied) Error() string { return e.why + e.said }

// run starts a child, waits for its end and reads its answer.
func (c *Child) run(file *os.File, j job, limit time.Duration) (File, error) {
	// The system may tie a child's life to the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	encoded, err := json.Marshal(j)
	if err != nil {
		return File{}, fmt.Errorf("describe the job: %w", err)
	}
	cmd := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	cmd.Env = append(environment(), childJob+"="+string(encoded))
	if file != nil {
		cmd.Stdin = file
	}
	said, answered := &firstBytes{most: childLament}, &firstBytes{most: childAnswer}
	cmd.Stdout, cmd.Stderr = answered, said
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	if c.change != nil {
		c.change(cmd, j)
	}
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return File{}, &childDied{why: fmt.Sprintf("it took longer than %v", limit)}
	case err != nil:
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return File{}, fmt.Errorf("start a process to look into a file: %w", err)
		}
		line, _, _ := bytes.Cut(bytes.TrimSpace(said.b), []byte("\n"))
		why := "it crashed what reads it"
		if exhausted(exit, said.b) {
			why = "it takes more memory or time than it is given"
		}
		return File{}, &childDied{why: why, said: fmt.Sprintf(" (%v: %s)", exit, line)}
	case answered.lost:
		return File{}, &childDied{why: "it says more than is accepted"}
	}
	var a answer
	if err := json.Unmarshal(answered.b, &a); err != nil {
		return File{}, &childDied{why: "it crashed what reads it", said: fmt.Sprintf(" (%v)", err)}
	}
	if a.Error != "" {
		return File{}, errors.New(a.Error)
	}
	return a.File, nil
}

// environment is all that a child inherits.
func environment() []string {
	return []string{"GOMAXPROCS=2", "GOTRACEBACK=single", "LANG=C"}
}

// exhausted says whether a child met the limits of its memory or time.
func exhausted(exit *exec.ExitError, said []byte) bool {
	for _, mark := range []string{"out of memory", "cannot allocate memory", "stack exceeds", "SIGXCPU", "mmap"} {
		if bytes.Contains(said, []byte(mark)) {
			return true
		}
	}
	return !exit.Exited() // killed
}

// firstBytes keeps the first bytes written to it.
type firstBytes struct {
	b    []byte
	most int
	lost bool
}

func (w *firstBytes) Write(p []byte) (int, error) {
	keep := min(len(p), w.most-len(w.b))
	w.b = append(w.b, p[:keep]...)
	w.lost = w.lost || keep < len(p)
	return len(p), nil
}
