package cases

import (
	"net/netip"
	"path"
	"strings"
	"time"
)

// Timeliness is what the evidence says of a deposit. The empty value means
// that nothing was deposited.
type Timeliness string

const (
	OnTime      Timeliness = "on_time"
	ToArbitrate Timeliness = "to_arbitrate" // a person decides, with a motive
	Late        Timeliness = "late"
)

// Better reports whether t is a better verdict than o; any verdict is better
// than none.
func (t Timeliness) Better(o Timeliness) bool { return t.rank() > o.rank() }

func (t Timeliness) rank() int {
	switch t {
	case OnTime:
		return 3
	case ToArbitrate:
		return 2
	case Late:
		return 1
	}
	return 0
}

// Clocks are all the instants known of a mail. A zero time is unknown. None is
// ever corrected or dropped, whichever decides.
type Clocks struct {
	Boundary     time.Time // the Received line with which our own hosts took the mail from outside
	InternalDate time.Time // IMAP INTERNALDATE (RFC 3501 section 2.3.3); unknown for imported mail
	Date         time.Time // the Date header: the sender's word, which never decides
	Fetched      time.Time // when greffier took the mail: an upper bound only
}

// Clock names the clock that decided.
type Clock string

const (
	ClockBoundary     Clock = "boundary"
	ClockInternalDate Clock = "internaldate"
	ClockNone         Clock = "none" // no server vouches for an instant
)

// Decision gives the instant of reception that counts, in whole seconds, and
// the clock it comes from. Where no server vouches for one (imported mail), the
// instant is the announced date, else the fetch: good enough to choose an
// edition, never to judge.
func (c Clocks) Decision() (time.Time, Clock) {
	switch {
	case !c.Boundary.IsZero():
		return c.Boundary.Truncate(time.Second), ClockBoundary
	case !c.InternalDate.IsZero():
		return c.InternalDate.Truncate(time.Second), ClockInternalDate
	case !c.Date.IsZero():
		return c.Date.Truncate(time.Second), ClockNone
	}
	return c.Fetched.Truncate(time.Second), ClockNone
}

// delivery is how long a mail without a trusted hop may plausibly have been
// under way when its Date header is within the deadline.
const delivery = 60 * time.Minute

// Judge compares a mail's evidence with the deadline of a call, to the second:
//
//	instant ≤ L                                               on time
//	L < instant < L + Arbitration                             to arbitrate
//	no trusted hop, Date ≤ L, INTERNALDATE ≤ L + 60 min       to arbitrate
//	no clock of a server at all                               to arbitrate
//	else                                                      late
func Judge(c *Call, k Clocks) Timeliness {
	instant, clock := k.Decision()
	limit := c.Deadline
	switch {
	case clock == ClockNone:
		return ToArbitrate
	case !instant.After(limit):
		return OnTime
	case instant.Before(limit.Add(c.Arbitration)):
		return ToArbitrate
	case clock == ClockInternalDate && !k.Date.IsZero() && !k.Date.Truncate(time.Second).After(limit) &&
		!instant.After(limit.Add(delivery)):
		return ToArbitrate
	}
	return Late
}

// Hop is one Received line of a mail (RFC 5321 section 4.4).
type Hop struct {
	FromClaimed string     // the name the client gave itself
	FromName    string     // the name that the receiving host verified, if any
	FromAddr    netip.Addr // the client's address, if recorded
	By          string     // the receiving host
	At          time.Time  // zero when unreadable
	Local       bool       // no client: taken from the host itself
}

// Boundary gives the instant at which our own hosts took the mail from
// outside, or the zero time when no Received line of ours proves one. The hops
// stand in the order of the header, newest first. ours holds host names,
// wildcards such as "*.example.org", and address ranges in CIDR form.
//
// A line counts only while every line above it was written by a host of ours
// that took the mail from a host of ours: whatever stands below the hop that
// took the mail from outside may have been written by the sender.
func Boundary(hops []Hop, ours []string) time.Time {
	var at time.Time
	for _, h := range hops {
		if !isOurs(h.By, ours) {
			break
		}
		at = h.At
		if !h.fromUs(ours) {
			break
		}
	}
	return at
}

// fromUs reports whether the host that the mail was taken from is ours. A name
// verified by our host, or an address range of ours, is proof. The name that
// the client gave itself is believed only where our host recorded no public
// address beside it: over the network anybody may claim to be us.
func (h Hop) fromUs(ours []string) bool {
	if h.Local {
		return true
	}
	if h.FromName != "" {
		return isOurs(h.FromName, ours)
	}
	addr := h.FromAddr.Unmap()
	if !addr.IsValid() {
		return isOurs(h.FromClaimed, ours)
	}
	for _, o := range ours {
		if p, err := netip.ParsePrefix(o); err == nil && p.Contains(addr) {
			return true
		}
	}
	inside := addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast()
	return inside && (isOurs(h.FromClaimed, ours) || addr.IsLoopback())
}

func isOurs(host string, ours []string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" {
		return false
	}
	for _, o := range ours {
		// A range in CIDR form holds a slash, which path.Match never crosses
		// with a wildcard, so it cannot match a name.
		if ok, err := path.Match(strings.ToLower(o), host); err == nil && ok {
			return true
		}
	}
	return false
}
