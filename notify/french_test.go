package notify

import (
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/cases/french"
)

func TestFrench(t *testing.T) {
	loc := paris(t)
	territories, err := cases.LoadTerritories()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{inDays(0), "aujourd’hui"}, {inDays(1), "demain"}, {inDays(12), "dans 12 jours"},
		{strings.Join(overseas(time.Date(2021, 6, 30, 21, 59, 59, 0, time.UTC).In(loc), territories), " ; "),
			"11 h 59 min 59 s à Tahiti ; 17 h 59 min 59 s en Guadeloupe, en Martinique, à Saint-Barthélemy et à Saint-Martin ; 18 h 59 min 59 s en Guyane ; " +
				"19 h 59 min 59 s à Saint-Pierre-et-Miquelon ; 0 h 59 min 59 s le lendemain à Mayotte ; 1 h 59 min 59 s le lendemain à La Réunion ; " +
				"8 h 59 min 59 s le lendemain en Nouvelle-Calédonie ; 9 h 59 min 59 s le lendemain à Wallis-et-Futuna"},
	} {
		if got := strings.NewReplacer(french.NBSP, " ", french.Thin, " ").Replace(c.got); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// FuzzValue: whatever a stranger writes stays inside its line.
func FuzzValue(f *testing.F) {
	for _, s := range []string{"RIB.pdf", "- x", "## x", "a\r\nb", "\x02\x03", "\x03## x\n\n- y", "\u2028", "\xff", "« x »"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := Value(s)
		text := "## T\n\n- un " + v.String() + " deux\n\n" + v.String() + "\n" + v.String() + "\n"
		blocks := parseBlocks(text)
		lines := strings.Split(strings.TrimSuffix(plainText(blocks), "\n"), "\n")
		want := []string{"T", "- un " + flatten(s) + " deux", "", flatten(s), flatten(s)}
		if s == "" {
			want = []string{"T", "- un  deux"}
		}
		if strings.Join(lines, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q gives %q", s, lines)
		}
	})
}
