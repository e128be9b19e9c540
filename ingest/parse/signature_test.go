package parse

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// TestSignatureIsReported: whose it says it is, and whether what it signs is
// what came; CRLF or LF, since imports keep what they find.
// Behaviour 19.
func TestSignatureIsReported(t *testing.T) {
	raw := string(fixtureBytes(t, "read/smime-detached"))
	for _, c := range []struct{ name, from, to, want string }{
		{"as sent", "", "", warnSignedSame},
		{"with LF", "\r\n", "\n", warnSignedSame},
		{"a word changed", "Voici nos", "Voici mes", warnSignedChanged},
		{"a file changed", "PDF", "PDG", warnSignedChanged},
		{"another sender", "<clea@hub.example>", "<clea@other.example>", warnSignedOther},
		{"another case of the sender", "<clea@hub.example>", "<Clea@Hub.example>", warnSignedSame},
	} {
		m := readString(t, strings.ReplaceAll(raw, c.from, c.to), Options{})
		p := m.Parts[len(m.Parts)-1]
		if !p.Signature || !slices.Contains(p.Warnings, c.want) || !strings.Contains(p.Warnings[0], "Cléa Martin <clea@hub.example>, by a certificate that names AC Exemple") {
			t.Errorf("%s: %q, want %q", c.name, p.Warnings, c.want)
		}
		if got := slices.Contains(m.Warnings, warnSignedChanged); got != (c.want == warnSignedChanged) {
			t.Errorf("%s: warnings of the mail %q", c.name, m.Warnings)
		}
		if c.want == warnSignedSame && slices.Contains(p.Warnings, warnSignedOther) {
			t.Errorf("%s: %q", c.name, p.Warnings)
		}
	}
}

// TestSignedFile: "statuts.pdf.p7m" is a file, not a mail.
func TestSignedFile(t *testing.T) {
	p7m := base64.StdEncoding.EncodeToString(container(t, "read/smime-opaque-with-certificate"))
	m := readString(t, mailWith("Content-Type: application/octet-stream; name=statuts.pdf.p7m\nContent-Transfer-Encoding: base64", p7m), Options{})
	if got, want := partList(m), "1 statuts.pdf.p7m signature; 1/1 statuts.pdf in 1"; got != want || m.Text != "" {
		t.Errorf("parts %q, text %q; want %q and none", got, m.Text, want)
	}
}

// TestDamagedSignature: cut anywhere, it is kept, and nothing else breaks.
func TestDamagedSignature(t *testing.T) {
	whole := container(t, "read/smime-opaque-with-certificate")
	for n := 0; n < len(whole); n += 7 {
		m := readString(t, mailWith("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString(whole[:n])), Options{})
		if len(m.Parts) == 0 || n > 0 && len(m.Parts[0].Warnings) == 0 {
			t.Errorf("cut at %d of %d: parts %+v", n, len(whole), m.Parts)
		}
	}
}
