package main

import (
	"context"
	"flag"
	"strconv"

	"greffier/cases"
	"greffier/cases/store"
)

// outbox lists letters and their delivery.
func outbox(ctx context.Context, t terminal, args []string) error {
	var config string
	var asJSON bool
	flags, err := parseFlags(t, "outbox", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&asJSON, "json", false, "print an array of JSON objects")
	})
	if err != nil {
		return err
	}
	if err := noMore(flags, 0); err != nil {
		return err
	}
	return readStore(ctx, config, func(_ *Config, s *store.Store) error {
		letters, err := s.Outbox(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(t.out, letters)
		}
		return printTable(t.out, letterHead, letterRows(letters))
	})
}

var letterHead = []string{"ID", "CASE", "KIND", "TO", "STATE", "ATTEMPTS", "SENT", "NEXT", "LAST ANSWER"}

func letterRows(letters []cases.LetterSheet) [][]string {
	var rows [][]string
	for _, l := range letters {
		rows = append(rows, []string{strconv.FormatInt(l.ID, 10), orDash(l.Ref), string(l.Kind), l.To, string(l.State), strconv.Itoa(l.Attempts),
			showInstant(l.SentAt), showInstant(l.NextAt), orDash(l.LastAnswer)})
	}
	return rows
}
