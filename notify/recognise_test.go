package notify

import (
	"strings"
	"testing"

	"greffier/cases"
)

// TestRecognises: every letter to a candidate is known again by its subject and text, however
// its lines were broken on the way; what a person makes of one is not
// (behaviour 22).
func TestRecognises(t *testing.T) {
	ls := testLetters(t, nil)
	call := ls.cfg.Calls[0]
	for _, s := range samples(call, call) {
		if s.kind == cases.LetterAlarm || s.kind == cases.LetterDigest || s.kind == cases.LetterReply {
			continue // to staff, whose mail is never answered; or by them, one by one
		}
		p, err := ls.Preview(s.kind, s.facts, s.now)
		if err != nil {
			t.Fatal(err)
		}
		if !ls.Recognises(p.Subject, p.Text) {
			t.Errorf("%s: not recognised: %s\n%s", s.name, p.Subject, p.Text)
		}
		if wrapped := strings.ReplaceAll(p.Text, " ", "\r\n"); !ls.Recognises(p.Subject, wrapped) {
			t.Errorf("%s: not recognised when wrapped", s.name)
		}
		for _, prefix := range []string{"Re: ", "RE : ", "Tr: ", "Fwd: "} {
			if ls.Recognises(prefix+p.Subject, p.Text) {
				t.Errorf("%s: %q is taken for a letter", s.name, prefix+p.Subject)
			}
		}
		if ls.Recognises(p.Subject, "Bonjour,\n\nVoici notre dossier, merci de nous dire ce qui manque.\n") {
			t.Errorf("%s: an answer under the same subject is taken for a letter", s.name)
		}
		if ls.Recognises("Candidature", p.Text) {
			t.Errorf("%s: a letter pasted under another subject is taken for ours", s.name)
		}
	}
}
