package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"

	"greffier/packs"
)

//go:embed demo.toml
var demoConfig string

const (
	demoMailbox  = "aap@cdc.example"
	demoPassword = "repetition"
)

// demo rehearses edition 1 on servers inside the program: the real daemon, over
// real sockets, while a simulated calendar runs.
func demo(ctx context.Context, t terminal, args []string) (err error) {
	var listen string
	var exit bool
	flags, err := parseFlags(t, "demo", args, func(f *flag.FlagSet) {
		f.StringVar(&listen, "listen", "127.0.0.1:8080", "`address` of the desk (there is none yet: the demo ends after its table)")
		f.BoolVar(&exit, "exit", false, "stop when done")
	})
	if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return usagef("greffier demo: %q is one word too many", flags.Arg(0))
	}
	dir, err := os.MkdirTemp("", "greffier-demo-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	r := &rehearsal{out: t.out, progress: progressBar(t.err, "autumn 2018")}
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.open(ctx, dir); err != nil {
		return err
	}
	if err := r.play(ctx); err != nil {
		return err
	}
	if err := r.table(ctx); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "\nAll of it is kept in %s. Look at a case, or check everything, with\n\n"+
		"  go run ./cmd/greffier case   -config %s/demo.toml HUB18-0001\n"+
		"  go run ./cmd/greffier verify -config %s/demo.toml\n", dir, dir, dir)
	return r.judge(ctx)
}

// rehearsal is a run of the demo.
type rehearsal struct {
	out      io.Writer
	progress func(done, total int)
	imap     *demoIMAP
	smtp     *demoSMTP
	daemon   *daemon
	unlock   func() error
	now      time.Time // of the simulated calendar
	shown    int       // letters shown so far
}

// open starts the servers, writes the configuration and makes the daemon.
func (r *rehearsal) open(ctx context.Context, dir string) (err error) {
	if r.imap, err = startDemoIMAP(); err != nil {
		return err
	}
	if r.smtp, err = startDemoSMTP(); err != nil {
		return err
	}
	pack, err := packs.FS("hubs-2018")
	if err != nil {
		return err
	}
	if err := copyFiles(filepath.Join(dir, "pack"), pack); err != nil {
		return fmt.Errorf("write pack: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(demoPassword+"\n"), 0o600); err != nil {
		return err
	}
	var text strings.Builder
	tmpl, err := template.New("demo.toml").Parse(demoConfig)
	if err != nil {
		return fmt.Errorf("parse the demo's configuration: %w", err)
	}
	if err := tmpl.Execute(&text, map[string]any{"Mailbox": demoMailbox, "IMAPPort": r.imap.port, "SMTPPort": r.smtp.port}); err != nil {
		return fmt.Errorf("write the demo's configuration: %w", err)
	}
	path := filepath.Join(dir, "demo.toml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		return err
	}
	cfg, faults := LoadConfig(path)
	if len(faults) > 0 {
		return faults
	}
	if r.unlock, err = lock(cfg.DataDir); err != nil {
		return err
	}
	r.now = demoBegins()
	r.daemon, err = newDaemon(ctx, cfg, func() time.Time { return r.now }, quiet())
	return err
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

// play lets the calendar run: each mail of the story at its instant, and every
// morning whatever is due.
func (r *rehearsal) play(ctx context.Context) error {
	type step struct {
		at   time.Time
		mail *storyMail
	}
	var steps []step
	story := demoStory()
	for i := range story {
		steps = append(steps, step{story[i].inMailbox(), &story[i]})
	}
	for day := demoBegins(); day.Before(demoEnds()); day = day.AddDate(0, 0, 1) {
		steps = append(steps, step{day.Add(30 * time.Second), nil})
	}
	// Once mail under way at the deadline must have come, it falls.
	steps = append(steps, step{demoAt(time.November, 30, 17, 15, 0), nil}, step{demoEnds(), nil})
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for i, s := range steps {
		r.now = s.at
		if s.mail != nil {
			if err := r.deliver(s.mail); err != nil {
				return err
			}
		}
		if err := r.daemon.Once(ctx); err != nil {
			return fmt.Errorf("on %s: %w", s.at.Format(time.RFC3339), err)
		}
		if err := r.show(); err != nil {
			return err
		}
		r.progress(i+1, len(steps))
	}
	return nil
}

// deliver puts a mail of the story into the mailbox.
func (r *rehearsal) deliver(m *storyMail) error {
	raw, err := m.compose(r.smtp.last(m.answers))
	if err != nil {
		return fmt.Errorf("compose a mail from %s: %w", m.from, err)
	}
	if err := r.imap.deliver(raw, m.inMailbox()); err != nil {
		return fmt.Errorf("deliver a mail from %s: %w", m.from, err)
	}
	files := ""
	if len(m.files) > 0 {
		files = fmt.Sprintf("  + %d", len(m.files))
	}
	return r.line("in ", m.from, m.subject+files)
}

// show prints the letters that left since it was last called.
func (r *rehearsal) show() error {
	for _, l := range r.smtp.since(r.shown) {
		r.shown++
		if err := r.line("out", l.to, l.subject); err != nil {
			return err
		}
	}
	return nil
}

func (r *rehearsal) line(way, who, what string) error {
	_, err := fmt.Fprintf(r.out, "%s  %s  %-27s %s\n", r.now.Format("02 Jan 15:04:05"), way, cutTo(who, 27), cutTo(what, 30))
	return err
}

// cutTo shortens a text for a column.
func cutTo(s string, width int) string {
	runes := []rune(printable(s))
	if len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return string(runes)
}

// table shows where every case stands.
func (r *rehearsal) table(ctx context.Context) error {
	list, err := r.daemon.store.Cases(ctx, "")
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range list {
		sheet, err := r.daemon.store.Case(ctx, c.Ref)
		if err != nil {
			return err
		}
		rows = append(rows, []string{c.Ref, cutTo(c.Candidate.Name, 13), string(c.Phase), orDash(timeliness(c.Timeliness)), pieces(c),
			fmt.Sprintf("%d/%d", len(sheet.Mails), len(sheet.Letters))})
	}
	fmt.Fprintln(r.out)
	return printTable(r.out, []string{"REF", "CANDIDATE", "PHASE", "TIMELINESS", "PIECES", "IN/OUT"}, rows)
}

// judge compares what became of each candidate with what the story wants.
func (r *rehearsal) judge(ctx context.Context) error {
	list, err := r.daemon.store.Cases(ctx, "")
	if err != nil {
		return err
	}
	var wrong []error
	found := make(map[string]bool)
	for _, c := range list {
		found[c.Candidate.Address] = true
		want, ok := demoEnd[c.Candidate.Address]
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s (%s) should have no case", c.Ref, c.Candidate.Address))
			continue
		}
		sheet, err := r.daemon.store.Case(ctx, c.Ref)
		if err != nil {
			return err
		}
		var letters []string
		for _, l := range sheet.Letters {
			letters = append(letters, string(l.Kind))
		}
		got := ending{c.Phase, timeliness(c.Timeliness), c.Completeness, strings.Join(letters, " ")}
		if got != want {
			wrong = append(wrong, fmt.Errorf("%s (%s): %+v, the story wants %+v", c.Ref, c.Candidate.Address, got, want))
		}
	}
	for address := range demoEnd {
		if !found[address] {
			wrong = append(wrong, fmt.Errorf("%s should have a case", address))
		}
	}
	report, err := r.daemon.store.Verify(ctx, "", nil, nil)
	if err != nil {
		return err
	}
	for _, f := range report.Faults {
		wrong = append(wrong, errors.New(f))
	}
	if len(wrong) == 0 {
		fmt.Fprintln(r.out, "\nEverything went as it must.")
	}
	return errors.Join(wrong...)
}
