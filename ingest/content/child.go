package content

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Limits of a child process. They leave room above those of a Reader, which
// tells more of a file than a child that was killed over it.
const (
	childTime   = 30 * time.Second // for reading a file
	shallowTime = 20 * time.Second // for judging a file over which a child died
	prepareTime = 2 * time.Minute  // for compiling the PDF engine
	idleTime    = 5 * time.Second  // a child waits for its next file
	childHeap   = 96 << 20         // bytes: the Go heap's soft limit
	childData   = 256 << 20        // bytes of memory that may be written to, of which stacks of threads never use much
	childStack  = 64 << 20         // bytes of a goroutine's stack
	childFiles  = 32               // open files
	childAnswer = 8 << 20          // bytes of an answer
	childLament = 4 << 10          // bytes of what a dying child says that are kept
	childName   = 4 << 10          // bytes of a file's name, its end
)

// Child looks into files in other processes: children of this program that can
// reach nothing but the file, and are limited in memory, time and output. A file
// that makes one crash, spin or swell costs that file its reading, and is then
// judged by another child that reads nothing. Where the system allows (Linux), a
// child can open no file, no connection and start no program, and dies with its
// parent.
//
// Starting a child takes longer than most files, so a child serves some tens of
// them, one after the other, before another takes its place. Each is read in Go,
// which is safe in memory, or by a PDFium with memory of its own: nothing of a file is
// there when the next one comes. A file over which a child died is tried once
// more by a new one, where the fault may have been with those before it. A child
// that waits in vain ends after some seconds.
//
// At most one child a core is at work at a time; Look waits for its turn. It may
// be called from any goroutine.
type Child struct {
	command []string
	engine  string
	scratch string
	slots   chan struct{}
	prepare sync.Once
	code    string // empty: PDFs cannot be read
	failed  error  // why not
	limit   time.Duration
	idle    time.Duration
	change  func(*exec.Cmd, setup) // of tests; nil: none

	mu      sync.Mutex
	waiting []*process // the one that worked last, last
	closed  bool
	trouble error // of ending idle children; Close tells it
}

// NewChild makes a Child. command is the program and its arguments that call
// RunChild. The machine code of the PDF engine is kept in the folder engine,
// which is made if missing and which nobody else may write to: it is run.
// scratch is a folder for temporary files, made whenever it is missing.
func NewChild(engine, scratch string, command ...string) *Child {
	return &Child{command: command, engine: engine, scratch: scratch, slots: make(chan struct{}, runtime.NumCPU()), limit: childTime, idle: idleTime}
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
		var p *process
		if p, c.failed = c.start(setup{Prepare: true, Code: c.engine}); c.failed != nil {
			return
		}
		_, err := p.ask(job{}, prepareTime)
		if c.failed = errors.Join(err, p.end()); c.failed == nil {
			c.code = c.engine
		}
	})
}

// Look looks into a file as Reader.Look does. It blocks until the file has been
// read, at the latest 80 seconds after its turn has come. A file that brings down
// what reads it is a finding, not an error: an error says that looking was not
// possible now, whatever the file (no room for temporary files, no process to be
// had, memory short).
func (c *Child) Look(r io.ReaderAt, size int64, name, declaredType string) (File, error) {
	j := job{Name: name[max(0, len(name)-childName):], DeclaredType: declaredType, Size: size}
	a, err := c.do(r, j)
	var died *childDied
	if !errors.As(err, &died) {
		return a.File, err
	}
	why := died.why
	if a, err = c.shallow(r, j); errors.As(err, &died) {
		a, err = answer{File: File{Type: typeUnknown}}, nil
		lookName(name, &a.File)
	}
	if err != nil {
		return File{}, err
	}
	a.File.Unread = true
	a.File.warn("The file could not be read: %s. A person should open it, with care.", why)
	return a.File, nil
}

// Show shows a file as Reader.Show does. A file over which children die is shown
// as one that cannot be read. It blocks, and fails, as Look does.
func (c *Child) Show(r io.ReaderAt, size int64, name, declaredType string, page int) (Shown, error) {
	a, err := c.do(r, job{Name: name[max(0, len(name)-childName):], DeclaredType: declaredType, Size: size, Show: true, Page: page})
	var died *childDied
	if errors.As(err, &died) {
		return Shown{Unread: true}, nil
	}
	return a.Shown, err
}

// do has a job done when its turn has come, and once more by a new child where
// the first died after others. It fails with a childDied when the file is to blame.
func (c *Child) do(r io.ReaderAt, j job) (answer, error) {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	c.once()
	if err := os.MkdirAll(c.scratch, 0o700); err != nil {
		return answer{}, fmt.Errorf("make scratch space: %w", err)
	}
	p, err := c.next()
	if err != nil {
		return answer{}, err
	}
	served := p.asked > 0
	a, err := c.work(p, r, j, c.limit)
	var died *childDied
	if served && errors.As(err, &died) {
		return c.anew(setup{Code: c.code}, r, j, c.limit)
	}
	return a, err
}

// shallow has a file judged over which a child died.
func (c *Child) shallow(r io.ReaderAt, j job) (answer, error) {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	return c.anew(setup{Shallow: true}, r, j, shallowTime)
}

// Close ends the children that wait, and tells what went wrong with earlier
// ones. No Look may be under way; one that comes later starts a child for itself.
func (c *Child) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	err := c.trouble
	for _, p := range c.waiting {
		p.timer.Stop()
		err = errors.Join(err, p.end())
	}
	c.waiting, c.trouble = nil, nil
	if err != nil {
		return fmt.Errorf("end the processes that look into files: %w", err)
	}
	return nil
}

// next gives the child that waits, else a new one.
func (c *Child) next() (*process, error) {
	c.mu.Lock()
	if n := len(c.waiting) - 1; n >= 0 {
		p := c.waiting[n]
		c.waiting = c.waiting[:n]
		c.mu.Unlock()
		p.timer.Stop()
		return p, nil
	}
	c.mu.Unlock()
	return c.start(setup{Code: c.code})
}

// anew has a job done by a new child.
func (c *Child) anew(s setup, r io.ReaderAt, j job, limit time.Duration) (answer, error) {
	p, err := c.start(s)
	if err != nil {
		return answer{}, err
	}
	return c.work(p, r, j, limit)
}

// work has a child do a job, and ends it or keeps it for the next.
func (c *Child) work(p *process, r io.ReaderAt, j job, limit time.Duration) (answer, error) {
	if err := p.hand(r, j.Size); err != nil {
		return answer{}, errors.Join(fmt.Errorf("hand over a file: %w", err), p.end())
	}
	a, err := p.ask(j, limit)
	if !a.Last && c.keep(p) {
		return a, nil
	}
	if endErr := p.end(); endErr != nil {
		return answer{}, errors.Join(err, endErr)
	}
	return a, err
}

// keep has a child wait for its next file, unless none is to come.
func (c *Child) keep(p *process) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || p.shallow {
		return false
	}
	p.timer = time.AfterFunc(c.idle, func() { c.tire(p) })
	c.waiting = append(c.waiting, p)
	return true
}

// tire ends a child if it still waits.
func (c *Child) tire(p *process) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.waiting, p); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
		c.trouble = errors.Join(c.trouble, p.end())
	}
}
