package parse

import (
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ in, want string }{ // "name <address>" of each, joined by "|"
		{"claire@hub.example", " <claire@hub.example>"},
		{"Claire Martin <claire@hub.example>", "Claire Martin <claire@hub.example>"},
		{`"Martin, Claire" <claire@hub.example>`, "Martin, Claire <claire@hub.example>"},
		{`Martin, Claire <claire@hub.example>`, "Martin, Claire <claire@hub.example>"},
		{`jean@hub.example, Martin, Claire <claire@hub.example>`, " <jean@hub.example>|Martin, Claire <claire@hub.example>"},
		{`=?utf-8?Q?Martin=2C_Cl=C3=A9a?= <c@hub.example>`, "Martin, Cléa <c@hub.example>"},
		{`"=?utf-8?Q?Cl=C3=A9a?=" <c@hub.example>`, "Cléa <c@hub.example>"},
		{`=?utf-8?Q?c=40hub.example?= <c@hub.example>`, "c@hub.example <c@hub.example>"},
		{"Cl\xe9a <c@hub.example>", "Cléa <c@hub.example>"},
		{"=?inconnu?Q?Cl=E9a?= <c@hub.example>", "Cléa <c@hub.example>"},
		{"c@hub.example (Claire Martin)", "Claire Martin <c@hub.example>"},
		{"Claire Martin (c@hub.example)", "Claire Martin <c@hub.example>"},
		{"c@hub.example <c@hub.example>", "c@hub.example <c@hub.example>"},
		{"'c@hub.example' <c@hub.example>", "c@hub.example <c@hub.example>"},
		{"a@b.example; c@d.example", " <a@b.example>| <c@d.example>"},
		{"equipe: a@b.example, C <c@d.example>;", " <a@b.example>|C <c@d.example>"},
		{"undisclosed-recipients:;", ""},
		{"<<a@b.example>>", " <a@b.example>"},
		{"mailto:a@b.example", " <a@b.example>"},
		{"<mailto:a@b.example>", " <a@b.example>"},
		{"<@relay.example:a@b.example>", " <a@b.example>"},
		{"a..b@c.example", " <a..b@c.example>"},
		{"Claire <claire@hub.example", "Claire <claire@hub.example>"},
		{`Claire "La Fabrique" Martin <c@hub.example>`, "Claire La Fabrique Martin <c@hub.example>"},
		{`"Claire \"C\" Martin" <c@hub.example>`, `Claire "C" Martin <c@hub.example>`},
		{"Claire Martin", "Claire Martin <>"},
		{"", ""},
		{" , ,", ""},
	} {
		list, _ := parseAddresses([]byte(c.in))
		var got []string
		for _, a := range list {
			got = append(got, a.Name+" <"+a.Address+">")
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("parseAddresses(%q) = %q, want %q", c.in, s, c.want)
		}
	}
}

func TestValidAddress(t *testing.T) {
	for a, want := range map[string]bool{
		"a@b.example": true, "a..b.@c.example": true, `"a b"@c.example`: true, "a@[192.0.2.1]": true, "é@b.example": true, "a@localhost": true,
		"": false, "a": false, "a@": false, "@b.example": false, "a b@c.example": false, "a@b@c.example": false, "a@b..example": false, "a@b.example>": false,
	} {
		if got := validAddress(a); got != want {
			t.Errorf("validAddress(%q) = %v, want %v", a, got, want)
		}
	}
}
