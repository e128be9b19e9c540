package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/notify"
)

// reply answers a mail of a case, or lists the ready-made texts.
func reply(ctx context.Context, t terminal, args []string) error {
	var config, file, template, now string
	var r cases.Reply
	var preview bool
	flags, err := parseFlags(t, "reply", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.Int64Var(&r.Mail, "mail", 0, "the `ID` of the mail that is answered (default: the newest)")
		f.StringVar(&r.To, "to", "", "an `address` that the case knows (default: the sender of the mail)")
		f.StringVar(&file, "text", "-", "the text, a UTF-8 `file`; -: the input. Blank lines part paragraphs")
		f.StringVar(&template, "template", "", "the `name` of a ready-made text to send, or to look at with -preview")
		f.BoolVar(&preview, "preview", false, "show the letter and send nothing")
		f.StringVar(&now, "now", "", "start the calendar clock at that `instant`, as in 2018-11-30T16:00:00Z (rehearsals, tests)")
	})
	if err != nil {
		return err
	}
	words := refs(flags)
	if flags.NArg() == 2 && flags.Arg(0) == "templates" {
		return changeStoreAt(ctx, t, config, now, func(c *Config, s *store.Store) error { return listReplies(ctx, t, c, s, words[1]) })
	}
	if len(words) != 1 {
		return usagef("greffier reply: which case? write one reference, or templates REF")
	}
	r.Ref = words[0]
	if template == "" {
		if r.Text, err = readText(t, file); err != nil {
			return err
		}
	}
	return changeStoreAt(ctx, t, config, now, func(c *Config, s *store.Store) error {
		letters, err := lettersOf(c)
		if err != nil {
			return err
		}
		draft, err := s.DraftReply(ctx, actor(), r)
		if err != nil {
			return err
		}
		if template != "" {
			if r.Text, err = letters.ReplyText(template, draft.Facts, draft.OwedAt); err != nil {
				return err
			}
		}
		if preview {
			draft.Facts.Reply.Text = r.Text
			return showDraft(t, letters, draft)
		}
		id, err := s.Reply(ctx, actor(), r)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "letter %d to %s is owed; the daemon sends it. Until then: greffier letter cancel %d\n", id, draft.To.Address, id)
		return nil
	})
}

// lettersOf words letters as the daemon does.
func lettersOf(c *Config) (*notify.Letters, error) {
	calls, err := c.rules()
	if err != nil {
		return nil, err
	}
	return newLetters(c, calls, quiet())
}

func listReplies(ctx context.Context, t terminal, c *Config, s *store.Store, ref string) error {
	sheet, err := s.Case(ctx, ref)
	if err != nil {
		return err
	}
	letters, err := lettersOf(c)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, r := range letters.Replies(sheet.Call) {
		rows = append(rows, []string{r.Name, r.Title})
	}
	return printTable(t.out, []string{"NAME", "TITLE"}, rows)
}

// showDraft prints a letter as its reader would see it.
func showDraft(t terminal, letters *notify.Letters, l cases.Letter) error {
	p, err := letters.Preview(l.Kind, l.Facts, l.OwedAt)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "À : %s\nObjet : %s\n\n%s", l.To.Address, p.Subject, p.Text)
	for _, f := range p.Files {
		fmt.Fprintf(t.out, "[%s]\n", f.Name)
	}
	fmt.Fprintln(t.err, "nothing was sent")
	return nil
}

// textMost is how many bytes of a text are read.
const textMost = 200_000

// readText reads what staff wrote: a file, or the input for "-".
func readText(t terminal, file string) (text string, err error) {
	from := t.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("read the text: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		from = f
	}
	b, err := io.ReadAll(io.LimitReader(from, textMost))
	if err != nil {
		return "", fmt.Errorf("read the text: %w", err)
	}
	text = strings.TrimPrefix(string(b), "\ufeff")
	if strings.ToValidUTF8(text, "") != text {
		return "", errors.New("read the text: it is not UTF-8")
	}
	return text, nil
}
