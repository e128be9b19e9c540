package desk

import (
	"strings"

	"greffier/cases"
	"greffier/cases/french"
)

// dangerWord says what could do harm in a file.
func dangerWord(code string) string {
	words := map[string]string{"executable": "c’est un programme", "script": "c’est un script, que l’ordinateur exécute", "shortcut": "c’est un raccourci, qui peut lancer une commande",
		"disk_image": "c’est une image de disque, qui cache ses fichiers aux antivirus", "double_extension": "son nom porte deux extensions pour cacher la vraie",
		"bidi_name": "son nom contient des signes invisibles qui en changent l’apparence", "path": "son nom veut sortir de son dossier", "macros": "il contient des macros",
		"html": "c’est une page web", "svg_script": "c’est une image qui contient un script", "active_pdf": "c’est un PDF qui contient un script, lance un programme ou envoie des données",
		"embedded_files": "c’est un PDF qui transporte d’autres fichiers", "polyglot": "il est de deux types à la fois, ce qu’aucun logiciel ordinaire n’écrit"}
	if w, ok := words[code]; ok {
		return w
	}
	return "il contient quelque chose d’inhabituel"
}

// handlingWords says why a file is not to be had, or only after a warning.
func handlingWords(f cases.StoredFile, h cases.Handling) string {
	switch h {
	case cases.HandleNever:
		found := ""
		if f.ScanDetail != "" {
			found = " (" + f.ScanDetail + ")"
		}
		return "L’antivirus a trouvé un virus" + found + " dans ce fichier, dans l’archive qui le contient ou dans ce qu’elle contient. Il est conservé comme preuve de ce qui a été reçu" + french.NBSP + "; il n’est ni montré ni remis à personne."
	case cases.HandleLater:
		return "En attente de l’antivirus" + french.NBSP + ": ce fichier sera montré et pourra être téléchargé quand il aura été analysé. Si cela dure, l’exploitant le fait analyser par la commande greffier rescan."
	case cases.HandleMissing:
		return "Le contenu de ce fichier n’a pas pu être extrait du message" + french.NBSP + ": il est chiffré, abîmé ou démesuré. Le message brut le contient tel qu’il est arrivé."
	case cases.HandleWarned:
		if len(f.Dangers()) > 0 {
			return "Ce fichier peut être dangereux."
		}
		if f.Detected == "" {
			return "Personne n’a regardé ce que ce fichier contient" + french.NBSP + ": greffier n’examine que les fichiers déposés."
		}
		return "L’antivirus n’a pas pu juger ce fichier."
	}
	return ""
}

// typeWord names a media type; "" for one without a French name.
func typeWord(media string) string {
	words := map[string]string{"application/pdf": "document PDF", "application/zip": "archive ZIP", "text/plain": "texte", "text/csv": "tableau (CSV)", "text/html": "page web",
		"image/jpeg": "image JPEG", "image/png": "image PNG", "image/gif": "image GIF", "image/webp": "image WebP", "image/tiff": "image TIFF", "image/heic": "image HEIC", "image/svg+xml": "image SVG",
		"application/msword": "document Word 97", "application/vnd.ms-excel": "classeur Excel 97", "application/vnd.ms-powerpoint": "présentation PowerPoint 97", "text/rtf": "document RTF", "application/rtf": "document RTF",
		"message/rfc822": "message électronique", "application/octet-stream": "type inconnu"}
	if w, ok := words[media]; ok {
		return w
	}
	for _, office := range []struct{ mark, word string }{{"wordprocessingml", "document Word"}, {"ms-word", "document Word"}, {"spreadsheetml", "classeur Excel"}, {"ms-excel", "classeur Excel"}, {"presentationml", "présentation PowerPoint"},
		{"opendocument.text", "document LibreOffice"}, {"opendocument.spreadsheet", "classeur LibreOffice"}, {"opendocument.presentation", "présentation LibreOffice"}} {
		if strings.Contains(media, office.mark) {
			return office.word
		}
	}
	return ""
}

// PieceLabel names a piece of the call.
func (p filePage) PieceLabel(id string) string {
	if p.Call != nil {
		if piece := p.Call.Piece(id); piece != nil {
			return piece.Label
		}
	}
	return id
}

// Downloadable reports whether the file can be had, be it after a warning.
func (p filePage) Downloadable() bool {
	return p.Handling == cases.HandleFreely || p.Handling == cases.HandleWarned
}

// heldBack reports whether a file is not handed out, or not yet, as far as itself tells.
func heldBack(f cases.FileContent) bool {
	return f.Scan == cases.ScanInfected || f.Scan == cases.ScanPending || f.SHA256 == ""
}
