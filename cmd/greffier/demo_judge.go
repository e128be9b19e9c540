package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
	"greffier/ingest"
)

// judge compares what became of everybody with what the story says, and lets
// the data folder be verified. wrong is nil when all is as it must be.
func (r *rehearsal) judge(ctx context.Context) (wrong, err error) {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	list, err := r.daemon.store.Cases(ctx, nil)
	if err != nil {
		return nil, err
	}
	byAddress := make(map[string][]cases.Summary)
	for _, c := range list {
		byAddress[c.Candidate.Address] = append(byAddress[c.Candidate.Address], c)
	}
	for _, p := range r.story {
		mine := byAddress[p.address]
		delete(byAddress, p.address)
		want := 1
		if p.ends == (ending{}) {
			want = 0
		}
		if len(mine) != want {
			fault("%s (%s) has %d cases, the story wants %d", p.address, p.stands, len(mine), want)
			continue
		}
		if want == 0 {
			continue
		}
		got, err := r.endingOf(ctx, mine[0].Ref, p)
		if err != nil {
			return nil, err
		}
		if got != p.ends {
			fault("%s, %s (%s):\n  it is      %+v\n  the story: %+v", mine[0].Ref, p.address, p.stands, got, p.ends)
		}
	}
	for address, extra := range byAddress {
		fault("%s (%s) is nobody's case", extra[0].Ref, address)
	}
	for _, check := range []func(context.Context) ([]error, error){r.judgeLetters, r.judgeWaiting, r.judgeStore} {
		more, err := check(ctx)
		if err != nil {
			return nil, err
		}
		faults = append(faults, more...)
	}
	return errors.Join(faults...), nil
}

// endingOf tells how a case stands.
func (r *rehearsal) endingOf(ctx context.Context, ref string, p player) (e ending, err error) {
	c, err := r.daemon.store.Case(ctx, ref)
	if err != nil {
		return e, err
	}
	e = ending{phase: c.Phase, timeliness: cases.Timeliness(timeliness(c.Timeliness)), pieces: pieces(c.Summary), letters: runs(c.Letters)}
	if c.Completeness == cases.Complete != (e.pieces == "7/7") {
		e.pieces += " but " + string(c.Completeness)
	}
	snapshots := 0
	if p.mails[0].inMailbox().Before(demoFreeze()) {
		snapshots = 1
	}
	switch len(c.Snapshots) {
	case snapshots:
	case snapshots + 1:
		e.reopened = true
	default:
		e.pieces += fmt.Sprintf(" but %d snapshots", len(c.Snapshots))
	}
	return e, nil
}

// runs words the letters of a case: their kinds in order, a run of the same as
// kind×n; the state of those that did not leave or did not arrive, and again for
// those that left at a further attempt.
func runs(letters []cases.LetterSheet) string {
	var out []string
	last, n := "", 0
	flush := func() {
		switch {
		case n > 1:
			out = append(out, fmt.Sprintf("%s×%d", last, n))
		case n == 1:
			out = append(out, last)
		}
	}
	for _, l := range letters {
		word := string(l.Kind)
		switch {
		case l.State != cases.LetterSent:
			word += ":" + string(l.State)
		case l.Attempts > 1:
			word += ":again"
		}
		if word != last {
			flush()
			last, n = word, 0
		}
		n++
	}
	flush()
	return strings.Join(out, " ")
}

// judgeLetters looks at the letters that belong to no case.
func (r *rehearsal) judgeLetters(ctx context.Context) (faults []error, err error) {
	letters, err := r.daemon.store.Outbox(ctx)
	if err != nil {
		return nil, err
	}
	heard := make(map[string][]cases.LetterSheet)
	for _, l := range letters {
		if l.Ref == "" {
			heard[l.To] = append(heard[l.To], l)
		}
	}
	for _, p := range r.story {
		if got := runs(heard[p.address]); got != p.hears {
			faults = append(faults, fmt.Errorf("%s (%s) hears %q outside of a case, the story wants %q", p.address, p.stands, got, p.hears))
		}
		delete(heard, p.address)
	}
	for to, extra := range heard {
		faults = append(faults, fmt.Errorf("%s hears %q, the story wants nothing", to, runs(extra)))
	}
	return faults, nil
}

// judgeWaiting looks at the mails that wait to be attached.
func (r *rehearsal) judgeWaiting(ctx context.Context) (faults []error, err error) {
	waiting, err := r.daemon.store.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	var got, want []string
	for _, w := range waiting {
		got = append(got, w.From.Address+": "+w.Subject)
	}
	for _, p := range r.story {
		for _, m := range p.mails {
			if m.waits {
				want = append(want, m.from+": "+m.subject)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		faults = append(faults, fmt.Errorf("waiting for staff are %q, the story wants %q", got, want))
	}
	return faults, nil
}

// judgeStore lets the data folder be verified; no mail may be set aside.
func (r *rehearsal) judgeStore(ctx context.Context) (faults []error, err error) {
	aside, err := r.daemon.store.Aside(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range aside {
		faults = append(faults, fmt.Errorf("a mail was set aside: %s", m.Reason))
	}
	report, err := r.daemon.store.Verify(ctx, "", ingest.OpenPart, nil)
	if err != nil {
		return nil, err
	}
	for _, f := range report.Faults {
		faults = append(faults, errors.New(f))
	}
	return faults, nil
}
