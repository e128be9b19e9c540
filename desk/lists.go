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

// finishedShown bounds the list of tasks that were done by hand.
const finishedShown = 200

// listTasks shows the open tasks, of one kind or of all. Mails to attach have a
// page of their own.
func (d *Desk) listTasks(w http.ResponseWriter, r *http.Request, v visit) error {
	query := r.URL.Query()
	nature := query.Get("nature")
	tasks, err := d.store.OpenTasks(r.Context())
	if err != nil {
		return err
	}
	finished, err := d.store.FinishedTasks(r.Context(), finishedShown)
	if err != nil {
		return err
	}
	tasks = slices.DeleteFunc(tasks, func(k cases.OpenTask) bool { return k.Kind == "to_attach" })
	count := make(map[string]int)
	for _, k := range tasks {
		count[k.Kind]++
	}
	p := tasksPage{Kinds: []countedLink{{link{"Toutes", "/taches", nature == ""}, len(tasks)}}, Said: doneOf(r), Hand: nature == "faites"}
	for _, w := range taskWords {
		if n := count[w.Kind]; n > 0 || w.Kind == nature {
			p.Kinds = append(p.Kinds, countedLink{link{w.Word, "/taches?nature=" + w.Kind, nature == w.Kind}, n})
		}
		if w.Kind == nature {
			p.Does = w.Does
		}
	}
	if len(finished) > 0 || p.Hand {
		p.Kinds = append(p.Kinds, countedLink{link{"Faites à la main", "/taches?nature=faites", p.Hand}, len(finished)})
	}
	if p.Hand {
		tasks = finished
	} else if nature != "" {
		onDay := []string{"arbitrate", "unreadable", "to_sort", "message"}
		tasks = slices.DeleteFunc(tasks, func(k cases.OpenTask) bool {
			return k.Kind != nature && (nature != "autres" || slices.Contains(onDay, k.Kind))
		})
	}
	p.Total = len(tasks)
	var shown []cases.OpenTask
	p.Pages, shown = paged("/taches", query, tasks)
	if p.Rows, err = d.withFiles(r.Context(), shown); err != nil {
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
	letters, err := d.store.Outbox(r.Context())
	if err != nil {
		return err
	}
	count := make(map[cases.LetterState]int)
	for _, l := range letters {
		count[l.State]++
	}
	stuck := count[cases.LetterRetrying] + count[cases.LetterHeld]
	p := lettersPage{States: []countedLink{{link{"Toutes", "/courrier", state == ""}, len(letters)}, {link{"qui ne partent pas", "/courrier?etat=bloquees", state == "bloquees"}, stuck}}}
	for _, s := range letterStates() {
		if count[s] > 0 || state == string(s) {
			p.States = append(p.States, countedLink{link{letterMark(s).Word, "/courrier?etat=" + string(s), state == string(s)}, count[s]})
		}
	}
	if state != "" {
		letters = slices.DeleteFunc(letters, func(l cases.LetterSheet) bool {
			return string(l.State) != state && (state != "bloquees" || l.State != cases.LetterRetrying && l.State != cases.LetterHeld)
		})
	}
	slices.Reverse(letters)
	p.Total = len(letters)
	p.Pages, p.Rows = paged("/courrier", query, letters)
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
