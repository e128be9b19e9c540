package main

import (
	"bytes"
	"errors"
	"testing"
)

func TestCutTo(t *testing.T) {
	for _, c := range []struct {
		name, text string
		columns    int
		want       string
	}{
		{"fits", "Médias Cité", 11, "Médias Cité"},
		{"too long", "Médias Cité", 10, "Médias Ci…"},
		{"decomposed accents take no column", "Me\u0301dias Cite\u0301", 11, "Médias Cité"},
		{"wide characters take two", "東京都庁", 8, "東京都庁"},
		{"wide characters are not halved", "東京都庁", 6, "東京…"},
		{"a stranger does not steer the terminal", "\x1b[2Jhello", 20, "·[2Jhello"},
		{"a subject on two lines", "a\r\n b", 20, "a·· b"},
	} {
		if got := cutTo(c.text, c.columns); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := columnsOf(pad(c.text, c.columns)); got != c.columns {
			t.Errorf("%s: padded to %d columns, want %d", c.name, got, c.columns)
		}
	}
}

// TestScreenOnTerminal: lines stand above the bar, each way has its colour and
// its word, and nothing of the bar is left at the end.
func TestScreenOnTerminal(t *testing.T) {
	var tty bytes.Buffer
	s := &screen{out: &tty, bar: &tty, colours: true}
	s.line(autumn(9, 14, 10, 4, 12), wayIn, "a@a.example", "Hub A")
	s.progress(1, 4, "14 September")
	s.line(autumn(9, 14, 10, 4, 13), wayRefused, "a@a.example", "550")
	s.progress(4, 4, "")
	s.print("end\n")
	want := "14 Sep 10:04:12 \x1b[36min     \x1b[0m a@a.example              Hub A\n" +
		"\r\x1b[K[######..................]  25 %  14 September\r" +
		"\r\x1b[K\r" + "14 Sep 10:04:13 \x1b[31mrefused\x1b[0m a@a.example              550\n" +
		"\r\x1b[K[######..................]  25 %  14 September\r" +
		"\r\x1b[K\r" + "end\n"
	if tty.String() != want {
		t.Errorf("\n%q\nwant\n%q", tty.String(), want)
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestScreenFails: lines that nobody gets are an error in the end.
func TestScreenFails(t *testing.T) {
	s := &screen{out: closedPipe{}}
	s.print("a\n")
	if s.err() == nil {
		t.Error("no error")
	}
}
