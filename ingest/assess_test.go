package ingest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
	"greffier/ingest/content"
)

// attachment is a file of a mail.
type attachment struct {
	name  string
	bytes []byte
}

// deposit makes a mail that carries files.
func deposit(n int, files ...attachment) string {
	var b strings.Builder
	b.WriteString("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n")
	head, text, _ := strings.Cut(letter(n), "\r\n\r\n")
	raw := head + "\r\n" + crlf(b.String()) + "\r\n--B\r\n\r\n" + text
	for _, f := range files {
		raw += crlf("--B\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"" + f.name + "\"\n\n")
		encoded := base64.StdEncoding.EncodeToString(f.bytes)
		for len(encoded) > 76 {
			raw += encoded[:76] + "\r\n"
			encoded = encoded[76:]
		}
		raw += encoded + "\r\n"
	}
	return raw + "--B--\r\n"
}

func zipOf(t *testing.T, files ...attachment) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.bytes); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// spyAssess remembers opinions, and may refuse them.
type spyAssess struct {
	ingest.AssessStore
	refuse   func(cases.Assessment) bool
	findings map[string]cases.Finding // by file name, of the last assessment
	parts    map[int64][]cases.Part
}

func (s *spyAssess) ToAssess(ctx context.Context, limit int) ([]cases.Unassessed, error) {
	mails, err := s.AssessStore.ToAssess(ctx, limit)
	for _, m := range mails {
		if s.parts == nil {
			s.parts = make(map[int64][]cases.Part)
		}
		s.parts[m.MailID] = m.Parts
	}
	return mails, err
}

func (s *spyAssess) Assess(ctx context.Context, list []cases.Assessment) error {
	for _, a := range list {
		if s.refuse != nil && s.refuse(a) {
			return errors.New("constraint failed")
		}
	}
	if s.findings == nil {
		s.findings = make(map[string]cases.Finding)
	}
	for _, a := range list {
		for _, f := range a.Findings {
			for _, p := range s.parts[a.MailID] {
				if p.ID == f.PartID {
					s.findings[p.Filename] = f
				}
			}
		}
	}
	return s.AssessStore.Assess(ctx, list)
}

func (h *house) assessor(s ingest.AssessStore) (a *ingest.Assessor, scratch string) {
	scratch = h.t.TempDir()
	return ingest.NewAssessor(s, ingest.ArchiveOf(h.store.Archive), content.Look, scratch, h.cfg.Log), scratch
}

func (h *house) archived(sum string) (*os.File, int64) {
	h.t.Helper()
	f, err := h.store.Archive.Open(sum)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		h.t.Fatal(err)
	}
	return f, info.Size()
}

func TestAssess(t *testing.T) {
	statuts, rib := bytes.Repeat([]byte("Statuts de l'association.\n"), 40_000), []byte("IBAN FR76 …\n")
	inner := zipOf(t, attachment{"statuts.txt", statuts})
	dossier := zipOf(t, attachment{"Dossier/Budget/scan0001.txt", []byte("budget")}, attachment{"Dossier/rib.txt", rib},
		attachment{"__MACOSX/Dossier/._rib.txt", []byte("x")}, attachment{"Dossier/annexes.zip", inner})
	srv := startServer(t)
	srv.deliver(deposit(1, attachment{"rib.txt", rib}, attachment{"vide.pdf", nil}, attachment{"blanc.txt", []byte("  \n\n ")}, attachment{"DOSSIER COMPLET.zip", dossier}))
	h := newHouse(t, srv.port)
	h.read()
	raw, size := h.archived(h.unassessed()[0].RawSHA256)

	spy := &spyAssess{AssessStore: h.store}
	a, scratch := h.assessor(spy)
	if err := a.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		state cases.Status
		fault string
	}{
		"rib.txt":             {cases.Present, ""},
		"vide.pdf":            {cases.Unreadable, content.UnreadableEmpty},
		"blanc.txt":           {cases.Doubtful, "blank"},
		"DOSSIER COMPLET.zip": {cases.Present, ""},
	} {
		if got := spy.findings[name]; got.State != want.state || got.Fault != want.fault || got.DetectedType == "" {
			t.Errorf("%s found %s %q of type %q, want %s %q", name, got.State, got.Fault, got.DetectedType, want.state, want.fault)
		}
	}
	var names []string
	for _, m := range spy.findings["DOSSIER COMPLET.zip"].Members {
		names = append(names, m.Part.Filename)
		// What a locator leads to is what was found.
		r, err := ingest.OpenPart(raw, size, m.Part.Locator)
		if err != nil {
			t.Fatalf("%s: %v", m.Part.Filename, err)
		}
		b, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil || int64(len(b)) != m.Part.Size {
			t.Errorf("%s: %d bytes of %d, error %v", m.Part.Filename, len(b), m.Part.Size, err)
		}
	}
	if want := []string{"Dossier/Budget/scan0001.txt", "rib.txt", "statuts.txt"}; !slices.Equal(names, want) {
		t.Errorf("members %q, want %q", names, want)
	}
	if n := h.filed(); n != 0 {
		t.Errorf("%d mails still to assess", n)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) != 0 {
		t.Errorf("left in the scratch folder: %v, %v", left, err)
	}
	report, err := h.store.Verify(t.Context(), "", ingest.OpenPart, nil)
	if err != nil || len(report.Faults) != 0 {
		t.Errorf("verify: %v, %v", report.Faults, err)
	}
}

// A file that crashes what looks into it, or keeps it too long, is doubtful, with a
// word why; it stops neither its mail nor the next.
func TestAssessTrouble(t *testing.T) {
	for name, trouble := range map[string]func(r io.ReaderAt) (content.File, error){
		"panic": func(io.ReaderAt) (content.File, error) { panic("slice bounds out of range") },
		"endless": func(r io.ReaderAt) (content.File, error) {
			time.Sleep(time.Second)
			return content.File{}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t)
			srv.deliver(deposit(1, attachment{"poison.txt", []byte("boum")}, attachment{"rib.txt", []byte("IBAN")}))
			srv.deliver(deposit(2, attachment{"statuts.txt", []byte("Statuts")}))
			h := newHouse(t, srv.port)
			h.read()
			spy := &spyAssess{AssessStore: h.store}
			a, _ := h.assessor(spy)
			a.Look(200*time.Millisecond, func(r io.ReaderAt, size int64, name, declaredType string) (content.File, error) {
				if name == "poison.txt" {
					return trouble(r)
				}
				return content.Look(r, size, name, declaredType)
			})
			if err := a.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if f := spy.findings["poison.txt"]; f.State != cases.Doubtful || len(f.Warnings) == 0 {
				t.Errorf("poison found %+v", f)
			}
			for _, name := range []string{"rib.txt", "statuts.txt"} {
				if f := spy.findings[name]; f.State != cases.Present {
					t.Errorf("%s found %+v", name, f)
				}
			}
		})
	}
}

// What is wrong with our machine is no verdict on a file: its mail waits, the next
// goes on, and staff can be told.
func TestAssessTroubleOfOurs(t *testing.T) {
	large := bytes.Repeat([]byte("Statuts de l'association.\n"), 20_000) // not held in memory
	for name, trouble := range map[string]func(h *house, a *ingest.Assessor, scratch string) (mended func()){
		"no room for what is decoded": func(h *house, a *ingest.Assessor, scratch string) func() {
			h.must(os.Remove(scratch))
			h.must(os.WriteFile(scratch, nil, 0o600)) // where a folder should be
			return func() { h.must(os.Remove(scratch)) }
		},
		"no process to be had": func(h *house, a *ingest.Assessor, scratch string) func() {
			a.Look(time.Minute, func(r io.ReaderAt, size int64, name, declaredType string) (content.File, error) {
				if name == "statuts.txt" {
					return content.File{}, &os.SyscallError{Syscall: "fork", Err: syscall.EAGAIN}
				}
				return content.Look(r, size, name, declaredType)
			})
			return func() { a.Look(time.Minute, content.Look) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t)
			srv.deliver(deposit(1, attachment{"statuts.txt", large}, attachment{"rib.txt", []byte("IBAN")}))
			srv.deliver(deposit(2, attachment{"budget.txt", []byte("Budget")}))
			h := newHouse(t, srv.port)
			h.read()
			held := h.unassessed()[0].MailID
			spy := &spyAssess{AssessStore: h.store}
			a, scratch := h.assessor(spy)
			mended := trouble(h, a, scratch)
			for range 2 { // the second time, it is not its turn yet
				first := a.Drain(t.Context())
				if left := h.unassessed(); len(left) != 1 || left[0].MailID != held {
					t.Fatalf("left to assess: %v, error %v", left, first)
				}
			}
			if _, found := spy.findings["statuts.txt"]; found || spy.findings["budget.txt"].State != cases.Present || a.Trouble() == nil {
				t.Errorf("findings %+v, trouble %v", spy.findings, a.Trouble())
			}
			if again, err := a.LookAgain(t.Context(), h.unassessed()[0]); err == nil {
				t.Errorf("looked into again: %+v", again)
			}
			mended()
			a.Retry(0)
			if err := a.Drain(t.Context()); err != nil || h.filed() != 0 || spy.findings["statuts.txt"].State != cases.Present || a.Trouble() != nil {
				t.Errorf("mended: error %v, trouble %v, %d left, %+v", err, a.Trouble(), h.filed(), spy.findings["statuts.txt"])
			}
		})
	}
}

// A mail that the archive lost holds up nothing.
func TestAssessSpoiltArchive(t *testing.T) {
	srv := startServer(t)
	srv.deliver(deposit(1, attachment{"statuts.txt", []byte("Statuts")}))
	h := newHouse(t, srv.port)
	h.read()
	f, _ := h.archived(h.unassessed()[0].RawSHA256)
	h.must(os.Remove(f.Name()))
	spy := &spyAssess{AssessStore: h.store}
	a, _ := h.assessor(spy)
	if err := a.Drain(t.Context()); err != nil || spy.findings["statuts.txt"].State != cases.Doubtful {
		t.Errorf("error %v, %+v", err, spy.findings["statuts.txt"])
	}
}

func TestAssessmentRefusedByStore(t *testing.T) {
	srv := startServer(t)
	for n := 1; n <= 3; n++ {
		srv.deliver(letter(n))
	}
	h := newHouse(t, srv.port)
	h.read()
	bad := h.unassessed()[1].MailID
	refuses := true
	a, _ := h.assessor(&spyAssess{AssessStore: h.store, refuse: func(o cases.Assessment) bool { return refuses && o.MailID == bad }})
	if err := a.Drain(t.Context()); err == nil {
		t.Error("Drain does not tell that a mail could not be assessed")
	}
	if left := h.unassessed(); len(left) != 1 || left[0].MailID != bad {
		t.Errorf("left to assess: %v", left)
	}
	refuses = false
	a.Retry(0)
	if err := a.Drain(t.Context()); err != nil || h.filed() != 0 {
		t.Errorf("error %v, %d left to assess", err, h.filed())
	}
}

func TestAssessorRunsOnKick(t *testing.T) {
	srv := startServer(t)
	h := newHouse(t, srv.port)
	a, _ := h.assessor(h.store)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	srv.deliver(letter(1))
	h.read()
	a.Kick()
	await(t, "the mail assessed", func() bool { return h.filed() == 0 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestOpenPartRefuses(t *testing.T) {
	raw := deposit(1, attachment{"a.txt", []byte("no archive")})
	for _, locator := range []string{"", "x", "0+10:id|zip:0", "0+10:id|zip:", "0+10:id|zip:-1", "0+10:id|zip:0|zip:0", "0+999999:id"} {
		r, err := ingest.OpenPart(strings.NewReader(raw), int64(len(raw)), locator)
		if err == nil {
			t.Errorf("locator %q is accepted", locator)
			r.Close()
		}
	}
}
