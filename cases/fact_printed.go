package cases

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// ReadPrinted gives what our application says where it was printed to a PDF to be
// signed, and has no fields any more: the answers that stand on the line of their
// question, and the ticked territories. An answer that fills its line may go on
// below, and is not taken. Texts that are not that of the application say nothing.
func ReadPrinted(text string) []Proposal {
	const title, wholeLine, linesAtMost = "dossier de candidature", 45, 3000
	if !strings.Contains(Fold(text[:min(len(text), titleZone)]), title) {
		return nil
	}
	var fields []Field
	told := make(map[string]bool)
	lines := 0
	for line := range strings.Lines(text) {
		if lines++; lines > linesAtMost {
			break
		}
		for _, m := range printedBox.FindAllStringSubmatch(line, -1) {
			fields = append(fields, Field{Name: "territoire_" + m[1], Value: "oui"})
		}
		label, answer := printedAnswer(strings.Join(strings.Fields(line), " "))
		if label == "" || told[label] && label != twice { // a letterhead has a telephone too
			continue
		}
		if strings.HasPrefix(answer, "[") || strings.HasPrefix(answer, "*") || utf8.RuneCountInString(answer) > wholeLine {
			answer = "" // a hint, or not the whole of it
		}
		told[label] = told[label] || answer != ""
		fields = append(fields, Field{Name: label, Value: answer})
	}
	proposals := ReadForm(fields)
	for i := range proposals {
		proposals[i].Source = FromText
	}
	return proposals
}

// printedBox is a ticked territory.
var printedBox = regexp.MustCompile(`[☒☑]\s*(\d[\dAB]\d?)\s*[–-]`)

// twice is a label that stands by two questions, the representative's name and the
// contact's.
const twice = "prenom et nom"

// printedAnswer parts a line of our application into the label, folded, and the
// answer; none where it begins with no label. The longest label counts: "Prénom et
// nom du signataire".
func printedAnswer(line string) (label, answer string) {
	folded := Fold(line) + " "
	begins := func(l string) {
		if len(l) > len(label) && strings.HasPrefix(folded, l+" ") {
			label = l
		}
	}
	begins(twice)
	for _, labels := range ourLabels {
		for _, l := range labels {
			begins(l)
		}
	}
	if label == "" {
		return "", ""
	}
	for i := range line {
		if line[i] == ' ' && Fold(line[:i]) == label {
			answer = line[i+1:]
		}
	}
	return label, answer
}
