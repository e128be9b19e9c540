package desk

import (
	"context"
	"net/http"
	"slices"

	"greffier/cases"
)

// tasksPage lists what staff have to do.
type tasksPage struct {
	Kinds []countedLink
	Does  string // of the kind shown
	Said  string // what was just done
	Hand  bool   // done by hand: shown instead of what is open
	Rows  []taskRow
	Total int
	Pages pager
}

// taskRow is a task with the files that it is about, the first of them.
type taskRow struct {
	cases.OpenTask
	Files []cases.FileContent
	More  int // files not shown
}

// filesFirst bounds the files shown of a task.
const filesFirst = 5

// newTaskRow leaves out files of the mail that the task is not about.
func newTaskRow(k cases.OpenTask, files []cases.FileContent) taskRow {
	about := slices.DeleteFunc(slices.Clone(files), func(f cases.FileContent) bool {
		switch k.Kind {
		case "unreadable":
			return f.Fault == ""
		case "to_sort":
			return !f.Deposit || slices.ContainsFunc(f.Suggests, func(s cases.Suggestion) bool { return !s.Weak })
		}
		return false
	})
	if len(about) == 0 {
		about = files
	}
	shown := about[:min(len(about), filesFirst)]
	return taskRow{k, shown, len(about) - len(shown)}
}

type countedLink struct {
	link
	N int
}

// listTasks shows the open tasks, of one kind or of all. Mails to attach have a
// page of their own.
func (d *Desk) listTasks(w http.ResponseWriter, r *http.Request, v visit) error {
	query := r.URL.Query()
	nature := query.Get("nature")
	count, err := d.store.TaskCounts(r.Context())
	if err != nil {
		return err
	}
	delete(count, "to_attach")
	finished, err := d.store.FinishedCount(r.Context())
	if err != nil {
		return err
	}
	p := tasksPage{Said: doneOf(r), Hand: nature == "faites"}
	var kinds []string // shown
	all := 0
	for kind, n := range count {
		all += n
		if nature == "" || nature == kind || nature == "autres" && !onDay(kind) {
			kinds = append(kinds, kind)
			p.Total += n
		}
	}
	p.Kinds = []countedLink{{link{"Toutes", "/taches", nature == ""}, all}}
	for _, w := range taskWords {
		if n := count[w.Kind]; n > 0 || w.Kind == nature {
			p.Kinds = append(p.Kinds, countedLink{link{w.Word, "/taches?nature=" + w.Kind, nature == w.Kind}, n})
		}
		if w.Kind == nature {
			p.Does = w.Does
		}
	}
	if finished > 0 || p.Hand {
		p.Kinds = append(p.Kinds, countedLink{link{"Faites à la main", "/taches?nature=faites", p.Hand}, finished})
	}
	var tasks []cases.OpenTask
	if p.Hand {
		p.Total, p.Pages = finished, pagerOf("/taches", query, finished)
		tasks, err = d.store.FinishedTasks(r.Context(), p.Pages.skip(), pageOf)
	} else {
		p.Pages = pagerOf("/taches", query, p.Total)
		tasks, err = d.store.TasksOf(r.Context(), kinds, p.Pages.skip(), pageOf)
	}
	if err != nil {
		return err
	}
	if p.Rows, err = d.withFiles(r.Context(), tasks); err != nil {
		return err
	}
	return d.show(w, r, v, http.StatusOK, "tasks", "Tâches", p)
}

// withFiles gives tasks with the files of their mails.
func (d *Desk) withFiles(ctx context.Context, tasks []cases.OpenTask) ([]taskRow, error) {
	var ids []int64
	for _, k := range tasks {
		if k.MailID != 0 {
			ids = append(ids, k.MailID)
		}
	}
	contents, err := d.store.Contents(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]taskRow, len(tasks))
	for i, k := range tasks {
		rows[i] = newTaskRow(k, contents[k.MailID].Files)
	}
	return rows, nil
}

// lettersPage lists letters, the latest first.
type lettersPage struct {
	States []countedLink
	Rows   []cases.LetterSheet
	Total  int
	Pages  pager
}

func letterStates() []cases.LetterState {
	return []cases.LetterState{cases.LetterOwed, cases.LetterWorded, cases.LetterRetrying, cases.LetterHeld, cases.LetterSent, cases.LetterRefused, cases.LetterBounced, cases.LetterCancelled}
}

func (d *Desk) listLetters(w http.ResponseWriter, r *http.Request, v visit) error {
	query := r.URL.Query()
	state := query.Get("etat")
	count, err := d.store.LetterCounts(r.Context())
	if err != nil {
		return err
	}
	var p lettersPage
	var states []cases.LetterState // shown
	all := 0
	for s, n := range count {
		all += n
		if state == "" || state == string(s) || state == "bloquees" && (s == cases.LetterRetrying || s == cases.LetterHeld) {
			states = append(states, s)
			p.Total += n
		}
	}
	p.States = []countedLink{{link{"Toutes", "/courrier", state == ""}, all},
		{link{"qui ne partent pas", "/courrier?etat=bloquees", state == "bloquees"}, count[cases.LetterRetrying] + count[cases.LetterHeld]}}
	for _, s := range letterStates() {
		if count[s] > 0 || state == string(s) {
			p.States = append(p.States, countedLink{link{letterMark(s).Word, "/courrier?etat=" + string(s), state == string(s)}, count[s]})
		}
	}
	p.Pages = pagerOf("/courrier", query, p.Total)
	if p.Rows, err = d.store.LettersIn(r.Context(), states, p.Pages.skip(), pageOf); err != nil {
		return err
	}
	return d.show(w, r, v, http.StatusOK, "letters", "Courrier", p)
}

// helpPage explains the desk.
type helpPage struct {
	Phases []cases.Phase
	Tasks  []struct{ Kind, Word, Does string }
	Fields []searchField

	OnTime, ToArbitrate, Late mark
}

func (d *Desk) showHelp(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.show(w, r, v, http.StatusOK, "help", "Aide", helpPage{Phases: cases.Phases(), Tasks: taskWords, Fields: searchFields(),
		OnTime: timelinessMarks[cases.OnTime], ToArbitrate: timelinessMarks[cases.ToArbitrate], Late: timelinessMarks[cases.Late]})
}
