package notify

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
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

	"greffier/cases"
	"greffier/cases/french"
)

//go:embed letters/*.txt letters/replies/*.txt
var builtIn embed.FS

// sharedFile holds what several letters share. It can be replaced too.
const sharedFile = "shared.txt"

// letterKinds are the kinds that greffier words, one template each.
func letterKinds() []cases.LetterKind {
	return []cases.LetterKind{
		cases.LetterPack, cases.LetterAck, cases.LetterReceived, cases.LetterWaiting, cases.LetterReminder, cases.LetterIncomplete,
		cases.LetterLate, cases.LetterClosed, cases.LetterOversize, cases.LetterWithdrawal, cases.LetterReply, cases.LetterComplement, cases.LetterResend,
		cases.LetterHearing, cases.LetterResult, cases.LetterDigest, cases.LetterAlarm,
	}
}

func fileName(kind cases.LetterKind) string { return string(kind) + ".txt" }

// A letterTemplate is the one source of a letter: its first line is the
// subject, the rest its text.
type letterTemplate struct {
	tmpl    *template.Template
	version string // name and short SHA-256 of all that it was made from
}

func functions() template.FuncMap {
	return template.FuncMap{
		"date": french.Date, "day": french.Day, "instant": french.Instant, "size": french.Size, "span": french.Span,
		"number":   func(n any) (string, error) { return number(n) },
		"plural":   french.Plural,
		"agree":    agree,
		"inDays":   inDays,
		"join":     strings.Join,
		"faulty":   faulty,
		"listed":   listed,
		"unlisted": unlisted,
		"unsorted": unsorted,
	}
}

// number takes the integers that Data holds.
func number(n any) (string, error) {
	switch n := n.(type) {
	case int:
		return french.Number(int64(n)), nil
	case int64:
		return french.Number(n), nil
	}
	return "", fmt.Errorf("%T is not a whole number", n)
}

// agree chooses the word for so many, without telling how many.
func agree(n int, one, many string) string {
	if n > 1 {
		return many
	}
	return one
}

// inDays tells a count of days to come: "aujourd’hui", "demain", "dans 12 jours".
func inDays(n int) string {
	switch {
	case n < 0:
		return "passée"
	case n == 0:
		return "aujourd’hui"
	case n == 1:
		return "demain"
	}
	return "dans " + french.Plural(n, "jour", "jours")
}

var subjectLine = regexp.MustCompile(`^Objet[ \x{00a0}]*:`)

// templateSource gives the text of a template file: the operator's where its
// folder holds one, else the built-in one.
func templateSource(dir, name string) (string, error) {
	if dir != "" {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			return string(text), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read template: %w", err)
		}
	}
	text, err := builtIn.ReadFile("letters/" + name)
	if err != nil {
		return "", fmt.Errorf("read built-in template: %w", err)
	}
	return string(text), nil
}

func parseTemplate(dir string, kind cases.LetterKind) (letterTemplate, error) {
	ours, err := templateSource("", sharedFile)
	if err != nil {
		return letterTemplate{}, err
	}
	shared, err := templateSource(dir, sharedFile)
	if err != nil {
		return letterTemplate{}, err
	}
	own, err := templateSource(dir, fileName(kind))
	if err != nil {
		return letterTemplate{}, err
	}
	if !subjectLine.MatchString(own) {
		return letterTemplate{}, fmt.Errorf("template: %s:1: the first line must be the subject: \"Objet : …\"", fileName(kind))
	}
	// The operator's file need only hold the parts that it replaces.
	t, err := template.New(sharedFile).Funcs(functions()).Parse(ours)
	if err != nil {
		return letterTemplate{}, err
	}
	if t, err = t.Parse(shared); err != nil {
		return letterTemplate{}, err
	}
	if t, err = t.New(fileName(kind)).Parse(own); err != nil {
		return letterTemplate{}, err
	}
	sum := sha256.Sum256([]byte(ours + "\x00" + shared + "\x00" + own))
	return letterTemplate{t, string(kind) + "@" + hex.EncodeToString(sum[:6])}, nil
}

// execute makes the subject and the blocks of a letter.
func (t letterTemplate) execute(d *Data) (subject string, blocks []block, err error) {
	var b strings.Builder
	if err := t.tmpl.Execute(&b, d); err != nil {
		return "", nil, err
	}
	first, rest, _ := strings.Cut(b.String(), "\n")
	subject = strings.TrimSpace(parseRuns(strings.TrimSpace(subjectLine.ReplaceAllString(first, ""))).String())
	blocks = parseBlocks(rest)
	switch {
	case subject == "":
		return "", nil, fmt.Errorf("template: %s:1: the subject is empty", t.tmpl.Name())
	case len(blocks) == 0:
		return "", nil, fmt.Errorf("template: %s:2: the letter has no text", t.tmpl.Name())
	}
	return subject, blocks, nil
}

// CheckTemplates checks the folder of templates that replaces the built-in ones
// for a call, and returns every fault as "file:line: what is wrong": a file
// that is no letter's, a template that cannot be read, a letter without subject
// or text, one that fails on what it may have to tell. An empty dir is fine:
// nothing is replaced.
func CheckTemplates(dir string, call *cases.Call) []error {
	if dir == "" {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []error{fmt.Errorf("%s:1: read folder of templates: %w", dir, err)}
	}
	known := []string{sharedFile}
	for _, k := range letterKinds() {
		known = append(known, fileName(k))
	}
	var faults []error
	add := func(err error) {
		if err = located(dir, err); !slices.ContainsFunc(faults, func(f error) bool { return f.Error() == err.Error() }) {
			faults = append(faults, err)
		}
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() == repliesFolder {
			continue
		}
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(known, e.Name()) {
			faults = append(faults, fmt.Errorf("%s:1: no letter has that name; the names are %s", filepath.Join(dir, e.Name()), strings.Join(known, ", ")))
		}
	}
	calls := cases.Calls{call}
	ls, err := NewLetters(LettersConfig{Calls: calls, Location: call.Location, Mailbox: cases.Address{Address: "aap@example.org"},
		Service: Service{Name: "Service", Address: "1 rue de l’Exemple", Email: "aap@example.org", Phone: "01 00 00 00 00"}, MaxSize: 60e6})
	if err != nil {
		return append(faults, err)
	}
	replies, err := parseReplies(dir)
	if err != nil {
		add(err)
	}
	for _, name := range slices.Sorted(maps.Keys(replies)) {
		for _, s := range samples(call, call) {
			if s.kind != cases.LetterReply {
				continue
			}
			if _, err := replies[name].fill(ls.data(s.kind, s.facts, s.now)); err != nil {
				add(err)
			}
		}
	}
	for _, kind := range letterKinds() {
		t, err := parseTemplate(dir, kind)
		if err != nil {
			add(err)
			continue
		}
		for _, s := range samples(call, call) {
			if s.kind != kind {
				continue
			}
			if _, _, err := t.execute(ls.data(kind, s.facts, s.now)); err != nil {
				add(err)
			}
		}
	}
	return faults
}

// text/template begins its errors with the file and line.
var templateError = regexp.MustCompile(`(?s)^template: ([^:]+):(\d+):(?:\d+:)? (.*)$`)

// located writes a template's error as "file:line: what is wrong".
func located(dir string, err error) error {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return fmt.Errorf("%s:1: %w", dir, err)
	}
	return fmt.Errorf("%s:%s: %s", filepath.Join(dir, m[1]), m[2], m[3])
}
