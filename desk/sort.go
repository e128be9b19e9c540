package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// sortPage is a file of a case, on which staff say what it is.
type sortPage struct {
	caseRow
	Sheet   cases.Sheet
	File    cases.SortedFile
	Address string // of the page
	Next    string // the row to go on with
	Choices []pieceChoice
	Say     string // the choice: pieces, aucune, illisible, refuse
	Reason  string
	Fault   sortFault
}

// sortFault is what is wrong, by field.
type sortFault struct{ Pieces, Reason, All string }

// pieceChoice is a piece of the call that the file may be.
type pieceChoice struct {
	ID, Label string
	Chosen    bool
	Why       []cases.Suggestion
}

// verdicts are the choices of the form.
var verdicts = map[string]cases.Verdict{"pieces": cases.SaidPieces, "aucune": cases.SaidNone, "illisible": cases.SaidUnreadable, "refuse": cases.SaidRefused}

// fileAsked gives the file of the case that a request names.
func (d *Desk) fileAsked(r *http.Request) (cases.Sheet, cases.SortedFile, error) {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return sheet, cases.SortedFile{}, err
	}
	files, err := d.store.Files(r.Context(), sheet.Ref)
	if err != nil {
		return sheet, cases.SortedFile{}, err
	}
	mail, part := r.FormValue("message"), r.FormValue("partie")
	i := slices.IndexFunc(files, func(f cases.SortedFile) bool {
		return strconv.FormatInt(f.Mail, 10) == mail && f.Part == part
	})
	if i < 0 {
		return sheet, cases.SortedFile{}, faultNotFound
	}
	return sheet, files[i], nil
}

// sortAddress is the address of the page on which staff say what a file is.
func sortAddress(ref string, f cases.FileSheet, say string) string {
	return address("/dossiers/"+ref+"/piece", url.Values{"message": {strconv.FormatInt(f.Mail, 10)}, "partie": {f.Part}}, "dire", say)
}

func (d *Desk) showSort(w http.ResponseWriter, r *http.Request, v visit) error {
	sheet, file, err := d.fileAsked(r)
	if err != nil {
		return err
	}
	p := sortPage{Say: r.FormValue("dire")}
	chosen := file.Pieces
	if said := file.Said; said != nil {
		p.Reason = said.Reason
		for word, verdict := range verdicts {
			if p.Say == "" && verdict == said.Verdict {
				p.Say = word
			}
		}
	}
	return d.sendSort(w, r, v, http.StatusOK, p, sheet, file, chosen)
}

func (d *Desk) sendSort(w http.ResponseWriter, r *http.Request, v visit, code int, p sortPage, sheet cases.Sheet, file cases.SortedFile, chosen []string) error {
	p.caseRow, p.Sheet, p.File, p.Address, p.Next = newCaseRow(sheet.Summary), sheet, file, sortAddress(sheet.Ref, file.FileSheet, ""), rowAsked(r)
	if p.Say == "" {
		p.Say = "pieces"
	}
	if call := d.o.Calls.ByID(sheet.Call); call != nil {
		for _, piece := range call.Pieces {
			c := pieceChoice{ID: piece.ID, Label: piece.Label, Chosen: slices.Contains(chosen, piece.ID)}
			for _, s := range file.Suggests {
				if s.Piece == piece.ID {
					c.Why = append(c.Why, s)
				}
			}
			p.Choices = append(p.Choices, c)
		}
	}
	return d.show(w, r, v, code, "sort", "Dire ce qu’est "+file.Filename, p)
}

func (d *Desk) sortFile(w http.ResponseWriter, r *http.Request, v visit) error {
	said := cases.Said{Verdict: verdicts[r.PostFormValue("dire")], Reason: strings.TrimSpace(r.PostFormValue("raison"))}
	if said.Verdict == "" {
		return faultForm
	}
	if said.Verdict == cases.SaidPieces {
		said.Pieces, said.Reason = r.PostForm["piece"], ""
	}
	return d.sayOfFile(w, r, v, "classe", func(ctx context.Context, ref string, f cases.SortedFile) error {
		return d.store.Sort(ctx, v.who.Name, ref, f.Mail, f.Part, said)
	})
}

func (d *Desk) confirmFile(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.sayOfFile(w, r, v, "confirme", func(ctx context.Context, ref string, f cases.SortedFile) error {
		return d.store.Confirm(ctx, v.who.Name, ref, f.Mail, f.Part)
	})
}

func (d *Desk) unsortFile(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.sayOfFile(w, r, v, "rendu", func(ctx context.Context, ref string, f cases.SortedFile) error {
		return d.store.Unsort(ctx, v.who.Name, ref, f.Mail, f.Part)
	})
}

// sayOfFile does what a form says of a file, and goes on in the list of pieces.
func (d *Desk) sayOfFile(w http.ResponseWriter, r *http.Request, v visit, did string, say func(ctx context.Context, ref string, f cases.SortedFile) error) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	sheet, file, err := d.fileAsked(r)
	if err != nil {
		return err
	}
	err = say(ctx, sheet.Ref, file)
	if err == nil {
		http.Redirect(w, r, "/dossiers/"+sheet.Ref+"?"+url.Values{"fait": {did}}.Encode()+"#"+rowAsked(r), http.StatusSeeOther)
		return nil
	}
	text, refused := refusalWords(err)
	if !refused {
		return err
	}
	p := sortPage{Say: r.PostFormValue("dire"), Reason: r.PostFormValue("raison")}
	var why *store.Refusal
	errors.As(err, &why)
	switch why.Why {
	case store.WhyWhichPiece, store.WhyUnrecognised:
		p.Fault.Pieces = text
	case store.WhyReason:
		p.Fault.Reason = text
	default:
		p.Fault.All = text
	}
	return d.sendSort(w, r, v, http.StatusUnprocessableEntity, p, sheet, file, r.PostForm["piece"])
}

var rowID = regexp.MustCompile(`^fichier-[0-9]{1,6}$`)

// rowAsked is the row of the list of pieces to go on with.
func rowAsked(r *http.Request) string {
	row := r.FormValue("suite")
	if !rowID.MatchString(row) {
		return "pieces"
	}
	return row
}

// fileRow is a file in the list of pieces.
type fileRow struct {
	pieceFile
	Case  cases.Sheet
	Said  *cases.Said
	Stand string // the labels of the pieces that it stands for
	Row   string // its id in the page
	Next  string // the row to go on with
	Sure  bool   // it can be confirmed as it is
}

// Address is where staff say what the file is; say is what they choose.
func (f fileRow) Address(say string) string {
	return sortAddress(f.Case.Ref, f.FileSheet, say) + "&suite=" + f.Row
}

// rows makes the rows of the list of pieces, with what staff said of each file.
type rows struct {
	sheet  cases.Sheet
	sorted []cases.SortedFile
	labels map[string]string // of pieces
	made   []*fileRow
}

func (d *Desk) rows(ctx context.Context, sheet cases.Sheet) (*rows, error) {
	l := &rows{sheet: sheet, labels: make(map[string]string)}
	call := d.o.Calls.ByID(sheet.Call)
	if call == nil {
		return l, nil // shown without what can be said of it
	}
	for _, p := range call.Pieces {
		l.labels[p.ID] = p.Label
	}
	var err error
	l.sorted, err = d.store.Files(ctx, sheet.Ref)
	return l, err
}

// row makes the next row.
func (l *rows) row(f pieceFile) *fileRow {
	row := &fileRow{pieceFile: f, Case: l.sheet, Row: fmt.Sprintf("fichier-%d", len(l.made)+1)}
	row.Next = row.Row
	for _, s := range l.sorted {
		if s.Mail != f.Mail || s.Part != f.Part {
			continue
		}
		var labels []string
		for _, id := range s.Pieces {
			labels = append(labels, cmp.Or(l.labels[id], id))
		}
		row.Said, row.Stand = s.Said, strings.Join(labels, ", ")
		row.Sure = s.Said == nil && len(s.Pieces) > 0 && s.State != cases.Infected && s.Fault != "program"
	}
	l.made = append(l.made, row)
	return row
}

// link has each row go on with the next one that waits for a word.
func (l *rows) link() {
	next := ""
	for _, row := range slices.Backward(l.made) {
		if next != "" {
			row.Next = next
		}
		if row.Said == nil {
			next = row.Row
		}
	}
}

// others gives the files that are on no row: staff said that they are no piece.
func (l *rows) others() (out []cases.SortedFile) {
	for _, s := range l.sorted {
		if !slices.ContainsFunc(l.made, func(r *fileRow) bool { return r.Mail == s.Mail && r.Part == s.Part }) {
			out = append(out, s)
		}
	}
	return out
}
