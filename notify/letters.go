package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"greffier/cases"
)

// LettersConfig is what letters are worded from, beside their facts.
type LettersConfig struct {
	Calls     cases.Calls
	Templates map[string]string // call ID to the folder of templates that replace the built-in ones
	Service   Service
	Mailbox   cases.Address  // the sender of every letter; without a name, that of the service
	Location  *time.Location // of letters about no call; nil: Europe/Paris
	MaxSize   int64          // bytes that a mail to us may have; 0: not told
	Log       *slog.Logger   // nil: slog.Default()
}

// Letters words letters. It may be used by several goroutines.
type Letters struct {
	cfg         LettersConfig
	page        page
	territories cases.Territories
	templates   map[string]map[cases.LetterKind]letterTemplate // by call ID; "" the built-in ones
	replies     map[string]map[string]replyText                // by call ID, "" the built-in ones, and name
	traits      []trait
}

// NewLetters reads and parses every template. It fails on a template that
// cannot be parsed; CheckTemplates finds more.
func NewLetters(cfg LettersConfig) (*Letters, error) {
	ls := &Letters{cfg: cfg, templates: make(map[string]map[cases.LetterKind]letterTemplate), replies: make(map[string]map[string]replyText)}
	if cfg.Log == nil {
		ls.cfg.Log = slog.Default()
	}
	var err error
	if cfg.Location == nil {
		if ls.cfg.Location, err = time.LoadLocation("Europe/Paris"); err != nil {
			return nil, fmt.Errorf("load time zone: %w", err)
		}
	}
	if ls.cfg.Mailbox.Name == "" {
		ls.cfg.Mailbox.Name = cfg.Service.Name
	}
	if ls.page, err = newPage(); err != nil {
		return nil, err
	}
	if ls.territories, err = cases.LoadTerritories(); err != nil {
		return nil, err
	}
	dirs := map[string]string{"": ""}
	for id, dir := range cfg.Templates {
		if dir != "" {
			dirs[id] = dir
		}
	}
	for id, dir := range dirs {
		set := make(map[cases.LetterKind]letterTemplate)
		for _, kind := range letterKinds() {
			t, err := parseTemplate(dir, kind)
			if err != nil {
				return nil, located(dir, err)
			}
			set[kind] = t
		}
		ls.templates[id] = set
		if ls.replies[id], err = parseReplies(dir); err != nil {
			return nil, located(dir, err)
		}
	}
	if ls.traits, err = traits(slices.Collect(maps.Values(dirs))); err != nil {
		return nil, err
	}
	return ls, nil
}

// Preview is a letter as its reader would see it.
type Preview struct {
	Template string // name and short SHA-256 of its source
	Subject  string
	Text     string
	HTML     string
	Files    []cases.PackFile // attached
	Receipts []Attachment     // attached
	Calendar string           // attached as audition.ics; empty: none
}

// Preview words a letter without making a mail of it.
func (ls *Letters) Preview(kind cases.LetterKind, facts cases.Facts, now time.Time) (Preview, error) {
	d := ls.data(kind, facts, now)
	t, subject, blocks, err := ls.execute(kind, facts.CallID, d)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Template: t.version, Subject: subject, Text: plainText(blocks)}
	if p.HTML, err = ls.page.render(subject, blocks); err != nil {
		return Preview{}, err
	}
	if p.Receipts, err = receipts(d); err != nil {
		return Preview{}, err
	}
	if call := ls.cfg.Calls.ByID(facts.CallID); call != nil && facts.Pack {
		p.Files = call.Pack
	}
	if kind == cases.LetterHearing {
		p.Calendar = calendar(facts, ls.cfg.Calls.ByID(facts.CallID), ls.cfg.Mailbox, now)
	}
	return p, nil
}

// execute makes a letter from the call's own template or, where that fails on
// what there is to tell, from the built-in one: the reader is not left without
// an answer for a mistake in a template.
func (ls *Letters) execute(kind cases.LetterKind, callID string, d *Data) (letterTemplate, string, []block, error) {
	if needsCall(kind, d) && d.Call == nil {
		return letterTemplate{}, "", nil, fmt.Errorf("word letter %s: %w: %q", kind, errNoCall, callID)
	}
	if t, found := ls.templates[callID][kind]; found && callID != "" {
		subject, blocks, err := t.execute(d)
		if err == nil {
			return t, subject, blocks, nil
		}
		ls.cfg.Log.Error("template fails, the built-in one is used instead", "template", t.version, "error", err)
	}
	t, found := ls.templates[""][kind]
	if !found {
		return t, "", nil, fmt.Errorf("word letter: no template for kind %q", kind)
	}
	subject, blocks, err := t.execute(d)
	if err != nil {
		return t, "", nil, fmt.Errorf("word letter %s: %w", kind, err)
	}
	return t, subject, blocks, nil
}

var errNoCall = errors.New("its call is not configured")

// needsCall reports whether a letter cannot be told without its call.
func needsCall(kind cases.LetterKind, d *Data) bool {
	switch kind {
	case cases.LetterPack, cases.LetterReminder, cases.LetterIncomplete, cases.LetterLate, cases.LetterComplement, cases.LetterHearing, cases.LetterResult:
		return true
	case cases.LetterClosed:
		return d.Ref != ""
	}
	return false
}
