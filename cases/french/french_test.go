package french

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func TestFrench(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	guadeloupe, err := time.LoadLocation("America/Guadeloupe")
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Date(2018, 11, 30, 16, 0, 0, 0, time.UTC).In(loc)
	for _, c := range []struct{ got, want string }{
		{Date(deadline), "vendredi 30 novembre 2018 à 17 h 00 (heure de Paris)"},
		{Date(deadline.In(guadeloupe)), "vendredi 30 novembre 2018 à 12 h 00 (heure de Guadeloupe)"},
		{Date(deadline.UTC()), "vendredi 30 novembre 2018 à 16 h 00 (heure UTC)"},
		{Date(time.Date(2021, 6, 30, 21, 59, 59, 0, time.UTC).In(loc)), "mercredi 30 juin 2021 à 23 h 59 min 59 s (heure de Paris)"},
		{Instant(deadline), "vendredi 30 novembre 2018 à 17 h 00 min 00 s (heure de Paris)"},
		{Instant(deadline.Add(-2 * time.Second)), "vendredi 30 novembre 2018 à 16 h 59 min 58 s (heure de Paris)"},
		{Day(time.Date(2019, 2, 1, 0, 0, 0, 0, loc)), "vendredi 1er février 2019"},
		{Hour(time.Date(2019, 2, 1, 6, 5, 0, 0, loc)), "6 h 05"},
		{Number(0), "0"}, {Number(999), "999"}, {Number(5_000_000), "5 000 000"}, {Number(-1200), "-1 200"},
		{Size(0), "0 octet"}, {Size(1), "1 octet"}, {Size(999), "999 octets"}, {Size(1000), "1 ko"}, {Size(12_711), "12,7 ko"},
		{Size(999_949), "999,9 ko"}, {Size(999_950), "1 Mo"}, {Size(1_200_000), "1,2 Mo"}, {Size(60_000_000), "60 Mo"},
		{Plural(0, "fichier", "fichiers"), "0 fichier"}, {Plural(1, "fichier", "fichiers"), "1 fichier"}, {Plural(1200, "fichier", "fichiers"), "1 200 fichiers"},
		{Span(30 * time.Second), "30 s"}, {Span(4*time.Minute + 12*time.Second), "4 min 12 s"}, {Span(time.Hour), "1 h"},
		{Span(51*time.Hour + time.Second), "2 jours 3 h"}, {Span(24*time.Hour + 40*time.Second), "1 jour"}, {Span(0), "0 s"},
		{HourMinute(deadline.Add(3 * time.Second)), "17 h 00"}, {ShortDay(deadline), "30 nov. 2018"}, {ShortDay(time.Date(2018, 12, 1, 0, 0, 0, 0, loc)), "1er déc. 2018"},
	} {
		if got := strings.NewReplacer(NBSP, " ", Thin, " ").Replace(c.got); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	// What must not be parted at the end of a line is joined.
	for _, joined := range []string{"17\u00a0h\u00a000", "30\u00a0novembre"} {
		if !strings.Contains(Date(deadline), joined) {
			t.Errorf("%q does not hold %q", Date(deadline), joined)
		}
	}
}
