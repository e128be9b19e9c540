package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/desk"
	"greffier/desk/export"
	"greffier/ingest"
)

// exportCall writes the dossiers of an edition into a folder: dossiers as folders,
// and cases.csv, cases.xlsx and cases.json beside them. The folder appears under its
// name when all of it is written.
func exportCall(ctx context.Context, t terminal, args []string) error {
	var config, call, out string
	flags, err := parseFlags(t, "export", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&call, "call", "", "the `id` of the edition")
		f.StringVar(&out, "out", "", "the `folder` to make; it must be missing or empty")
	})
	if err != nil {
		return err
	}
	if err := noMore(flags, 0); err != nil {
		return err
	}
	switch {
	case call == "":
		return usagef("greffier export: which edition? write -call ID, as in the configuration")
	case out == "":
		return usagef("greffier export: where to? write -out DIR, a folder that is missing or empty")
	}
	if err := vacant(out); err != nil {
		return err
	}
	return changeStore(ctx, t, config, func(cfg *Config, s *store.Store) error {
		calls, err := cfg.rules()
		if err != nil {
			return usageError{err}
		}
		if calls.ByID(call) == nil {
			return usagef("greffier export: the configuration has no edition %q", call)
		}
		n, err := whole(out, func(dir string) (int, error) { return exportTo(ctx, t, cfg, s, cases.Calls{calls.ByID(call)}, dir) })
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "%d cases exported to %s\n", n, out)
		return nil
	})
}

// vacant refuses a folder that holds something.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("export: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty: an export never mixes with what is there; name a folder that is missing or empty", dir)
	}
	return nil
}

// whole has a folder filled under a temporary name beside its own, which it takes at
// the end: what is not whole is removed.
func whole(out string, fill func(dir string) (int, error)) (n int, err error) {
	out, err = filepath.Abs(out)
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(out), filepath.Base(out)+".partial-")
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if n, err = fill(dir); err != nil {
		return n, err
	}
	if err := os.Remove(out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return n, fmt.Errorf("export: %w", err)
	}
	if err := os.Rename(dir, out); err != nil {
		return n, fmt.Errorf("export: %w", err)
	}
	return n, nil
}

// exportTo fills a folder with an edition, and gives how many cases it has.
func exportTo(ctx context.Context, t terminal, cfg *Config, s *store.Store, calls cases.Calls, dir string) (int, error) {
	list, dossiers, err := desk.Exports(s, calls, cfg.TimeZone, ingest.OpenPart, cfg.Clamd.Address != "")
	if err != nil {
		return 0, err
	}
	dossiers.Now, dossiers.Warned = time.Now(), true
	each := func(f func(cases.Summary) error) error {
		return s.EachCase(ctx, cases.Query{{Field: "call", Op: ":", Value: calls[0].ID}}, f)
	}
	var refs []string
	if err := each(func(c cases.Summary) error { refs = append(refs, c.Ref); return nil }); err != nil {
		return 0, err
	}
	if err := s.TookDossiers(ctx, actor(), refs); err != nil {
		return 0, err
	}
	for name, write := range map[string]func(io.Writer) error{
		"cases.csv":  func(w io.Writer) error { return list.CSV(w, each) },
		"cases.xlsx": func(w io.Writer) error { return list.XLSX(w, each) },
		"cases.json": func(w io.Writer) error { return export.JSON(w, each) },
	} {
		if err := export.Dir(dir).File(name, dossiers.Now, write); err != nil {
			return 0, err
		}
	}
	progress := progressBar(t.err, "dossiers")
	for i, ref := range refs {
		if err := dossiers.Write(ctx, export.Dir(filepath.Join(dir, "dossiers")), ref); err != nil {
			if errors.Is(err, store.ErrAltered) {
				return 0, fmt.Errorf("%w: greffier verify tells more; nothing is exported", err)
			}
			return 0, err
		}
		progress(i+1, len(refs))
	}
	return len(refs), nil
}
