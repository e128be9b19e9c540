package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"

	"greffier/packs"
)

// rehearsal is a run of the demo.
type rehearsal struct {
	dir    string
	listen string // address of the desk
	screen *screen
	story  []player
	clock  demoClock

	imap    *demoIMAP
	smtp    *demoSMTP
	letters *demoLetters
	daemon  *daemon
	unlock  func() error

	mailsIn int // put into the mailbox by the story
}

// open starts the servers, writes the configuration and makes the daemon.
func (r *rehearsal) open(ctx context.Context) (err error) {
	answers := make(map[string]reception)
	for _, p := range r.story {
		answers[p.address] = p.answers
	}
	show := func(w way, to, what string) {
		// In a column so narrow, the brackets around a reference say nothing.
		r.screen.line(r.clock.now(), w, to, strings.NewReplacer("[", "", "]", "").Replace(what))
	}
	if r.letters, err = newDemoLetters(filepath.Join(r.dir, "letters"), answers, show); err != nil {
		return err
	}
	if r.imap, err = startDemoIMAP(); err != nil {
		return err
	}
	if r.smtp, err = startDemoSMTP(r.letters.session); err != nil {
		return err
	}
	cfg, err := r.configure()
	if err != nil {
		return err
	}
	if r.unlock, err = lock(cfg.DataDir); err != nil {
		return err
	}
	r.clock.set(demoBegins())
	r.daemon, err = newDaemon(ctx, cfg, clock{now: r.clock.now, simulated: true}, quiet())
	return err
}

// configure writes what an operator would: the configuration, the pack, the
// password.
func (r *rehearsal) configure() (*Config, error) {
	pack, err := packs.FS("hubs-2018")
	if err != nil {
		return nil, err
	}
	if err := copyFiles(filepath.Join(r.dir, "pack"), pack); err != nil {
		return nil, fmt.Errorf("write pack: %w", err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "password"), []byte(demoPassword+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("write the demo's password: %w", err)
	}
	tmpl, err := template.New("demo.toml").Parse(demoConfig)
	if err != nil {
		return nil, fmt.Errorf("parse the demo's configuration: %w", err)
	}
	var text strings.Builder
	if err := tmpl.Execute(&text, map[string]any{"Mailbox": demoMailbox, "Host": demoHost, "Team": demoTeam, "IMAPPort": r.imap.port, "SMTPPort": r.smtp.port}); err != nil {
		return nil, fmt.Errorf("write the demo's configuration: %w", err)
	}
	path := filepath.Join(r.dir, "demo.toml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		return nil, fmt.Errorf("write the demo's configuration: %w", err)
	}
	cfg, faults := LoadConfig(path)
	if len(faults) > 0 {
		return nil, faults
	}
	if r.listen != "" {
		cfg.Desk.Listen = r.listen
	}
	return cfg, nil
}

func copyFiles(dir string, from fs.FS) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.CopyFS(dir, from)
}

// close stops what open started, in reverse order.
func (r *rehearsal) close() error {
	var errs []error
	if r.daemon != nil {
		errs = append(errs, r.daemon.Close())
	}
	if r.unlock != nil {
		errs = append(errs, r.unlock())
	}
	if r.smtp != nil {
		errs = append(errs, r.smtp.close())
	}
	if r.imap != nil {
		errs = append(errs, r.imap.close())
	}
	return errors.Join(errs...)
}

// step is an instant at which the daemon looks at mailbox and calendar.
type step struct {
	at     time.Time
	player *player
	mail   *storyMail // put into the mailbox first; nil: none
	note   string     // what falls due, if it is worth a line
}

// everyMorning is the calendar of the demo: when the daemon looks, beside the
// instants of the mails.
func everyMorning() []time.Time {
	var out []time.Time
	for day := demoBegins(); day.Before(demoEnds()); day = day.AddDate(0, 0, 1) {
		out = append(out, day)
	}
	return out
}

// steps puts the mails of the story, what falls due and a calendar in order.
func (r *rehearsal) steps(calendar []time.Time) []step {
	list := []step{
		{at: demoOpens(), note: "the call opens"},
		{at: demoDeadline(), note: "the deadline"},
		{at: demoFreeze(), note: "dossiers are frozen"},
		{at: demoEnds()},
	}
	for i := range r.story {
		p := &r.story[i]
		for j := range p.mails {
			m := &p.mails[j]
			list = append(list, step{at: m.inMailbox(), player: p, mail: m})
			if m.twice > 0 {
				list = append(list, step{at: m.inMailbox().Add(m.twice), player: p, mail: m})
			}
		}
	}
	for _, at := range calendar {
		list = append(list, step{at: at})
	}
	slices.SortStableFunc(list, func(a, b step) int { return a.at.Compare(b.at) })
	return list
}

// play lets the calendar run from step to step. Between two, it stops where a
// letter is to be tried again.
func (r *rehearsal) play(ctx context.Context, calendar []time.Time) error {
	list := r.steps(calendar)
	for i, s := range list {
		if err := r.retryUntil(ctx, s.at); err != nil {
			return err
		}
		r.clock.set(s.at)
		if s.note != "" {
			r.screen.line(s.at, wayClock, "", s.note)
		}
		if s.mail != nil {
			if err := r.deliver(s); err != nil {
				return err
			}
		}
		if err := r.once(ctx); err != nil {
			return err
		}
		r.screen.progress(i+1, len(list), s.at.Format("2 January 2006"))
	}
	return r.screen.err()
}

// retryUntil lets the daemon try again what it put off, up to an instant.
func (r *rehearsal) retryUntil(ctx context.Context, until time.Time) error {
	for {
		next, err := r.daemon.store.NextLetter(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || !next.After(r.clock.now()) || !next.Before(until) {
			return nil
		}
		r.clock.set(next)
		if err := r.once(ctx); err != nil {
			return err
		}
	}
}

func (r *rehearsal) once(ctx context.Context) error {
	err := r.daemon.Once(ctx)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("stopped on %s, before the end of the story", r.clock.now().Format("2 January 2006"))
	case err != nil:
		return fmt.Errorf("on %s: %w", r.clock.now().Format(time.RFC3339), err)
	}
	return nil
}

// deliver puts a mail of the story into the mailbox.
func (r *rehearsal) deliver(s step) error {
	m := s.mail
	raw, err := m.compose(r.letters.lastTo(m.letterOf))
	if err != nil {
		return fmt.Errorf("compose a mail from %s: %w", m.from, err)
	}
	if err := r.imap.deliver(raw, s.at); err != nil {
		return fmt.Errorf("deliver a mail from %s: %w", m.from, err)
	}
	r.mailsIn++
	what := m.subject
	if n := len(m.files); n > 0 {
		count := fmt.Sprintf(" +%d", n)
		what = cutTo(what, 30-len(count)) + count
	}
	r.screen.line(s.at, wayOf(m.at), m.from, what)
	return nil
}
