package cases

import (
	"testing"
	"time"
)

// TestDefaultDue: ten days later at 17:00, never on a weekend, in the zone of the
// call over a change of the clocks too.
func TestDefaultDue(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for now, want := range map[string]string{
		"2018-12-03T10:00:00Z": "2018-12-13T17:00:00+01:00", // Thursday
		"2018-12-05T10:00:00Z": "2018-12-17T17:00:00+01:00", // Saturday the 15th
		"2018-12-06T10:00:00Z": "2018-12-17T17:00:00+01:00", // Sunday the 16th
		"2018-12-05T23:30:00Z": "2018-12-17T17:00:00+01:00", // the 6th in Paris
		"2021-03-22T10:00:00Z": "2021-04-01T17:00:00+02:00",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := DefaultDue(at, zone).Format(time.RFC3339); got != want {
			t.Errorf("asked %s: %s, want %s", now, got, want)
		}
	}
}

func TestReplySubject(t *testing.T) {
	for subject, want := range map[string]string{
		"Une question": "Re: Une question", "RE : Re: Rép: Une question": "Re: Une question", "Re: [HUB18-0042] Accusé de réception : 2 fichiers": "Re: [HUB18-0042] Accusé de réception : 2 fichiers",
		"": "Re: votre message", "Re:": "Re: votre message", "Reçu : RIB": "Re: Reçu : RIB",
	} {
		if got := ReplySubject(subject); got != want {
			t.Errorf("%q: %q, want %q", subject, got, want)
		}
	}
}
