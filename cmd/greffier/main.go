// Command greffier is the clerk of a call for projects that is received by
// mail: it watches the mailbox, turns every mail into a case, answers, enforces
// the deadline on evidence and reminds.
//
// Each subcommand stands in a file of its own. This package alone knows flags,
// the config file, signals, cron expressions and exit codes: 0 fine, 1 failed,
// 2 wrong usage or configuration. Machine output goes to stdout, everything
// else to stderr.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends ctx; stop puts the default back, so that the second
	// one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(runCommand(ctx, terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr}, os.Args[1:]))
}

// terminal is what a command reads from and writes to.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// command is one subcommand.
type command struct {
	name, args, does string
	run              func(ctx context.Context, t terminal, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "[-listen 127.0.0.1:8080] [-exit]", "rehearse a call on servers inside the program", demo},
		{"serve", "-config FILE [-once] [-now RFC3339]", "the daemon", serve},
		{"check", "-config FILE [-connect]", "validate the configuration", check},
		{"inspect", "[-config FILE [-call ID]] FILE.eml...", "how a mail is read, one JSON object a line", inspect},
		{"cases", "-config FILE [-json] [QUERY]", "list cases, all or those that a query finds", listCases},
		{"case", "-config FILE [-json] REF [withdraw|duplicate|off-subject|reinstate -motive TEXT]", "everything about one case; or set it aside, or take it up again", showCase},
		{"fact", "-config FILE REF [confirm|set|unset NAME]", "what a case tells of its candidate; staff confirm or correct it", fact},
		{"reply", "-config FILE [-mail ID] [-to ADDRESS] [-text FILE] [-template NAME] [-preview] REF | templates REF", "answer a mail of a case, in your words or from a ready-made text", reply},
		{"complement", "-config FILE REF -pieces A,B -due 2018-12-15T17:00:00 [-text FILE] [-preview] | prolong REF -due … | withdraw REF", "ask for pieces of a dossier under examination", complement},
		{"outbox", "-config FILE [-json]", "letters and their delivery", outbox},
		{"letter", "-config FILE show ID | again ID [-to ADDRESS] | cancel ID | pack REF [-to ADDRESS]", "one letter: its bytes; send it again, or keep it from leaving; send the pack again", letter},
		{"quarantine", "-config FILE [list|show|replay ID]", "mails set aside", quarantine},
		{"attach", "-config FILE [list|accept|refuse|undo ID]", "mails waiting beside a case", attach},
		{"staff", "-config FILE [list|add|password|disable|enable NAME]", "accounts of the desk; a password is asked for, or read from the input", staff},
		{"views", "-config FILE [list|save NAME QUERY|drop NAME]", "lists of cases that all staff have on the desk", savedViews},
		{"merge", "-config FILE REF INTO | undo REF | dismiss REF OTHER | list", "join two cases of one candidacy; what is proposed", merge},
		{"split", "-config FILE [-into REF2] REF MAIL... | undo REF | dismiss MAIL", "take mails out of a case", split},
		{"arbitrate", "-config FILE REF on_time|late -motive TEXT | undo REF", "decide deposits to arbitrate", arbitrate},
		{"derogate", "-config FILE REF -motive TEXT | undo REF", "admit a late case", derogate},
		{"note", "-config FILE REF TEXT | REF list", "write a note down on a case, for colleagues", note},
		{"assign", "-config FILE REF NAME|-", "give a case to a colleague, or to nobody", assign},
		{"label", "-config FILE REF add|remove WORD", "label a case, or take a label off", label},
		{"task", "-config FILE [list | done ID WORDS | reopen ID]", "what staff have to do; say that it is done", task},
		{"key", "-config FILE rotate", "a new key for the tokens of letters; old letters are still recognised", rotateKey},
		{"piece", "-config FILE REF [MAIL/PART VERB]", "what the files of a case are taken for, and what staff say of them", piece},
		{"recognition", "-config FILE score", "how right recognition is, by what staff said", recognition},
		{"rescan", "-config FILE [REF]", "have the antivirus judge files again", rescan},
		{"import", "-config FILE PATH...", "file .eml, mbox or Maildir mails silently", importMails},
		{"export", "-config FILE -call ID -out DIR", "the dossiers of an edition as folders, with lists as CSV, XLSX and JSON", exportCall},
		{"verify", "-config FILE [REF]", "check journal, archive, snapshots and letters", verify},
		{"backup", "-config FILE DIR", "a consistent copy of the data folder, also while the daemon runs", backup},
		{"version", "", "the version of the program", version},
	}
}

// usageError is a wrong use of a command or a wrong configuration: exit code 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// runCommand runs one subcommand and gives the exit code.
func runCommand(ctx context.Context, t terminal, args []string) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help" {
		usage(t.err)
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	for _, c := range append(commands(), command{name: lookCommand, run: lookIntoFile}) {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, t, args[1:])
		var wrong usageError
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.As(err, &wrong):
			fmt.Fprintln(t.err, err)
			return 2
		}
		fmt.Fprintf(t.err, "greffier %s: %v\n", c.name, err)
		return 1
	}
	fmt.Fprintf(t.err, "greffier: there is no command %q\n\n", args[0])
	usage(t.err)
	return 2
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "greffier, the clerk of a call for projects received by mail\n\nusage:")
	for _, c := range commands() {
		fmt.Fprintf(w, "  greffier %-10s %-40s %s\n", c.name, c.args, c.does)
	}
	fmt.Fprintln(w, "\n  greffier COMMAND -h tells the flags of a command.")
}

// parseFlags parses the flags of a command. Wrong flags and help have been told
// on t.err when it returns an error.
func parseFlags(t terminal, name string, args []string, define func(*flag.FlagSet)) (*flag.FlagSet, error) {
	flags := flag.NewFlagSet("greffier "+name, flag.ContinueOnError)
	flags.SetOutput(t.err)
	flags.Usage = func() {
		for _, c := range commands() {
			if c.name == name {
				fmt.Fprintf(t.err, "usage: greffier %s %s\n%s\n", c.name, c.args, c.does)
			}
		}
		flags.PrintDefaults()
	}
	define(flags)
	// Flags may stand between and behind the words, but for those after "--".
	var words, only []string
	if end := slices.Index(args, "--"); end >= 0 {
		args, only = args[:end], args[end+1:]
	}
	for rest := args; ; rest = flags.Args()[1:] {
		if err := flags.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usagef("greffier %s: %w", name, err)
		}
		if flags.NArg() == 0 {
			break
		}
		words = append(words, flags.Arg(0))
	}
	if err := flags.Parse(slices.Concat([]string{"--"}, words, only)); err != nil {
		return nil, usagef("greffier %s: %w", name, err)
	}
	return flags, nil
}

// noMore refuses words after the nth.
func noMore(flags *flag.FlagSet, n int) error {
	if flags.NArg() > n {
		return usagef("%s: %q is one word too many", flags.Name(), flags.Arg(n))
	}
	return nil
}
