package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// journalPage is what happened, by whom, the latest first. What chooses it stands
// in its address.
type journalPage struct {
	Ref, Who   string // as asked; Who "personnes": anybody but the machine
	Colleagues []string
	Rows       []journalRow
	Older      string // "": there is nothing older
	Newest     string // "": this is the newest
}

type journalRow struct {
	entry
	Seq int64
	Ref string
}

// entriesOf is how many entries a page of the journal has.
const entriesOf = pageOf

func (d *Desk) showJournal(w http.ResponseWriter, r *http.Request, v visit) error {
	query := r.URL.Query()
	p := journalPage{Ref: strings.ToUpper(strings.TrimSpace(query.Get("dossier"))), Who: query.Get("qui")}
	filter := store.JournalFilter{Ref: p.Ref, Actor: p.Who}
	if p.Who == "personnes" {
		filter.Actor, filter.People = "", true
	}
	if before := query.Get("avant"); before != "" {
		var err error
		if filter.Before, err = strconv.ParseInt(before, 10, 64); err != nil {
			return faultNotFound
		}
		p.Newest = address("/journal", query, "avant", "")
	}
	list, err := d.store.Journal(r.Context(), filter, entriesOf+1)
	if err != nil {
		return err
	}
	if len(list) > entriesOf {
		list = list[:entriesOf]
		p.Older = address("/journal", query, "avant", strconv.FormatInt(list[entriesOf-1].Seq, 10))
	}
	for _, e := range list {
		row, err := journalRowOf(e)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	staff, err := d.store.Staff(r.Context())
	if err != nil {
		return err
	}
	for _, m := range staff {
		p.Colleagues = append(p.Colleagues, m.Name)
	}
	return d.show(w, r, v, http.StatusOK, "journal", "Journal", p)
}

func journalRowOf(e cases.JournalEntry) (journalRow, error) {
	var content map[string]any
	if err := json.Unmarshal(e.Content, &content); err != nil {
		return journalRow{}, fmt.Errorf("read entry %d of the journal: %w", e.Seq, err)
	}
	row := journalRow{entry: entry{Actor: e.Actor, Words: journalWords(e.Event, content)}, Seq: e.Seq, Ref: e.Ref}
	if e.LetterKind != "" && e.Event != "letter_owed" {
		row.Words += " (" + letterWord(e.LetterKind) + ", à " + e.LetterTo + ")"
	}
	if e.At != nil {
		row.At = *e.At
	}
	return row, nil
}

// journalOf is the journal of one case.
func journalOf(ref string) string { return "/journal?" + url.Values{"dossier": {ref}}.Encode() }
