package main

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// formFields returns the fields of a document in reading order.
func formFields(d document) []field {
	var out []field
	for _, b := range d.blocks {
		switch b := b.(type) {
		case paragraph:
			out = append(out, b.fields...)
		case longField:
			out = append(out, b.field)
		case table:
			for _, row := range b.rows {
				for _, c := range row {
					for _, par := range c {
						out = append(out, par.fields...)
					}
				}
			}
		}
	}
	return out
}

// pdfObjectsOf reads the objects of a file by its table of offsets.
func pdfObjectsOf(t *testing.T, data []byte) map[int]string {
	t.Helper()
	tail := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(data)
	if tail == nil {
		t.Fatal("the file does not end with startxref")
	}
	start, err := strconv.Atoi(string(tail[1]))
	if err != nil || start >= len(data) || !bytes.HasPrefix(data[start:], []byte("xref\n")) {
		t.Fatalf("startxref %s does not lead to the table", tail[1])
	}
	objects := map[int]string{}
	for i, line := range strings.Split(string(data[start:]), "\n")[3:] {
		if !strings.HasSuffix(line, " 00000 n ") {
			break
		}
		offset, err := strconv.Atoi(line[:10])
		if err != nil {
			t.Fatal(err)
		}
		head := strconv.Itoa(i+1) + " 0 obj\n"
		if !bytes.HasPrefix(data[offset:], []byte(head)) {
			t.Fatalf("object %d is not where the table says", i+1)
		}
		body, _, ok := strings.Cut(string(data[offset+len(head):]), "\nendobj\n")
		if !ok || body == "" {
			t.Fatalf("object %d is empty or has no end", i+1)
		}
		objects[i+1] = body
	}
	return objects
}

// plainPDF is the file with its page contents inflated and without what
// follows from their compression, which may change with the compiler.
func plainPDF(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	objects := pdfObjectsOf(t, data)
	for n := 1; n <= len(objects); n++ {
		head, rest, isStream := strings.Cut(objects[n], "\nstream\n")
		if isStream && strings.Contains(head, "/FlateDecode") {
			r, err := zlib.NewReader(strings.NewReader(strings.TrimSuffix(rest, "\nendstream")))
			if err != nil {
				t.Fatalf("object %d: %v", n, err)
			}
			plain, err := io.ReadAll(r)
			if err = errors.Join(err, r.Close()); err != nil {
				t.Fatalf("object %d: %v", n, err)
			}
			out.Write(plain)
			continue
		}
		out.WriteString(objects[n] + "\n")
	}
	return out.Bytes()
}

// textOf decodes a text string of a file made by this program.
func textOf(t *testing.T, s string) string {
	t.Helper()
	if !strings.HasPrefix(s, "<FEFF") {
		return regexp.MustCompile(`\\(.)`).ReplaceAllString(strings.Trim(s, "()"), "$1")
	}
	var units []uint16
	for i := 5; i+4 < len(s); i += 4 {
		u, err := strconv.ParseUint(s[i:i+4], 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, uint16(u))
	}
	return string(utf16.Decode(units))
}

func TestPDFFormAsksWhatTheWordFormAsks(t *testing.T) {
	name := regexp.MustCompile(`/T(\([^)]*\))/TU(\((?:\\.|[^)])*\)|<[0-9A-F]+>)`)
	for _, e := range mustEditions(t) {
		data, err := pdfForm(dossier(e, true), e.opens)
		if err != nil {
			t.Fatal(err)
		}
		var got, tips []string
		required := 0
		for _, body := range pdfObjectsOf(t, data) {
			m := name.FindStringSubmatch(body)
			if m == nil {
				continue
			}
			got = append(got, textOf(t, m[1]))
			tip := textOf(t, m[2])
			tips = append(tips, tip)
			if strings.HasSuffix(tip, "(obligatoire)") {
				required++
				flags := regexp.MustCompile(`/Ff (\d+)`).FindStringSubmatch(body)
				if n, err := strconv.Atoi(flags[1]); err != nil || n&flagRequired == 0 {
					t.Errorf("%s says it is required, its flags do not", m[1])
				}
			}
			if strings.Contains(body, "/FT/Tx") && !strings.Contains(body, "/DA(/Helv ") {
				t.Errorf("%s has no font for its answer", m[1])
			}
		}
		var want []string
		for _, f := range formFields(dossier(e, false)) {
			want = append(want, f.tag)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: fields of the PDF %q, of the Word file %q", e.folder, got, want)
		}
		if required != 12 {
			t.Errorf("%s: %d required fields, want 12", e.folder, required)
		}
		typo := newTypographer()
		for _, tip := range []string{
			"Organisation candidate : nom de l'organisation – Nom exact, tel que dans les statuts (obligatoire)",
			"Étape 1 : début – jj/mm/aaaa", "Partenaire 1 : SIRET – 14 chiffres", "2A – Corse-du-Sud",
		} {
			if !slices.Contains(tips, typo.set(tip)) {
				t.Errorf("%s: no field is explained by %q", e.folder, tip)
			}
		}
		if !bytes.Contains(data, []byte("/BaseFont/Helvetica/Encoding/WinAnsiEncoding")) {
			t.Errorf("%s: the font of the answers has no accents", e.folder)
		}
	}
}

func TestPDFFormRefusesWhatItsFontLacks(t *testing.T) {
	e := mustEditions(t)[0]
	if _, err := pdfForm(document{title: "中", short: "x", blocks: []block{h1("x")}}, e.opens); err == nil {
		t.Error("a character that Helvetica lacks is left out in silence")
	}
}
