package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// data makes of a letter's facts what its template may tell. What the reader
// must not learn is taken away here, whatever a template asks for.
func (ls *Letters) data(kind cases.LetterKind, f cases.Facts, now time.Time) *Data {
	loc := ls.cfg.Location
	call := ls.cfg.Calls.ByID(f.CallID)
	if call != nil && call.Location != nil {
		loc = call.Location
	}
	d := &Data{
		Ref: Value(f.Ref), Candidate: Value(f.Candidate),
		Call: ls.callData(call, loc), NextCall: ls.callData(ls.cfg.Calls.ByID(f.NextCall), nil),
		Service: serviceData(ls.cfg.Service), Mailbox: ls.cfg.Mailbox.Address, MaxSize: ls.cfg.MaxSize, Now: now.In(loc),
		Subject: Value(f.Subject), ReceivedAt: in(f.ReceivedAt, loc), SentAt: in(f.SentAt, loc), Clock: clockWords(f.Clock),
		Size: f.Size, Files: fileData(f.Files, loc), Links: values(f.Links), Receipt: f.Receipt,
		Complete: f.Complete, Withdrawn: f.Phase == cases.Withdrawn,
		Present: values(f.Present), Missing: values(f.Missing), Held: fileData(f.Held, loc),
		DaysLeft: f.DaysLeft, timeliness: f.Timeliness, phase: f.Phase,
	}
	if f.Pack && call != nil {
		for _, p := range call.Pack {
			d.PackFiles = append(d.PackFiles, FileData{Name: Value(p.Name), Size: p.Size, SHA256: p.SHA256})
		}
	}
	if f.Digest != nil {
		d.Digest = digestData(*f.Digest, loc)
	}
	if f.Alarm != nil {
		d.Alarm = &AlarmData{Kind: Value(f.Alarm.Kind), Detail: Value(f.Alarm.Detail), Began: in(f.Alarm.Began, loc), Ended: in(f.Alarm.Ended, loc)}
	}
	if kind == cases.LetterWaiting {
		// Its mail waits beside a case that may be somebody else's.
		d.Ref, d.Receipt = "", true
	}
	if d.Receipt {
		d.Complete, d.Withdrawn, d.Present, d.Missing, d.Held, d.phase = false, false, nil, nil, nil, ""
	}
	return d
}

// in gives an instant in a zone; unknown stays unknown.
func in(t time.Time, loc *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(loc)
}

func clockWords(c cases.Clock) string {
	switch c {
	case cases.ClockBoundary:
		return "horodatage de notre serveur de réception"
	case cases.ClockInternalDate:
		return "horodatage de la boîte aux lettres"
	}
	return ""
}

// callData tells a call in a zone, by default its own.
func (ls *Letters) callData(c *cases.Call, loc *time.Location) *CallData {
	if c == nil {
		return nil
	}
	if loc == nil {
		loc = c.Location
	}
	if loc == nil {
		loc = ls.cfg.Location
	}
	d := &CallData{ID: c.ID, Reference: c.Reference, Name: Value(c.Name), Opens: c.Opens.In(loc), Deadline: c.Deadline.In(loc),
		Envelope: c.Envelope, arbitration: c.Arbitration}
	for _, p := range c.Pieces {
		d.Pieces = append(d.Pieces, PieceData{Label: Value(p.Label), Required: p.Required, Formats: p.Formats})
	}
	d.Overseas = ls.overseas(d.Deadline)
	return d
}

func values(list []string) []Value {
	var out []Value
	for _, s := range list {
		out = append(out, Value(s))
	}
	return out
}

func fileData(files []cases.FileFact, loc *time.Location) []FileData {
	var out []FileData
	for _, f := range files {
		out = append(out, FileData{Name: Value(f.Name), Size: f.Size, SHA256: f.SHA256, Pieces: values(f.Pieces), State: f.State, Archive: f.Archive, In: Value(f.In), ReceivedAt: in(f.ReceivedAt, loc)})
	}
	return out
}

func digestData(f cases.DigestFact, loc *time.Location) *DigestData {
	f.Since, f.Until, f.OldestOpen = in(f.Since, loc), in(f.Until, loc), in(f.OldestOpen, loc)
	d := &DigestData{DigestFact: f, Alarms: values(f.Alarms)}
	for _, c := range f.Calls {
		d.Calls = append(d.Calls, DigestCall{Name: Value(c.Name), DaysLeft: c.DaysLeft, Phases: c.Phases})
	}
	return d
}

// A territory has its own time; candidates overseas read the deadline in it.
type territory struct {
	where string
	zone  *time.Location
}

func loadTerritories() ([]territory, error) {
	var out []territory
	for _, t := range []struct{ where, zone string }{
		{"à Tahiti", "Pacific/Tahiti"},
		{"en Guadeloupe, en Martinique, à Saint-Martin, à Saint-Barthélemy", "America/Guadeloupe"},
		{"en Guyane", "America/Cayenne"},
		{"à Saint-Pierre-et-Miquelon", "America/Miquelon"},
		{"à Mayotte", "Indian/Mayotte"},
		{"à La Réunion", "Indian/Reunion"},
		{"en Nouvelle-Calédonie", "Pacific/Noumea"},
		{"à Wallis-et-Futuna", "Pacific/Wallis"},
	} {
		loc, err := time.LoadLocation(t.zone)
		if err != nil {
			return nil, fmt.Errorf("load time zone: %w", err)
		}
		out = append(out, territory{t.where, loc})
	}
	return out, nil
}

// overseas tells an instant in the local times of the territories, earliest
// first: "12 h 00 en Guadeloupe …; 3 h 00 le lendemain en Nouvelle-Calédonie".
func (ls *Letters) overseas(t time.Time) string {
	type local struct {
		order int // seconds east of Greenwich
		text  string
	}
	var said []local
	for _, o := range ls.territories {
		there := t.In(o.zone)
		_, offset := there.Zone()
		if i := slices.IndexFunc(said, func(l local) bool { return l.order == offset }); i >= 0 {
			said[i].text += ", " + o.where
			continue
		}
		text := Hour(there)
		switch day := there.Format(time.DateOnly); {
		case day < t.Format(time.DateOnly):
			text += " la veille"
		case day > t.Format(time.DateOnly):
			text += " le lendemain"
		}
		said = append(said, local{offset, text + " " + o.where})
	}
	slices.SortFunc(said, func(a, b local) int { return cmp.Compare(a.order, b.order) })
	var texts []string
	for _, l := range said {
		texts = append(texts, l.text)
	}
	return strings.Join(texts, nbsp+"; ")
}
