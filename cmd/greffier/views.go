package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// savedViews keeps the lists of cases that everybody finds on the desk under a
// name. Those of one member of staff are kept on the desk alone.
func savedViews(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "views", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	switch verb := flags.Arg(0); {
	case verb == "" || verb == "list":
		if err := noMore(flags, 1); err != nil {
			return err
		}
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return listViews(ctx, t, s) })
	case verb == "save" && flags.NArg() >= 3:
		query := strings.Join(flags.Args()[2:], " ")
		return changeStore(ctx, t, config, func(cfg *Config, s *store.Store) error {
			calls, err := cfg.rules()
			if err != nil {
				return usageError{err}
			}
			if _, err := cases.ParseQuery(query, calls, cfg.TimeZone); err != nil {
				return usageError{err}
			}
			return s.SaveView(ctx, actor(), 0, flags.Arg(1), url.Values{"q": {query}}.Encode())
		})
	case verb == "drop" && flags.NArg() == 2:
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error { return dropView(ctx, s, flags.Arg(1)) })
	}
	return usagef("greffier views: write list, save NAME QUERY or drop NAME")
}

func listViews(ctx context.Context, t terminal, s *store.Store) error {
	list, err := s.SavedViews(ctx, 0)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, v := range list {
		asks, err := url.QueryUnescape(v.Asks)
		if err != nil {
			return fmt.Errorf("read view %q: %w", v.Name, err)
		}
		rows = append(rows, []string{v.Name, asks, v.By})
	}
	return printTable(t.out, []string{"NAME", "ASKS", "SAVED BY"}, rows)
}

func dropView(ctx context.Context, s *store.Store, name string) error {
	list, err := s.SavedViews(ctx, 0)
	if err != nil {
		return err
	}
	for _, v := range list {
		if cases.Fold(v.Name) == cases.Fold(name) {
			_, err := s.DropView(ctx, actor(), 0, v.ID)
			return err
		}
	}
	return fmt.Errorf("view %q: %w", name, store.ErrNotFound)
}
