package ingest

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"
)

var (
	errGaveUp  = errors.New("out of time") // also what a reader gets that went on after its time
	errCrashed = errors.New("crashed")
)

// guard runs f, which reads what strangers wrote, over file: for at most limit,
// and a panic in it is an error. f goes on alone when its time is up, until it
// next reads; file is closed when f has ended, whenever that is.
func guard[T any](limit time.Duration, log *slog.Logger, file io.ReaderAt, closeFile func() error, f func(io.ReaderAt) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	r := &revocable{r: file}
	go func() {
		var o outcome
		defer func() {
			if v := recover(); v != nil {
				log.Error("reading what came crashed", logError, fmt.Sprint(v), logStack, string(debug.Stack()))
				o.err = fmt.Errorf("%w: %v", errCrashed, v)
			}
			o.err = errors.Join(o.err, closeFile())
			done <- o
		}()
		o.value, o.err = f(r)
	}()
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case o := <-done:
		return o.value, o.err
	case <-t.C:
		r.revoked.Store(true)
		var none T
		return none, fmt.Errorf("%w: not done after %v", errGaveUp, limit)
	}
}

// revocable is a reader that can be taken away from whoever reads it.
type revocable struct {
	r       io.ReaderAt
	revoked atomic.Bool
}

func (r *revocable) ReadAt(p []byte, off int64) (int, error) {
	if r.revoked.Load() {
		return 0, errGaveUp
	}
	return r.r.ReadAt(p, off)
}
