package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mailFile is a file that holds one mail or, as mbox, many.
type mailFile struct {
	path  string
	size  int64
	mbox  bool
	lines bool // its lines end as its file system has it: LF for CRLF
}

// mailFiles is what was found under the paths of a command line.
type mailFiles struct {
	files  []mailFile
	passed int      // other files in the folders searched
	failed []string // what could not be read, each with its path
}

// findMails finds the files that hold mails, in the order of their paths, each
// once. A file that is named is taken for mail, whatever its name; in a folder,
// those are whose names end in .eml and those that begin as an mbox does. Of a
// Maildir the folders cur and new are taken and its subfolders are not: Sent or
// Trash hold no deposits.
func findMails(paths []string) mailFiles {
	var found mailFiles
	for _, path := range paths {
		path = filepath.Clean(path)
		info, err := os.Stat(path)
		switch {
		case err != nil:
			found.fail(path, err)
		case info.IsDir():
			found.folder(path)
		default:
			found.file(path, true)
		}
	}
	slices.SortFunc(found.files, func(a, b mailFile) int { return strings.Compare(a.path, b.path) })
	found.files = slices.CompactFunc(found.files, func(a, b mailFile) bool { return a.path == b.path })
	return found
}

func (m *mailFiles) fail(path string, err error) {
	m.failed = append(m.failed, fmt.Sprintf("%s: %v", path, cause(err)))
}

// cause leaves out the path that an error names, which is told before it.
func cause(err error) error {
	var named *os.PathError
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}

// folder looks for mails in a folder and those below it. Links to folders are
// not followed, so that the search ends.
func (m *mailFiles) folder(path string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		m.fail(path, err)
		return
	}
	isFolder := func(name string) bool {
		return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name && e.IsDir() })
	}
	if isFolder("cur") && isFolder("new") {
		m.maildir(filepath.Join(path, "cur"))
		m.maildir(filepath.Join(path, "new"))
		return
	}
	for _, e := range entries {
		if e.IsDir() {
			m.folder(filepath.Join(path, e.Name()))
		} else {
			m.file(filepath.Join(path, e.Name()), false)
		}
	}
}

// maildir takes the mails of one of the two folders of a Maildir.
func (m *mailFiles) maildir(path string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		m.fail(path, err)
		return
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		info, err := e.Info()
		if err != nil {
			m.fail(filepath.Join(path, e.Name()), err)
			continue
		}
		m.files = append(m.files, mailFile{path: filepath.Join(path, e.Name()), size: info.Size(), lines: true})
	}
}

// file takes a file if it holds mail; one that was named is held to.
func (m *mailFiles) file(path string, named bool) {
	info, err := os.Stat(path)
	if err != nil {
		m.fail(path, err)
		return
	}
	if !info.Mode().IsRegular() {
		if named {
			m.fail(path, errors.New("neither a file nor a folder"))
		} else {
			m.passed++
		}
		return
	}
	mbox, err := beginsMbox(path)
	switch {
	case err != nil:
		m.fail(path, err)
	case mbox || named || strings.EqualFold(filepath.Ext(path), ".eml"):
		m.files = append(m.files, mailFile{path: path, size: info.Size(), mbox: mbox, lines: mbox})
	default:
		m.passed++
	}
}

func beginsMbox(path string) (is bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	begin := make([]byte, len("From "))
	if _, err := io.ReadFull(f, begin); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		return false, err
	}
	return string(begin) == "From ", nil
}
