package parse

import (
	"strings"
	"testing"
)

func headerString(t *testing.T, raw string, part bool) (header, string) {
	t.Helper()
	l := newLineReader(strings.NewReader(raw), 0, int64(len(raw)))
	h, body, err := readHeader(l, part, maxHeaderBlock, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h, raw[body:]
}

// TestHeader: broken blocks give the fields they have, and the body begins
// where a person would say.
// Behaviour 16.
func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		part      bool
		fields    string // "name=value;" of each, unfolded
		body      string
	}{
		{"CRLF", "A: 1\r\nB: 2\r\n\r\nx", false, "a=1;b=2;", "x"},
		{"LF", "A: 1\nB: 2\n\nx", false, "a=1;b=2;", "x"},
		{"CR CR LF", "A: 1\r\r\nB: 2\r\r\n\r\r\nx", false, "a=1;b=2;", "x"},
		{"folded", "A: 1\r\n 2\r\n\t3\r\n\r\nx", false, "a=1 2\t3;", "x"},
		{"blank before the colon", "A : 1\r\n\r\nx", false, "a=1;", "x"},
		{"no body", "A: 1\r\nB: 2", false, "a=1;b=2;", ""},
		{"byte order mark", "\xef\xbb\xbfA: 1\r\n\r\nx", false, "a=1;", "x"},
		{"blank lines first", "\r\n \r\nA: 1\r\n\r\nx", false, "a=1;", "x"},
		{"mbox line", "From claire Mon Nov 26\nA: 1\n\nx", false, "a=1;", "x"},
		{"escaped mbox line", ">From claire Mon Nov 26\nA: 1\n\nx", false, "a=1;", "x"},
		{"leading blank on line 1", " stray\r\nA: 1\r\n\r\nx", false, "a=1;", "x"},
		{"line without colon among fields", "A: 1\r\nnoise\r\nB: 2\r\n\r\nx", false, "a=1;b=2;", "x"},
		{"8-bit field name", "A: 1\r\nPi\xe8ce: 3\r\nB: 2\r\n\r\nx", false, "a=1;b=2;", "x"},
		{"body without blank line", "A: 1\r\nBonjour,\r\nvoici le dossier\r\nmerci\r\n", false, "a=1;", "Bonjour,\r\nvoici le dossier\r\nmerci\r\n"},
		{"parameter that lost its indent", "Content-Type: text/plain;\r\ncharset=utf-8\r\n\r\nx", false, "content-type=text/plain; charset=utf-8;", "x"},
		{"NUL", "A: 1\x002\r\n\r\nx", false, "a=12;", "x"},
		{"part without header", "Bonjour,\r\nA: 1\r\n", true, "", "Bonjour,\r\nA: 1\r\n"},
		{"part that begins with a blank line", "\r\nA: 1\r\n", true, "", "A: 1\r\n"},
		{"part with From in its text", "From now on\r\n", true, "", "From now on\r\n"},
		{"empty", "", false, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, body := headerString(t, c.raw, c.part)
			var got strings.Builder
			for _, f := range h.fields {
				got.WriteString(f.Name + "=" + strings.TrimSpace(string(unfold(f.Value))) + ";")
			}
			if got.String() != c.fields || body != c.body {
				t.Errorf("fields %q, body %q; want %q, %q", got.String(), body, c.fields, c.body)
			}
		})
	}
}

// TestLongFieldKeepsItsEnds: of a long field the head and the tail stay, and
// the fields after it are read.
func TestLongFieldKeepsItsEnds(t *testing.T) {
	h, _ := headerString(t, "References: <first@x>\r\n "+strings.Repeat("<middle@x>\r\n ", 200000)+"<last@x>\r\nFrom: a@b.example\r\n\r\n", false)
	ids := parseIDs(h.get("references"))
	if !h.cut || ids[0] != "first@x" || ids[len(ids)-1] != "last@x" || !h.has("from") {
		t.Errorf("cut %v, %d ids from %q to %q, from %v", h.cut, len(ids), ids[0], ids[len(ids)-1], h.has("from"))
	}
}

func TestParameters(t *testing.T) {
	for _, c := range []struct{ value, param, want string }{
		{`attachment; filename="a.pdf"`, "filename", "a.pdf"},
		{`attachment; FILENAME=a.pdf`, "filename", "a.pdf"},
		{`attachment; filename=Budget 2019 (v2).xls; size=3`, "filename", "Budget 2019 (v2).xls"},
		{`attachment; filename=a,b@c/d.pdf`, "filename", "a,b@c/d.pdf"},
		{`attachment; filename="a.pdf`, "filename", "a.pdf"},
		{`attachment; filename="C:\temp\a.pdf"`, "filename", `C:\temp\a.pdf`},
		{`attachment; filename="a \"b\".pdf"`, "filename", `a "b".pdf`},
		{`attachment; filename="a;b.pdf"`, "filename", "a;b.pdf"},
		{`attachment; filename==?utf-8?Q?pi=C3=A8ce.pdf?=`, "filename", "pièce.pdf"},
		{`attachment; filename="=?utf-8?B?cGnDqGNlLnBkZg?="`, "filename", "pièce.pdf"},
		{`attachment; filename="=?utf-8?Q?pi=C3=A8?= =?utf-8?Q?ce.pdf?="`, "filename", "pièce.pdf"},
		{"attachment; filename=\"pi\xe8ce.pdf\"", "filename", "pièce.pdf"},
		{"attachment; filename=pièce.pdf", "filename", "pièce.pdf"},
		{`attachment; filename*=utf-8''pi%C3%A8ce.pdf`, "filename", "pièce.pdf"},
		{`attachment; filename*=iso-8859-1'fr'pi%E8ce.pdf`, "filename", "pièce.pdf"},
		{`attachment; filename*=utf-8''pi%C3%A8ce%ZZ.pdf`, "filename", "pièce%ZZ.pdf"},
		{`attachment; filename*0="dossier "; filename*1="complet.pdf"`, "filename", "dossier complet.pdf"},
		{`attachment; filename*1*=%A8ce.pdf; filename*0*=utf-8''pi%C3`, "filename", "pièce.pdf"},
		{`attachment; filename=piece.pdf; filename*=utf-8''pi%C3%A8ce.pdf`, "filename", "pièce.pdf"},
		{`attachment; filename=one.pdf; filename=two.pdf`, "filename", "one.pdf"},
		{"attachment;\r\n\tfilename=\"a\r\n b.pdf\"", "filename", "a b.pdf"},
		{`text/plain; charset = "utf-8" (comment)`, "charset", "utf-8"},
		{`multipart/mixed; boundary=a:/=b`, "boundary", "a:/=b"},
		{`multipart/mixed; ;; boundary="x"`, "boundary", "x"},
	} {
		if got := parseStructured([]byte(c.value)).param(c.param); got != c.want {
			t.Errorf("%s of %q = %q, want %q", c.param, c.value, got, c.want)
		}
	}
}

// TestDecodeWords: behaviour 16.
func TestDecodeWords(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Bonjour", "Bonjour"},
		{"=?utf-8?Q?D=C3=A9p=C3=B4t_du_dossier?=", "Dépôt du dossier"},
		{"=?UTF-8?B?RMOpcMO0dA==?=", "Dépôt"},
		{"=?utf-8?B?RMOpcMO0dA?= sans bourrage", "Dépôt sans bourrage"},
		{"=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c"},
		{"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"},
		{"=?iso-8859-1?Q?=E9t=E9?= =?utf-8?Q?=C3=A9?=", "étéé"},
		{"=?iso-8859-15?Q?450_000_=A4?=", "450 000 €"},
		{"=?utf-8?Q?mot avec blancs?=", "mot avec blancs"},
		{"=?utf-8*fr?Q?=C3=A9?=", "é"},
		{"=?inconnu?Q?caf=E9?=", "café"},
		{"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
		{"Pi\xe8ces", "Pièces"},
		{"Pièces", "Pièces"},
		{"=?utf-8?Q?pas fini", "=?utf-8?Q?pas fini"},
		{"=?x?y?z?=", "=?x?y?z?="},
		{`"=?utf-8?Q?=C3=A9?="`, `"é"`},
	} {
		if got := decodeWords([]byte(c.in)); got != c.want {
			t.Errorf("decodeWords(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestMessageIDs(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"<a@b>", "a@b"},
		{"<a@b> <c@d>\r\n\t<e@f>", "a@b|c@d|e@f"},
		{"<a@b><c@d>", "a@b|c@d"},
		{"a@b", "a@b"},
		{"a@b, noise c@d", "a@b,|c@d"},
		{"<no-at-sign>", "no-at-sign"},
		{`<"quoted left"@b>`, `"quotedleft"@b`},
		{"<a b@c>", "ab@c"},
		{"Your message of Monday <a@b>", "a@b"},
		{"<a@b", "<a@b"},
		{"<<a@b>>", "a@b"},
		{"", ""},
		{"<>", "<>"},
	} {
		if got := strings.Join(parseIDs([]byte(c.in)), "|"); got != c.want {
			t.Errorf("parseIDs(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
