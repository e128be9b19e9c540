package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// A child that has done this much is replaced: what a file might have left in
// it, in spite of all, does not stay.
const (
	retireFiles  = 50
	retireTime   = 10 * time.Second // of a processor
	retireMemory = 150 << 20        // bytes held
)

// RunChild is the child's side of Child: once it is ready it says so, then does the
// jobs that come over standard input, one after the other until its end, and
// writes their answers to standard output. It limits the process it runs in, for
// good: the program has nothing else to do in it. An error means that there is no
// answer to the last job.
func RunChild(stdin io.Reader, stdout io.Writer) error {
	var s setup
	if err := json.Unmarshal([]byte(os.Getenv(childSetup)), &s); err != nil {
		return fmt.Errorf("this command is for greffier itself: no setup in the environment: %w", err)
	}
	file, reader, err := s.begin()
	jobs, answers := json.NewDecoder(stdin), json.NewEncoder(stdout)
	var ready answer
	if err != nil {
		ready.Error = err.Error()
	}
	if err := errors.Join(err, answers.Encode(ready)); err != nil {
		return err
	}
	for n := 1; ; n++ {
		var j job
		if err := jobs.Decode(&j); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the job: %w", err)
		}
		a := answer{Number: j.Number}
		switch {
		case reader == nil: // all has been done
		case j.Show:
			a.Shown, err = reader.Show(file, j.Size, j.Name, j.DeclaredType, j.Page)
		default:
			a.File, err = reader.Look(file, j.Size, j.Name, j.DeclaredType)
		}
		if err != nil {
			a.Error = err.Error()
		}
		a.Last = err != nil || n >= retireFiles || processTime() > retireTime || memoryHeld() > retireMemory || reader.crashed()
		if err := answers.Encode(a); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

// begin prepares all that the jobs need of the system, and gives up the right to
// ask for more before a file is looked at. A nil Reader says that no file is to be.
func (s setup) begin() (file *os.File, reader *Reader, err error) {
	debug.SetMemoryLimit(childHeap)
	debug.SetMaxStack(childStack)
	if s.Prepare {
		r, err := NewReader(s.Code)
		if err != nil {
			return nil, nil, err
		}
		return nil, nil, r.Close()
	}
	if err := limitProcess(); err != nil {
		return nil, nil, fmt.Errorf("limit the process: %w", err)
	}
	file = os.NewFile(givenFile, "given")
	reader = &Reader{shallow: s.Shallow}
	if s.Code != "" {
		if reader, err = NewReader(s.Code); err != nil {
			return nil, nil, err
		}
	}
	if reader.scratch, err = scratchFiles(s.Scratch); err != nil {
		return nil, nil, err
	}
	if err := confine(); err != nil {
		return nil, nil, fmt.Errorf("confine the process: %w", err)
	}
	return file, reader, nil
}

// crashed says whether PDFium crashed over a file.
func (r *Reader) crashed() bool { return r != nil && r.pdf != nil && r.pdf.dead }

// memoryHeld is what the Go runtime has of the system, in bytes.
func memoryHeld() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// scratchFiles opens scratch space for each level of archives, of files that
// have lost their names already.
func scratchFiles(dir string) ([]*os.File, error) {
	var out []*os.File
	for range maxDepth {
		file, err := os.CreateTemp(dir, "member-")
		if err != nil {
			return nil, fmt.Errorf("make scratch space: %w", err)
		}
		if err := os.Remove(file.Name()); err != nil {
			return nil, fmt.Errorf("take the name off scratch space: %w", err)
		}
		out = append(out, file)
	}
	return out, nil
}
