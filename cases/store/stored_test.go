package store

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// TestOpenFile: bytes end with an error unless they are those received, whatever is
// wrong with them.
func TestOpenFile(t *testing.T) {
	d := newDesk(t)
	sum, _, err := d.Archive.Put(strings.NewReader("the whole mail"))
	d.must(err)
	f := cases.StoredFile{RawSHA256: sum, FileContent: cases.FileContent{Mail: 1, Part: "2", SHA256: digest("part")}}
	gives := func(bytes string) OpenPart {
		return func(io.ReaderAt, int64, string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(bytes)), nil
		}
	}
	for bytes, want := range map[string]error{"part": nil, "other": ErrAltered, "": ErrAltered, "part of it": ErrAltered} {
		r, err := d.OpenFile(f, gives(bytes))
		d.must(err)
		got, err := io.ReadAll(r)
		if !errors.Is(err, want) || want == nil && string(got) != bytes {
			t.Errorf("%q: %q, %v", bytes, got, err)
		}
		d.must(r.Close())
	}
	if _, err := d.OpenFile(f, func(io.ReaderAt, int64, string) (io.ReadCloser, error) { return nil, errors.New("nowhere") }); !errors.Is(err, ErrAltered) {
		t.Errorf("a part that is not found: %v", err)
	}
	r, err := d.OpenMail(cases.StoredMail{RawSHA256: sum})
	d.must(err)
	if got, err := io.ReadAll(r); err != nil || string(got) != "the whole mail" {
		t.Errorf("%q, %v", got, err)
	}
	d.must(r.Close())
	f.RawSHA256 = digest("nothing")
	if _, err := d.OpenFile(f, gives("part")); !errors.Is(err, ErrNotFound) {
		t.Errorf("a mail that is not there: %v", err)
	}
	if _, err := d.StoredMail(t.Context(), 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such mail: %v", err)
	}
}

// TestEachCase: the same cases as Cases, in the same order, however many.
func TestEachCase(t *testing.T) {
	d := newDesk(t)
	for i := range eachBatch + 5 {
		d.file(d.mail(fmt.Sprintf("c%d@x.example", i), "2018-10-01 09:00:00"))
	}
	list, err := d.Cases(t.Context(), nil)
	d.must(err)
	var want, got []string
	for _, c := range list {
		want = append(want, c.Ref)
	}
	d.must(d.EachCase(t.Context(), nil, func(c cases.Summary) error { got = append(got, c.Ref); return nil }))
	if len(want) < eachBatch || !slices.Equal(got, want) {
		t.Errorf("%d cases, want %d", len(got), len(want))
	}
	stop := errors.New("stop")
	if err := d.EachCase(t.Context(), nil, func(cases.Summary) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}
