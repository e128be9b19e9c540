package ingest_test

import (
	"bufio"
	"bytes"
	"context"
	"maps"
	"net"
	"slices"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
)

// scanHouse is a house with mails that wait to be assessed, and a clamd.
func scanHouse(t *testing.T, mails ...string) (*house, *scriptedClamd, *ingest.Scanner, *ingest.Assessor) {
	t.Helper()
	srv := startServer(t)
	for _, m := range mails {
		srv.deliver(m)
	}
	h := newHouse(t, srv.port)
	h.read()
	clamd := startClamd(t)
	s := ingest.NewScanner(clamd.Clamd, h.store, ingest.ArchiveOf(h.store.Archive), h.cfg.Log)
	s.Quick(5 * time.Second)
	a, _ := h.assessor(h.store)
	a.ScanWith(s)
	return h, clamd, s, a
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// scans gives the word of the antivirus on each file of the first case.
func (h *house) scans() map[string]cases.ScanState {
	h.t.Helper()
	sheet, err := h.store.Case(h.t.Context(), "HUB18-0001")
	h.must(err)
	got := make(map[string]cases.ScanState)
	for _, f := range sheet.Unsorted {
		got[f.Filename] = f.Scan
	}
	return got
}

func (h *house) wantScans(when string, want map[string]cases.ScanState) {
	h.t.Helper()
	if got := h.scans(); !maps.Equal(got, want) {
		h.t.Errorf("%s: %v, want %v", when, got, want)
	}
}

func (h *house) wantTasks(want ...string) {
	h.t.Helper()
	sheet, err := h.store.Case(h.t.Context(), "HUB18-0001")
	h.must(err)
	var got []string
	for _, k := range sheet.Tasks {
		got = append(got, k.Kind)
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		h.t.Errorf("tasks %v, want %v", got, want)
	}
}

// TestScanWhileAssessing: the files of a mail are judged before its letter is
// owed; an archive and what is in it are judged as one.
func TestScanWhileAssessing(t *testing.T) {
	h, _, s, a := scanHouse(t, deposit(1, attachment{"sain.txt", []byte("bonjour")}, attachment{"malade.txt", bytes.Repeat([]byte(infection), 5_000)},
		attachment{"annexes.zip", append(zipOf(t, attachment{"un.txt", []byte("1")}, attachment{"deux.txt", []byte("2")}), infection...)}))
	h.must(a.Drain(t.Context()))
	h.wantScans("assessed", map[string]cases.ScanState{"sain.txt": "clean", "malade.txt": "infected", "un.txt": "infected", "deux.txt": "infected"})
	h.wantTasks("infected", "to_sort")
	if err := s.Trouble(); err != nil {
		t.Error(err)
	}
}

// TestScannerDown: no letter waits for an antivirus that is down; its files are
// judged when it is back.
func TestScannerDown(t *testing.T) {
	h, clamd, s, a := scanHouse(t, deposit(1, attachment{"sain.txt", []byte("bonjour")}, attachment{"malade.txt", []byte(infection)}), deposit(2, attachment{"autre.txt", []byte("x")}))
	h.wantScans("filed", map[string]cases.ScanState{"sain.txt": "not_scanned", "malade.txt": "not_scanned"})
	clamd.down()
	h.must(a.Drain(t.Context()))
	h.must(s.Drain(t.Context()))
	h.wantScans("down", map[string]cases.ScanState{"sain.txt": "unavailable", "malade.txt": "unavailable"})
	if s.Trouble() == nil {
		t.Error("the antivirus is down, and nobody is told")
	}
	clamd.up()
	h.must(s.Drain(t.Context()))
	h.wantScans("back", map[string]cases.ScanState{"sain.txt": "clean", "malade.txt": "infected"})
	h.wantTasks("infected", "to_sort")
	if err := s.Trouble(); err != nil {
		t.Error(err)
	}
	asked := clamd.asked()
	h.must(s.Drain(t.Context()))
	if clamd.asked() != asked {
		t.Error("what is settled is judged again")
	}
}

// TestScannerSlow: an antivirus that does not come to an end holds up one letter,
// for its time, and no further one; what it did not get to is judged later.
func TestScannerSlow(t *testing.T) {
	h, clamd, s, a := scanHouse(t, deposit(1, attachment{"un.txt", []byte("1")}, attachment{"deux.txt", []byte("2")}), deposit(2, attachment{"trois.txt", []byte("3")}))
	s.Quick(50 * time.Millisecond)
	release := make(chan struct{})
	clamd.set(func(net.Conn, *bufio.Reader) bool { <-release; return true })
	h.must(a.Drain(t.Context()))
	if n := h.filed(); n != 0 {
		t.Errorf("%d mails are still to be assessed", n)
	}
	for name, state := range h.scans() {
		if state != "pending" && state != "unavailable" {
			t.Errorf("%s is %s", name, state)
		}
	}
	if clamd.asked() > 2 { // one a mail, where both are assessed at once
		t.Errorf("the antivirus was asked %d times", clamd.asked())
	}
	clamd.set(nil)
	close(release)
	h.must(s.Drain(t.Context()))
	h.wantScans("later", map[string]cases.ScanState{"un.txt": "clean", "deux.txt": "clean"})
}

// TestScannerPoison: a file over which the antivirus breaks each time is given
// up, which staff are told; the others are judged.
func TestScannerPoison(t *testing.T) {
	h, clamd, s, a := scanHouse(t, deposit(1, attachment{"poison.txt", []byte("poison")}, attachment{"sain.txt", []byte("bonjour")}))
	clamd.set(func(_ net.Conn, r *bufio.Reader) bool {
		head, err := r.Peek(10)
		return err == nil && string(head[4:]) == "poison" // cut without an answer
	})
	h.must(a.Drain(t.Context()))
	for range 3 {
		h.wantTasks("to_sort")
		h.must(s.Drain(t.Context()))
		h.wantScans("tried", map[string]cases.ScanState{"poison.txt": "unavailable", "sain.txt": "clean"})
	}
	h.wantTasks("to_sort", "unscanned")
	if err := s.Trouble(); err != nil {
		t.Errorf("the antivirus answers, and is blamed: %v", err)
	}
	clamd.set(nil)
	h.must(s.Drain(t.Context()))
	h.wantScans("given up", map[string]cases.ScanState{"poison.txt": "unavailable", "sain.txt": "clean"})
	_, err := h.store.Rescan(t.Context(), "staff", "HUB18-0001")
	h.must(err)
	h.must(s.Drain(t.Context()))
	h.wantScans("asked again", map[string]cases.ScanState{"poison.txt": "clean", "sain.txt": "clean"})
}

// TestScannerTooLarge: a file above the limit of the antivirus is not asked about
// again, and staff are told at once.
func TestScannerTooLarge(t *testing.T) {
	h, clamd, s, a := scanHouse(t, deposit(1, attachment{"grand.txt", bytes.Repeat([]byte("grand "), 15_000)}))
	clamd.set(saysAtOnce("INSTREAM size limit exceeded. ERROR\x00"))
	h.must(a.Drain(t.Context()))
	h.must(s.Drain(t.Context()))
	h.wantScans("assessed", map[string]cases.ScanState{"grand.txt": "unavailable"})
	h.wantTasks("to_sort", "unscanned")
	if clamd.asked() != 1 {
		t.Errorf("asked %d times", clamd.asked())
	}
}

// TestScannerTurnedOn: what was filed before an antivirus was configured is
// judged once one is.
func TestScannerTurnedOn(t *testing.T) {
	h, _, s, _ := scanHouse(t, deposit(1, attachment{"malade.txt", []byte(infection)}))
	before, _ := h.assessor(h.store)
	h.must(before.Drain(t.Context()))
	h.wantScans("without", map[string]cases.ScanState{"malade.txt": "not_scanned"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	for end := time.Now().Add(30 * time.Second); h.scans()["malade.txt"] != "infected"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not judged: %v", h.scans())
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
