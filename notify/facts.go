package notify

import (
	"cmp"
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
		Size: f.Size, Files: fileData(f.Files, loc), FilesMore: f.FilesMore, Links: values(f.Links), Receipt: f.Receipt,
		Ours: values(f.Ours), Pictured: f.Pictured, Announced: f.Announced,
		Complete: f.Complete, Withdrawn: f.Phase == cases.Withdrawn,
		Present: values(f.Present), Missing: values(f.Missing), ByLink: values(f.ByLink), Unfilled: values(f.Unfilled), Held: fileData(f.Held, loc), HeldMore: f.HeldMore,
		DaysLeft: f.DaysLeft, because: f.Because, timeliness: f.Timeliness, phase: f.Phase,
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
	d.byStaff(kind, f, loc)
	if d.Call != nil && !d.Open() && (d.Complement == nil || f.Timeliness == cases.Late) {
		for _, list := range [][]FileData{d.Files, d.Held} {
			for i := range list {
				list[i].past = true
			}
		}
	}
	d.there, d.where = ls.placeOf(f)
	if kind == cases.LetterWaiting {
		// Its mail waits beside a case that may be somebody else's.
		d.Receipt = true
	}
	if d.Receipt {
		d.Ref, d.because = "", nil // the case is not its reader's
		d.Complete, d.Withdrawn, d.Present, d.Missing, d.ByLink, d.Unfilled, d.Held, d.HeldMore, d.phase = false, false, nil, nil, nil, nil, nil, 0, ""
	}
	d.ReceiptFiles = receiptNames(kind, d)
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
	d.Overseas = overseas(d.Deadline, ls.territories)
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
		out = append(out, FileData{Name: Value(cmp.Or(cases.Quote(f.Name), "sans nom")), whole: f.Name, Size: f.Size, SHA256: f.SHA256, Pieces: values(f.Pieces), State: f.State, Archive: f.Archive, In: Value(cases.Quote(f.In)), ReceivedAt: in(f.ReceivedAt, loc)})
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
