package ingest

import (
	"cmp"
	"slices"

	"github.com/emersion/go-imap/v2"
)

const (
	// lossesAlone is how many connections may be lost over a mail asked for
	// alone before it is set aside, if other mails came through meanwhile.
	lossesAlone = 3
	// lossesUnproven is the same where nothing else came through: the fault may
	// as well be the server's, which is given about an hour.
	lossesUnproven = 20
)

// doubts narrows down, from connection to connection, over which mail they
// break: a batch that was lost is asked for again by halves, down to one mail,
// and what was lost alone comes after all others.
type doubts struct {
	uidValidity uint32
	limit       int // how many suspects are asked for at once
	suspects    map[imap.UID]bool
	losses      map[imap.UID]int // of that mail alone
	served      int              // mails fetched in all
	servedAt    map[imap.UID]int // served, when that mail was first lost alone
	condemned   int              // mails found guilty in all
	seen        int              // served and condemned, when progress was last asked for
}

// begin starts a reading; under another UIDVALIDITY the UIDs mean other mails.
func (d *doubts) begin(uidValidity uint32) {
	if d.uidValidity != uidValidity || d.suspects == nil {
		*d = doubts{
			uidValidity: uidValidity, served: d.served, condemned: d.condemned, seen: d.seen,
			suspects: make(map[imap.UID]bool), losses: make(map[imap.UID]int), servedAt: make(map[imap.UID]int),
		}
	}
}

// arrange sorts the work: ascending, what was lost alone last.
func (d *doubts) arrange(work []imap.UID) {
	slices.SortFunc(work, func(a, b imap.UID) int {
		return cmp.Or(cmp.Compare(d.losses[a], d.losses[b]), cmp.Compare(a, b))
	})
}

// next says how many of the arranged UIDs to ask for together, at most most.
func (d *doubts) next(work []imap.UID, most int) int {
	if d.losses[work[0]] > 0 {
		return 1
	}
	suspect := d.suspects[work[0]]
	if suspect {
		most = min(most, d.limit)
	}
	n := 1
	for n < min(most, len(work)) && d.suspects[work[n]] == suspect && d.losses[work[n]] == 0 {
		n++
	}
	return n
}

// lost records that a connection broke over these UIDs, or that the server
// refused or did not give them. It reports whether a single UID is guilty.
func (d *doubts) lost(uids []imap.UID) bool {
	for _, uid := range uids {
		d.suspects[uid] = true
	}
	d.limit = max(1, len(uids)/2)
	if len(uids) > 1 {
		return false
	}
	uid := uids[0]
	if d.losses[uid] == 0 {
		d.servedAt[uid] = d.served
	}
	d.losses[uid]++
	if d.losses[uid] < lossesAlone || d.served == d.servedAt[uid] && d.losses[uid] < lossesUnproven {
		return false
	}
	d.condemned++
	d.clear(uids)
	return true
}

// fetched records that mails came through.
func (d *doubts) fetched(uids []imap.UID) {
	d.served += len(uids)
	d.clear(uids)
}

func (d *doubts) clear(uids []imap.UID) {
	for _, uid := range uids {
		delete(d.suspects, uid)
		delete(d.losses, uid)
		delete(d.servedAt, uid)
	}
}

// progress reports whether a mail came through, or was found guilty, since it
// was last asked.
func (d *doubts) progress() bool {
	now := d.served + d.condemned
	yes := now > d.seen
	d.seen = now
	return yes
}
