package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version prints the module version and the revision it was built from, as far
// as the build recorded them.
func version(_ context.Context, t terminal, args []string) error {
	flags, err := parseFlags(t, "version", args, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if err := noMore(flags, 0); err != nil {
		return err
	}
	text := "greffier"
	if info, ok := debug.ReadBuildInfo(); ok {
		text += " " + info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				text += " " + s.Value
			}
		}
	}
	_, err = fmt.Fprintf(t.out, "%s %s %s/%s\n", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
