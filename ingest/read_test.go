package ingest_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emersion/go-imap/v2"

	"greffier/ingest"
)

// TestReadTwiceFilesOnce: behaviour 1.
func TestReadTwiceFilesOnce(t *testing.T) {
	srv := startServer(t)
	for n := range 250 { // more than two batches
		srv.deliver(letter(n))
	}
	h := newHouse(t, srv.port)
	var progress [][2]int
	h.cfg.Progress = func(done, total int) { progress = append(progress, [2]int{done, total}) }
	h.read()
	if n := len(progress); n < 3 || progress[n-1] != [2]int{250, 250} {
		t.Errorf("progress told as %v", progress)
	}
	h.read()
	if got := h.filed(); got != 250 {
		t.Errorf("%d mails filed, want 250", got)
	}
	list, err := h.store.Cases(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 250 {
		t.Errorf("%d cases opened, want 250", len(list))
	}
	if !h.readToEnd() {
		t.Error("the reading is not recorded as complete")
	}
	for i, flags := range srv.flags("INBOX") {
		if want := []string{strings.ToLower(ingest.Keyword)}; !slices.Equal(flags, want) {
			t.Fatalf("mail %d has flags %v, want %v", i, flags, want)
		}
	}
}

// The server may forget its UIDs; a mail stays the mail it is.
func TestUIDValidityChange(t *testing.T) {
	srv := startServer(t)
	h := newHouse(t, srv.port)
	srv.deliver(letter(1))
	srv.deliver(letter(2))
	h.read()
	srv.replaceInbox()
	srv.deliver(letter(3))
	srv.deliver(letter(2))
	srv.deliver(letter(1))
	h.read()
	if got := h.filed(); got != 3 {
		t.Errorf("%d mails filed, want 3", got)
	}
	known, err := h.store.KnownUIDs(t.Context(), mailbox, "INBOX", 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(known) != 3 {
		t.Errorf("%d places known under the new UIDVALIDITY, want 3", len(known))
	}
}

func TestMoveToProcessedFolder(t *testing.T) {
	for name, caps := range map[string][]imap.Cap{
		"MOVE":    {imap.CapMove, imap.CapUIDPlus},
		"UIDPLUS": {imap.CapUIDPlus},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t, caps...)
			srv.deliver(letter(1))
			srv.deliver(letter(2))
			h := newHouse(t, srv.port)
			h.cfg.ProcessedFolder = "Traités"
			h.read()
			if n := len(srv.flags("INBOX")); n != 0 {
				t.Errorf("%d mails left in the folder", n)
			}
			if n := len(srv.flags("Traités")); n != 2 {
				t.Errorf("%d mails moved, want 2", n)
			}
			left, err := h.store.Unmarked(t.Context(), mailbox, "INBOX", 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) != 0 || h.filed() != 2 {
				t.Errorf("unmarked %v, filed %d", left, h.filed())
			}
		})
	}
}

// A server that cannot move without expunging what others deleted is not asked
// to; the mails are filed all the same.
// Behaviour 9.
func TestNoMoveWithoutUIDPLUS(t *testing.T) {
	srv := startServer(t, imap.CapIdle)
	srv.deliver(letter(1))
	h := newHouse(t, srv.port)
	h.cfg.ProcessedFolder = "Traités"
	var told []ingest.Trouble
	h.cfg.Trouble = func(kind ingest.Trouble, _ error) { told = append(told, kind) }
	h.read()
	if n := len(srv.flags("INBOX")); n != 1 || h.filed() != 1 || !h.readToEnd() {
		t.Errorf("%d mails in the folder, %d filed, want 1 and 1", n, h.filed())
	}
	if !slices.Equal(told, []ingest.Trouble{ingest.TroubleMark}) {
		t.Errorf("told %v", told)
	}
}

// TestOversizeKeepsHeader: behaviour 10.
func TestOversizeKeepsHeader(t *testing.T) {
	srv := startServer(t)
	srv.deliver(letter(1) + strings.Repeat("x", 5000))
	srv.deliver(letter(2))
	h := newHouse(t, srv.port)
	h.cfg.MaxSize = 3000
	spy := &spyStore{Store: h.store}
	if err := ingest.New(h.cfg, spy, ingest.ArchiveOf(h.store.Archive)).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(spy.mails) != 2 {
		t.Fatalf("%d mails received, want 2", len(spy.mails))
	}
	big, small := spy.mails[0], spy.mails[1]
	if !big.Oversize || big.Size != int64(len(letter(1))+5000) || big.Parts != nil || big.Subject != "Candidature 1" {
		t.Errorf("oversize mail received as %+v", big)
	}
	if small.Oversize || small.Size != int64(len(letter(2))) {
		t.Errorf("small mail received as %+v", small)
	}
	raw, err := h.store.Archive.Open(big.RawSHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	kept, err := io.ReadAll(raw)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(kept, []byte("Message-ID: <m1@example.org>")) || bytes.Contains(kept, []byte("xxx")) {
		t.Errorf("kept %q", kept)
	}
}

// Mails that hardly are mails are filed like any other.
func TestOddMails(t *testing.T) {
	odd := map[uint32]string{1: "", 2: "\r\n", 3: "no header at all", 4: "\x00\xff\xfe", 5: strings.Repeat("x", 100_000)}
	srv := startScripted(t, &scripted{greet: true, mails: odd})
	h := newHouse(t, srv.port)
	h.read()
	if h.filed() != len(odd) || len(h.aside()) != 0 {
		t.Errorf("%d filed, want %d; aside %v", h.filed(), len(odd), h.aside())
	}
}

// Raw bytes are in the archive as the server gave them.
func TestRawBytesAreKept(t *testing.T) {
	srv := startServer(t)
	raw := letter(1) + "\x00\xff 8-bit and bare\rCR\r\n"
	srv.deliver(raw)
	h := newHouse(t, srv.port)
	h.read()
	f, err := h.store.Archive.Open(h.unassessed()[0].RawSHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	kept, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != raw {
		t.Errorf("kept %q, want %q", kept, raw)
	}
}

// What the library or the line cannot take is found by halving and set aside;
// every other mail is filed.
// Behaviour 11.
func TestMailThatBreaksTheConnection(t *testing.T) {
	for name, answer := range map[string]func(b *body){
		"nonsense": func(b *body) { fmt.Fprintf(b.w, "* %d FETCH (UID %d NONSENSE)\r\n", b.uid, b.uid) },
		"cut":      func(b *body) { fmt.Fprintf(b.w, "* %d FETCH (UID %d BODY[] {1000}\r\nFrom: x", b.uid, b.uid); b.cut() },
		"missing":  func(b *body) { fmt.Fprintf(b.w, "* %d FETCH (UID %d FLAGS ())\r\n", b.uid, b.uid) },
	} {
		t.Run(name, func(t *testing.T) {
			mails := make(map[uint32]string)
			for uid := uint32(1); uid <= 40; uid++ {
				mails[uid] = letter(int(uid))
			}
			srv := startScripted(t, &scripted{greet: true, mails: mails, bodies: func(b *body) bool {
				if b.uid == 17 {
					answer(b)
				}
				return b.uid == 17
			}})
			h := newHouse(t, srv.port)
			h.read()
			aside := h.aside()
			if h.filed() != 39 || len(aside) != 1 || !h.readToEnd() {
				t.Fatalf("%d filed, want 39; aside %v", h.filed(), aside)
			}
			if aside[0].UID != 17 || aside[0].RawSHA256 != "" || aside[0].Internal == nil {
				t.Errorf("set aside as %+v", aside[0])
			}
		})
	}
}

// A server that gives no mail at all is to blame itself: none is set aside for
// it, and all are filed when it is well again.
func TestServerThatGivesNoMail(t *testing.T) {
	for name, answer := range map[string]func(*body){
		"cut":         func(b *body) { b.cut() },
		"nothing":     func(*body) {},
		"other items": func(b *body) { fmt.Fprintf(b.w, "* %d FETCH (UID %d FLAGS ())\r\n", b.uid, b.uid) },
	} {
		t.Run(name, func(t *testing.T) {
			mails := make(map[uint32]string)
			for uid := uint32(1); uid <= 20; uid++ {
				mails[uid] = letter(int(uid))
			}
			var ill atomic.Bool
			ill.Store(true)
			srv := startScripted(t, &scripted{greet: true, mails: mails, bodies: func(b *body) bool {
				if ill.Load() {
					answer(b)
				}
				return ill.Load()
			}})
			h := newHouse(t, srv.port)
			s := h.session()
			if err := s.Once(t.Context()); err == nil {
				t.Fatal("Once says that the mailbox was read to its end")
			}
			if len(h.aside()) != 0 || h.filed() != 0 || h.readToEnd() {
				t.Fatalf("%d filed, aside %v", h.filed(), h.aside())
			}
			ill.Store(false)
			if err := s.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			if h.filed() != 20 {
				t.Errorf("%d filed, want 20", h.filed())
			}
		})
	}
}
