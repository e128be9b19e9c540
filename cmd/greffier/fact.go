package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// fact shows what a case tells of its candidate, and takes the word of staff.
func fact(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "fact", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	ref, verb, name := flags.Arg(0), flags.Arg(1), cases.FactName(flags.Arg(2))
	words := 3
	switch {
	case ref == "":
		return usagef("greffier fact: which case? write its reference, such as HUB18-0042")
	case verb == "":
		return readStore(ctx, config, func(_ *Config, s *store.Store) error {
			sheet, err := s.Case(ctx, ref)
			if err != nil {
				return err
			}
			return printTable(t.out, factHead, factRows(sheet.Summary))
		})
	case verb != "confirm" && verb != "set" && verb != "unset":
		return usagef("greffier fact: %q is not confirm, set or unset", verb)
	case !slices.Contains(cases.FactNames(), name):
		return usagef("greffier fact: %q is no fact: write one of %s", name, factNames())
	case verb == "set":
		if flags.NArg() < 4 {
			return usagef("greffier fact: set %s to what? write its value", name)
		}
		words = flags.NArg() // a value of several words needs no quotes
		if _, err := cases.ReadSaid(name, strings.Join(flags.Args()[3:], " ")); err != nil {
			return usagef("greffier fact: %s: %w", name, err)
		}
	}
	if err := noMore(flags, words); err != nil {
		return err
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		var err error
		switch verb {
		case "confirm":
			err = s.ConfirmFact(ctx, actor(), ref, name)
		case "set":
			err = s.SetFact(ctx, actor(), ref, name, strings.Join(flags.Args()[3:], " "))
		case "unset":
			err = s.UnsetFact(ctx, actor(), ref, name)
		}
		if err != nil {
			return err
		}
		sheet, err := s.Case(ctx, ref)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "%s is judged anew: %s, dossier %s, %s required pieces\n", sheet.Ref, sheet.Phase, sheet.Completeness, pieces(sheet.Summary))
		return nil
	})
}

func factNames() string {
	var names []string
	for _, n := range cases.FactNames() {
		names = append(names, string(n))
	}
	return strings.Join(names, ", ")
}

var factHead = []string{"FACT", "VALUE", "SOURCE", "CONFIRMED", "BUT"}

// saidBy names a source, and the case of which staff said it where that went
// into this one.
func saidBy(source cases.FactSource, of string) string {
	if of == "" {
		return string(source)
	}
	return string(source) + ", of " + of
}

// factRows tells each fact with what speaks against it; territories and partners,
// which are many, in one row each.
func factRows(c cases.Summary) [][]string {
	var rows [][]string
	for i, f := range c.Facts {
		value := f.Value
		if f.Name == cases.FactTerritory {
			value = f.Value + " " + cases.TerritoryName(f.Value)
		}
		if i > 0 && c.Facts[i-1].Name == f.Name {
			rows[len(rows)-1][1] += ", " + value
			continue
		}
		var but []string
		if f.Doubt != "" {
			but = append(but, f.Doubt)
		}
		for _, a := range f.Against {
			but = append(but, fmt.Sprintf("%s: %s", saidBy(a.Source, a.Of), a.Value))
		}
		confirmed := ""
		if f.Confirmed {
			confirmed = "yes"
		}
		rows = append(rows, []string{string(f.Name), value, saidBy(f.Source, f.Of), confirmed, strings.Join(but, "; ")})
	}
	if c.Perimeter != nil {
		rows = append(rows, []string{"perimeter", string(c.Perimeter.Verdict), "", "", c.Perimeter.Reason})
	}
	return rows
}
