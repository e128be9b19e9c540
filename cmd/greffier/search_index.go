package main

import (
	"context"
	"log/slog"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/ingest"
)

// textKeeper is a store of mails to assess: what was read in their files goes to
// the full-text index first, so that it need not be read again.
type textKeeper struct {
	ingest.AssessStore
	index *store.Store
	log   *slog.Logger
}

// Assess implements ingest.AssessStore.
func (k textKeeper) Assess(ctx context.Context, assessments []cases.Assessment) error {
	if err := k.index.KeepTexts(ctx, assessments); err != nil && ctx.Err() == nil {
		// The index finds out what it lacks and has it read again.
		k.log.Warn("the text of files was not kept for searches", "error", err)
	}
	return k.AssessStore.Assess(ctx, assessments)
}

// indexPause lets commits come together before they are indexed.
const indexPause = 200 * time.Millisecond

// keepIndex keeps the full-text index up to date until ctx ends. Nothing but
// searches hangs on it: what fails is logged and tried again.
func (d *daemon) keepIndex(ctx context.Context) error {
	if err := d.store.CheckIndex(ctx); err != nil && ctx.Err() == nil {
		d.log.Warn("full-text index", "error", err)
	}
	tick := time.NewTicker(lookEvery) // commands write beside the daemon
	defer tick.Stop()
	for {
		d.updateIndex(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-d.search:
		case <-tick.C:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(indexPause):
		}
	}
}

func (d *daemon) updateIndex(ctx context.Context) {
	last, began := -1, time.Now()
	err := d.store.UpdateIndex(ctx, func(done, total int) {
		if tenth := done * 10 / max(total, 1); total >= longBacklog && tenth != last {
			last = tenth
			d.log.Info("making the full-text index", "done", done, "total", total)
		}
	})
	switch {
	case ctx.Err() != nil:
	case err != nil:
		d.log.Warn("searches may miss cases", "error", err)
	case last >= 0:
		d.log.Info("the full-text index is made", "seconds", int(time.Since(began).Seconds()))
	}
}
