package parse

import (
	"strings"
	"testing"
)

// TestFromDoubt: a From that two programs may read as two senders is nobody's
// word (behaviour 30); one that is only badly written is.
func TestFromDoubt(t *testing.T) {
	for _, tc := range []struct {
		from  string
		doubt string
	}{
		{"Jean <jean@asso.example>", ""},
		{"jean@asso.example", ""},
		{"jean@asso.example (Jean <chef> Dupont)", ""},
		{"Dupont, Jean <jean@asso.example>", ""},
		{"jean@asso.example <jean@asso.example>", ""},
		{"jean@else.example <jean@asso.example>", ""}, // everybody reads the brackets
		{"\"jean@else.example\" <jean@asso.example>", ""},
		{"\"<jean@else.example>\" <jean@asso.example>", ""},
		{"<JEAN@asso.example>, <jean@asso.example>", ""},
		{"\"jean dupont\"@asso.example", ""},
		{"=?utf-8?q?Jean?= <jean@asso.example>", ""},
		{"<jean@sant\xc3\xa9.example>", ""},
		{"<jean@xn--sant-epa.example>", ""},
		{"<mailto:jean@asso.example>", ""},
		{"nobody", ""}, // told elsewhere

		{"jean@asso.example, eve@evil.example", "several"},
		{"<jean@asso.example> <eve@evil.example>", "several"},
		{"jean@asso.example\r\nFrom: eve@evil.example", "several"},
		{"=?utf-8?q?jean=40asso.example?=", "hidden"},
		{"<=?utf-8?q?jean?=@asso.example>", "several"},
		{"<jean@asso.example.>", "domain"},
		{"<jean@\xef\xbd\x81sso.example>", "domain"},
		{"<jean@as\xc2\xadso.example>", "domain"},
		{"<jean@asso\xe3\x80\x82example>", "domain"},
	} {
		raw := "From: " + tc.from + "\r\nTo: a@b.example\r\n\r\nBonjour\r\n"
		m, err := Read(strings.NewReader(raw), int64(len(raw)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (m.FromDoubt == "") != (tc.doubt == "") || !strings.Contains(m.FromDoubt, tc.doubt) {
			t.Errorf("%s (%s): %q, want %q", tc.from, m.From.Address, m.FromDoubt, tc.doubt)
		}
		if tc.doubt != "" && m.Answerable {
			t.Errorf("%s is answered", tc.from)
		}
	}
}
