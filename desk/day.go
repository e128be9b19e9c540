package desk

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// dayPage is the order of the day: what waits, where the edition stands, and
// whether the machine does its work.
type dayPage struct {
	Edition  *cases.Call
	Others   []*cases.Call
	Deadline time.Time
	Left     string // until the deadline, or since
	Passed   bool

	ToDo    []due
	Phases  []phaseCount
	Cases   int
	Chart   chart
	Map     territoryMap
	Pieces  []pieceRow
	Alarms  []cases.Alarm
	Reading time.Time
	Letters []letterCount
	Oldest  time.Time // letter that should have left
	Behind  int       // mails filed and not yet examined
}

// due is something that waits, with the way to exactly what it counts.
type due struct {
	Word string
	N    int
	Href string
	Tone string
}

type phaseCount struct {
	Phase cases.Phase
	N     int
}

type letterCount struct {
	State cases.LetterState
	N     int
}

func (d *Desk) showDay(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx := r.Context()
	f, err := d.store.Figures(ctx)
	if err != nil {
		return err
	}
	tasks, err := d.store.TaskCounts(ctx)
	if err != nil {
		return err
	}
	p := dayPage{ToDo: dues(f, tasks), Alarms: f.Alarms, Reading: f.LastReading, Oldest: f.OldestLetter, Behind: f.ToAssess}
	for _, state := range letterStates() {
		if n := f.Letters[state]; n > 0 {
			p.Letters = append(p.Letters, letterCount{state, n})
		}
	}
	if p.Edition = d.edition(r); p.Edition != nil {
		if err := d.fillEdition(r, &p, f); err != nil {
			return err
		}
	}
	return d.show(w, r, v, http.StatusOK, "day", "Ordre du jour", p)
}

// edition is the one asked for, else the one that is open, was open last, or
// opens next; nil: none is configured.
func (d *Desk) edition(r *http.Request) *cases.Call {
	now := d.o.Now()
	for _, c := range []*cases.Call{d.o.Calls.ByID(r.FormValue("edition")), d.o.Calls.At(now), d.o.Calls.Latest(now), d.o.Calls.Next(now)} {
		if c != nil {
			return c
		}
	}
	return nil
}

func (d *Desk) fillEdition(r *http.Request, p *dayPage, f cases.Figures) error {
	now := d.o.Now()
	p.Deadline, p.Passed, p.Left = p.Edition.Deadline, now.After(p.Edition.Deadline), span(p.Edition.Deadline.Sub(now))
	for _, c := range d.o.Calls {
		if c != p.Edition {
			p.Others = append(p.Others, c)
		}
	}
	for _, phase := range cases.Phases() {
		if n := f.Cases[cases.CallPhase{Call: p.Edition.ID, Phase: phase}]; n > 0 {
			p.Phases = append(p.Phases, phaseCount{phase, n})
			p.Cases += n
		}
	}
	deposits, err := d.store.Deposits(r.Context(), p.Edition.ID)
	if err != nil {
		return err
	}
	p.Chart = depositChart(p.Edition, d.o.Location, now, deposits)
	territories, err := d.store.Territories(r.Context(), p.Edition.ID)
	if errors.Is(err, store.ErrNoIndex) {
		p.Map.Missing = true // the rest of the page can be shown
	} else if err != nil {
		return err
	} else {
		p.Map = mapOf(p.Edition, territories)
	}
	counts, err := d.store.PieceCounts(r.Context(), p.Edition.ID)
	if err != nil {
		return err
	}
	p.Pieces = pieceRows(counts)
	return nil
}

// dayTasks are the kinds of tasks that have a line of their own.
var dayTasks = [...]struct{ kind, word, tone string }{
	{"arbitrate", "Dépôts à arbitrer", "todo"}, {"unreadable", "Fichiers illisibles", "wrong"}, {"to_sort", "Fichiers à classer", "todo"}, {"message", "Messages à lire", "todo"},
}

// onDay reports whether a kind of task has a line of its own; others are counted
// together.
func onDay(kind string) bool {
	for _, t := range dayTasks {
		if t.kind == kind {
			return true
		}
	}
	return false
}

// dues are what waits for staff, the pressing first.
func dues(f cases.Figures, count map[string]int) []due {
	others := 0
	list := []due{{"Messages à rattacher", f.Waiting, "/a-rattacher", "todo"}}
	for _, t := range dayTasks {
		list = append(list, due{t.word, count[t.kind], "/taches?nature=" + t.kind, t.tone})
	}
	for kind, n := range count {
		if kind != "to_attach" && !onDay(kind) {
			others += n
		}
	}
	return append(list, due{"Autres tâches", others, "/taches?nature=autres", "todo"},
		due{"Lettres qui ne partent pas", f.Letters[cases.LetterRetrying] + f.Letters[cases.LetterHeld], "/courrier?etat=bloquees", "wrong"},
		due{"Messages mis de côté", f.SetAside, "/mis-de-cote", "wrong"})
}

// pieceRow is a piece over all cases of an edition.
type pieceRow struct {
	ID, Label string
	Required  bool
	Cells     [4]pieceCell
}

// pieceCell is how many cases have the piece in a state, with its share of a bar
// that is 100 wide.
type pieceCell struct {
	State, Tone, Word string
	N                 int
	X, Width          float64
}

// pieceRows puts counts in the order of the call's pieces.
func pieceRows(counts []cases.PieceCount) []pieceRow {
	var rows []pieceRow
	for _, c := range counts {
		i := slices.IndexFunc(rows, func(r pieceRow) bool { return r.ID == c.ID })
		if i < 0 {
			i = len(rows)
			rows = append(rows, pieceRow{ID: c.ID, Label: c.Label, Required: c.Required, Cells: [4]pieceCell{
				{State: "presente", Tone: "right", Word: "Présente"}, {State: "a-verifier", Tone: "todo", Word: "À vérifier"}, {State: "inutilisable", Tone: "wrong", Word: "Reçue, inutilisable"}, {State: "absente", Tone: "calm", Word: "Absente"}}})
		}
		for j := range rows[i].Cells {
			if rows[i].Cells[j].State == pieceState(c.Status) {
				rows[i].Cells[j].N += c.Cases
			}
		}
	}
	for i := range rows {
		total, x := 0, 0.0
		for _, c := range rows[i].Cells {
			total += c.N
		}
		for j := range rows[i].Cells {
			c := &rows[i].Cells[j]
			c.X, c.Width = x, float64(c.N*100)/float64(total)
			x += c.Width
		}
	}
	return rows
}
