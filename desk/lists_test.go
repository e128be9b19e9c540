package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

var (
	taskRows   = regexp.MustCompile(`class="button" href="/taches/(\d+)"|action="/taches/(\d+)/rouvrir"`)
	letterRows = regexp.MustCompile(`<th scope="row"><a href="/courrier/(\d+)"`)
	nextPage   = regexp.MustCompile(`href="([^"]*)" rel="next"`)
)

// rowIDs gives the ids in the rows of a list, over all its pages, and how many
// pages it has.
func (b *browser) rowIDs(path string, rows *regexp.Regexp) (ids []int64, pages int) {
	b.o.t.Helper()
	for path != "" {
		pages++
		body := b.get(path).body
		for _, found := range rows.FindAllStringSubmatch(body, -1) {
			id, err := strconv.ParseInt(strings.Join(found[1:], ""), 10, 64)
			b.o.must(err)
			ids = append(ids, id)
		}
		path = ""
		if next := nextPage.FindStringSubmatch(body); next != nil {
			path = strings.ReplaceAll(next[1], "&amp;", "&")
		}
	}
	return ids, pages
}

// TestListPages: the pages of a list of tasks or letters show each of them once, in
// one order, and only those that are asked for; the order of the day counts exactly
// what its links show.
func TestListPages(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	for i := range pageOf + 5 {
		o.mail(fmt.Sprintf("p%d@org%d.example", i, i), "Dossier", time.Date(2018, 11, 10, 10, i, 0, 0, o.desk.o.Location), fmt.Sprintf("scan%04d.pdf", i))
	}
	open, err := o.store.OpenTasks(t.Context())
	o.must(err)
	var finished []int64 // the latest first
	for _, k := range open[:2] {
		if k.Kind == "to_attach" {
			continue
		}
		o.now = o.now.Add(time.Minute)
		o.must(o.store.FinishTask(t.Context(), "Camille Martin", k.ID, "vu"))
		finished = slices.Insert(finished, 0, k.ID)
	}
	open, err = o.store.OpenTasks(t.Context())
	o.must(err)
	letters, err := o.store.Outbox(t.Context())
	o.must(err)
	tasks := func(asked func(cases.OpenTask) bool) (ids []int64) {
		for _, k := range open {
			if k.Kind != "to_attach" && asked(k) {
				ids = append(ids, k.ID)
			}
		}
		return ids
	}
	inState := func(states ...cases.LetterState) (ids []int64) {
		for _, l := range letters {
			if states == nil || slices.Contains(states, l.State) {
				ids = slices.Insert(ids, 0, l.ID)
			}
		}
		return ids
	}
	b := o.staff("Camille Martin")
	shown := make(map[string]int)
	for _, tc := range []struct {
		path  string
		rows  *regexp.Regexp
		want  []int64
		pages int
	}{
		{"/taches", taskRows, tasks(func(cases.OpenTask) bool { return true }), 2},
		{"/taches?nature=to_sort", taskRows, tasks(func(k cases.OpenTask) bool { return k.Kind == "to_sort" }), 2},
		{"/taches?nature=message", taskRows, tasks(func(k cases.OpenTask) bool { return k.Kind == "message" }), 1},
		{"/taches?nature=unreadable", taskRows, tasks(func(k cases.OpenTask) bool { return k.Kind == "unreadable" }), 1},
		{"/taches?nature=arbitrate", taskRows, tasks(func(k cases.OpenTask) bool { return k.Kind == "arbitrate" }), 1},
		{"/taches?nature=autres", taskRows, tasks(func(k cases.OpenTask) bool {
			return !slices.Contains([]string{"arbitrate", "unreadable", "to_sort", "message"}, k.Kind)
		}), 1},
		{"/taches?nature=to_attach", taskRows, nil, 1}, // they have a page of their own
		{"/taches?nature=faites", taskRows, finished, 1},
		{"/courrier", letterRows, inState(), 2},
		{"/courrier?etat=owed", letterRows, inState(cases.LetterOwed), 2},
		{"/courrier?etat=sent", letterRows, nil, 1},
		{"/courrier?etat=bloquees", letterRows, inState(cases.LetterRetrying, cases.LetterHeld), 1},
	} {
		got, pages := b.rowIDs(tc.path, tc.rows)
		if !slices.Equal(got, tc.want) || pages != tc.pages {
			t.Errorf("%s: %v on %d pages, want %v on %d", tc.path, got, pages, tc.want, tc.pages)
		}
		shown[tc.path] = len(got)
	}
	for _, path := range []string{"/taches", "/courrier"} {
		if last := b.get(path + "?page=99"); !strings.Contains(last.body, "Page 2 sur 2") || rowsOf(t, last.body) == 0 {
			t.Errorf("%s: a page past the last shows nothing", path)
		}
	}
	figures, err := o.store.Figures(t.Context())
	o.must(err)
	counts, err := o.store.TaskCounts(t.Context())
	o.must(err)
	for _, due := range dues(figures, counts) {
		if n, listed := shown[due.Href]; listed && n != due.N {
			t.Errorf("%s counts %d, its link shows %d", due.Word, due.N, n)
		} else if !listed && (strings.HasPrefix(due.Href, "/taches") || strings.HasPrefix(due.Href, "/courrier")) {
			t.Errorf("%s was not looked at", due.Href)
		}
	}
}
