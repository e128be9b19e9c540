package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

// tellSystemd sends a state to the service manager that started this process,
// if one did (sd_notify(3)).
func tellSystemd(state string) (err error) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	conn, err := net.Dial("unixgram", socket)
	if err != nil {
		return fmt.Errorf("tell the service manager: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.Write([]byte(state)); err != nil {
		return fmt.Errorf("tell the service manager: %w", err)
	}
	return nil
}

// watchdog tells the service manager that the daemon lives, at half the
// interval it asks for, as long as alive returns nil. It returns when ctx ends.
func watchdog(ctx context.Context, alive func(context.Context) error, trouble func(error)) {
	usec, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || usec <= 0 {
		return // nobody watches
	}
	tick := time.NewTicker(time.Duration(usec) * time.Microsecond / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := alive(ctx); err != nil {
			trouble(err)
			continue
		}
		if err := tellSystemd("WATCHDOG=1"); err != nil {
			trouble(err)
		}
	}
}
