//go:build !linux

package content

import (
	"os/exec"
	"time"
)

// ownGroup leaves a child as it is: it is killed alone when its time is up.
func ownGroup(*exec.Cmd) {}

// limitProcess leaves the limits to the Go runtime and to the parent's clock.
func limitProcess() error { return nil }

// killed is not told: a child that is killed is taken for crashed.
func killed(error) bool { return false }

// processTime is not told: the other limits hold.
func processTime() time.Duration { return 0 }
