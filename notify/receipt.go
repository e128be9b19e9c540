package notify

import (
	"fmt"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/notify/pdf"
)

// Attachment is a file that is made for a letter.
type Attachment struct {
	Name      string
	MediaType string
	Content   []byte
}

// receiptNames gives the names of the receipts that go with a letter, the text
// first, or nothing: a receipt goes to who sent files into its own case.
func receiptNames(kind cases.LetterKind, d *Data) []string {
	switch kind {
	case cases.LetterAck, cases.LetterLate, cases.LetterReceived:
		if len(d.Files) == 0 {
			return nil
		}
		name := "recepisse"
		if d.Ref != "" {
			name += "-" + strings.ReplaceAll(flatten(string(d.Ref)), "/", "_")
		}
		return []string{name + ".txt", name + ".pdf"}
	}
	return nil
}

// receipts makes the receipts of a letter, from its facts alone: whenever they
// are made, they are the same bytes.
func receipts(d *Data) ([]Attachment, error) {
	if len(d.ReceiptFiles) == 0 {
		return nil, nil
	}
	document, err := receiptPDF(d).Bytes()
	if err != nil {
		return nil, fmt.Errorf("make the receipt: %w", err)
	}
	return []Attachment{
		{d.ReceiptFiles[0], "text/plain; charset=utf-8", []byte(receiptText(d))},
		{d.ReceiptFiles[1], "application/pdf", document},
	}, nil
}

// A receiptLine is a line of the head of a receipt.
type receiptLine struct{ name, value string }

// head tells what the files came with.
func (d *Data) head() []receiptLine {
	clock := "aucun de nos serveurs n’a horodaté le message, cet instant est celui qu’il annonce"
	if d.Clock != "" {
		clock = d.Clock
	}
	lines := []receiptLine{{"Référence du dossier", string(d.Ref)}}
	if d.Call != nil {
		lines = append(lines, receiptLine{"Appel", string(d.Call.Name)})
	}
	lines = append(lines, receiptLine{"Objet du message", string(d.Subject)},
		receiptLine{"Reçu le", french.Instant(d.ReceivedAt)}, receiptLine{"Instant", d.ReceivedAt.Format(time.RFC3339)}, receiptLine{"Horloge", clock})
	if d.Call != nil {
		lines = append(lines, receiptLine{"Date limite", french.Instant(d.Call.Deadline)})
	}
	if d.Complement != nil {
		lines = append(lines, receiptLine{"Échéance du complément", french.Instant(d.Complement.Due)})
	}
	lines = append(lines, receiptLine{"Service", string(d.Service.Name)})
	for _, l := range d.Service.AddressLines {
		lines = append(lines, receiptLine{"Adresse", string(l)})
	}
	lines = append(lines, receiptLine{"Courriel", string(d.Service.Email)}, receiptLine{"Téléphone", string(d.Service.Phone)})
	var out []receiptLine
	for _, l := range lines {
		if l.value != "" {
			out = append(out, receiptLine{l.name, flatten(l.value)})
		}
	}
	return out
}

// receiptText is what `sha256sum -c` takes beside the candidate's own files:
// a line a file, and as comments what it passes over. Of files of one name only
// the newest can be checked; the members of an archive stand in it.
func receiptText(d *Data) string {
	var b strings.Builder
	comment := func(words ...string) {
		b.WriteString(strings.TrimRight("# "+strings.Join(words, ""), " ") + "\n")
	}
	comment(cases.ReceiptTitle)
	comment()
	for _, l := range d.head() {
		comment(l.name, french.NBSP, ": ", l.value)
	}
	comment()
	comment("Chaque ligne donne l’empreinte SHA-256 d’un fichier reçu, puis son nom.")
	comment("Pour vérifier vos fichiers, placez ce récépissé dans leur dossier et lancez", french.NBSP, ":")
	comment("  sha256sum -c ", d.ReceiptFiles[0])
	newest := make(map[string]int)
	for i, f := range d.Files {
		if f.In == "" {
			newest[onDisk(f.whole)] = i
		}
	}
	var at time.Time
	for i, f := range d.Files {
		if i == 0 || !f.ReceivedAt.Equal(at) {
			b.WriteByte('\n')
			if at = f.ReceivedAt; !at.IsZero() {
				comment("Reçu le ", french.Instant(at))
			} else if i > 0 {
				comment("Reçu le ", french.Instant(d.ReceivedAt))
			}
		}
		switch {
		case f.SHA256 == "":
			comment("sans empreinte", french.NBSP, ": ", flatten(f.whole))
		case f.In != "":
			comment("  ", checkLine(f), " (dans «", french.NBSP, flatten(string(f.In)), french.NBSP, "»)")
		case onDisk(f.whole) == "" || strings.ContainsRune(f.whole, 0):
			comment(f.SHA256, "  (sans nom)")
		case newest[onDisk(f.whole)] != i && d.Files[newest[onDisk(f.whole)]].SHA256 == f.SHA256:
			// Told below.
		case newest[onDisk(f.whole)] != i:
			comment("autre fichier du même nom", french.NBSP, ": ", checkLine(f))
		default:
			b.WriteString(checkLine(f) + "\n")
		}
	}
	if d.FilesMore > 0 {
		b.WriteByte('\n')
		comment("Et ", french.Plural(d.FilesMore, "autre fichier conservé", "autres fichiers conservés"), ".")
	}
	return b.String()
}

// onDisk gives the name that a file has in its sender's folder: some programs send
// the path to it too.
func onDisk(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	if drive := len(name) > 2 && name[1:3] == `:\`; drive || strings.HasPrefix(name, `\\`) {
		name = name[strings.LastIndexByte(name, '\\')+1:]
	}
	return name
}

// checkLine writes a file as sha256sum does: a name that holds a backslash or a
// line end has these escaped, and a backslash before the line says so. The name
// "-" would mean the standard input.
func checkLine(f FileData) string {
	name := onDisk(f.whole)
	if name == "-" {
		name = "./-"
	}
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name)
	if escaped != name {
		return `\` + f.SHA256 + "  " + escaped
	}
	return f.SHA256 + "  " + name
}

// receiptPDF tells the same to be read.
func receiptPDF(d *Data) pdf.Document {
	doc := pdf.Document{Title: cases.ReceiptTitle, Author: flatten(string(d.Service.Name)), Lang: "fr-FR", Made: d.ReceivedAt, Foot: cases.ReceiptTitle, Page: "Page" + french.NBSP + "%d sur %d"}
	if d.Ref != "" {
		doc.Title += " " + flatten(string(d.Ref))
		doc.Foot = doc.Title
	}
	for _, l := range d.head() {
		doc.Blocks = append(doc.Blocks, pdf.Block{Paragraph: l.name + french.NBSP + ": " + l.value})
	}
	table := &pdf.Table{Summary: "Les fichiers reçus, leur taille et leur empreinte", Widths: []float64{45, 14, 41},
		Head: []string{"Fichier", "Taille", "Empreinte SHA-256"}}
	for _, f := range d.Files {
		name := flatten(string(f.Name))
		if name == "" {
			name = "(sans nom)"
		}
		if f.In != "" {
			name += " (dans «" + french.NBSP + flatten(string(f.In)) + french.NBSP + "»)"
		}
		if !f.ReceivedAt.IsZero() {
			name += ", reçu le " + french.Instant(f.ReceivedAt)
		}
		table.Rows = append(table.Rows, []string{name, french.Size(f.Size), f.SHA256})
	}
	doc.Blocks = append(doc.Blocks, pdf.Block{Heading: agree(len(d.Files), "Fichier reçu", "Fichiers reçus")}, pdf.Block{Table: table})
	if d.FilesMore > 0 {
		doc.Blocks = append(doc.Blocks, pdf.Block{Paragraph: "Et " + french.Plural(d.FilesMore, "autre fichier conservé", "autres fichiers conservés") + "."})
	}
	doc.Blocks = append(doc.Blocks, pdf.Block{Paragraph: "L’empreinte SHA-256 identifie le contenu d’un fichier, quel que soit son nom" + french.NBSP + ": deux fichiers de même empreinte sont identiques. Le fichier " +
		d.ReceiptFiles[0] + " permet de vérifier les vôtres par un programme (sha256sum -c)."})
	return doc
}
