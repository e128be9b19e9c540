package content

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
)

func showWith(t testing.TB, r interface {
	Show(io.ReaderAt, int64, string, string, int) (Shown, error)
}, b []byte, name string, page int) Shown {
	t.Helper()
	s, err := r.Show(bytes.NewReader(b), int64(len(b)), name, "", page)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestShowPage: a page of a PDF is drawn at 100 dots an inch, with something on
// it; a page that is not there is not, and a hostile file is shown as unread.
func TestShowPage(t *testing.T) {
	r := pdfReaderOf(t)
	data := fileOf(t, packFolder+"reglement.pdf")
	s := showWith(t, r, data, "reglement.pdf", 1)
	if s.Type != typePDF || s.Pages < 2 || s.Unreadable != "" || s.Unread {
		t.Fatalf("%+v", s)
	}
	picture, err := jpeg.Decode(bytes.NewReader(s.Picture))
	if err != nil {
		t.Fatal(err)
	}
	if b := picture.Bounds(); b.Dx() < 820 || b.Dx() > 835 || b.Dy() < 1160 || b.Dy() > 1180 {
		t.Errorf("an A4 page is %v", b)
	}
	if marks := marksOf(picture); marks < 5_000 {
		t.Errorf("the page looks blank: %d dark pixels", marks)
	}
	if second := showWith(t, r, data, "reglement.pdf", 2); bytes.Equal(second.Picture, s.Picture) || len(second.Picture) == 0 {
		t.Error("the second page is the first")
	}
	for _, page := range []int{0, -1, s.Pages + 1, 1 << 30} {
		if got := showWith(t, r, data, "reglement.pdf", page); len(got.Picture) > 0 || got.Pages != s.Pages {
			t.Errorf("page %d: %d bytes", page, len(got.Picture))
		}
	}
	if got := showWith(t, r, data[:len(data)/3], "reglement.pdf", 1); len(got.Picture) == 0 && got.Unreadable == "" && !got.Unread {
		t.Errorf("a PDF that is cut off: %+v", got)
	}
	if got := showWith(t, new(Reader), data, "reglement.pdf", 1); !got.Unread {
		t.Error("without an engine a PDF is shown")
	}
}

func marksOf(picture image.Image) (n int) {
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if red, green, blue, _ := picture.At(x, y).RGBA(); red+green+blue < 3*0x6000 {
				n++
			}
		}
	}
	return n
}

// TestShowChild: a child shows what a Reader shows, and dies of a page as of a look.
func TestShowChild(t *testing.T) {
	pdf := fileOf(t, packFolder+"reglement.pdf")
	c := childOf(t, "", false)
	if got, want := showWith(t, c, pdf, "a.pdf", 1), showWith(t, pdfReaderOf(t), pdf, "a.pdf", 1); !reflect.DeepEqual(got, want) {
		t.Errorf("%d bytes of picture, want %d", len(got.Picture), len(want.Picture))
	}
	if got := showWith(t, c, []byte("Bonjour"), "a.txt", 1); got.Text != "Bonjour" {
		t.Errorf("%+v", got)
	}
	if got := showWith(t, childOf(t, "crash", true), pdf, "a.pdf", 1); !got.Unread || len(got.Picture) > 0 {
		t.Errorf("a file that kills children: %+v", got)
	}
}

// TestShowTables: workbooks and separated values are shown cell by cell.
func TestShowTables(t *testing.T) {
	r := new(Reader)
	budget := [][]string{{"Poste", "Montant", "Date"}, {"Achats; divers", "1234.5", "30/11/2018"}, {"Salaires", "42", ""}}
	for _, tc := range []struct {
		name string
		data []byte
		want [][]string
	}{
		{"budget.xls", fileOf(t, "testdata/libreoffice/cells.xls"), budget},
		{"budget.ods", fileOf(t, "testdata/libreoffice/cells.ods"), budget},
		{"budget.xlsx", fileOf(t, "testdata/libreoffice/cells.xlsx"), budget},
		{"budget.csv", []byte("\xef\xbb\xbfPoste;Montant\r\n\"Achats; \"\"divers\"\"\";1,5\r\n;\r\n"), [][]string{{"Poste", "Montant"}, {`Achats; "divers"`, "1,5"}}},
		{"ansi.csv", []byte("Libell\xe9,A,B\nt\xeate,2,3\n"), [][]string{{"Libellé", "A", "B"}, {"tête", "2", "3"}}},
	} {
		s := showWith(t, r, tc.data, tc.name, 1)
		if len(s.Sheets) != 1 || !reflect.DeepEqual(s.Sheets[0].Rows, tc.want) || s.Sheets[0].Cut {
			t.Errorf("%s: %+v", tc.name, s)
		}
	}
	long := showWith(t, r, []byte(strings.Repeat("a;b\n", showRows+1)+strings.Repeat("c;", showColumns+5)), "long.csv", 1)
	if len(long.Sheets) != 1 || len(long.Sheets[0].Rows) != showRows || !long.Sheets[0].Cut {
		t.Errorf("what is left out is not told: %v", len(long.Sheets))
	}
	if s := showWith(t, r, fileOf(t, packFolder+"budget-previsionnel.xlsx"), "b.xlsx", 1); len(s.Sheets) < 2 || s.Sheets[0].Name == "" || len(s.Sheets[0].Rows) == 0 {
		t.Errorf("%d sheets", len(s.Sheets))
	}
	if f := lookWith(t, r, fileOf(t, packFolder+"budget-previsionnel.xlsx"), "b.xlsx"); f.shown != nil {
		t.Error("cells are kept although nobody asked")
	}
}

// FuzzShowXLS: no workbook crashes what shows its cells.
func FuzzShowXLS(f *testing.F) {
	b, err := os.ReadFile("testdata/libreoffice/cells.xls")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) { showWith(t, new(Reader), b, "a.xls", 1) })
}
