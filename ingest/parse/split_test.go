package parse

import (
	"strings"
	"testing"
)

// TestSplit: what the boundaries of broken mailers enclose.
func TestSplit(t *testing.T) {
	const pdf = "Content-Type: application/pdf; name=a.pdf\n\nPDF\n"
	for _, c := range []struct{ name, contentType, body, text, parts string }{
		{"plain", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\n" + pdf + "--b--", "texte", "2 a.pdf"},
		{"blanks after the boundary", "multipart/mixed; boundary=b", "--b  \n\ntexte\n--b\t\n" + pdf + "--b-- ", "texte", "2 a.pdf"},
		{"words after the boundary", "multipart/mixed; boundary=longboundary", "--longboundary junk\n\ntexte\n--longboundary junk\n" + pdf + "--longboundary-- junk", "texte", "2 a.pdf"},
		{"no end", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\n" + pdf, "texte", "2 a.pdf"},
		{"parts after the end", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b--\n--b\n" + pdf + "--b--", "texte", "2 a.pdf"},
		{"no boundary parameter", "multipart/mixed", "--what=ever\nContent-Type: text/plain\n\ntexte\n--what=ever\n" + pdf + "--what=ever--", "texte", "2 a.pdf"},
		{"another boundary", "multipart/mixed; boundary=b", "--what=ever\nContent-Type: text/plain\n\ntexte\n--what=ever\n" + pdf + "--what=ever--", "texte", "2 a.pdf"},
		{"no boundary anywhere", "multipart/mixed; boundary=b", "texte", "texte", ""},
		{"the same boundary twice", "multipart/mixed; boundary=b", "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\ntexte\n--b--\n--b\n" + pdf + "--b--", "texte", "2 a.pdf"},
		{"inner one not closed", "multipart/mixed; boundary=out", "--out\nContent-Type: multipart/alternative; boundary=in\n\n--in\n\ntexte\n--out\n" + pdf + "--out--", "texte", "2 a.pdf"},
		{"empty part", "multipart/mixed; boundary=b", "--b\n--b\n\ntexte\n--b\n" + pdf + "--b--", "texte", "3 a.pdf"},
		{"part without header", "multipart/mixed; boundary=b", "--b\ntexte\n--b\n" + pdf + "--b--", "texte", "2 a.pdf"},
		{"part that begins with a stray line", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\nscanned by a relay\n" + pdf + "--b--", "texte", "2 a.pdf"},
		{"file name without a disposition", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\nContent-Type: application/pdf\nContent-Disposition: filename=\"a.pdf\"\n\nPDF\n--b--", "texte", "2 a.pdf"},
		{"file name as the name of the disposition", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\nContent-Disposition: attachment; name=\"a.pdf\"\n\nPDF\n--b--", "texte", "2 a.pdf"},
		{"header only", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\nContent-Type: application/pdf; name=a.pdf\n--b--", "texte", "2 a.pdf"},
		{"preamble longer than a buffer", "multipart/mixed; boundary=b", strings.Repeat("preambule ", 20000) + "\n--b\n\ntexte\n--b\n" + pdf + "--b--", "texte", "preamble  inline; 2 a.pdf"},
		{"words after the end", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b--\nce que la liste ajoute", "texte", ""},
		{"a file after the end", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b--\n" + strings.Repeat("fichier ", 200), "texte", "epilogue  inline"},
		{"boundary within a word", "multipart/mixed; boundary=b", "--b\n\ntexte\n--bis\n--b\n" + pdf + "--b--", "texte\n--bis", "2 a.pdf"},
		{"digest", "multipart/digest; boundary=b", "--b\n\nSubject: x\nContent-Type: application/pdf; name=a.pdf\n\nPDF\n--b--", "", "1  signature; 1/1 a.pdf in 1"},
		{"quoted-printable on a multipart", "multipart/mixed; boundary=\"=b\"\nContent-Transfer-Encoding: quoted-printable", "--=b\n\ntexte\n--=b\n" + pdf + "--=b--", "texte", "2 a.pdf"},
		{"base64 on a message", "multipart/mixed; boundary=b", "--b\n\ntexte\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQ29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi9wZGY7IG5hbWU9YS5wZGYNCg0KUERG\n--b--", "texte", "2  signature; 2/1 a.pdf in 2"},
		{"two texts", "multipart/mixed; boundary=b", "--b\n\nun\n--b\n" + pdf + "--b\n\ndeux\n--b--", "un\ndeux", "2 a.pdf"},
		{"HTML beside the text", "multipart/mixed; boundary=b", "--b\n\nun\n--b\nContent-Type: text/html\n\n<p>deux</p>\n--b--", "un", "2  inline"},
		{"empty text, full HTML", "multipart/alternative; boundary=b", "--b\n\n\n--b\nContent-Type: text/html\n\n<p>deux</p>\n--b--", "deux", ""},
		{"only a named text", "text/plain; name=corps.txt", "un", "un", "1 corps.txt"},
		{"named text", "multipart/mixed; boundary=b", "--b\n\nun\n--b\nContent-Type: text/plain; name=note.txt\n\ndeux\n--b--", "un", "2 note.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readString(t, mailWith("Content-Type: "+c.contentType, c.body), Options{})
			if m.Text != c.text || partList(m) != c.parts {
				t.Errorf("text %q, parts %q; want %q, %q", m.Text, partList(m), c.text, c.parts)
			}
		})
	}
}

// TestLineEndBelongsToBoundary: RFC 2046 section 5.1.1.
func TestLineEndBelongsToBoundary(t *testing.T) {
	for body, want := range map[string]int64{"x": 1, "x\r\n": 3, "": 0} {
		raw := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/x-y\r\n\r\n" + body + "\r\n--b--\r\n"
		m := readString(t, raw, Options{})
		if len(m.Parts) != 1 || m.Parts[0].Size != want {
			t.Errorf("%q: parts %+v, want one of %d bytes", body, m.Parts, want)
		}
	}
}
