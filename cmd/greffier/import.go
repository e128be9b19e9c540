package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/ingest"
)

// importMails files mails from files as if they had been fetched, but answers
// nobody, ever. What the mailbox would have vouched for is unknown: without a
// trusted hop the verdict on a deposit is left to a person. It may run beside
// the daemon, be interrupted, and be run again: mails known by their bytes are
// passed over. A mail that cannot be filed stops no other.
func importMails(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "import", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return usagef("greffier import: name the files and folders to import")
	}
	return changeStore(ctx, t, config, func(cfg *Config, s *store.Store) error {
		found := findMails(flags.Args())
		im := importer{store: s, filer: ingest.NewFiler(ingestConfig(cfg, clock{now: time.Now}), s, ingest.ArchiveOf(s.Archive)),
			by: actor(), failed: found.failed, seen: make(map[string]bool), progress: progressBar(t.err, "importing mails")}
		err := im.run(ctx, found.files)
		for _, failure := range im.failed {
			fmt.Fprintln(t.err, "not imported:", printable(failure))
		}
		fmt.Fprintf(t.err, "%d mails imported, %d known already, %d failed", im.imported, im.known, len(im.failed))
		if found.passed > 0 {
			fmt.Fprintf(t.err, "; %d other files passed over", found.passed)
		}
		fmt.Fprintln(t.err)
		if ctx.Err() != nil {
			return errors.New("interrupted: run it again to import the rest")
		}
		if err != nil {
			return fmt.Errorf("stopped: %w; run it again to import the rest", err)
		}
		// Also what an import that was interrupted has left.
		if err := assessImported(ctx, cfg, importedMails{s, im.seen}); err != nil {
			return fmt.Errorf("the mails are filed, not all are assessed (the daemon goes on with it): %w", err)
		}
		if len(im.failed) > 0 {
			return fmt.Errorf("%d could not be imported", len(im.failed))
		}
		return nil
	})
}

// importScratch begins the names of scratch folders, which stay empty: the files in
// them have no names. They are made again when they are missing.
const importScratch = "import-"

// assessImported looks into the files of imported mails, in scratch space of its
// own: the daemon may be at the same work.
func assessImported(ctx context.Context, cfg *Config, mails importedMails) (err error) {
	spool, err := os.MkdirTemp(filepath.Join(cfg.DataDir, "cache"), importScratch)
	if err != nil {
		return fmt.Errorf("make the cache: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(spool)) }()
	looker, err := newLooker(filepath.Join(cfg.DataDir, "cache"), spool)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, looker.Close()) }()
	keeper := textKeeper{mails, mails.Store, quiet()}
	return ingest.NewAssessor(keeper, ingest.ArchiveOf(mails.Archive), looker.Look, spool, quiet()).Drain(ctx)
}

// importedMails is a store in which only the mails of an import wait to be assessed.
// The others belong to the daemon: what is assessed here it would answer later.
type importedMails struct {
	*store.Store
	mine map[string]bool // by SHA-256
}

// ToAssess implements ingest.AssessStore.
func (s importedMails) ToAssess(ctx context.Context, limit int) ([]cases.Unassessed, error) {
	for {
		mails, err := s.Store.ToAssess(ctx, limit)
		all := len(mails) < limit
		mails = slices.DeleteFunc(mails, func(m cases.Unassessed) bool { return !s.mine[m.RawSHA256] })
		if err != nil || all || len(mails) > 0 {
			return mails, err
		}
		limit *= 2
	}
}
