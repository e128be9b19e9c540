package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"greffier/cases"
)

// arbitratePage holds the deposits of a case to arbitrate, each with its clocks.
type arbitratePage struct {
	decision
	Call     *cases.Call
	Deposits []arbitration
}

// arbitration is a deposit to arbitrate, and what each verdict would cause.
type arbitration struct {
	message
	OnTime, Late foreseen
	Verdict      string // chosen
	Motive       string
	Fault        string // at the motive
	Which        string // at the verdict
}

// toArbitrate are the mails of a case that the evidence leaves to a person, and
// upon which none has decided.
func toArbitrate(sheet cases.Sheet) []cases.MailSheet {
	return slices.DeleteFunc(slices.Clone(sheet.Mails), func(m cases.MailSheet) bool {
		return m.Timeliness == nil || *m.Timeliness != cases.ToArbitrate || m.Direction == "out" || slices.ContainsFunc(sheet.Decisions, func(d cases.Decision) bool {
			return d.Kind == cases.DecideArbitration && d.Mail == m.ID && d.UndoneAt == nil
		})
	})
}

func (d *Desk) showArbitrate(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	return d.sendArbitrate(w, r, v, http.StatusOK, p, 0)
}

// sendArbitrate shows the deposits to arbitrate; the fault belongs to the mail
// with that id.
func (d *Desk) sendArbitrate(w http.ResponseWriter, r *http.Request, v visit, code int, base decision, id int64) error {
	p := arbitratePage{decision: base, Call: d.o.Calls.ByID(base.Sheet.Call)}
	mails := toArbitrate(base.Sheet)
	var ids []int64
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	contents, err := d.store.Contents(r.Context(), ids)
	if err != nil {
		return err
	}
	for _, m := range messages(mails, contents) {
		if !m.Deposit() {
			continue
		}
		a := arbitration{message: m}
		for verdict, will := range map[cases.Timeliness]*foreseen{cases.OnTime: &a.OnTime, cases.Late: &a.Late} {
			if *will, err = d.foresee(r, func(ctx context.Context) error {
				return d.store.Arbitrate(ctx, v.who.Name, p.Ref, m.Mail.ID, verdict, aMotive)
			}); err != nil {
				return err
			}
		}
		if m.Mail.ID == id {
			a.Verdict, a.Motive, a.Fault = r.PostFormValue("verdict"), base.Motive, base.Fault
			if verdictOf(a.Verdict) == "" {
				a.Which = "Choisissez l’un ou l’autre."
			}
		}
		p.Deposits = append(p.Deposits, a)
	}
	return d.show(w, r, v, code, "arbitrate", "Arbitrer "+p.Ref, p)
}

// verdictOf reads the verdict of a form; "" for none.
func verdictOf(s string) cases.Timeliness {
	return map[string]cases.Timeliness{"dans-les-delais": cases.OnTime, "hors-delai": cases.Late}[s]
}

func (d *Desk) arbitrate(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := strconv.ParseInt(r.PostFormValue("message"), 10, 64)
	if err != nil || id < 1 {
		return faultForm
	}
	verdict := verdictOf(r.PostFormValue("verdict"))
	again := func(p decision) error {
		return d.sendArbitrate(w, r, v, http.StatusUnprocessableEntity, p, id)
	}
	if verdict == "" {
		p, err := d.begin(r)
		if err != nil {
			return err
		}
		return again(p)
	}
	return d.decide(w, r, v, "arbitre", func(ctx context.Context, ref string) error {
		return d.store.Arbitrate(ctx, v.who.Name, ref, id, verdict, r.PostFormValue("motif"))
	}, again)
}
