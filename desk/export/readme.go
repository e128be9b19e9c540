package export

import (
	"fmt"
	"io"
	"strings"

	"greffier/cases"
	"greffier/cases/french"
)

// texts writes what stands in a dossier beside the files; the digests last, of all
// the others.
func (w *dossier) texts(sheet cases.Sheet) error {
	if err := w.put(sheetName, w.Now, func(out io.Writer) error { return w.Sheet(out, sheet) }); err != nil {
		return err
	}
	if err := w.readme("Dossier " + w.root); err != nil {
		return err
	}
	return w.out.File(w.root+"/"+digestsName, w.Now, func(out io.Writer) error {
		for _, d := range w.digests {
			if _, err := fmt.Fprintf(out, "%s  %s\n", d.sum, d.path); err != nil {
				return err
			}
		}
		return nil
	})
}

// readme writes what is to be read first, with the line ends of Windows.
func (w *dossier) readme(title string) error {
	var b strings.Builder
	line := func(words ...string) { b.WriteString(strings.Join(words, "") + "\r\n") }
	line(title)
	line("Copie faite le ", w.Words.Date(w.Now))
	line()
	line("Les fichiers portent les noms que le candidat leur a donnés, sans les signes qu’un système refuse.")
	line("Leurs octets sont ceux qui ont été reçus. Les textes, les tableaux et les documents viennent")
	line("d’inconnus", french.NBSP, ": n’activez ni macro ni lien sans nécessité.")
	if len(w.digests) > 0 && w.digests[len(w.digests)-1].path == sheetName {
		line()
		line("fiche.html", french.NBSP, ": la fiche du dossier, à ouvrir dans un navigateur ou à imprimer.")
		line("SHA256SUMS", french.NBSP, ": les empreintes", french.NBSP, "; pour les vérifier, dans ce dossier", french.NBSP, ": sha256sum -c SHA256SUMS")
	}
	tell := func(head string, list []remark) {
		if len(list) == 0 {
			return
		}
		line()
		line(head)
		for _, r := range list {
			line("- «", french.NBSP, oneLine(r.file.Filename), french.NBSP, "» (message ", fmt.Sprint(r.file.Mail), w.received(r.file), ")", french.NBSP, ": ", r.why)
		}
	}
	tell("FICHIERS QUI NE SONT PAS DANS CETTE COPIE", w.left)
	tell("FICHIERS À OUVRIR AVEC PRUDENCE", w.careful)
	return w.put(readmeName, w.Now, func(out io.Writer) error {
		_, err := io.WriteString(out, b.String())
		return err
	})
}

func (w *dossier) received(f cases.StoredFile) string {
	if f.ReceivedAt == nil {
		return ""
	}
	return " reçu le " + w.Words.Date(*f.ReceivedAt)
}

// oneLine shows a name as it came, as far as a line of text can.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '·'
		}
		return r
	}, name)
}

func (w *dossier) whyLeft(f cases.StoredFile, h cases.Handling) string {
	switch h {
	case cases.HandleNever:
		return "l’antivirus y a trouvé un virus" + detail(f.ScanDetail) + ". Il n’est remis à personne."
	case cases.HandleLater:
		return "en attente de l’antivirus. Il pourra être copié quand il aura été analysé."
	case cases.HandleMissing:
		return "son contenu n’a pas pu être lu dans le message."
	}
	return w.whyCareful(f) + " Il se télécharge à part, depuis sa page."
}

func (w *dossier) whyCareful(f cases.StoredFile) string {
	var list []string
	for _, code := range f.Dangers() {
		list = append(list, w.Words.Danger(code))
	}
	switch {
	case f.Detected == "":
		list = append(list, "personne n’a regardé ce qu’il contient")
	case f.Scan == cases.ScanUnavailable:
		list = append(list, "l’antivirus n’a pas pu le juger")
	}
	return "il peut être dangereux" + french.NBSP + ": " + strings.Join(list, ", ") + "."
}

func detail(found string) string {
	if found == "" {
		return ""
	}
	return " (" + oneLine(found) + ")"
}
