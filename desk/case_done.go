package desk

import (
	"net/http"
	"net/url"
)

// done is what an action on a case did, in words, and where it is taken back: a
// path below that of the case, "" for the case itself, "-" for nowhere.
type done struct{ Words, Back string }

// caseDone are the values of the parameter "fait" of the page of a case. Whoever
// adds an action adds a line.
var caseDone = map[string]done{}

func (d *Desk) doneWords(r *http.Request, ref string) (words, back string) {
	did, ok := caseDone[r.URL.Query().Get("fait")]
	if !ok || did.Back == "-" {
		return did.Words, ""
	}
	return did.Words, "/dossiers/" + ref + did.Back
}

// backToCase leads to the page of a case, which says what was done.
func backToCase(w http.ResponseWriter, r *http.Request, ref, did string) error {
	http.Redirect(w, r, "/dossiers/"+ref+"?"+url.Values{"fait": {did}}.Encode(), http.StatusSeeOther)
	return nil
}
