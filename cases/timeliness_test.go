package cases

import (
	"net/netip"
	"testing"
	"time"
)

// at reads an instant of 30 November 2018, Paris time (UTC+1).
func at(t *testing.T, clock string) time.Time {
	t.Helper()
	if clock == "" {
		return time.Time{}
	}
	v, err := time.Parse("2006-01-02 15:04:05 -0700", "2018-11-30 "+clock+" +0100")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func edition1(t *testing.T) *Call {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return &Call{ID: "hubs-2018", Reference: "HUB18", Location: paris,
		Opens: time.Date(2018, 9, 13, 0, 0, 0, 0, paris), Deadline: time.Date(2018, 11, 30, 17, 0, 0, 0, paris),
		Arbitration: time.Minute, Settle: 15 * time.Minute, LateUntil: 30 * 24 * time.Hour}
}

func edition2(t *testing.T) *Call {
	t.Helper()
	c := edition1(t)
	c.ID, c.Reference = "hubs-2020", "HUB20"
	c.Opens = time.Date(2020, 11, 17, 0, 0, 0, 0, c.Location)
	c.Deadline = time.Date(2021, 6, 30, 23, 59, 59, 0, c.Location)
	c.Arbitration = 0
	return c
}

// TestDeadline is the deadline of edition 1: 30 November 2018, 17:00:00 Paris
// time is the last good second.
func TestDeadline(t *testing.T) {
	for _, tc := range []struct {
		name                         string
		boundary, internalDate, date string
		want                         Timeliness
	}{
		{"well before", "10:00:00", "10:00:01", "09:59:00", OnTime},
		{"two seconds before", "16:59:58", "16:59:59", "16:59:00", OnTime},
		{"the last good second", "17:00:00", "17:00:01", "17:00:00", OnTime},
		{"one second after is for a person", "17:00:01", "17:00:01", "16:59:00", ToArbitrate},
		{"thirty seconds after is for a person", "17:00:30", "17:00:31", "17:00:00", ToArbitrate},
		{"the last second for a person", "17:00:59", "17:01:00", "", ToArbitrate},
		{"a full minute after is late", "17:01:00", "17:01:00", "16:00:00", Late},
		{"our server took it in time, the mailbox was slow", "16:59:58", "17:02:00", "16:59:50", OnTime},
		{"our server took it in time, the mailbox had it hours later", "16:59:58", "23:30:00", "16:59:50", OnTime},
		{"late whatever the sender's clock says", "17:04:00", "17:04:01", "16:30:00", Late},
		{"late although the sender's clock says years ago", "17:04:00", "17:04:01", "00:00:01", Late},
		{"in time although the sender's clock is ahead", "16:30:00", "16:30:01", "19:00:00", OnTime},
		{"no trusted hop, mailbox in time", "", "16:59:59", "18:00:00", OnTime},
		{"no trusted hop, mailbox in time to the second", "", "17:00:00", "", OnTime},
		{"no trusted hop, within the minute", "", "17:00:30", "18:00:00", ToArbitrate},
		{"no trusted hop, announced in time, 4 minutes late", "", "17:04:00", "16:58:00", ToArbitrate},
		{"no trusted hop, announced in time to the second, one hour late", "", "18:00:00", "17:00:00", ToArbitrate},
		{"no trusted hop, announced in time, more than an hour late", "", "18:00:01", "16:58:00", Late},
		{"no trusted hop, announced late", "", "17:04:00", "17:03:00", Late},
		{"no trusted hop, nothing announced", "", "17:04:00", "", Late},
		{"imported, no server vouches, announced in time", "", "", "12:00:00", ToArbitrate},
		{"imported, nothing at all", "", "", "", ToArbitrate},
	} {
		t.Run(tc.name, func(t *testing.T) {
			// When greffier fetched it changes nothing: it may have been off for days.
			for _, fetched := range []time.Duration{0, 72 * time.Hour} {
				k := Clocks{Boundary: at(t, tc.boundary), InternalDate: at(t, tc.internalDate), Date: at(t, tc.date), Fetched: at(t, "17:05:00").Add(fetched)}
				if got := Judge(edition1(t), k); got != tc.want {
					t.Errorf("fetched %v later: got %q, want %q", fetched, got, tc.want)
				}
			}
		})
	}
}

// TestDeadlineInSummer: edition 2 ends at the end of a day of summer, when
// Paris is two hours ahead of UTC, and leaves no second to arbitrate.
func TestDeadlineInSummer(t *testing.T) {
	c := edition2(t)
	if got, want := c.Deadline.UTC().Format(time.RFC3339), "2021-06-30T21:59:59Z"; got != want {
		t.Fatalf("deadline %s, want %s", got, want)
	}
	for _, tc := range []struct {
		instant string
		want    Timeliness
	}{
		{"2021-06-30T21:59:59Z", OnTime},
		{"2021-06-30T22:00:00Z", Late},
		{"2021-06-30T22:30:00Z", Late},
	} {
		instant, err := time.Parse(time.RFC3339, tc.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := Judge(c, Clocks{Boundary: instant, InternalDate: instant}); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.instant, got, tc.want)
		}
	}
}

func TestBoundary(t *testing.T) {
	outside := netip.MustParseAddr("203.0.113.9")
	inside := netip.MustParseAddr("10.1.2.3")
	ours := []string{"mx.cdc.example", "*.in.cdc.example", "198.51.100.0/24"}
	early, mid, late := at(t, "16:00:00"), at(t, "16:59:58"), at(t, "17:02:00")
	for _, tc := range []struct {
		name string
		hops []Hop
		want time.Time
	}{
		{"no Received at all", nil, time.Time{}},
		{"the top line is not ours", []Hop{{By: "elsewhere.example", At: late}}, time.Time{}},
		{"one hop from outside", []Hop{{FromName: "mail.asso.example", FromAddr: outside, By: "mx.cdc.example", At: mid}}, mid},
		{"through our own hosts to the one that took it", []Hop{
			{FromClaimed: "mx.cdc.example", FromName: "mx.cdc.example", FromAddr: inside, By: "store.in.cdc.example", At: late},
			{FromName: "mail.asso.example", FromAddr: outside, By: "MX.cdc.example.", At: mid},
			{FromName: "pc.asso.example", By: "mail.asso.example", At: early},
		}, mid},
		{"our host taking from itself", []Hop{
			{Local: true, By: "store.in.cdc.example", At: late},
			{FromName: "mail.asso.example", FromAddr: outside, By: "mx.cdc.example", At: mid},
		}, mid},
		{"LMTP over loopback", []Hop{
			{FromClaimed: "localhost", FromAddr: netip.MustParseAddr("127.0.0.1"), By: "store.in.cdc.example", At: late},
			{FromName: "mail.asso.example", FromAddr: outside, By: "mx.cdc.example", At: mid},
		}, mid},
		{"a line forged below the boundary", []Hop{
			{FromName: "mail.asso.example", FromAddr: outside, By: "mx.cdc.example", At: late},
			{FromName: "mail.asso.example", FromAddr: outside, By: "mx.cdc.example", At: early},
		}, late},
		{"a sender that calls itself by our name", []Hop{
			{FromClaimed: "mx.cdc.example", FromName: "evil.example", FromAddr: outside, By: "mx.cdc.example", At: late},
			{FromName: "x.example", FromAddr: outside, By: "mx.cdc.example", At: early},
		}, late},
		{"a sender without a verified name that calls itself by our name", []Hop{
			{FromClaimed: "mx.cdc.example", FromAddr: outside, By: "mx.cdc.example", At: late},
			{FromName: "x.example", FromAddr: outside, By: "mx.cdc.example", At: early},
		}, late},
		{"an address range of ours", []Hop{
			{FromClaimed: "EX1", FromAddr: netip.MustParseAddr("198.51.100.7"), By: "store.in.cdc.example", At: late},
			{FromName: "mail.asso.example", FromAddr: outside, By: "mx.cdc.example", At: mid},
		}, mid},
		{"the next host is unknown to the configuration", []Hop{
			{FromClaimed: "mx.cdc.example", FromName: "mx.cdc.example", By: "store.in.cdc.example", At: mid},
			{FromName: "mail.asso.example", FromAddr: outside, By: "other.cdc.example", At: early},
		}, mid},
		{"a date nobody can read", []Hop{{FromName: "mail.asso.example", By: "mx.cdc.example"}}, time.Time{}},
		{"a wildcard is not the domain itself", []Hop{{FromName: "mail.asso.example", By: "in.cdc.example", At: mid}}, time.Time{}},
		{"a name that only ends alike", []Hop{{FromName: "mail.asso.example", By: "evilmx.cdc.example", At: mid}}, time.Time{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Boundary(tc.hops, ours); !got.Equal(tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
