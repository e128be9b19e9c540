package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// way is what a line of the demo is about.
type way string

const (
	wayIn      way = "in"
	wayMaybe   way = "late?"   // received within the minute after the deadline
	wayLate    way = "late"    // received after the deadline
	wayOut     way = "out"     // a letter left
	wayRetry   way = "retry"   // a server was busy; we try again
	wayRefused way = "refused" // a server refused a letter for good
	wayClock   way = "----"    // something falls due
)

// colour is that of a terminal (ECMA-48, SGR); every way is told by its word
// too.
func (w way) colour() string {
	switch w {
	case wayIn:
		return "36"
	case wayMaybe, wayLate:
		return "33"
	case wayOut:
		return "32"
	case wayRetry:
		return "35"
	case wayRefused:
		return "31"
	}
	return "1"
}

// screen shows lines on one stream, for people and pipes, and below them a
// progress bar on another, if that is a terminal. Its methods may be called
// from any goroutine.
type screen struct {
	mu      sync.Mutex
	out     io.Writer
	bar     io.Writer // nil: none
	colours bool
	drawn   string // the bar as it is to stand; empty: none
	stands  bool   // it is on the terminal
	failed  error  // the first error of out
}

func newScreen(t terminal) *screen {
	s := &screen{out: t.out, colours: onTerminal(t.out) && os.Getenv("NO_COLOR") == ""}
	if onTerminal(t.err) {
		s.bar = t.err
	}
	return s
}

// onTerminal reports whether w is a terminal that can redraw a line.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// line shows that something happened at an instant of the calendar, in 79
// columns.
func (s *screen) line(at time.Time, w way, who, what string) {
	word := pad(string(w), 7)
	if s.colours {
		word = "\x1b[" + w.colour() + "m" + word + "\x1b[0m"
	}
	s.print(strings.TrimRight(fmt.Sprintf("%s %s %s %s", at.In(demoZone).Format("02 Jan 15:04:05"), word, pad(who, 24), cutTo(what, 30)), " ") + "\n")
}

// print shows text above the bar.
func (s *screen) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draw("")
	if _, err := io.WriteString(s.out, text); err != nil && s.failed == nil {
		s.failed = fmt.Errorf("show what happens: %w", err)
	}
	s.draw(s.drawn)
}

// progress draws the bar; at the end it goes away.
func (s *screen) progress(done, total int, what string) {
	const columns = 24
	s.mu.Lock()
	defer s.mu.Unlock()
	full := done * columns / total
	s.drawn = fmt.Sprintf("[%s%s] %3d %%  %s", strings.Repeat("#", full), strings.Repeat(".", columns-full), done*100/total, what)
	if done >= total {
		s.drawn = ""
	}
	s.draw(s.drawn)
}

// draw puts a bar in place of what stands on its line. The cursor goes back to
// the first column, so that whatever else writes there writes over it. A bar
// that cannot be drawn is no loss.
func (s *screen) draw(bar string) {
	if s.bar == nil || bar == "" && !s.stands {
		return
	}
	fmt.Fprintf(s.bar, "\r\x1b[K%s\r", bar)
	s.stands = bar != ""
}

// err gives what went wrong with the lines.
func (s *screen) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// cutTo shortens a text to a number of columns. What strangers wrote is kept
// from steering the terminal.
func cutTo(text string, columns int) string {
	text = printable(norm.NFC.String(text))
	if columnsOf(text) <= columns {
		return text
	}
	used := 0
	for i, r := range text {
		if used += columnsOf(string(r)); used > columns-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// pad makes a text as wide as a column.
func pad(text string, columns int) string {
	text = cutTo(text, columns)
	return text + strings.Repeat(" ", max(0, columns-columnsOf(text)))
}

// wrap breaks a text between words into lines of 79 columns at most.
func wrap(text string) string {
	var out strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		n := columnsOf(word)
		switch {
		case i == 0:
		case used+1+n > 79:
			out.WriteString("\n  ")
			used = 2
		default:
			out.WriteString(" ")
			used++
		}
		out.WriteString(word)
		used += n
	}
	return out.String() + "\n"
}

// columnsOf counts the columns of a terminal that a text takes.
func columnsOf(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
