package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"greffier/cases"
	"greffier/ingest"
)

// Kinds of alarm beside those of the mailbox (ingest.Trouble).
const (
	alarmFetch  = "fetch"  // the mailbox was not read to its end for long
	alarmSMTP   = "smtp"   // letters cannot leave, for a reason that is not theirs
	alarmOutbox = "outbox" // a letter should have left long ago
	alarmDisk   = "disk"   // room is short
	alarmSecret = "secret" // the client's secret, by which access tokens are had, ends soon
	alarmClamd  = "clamd"  // the antivirus does not answer
	alarmAssess = "assess" // files cannot be looked into, for a reason that is not theirs
)

// When it is time to say something.
const (
	fetchPatience  = 15 * time.Minute // without a complete reading
	letterPatience = 4 * time.Hour    // that a letter is tried, before it counts as stuck
	diskReserve    = 500_000_000      // bytes free below which room is short
	troublePatient = 10 * time.Minute // for trouble that often heals alone
)

// alarmWords are what staff read of each kind.
var alarmWords = map[string]string{
	string(ingest.TroubleConnection):     "La boîte aux lettres ne répond pas.",
	string(ingest.TroubleLogin):          "La boîte aux lettres refuse notre identification (mot de passe ou jeton d’accès).",
	string(ingest.TroubleFolder):         "Le dossier de la boîte aux lettres ne s’ouvre pas.",
	string(ingest.TroubleMark):           "Les messages classés ne peuvent pas être marqués dans la boîte aux lettres.",
	string(ingest.TroubleArchive):        "Les messages ne peuvent pas être écrits sur le disque.",
	string(ingest.TroubleStore):          "Les messages ne peuvent pas être classés dans la base de données.",
	string(ingest.TroubleReconciliation): "La boîte aux lettres montre des messages qu’elle ne donne pas.",
	string(ingest.TroubleClock):          "L’horloge de la boîte aux lettres avance de plus de cinq minutes sur la nôtre.",
	string(ingest.TroubleCertificate):    "Le certificat de la boîte aux lettres expire dans moins de quatorze jours.",
	alarmFetch:                           "La boîte aux lettres n’a pas été lue jusqu’au bout depuis plus de quinze minutes.",
	alarmSMTP:                            "Les courriers ne peuvent plus partir.",
	alarmOutbox:                          "Un courrier attend de partir depuis plus de quatre heures.",
	alarmSecret:                          "Le secret qui donne accès à la messagerie (OAuth 2.0) expire dans moins de quatorze jours.",
	alarmClamd:                           "L’antivirus ne répond pas : les fichiers reçus ne sont pas analysés.",
	alarmAssess:                          "Des fichiers reçus ne peuvent pas être examinés : leurs accusés de réception attendent (disque plein, mémoire ou processus à bout ; voir le journal du programme).",
	alarmDisk:                            "Il reste moins de 500 Mo sur le disque des données.",
}

// patient is how long an alarm of a kind lasts before staff get a letter.
func patient(kind string) time.Duration {
	switch kind {
	case string(ingest.TroubleConnection), string(ingest.TroubleMark), alarmSMTP, alarmClamd, alarmAssess:
		return troublePatient
	}
	return 0
}

// alarms remembers what this process was told; the store remembers what is open.
type alarms struct {
	started time.Time // of the calendar
	mu      sync.Mutex
	told    map[string]bool // kinds begun and not ended by what tells of trouble
}

// trouble begins an alarm. A store that cannot keep it is logged, since the
// trouble itself may be the store's.
func (d *daemon) trouble(kind ingest.Trouble, err error) {
	d.log.Error("trouble", "kind", kind, "error", err)
	d.alarms.mu.Lock()
	d.alarms.told[string(kind)] = true
	d.alarms.mu.Unlock()
	if aerr := d.store.BeginAlarm(context.Background(), string(kind), alarmWords[string(kind)]); aerr != nil {
		d.log.Error("alarm not kept", "kind", kind, "error", aerr)
	}
}

// recovered ends it.
func (d *daemon) recovered(kind ingest.Trouble) {
	d.log.Info("goes well again", "kind", kind)
	d.alarms.mu.Lock()
	delete(d.alarms.told, string(kind))
	d.alarms.mu.Unlock()
	if err := d.store.EndAlarm(context.Background(), string(kind)); err != nil {
		d.log.Error("end of alarm not kept", "kind", kind, "error", err)
	}
}

// watchAlarms begins and ends the alarms that show in a state, ends those that a
// process before this one left open once the mailbox has been read without that
// trouble, and owes staff their letters.
func (d *daemon) watchAlarms(ctx context.Context) error {
	p, err := d.store.Pulse(ctx)
	if err != nil {
		return err
	}
	open := make(map[string]bool)
	for _, a := range p.Alarms {
		open[a.Kind] = true
	}
	wrong, err := d.wrong(p)
	failed := []error{err}
	for kind, is := range wrong {
		switch {
		case is && !open[kind]:
			failed = append(failed, d.store.BeginAlarm(ctx, kind, alarmWords[kind]))
		case !is && open[kind]:
			failed = append(failed, d.store.EndAlarm(ctx, kind))
		}
	}
	d.alarms.mu.Lock()
	var stale []string
	for kind := range open {
		if _, shows := wrong[kind]; !shows && !d.alarms.told[kind] && p.LastReading.After(d.alarms.started) {
			stale = append(stale, kind)
		}
	}
	d.alarms.mu.Unlock()
	for _, kind := range stale {
		failed = append(failed, d.store.EndAlarm(ctx, kind))
	}
	return errors.Join(append(failed, d.store.OweAlarms(ctx, patient))...)
}

// wrong tells of each alarm that shows in a state whether it is so now.
func (d *daemon) wrong(p cases.Pulse) (map[string]bool, error) {
	now := d.clock.now()
	lastRead := p.LastReading
	if lastRead.Before(d.alarms.started) {
		lastRead = d.alarms.started
	}
	_, smtp := d.sender.Trouble()
	wrong := map[string]bool{
		alarmFetch:  now.Sub(lastRead) > fetchPatience,
		alarmSMTP:   smtp != nil,
		alarmClamd:  d.scanner != nil && d.scanner.Trouble() != nil,
		alarmAssess: d.assessor.Trouble() != nil,
		alarmOutbox: !p.OldestLetter.IsZero() && now.Sub(p.OldestLetter) > letterPatience,
	}
	if ends := d.cfg.secretEnds(); !d.clock.simulated {
		wrong[alarmSecret] = !ends.IsZero() && ends.Sub(now) < secretLeft
	}
	free, err := freeBytes(d.cfg.DataDir)
	if err == nil {
		wrong[alarmDisk] = free < diskReserve
	}
	return wrong, err
}

// freeBytes is the room left to us on the file system of a folder.
func freeBytes(dir string) (uint64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, fmt.Errorf("look at the room left in %s: %w", dir, err)
	}
	return fs.Bavail * uint64(fs.Bsize), nil
}
