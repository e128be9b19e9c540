package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// mergePage chooses the case with which another one is joined, and shows both.
type mergePage struct {
	decision
	Proposed []proposal
	With     string       // as typed
	Which    string       // what is wrong with that
	Other    *cases.Sheet // nil: not chosen yet
	OtherRow caseRow
	Why      string // both may be one, as proposed
}

// proposal is a case with which this one may be one candidacy.
type proposal struct {
	Ref, Title, Why string
}

// proposals are those about a case.
func (d *Desk) proposals(ctx context.Context, ref string) (merges []proposal, splits map[int64]string, err error) {
	list, err := d.store.Proposals(ctx)
	if err != nil {
		return nil, nil, err
	}
	splits = make(map[int64]string)
	for _, p := range list {
		switch {
		case p.Kind == "split" && p.Case == ref:
			splits[p.Mail] = kinshipWords(p.Reason)
		case p.Kind == "merge" && (p.Case == ref || p.Other == ref):
			other := p.Other
			if other == ref {
				other = p.Case
			}
			c, err := d.store.Case(ctx, other)
			if err != nil {
				return nil, nil, err
			}
			merges = append(merges, proposal{other, newCaseRow(c.Summary).Title(), kinshipWords(p.Reason)})
		}
	}
	return merges, splits, nil
}

func (d *Desk) showMerge(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	return d.sendMerge(w, r, v, http.StatusOK, mergePage{decision: p})
}

func (d *Desk) sendMerge(w http.ResponseWriter, r *http.Request, v visit, code int, p mergePage) error {
	p.Optional = true
	p.With = strings.ToUpper(strings.TrimSpace(r.FormValue("avec")))
	var err error
	if p.Proposed, _, err = d.proposals(r.Context(), p.Ref); err != nil {
		return err
	}
	if p.With != "" {
		other, err := d.store.Case(r.Context(), p.With)
		switch {
		case errors.Is(err, store.ErrNotFound):
			p.Which, code = "Il n’y a pas de dossier « "+p.With+" ». Vérifiez la référence.", http.StatusUnprocessableEntity
		case err != nil:
			return err
		default:
			if p.Will, err = d.foresee(r, func(ctx context.Context) error { return d.store.Merge(ctx, v.who.Name, p.Ref, other.Ref, aMotive) }); err != nil {
				return err
			}
			if p.Will.Refusal != "" && p.All == "" {
				p.Which, code = p.Will.Refusal, http.StatusUnprocessableEntity
			}
			p.Other, p.OtherRow = &other, newCaseRow(other.Summary)
			if i := slices.IndexFunc(p.Proposed, func(q proposal) bool { return q.Ref == other.Ref }); i >= 0 {
				p.Why = p.Proposed[i].Why
			}
		}
	}
	return d.show(w, r, v, code, "merge", "Réunir "+p.Ref+" à un autre dossier", p)
}

// seenBoth is asSeen for the case of the page and the other one that its form names.
func seenBoth(r *http.Request) (ctx context.Context, other string, err error) {
	if err := r.ParseForm(); err != nil {
		return nil, "", faultForm
	}
	other = strings.ToUpper(strings.TrimSpace(r.PostFormValue("avec")))
	ctx, err = asSeen(r, r.PathValue("ref"), other)
	return ctx, other, err
}

func (d *Desk) merge(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, other, err := seenBoth(r)
	if err != nil {
		return err
	}
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	if err := d.store.Merge(ctx, v.who.Name, p.Ref, other, p.Motive); err != nil {
		if !p.refused(err) {
			return err
		}
		return d.sendMerge(w, r, v, http.StatusUnprocessableEntity, mergePage{decision: p})
	}
	return backToCase(w, r, p.Ref, "reuni")
}

// dismissMerge notes that two cases are not one candidacy.
func (d *Desk) dismissMerge(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, other, err := seenBoth(r)
	if err != nil {
		return err
	}
	ref := strings.ToUpper(r.PathValue("ref"))
	if err := d.store.DismissMerge(ctx, v.who.Name, ref, other); err != nil {
		return err
	}
	return backToCase(w, r, ref, "distincts")
}

// splitPage chooses the mails that leave a case.
type splitPage struct {
	decision
	Mails []leaver
	Into  string // as typed
	Where string // what is wrong with that
	Which string // what is wrong with the choice
}

// leaver is a mail that may leave a case.
type leaver struct {
	message
	Chosen bool
	Why    string // it is proposed; "": it is not
}

func (d *Desk) showSplit(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	return d.sendSplit(w, r, v, http.StatusOK, splitPage{decision: p})
}

func (d *Desk) sendSplit(w http.ResponseWriter, r *http.Request, v visit, code int, p splitPage) error {
	p.Optional = true
	mails := leaving(p.Sheet)
	var ids []int64
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	contents, err := d.store.Contents(r.Context(), ids)
	if err != nil {
		return err
	}
	_, proposed, err := d.proposals(r.Context(), p.Ref)
	if err != nil {
		return err
	}
	for _, m := range messages(mails, contents) {
		p.Mails = append(p.Mails, leaver{m, slices.Contains(r.Form["message"], strconv.FormatInt(m.Mail.ID, 10)), proposed[m.Mail.ID]})
	}
	p.Into = r.PostFormValue("vers")
	return d.show(w, r, v, code, "split", "Séparer des messages de "+p.Ref, p)
}

func (d *Desk) split(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	var mails []int64
	for _, s := range r.PostForm["message"] {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return faultForm
		}
		mails = append(mails, id)
	}
	into := strings.ToUpper(strings.TrimSpace(r.PostFormValue("vers")))
	other, err := d.store.Split(ctx, v.who.Name, p.Ref, mails, into, p.Motive)
	if err == nil {
		http.Redirect(w, r, "/dossiers/"+p.Ref+"?"+url.Values{"fait": {"separe"}, "vers": {other}}.Encode(), http.StatusSeeOther)
		return nil
	}
	page := splitPage{decision: p}
	var why *store.Refusal
	switch {
	case errors.Is(err, store.ErrNotFound) && into != "":
		page.Where = "Il n’y a pas de dossier « " + into + " ». Vérifiez la référence."
	case !page.refused(err):
		return err
	case errors.As(err, &why) && slices.Contains([]store.Why{store.WhySameCase, store.WhyOtherEdition, store.WhyNoCandidate}, why.Why):
		page.Where, page.All = page.All, ""
	case errors.As(err, &why) && slices.Contains([]store.Why{store.WhyNoMail, store.WhyOpener, store.WhyNotItsMail}, why.Why):
		page.Which, page.All = page.All, ""
	}
	return d.sendSplit(w, r, v, http.StatusUnprocessableEntity, page)
}

// dismissSplit notes that a mail belongs to its case.
func (d *Desk) dismissSplit(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PostFormValue("message"), 10, 64)
	if err != nil {
		return faultForm
	}
	if err := d.store.DismissSplit(ctx, v.who.Name, id); err != nil {
		if text, refused := refusalWords(err); refused {
			return fault{http.StatusConflict, "Cela n’a pas été fait", text}
		}
		return err
	}
	return backToCase(w, r, strings.ToUpper(r.PathValue("ref")), "reste")
}
