package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
)

// What is taken of a file that a frozen version of its dossier holds (it is sealed),
// and of the mail it is in, is journaled with who took it, before the first byte
// leaves; what is taken of others is not. So is looking at it: once an hour for one
// person and file.

// confirmPage warns of what is asked for, and asks again.
type confirmPage struct {
	Name   string
	Size   int64
	SHA256 string
	Why    []string
	Action string // where the confirmation is sent
	Back   string
}

var faultAltered = fault{http.StatusInternalServerError, "Ce fichier n’est plus tel qu’il a été reçu", "Ses octets ne correspondent plus à leur empreinte, ou ne sont plus dans l’archive : il n’est ni montré ni remis. Prévenez l’exploitant, qui le vérifie par la commande greffier verify. Rien n’a été changé."}

// whole makes a fault in words of bytes that are not those received.
func (d *Desk) whole(err error) error {
	if errors.Is(err, store.ErrAltered) || errors.Is(err, store.ErrNotFound) {
		d.log.Error("a file is not as it was received", "error", err)
		return fmt.Errorf("%w: %w", faultAltered, err)
	}
	return err
}

func (d *Desk) openFile(f cases.StoredFile) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return d.store.OpenFile(f, d.o.OpenPart) }
}

func (d *Desk) downloadFile(w http.ResponseWriter, r *http.Request, v visit) error {
	m, f, err := d.fileOf(r)
	if err != nil {
		return err
	}
	h := m.Handling(f.Part, d.o.Scanning)
	switch {
	case h == cases.HandleWarned && r.Method != http.MethodPost:
		p := confirmPage{Name: nameOf(f.Filename), Size: f.Size, SHA256: f.SHA256, Action: fileHref("telecharger", f.FileContent), Back: fileHref("fichiers", f.FileContent), Why: whyWarned(f)}
		return d.show(w, r, v, http.StatusOK, "confirm", "Télécharger "+p.Name, p)
	case h != cases.HandleFreely && h != cases.HandleWarned:
		return fault{http.StatusForbidden, "Ce fichier n’est pas remis", handlingWords(f, h)}
	}
	if err := d.store.TookFile(r.Context(), v.who.Name, f); err != nil {
		return err
	}
	return d.sendFile(w, "application/octet-stream", nameOf(f.Filename), d.openFile(f))
}

// whyWarned tells what could do harm in a file.
func whyWarned(f cases.StoredFile) []string {
	var why []string
	for _, code := range f.Dangers() {
		why = append(why, dangerWord(code))
	}
	if len(why) == 0 {
		why = append(why, handlingWords(f, cases.HandleWarned))
	}
	return why
}

// downloadMail sends a mail byte for byte as it was received.
func (d *Desk) downloadMail(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := mailOf(r)
	if err != nil {
		return err
	}
	m, err := d.store.StoredMail(r.Context(), id)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("message-%d.eml", m.ID)
	switch h := m.WholeHandling(d.o.Scanning); {
	case h == cases.HandleNever:
		return fault{http.StatusForbidden, "Ce message n’est pas remis", "L’antivirus a trouvé un virus dans l’un de ses fichiers. Le message est conservé comme preuve de ce qui a été reçu ; il n’est remis à personne. Ses autres fichiers ont chacun leur page."}
	case h == cases.HandleLater:
		return fault{http.StatusForbidden, "Ce message n’est pas encore remis", "Un de ses fichiers est en attente de l’antivirus : réessayez quand il aura été analysé."}
	case h == cases.HandleWarned && r.Method != http.MethodPost:
		p := confirmPage{Name: name, Size: m.Size, SHA256: m.RawSHA256, Action: fmt.Sprintf("/messages/%d/brut", m.ID), Back: mailHref(m)}
		for _, f := range m.Files {
			if m.Handling(f.Part, d.o.Scanning) == cases.HandleWarned && !f.Furniture {
				for _, why := range whyWarned(f) {
					p.Why = append(p.Why, "«"+french.NBSP+nameOf(f.Filename)+french.NBSP+"»"+french.NBSP+": "+why)
				}
			}
		}
		return d.show(w, r, v, http.StatusOK, "confirm", "Télécharger le message", p)
	}
	if err := d.store.TookMail(r.Context(), v.who.Name, m); err != nil {
		return err
	}
	return d.sendFile(w, "message/rfc822", name, func() (io.ReadCloser, error) { return d.store.OpenMail(m) })
}

// mailHref leads to a mail where it is shown.
func mailHref(m cases.StoredMail) string {
	if m.Ref == "" {
		return fmt.Sprintf("/a-rattacher#message-%d", m.ID)
	}
	return fmt.Sprintf("/dossiers/%s#message-%d", m.Ref, m.ID)
}

// sendFile sends bytes once all of them are known to be those received; with a name,
// as a file to keep.
func (d *Desk) sendFile(w http.ResponseWriter, media, name string, open func() (io.ReadCloser, error)) (err error) {
	file, size, err := d.spool(open)
	if err != nil {
		return d.whole(err)
	}
	defer func() {
		if cerr := file.Close(); err == nil {
			err = cerr
		}
	}()
	if name == "" {
		foreignFile(w.Header(), media)
		if _, err := io.Copy(w, file); err != nil {
			d.log.Debug("client gone", "error", err)
		}
		return nil
	}
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	return d.attach(w, name, media, func(out io.Writer) error {
		_, err := io.Copy(out, file)
		return err
	})
}
