package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/desk"
	"greffier/ingest"
	"greffier/ingest/content"
	"greffier/notify"
)

// daemon is the whole program at work on one data folder, which its maker has
// locked.
type daemon struct {
	cfg   *Config
	store *store.Store
	clock clock
	log   *slog.Logger

	session  *ingest.Session
	looker   *content.Child
	assessor *ingest.Assessor
	scanner  *ingest.Scanner // nil: no antivirus is configured
	sender   *notify.Sender
	sent     *ingest.SentFolder // nil: none is configured
	desk     *desk.Desk
	kick     chan struct{} // something may be due
	search   chan struct{} // the full-text index may be behind
	alarms   alarms
}

// newDaemon wires the parts, from the store up.
func newDaemon(ctx context.Context, cfg *Config, clock clock, log *slog.Logger) (*daemon, error) {
	if err := checkTemplates(cfg); err != nil {
		return nil, err
	}
	calls, err := cfg.rules()
	if err != nil {
		return nil, usageError{err}
	}
	s, err := openStore(ctx, cfg, calls, clock.now)
	if err != nil {
		return nil, err
	}
	d := &daemon{cfg: cfg, store: s, clock: clock, log: log, kick: make(chan struct{}, 1), search: make(chan struct{}, 1), alarms: alarms{started: clock.now(), told: make(map[string]bool)}}
	if err := d.wire(ctx, calls); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

func (d *daemon) wire(ctx context.Context, calls cases.Calls) error {
	if err := d.store.Archive.Clean(); err != nil {
		return err
	}
	if err := d.store.ReopenAttempts(ctx); err != nil {
		return err
	}
	for i, call := range calls {
		if err := d.store.KeepPack(ctx, call, os.DirFS(d.cfg.Calls[i].Pack)); err != nil {
			return err
		}
	}
	spool := filepath.Join(d.cfg.DataDir, "cache", "assess")
	if err := os.RemoveAll(spool); err != nil {
		return fmt.Errorf("empty the cache: %w", err)
	}
	if err := removeEmpty(filepath.Join(d.cfg.DataDir, "cache"), importScratch); err != nil {
		return err
	}
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return fmt.Errorf("make the cache: %w", err)
	}
	letters, err := newLetters(d.cfg, calls, d.log)
	if err != nil {
		return err
	}
	archive := ingest.ArchiveOf(d.store.Archive)
	access := newAccesses(d.cfg, d.log)
	d.session = newSession(d.cfg, access, d.clock, d.store, letters, d.log, d.trouble, d.recovered)
	if d.looker, err = newLooker(filepath.Join(d.cfg.DataDir, "cache"), spool); err != nil {
		return err
	}
	d.assessor = ingest.NewAssessor(textKeeper{d.store, d.store, d.log}, archive, d.looker.Look, spool, d.log)
	d.store.LookWith(d.assessor.LookAgain)
	if d.cfg.Clamd.Address != "" {
		d.scanner = ingest.NewScanner(clamd(d.cfg), d.store, archive, d.log)
		d.assessor.ScanWith(d.scanner)
	}
	var settled func(cases.Letter, cases.Outcome, string)
	if folder := d.cfg.Mailbox.SentFolder; folder != "" {
		c := ingestConfig(d.cfg, d.clock)
		c.Log, c.Token = d.log, access.mailbox.function()
		d.sent = ingest.NewSentFolder(c, folder, d.store, d.store, archive)
		settled = func(_ cases.Letter, outcome cases.Outcome, _ string) {
			if outcome == cases.Delivered {
				d.sent.Kick()
			}
		}
	}
	if d.sender, err = newSender(d.cfg, access, d.clock.now, d.store, letters, d.log, settled); err != nil {
		return err
	}
	if d.desk, err = newDesk(d.cfg, calls, d.clock, d.store, letters, d.looker, d.log); err != nil {
		return err
	}
	d.store.OnChange(d.wake)
	return nil
}

// removeEmpty removes the folders in dir whose names begin with prefix and in which
// there is nothing.
func removeEmpty(dir, prefix string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("empty the cache: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTEMPTY) {
			return fmt.Errorf("empty the cache: %w", err)
		}
	}
	return nil
}

// newDesk makes the desk of a configuration; looker shows it files.
func newDesk(cfg *Config, calls cases.Calls, clock clock, s *store.Store, letters *notify.Letters, looker *content.Child, log *slog.Logger) (*desk.Desk, error) {
	c := cfg.Desk
	again := func(ctx context.Context, actor string, id int64) (bool, error) {
		return replay(ctx, cfg, clock, s, actor, id)
	}
	return desk.New(desk.Options{Store: s, Replay: again, Calls: calls, Letters: letters, Location: cfg.TimeZone, Now: clock.now, Listen: c.Listen, BaseURL: c.BaseURL,
		TLSCert: c.TLSCert, TLSKey: c.TLSKey, TrustedProxies: c.TrustedProxies, Log: log,
		OpenPart: ingest.OpenPart, Preview: previews(looker), Cache: filepath.Join(cfg.DataDir, "cache", "previews"), Scanning: cfg.Clamd.Address != ""})
}

// newSession makes the mailbox session of a configuration; s and letters may be
// nil for one that only tries the login.
func newSession(cfg *Config, access accesses, clock clock, s *store.Store, letters *notify.Letters, log *slog.Logger, trouble func(ingest.Trouble, error), recovered func(ingest.Trouble)) *ingest.Session {
	c := ingestConfig(cfg, clock)
	c.Token, c.Log, c.Trouble, c.Recovered, c.Progress = access.mailbox.function(), log, trouble, recovered, backlogProgress(log)
	if s == nil {
		return ingest.New(c, nil, nil)
	}
	c.OwnLetter = letters.Recognises
	return ingest.New(c, s, ingest.ArchiveOf(s.Archive))
}

// longBacklog is how many mails make a reading that is worth telling about.
const longBacklog = 500

// backlogProgress logs how far a long reading of the mailbox is, at each tenth.
func backlogProgress(log *slog.Logger) func(done, total int) {
	last := 0
	return func(done, total int) {
		if total < longBacklog {
			return
		}
		tenth := done * 10 / total
		if tenth != last {
			log.Info("reading the mailbox", "done", done, "total", total)
		}
		last = tenth
	}
}

// ingestConfig is the part of a configuration by which mail is read.
func ingestConfig(cfg *Config, clock clock) ingest.Config {
	m := cfg.Mailbox
	return ingest.Config{Mailbox: m.Address, Host: m.Host, Port: m.Port, Security: m.Security, Username: m.Username, Password: reveal(m.Password),
		Folder: m.Folder, ProcessedFolder: m.ProcessedFolder, PollEvery: m.PollEvery, ReceivedBy: m.ReceivedBy, AuthservID: m.AuthservID,
		SpamHeader: m.SpamHeader, MaxSize: m.MaxSize, AnswerSince: m.AnswerSince, StaffDomains: cfg.Service.StaffDomains, OwnAddresses: cfg.ownAddresses(),
		Now: clock.now, Simulated: clock.simulated, Scratch: filepath.Join(cfg.DataDir, "cache", "incoming")}
}

// reveal reads a secret when it is needed, each time anew.
func reveal(ref SecretRef) func() (string, error) {
	return func() (string, error) {
		if !ref.IsSet() {
			return "", nil
		}
		secret, err := ref.Read()
		if err != nil {
			return "", err
		}
		return secret.Reveal(), nil
	}
}

// wake tells every part that something was written. It does not block.
func (d *daemon) wake() {
	d.assessor.Kick()
	d.sender.Kick()
	for _, kick := range []chan struct{}{d.kick, d.search} {
		select {
		case kick <- struct{}{}:
		default:
		}
	}
}

// Close ends the processes that look into files and closes the store, last of all.
func (d *daemon) Close() error { return errors.Join(d.looker.Close(), d.store.Close()) }

// Alive returns nil while the store answers.
func (d *daemon) Alive(ctx context.Context) error {
	_, err := d.store.Pulse(ctx)
	return err
}

// Once reads the mailbox to its end, assesses what came, does what is due and
// delivers what can be delivered. It fails if the mailbox was not read to its
// end; what had been read before is assessed and answered all the same.
func (d *daemon) Once(ctx context.Context) error {
	var unsure error // whether a letter has left already
	if d.sent != nil {
		unsure = d.sent.Look(ctx)
	}
	failed := []error{unsure, d.session.Once(ctx), d.assessor.Drain(ctx), d.scan(ctx), d.due(ctx), d.watchAlarms(ctx)}
	if err := ctx.Err(); err != nil {
		return err
	}
	if unsure == nil {
		failed = append(failed, d.sender.DeliverDue(ctx))
		if d.sent != nil {
			failed = append(failed, d.sent.Look(ctx))
		}
	}
	d.updateIndex(ctx)
	return errors.Join(failed...)
}

// scan has files judged that the antivirus could not judge before.
func (d *daemon) scan(ctx context.Context) error {
	if d.scanner == nil {
		return nil
	}
	return d.scanner.Drain(ctx)
}

// clamd is where the configured antivirus listens.
func clamd(cfg *Config) ingest.Clamd {
	network, address := cfg.Clamd.Endpoint()
	return ingest.Clamd{Network: network, Address: address}
}

// Run works until ctx ends, then lets each part finish what is in hand.
func (d *daemon) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var parts sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	start := func(name string, run func(context.Context) error) {
		parts.Go(func() {
			err := run(ctx)
			if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
				return
			}
			mu.Lock()
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
			mu.Unlock()
			cancel() // a part that cannot go on stops the whole, loudly
		})
	}
	parts.Go(func() {
		if err := d.looker.Prepare(); err != nil {
			d.log.Warn("PDFs are judged, not read", "error", err)
		}
	})
	start("mailbox", d.session.Run)
	start("assessing", d.assessor.Run)
	if d.scanner != nil {
		start("antivirus", d.scanner.Run)
	}
	start("sending", d.send)
	if d.sent != nil {
		start("sent mail", d.sent.Run)
	}
	start("calendar", d.watchCalendar)
	start("full-text index", d.keepIndex)
	start("desk", d.desk.Run)
	start("watchdog", func(ctx context.Context) error {
		watchdog(ctx, d.Alive, func(err error) { d.log.Warn("service manager", "error", err) })
		return nil
	})
	d.tell("READY=1")
	d.log.Info("serving", "mailbox", d.cfg.Mailbox.Host, "calls", len(d.cfg.Calls))
	<-ctx.Done()
	d.tell("STOPPING=1")
	d.log.Info("stopping")
	parts.Wait()
	d.log.Info("stopped")
	return errors.Join(failed...)
}

// sentPatience is how long letters wait for the folder of sent mail to be read.
const sentPatience = 10 * time.Minute

// send delivers letters, once it is known which of them left before: a store
// restored from a backup does not remember, the folder of sent mail does.
func (d *daemon) send(ctx context.Context) error {
	if d.sent != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-d.sent.Read():
		case <-time.After(sentPatience):
			d.log.Warn("letters leave although the folder of sent mail could not be read")
		}
	}
	return d.sender.Run(ctx)
}

func (d *daemon) tell(state string) {
	if err := tellSystemd(state); err != nil {
		// Without its service manager the daemon works all the same.
		d.log.Warn("service manager", "error", err)
	}
}

// lookEvery is how often the calendar is looked at when nothing happens: the
// machine's clock may have been set, and commands write beside the daemon.
const lookEvery = 20 * time.Second

// watchCalendar does what is due, again and again until ctx ends.
func (d *daemon) watchCalendar(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := d.due(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("what is due could not be done, trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-d.kick:
		case <-tick.C:
			// A command beside the daemon may have left work.
			d.assessor.Kick()
			d.sender.Kick()
			if err := d.watchAlarms(ctx); err != nil && ctx.Err() == nil {
				d.log.Error("alarms could not be looked after, trying again", "error", err)
			}
		}
	}
}

// due does what the calendar asks for: the deadline transition, due instants of
// complements, reminders, what is to be proposed to staff, the digest. One that fails does not hold up the others.
func (d *daemon) due(ctx context.Context) error {
	frozen, err := d.store.FreezeDue(ctx)
	for _, id := range frozen {
		d.log.Info("deadline passed, dossiers frozen", "call", id)
	}
	ended, complementErr := d.store.EndComplements(ctx)
	for _, ref := range ended {
		d.log.Info("due instant of a complement passed", "case", ref)
	}
	var digest cases.Schedule
	if d.cfg.Service.Digest != nil {
		digest = zoned{d.cfg.Service.Digest, d.cfg.TimeZone}
	}
	return errors.Join(err, complementErr, d.store.OweReminders(ctx), d.store.Propose(ctx), d.store.OweDigest(ctx, digest))
}
