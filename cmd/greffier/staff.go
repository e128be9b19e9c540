package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"greffier/cases/store"
	"greffier/desk"
)

// staff keeps the accounts of the desk.
func staff(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "staff", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	verb := flags.Arg(0)
	if verb == "" || verb == "list" {
		if err := noMore(flags, 1); err != nil {
			return err
		}
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return listStaff(ctx, t, s) })
	}
	does := map[string]func(context.Context, terminal, *store.Store, string) error{"add": addStaff, "password": setPassword, "disable": disableStaff, "enable": enableStaff}[verb]
	switch {
	case does == nil:
		return usagef("greffier staff: %q is not add, list, password, disable or enable", verb)
	case flags.NArg() < 2:
		return usagef("greffier staff %s: who? write the name that signs the journal, in quotes", verb)
	case flags.NArg() > 2:
		return usagef("greffier staff %s: %q is one word too many; write a name of several words in quotes", verb, flags.Arg(2))
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error { return does(ctx, t, s, flags.Arg(1)) })
}

func listStaff(ctx context.Context, t terminal, s *store.Store) error {
	list, err := s.Staff(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range list {
		state := "active"
		switch {
		case !m.Disabled.IsZero():
			state = "disabled"
		case m.Password == "":
			state = "no password"
		}
		rows = append(rows, []string{m.Name, state, showTime(m.AddedAt), showTime(m.LastSeen)})
	}
	return printTable(t.out, []string{"NAME", "STATE", "ADDED", "SIGNED IN, LAST SEEN"}, rows)
}

// showTime shows an instant of an account; a dash for none.
func showTime(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return showInstant(&at)
}

func addStaff(ctx context.Context, t terminal, s *store.Store, name string) error {
	// Before the password is asked for twice.
	switch _, err := s.Colleague(ctx, name); {
	case err == nil:
		return fmt.Errorf("account %q: %w", name, store.ErrNameTaken)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	hash, err := askPassword(t, name)
	if err != nil {
		return err
	}
	if err := s.AddStaff(ctx, actor(), name, hash); err != nil {
		return err
	}
	fmt.Fprintf(t.err, "%s may sign in to the desk\n", name)
	return nil
}

func setPassword(ctx context.Context, t terminal, s *store.Store, name string) error {
	m, err := s.Colleague(ctx, name)
	if err != nil {
		return fmt.Errorf("account %q: %w", name, err)
	}
	hash, err := askPassword(t, m.Name)
	if err != nil {
		return err
	}
	if err := s.SetPassword(ctx, actor(), m.Name, hash, ""); err != nil {
		return err
	}
	fmt.Fprintf(t.err, "%s has a new password; every session is ended\n", m.Name)
	return nil
}

func disableStaff(ctx context.Context, t terminal, s *store.Store, name string) error {
	if err := s.DisableStaff(ctx, actor(), name); err != nil {
		return err
	}
	fmt.Fprintf(t.err, "%s may no longer sign in; every session is ended, what the journal says stays\n", name)
	return nil
}

func enableStaff(ctx context.Context, t terminal, s *store.Store, name string) error {
	if err := s.EnableStaff(ctx, actor(), name); err != nil {
		return err
	}
	fmt.Fprintf(t.err, "%s may sign in again\n", name)
	return nil
}

// askPassword reads a new password, twice and unseen from a terminal, else as
// the first line of the input, and gives its hash.
func askPassword(t terminal, name string) (string, error) {
	password, err := readPassword(t)
	if err != nil {
		return "", err
	}
	if weak := desk.PasswordFault(name, password); weak != "" {
		return "", fmt.Errorf("this password is not accepted: %s", weak)
	}
	return desk.HashPassword(password)
}

func readPassword(t terminal) (string, error) {
	if in, ok := t.in.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		return typePassword(in, t.err)
	}
	line, err := bufio.NewReader(io.LimitReader(t.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// typePassword has a new password typed twice at a terminal, which shows nothing
// of it from before the first prompt on.
func typePassword(in *os.File, out io.Writer) (password string, err error) {
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return "", fmt.Errorf("keep the terminal from showing the password: %w", err)
	}
	defer func() { err = errors.Join(err, term.Restore(int(in.Fd()), before)) }()
	screen := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "")
	password, err = screen.ReadPassword(fmt.Sprintf("New password (at least %d characters): ", desk.PasswordShortest))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	again, err := screen.ReadPassword("The same again: ")
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if again != password {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return password, nil
}
