package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"greffier/cases"
	"greffier/ingest"
	"greffier/ingest/content"
	"greffier/ingest/parse"
)

// inspected is how a mail is read, as JSON.
type inspected struct {
	File       string          `json:"file"`
	MessageID  string          `json:"message_id"`
	From       cases.Address   `json:"from"`
	ReplyTo    []cases.Address `json:"reply_to"`
	To         []cases.Address `json:"to"`
	Cc         []cases.Address `json:"cc"`
	Subject    string          `json:"subject"`
	Date       *time.Time      `json:"date"`
	InReplyTo  []string        `json:"in_reply_to"`
	References []string        `json:"references"`
	Text       string          `json:"text"`
	Parts      []inspectedPart `json:"parts"`
	Kind       cases.Kind      `json:"kind"`
	Answerable bool            `json:"answerable"`
	Reasons    []string        `json:"reasons"`
	Recipients []inspectedRcpt `json:"recipients"`
	Failed     []string        `json:"failed"`
	About      string          `json:"about"`
	Links      []string        `json:"links"`
	Warnings   []string        `json:"warnings"`
}

// inspectedRcpt is what a bounce says became of a recipient.
type inspectedRcpt struct {
	Address    string       `json:"address"`
	Original   string       `json:"original"`
	Action     parse.Action `json:"action"`
	Status     string       `json:"status"`
	Diagnostic string       `json:"diagnostic"`
	Full       bool         `json:"full"`
}

type inspectedPart struct {
	ID           string   `json:"id"`
	Filename     string   `json:"filename"`
	MediaType    string   `json:"media_type"`
	DetectedType string   `json:"detected_type"`
	Size         int64    `json:"size"`
	SHA256       string   `json:"sha256"`
	Inline       bool     `json:"inline"`
	MemberOf     string   `json:"member_of"`
	Suggests     []string `json:"suggests"`
	Warnings     []string `json:"warnings"`
}

// inspect shows how mails are read, without a database and without a network.
func inspect(ctx context.Context, t terminal, args []string) (err error) {
	var config, callID string
	flags, err := parseFlags(t, "inspect", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`; without it no piece is suggested")
		f.StringVar(&callID, "call", "", "suggest the pieces of the call with that `id` (default: the one the mail falls in)")
	})
	if err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return usagef("greffier inspect: which mail? write at least one FILE.eml")
	}
	var in inspector
	switch {
	case config != "":
		cfg, err := loadConfigToRead(config)
		if err != nil {
			return err
		}
		in.options = parse.Options{AuthservID: cfg.Mailbox.AuthservID, SpamHeader: cfg.Mailbox.SpamHeader, OwnAddresses: cfg.ownAddresses()}
		in.calls, in.receivedBy = cfg.rulesToRead(), cfg.Mailbox.ReceivedBy
		if callID != "" {
			if in.call = in.calls.ByID(callID); in.call == nil {
				return usagef("greffier inspect: %s has no call %q", config, callID)
			}
		}
	case callID != "":
		return usagef("greffier inspect: -call needs -config")
	}
	if in.scratch, err = os.MkdirTemp("", "greffier-inspect-"); err != nil {
		return fmt.Errorf("make scratch space: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(in.scratch)) }()
	if in.looker, err = newLooker(in.scratch, in.scratch); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.looker.Close()) }()
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	var failed []error
	for _, name := range flags.Args() {
		if err := ctx.Err(); err != nil {
			return err
		}
		v, err := in.read(name)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
			continue
		}
		if err := enc.Encode(v); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return errors.Join(failed...)
}

type inspector struct {
	looker     *content.Child
	scratch    string
	options    parse.Options
	calls      cases.Calls
	call       *cases.Call // nil: the one the mail falls in
	receivedBy []string
}

func (in *inspector) read(name string) (v *inspected, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file: write the path of a mail")
	}
	options := in.options
	options.Spool = ingest.Spool("", info.Size())
	m, err := parse.Read(file, info.Size(), options)
	if err != nil {
		return nil, err
	}
	v = &inspected{File: name, MessageID: m.MessageID, From: cases.Address(m.From), ReplyTo: addresses(m.ReplyTo), To: addresses(m.To), Cc: addresses(m.Cc),
		Subject: m.Subject, InReplyTo: list(m.InReplyTo), References: list(m.References), Text: m.Text, Parts: []inspectedPart{}, Kind: cases.Kind(m.Kind),
		Answerable: m.Answerable, Reasons: list(m.Reasons), Recipients: []inspectedRcpt{}, Failed: list(m.Failed), About: m.About, Links: list(m.Links), Warnings: list(m.Warnings)}
	if !m.Date.IsZero() {
		v.Date = &m.Date
	}
	for _, r := range m.Recipients {
		v.Recipients = append(v.Recipients, inspectedRcpt(r))
	}
	call := in.callOf(m)
	files := 0
	for _, p := range m.Parts {
		if !p.Signature && !p.Inline {
			files++
		}
	}
	about := cases.Evidence{Words: m.Subject + "\n" + m.NewText, Files: files}
	for _, p := range m.Parts {
		if !p.Signature && !p.Inline {
			about.Place++
		}
		parts, err := in.part(file, info.Size(), call, p, about)
		if err != nil {
			return nil, fmt.Errorf("part %s: %w", p.ID, err)
		}
		v.Parts = append(v.Parts, parts...)
	}
	return v, nil
}

// callOf gives the edition that the mail falls in by the clocks it carries.
func (in *inspector) callOf(m *parse.Mail) *cases.Call {
	if in.call != nil {
		return in.call
	}
	var hops []cases.Hop
	for _, h := range m.Received {
		hops = append(hops, cases.Hop(h))
	}
	at, _ := cases.Clocks{Boundary: cases.Boundary(hops, in.receivedBy), Date: m.Date}.Decision()
	return in.calls.Latest(at)
}

// part shows a part and, where it is an archive, its members. about is what its
// mail tells of it.
func (in *inspector) part(file *os.File, size int64, call *cases.Call, p parse.Part, about cases.Evidence) ([]inspectedPart, error) {
	shown := inspectedPart{ID: p.ID, Filename: p.Filename, MediaType: p.MediaType, Size: p.Size, SHA256: p.SHA256, Inline: p.Inline, MemberOf: p.MemberOf,
		Suggests: []string{}, Warnings: list(p.Warnings)}
	found, err := in.look(file, size, p)
	if err != nil {
		// What a stranger sent may be unreadable; the mail is still shown.
		shown.Warnings = append(shown.Warnings, "cannot be looked into: "+err.Error())
		return []inspectedPart{shown}, nil
	}
	shown.DetectedType = found.Type
	if len(found.Members) == 0 { // else they are the documents
		shown.Suggests = suggests(call, p.Filename, found, about)
	}
	shown.Warnings = append(shown.Warnings, contentWarnings(found)...)
	out := []inspectedPart{shown}
	if about.Files > 1 || len(found.Members) > 1 {
		about.Place, about.Files = 0, 0 // a list in the mail is of its files, not of what is in them
	}
	for _, m := range found.Members {
		var index []string
		for _, i := range m.Index {
			index = append(index, strconv.Itoa(i))
		}
		out = append(out, inspectedPart{ID: p.ID + "/zip:" + strings.Join(index, ","), Filename: m.Path, MediaType: "", DetectedType: m.Type, Size: m.Size, SHA256: m.SHA256,
			MemberOf: p.ID, Suggests: suggests(call, m.Path, m.File, about), Warnings: contentWarnings(m.File)})
	}
	return out, nil
}

// look spools a part and looks into it.
func (in *inspector) look(file *os.File, size int64, p parse.Part) (found content.File, err error) {
	r, err := parse.Open(file, size, p.Locator)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	spool, err := os.CreateTemp(in.scratch, "part-")
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, spool.Close(), os.Remove(spool.Name())) }()
	n, err := spool.ReadFrom(r)
	if err != nil {
		return found, err
	}
	return in.looker.Look(spool, n, p.Filename, p.MediaType)
}

func contentWarnings(f content.File) []string {
	warnings := list(f.Warnings)
	if f.Unreadable != "" {
		warnings = append(warnings, "unreadable: "+f.Unreadable)
	}
	for _, d := range f.Dangerous {
		warnings = append(warnings, cases.WarnDangerous+d)
	}
	return warnings
}

// suggests gives the ids of the pieces that a file may be, best first: by its
// name, by what stands in it and by what its mail says.
func suggests(call *cases.Call, filename string, found content.File, about cases.Evidence) []string {
	ids := []string{}
	if call == nil {
		return ids
	}
	about.Filename, about.Reading = filename, ingest.ReadingOf(found)
	for _, s := range cases.Recognise(call, about) {
		ids = append(ids, s.Piece)
	}
	return ids
}

func addresses(in []parse.Address) []cases.Address {
	out := []cases.Address{}
	for _, a := range in {
		out = append(out, cases.Address(a))
	}
	return out
}

// list keeps an empty list from being null in JSON.
func list(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}
