package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// listCases lists cases, all or those that match a query.
func listCases(ctx context.Context, t terminal, args []string) error {
	var config string
	var asJSON bool
	flags, err := parseFlags(t, "cases", negated(args), func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&asJSON, "json", false, "print an array of JSON objects")
		usage := f.Usage
		f.Usage = func() {
			usage()
			queryHelp(t.err)
		}
	})
	if err != nil {
		return err
	}
	return readStore(ctx, config, func(cfg *Config, s *store.Store) error {
		query, err := cases.ParseQuery(strings.Join(flags.Args(), " "), cfg.rulesToRead(), cfg.TimeZone)
		if err != nil {
			return usageError{err}
		}
		if store.NeedsIndex(query) {
			if err := updateIndex(ctx, t, s); err != nil {
				return err
			}
		}
		list, err := s.Cases(ctx, query)
		if err != nil {
			return err
		}
		if asJSON {
			if list == nil {
				list = []cases.Summary{}
			}
			return printJSON(t.out, list)
		}
		var rows [][]string
		for _, c := range list {
			rows = append(rows, []string{c.Ref, string(c.Phase), orDash(timeliness(c.Timeliness)), string(c.Completeness), pieces(c), showInstant(c.DepositedAt),
				orDash(c.Candidate.Name), c.Candidate.Address})
		}
		return printTable(t.out, []string{"REF", "PHASE", "TIMELINESS", "DOSSIER", "PIECES", "DEPOSITED", "CANDIDATE", "ADDRESS"}, rows)
	})
}

// negated puts terms such as -has:link behind "--", so that they are not taken
// for flags.
func negated(args []string) []string {
	var only []string
	if end := slices.Index(args, "--"); end >= 0 {
		args, only = args[:end], args[end+1:]
	}
	var flags, terms []string
	for _, a := range args {
		// -has:link, and '-mêlée hub' in one argument; no flag is written so.
		if at := strings.IndexAny(a, ":= "); strings.HasPrefix(a, "-") && at > 0 && a[at] != '=' {
			terms = append(terms, a)
		} else {
			flags = append(flags, a)
		}
	}
	return slices.Concat(flags, []string{"--"}, terms, only)
}

// updateIndex brings the full-text index up to date before a search. Where that
// cannot be done, what is in it is searched, and the reader is told.
func updateIndex(ctx context.Context, t terminal, s *store.Store) error {
	err := s.UpdateIndex(ctx, progressBar(t.err, "full-text index"))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(t.err, "warning: cases may be missing from the list: %v\n", err)
		return nil
	}
	state, err := s.IndexState(ctx)
	if err != nil {
		return err
	}
	if state.Unread > 0 {
		fmt.Fprintf(t.err, "warning: the files of %d mails were searched by their names alone: greffier serve has yet to read them\n", state.Unread)
	}
	return nil
}

// queryHelp tells the search language.
func queryHelp(w io.Writer) {
	fmt.Fprint(w, `
QUERY is words, "words in a row" and FIELD:VALUE terms; all must hold, - before one
negates it. Words are looked for in mails, files, letters, names, facts, notes
and labels, without accents and capitals, as beginnings of words from 3 letters on. Dates are 2018-11-30,
2018-11-30T17:00, 2018-11 or 2018, and may follow >, >=, < or <=. Fields and values
may be in French too: manque:rib phase:dossier-depose. Put the query between single
quotes; one that is a single word with - before it stands behind --.

  greffier cases -config FILE 'phase:depositing missing:rib dept:Bretagne -has:link'
  greffier cases -config FILE 'received:>2018-11-29 "lettre de soutien"'

`)
	for _, f := range cases.QueryFields() {
		line := fmt.Sprintf("  %-13s %s", f.Name+":", f.Says)
		if len(f.Values) > 1 {
			line += ":"
			for i, v := range f.Values {
				if i+1 < len(f.Values) {
					v += ","
				}
				if len(line)+1+len(v) > helpWidth {
					fmt.Fprintln(w, line)
					line = strings.Repeat(" ", 15)
				}
				line += " " + v
			}
		}
		fmt.Fprintln(w, line)
	}
}

// helpWidth is how wide a line of help is at most.
const helpWidth = 100

// pieces says how many of the required pieces are there.
func pieces(c cases.Summary) string {
	here, required := 0, 0
	for _, p := range c.Pieces {
		if p.Required {
			required++
			if p.Status.Counts() {
				here++
			}
		}
	}
	return fmt.Sprintf("%d/%d", here, required)
}

func timeliness(t *cases.Timeliness) string {
	if t == nil {
		return ""
	}
	return string(*t)
}

// showCase shows everything about one case, or sets it aside.
func showCase(ctx context.Context, t terminal, args []string) error {
	var config, motive string
	var asJSON bool
	flags, err := parseFlags(t, "case", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&asJSON, "json", false, "print a JSON object")
		f.StringVar(&motive, "motive", "", "withdraw, duplicate, off-subject, reinstate: why; it stays with the case")
	})
	if err != nil {
		return err
	}
	if flags.NArg() == 2 {
		return putCase(ctx, t, config, strings.ToUpper(flags.Arg(0)), cases.Act(flags.Arg(1)), motive)
	}
	if flags.NArg() != 1 {
		return usagef("greffier case: which case? write one reference, such as HUB18-0042")
	}
	return readStore(ctx, config, func(_ *Config, s *store.Store) error {
		sheet, err := s.Case(ctx, flags.Arg(0))
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(t.out, sheet)
		}
		return printSheet(t.out, sheet)
	})
}

func printSheet(w io.Writer, c cases.Sheet) error {
	if err := printTable(w, []string{c.Ref, shorten(printable(c.Candidate.Name+" <"+c.Candidate.Address+">"), widest)}, [][]string{
		{"organisation", orDash(c.Candidate.Organisation)},
		{"phase", fmt.Sprintf("%s (%s)%s", c.Phase, c.Phase.Label(), mergedInto(c.Summary))},
		{"timeliness", orDash(timeliness(c.Timeliness))},
		{"dossier", fmt.Sprintf("%s, %s required pieces", c.Completeness, pieces(c.Summary))},
		{"publication", string(c.Publication)},
		{"assigned", orDash(c.Assigned)},
		{"labels", orDash(strings.Join(c.Labels, ", "))},
		{"opened", showInstant(c.OpenedAt)},
		{"deposited", showInstant(c.DepositedAt)},
	}); err != nil {
		return err
	}
	var rows [][]string
	for _, p := range c.Pieces {
		var names []string
		for _, f := range p.Files {
			names = append(names, scannedName(f))
		}
		rows = append(rows, []string{string(p.Status), p.ID, p.Label, strings.Join(names, ", ")})
	}
	for _, f := range c.Unsorted {
		rows = append(rows, []string{"to sort", "", "", scannedName(f)})
	}
	if err := section(w, "Pieces", []string{"STATUS", "PIECE", "LABEL", "FILES"}, rows); err != nil {
		return err
	}
	if err := section(w, "Facts", factHead, factRows(c.Summary)); err != nil {
		return err
	}
	rows = nil
	for _, m := range c.Mails {
		verdict := orDash(timeliness(m.Timeliness))
		if m.Complement != nil {
			verdict += fmt.Sprintf(", complement %s", m.Complement.Timeliness)
		}
		rows = append(rows, []string{strconv.FormatInt(m.ID, 10), showInstant(m.ReceivedAt), string(m.Clock), verdict, string(m.Kind), m.From.Address, m.Subject})
		for _, clock := range []struct {
			name string
			at   string
		}{{"our server", showInstant(m.Clocks.Boundary)}, {"mailbox", showInstant(m.Clocks.InternalDate)}, {"announced", showInstant(m.Clocks.Date)}, {"fetched", showInstant(m.Clocks.Fetched)}} {
			rows = append(rows, []string{"", clock.at, clock.name, "", "", "", ""})
		}
	}
	if err := section(w, "Mails", []string{"ID", "RECEIVED", "CLOCK", "VERDICT", "KIND", "FROM", "SUBJECT"}, rows); err != nil {
		return err
	}
	if err := section(w, "Letters", letterHead, letterRows(c.Letters)); err != nil {
		return err
	}
	if err := section(w, "Notes", noteHead, noteRows(c)); err != nil {
		return err
	}
	rows = nil
	for _, k := range c.Complements {
		for _, p := range k.Pieces {
			state := "awaited"
			switch {
			case p.Here:
				state = "here"
			case k.Outcome != "":
				state = "missing"
			}
			rows = append(rows, []string{strconv.FormatInt(k.ID, 10), state, p.ID, showInstant(k.Due), orDash(string(k.Outcome)), k.AskedBy, p.Why})
		}
	}
	if err := section(w, "Complements", []string{"ID", "STATE", "PIECE", "DUE", "ENDED", "BY", "WHY"}, rows); err != nil {
		return err
	}
	rows = nil
	for _, d := range c.Decisions {
		what := strings.TrimSpace(d.Verdict + " " + d.Other)
		if d.Mail != 0 {
			what += fmt.Sprintf(" (mail %d)", d.Mail)
		}
		rows = append(rows, []string{strconv.FormatInt(d.ID, 10), string(d.Kind), d.Case, what, showInstant(d.At), d.Actor, d.Motive, showInstant(d.UndoneAt)})
	}
	if err := section(w, "Decisions", []string{"ID", "KIND", "CASE", "WHAT", "AT", "BY", "MOTIVE", "UNDONE"}, rows); err != nil {
		return err
	}
	rows = nil
	for _, k := range c.Tasks {
		rows = append(rows, []string{strconv.FormatInt(k.ID, 10), k.Kind, showInstant(k.OpenedAt), showInstant(k.DoneAt), k.Detail})
	}
	if err := section(w, "Tasks", []string{"ID", "KIND", "OPENED", "DONE", "DETAIL"}, rows); err != nil {
		return err
	}
	rows = nil
	for _, e := range c.Journal {
		rows = append(rows, []string{strconv.FormatInt(e.Seq, 10), showInstant(e.At), e.Actor, e.Event, e.Hash[:12]})
	}
	return section(w, "Journal", []string{"SEQ", "AT", "ACTOR", "EVENT", "HASH"}, rows)
}

// mergedInto names the case that took the mails of a duplicate.
func mergedInto(c cases.Summary) string {
	if c.MergedInto == "" {
		return ""
	}
	return ", went into " + c.MergedInto
}

// scannedName is the name of a file, with the word of the antivirus where it is
// other than that it is clean, or that it was not asked.
func scannedName(f cases.FileSheet) string {
	if f.Scan == cases.ScanClean || f.Scan == cases.NotScanned {
		return f.Filename
	}
	return fmt.Sprintf("%s [%s]", f.Filename, f.Scan)
}

// section prints a table under a title; nothing where it has no rows.
func section(w io.Writer, title string, head []string, rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\n%s\n", title)
	return printTable(w, head, rows)
}
