package parse

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTransfer(t *testing.T) {
	for _, c := range []struct {
		name     string
		enc      transfer
		in, want string
	}{
		{"base64", base64CTE, "Qm9u\r\nam91\r\ncg==\r\n", "Bonjour"},
		{"base64 without padding", base64CTE, "Qm9uam91cg", "Bonjour"},
		{"base64 with padding in the middle", base64CTE, "Qm9u\nam91\ncg==\nIQ==\n", "Bonjour!"},
		{"base64 of padded crumbs", base64CTE, strings.Repeat("QQ==", 20000), strings.Repeat("A", 20000)},
		{"base64 with foreign characters", base64CTE, "Q*m9u a-m91\x00cg", "Bonjour"},
		{"base64 with a footer", base64CTE, "Qm9uam91cg==\n\n__________\nune liste de diffusion\n", "Bonjour"},
		{"base64 with a footer and no padding", base64CTE, "Qm9uam91cnMh\r\n\r\n-- \r\nune liste de diffusion\r\n", "Bonjours!"},
		{"base64 with an empty line within", base64CTE, "Qm9u\n\nam91\n\ncnMh\n\n", "Bonjours!"},
		{"base64 on one long line", base64CTE, strings.Repeat("Qm9u", 5000), strings.Repeat("Bon", 5000)},
		{"base64, one character too many", base64CTE, "Qm9uX", "Bon"},
		{"base64, nothing", base64CTE, "", ""},
		{"quoted-printable", quotedCTE, "caf=C3=A9 =\r\nnoir=\r\n.\r\n", "café noir.\r\n"},
		{"quoted-printable, lower case", quotedCTE, "caf=c3=a9", "café"},
		{"quoted-printable, blanks after the soft break", quotedCTE, "a= \t\r\nb", "ab"},
		{"quoted-printable, bad escapes", quotedCTE, "1=2 =ZZ a==b", "1=2 =ZZ a==b"},
		{"quoted-printable, raw 8-bit and controls", quotedCTE, "caf\xe9\x01", "caf\xe9\x01"},
		{"quoted-printable, ends in =", quotedCTE, "abc=", "abc"},
		{"quoted-printable, long line", quotedCTE, strings.Repeat("abcdefghi ", 5000) + "!", strings.Repeat("abcdefghi ", 5000) + "!"},
		{"uuencode", uuencodeTE, "texte\nbegin 644 note.txt\n+0F]N:F]U<B`A\"@``\n`\nend\nreste", "Bonjour !\n\x00\x00"[:11]},
		{"identity", identity, "a=\x00\xff", "a=\x00\xff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, src := range map[string]io.Reader{"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in))} {
				r, err := decoder(c.enc, src)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(r)
				if err != nil || string(got) != c.want {
					t.Errorf("%s: %.80q (%d bytes), %v; want %.80q", name, got, len(got), err, c.want)
				}
			}
		})
	}
}

func TestTransferNames(t *testing.T) {
	for in, want := range map[string]transfer{"": identity, "7bit": identity, " 8BIT ": identity, "7-bit": identity, "BASE64": base64CTE, "base64;": base64CTE, "base64 (x)": base64CTE,
		"Quoted-Printable": quotedCTE, "quotedprintable": quotedCTE, "x-uuencode": uuencodeTE, `"base64"`: base64CTE} {
		if got, known := transferOf([]byte(in)); got != want || !known {
			t.Errorf("transferOf(%q) = %s, %v; want %s", in, got, known, want)
		}
	}
	if got, known := transferOf([]byte("rot13")); got != identity || known {
		t.Errorf("an unknown encoding is %s, known %v; want the bytes as they came", got, known)
	}
}

// TestTextSaidToBeBase64: a text that was decoded on its way, or never encoded,
// is read as it is; base64 in any shape is decoded.
func TestTextSaidToBeBase64(t *testing.T) {
	const plain = "Bonjour,\n\nVoici notre dossier, à lire d'ici vendredi."
	for _, c := range []struct{ sent, text string }{
		{plain, plain},
		{"Voici notre dossier de candidature", "Voici notre dossier de candidature"},
		{"T2s=", "Ok"},
		{"Qm9uam91ciDDoCB0b3Vz\n-- \nUne liste ajoute ceci", "Bonjour à tous"},
		{"Qm9u am91 ciDD oCB0 b3Vz", "Bonjour à tous"},
		{"Qm9u*am91ciDDoCB0b3Vz", "Bonjour à tous"},
	} {
		m := readString(t, mailWith("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", c.sent), Options{})
		if m.Text != c.text || (c.sent == c.text) != (len(m.Warnings) == 1) {
			t.Errorf("%q is read %q, warnings %q", c.sent, m.Text, m.Warnings)
		}
	}
}

// TestCharset: behaviour 16.
func TestCharset(t *testing.T) {
	for _, c := range []struct{ charset, in, want string }{
		{"utf-8", "été", "été"},
		{"UTF8", "\xef\xbb\xbfété", "été"},
		{"iso-8859-1", "\xe9t\xe9 \x80", "été €"},
		{"iso-8859-15", "\xa4", "€"},
		{"windows-1252", "\x93a\x94", "“a”"},
		{"cp1251", "\xcf\xf0", "Пр"},
		{"us-ascii", "été", "été"},
		{"us-ascii", "\xe9t\xe9", "été"},
		{"utf-8", "\xe9t\xe9", "été"},
		{"utf-8", "un texte assez long avec un seul \xe9", "un texte assez long avec un seul \ufffd"},
		{"", "\xe9t\xe9", "été"},
		{"", "\xff\xfee\x00", "e"},
		{"unknown-8bit", "été", "été"},
		{"x-never-heard-of", "\xe9t\xe9", "été"},
		{"utf-7", "+AOk-t+AOk-", "été"},
		{"utf-16le", "e\x00", "e"},
		{"unicode", "\xff\xfee\x00", "e"},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B", "日本"},
		{"iso-2022-kr", "\x1b$)C\x0eGQ1[\x0f!", "한글!"},
		{"ks_c_5601-1987", "\xc7\xd1", "한"},
		{"gb2312", "\xd6\xd0", "中"},
	} {
		if got, _ := decodeCharset([]byte(c.in), c.charset); got != c.want {
			t.Errorf("%q in %s = %q, want %q", c.in, c.charset, got, c.want)
		}
	}
}
