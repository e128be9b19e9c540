package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"greffier/desk"
	"greffier/ingest/content"
)

// lookCommand is a command for greffier itself, which no help tells of: the
// process that looks into files of strangers, as content.Child tells it to.
const lookCommand = "look"

func lookIntoFile(_ context.Context, t terminal, args []string) error {
	if len(args) > 0 {
		return usagef("greffier %s: a command for greffier itself, without arguments", lookCommand)
	}
	return content.RunChild(t.in, t.out)
}

// newLooker looks into files in child processes of this program, which keep
// temporary files in the folder scratch. What they compile is kept for the
// program's user over all its runs, else in the folder own. The caller closes it.
func newLooker(own, scratch string) (*content.Child, error) {
	// The running program, whatever has been put in its place since.
	program := "/proc/self/exe"
	if _, err := os.Stat(program); runtime.GOOS != "linux" || err != nil {
		if program, err = os.Executable(); err != nil {
			return nil, fmt.Errorf("find the program to start it again: %w", err)
		}
	}
	return content.NewChild(filepath.Join(cacheDir(own), "pdf-engine"), scratch, program, lookCommand), nil
}

// previews shows files to the desk by way of looker.
func previews(looker *content.Child) desk.PreviewFile {
	return func(r io.ReaderAt, size int64, name, declaredType string, page int) (desk.Preview, error) {
		s, err := looker.Show(r, size, name, declaredType, page)
		p := desk.Preview{Unreadable: s.Unreadable, Unread: s.Unread, Pages: s.Pages, Picture: s.Picture, Text: s.Text, Cut: s.Cut}
		for _, sheet := range s.Sheets {
			p.Sheets = append(p.Sheets, desk.PreviewSheet(sheet))
		}
		return p, err
	}
}

// cacheDir is the user's cache folder where there is one that can be written
// to; a service often has none.
func cacheDir(own string) string {
	user, err := os.UserCacheDir()
	if err != nil {
		return own
	}
	dir := filepath.Join(user, "greffier")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return own
	}
	return dir
}
