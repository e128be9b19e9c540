package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// Steps of a form that writes a letter: the button that was pressed.
const (
	stepLook   = "apercu"
	stepSend   = "envoyer"
	stepChange = "modifier"
	stepFill   = "inserer" // a ready-made text
)

// replyPage answers a mail of a case. What was typed stands in it whatever
// happens.
type replyPage struct {
	caseRow
	Sheet   cases.Sheet
	Mail    *cases.MailSheet // that is answered
	Content cases.MailContent
	Readers []reader
	Texts   []cases.ReplyTemplate
	Draft   cases.Letter
	View    *letterView // the letter as it will be; nil: still being written

	Text, To, Form string // as typed
	Chosen         string // ready-made text
	Fault          string // of the text
	FaultTo        string
}

// reader is somebody whom the case knows.
type reader struct {
	cases.Sender
	Chosen bool
}

// replyForm reads the form.
func replyForm(r *http.Request) (cases.Reply, error) {
	if err := r.ParseForm(); err != nil {
		return cases.Reply{}, faultForm
	}
	reply := cases.Reply{Ref: strings.ToUpper(r.PathValue("ref")), To: strings.TrimSpace(r.Form.Get("a")), Text: r.Form.Get("texte"), Form: r.Form.Get("formulaire")}
	if id := r.Form.Get("message"); id != "" {
		var err error
		if reply.Mail, err = strconv.ParseInt(id, 10, 64); err != nil {
			return reply, faultNotFound
		}
	}
	return reply, nil
}

func (d *Desk) showReply(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := replyForm(r)
	if err != nil {
		return err
	}
	reply.Form = newToken()
	p, err := d.replyPage(r, v, reply)
	if err != nil {
		return err
	}
	if name := r.Form.Get("modele"); name != "" {
		if err := d.insertText(p, name); err != nil {
			return err
		}
	}
	return d.writeReply(w, r, v, http.StatusOK, p)
}

// replyPage drafts the reply and fills its page.
func (d *Desk) replyPage(r *http.Request, v visit, reply cases.Reply) (*replyPage, error) {
	sheet, err := d.store.Case(r.Context(), reply.Ref)
	if err != nil {
		return nil, err
	}
	p := &replyPage{caseRow: newCaseRow(sheet.Summary), Sheet: sheet, Text: reply.Text, To: reply.To, Form: reply.Form}
	p.Draft, err = d.store.DraftReply(r.Context(), v.who.Name, reply)
	if errors.Is(err, store.ErrStranger) {
		p.FaultTo = "Ce dossier ne connaît pas cette adresse : choisissez-en une de la liste."
		reply.To = ""
		p.Draft, err = d.store.DraftReply(r.Context(), v.who.Name, reply)
	}
	if errors.Is(err, store.ErrNotFound) && reply.Mail == 0 {
		return nil, fault{http.StatusConflict, "Il n’y a pas de message auquel répondre", "Aucun message d’une personne n’appartient à ce dossier : ils ont peut-être rejoint un autre dossier. Rien n’a été envoyé."}
	}
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(sheet.Mails, func(m cases.MailSheet) bool { return m.ID == p.Draft.MailID }); i >= 0 {
		p.Mail = &sheet.Mails[i]
	}
	contents, err := d.store.Contents(r.Context(), []int64{p.Draft.MailID})
	if err != nil {
		return nil, err
	}
	p.Content = contents[p.Draft.MailID]
	for _, s := range sheet.Senders {
		p.Readers = append(p.Readers, reader{s, s.Address == p.Draft.To.Key()})
	}
	p.Texts = d.o.Letters.Replies(sheet.Call)
	return p, nil
}

// insertText puts a ready-made text behind what was typed.
func (d *Desk) insertText(p *replyPage, name string) error {
	if !slices.ContainsFunc(p.Texts, func(t cases.ReplyTemplate) bool { return t.Name == name }) {
		return faultNotFound
	}
	text, err := d.o.Letters.ReplyText(name, p.Draft.Facts, d.o.Now())
	if err != nil {
		d.log.Error("a ready-made text fails", "text", name, "error", err)
		p.Fault = "Ce texte prêt ne peut pas être rempli : prévenez l’exploitant. Ce que vous avez écrit est resté."
		return nil
	}
	p.Chosen = name
	if p.Text = strings.TrimRight(p.Text, "\r\n "); p.Text != "" {
		p.Text += "\n\n"
	}
	p.Text += text
	return nil
}

func (d *Desk) writeReply(w http.ResponseWriter, r *http.Request, v visit, code int, p *replyPage) error {
	return d.show(w, r, v, code, "reply", "Répondre, "+p.Ref, p)
}

// sendReply goes from one step of the form to the next.
func (d *Desk) sendReply(w http.ResponseWriter, r *http.Request, v visit) error {
	reply, err := replyForm(r)
	if err != nil {
		return err
	}
	if reply.Form == "" {
		reply.Form = newToken()
	}
	p, err := d.replyPage(r, v, reply)
	if err != nil {
		return err
	}
	step := r.PostForm.Get("faire")
	if step == stepFill {
		if name := r.PostForm.Get("modele"); name != "" {
			if err := d.insertText(p, name); err != nil {
				return err
			}
		}
		return d.writeReply(w, r, v, http.StatusOK, p)
	}
	if step == stepChange {
		return d.writeReply(w, r, v, http.StatusOK, p)
	}
	text, err := cases.CheckText(reply.Text)
	if p.Fault = textFault(err); p.Fault != "" || p.FaultTo != "" {
		return d.writeReply(w, r, v, http.StatusUnprocessableEntity, p)
	}
	if step == stepSend {
		ctx, err := asSeen(r, p.Ref)
		if err != nil {
			return err
		}
		if _, err := d.store.Reply(ctx, v.who.Name, reply); err != nil {
			return err
		}
		return backToCase(w, r, p.Ref, "reponse")
	}
	p.Draft.Facts.Reply.Text = text
	if p.View, err = d.draftView(p.Draft); err != nil {
		return err
	}
	p.View.allowLook(w)
	return d.writeReply(w, r, v, http.StatusOK, p)
}

// textFault says what is wrong with a text that staff wrote; "": nothing.
func textFault(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, cases.ErrNoText):
		return "Écrivez un texte."
	case errors.Is(err, cases.ErrLongText):
		return "Le texte dépasse 20 000 caractères : raccourcissez-le."
	case errors.Is(err, cases.ErrBlank):
		return "Il reste un endroit à remplir : cherchez « " + cases.Blank + " » dans le texte."
	}
	return "Ce texte ne peut pas partir."
}

// replyTo is where one answers a mail of a case.
func replyTo(ref string, mail int64) string {
	return "/dossiers/" + ref + "/repondre?" + url.Values{"message": {strconv.FormatInt(mail, 10)}}.Encode()
}
