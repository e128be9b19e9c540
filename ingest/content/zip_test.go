package content

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestZIPMembers: behaviour 20.
func TestZIPMembers(t *testing.T) {
	rib := pdfOf("")
	inner := zipOf(t, entry{name: "Kbis.pdf", data: rib}, entry{name: "Thumbs.db", data: []byte("x")})
	large := bytes.Repeat([]byte("0123456789abcdef"), spoolMemory/8) // passes into a temporary file
	b := zipOf(t,
		entry{name: "pièces/"},
		entry{name: "pièces/RIB.pdf", data: rib},
		entry{name: "__MACOSX/pièces/._RIB.pdf", data: []byte("x")},
		entry{name: ".DS_Store", data: []byte("x")},
		entry{name: "Statuts.zip", data: inner},
		entry{name: "stored.zip", data: inner, stored: true},
		entry{name: "grand.txt", data: large},
		entry{name: "vide.pdf"},
		entry{name: "../../etc/passwd", data: []byte("root")},
		entry{name: "facture.pdf.exe", data: []byte("x")},
	)
	f := mustLook(t, b, "DOSSIER COMPLET.zip", "application/zip")
	if f.Type != typeZIP || f.Unreadable != "" {
		t.Errorf("type %q, unreadable %q", f.Type, f.Unreadable)
	}
	want := []struct {
		path       string
		index      []int
		data       []byte
		mediaType  string
		unreadable string
		dangerous  string
	}{
		{"pièces/RIB.pdf", []int{1}, rib, typePDF, "", ""},
		{"Statuts.zip", []int{4}, inner, typeZIP, "", ""},
		{"Statuts.zip/Kbis.pdf", []int{4, 0}, rib, typePDF, "", ""},
		{"stored.zip", []int{5}, inner, typeZIP, "", ""},
		{"stored.zip/Kbis.pdf", []int{5, 0}, rib, typePDF, "", ""},
		{"grand.txt", []int{6}, large, typeText, "", ""},
		{"vide.pdf", []int{7}, nil, typeUnknown, "empty", ""},
		{"../../etc/passwd", []int{8}, []byte("root"), typeText, "", "path"},
		{"facture.pdf.exe", []int{9}, []byte("x"), typeText, "program", "executable double_extension"},
	}
	if len(f.Members) != len(want) {
		t.Fatalf("%d members, want %d: %+v", len(f.Members), len(want), f.Members)
	}
	for i, w := range want {
		m := f.Members[i]
		sum := sha256.Sum256(w.data)
		if m.Path != w.path || !slices.Equal(m.Index, w.index) || m.Size != int64(len(w.data)) || m.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("member %d: %s %v %d %s, want %s %v %d %x", i, m.Path, m.Index, m.Size, m.SHA256, w.path, w.index, len(w.data), sum)
		}
		if m.Type != w.mediaType || m.Unreadable != w.unreadable || strings.Join(m.Dangerous, " ") != w.dangerous || m.Members != nil {
			t.Errorf("%s: %+v", m.Path, m.File)
		}
		r, err := OpenMember(bytes.NewReader(b), int64(len(b)), m.Index)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if closeErr := r.Close(); err != nil || closeErr != nil || !bytes.Equal(got, w.data) {
			t.Errorf("%s opened: %d bytes, %v, %v", m.Path, len(got), err, closeErr)
		}
	}
}

// TestZIPUnreadable: behaviour 20.
func TestZIPUnreadable(t *testing.T) {
	plain := zipOf(t, entry{name: "a.txt", data: []byte("Bonjour, bonjour, bonjour")}, entry{name: "b.txt", data: []byte("x")})
	damaged := zipOf(t, entry{name: "a.txt", data: []byte("Bonjour"), stored: true}, entry{name: "b.txt", data: []byte("x")})
	damaged[bytes.Index(damaged, []byte("Bonjour"))] = 'b'
	zeros := zipOf(t, entry{name: "zero.bin", data: make([]byte, minDecoded+1)})
	nest := zipOf(t, entry{name: "a.txt", data: []byte("x")})
	for i := range 4 {
		nest = zipOf(t, entry{name: fmt.Sprintf("%d.zip", i), data: nest})
	}
	many := make([]entry, maxMembers+1)
	for i := range many {
		many[i] = entry{name: fmt.Sprint(i), stored: true}
	}
	for _, tt := range []struct {
		rule    string
		data    []byte
		want    string
		members string // unreadable of each, joined
	}{
		{"whole", plain, "", ","},
		{"encrypted members", setFlag(plain, 1), "encrypted", "encrypted,encrypted"},
		{"no directory", plain[:len(plain)-60], "truncated", ""},
		{"cut in the middle", plain[:40], "truncated", ""},
		{"one damaged member", damaged, "", "truncated,"},
		{"a ratio without end", zeros, "bomb", "bomb"},
		{"the same inside", zipOf(t, entry{name: "in.zip", data: zeros}), "", "bomb,bomb"},
		{"nested too deep", nest, "", ",,bomb"},
		{"too many members", zipOf(t, many...), "bomb", ""},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			f := mustLook(t, tt.data, "a.zip", "")
			var members []string
			for _, m := range f.Members {
				members = append(members, m.Unreadable)
				if (m.SHA256 == "") != (m.Unreadable != "" && m.Type == typeUnknown) {
					t.Errorf("%s: SHA-256 %q, type %q, unreadable %q", m.Path, m.SHA256, m.Type, m.Unreadable)
				}
			}
			if f.Unreadable != tt.want || strings.Join(members, ",") != tt.members {
				t.Errorf("unreadable %q, members %q; want %q, %q; %q", f.Unreadable, members, tt.want, tt.members, f.Warnings)
			}
		})
	}
	if f := mustLook(t, zipOf(t, many[:maxListed+1]...), "a.zip", ""); len(f.Members) != maxListed || !warned(f, "Only the first") {
		t.Errorf("%d members listed, warnings %q", len(f.Members), f.Warnings)
	}
	if f := mustLook(t, zipOf(t), "a.zip", ""); !f.Blank {
		t.Error("an archive without members is not blank")
	}
}

func TestZIPNames(t *testing.T) {
	for _, tt := range []struct{ rule, raw, want string }{
		{"UTF-8", "Délibération.pdf", "Délibération.pdf"},
		{"UTF-8 in parts, as macOS writes it", "De\u0301le\u0301gation.pdf", "De\u0301le\u0301gation.pdf"},
		{"DOS, Western Europe", "D\x82lib\x82ration \xb7 signer.pdf", "Délibération À signer.pdf"},
		{"windows-1252", "D\xe9lib\xe9ration.pdf", "Délibération.pdf"},
		{"backslashes", `dossier\RIB.pdf`, "dossier/RIB.pdf"},
	} {
		b := zipOf(t, entry{name: tt.raw, data: []byte("x"), header: zip.FileHeader{NonUTF8: true}})
		if f := mustLook(t, b, "a.zip", ""); len(f.Members) != 1 || f.Members[0].Path != tt.want {
			t.Errorf("%s: %+v, want %q", tt.rule, f.Members, tt.want)
		}
	}
}

func TestOpenMemberErrors(t *testing.T) {
	b := zipOf(t, entry{name: "d/"}, entry{name: "a.txt", data: []byte("Bonjour"), stored: true})
	open := func(b []byte, index ...int) (string, error) {
		r, err := OpenMember(bytes.NewReader(b), int64(len(b)), index)
		if err != nil {
			return "", err
		}
		got, err := io.ReadAll(r)
		return string(got), errors.Join(err, r.Close())
	}
	for _, index := range [][]int{nil, {-1}, {2}, {0}, {1, 0}, {1, 0, 0, 0}} {
		if got, err := open(b, index...); !errors.Is(err, ErrNoMember) {
			t.Errorf("%v: %q, %v", index, got, err)
		}
	}
	if _, err := open(setFlag(b, 1), 1); !errors.Is(err, ErrNoMember) {
		t.Errorf("encrypted: %v", err)
	}
	damaged := bytes.Replace(b, []byte("Bonjour"), []byte("bonjour"), 1)
	if _, err := open(damaged, 1); !errors.Is(err, zip.ErrChecksum) {
		t.Errorf("damaged: %v", err)
	}
	if _, err := OpenMember(brokenReader{b[:20]}, int64(len(b)), []int{1}); !errors.Is(err, errDisk) {
		t.Errorf("unreadable: %v", err)
	}
}

// TestTemporaryFiles: whatever is looked into, no file stays behind.
func TestTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	noise := make([]byte, 3*spoolMemory)
	for i := range noise {
		noise[i] = byte(i * i >> 7)
	}
	b := zipOf(t, entry{name: "in.zip", data: zipOf(t, entry{name: "a.bin", data: noise, stored: true})})
	mustLook(t, b, "a.zip", "")
	r, err := OpenMember(bytes.NewReader(b), int64(len(b)), []int{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Look(bytes.NewReader(b), int64(len(b)), "a.zip", ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no place for temporary files: %v", err)
	}
}
