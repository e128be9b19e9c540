package content

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// RunChild is the child's side of Child: it does the job found in the
// environment with the file on standard input, and writes the answer to
// standard output. It limits the process it runs in, for good: the program has
// nothing else to do in it. An error means that no answer was written.
func RunChild(stdin *os.File, stdout io.Writer) error {
	var j job
	if err := json.Unmarshal([]byte(os.Getenv(childJob)), &j); err != nil {
		return fmt.Errorf("this command is for greffier itself: no job in the environment: %w", err)
	}
	f, err := j.do(stdin)
	a := answer{File: f}
	if err != nil {
		a.Error = err.Error()
	}
	if err := json.NewEncoder(stdout).Encode(a); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// do prepares all that the job needs of the system, gives up the right to ask
// for more, and only then looks at the file.
func (j job) do(file *os.File) (File, error) {
	debug.SetMemoryLimit(childHeap)
	debug.SetMaxStack(childStack)
	if j.Prepare {
		r, err := NewReader(j.Code)
		if err != nil {
			return File{}, err
		}
		return File{}, r.Close()
	}
	if err := limitProcess(); err != nil {
		return File{}, fmt.Errorf("limit the process: %w", err)
	}
	r := &Reader{shallow: j.Shallow}
	head := make([]byte, headroom)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return File{}, fmt.Errorf("read: %w", err)
	}
	head = head[:n]
	archive := bytes.HasPrefix(head, []byte("PK")) && !office(head)
	if j.Code != "" && (archive || bytes.Contains(head, []byte("%PDF-"))) {
		pdf, err := NewReader(j.Code)
		if err != nil {
			return File{}, err
		}
		r.pdf = pdf.pdf
	}
	if archive {
		if r.scratch, err = scratchFiles(j.Scratch); err != nil {
			return File{}, err
		}
	}
	if err := confine(); err != nil {
		return File{}, fmt.Errorf("confine the process: %w", err)
	}
	return r.Look(file, j.Size, j.Name, j.DeclaredType)
}

// office says whether a ZIP file begins as an office document: there is no PDF
// and no archive in it to be read. One that begins otherwise costs time only.
func office(head []byte) bool {
	for _, part := range []string{"[Content_Types].xml", "_rels/.rels", "docProps/", "word/", "xl/", "ppt/", "mimetypeapplication/vnd."} {
		if bytes.Index(head, []byte(part)) == 30 { // the first member's name
			return true
		}
	}
	return false
}

// scratchFiles opens scratch space for each level of archives, of files that
// have lost their names already.
func scratchFiles(dir string) ([]*spool, error) {
	var out []*spool
	for range maxDepth {
		file, err := os.CreateTemp(dir, "member-")
		if err != nil {
			return nil, fmt.Errorf("make scratch space: %w", err)
		}
		// Where an open file cannot be removed, its name goes when it is closed.
		err = os.Remove(file.Name())
		out = append(out, &spool{file: file, nameless: err == nil})
	}
	return out, nil
}
