package ingest_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
	"greffier/ingest/parse"
)

// spyStore remembers what was received, and may refuse mails.
type spyStore struct {
	ingest.Store
	refuse func(cases.Mail) bool
	mails  []cases.Mail
}

func (s *spyStore) Receive(ctx context.Context, arrivals []cases.Arrival) error {
	for _, a := range arrivals {
		if s.refuse != nil && s.refuse(a.Mail) {
			return errors.New("constraint failed")
		}
	}
	for _, a := range arrivals {
		s.mails = append(s.mails, a.Mail)
	}
	return s.Store.Receive(ctx, arrivals)
}

// TestPoisonMailIsSetAside: behaviour 11.
func TestPoisonMailIsSetAside(t *testing.T) {
	poison := func(m *parse.Mail) bool { return m.Subject == "Candidature 2" }
	for name, f := range map[string]func(r io.ReaderAt, size int64, o parse.Options) (*parse.Mail, error){
		"panics": func(r io.ReaderAt, size int64, o parse.Options) (*parse.Mail, error) {
			m, err := parse.Read(r, size, o)
			if poison(m) {
				panic("index out of range")
			}
			return m, err
		},
		"never ends": func(r io.ReaderAt, size int64, o parse.Options) (*parse.Mail, error) {
			m, err := parse.Read(r, size, o)
			for poison(m) {
				if _, err := r.ReadAt(make([]byte, 1), 0); err != nil {
					return nil, err
				}
			}
			return m, err
		},
		"cannot be read": func(r io.ReaderAt, size int64, o parse.Options) (*parse.Mail, error) {
			m, err := parse.Read(r, size, o)
			if poison(m) {
				return nil, errors.New("bad sector")
			}
			return m, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t)
			for n := 1; n <= 3; n++ {
				srv.deliver(letter(n))
			}
			h := newHouse(t, srv.port)
			s := h.session()
			s.Parse(300*time.Millisecond, f)
			if err := s.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			aside := h.aside()
			if h.filed() != 2 || len(aside) != 1 || !h.readToEnd() {
				t.Fatalf("%d filed, aside %v", h.filed(), aside)
			}
			if aside[0].UID != 2 || aside[0].RawSHA256 == "" || aside[0].Reason == "" {
				t.Errorf("set aside as %+v", aside[0])
			}
			if flags := srv.flags("INBOX"); len(flags[1]) != 0 {
				t.Errorf("a mail set aside is marked %v as filed", flags[1])
			}

			h.read() // it stays aside until somebody replays it
			if n := h.filed(); n != 2 {
				t.Fatalf("%d filed, want 2", n)
			}
			source := cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: aside[0].UIDValidity, UID: aside[0].UID}
			filer := ingest.NewFiler(h.cfg, h.store, ingest.ArchiveOf(h.store.Archive))
			if err := filer.Refile(t.Context(), aside[0].RawSHA256, source, *aside[0].Internal, *aside[0].Fetched); err != nil {
				t.Fatal(err)
			}
			if h.filed() != 3 || len(h.aside()) != 0 {
				t.Errorf("after the replay %d filed, %d aside", h.filed(), len(h.aside()))
			}
			h.read()
			if flags := srv.flags("INBOX"); len(flags[1]) != 1 {
				t.Errorf("the replayed mail is not marked as filed")
			}
		})
	}
}

// A mail that the store refuses is tried again, then set aside; the others of
// its batch are filed at once.
func TestMailRefusedByStore(t *testing.T) {
	srv := startServer(t)
	for n := 1; n <= 3; n++ {
		srv.deliver(letter(n))
	}
	h := newHouse(t, srv.port)
	spy := &spyStore{Store: h.store, refuse: func(m cases.Mail) bool { return m.Subject == "Candidature 2" }}
	s := ingest.New(h.cfg, spy, ingest.ArchiveOf(h.store.Archive))
	s.Quick(5 * time.Second)
	for try := 1; try <= 2; try++ {
		if err := s.Once(t.Context()); err == nil || h.filed() != 2 || len(h.aside()) != 0 || h.readToEnd() {
			t.Fatalf("try %d: error %v, %d filed, aside %v", try, err, h.filed(), h.aside())
		}
	}
	if err := s.Once(t.Context()); err != nil || len(h.aside()) != 1 || !h.readToEnd() {
		t.Fatalf("error %v, aside %v", err, h.aside())
	}
}

// fullArchive has no room while full.
type fullArchive struct {
	ingest.Archive
	full   atomic.Bool
	atKeep bool
}

type fullFile struct {
	ingest.Incoming
	a *fullArchive
}

var errNoSpace = errors.New("no space left on device")

func (a *fullArchive) Create() (ingest.Incoming, error) {
	in, err := a.Archive.Create()
	return fullFile{in, a}, err
}

func (f fullFile) Write(p []byte) (int, error) {
	if f.a.full.Load() && !f.a.atKeep {
		return 0, errNoSpace
	}
	return f.Incoming.Write(p)
}

func (f fullFile) Keep() (string, error) {
	if f.a.full.Load() {
		return "", errors.Join(errNoSpace, f.Drop())
	}
	return f.Incoming.Keep()
}

func TestDiskFull(t *testing.T) {
	for name, atKeep := range map[string]bool{"while writing": false, "while syncing": true} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t)
			for n := range 20 {
				srv.deliver(letter(n))
			}
			h := newHouse(t, srv.port)
			archive := &fullArchive{Archive: ingest.ArchiveOf(h.store.Archive), atKeep: atKeep}
			archive.full.Store(true)
			told := make(chan ingest.Trouble, 10)
			h.cfg.Trouble = func(kind ingest.Trouble, err error) { told <- kind }
			over := make(chan ingest.Trouble, 10)
			h.cfg.Recovered = func(kind ingest.Trouble) { over <- kind }
			s := ingest.New(h.cfg, h.store, archive)
			s.Quick(5 * time.Second)
			run(t, s)
			if kind := <-told; kind != ingest.TroubleArchive {
				t.Errorf("told %s", kind)
			}
			for _, flags := range srv.flags("INBOX") {
				if len(flags) != 0 {
					t.Fatalf("a mail that could not be written is marked %v", flags)
				}
			}
			if h.filed() != 0 || len(h.aside()) != 0 || h.readToEnd() {
				t.Errorf("%d filed, aside %v", h.filed(), h.aside())
			}
			archive.full.Store(false)
			await(t, "all filed when there is room", func() bool { return h.filed() == 20 })
			if kind := <-over; kind != ingest.TroubleArchive {
				t.Errorf("recovered from %s", kind)
			}
		})
	}
}
