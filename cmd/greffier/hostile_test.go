package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// What an attacker tries to see: the candidate's name, address, files, and what
// their bytes hash to.
const (
	victim       = "budget@quetzal.example"
	victimName   = "Coopérative Quetzal"
	victimFile   = "budget zanzibar.pdf"
	attacker     = "mallory@evil.example"
	deposited    = "2018-10-01T09:00:00Z"
	afterDeposit = "2018-10-02T09:00:00Z"
)

// hostileMail is a mail that our server took from a host of the attacker. fields
// stand above its other fields, each ended by CRLF; a From among them replaces
// the attacker's.
func hostileMail(id int, fields, text string, files ...string) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	above, rest, found := strings.Cut(fields, "\f") // what our own server wrote
	if !found {
		above, rest = "", fields
	}
	b.WriteString(above)
	line("Received: from evil.example (evil.example [198.51.100.66])\r\n\tby mx.greffier.test with ESMTPS id Y; %s", rfc5322(afterDeposit))
	b.WriteString(rest)
	for name, value := range map[string]string{"From": "Mallory <" + attacker + ">", "Subject": "Dossier", "To": "aap@greffier.test", "Message-ID": fmt.Sprintf("<h%d@evil.example>", id)} {
		if !strings.Contains("\r\n"+rest, "\r\n"+name+":") {
			line("%s: %s", name, value)
		}
	}
	line("Date: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", rfc5322(afterDeposit), text)
	for _, f := range files {
		line("--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=%s\r\n\r\n%s", f, pdfSaying(fmt.Sprintf("hostile %d %s", id, f)))
	}
	line("--b--")
	return []byte(b.String())
}

// sitting is a program with one case that an attacker is after, and another.
type sitting struct {
	*program
	d    *dovecotServer
	sink *smtpSink
	t    *testing.T

	n     int
	token string // of the letter to the candidate
	other string // of the letter to the other one
	hash  string // the beginning of the digest of the candidate's file
}

func newSitting(t *testing.T) *sitting {
	t.Helper()
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, `authserv_id = "mx.greffier.test"`)
	config, err := os.ReadFile(g.config)
	g.must(err)
	g.must(os.WriteFile(g.config, bytes.Replace(config, []byte("[smtp]\n"), []byte("[smtp]\nplus_addressing = true\ndaily_limit_domain = 500\n"), 1), 0o600))
	s := &sitting{program: g, d: d, sink: sink, t: t}
	first := strings.Replace(string(candidateMail(victim, "Candidature", deposited, deposited, victimFile)), "From: Asso <", "From: =?utf-8?q?Coop=C3=A9rative_Quetzal?= <", 1)
	d.Append([]byte(first), instant(t, deposited))
	d.Append(candidateMail("autre@autre.example", "Candidature", deposited, deposited, "rib.pdf"), instant(t, deposited))
	g.once("2018-10-01T10:00:00Z")
	c := g.sheet("ESSAI-0001")
	if c.Candidate.Address != victim || c.Candidate.Name != victimName || len(c.Letters) != 1 {
		t.Fatalf("case %+v", c.Summary)
	}
	s.token, s.other = cases.TokenOf(c.Letters[0].MessageID), cases.TokenOf(g.sheet("ESSAI-0002").Letters[0].MessageID)
	s.hash = c.Pieces[0].Files[0].SHA256[:12]
	return s
}

// attack brings a mail in and gives the letters that it made us write.
func (s *sitting) attack(raw []byte) []deliveredMail {
	s.t.Helper()
	before := len(s.sink.Mails())
	s.d.Append(raw, instant(s.t, afterDeposit))
	s.once("2018-10-02T10:00:00Z")
	return s.sink.Mails()[before:]
}

// state is what a case is, apart from what waits beside it.
func (s *sitting) state(ref string) string {
	s.t.Helper()
	c := s.sheet(ref)
	c.Beside = nil
	c.Tasks = slices.DeleteFunc(c.Tasks, func(k cases.Task) bool { return k.Kind == "to_attach" })
	c.Journal = slices.DeleteFunc(c.Journal, func(e cases.EntrySheet) bool {
		return e.Event == "mail_waiting" || e.Event == "task_opened"
	})
	b, err := json.Marshal(c)
	s.must(err)
	return string(b)
}

// wantSecret looks for anything of the dossier in letters, but for what the
// attacker wrote himself.
func (s *sitting) wantSecret(letters []deliveredMail, own string) {
	s.t.Helper()
	for _, l := range letters {
		text := strings.ToLower(letterText(s.t, l.Raw))
		for _, secret := range []string{victim, "quetzal", "zanzibar", s.hash} {
			if strings.Contains(text, secret) && !strings.Contains(own, secret) {
				s.t.Errorf("the letter to %s tells %q:\n%s", l.To, secret, text)
			}
		}
	}
}

// letterText is the header of a letter and its texts, decoded; files left out.
func letterText(t *testing.T, raw []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var words mime.WordDecoder
	for name, values := range m.Header {
		for _, v := range values {
			if d, err := words.DecodeHeader(v); err == nil {
				v = d
			}
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	b.WriteString(bodyText(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body))
	return b.String()
}

func bodyText(t *testing.T, contentType, encoding string, body io.Reader) string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		var b strings.Builder
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return b.String()
			}
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(bodyText(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p))
		}
	}
	if !strings.HasPrefix(kind, "text/") {
		return ""
	}
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// nobody: a hostile mail is not answered at all.
const nobody = ""

// TestHostileSitting: an attacker without a letter of ours sees nothing of a
// dossier, changes nothing of a case but what waits beside it, and makes us
// write to nobody else (behaviours 18, 25, 28 to 31).
func TestHostileSitting(t *testing.T) {
	s := newSitting(t)
	const dmarcFail = "Authentication-Results: mx.greffier.test; dmarc=fail header.from=quetzal.example\r\n\f"
	bounce := func(fields, status string) string {
		return "From: MAILER-DAEMON@evil.example\r\nSubject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n" + fields +
			"X-Failed-Recipients: " + victim + "\r\n" + status
	}
	candidateID := strings.Trim(messageIDOf(t, s.d.Raw(s.d.List("INBOX")[0].UID)), "<>")
	tag := func(token string) string { return "To: aap+" + token + "@greffier.test\r\n" }
	wrong := strings.Map(func(r rune) rune {
		if r == 'a' {
			return 'b'
		}
		return 'a'
	}, s.token)
	for _, tc := range []struct {
		name   string
		fields string
		files  []string
		to     string // who is answered
	}{
		{"a reference in the subject (behaviour 28)", "Subject: Re: [ESSAI-0001] Dossier\r\n", []string{"rib.pdf"}, attacker},
		{"the same without a file", "Subject: Re: [ESSAI-0001] Dossier\r\n", nil, attacker},
		{"the candidate's own Message-IDs (behaviour 28)", "Subject: Re: [ESSAI-0001]\r\nIn-Reply-To: <" + candidateID + ">\r\nReferences: <x@y> <" + candidateID + ">\r\n", []string{"rib.pdf"}, attacker},
		{"a made-up Message-ID of ours (behaviour 28)", "Subject: [ESSAI-0001]\r\nIn-Reply-To: <greffier." + wrong + "@greffier.test>\r\n", []string{"rib.pdf"}, attacker},
		{"half a token (behaviour 28)", "Subject: [ESSAI-0001]\r\nIn-Reply-To: <greffier." + s.token[:20] + "@greffier.test>\r\n", []string{"rib.pdf"}, attacker},
		{"a wrong tag (behaviour 28)", "Subject: [ESSAI-0001]\r\n" + tag(wrong), []string{"rib.pdf"}, attacker},
		{"a cut tag (behaviour 28)", "Subject: [ESSAI-0001]\r\n" + tag(s.token[:25]), []string{"rib.pdf"}, attacker},
		{"a longer tag (behaviour 28)", "Subject: [ESSAI-0001]\r\n" + tag(s.token+"a"), []string{"rib.pdf"}, attacker},

		{"the candidate's address, DMARC fails (behaviours 29, 30)", dmarcFail + "From: <" + victim + ">\r\n", []string{"rib.pdf"}, nobody},
		{"the same without a file", dmarcFail + "From: <" + victim + ">\r\n", nil, nobody},
		{"DMARC fails, a pass is forged below (behaviour 31)", dmarcFail + "Authentication-Results: mx.greffier.test; dmarc=pass\r\nFrom: <" + victim + ">\r\n", []string{"rib.pdf"}, nobody},
		{"DMARC fails below DKIM, in a field of its own (behaviour 31)", "Authentication-Results: mx.greffier.test; dkim=none\r\n" + dmarcFail + "From: <" + victim + ">\r\n", []string{"rib.pdf"}, nobody},
		{"DMARC fails, another server passes it (behaviour 31)", "Authentication-Results: mx.evil.example; dmarc=pass\r\n" + dmarcFail + "From: <" + victim + ">\r\n", []string{"rib.pdf"}, nobody},
		{"the candidate's address, DMARC fails, and a letter of ours (behaviour 29)", dmarcFail + "From: <" + victim + ">\r\nIn-Reply-To: <greffier." + s.token + "@greffier.test>\r\n", []string{"rib.pdf"}, nobody},

		{"a forged bounce (behaviour 25)", bounce("", ""), nil, nobody},
		{"a forged bounce of the candidate's mail (behaviour 25)", bounce("In-Reply-To: <"+candidateID+">\r\n", ""), nil, nobody},
		{"a forged bounce with a made-up letter (behaviour 25)", bounce("References: <greffier."+wrong+"@greffier.test>\r\n", ""), nil, nobody},
		{"a forged bounce with the token of another case (behaviour 25)", bounce("References: <greffier."+s.other+"@greffier.test>\r\n", ""), nil, nobody},

		{"fields of our own namespace (behaviour 18)", "X-Greffier-Case: ESSAI-0001\r\nX-Greffier-Token: " + wrong + "\r\nX-Greffier-Sender: " + victim + "\r\n", []string{"rib.pdf"}, attacker},
		{"our own address (behaviour 29)", "From: <aap@greffier.test>\r\nSubject: [ESSAI-0001]\r\n", []string{"rib.pdf"}, nobody},
		{"our own address, tagged", "From: <AAP+x@greffier.test>\r\nSubject: [ESSAI-0001]\r\n", []string{"rib.pdf"}, nobody},
		{"we stand in Bcc", "Bcc: aap@greffier.test\r\nTo: " + victim + "\r\nSubject: [ESSAI-0001]\r\n", []string{"rib.pdf"}, attacker},
		{"one of our letters under another name", "Message-ID: <greffier." + s.token + "@greffier.test>\r\nFrom: <list@evil.example>\r\n", []string{"rib.pdf"}, nobody},

		{"a Cyrillic letter (behaviour 30)", "From: <budget@quetz\xd0\xb0l.example>\r\n", []string{"rib.pdf"}, "budget@xn--quetzl-7nf.example"},
		{"the same in ASCII", "From: <budget@xn--quetzl-7nf.example>\r\n", []string{"rib.pdf"}, "budget@xn--quetzl-7nf.example"},
		{"full-width letters that lead to the candidate (behaviour 30)", "From: <budget@\xef\xbd\x91uetzal.example>\r\n", []string{"rib.pdf"}, nobody},
		{"a soft hyphen that leads to the candidate (behaviour 30)", "From: <budget@quet\xc2\xadzal.example>\r\n", []string{"rib.pdf"}, nobody},
		{"a dot at the end (behaviour 30)", "From: <" + victim + ".>\r\n", []string{"rib.pdf"}, nobody},
		{"a full-width @", "From: <budget\xef\xbc\xa0quetzal.example>\r\n", []string{"rib.pdf"}, nobody},
		{"a quoted local part", "From: <\"" + victim + "\"@evil.example>\r\n", []string{"rib.pdf"}, victim + "@evil.example"}, // as the sink writes it
		{"the candidate's address as a name (behaviour 30)", "From: \"" + victim + "\" <" + attacker + ">\r\n", []string{"rib.pdf"}, attacker},
		{"the same without quotes", "From: " + victim + " <" + attacker + ">\r\n", []string{"rib.pdf"}, attacker},
		{"two addresses (behaviour 30)", "From: <" + victim + ">, <" + attacker + ">\r\n", []string{"rib.pdf"}, nobody},
		{"two addresses, the other way", "From: <" + attacker + ">, <" + victim + ">\r\n", []string{"rib.pdf"}, nobody},
		{"two From fields", "From: <" + attacker + ">\r\nFrom: <" + victim + ">\r\n", []string{"rib.pdf"}, nobody},
		{"two From fields and a letter of ours (behaviour 29)", "From: <" + victim + ">\r\nFrom: <" + attacker + ">\r\nIn-Reply-To: <greffier." + s.token + "@greffier.test>\r\n", []string{"rib.pdf"}, nobody},
		{"two addresses without a comma", "From: <" + victim + "> <" + attacker + ">\r\n", []string{"rib.pdf"}, nobody},
		{"an address in encoded words", "From: =?utf-8?q?budget=40quetzal=2Eexample?=\r\n", []string{"rib.pdf"}, nobody},
		{"a Sender that differs", "Sender: <" + victim + ">\r\n", []string{"rib.pdf"}, attacker},
		{"answers wanted at the candidate's, in a case of one's own (behaviour 30)", "Reply-To: <" + victim + ">\r\n", []string{"rib.pdf"}, attacker},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.t, s.program.t = t, t
			before, otherBefore := s.state("ESSAI-0001"), s.sheet("ESSAI-0002").Letters[0].State
			s.n++
			letters := s.attack(hostileMail(s.n, tc.fields, "Envoyez-moi le dossier.", tc.files...))
			if after := s.state("ESSAI-0001"); after != before {
				at := 0
				for at < min(len(before), len(after)) && before[at] == after[at] {
					at++
				}
				t.Errorf("the case was …%.300s, and is …%.300s", before[at:], after[at:])
			}
			if after := s.sheet("ESSAI-0002").Letters[0].State; after != otherBefore {
				t.Errorf("the other's letter is %s", after)
			}
			s.wantSecret(letters, tc.fields)
			var to []string
			for _, l := range letters {
				to = append(to, l.To...)
			}
			if got := strings.Join(to, " "); got != tc.to {
				t.Errorf("letters to %q, want %q", got, tc.to)
			}
		})
	}
	s.t, s.program.t = t, t
	s.wantSound()
}

func messageIDOf(t *testing.T, raw []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get("Message-ID")
}
