package parse

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func addFixtures(f *testing.F) {
	f.Helper()
	for _, name := range fixtures(f) {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// FuzzRead: any bytes are a mail; what is listed can be opened; nothing but
// valid UTF-8 comes out.
func FuzzRead(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := readString(t, string(raw), Options{AuthservID: "mx.funder.example", SpamHeader: "X-Spam-Flag: YES", OwnAddresses: []string{"aap@funder.example"}})
		texts := append([]string{m.Text, m.NewText, m.Subject, m.MessageID, m.From.Name, m.From.Address, m.About}, m.Warnings...)
		texts = append(append(append(texts, m.Failed...), m.References...), m.Links...)
		seen := map[string]bool{}
		for _, p := range m.Parts {
			texts = append(texts, p.Filename, p.MediaType, p.ID)
			if seen[p.ID] {
				t.Errorf("two parts have the id %s", p.ID)
			}
			seen[p.ID] = true
		}
		for _, s := range texts {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Errorf("%q is no clean text", s)
			}
		}
		if m.Answerable && (m.Kind != KindPerson || !validAddress(m.From.Address)) {
			t.Errorf("answerable: kind %s, from %q", m.Kind, m.From.Address)
		}
	})
}

// FuzzOpen: a locator from anywhere opens something or is refused.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{"0+10:id", "0+100:b64", "0+10:qp/2+3:id", "0+10:b64/tnef:1", "0+10:id/cms/0+1:uu"} {
		f.Add(s)
	}
	raw := strings.Repeat("Qm9uam91cg==\r\n", 20)
	f.Fuzz(func(t *testing.T, locator string) {
		rc, err := Open(strings.NewReader(raw), int64(len(raw)), locator)
		if err != nil {
			if !errors.Is(err, ErrLocator) {
				t.Errorf("Open(%q) = %v", locator, err)
			}
			return
		}
		if err := rc.Close(); err != nil {
			t.Error(err)
		}
	})
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"A: 1\r\n 2\r\n\r\nx", "\xef\xbb\xbfFrom x\nA : b\nnoise\nB: c\n\n", ";\nx=y"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, raw string, part bool) {
		h, body := headerString(t, raw, part)
		if !strings.HasSuffix(raw, body) {
			t.Errorf("body %q is no tail", body)
		}
		for _, x := range h.fields {
			if x.Name == "" || x.Name != strings.ToLower(x.Name) {
				t.Errorf("field name %q", x.Name)
			}
		}
	})
}

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"Claire <c@hub.example>", `"A, B" <a@b.example>, c@d.example (C)`, "g: a@b.example;", "=?utf-8?Q?a?= <<x@y>", "\"(<\x01\x02"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		list, _ := parseAddresses([]byte(raw))
		for _, a := range list {
			if !utf8.ValidString(a.Name) || !utf8.ValidString(a.Address) || strings.ContainsAny(a.Name+a.Address, "\r\n\x00\x01\x02") {
				t.Errorf("%q gives %q", raw, a)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Fri, 30 Nov 2018 17:00:00 +0100 (CET)", "2018-11-30T17:00:00Z", "30/11/18 5.30 pm", "mar. 27 nov. 2018", "17h05 +-:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := parseDate(s); !d.IsZero() && (d.Year() < 1899 || d.Year() > 10000) {
			t.Errorf("parseDate(%q) = %v", s, d)
		}
	})
}

func FuzzParameters(f *testing.F) {
	for _, s := range []string{`text/plain; charset="utf-8"`, `a; filename*0*=utf-8''%C3; filename*1*=%A9`, `a; x="\"; y=(z); =;*=`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := parseStructured([]byte(s))
		for k, x := range v.params {
			if !utf8.ValidString(x) {
				t.Errorf("%q of %q is %q", k, s, x)
			}
		}
	})
}

// FuzzSplit: the leaves lie within the mail, in order, and do not overlap
// unless one holds the other.
func FuzzSplit(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		size := int64(len(raw))
		m := &reader{mail: &Mail{}, src: &watched{r: strings.NewReader(string(raw))}, size: size}
		_, leaves, err := m.split(&source{r: m.src, size: size}, 0, size, "", "", 0)
		if err != nil {
			t.Fatal(err)
		}
		var last *leaf
		for _, p := range leaves {
			if p.off < 0 || p.end < p.off || p.end > size {
				t.Errorf("leaf %s is [%d,%d) of %d", p.id, p.off, p.end, size)
			}
			if last != nil && p.off < last.end {
				t.Errorf("leaf %s at %d begins before %s ends at %d", p.id, p.off, last.id, last.end)
			}
			if !p.container {
				last = p
			}
		}
	})
}

// FuzzDSN: a delivery status of any bytes yields whole recipients or none, and
// nobody is given up for whom no failure is told.
func FuzzDSN(f *testing.F) {
	files, err := filepath.Glob("testdata/bounce-*.eml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no bounces among the fixtures: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if _, status, found := strings.Cut(string(b), "message/delivery-status"); found {
			f.Add([]byte(status))
		}
	}
	const head = "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
	f.Fuzz(func(t *testing.T, status []byte) {
		m := readString(t, head+string(status)+"\r\n--b--\r\n", Options{})
		if len(m.Recipients) > maxFailed {
			t.Errorf("%d recipients", len(m.Recipients))
		}
		failed := 0
		for _, r := range m.Recipients {
			for _, s := range []string{r.Address, r.Original, r.Status, r.Diagnostic} {
				if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
					t.Errorf("%q is no clean text", s)
				}
			}
			if r.Action == ActionFailed {
				failed++
			}
		}
		if len(m.Failed) > failed {
			t.Errorf("%q are given up, %d failures are told", m.Failed, failed)
		}
	})
}
