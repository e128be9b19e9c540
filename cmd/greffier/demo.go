package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
)

//go:embed demo.toml
var demoConfig string

const (
	demoMailbox  = "aap@cdc.example"
	demoTeam     = "equipe@cdc.example"
	demoPassword = "repetition"
)

// demo rehearses edition 1 on servers inside the program: the real daemon, over
// real sockets, while a simulated calendar runs.
func demo(ctx context.Context, t terminal, args []string) (err error) {
	var listen string
	var exit bool
	flags, err := parseFlags(t, "demo", args, func(f *flag.FlagSet) {
		f.StringVar(&listen, "listen", "127.0.0.1:8080", "`address` of the staff's desk, which opens when the story has been told")
		f.BoolVar(&exit, "exit", false, "stop when done: exit 0 only if every case ended as the story says, and then\n"+
			"remove the folder of this run. Without it the daemon stays up for visitors,\nand the folder is kept")
	})
	if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return usagef("greffier demo: %q is one word too many", flags.Arg(0))
	}
	dir, err := os.MkdirTemp("", "greffier-demo-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	r := &rehearsal{dir: dir, listen: listen, screen: newScreen(t), story: demoStory()}
	err = r.run(ctx, exit)
	err = errors.Join(err, r.close())
	if exit && err == nil {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove the folder of this run: %w", err)
		}
		return nil
	}
	fmt.Fprintf(t.err, "\nAll of this run is kept; when you have seen it:\n  rm -r %s\n", dir)
	return err
}

// run is the whole rehearsal.
func (r *rehearsal) run(ctx context.Context, exit bool) error {
	r.screen.print(wrap("Autumn 2018, Paris time. in: a mail comes, +n with n files (late?, late: after the deadline). "+
		"out: a letter leaves (retry, refused: what the other server said).") + "\n")
	err := r.open(ctx)
	if err == nil {
		err = r.play(ctx, everyMorning())
	}
	r.screen.progress(1, 1, "")
	if err != nil {
		return err
	}
	if err := r.table(ctx); err != nil {
		return err
	}
	wrong, err := r.judge(ctx)
	if err != nil {
		return err
	}
	if wrong == nil {
		r.screen.print("Everything went as it must.\n")
	}
	if exit {
		return wrong
	}
	if wrong != nil {
		r.screen.print(wrong.Error() + "\n")
	}
	return errors.Join(wrong, r.stayUp(ctx), r.screen.err())
}
