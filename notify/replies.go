package notify

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"greffier/cases"
)

// repliesFolder holds ready-made texts that staff may start a reply from, in the
// folder of letter templates: one a file, its title on the first line. An
// operator may replace the built-in ones by name, and add others.
const repliesFolder = "replies"

var titleLine = regexp.MustCompile(`^Titre[ \x{00a0}]*:[ \x{00a0}]*`)

// A replyText is a ready-made text.
type replyText struct {
	title string
	tmpl  *template.Template
}

// parseReplies reads the built-in texts and those of an operator's folder, by
// name. An empty dir is fine.
func parseReplies(dir string) (map[string]replyText, error) {
	sources := make(map[string]string)
	read := func(folder fs.FS) error {
		names, err := fs.Glob(folder, repliesFolder+"/*.txt")
		if err != nil {
			return err
		}
		for _, name := range names {
			text, err := fs.ReadFile(folder, name)
			if err != nil {
				return fmt.Errorf("read ready-made text: %w", err)
			}
			sources[name] = string(text)
		}
		return nil
	}
	ours, err := fs.Sub(builtIn, "letters")
	if err != nil {
		return nil, fmt.Errorf("read ready-made texts: %w", err)
	}
	if err := read(ours); err != nil {
		return nil, err
	}
	if dir != "" {
		if err := read(os.DirFS(dir)); err != nil {
			return nil, err
		}
	}
	all := make(map[string]replyText)
	for name, source := range sources {
		r, err := parseReply(name, source)
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(filepath.Base(name), ".txt")] = r
	}
	return all, nil
}

func parseReply(name, source string) (replyText, error) {
	first, rest, _ := strings.Cut(source, "\n")
	title := strings.TrimSpace(titleLine.ReplaceAllString(first, ""))
	if !titleLine.MatchString(first) || title == "" {
		return replyText{}, fmt.Errorf("template: %s:1: the first line must be the title: \"Titre : …\"", name)
	}
	t, err := template.New(name).Funcs(functions()).Parse("\n" + rest) // the line numbers of errors stay right
	if err != nil {
		return replyText{}, err
	}
	return replyText{parseRuns(title).String(), t}, nil
}

// fill gives the text with its places filled, typeset, as plain text.
func (r replyText) fill(d *Data) (string, error) {
	var b strings.Builder
	if err := r.tmpl.Execute(&b, d); err != nil {
		return "", err
	}
	var lines []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		if line = strings.TrimSpace(parseRuns(line).String()); line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n")), nil
}

// repliesOf gives the texts of a call.
func (ls *Letters) repliesOf(callID string) map[string]replyText {
	if own, found := ls.replies[callID]; found {
		return own
	}
	return ls.replies[""]
}

// Replies lists the ready-made texts of a call, by title.
func (ls *Letters) Replies(callID string) []cases.ReplyTemplate {
	texts := ls.repliesOf(callID)
	var out []cases.ReplyTemplate
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		out = append(out, cases.ReplyTemplate{Name: name, Title: texts[name].title})
	}
	slices.SortStableFunc(out, func(a, b cases.ReplyTemplate) int { return strings.Compare(cases.Fold(a.Title), cases.Fold(b.Title)) })
	return out
}

// ErrNoReply is returned for a ready-made text that there is not.
var ErrNoReply = errors.New("there is no ready-made text of that name")

// ReplyText fills a ready-made text of a call with what a reply tells.
func (ls *Letters) ReplyText(name string, f cases.Facts, now time.Time) (string, error) {
	r, found := ls.repliesOf(f.CallID)[name]
	if !found {
		return "", fmt.Errorf("%w: %q", ErrNoReply, name)
	}
	text, err := r.fill(ls.data(cases.LetterReply, f, now))
	if err != nil {
		return "", fmt.Errorf("fill ready-made text %s: %w", name, err)
	}
	return text, nil
}
