package main

import (
	"slices"
	"time"

	"greffier/cases"
)

// player is somebody of the story: a candidate, or anybody else who writes.
type player struct {
	stands  string // what it stands for
	name    string
	address string // empty: it writes under addresses of others
	mails   []storyMail

	answers reception // of our letters, by the server of its address
	ends    ending    // of its case; the zero ending: it has none
	hears   string    // letters that reach it outside of any case, as in ending
}

// reception is what a candidate's server says to our letters.
type reception int

const (
	takes   reception = iota
	unknown           // 550: there is no such address
	busy              // 451 at the first attempt
)

// ending is how a case stands when the story is over.
type ending struct {
	phase      cases.Phase
	timeliness cases.Timeliness // empty: nothing was deposited
	pieces     string           // required pieces that are there, and required
	letters    string           // kinds in order, as runs words them
	reopened   bool             // a deposit received in time was found after the dossiers were frozen
}

// received is the ending that all wish for.
func received(letters string) ending {
	return ending{phase: cases.Admissibility, timeliness: cases.OnTime, pieces: "7/7", letters: letters}
}

// autumn is an instant of autumn 2018, Paris time.
func autumn(month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(2018, month, day, hour, minute, second, 0, demoZone)
}

// demoZone is two hours ahead of UTC until 28 October 2018 at 3 h, one from then on.
var demoZone = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // cannot happen: the zones are compiled in
	}
	return zone
}()

func demoBegins() time.Time { return autumn(9, 12, 9, 0, 0) }
func demoEnds() time.Time   { return autumn(12, 1, 9, 0, 0) }

// The instants of the call; demo.toml has the same.
func demoOpens() time.Time    { return autumn(9, 13, 0, 0, 0) }
func demoDeadline() time.Time { return autumn(11, 30, 17, 0, 0) }
func demoFreeze() time.Time   { return autumn(11, 30, 17, 15, 0) }

// demoStory is everybody, in no particular order.
func demoStory() []player {
	all := slices.Concat(laureates(), associations(), collectivities(), overseas(), latecomers(), strangers())
	for i := range all {
		p := &all[i]
		if where := covers()[p.address]; where != "" {
			p.mails[0].text += "\nTerritoires : " + where + "."
		}
		for j := range p.mails {
			m := &p.mails[j]
			if m.from == "" {
				m.from = p.address
			}
			if m.name == "" {
				m.name = p.name
			}
			if m.reply {
				m.letterOf = p.address
			}
		}
	}
	return all
}
