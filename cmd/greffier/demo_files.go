package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"greffier/cases"
	"greffier/packs"
)

// storyFile is a file that somebody of the story sends. Its bytes follow from
// its name, its sender and what is wrong with it.
type storyFile struct {
	name    string
	fault   fileFault
	members []string // of a ZIP archive
}

// fileFault is what is wrong with a file.
type fileFault string

const (
	isLocked    fileFault = "locked"    // a password is needed
	isEmpty     fileFault = "empty"     // no byte
	isCut       fileFault = "cut"       // its end is missing
	isUntouched fileFault = "untouched" // the form of the pack, not filled in
	isBulky     fileFault = "bulky"     // larger than the mailbox takes
)

// files gives files by their names; the extension says what they are.
func files(names ...string) []storyFile {
	var out []storyFile
	for _, n := range names {
		out = append(out, storyFile{name: n})
	}
	return out
}

func faulty(fault fileFault, name string) storyFile { return storyFile{name: name, fault: fault} }

func zipped(name string, members ...string) []storyFile {
	return []storyFile{{name: name, members: members}}
}

// decomposed spells the accents of file names as macOS does (NFD).
func decomposed(list []storyFile) []storyFile {
	for i := range list {
		list[i].name = norm.NFD.String(list[i].name)
	}
	return list
}

func (f storyFile) mediaType() string {
	switch strings.ToLower(path.Ext(f.name)) {
	case ".pdf":
		return "application/pdf"
	case ".jpg":
		return "image/jpeg"
	case ".zip":
		return "application/zip"
	case ".docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/octet-stream"
}

// content makes the file of that sender.
func (f storyFile) content(sender string) ([]byte, error) {
	switch f.fault {
	case isLocked:
		return pdfOf(sender+" - "+f.name, true), nil
	case isEmpty:
		return nil, nil
	case isCut:
		whole := pdfOf(sender+" - "+f.name, false)
		return whole[:len(whole)/2], nil
	case isUntouched:
		return packedForm(f.name)
	case isBulky:
		return append(bytes.Repeat([]byte("%"), 1_000_000), pdfOf(sender, false)...), nil
	}
	switch strings.ToLower(path.Ext(f.name)) {
	case ".zip":
		return f.archive(sender)
	case ".docx":
		return filledForm("dossier-de-candidature.docx", "Hub numérique porté par "+sender)
	case ".xlsx":
		return filledForm("budget-previsionnel.xlsx", sender+" - "+f.name)
	case ".jpg":
		return scanOf(sender + " - " + f.name)
	}
	return pdfOf(sender+" - "+f.name, false), nil
}

func (f storyFile) archive(sender string) ([]byte, error) {
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, name := range f.members {
		content, err := storyFile{name: path.Base(name)}.content(sender)
		if err != nil {
			return nil, err
		}
		w, err := zw.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(content); err != nil {
			return nil, err
		}
	}
	err := zw.Close()
	return out.Bytes(), err
}

func packedForm(name string) ([]byte, error) {
	pack, err := packs.FS("hubs-2018")
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(pack, name)
}

// filledForm is a form of the pack in which its sender has answered a question:
// the title of the project in the dossier, the first one in the budget.
func filledForm(form, words string) ([]byte, error) {
	blank, err := packedForm(form)
	if err != nil {
		return nil, err
	}
	zr, err := zip.NewReader(bytes.NewReader(blank), int64(len(blank)))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, member := range zr.File {
		if member.Name != "word/document.xml" && !strings.HasPrefix(member.Name, "xl/worksheets/") {
			if err := zw.Copy(member); err != nil {
				return nil, err
			}
			continue
		}
		text, err := fs.ReadFile(zr, member.Name)
		if err != nil {
			return nil, err
		}
		w, err := zw.Create(member.Name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(fillIn(string(text), words))); err != nil {
			return nil, err
		}
	}
	err = zw.Close()
	return out.Bytes(), err
}

// fillIn writes words into the form's XML.
func fillIn(text, words string) string {
	words = html.EscapeString(words)
	before, question, isDossier := strings.Cut(text, `<w:tag w:val="projet_titre">`)
	if !isDossier {
		return strings.Replace(text, `<c r="B4" s="5"></c>`, `<c r="B4" s="5" t="inlineStr"><is><t>`+words+`</t></is></c>`, 1)
	}
	question = strings.Replace(question, `<w:showingPlcHdr></w:showingPlcHdr>`, "", 1)
	question = strings.Replace(question, `<w:rPr><w:rStyle w:val="PlaceholderText"></w:rStyle></w:rPr>`, "", 1)
	hint, rest, _ := strings.Cut(question, "</w:t>")
	return before + `<w:tag w:val="projet_titre">` + hint[:strings.LastIndexByte(hint, '>')+1] + words + "</w:t>" + rest
}

// scanOf is a picture that differs from text to text.
func scanOf(text string) ([]byte, error) {
	picture := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range picture.Pix {
		picture.Set(i%64, i/64, color.Gray{Y: text[i/64%len(text)] ^ byte(i)})
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, picture, nil)
	return out.Bytes(), err
}

// pdfOf is a PDF of one page with one line of text; with locked, one that asks
// for a password (ISO 32000-2 section 7.6).
func pdfOf(text string, locked bool) []byte {
	// The standard fonts have no room for all accents; file names are folded.
	stream := fmt.Sprintf("BT /F1 14 Tf 60 760 Td (%s) Tj ET", cases.Fold(text))
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(stream), stream),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}
	encrypt := ""
	if locked {
		objects = append(objects, fmt.Sprintf("<</Filter/Standard/V 2/R 3/Length 128/P -3904/O<%s>/U<%s>>>", strings.Repeat("5a", 32), strings.Repeat("a5", 32)))
		encrypt = fmt.Sprintf("/Encrypt %d 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]", len(objects))
	}
	var out, xref bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	fmt.Fprintf(&xref, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		fmt.Fprintf(&xref, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	out.Write(xref.Bytes())
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, encrypt, start)
	return out.Bytes()
}

// The dossiers of an association, a company and a public body, as they name
// the pieces.
func association() []storyFile {
	return files("Dossier de candidature signé.pdf", "Statuts signés 2017.pdf", "Récépissé préfecture.pdf", "BP_2019_2021_HUB.xlsx",
		"Bilan et compte de résultat 2017.pdf", "PJ4_RIB-2018.jpg", "Lettre_soutien_CD.pdf")
}

func company() []storyFile {
	return files("AAP HUBS - Réponse VDEF (2).docx", "Statuts SAS.pdf", "Extrait Kbis.pdf", "Plan de financement.xlsx",
		"Comptes annuels 2017.pdf", "RIB.pdf", "Lettres d'engagement des partenaires.pdf")
}

func publicBody() []storyFile {
	return files("Réponse à l'appel à projets.docx", "Convention constitutive.pdf", "Avis SIRENE.pdf", "Budget prévisionnel 2019-2021.xlsx",
		"Comptes annuels 2016-2017.pdf", "RIB trésorerie.jpg", "Lettres d'engagement.pdf", "Délibération du conseil.pdf")
}
