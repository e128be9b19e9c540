package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// progressBar draws how much of a long work is done on a terminal; elsewhere it
// draws nothing. A call with done == total ends it.
func progressBar(w io.Writer, what string) func(done, total int) {
	f, ok := w.(*os.File)
	if !ok {
		return func(int, int) {}
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int, int) {}
	}
	const width = 40
	last := -1
	return func(done, total int) {
		if total == 0 {
			return
		}
		percent := done * 100 / total
		if percent == last && done < total {
			return
		}
		last = percent
		full := done * width / total
		fmt.Fprintf(w, "\r%s [%s%s] %3d %%", what, strings.Repeat("#", full), strings.Repeat(".", width-full), percent)
		if done >= total {
			fmt.Fprintln(w)
		}
	}
}
