package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/ingest"
)

// quarantine lists, shows and replays the mails that were set aside.
func quarantine(ctx context.Context, t terminal, args []string) error {
	var config string
	var asJSON bool
	flags, err := parseFlags(t, "quarantine", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&asJSON, "json", false, "list: print an array of JSON objects")
	})
	if err != nil {
		return err
	}
	switch verb := flags.Arg(0); verb {
	case "", "list":
		if err := noMore(flags, 1); err != nil {
			return err
		}
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return listAside(ctx, t, s, asJSON) })
	case "show":
		id, err := idArgument(flags, "quarantine")
		if err != nil {
			return err
		}
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return showAside(ctx, t, s, id) })
	case "replay":
		id, err := idArgument(flags, "quarantine")
		if err != nil {
			return err
		}
		return changeStore(ctx, t, config, func(cfg *Config, s *store.Store) error {
			again, err := replay(ctx, cfg, clock{now: time.Now}, s, actor(), id)
			if err != nil {
				return err
			}
			if again {
				fmt.Fprintf(t.err, "mail %d will be fetched again at the next reading\n", id)
				return nil
			}
			fmt.Fprintf(t.err, "mail %d is filed; the daemon assesses and answers it\n", id)
			return nil
		})
	default:
		return usagef("greffier quarantine: %q is not list, show or replay", verb)
	}
}

func listAside(ctx context.Context, t terminal, s *store.Store, asJSON bool) error {
	mails, err := s.Aside(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		if mails == nil {
			mails = []cases.AsideMail{}
		}
		return printJSON(t.out, mails)
	}
	var rows [][]string
	for _, m := range mails {
		rows = append(rows, []string{strconv.FormatInt(m.ID, 10), m.Folder, strconv.Itoa(int(m.UID)), showInstant(m.Internal), strconv.Itoa(m.Tries), m.Reason})
	}
	return printTable(t.out, []string{"ID", "FOLDER", "UID", "IN THE MAILBOX", "TRIES", "WHY"}, rows)
}

// showAside prints the raw bytes of a mail set aside.
func showAside(ctx context.Context, t terminal, s *store.Store, id int64) (err error) {
	m, err := s.AsideMail(ctx, id)
	if err != nil {
		return err
	}
	if m.RawSHA256 == "" {
		return fmt.Errorf("mail %d could not be fetched (%s): replay it to try again", id, m.Reason)
	}
	file, err := s.Archive.Open(m.RawSHA256)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(t.out, file)
	return err
}

// replay files a mail set aside anew: from its archived bytes or, where they could
// not be had, by letting the daemon fetch it again, which it then reports. When it
// fails, the mail stays set aside.
func replay(ctx context.Context, cfg *Config, clock clock, s *store.Store, actor string, id int64) (again bool, err error) {
	m, err := s.AsideMail(ctx, id)
	if err != nil {
		return false, err
	}
	if m.RawSHA256 == "" {
		return true, s.Forget(ctx, actor, id)
	}
	filer := ingest.NewFiler(ingestConfig(cfg, clock), replaying{s, actor, id}, ingest.ArchiveOf(s.Archive))
	source := cases.Source{Mailbox: cfg.Mailbox.Address, Folder: m.Folder, UIDValidity: m.UIDValidity, UID: m.UID}
	if err := filer.Refile(ctx, m.RawSHA256, source, instantOf(m.Internal), instantOf(m.Fetched)); err != nil {
		return false, fmt.Errorf("mail %d stays set aside: %w", id, err)
	}
	return false, nil
}

// replaying files the one mail that somebody asks to be filed anew.
type replaying struct {
	*store.Store
	actor string
	id    int64
}

// Receive files it with their name.
func (r replaying) Receive(ctx context.Context, arrivals []cases.Arrival) error {
	for _, a := range arrivals {
		if err := r.Replay(ctx, r.actor, r.id, a); err != nil {
			return err
		}
	}
	return nil
}

func instantOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
