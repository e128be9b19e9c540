package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// table shows where every case stands, in 79 columns, and the totals.
func (r *rehearsal) table(ctx context.Context) error {
	list, err := r.daemon.store.Cases(ctx, nil)
	if err != nil {
		return err
	}
	row := func(cells ...string) {
		var line strings.Builder
		for i, columns := range []int{10, 18, 22, 12, 6, 6} {
			line.WriteString(pad(cells[i], columns) + " ")
		}
		r.screen.print(strings.TrimRight(line.String(), " ") + "\n")
	}
	r.screen.print("\n")
	row("REF", "CANDIDATE", "PHASE", "TIMELINESS", "PIECES", "IN/OUT")
	complete := 0
	phases := make(map[cases.Phase]int)
	for _, c := range list {
		sheet, err := r.daemon.store.Case(ctx, c.Ref)
		if err != nil {
			return err
		}
		row(c.Ref, c.Candidate.Name, string(c.Phase), orDash(timeliness(c.Timeliness)), pieces(c), fmt.Sprintf("%d/%d", len(sheet.Mails), len(sheet.Letters)))
		if c.Completeness == cases.Complete {
			complete++
		}
		phases[c.Phase]++
	}
	letters, err := r.daemon.store.Outbox(ctx)
	if err != nil {
		return err
	}
	states := make(map[cases.LetterState]int)
	for _, l := range letters {
		states[l.State]++
	}
	waiting, err := r.daemon.store.Waiting(ctx)
	if err != nil {
		return err
	}
	r.screen.print("\n" + wrap(fmt.Sprintf("%d cases, %d complete: %s.", len(list), complete, counts(phases))) +
		wrap(fmt.Sprintf("%d mails in, %d of them waiting for staff; %d letters: %s.", r.mailsIn, len(waiting), len(letters), counts(states))))
	return nil
}

// counts words how often each thing was met, the most frequent first.
func counts[K ~string](met map[K]int) string {
	var keys []K
	for k := range met {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int {
		if met[a] != met[b] {
			return met[b] - met[a]
		}
		return strings.Compare(string(a), string(b))
	})
	var out []string
	for _, k := range keys {
		out = append(out, fmt.Sprintf("%d %s", met[k], k))
	}
	return strings.Join(out, ", ")
}
