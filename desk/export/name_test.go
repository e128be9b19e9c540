package export

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{
		"AAP HUBS - Réponse X VDEF (2).pdf":    "AAP HUBS - Réponse X VDEF (2).pdf",
		"Re\u0301ponse.pdf":                    "Réponse.pdf", // as macOS writes it
		"../../etc/passwd":                     "__.._etc_passwd",
		`C:\Users\x\rib.pdf`:                   "C__Users_x_rib.pdf",
		"a<b>c:d\"e|f?g*h.pdf":                 "a_b_c_d_e_f_g_h.pdf",
		"facture\u202efdp.exe":                 "facturefdp.exe",
		"zero\u200bwidth\ufeff.pdf":            "zerowidth.pdf",
		"ligne\r\nsuivante\t.pdf":              "ligne suivante .pdf",
		"nul\x00octet.pdf":                     "nul_octet.pdf",
		"point final. . .":                     "point final",
		"CON":                                  "_CON",
		"con.txt":                              "_con.txt",
		"Lpt1.pdf":                             "_Lpt1.pdf",
		"COM¹":                                 "_COM¹",
		"COMPTES.pdf":                          "COMPTES.pdf",
		".htaccess":                            "_htaccess",
		"-rf.pdf":                              "_rf.pdf",
		"":                                     unnamed,
		"...":                                  unnamed,
		"\u202e":                               unnamed,
		"\xff\xfe.pdf":                         "_.pdf",
		"espace\u00a0insécable.pdf":            "espace insécable.pdf",
		strings.Repeat("é", 200) + ".pdf":      strings.Repeat("é", 48) + ".pdf",
		strings.Repeat("a", 200):               strings.Repeat("a", 100),
		"a." + strings.Repeat("extension", 20): "a." + strings.Repeat("extension", 20)[:98],
		"=HYPERLINK(\"http://evil.example\").xlsx": "=HYPERLINK(_http___evil.example_).xlsx",
	} {
		if got := SafeName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// checkName: what every safe name is.
func checkName(t *testing.T, in, name string) {
	t.Helper()
	switch {
	case name == "" || name == "." || name == "..", !utf8.ValidString(name), len(name) > nameMost, strings.ContainsAny(name, `<>:"/\|?*`), isDevice(name),
		strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "), strings.HasPrefix(name, " ") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-"),
		strings.ContainsFunc(name, func(r rune) bool { return r != ' ' && (!unicode.IsPrint(r) || unicode.IsSpace(r)) }):
		t.Errorf("%q gives %q", in, name)
	}
}

func FuzzSafeName(f *testing.F) {
	for _, s := range []string{"a.pdf", "../x", "CON.txt", "\u202e.exe", "é̀", ".-~.", strings.Repeat("a.", 80), "nul .x", "con\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		name := SafeName(in)
		checkName(t, in, name)
		if again := SafeName(name); again != name {
			t.Errorf("%q gives %q and then %q", in, name, again)
		}
		folder := make(names)
		for range 3 {
			folder.take(in)
		}
		if len(folder) != 3 {
			t.Errorf("%q: three files have %d names", in, len(folder))
		}
	})
}

// TestNames: files of one folder never fall on each other, whatever the system.
func TestNames(t *testing.T) {
	folder := make(names)
	var got []string
	for _, name := range []string{"RIB.pdf", "rib.pdf", "rib.pdf", "Re\u0301ponse.pdf", "RÉPONSE.PDF", "rib (2).pdf", "straße", "STRASSE"} {
		got = append(got, folder.take(name))
	}
	if want := "RIB.pdf|rib (2).pdf|rib (3).pdf|Réponse.pdf|RÉPONSE (2).PDF|rib (2) (2).pdf|straße|STRASSE"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}
