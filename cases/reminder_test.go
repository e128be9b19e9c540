package cases

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

func schedule(t *testing.T, expr string, zone *time.Location) Schedule {
	t.Helper()
	s, err := cron.ParseStandard("CRON_TZ=" + zone.String() + " " + expr)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReminderDue(t *testing.T) {
	c := edition1(t)
	sunday := edition1(t)
	sunday.Deadline = time.Date(2018, 12, 2, 17, 0, 0, 0, c.Location)
	monday := edition1(t)
	monday.Deadline = time.Date(2018, 12, 3, 17, 0, 0, 0, c.Location)
	dawn := edition1(t)
	dawn.Deadline = time.Date(2018, 12, 3, 8, 0, 0, 0, c.Location)
	weekly, daily := "0 9 * * MON", "0 9 * * *"
	for _, tc := range []struct {
		name                string
		call                *Call
		cron                string
		from, until         int
		opened, last, begun string
		now                 string
		want                string // "" for none
	}{
		{"before the window", c, weekly, 30, 0, "", "", "", "2018-10-30 12:00", ""},
		{"the window begins at midnight of its first day", c, "0 0 * * *", 30, 0, "", "", "", "2018-10-31 00:00", "2018-10-31 00:00"},
		{"first Monday", c, weekly, 30, 0, "", "", "", "2018-11-05 09:00", "2018-11-05 09:00"},
		{"a second before", c, weekly, 30, 0, "", "", "", "2018-11-05 08:59", ""},
		{"two missed runs give one", c, weekly, 30, 0, "", "2018-11-05 09:00", "", "2018-11-21 15:00", "2018-11-19 09:00"},
		{"and not again", c, weekly, 30, 0, "", "2018-11-19 09:00", "", "2018-11-21 15:00", ""},
		{"opened after the last run", c, weekly, 30, 0, "2018-11-19 09:00", "", "", "2018-11-21 15:00", ""},
		{"opened before it", c, weekly, 30, 0, "2018-11-19 08:59", "", "", "2018-11-21 15:00", "2018-11-19 09:00"},
		{"the data folder was made after it", c, weekly, 30, 0, "", "", "2018-11-20 00:00", "2018-11-21 15:00", ""},
		{"the last day, before the deadline", c, daily, 3, 0, "", "2018-11-29 09:00", "", "2018-11-30 16:59", "2018-11-30 09:00"},
		{"after the deadline, never", c, daily, 3, 0, "", "2018-11-29 09:00", "", "2018-11-30 17:01", ""},
		{"the window ends with its last whole day", c, daily, 30, 3, "", "2018-11-27 09:00", "", "2018-11-29 12:00", ""},
		{"its last day counts", c, daily, 30, 3, "", "2018-11-26 09:00", "", "2018-11-29 12:00", "2018-11-27 09:00"},
		{"deadline on a Sunday", sunday, weekly, 7, 0, "", "", "", "2018-12-02 12:00", "2018-11-26 09:00"},
		{"deadline on a Monday, reminded that morning", monday, weekly, 7, 0, "", "2018-11-26 09:00", "", "2018-12-03 10:00", "2018-12-03 09:00"},
		{"deadline on a Monday before the reminder's hour", dawn, weekly, 7, 0, "", "2018-11-26 09:00", "", "2018-12-03 09:30", ""},
		{"over the end of summer time: 9 h is 9 h", c, daily, 60, 0, "", "2018-10-27 09:00", "", "2018-10-28 09:00", "2018-10-28 09:00"},
		{"an hour that comes twice is one reminder", c, "30 2 * * *", 60, 0, "", "2018-10-27 02:30", "", "2018-10-28 12:00", "2018-10-28 02:30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			local := func(s string) time.Time {
				if s == "" {
					return time.Time{}
				}
				v, err := time.ParseInLocation("2006-01-02 15:04", s, c.Location)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			opened := local(tc.opened)
			if tc.opened == "" {
				opened = c.Opens
			}
			rule := Reminder{ID: "r", Schedule: schedule(t, tc.cron, c.Location), FromDays: tc.from, UntilDays: tc.until}
			got, ok := ReminderDue(tc.call, rule, local(tc.begun), opened, local(tc.last), local(tc.now))
			if !ok {
				got = time.Time{}
			}
			shown := ""
			if !got.IsZero() {
				shown = got.In(c.Location).Format("2006-01-02 15:04")
			}
			if shown != tc.want {
				t.Errorf("got %q, want %q", shown, tc.want)
			}
		})
	}
}

func TestDaysLeft(t *testing.T) {
	c := edition1(t)
	for now, want := range map[string]int{
		"2018-11-30T15:59:59Z": 0, "2018-11-30T23:30:00Z": -1, "2018-11-29T22:59:59Z": 1, "2018-11-29T23:00:00Z": 0,
		"2018-10-27T12:00:00Z": 34, // an hour is gained on the way
	} {
		instant, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.DaysLeft(instant); got != want {
			t.Errorf("%s: %d days left, want %d", now, got, want)
		}
	}
}
