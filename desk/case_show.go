package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"greffier/cases"
)

// casePage is everything about one case.
type casePage struct {
	caseRow
	Sheet    cases.Sheet
	Call     *cases.Call
	Left     string // until the deadline; "": it has passed
	Done     string // what was just done
	DoneTo   string // where that is taken back; "": nowhere
	DoneIn   string // the case that mails went to
	Pieces   []pieceCard
	Unsorted []*fileRow
	Others   []cases.SortedFile // no pieces, as staff said
	Facts    []factCard
	Untold   []cases.FactName
	Care     care
	Undoable map[int64]bool // decisions
	Thread   []message
	Beside   []message
	Tasks    []cases.Task // open

	MayReply, MaySupplement bool // by letter
	Journal                 []entry
}

// Notes are those of the case.
func (p casePage) Notes() []cases.Note { return p.Sheet.Notes }

// tasksFirst are shown at once; the others are folded.
const tasksFirst = 5

// FirstTasks are the open tasks that are shown at once.
func (p casePage) FirstTasks() []cases.Task { return p.Tasks[:min(len(p.Tasks), tasksFirst)] }

// MoreTasks are the others.
func (p casePage) MoreTasks() []cases.Task { return p.Tasks[len(p.FirstTasks()):] }

// pieceCard is a piece with the files that stand for it.
type pieceCard struct {
	cases.PieceSheet
	Files []*fileRow
}

// pieceFile is a file of a piece, and why it is taken for that piece.
type pieceFile struct {
	cases.FileSheet
	Content cases.FileContent
	Why     []cases.Suggestion
}

// message is a mail or a letter of the exchange; one of both is set.
type message struct {
	At      time.Time
	Mail    *cases.MailSheet
	Content cases.MailContent
	Clocks  []tick
	Letter  *cases.LetterSheet

	Reply    string // where it is answered; "": it is not
	Answered string // by whom it was; "": it was not
}

// tick is one clock of a mail.
type tick struct {
	Word   string
	At     time.Time
	Counts bool // this one decides

	OtherDay bool // than the one that decides
}

// entry is a line of the journal in words.
type entry struct {
	At    time.Time
	Actor string
	Words string
	Mail  int64 // 0: of none of the exchange
}

// Deposit reports whether the mail brought files that count.
func (m message) Deposit() bool {
	return slices.ContainsFunc(m.Content.Files, func(f cases.FileContent) bool { return f.Deposit })
}

func (d *Desk) showCase(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.sendCase(w, r, v, http.StatusOK, func(*casePage) {})
}

// sendCase shows the page of a case; change may add what could not be done.
func (d *Desk) sendCase(w http.ResponseWriter, r *http.Request, v visit, code int, change func(*casePage)) error {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	var ids []int64
	for _, m := range slices.Concat(sheet.Mails, sheet.Beside) {
		ids = append(ids, m.ID)
	}
	contents, err := d.store.Contents(r.Context(), ids)
	if err != nil {
		return err
	}
	p := casePage{caseRow: newCaseRow(sheet.Summary), Sheet: sheet, Call: d.o.Calls.ByID(sheet.Call)}
	p.Done, p.DoneTo = d.doneWords(r, sheet.Ref)
	for _, decided := range sheet.Decisions {
		if r.FormValue("fait") == "separe" && decided.Kind == cases.DecideSplit && decided.Other == r.FormValue("vers") {
			p.DoneIn = decided.Other
		}
	}
	if p.Call != nil && !d.o.Now().After(p.Call.Deadline) {
		p.Left = span(p.Call.Deadline.Sub(d.o.Now()))
	}
	fileOf := func(piece string, f cases.FileSheet) pieceFile {
		out := pieceFile{FileSheet: f}
		for _, c := range contents[f.Mail].Files {
			if c.Part != f.Part {
				continue
			}
			out.Content = c
			for _, s := range c.Suggests {
				if s.Piece == piece {
					out.Why = append(out.Why, s)
				}
			}
		}
		return out
	}
	list, err := d.rows(r.Context(), sheet)
	if err != nil {
		return err
	}
	for _, piece := range sheet.Pieces {
		card := pieceCard{PieceSheet: piece}
		for _, f := range piece.Files {
			card.Files = append(card.Files, list.row(fileOf(piece.ID, f)))
		}
		p.Pieces = append(p.Pieces, card)
	}
	for _, f := range sheet.Unsorted {
		p.Unsorted = append(p.Unsorted, list.row(fileOf("", f)))
	}
	list.link()
	p.Facts = factCards(sheet)
	p.Untold = untold(p.Facts)
	p.Undoable = standing(sheet)
	p.Others = list.others()
	for _, k := range sheet.Tasks {
		if k.DoneAt == nil {
			p.Tasks = append(p.Tasks, k)
		}
	}
	p.Thread, p.Beside = thread(sheet, contents), messages(sheet.Beside, contents)
	for i := range p.Thread {
		p.MayReply = p.Thread[i].answerable(sheet) || p.MayReply
	}
	p.MaySupplement = maySupplement(sheet)
	if p.Journal, err = journal(sheet); err != nil {
		return err
	}
	if p.Care, err = d.careOf(r, sheet); err != nil {
		return err
	}
	change(&p)
	return d.show(w, r, v, code, "case", p.Ref+", "+p.Title(), p)
}

// thread puts mails and letters in the order in which they came and left.
func thread(sheet cases.Sheet, contents map[int64]cases.MailContent) []message {
	list := messages(sheet.Mails, contents)
	for i := range sheet.Letters {
		l := &sheet.Letters[i]
		m := message{Letter: l}
		switch {
		case l.SentAt != nil:
			m.At = *l.SentAt
		case l.OwedAt != nil:
			m.At = *l.OwedAt
		}
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b message) int { return a.At.Compare(b.At) })
	return list
}

// answerable says where a mail of a person is answered, and who did.
func (m *message) answerable(sheet cases.Sheet) bool {
	if m.Mail == nil || m.Mail.Direction != "in" || m.Mail.Kind != cases.Person || m.Mail.Place != cases.Opens && m.Mail.Place != cases.Joins {
		return false
	}
	m.Reply = replyTo(sheet.Ref, m.Mail.ID)
	for _, l := range sheet.Letters {
		if l.Kind == cases.LetterReply && l.Mail == m.Mail.ID && l.State != cases.LetterCancelled {
			m.Answered = l.Author
		}
	}
	return true
}

func messages(mails []cases.MailSheet, contents map[int64]cases.MailContent) []message {
	var list []message
	for i := range mails {
		m := message{Mail: &mails[i], Content: contents[mails[i].ID], Clocks: ticks(&mails[i])}
		if mails[i].ReceivedAt != nil {
			m.At = *mails[i].ReceivedAt
		}
		list = append(list, m)
	}
	return list
}

// ticks are the clocks of a mail in the order of their instants.
func ticks(m *cases.MailSheet) []tick {
	var list []tick
	for _, c := range []struct {
		word  string
		at    *time.Time
		clock cases.Clock
	}{
		{"selon l’expéditeur", m.Clocks.Date, ""},
		{"notre serveur", m.Clocks.Boundary, cases.ClockBoundary},
		{"boîte aux lettres", m.Clocks.InternalDate, cases.ClockInternalDate},
		{"lu par greffier", m.Clocks.Fetched, ""},
	} {
		if c.at != nil {
			other := m.ReceivedAt == nil || c.at.Format(time.DateOnly) != m.ReceivedAt.Format(time.DateOnly)
			list = append(list, tick{c.word, *c.at, c.clock == m.Clock && c.clock != "", other})
		}
	}
	slices.SortStableFunc(list, func(a, b tick) int { return a.At.Compare(b.At) })
	return list
}

// journal puts the journal of a case into words, the latest first.
func journal(sheet cases.Sheet) ([]entry, error) {
	letters := make(map[float64]cases.LetterSheet)
	for _, l := range sheet.Letters {
		letters[float64(l.ID)] = l
	}
	var list []entry
	for _, e := range sheet.Journal {
		var content map[string]any
		if err := json.Unmarshal(e.Content, &content); err != nil {
			return nil, fmt.Errorf("read entry %d of the journal: %w", e.Seq, err)
		}
		line := entry{Actor: e.Actor, Words: journalWords(e.Event, content)}
		if e.At != nil {
			line.At = *e.At
		}
		if id, ok := content["letter"].(float64); ok && e.Event != "letter_owed" && letters[id].ID != 0 {
			line.Words += " (" + letterWord(letters[id].Kind) + ", à " + letters[id].To + ")"
		}
		if id, ok := content["mail"].(float64); ok && slices.ContainsFunc(sheet.Mails, func(m cases.MailSheet) bool { return m.ID == int64(id) }) {
			line.Mail = int64(id)
		}
		list = append(list, line)
	}
	slices.Reverse(list)
	return list, nil
}
