package main

import (
	"context"
	"flag"
	"strconv"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// note writes a note down on a case, or lists them.
func note(ctx context.Context, t terminal, args []string) error {
	var config string
	var asJSON bool
	flags, err := parseFlags(t, "note", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&asJSON, "json", false, "list: print an array of JSON objects")
	})
	if err != nil {
		return err
	}
	if flags.NArg() < 2 {
		return usagef("greffier note: write REF TEXT, or REF list")
	}
	ref := strings.ToUpper(flags.Arg(0))
	if flags.NArg() > 2 || flags.Arg(1) != "list" {
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			return s.Note(ctx, actor(), ref, strings.Join(flags.Args()[1:], " "))
		})
	}
	return readStore(ctx, config, func(_ *Config, s *store.Store) error {
		sheet, err := s.Case(ctx, ref)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(t.out, sheet.Notes)
		}
		return printTable(t.out, noteHead, noteRows(sheet))
	})
}

var noteHead = []string{"AT", "BY", "NOTE"}

func noteRows(c cases.Sheet) (rows [][]string) {
	for _, n := range c.Notes {
		rows = append(rows, []string{showInstant(n.At), n.Actor, strings.ReplaceAll(n.Text, "\n", " / ")})
	}
	return rows
}

// assign gives a case to a colleague, or to nobody.
func assign(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "assign", args, func(f *flag.FlagSet) { f.StringVar(&config, "config", "", "the configuration `file`") })
	if err != nil {
		return err
	}
	if flags.NArg() < 2 {
		return usagef("greffier assign: write REF NAME, or REF - for nobody")
	}
	ref, name := strings.ToUpper(flags.Arg(0)), strings.Join(flags.Args()[1:], " ")
	if name == "-" {
		name = ""
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error { return s.Assign(ctx, actor(), ref, name) })
}

// label gives a case a label, or takes one off.
func label(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "label", args, func(f *flag.FlagSet) { f.StringVar(&config, "config", "", "the configuration `file`") })
	if err != nil {
		return err
	}
	if flags.NArg() < 3 || flags.Arg(1) != "add" && flags.Arg(1) != "remove" {
		return usagef("greffier label: write REF add WORD, or REF remove WORD")
	}
	ref, word := strings.ToUpper(flags.Arg(0)), strings.Join(flags.Args()[2:], " ")
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		if flags.Arg(1) == "remove" {
			return s.Unlabel(ctx, actor(), ref, word)
		}
		return s.Label(ctx, actor(), ref, word)
	})
}

// task lists what staff have to do, and says what is done.
func task(ctx context.Context, t terminal, args []string) error {
	var config string
	var asJSON bool
	flags, err := parseFlags(t, "task", args, func(f *flag.FlagSet) {
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
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return listTasks(ctx, t, s, asJSON) })
	case "done", "reopen":
		id, err := strconv.ParseInt(flags.Arg(1), 10, 64)
		if err != nil || verb == "done" && flags.NArg() < 3 || verb == "reopen" && flags.NArg() > 2 {
			return usagef("greffier task: write done ID WORDS, to say what became of it, or reopen ID")
		}
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			if verb == "reopen" {
				return s.ReopenTask(ctx, actor(), id)
			}
			return s.FinishTask(ctx, actor(), id, strings.Join(flags.Args()[2:], " "))
		})
	default:
		return usagef("greffier task: %q is not list, done or reopen", verb)
	}
}

// listedTask is an open task as outsiders read it.
type listedTask struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Ref      string    `json:"ref"` // of the case, or ""
	Mail     int64     `json:"mail,omitempty"`
	Letter   int64     `json:"letter,omitempty"`
	OpenedAt time.Time `json:"opened_at"`
	Detail   string    `json:"detail"`
}

func listTasks(ctx context.Context, t terminal, s *store.Store, asJSON bool) error {
	tasks, err := s.OpenTasks(ctx)
	if err != nil {
		return err
	}
	list := []listedTask{}
	for _, k := range tasks {
		list = append(list, listedTask{k.ID, k.Kind, k.Ref, k.MailID, k.LetterID, k.OpenedAt, k.Detail})
	}
	if asJSON {
		return printJSON(t.out, list)
	}
	var rows [][]string
	for _, k := range list {
		rows = append(rows, []string{strconv.FormatInt(k.ID, 10), k.Kind, orDash(k.Ref), showInstant(&k.OpenedAt), k.Detail})
	}
	return printTable(t.out, []string{"ID", "KIND", "CASE", "OPENED", "DETAIL"}, rows)
}
