package desk

import (
	"net/http"

	"greffier/cases"
)

// decidePage is what staff may decide of a case, each on a page of its own.
type decidePage struct {
	caseRow
	Acts []act
}

// act is something that staff may decide.
type act struct{ Word, Says, Href string }

func (d *Desk) showDecide(w http.ResponseWriter, r *http.Request, v visit) error {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	p := decidePage{caseRow: newCaseRow(sheet.Summary), Acts: actsOf(sheet)}
	return d.show(w, r, v, http.StatusOK, "decide", "Décider de "+p.Ref, p)
}

// actsOf gives what may be decided of a case as it stands.
func actsOf(sheet cases.Sheet) []act {
	return nil
}
