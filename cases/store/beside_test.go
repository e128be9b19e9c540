package store

import (
	"slices"
	"testing"

	"greffier/cases"
)

// TestBeside: the letter tells what came with a mail and is no deposit, where its
// sender may think that it is: documents of the pack as they were, pictures within
// the text, nothing where files are spoken of. Logos and cards are not spoken of.
func TestBeside(t *testing.T) {
	picture := func(size int64) cases.Part {
		return cases.Part{ID: "9", Filename: "image001.png", MediaType: "image/png", Size: size, SHA256: digest("image001.png"), Locator: "raw:image001.png", Inline: true, Furniture: true}
	}
	for name, tc := range map[string]struct {
		files               []string
		extra               []cases.Part
		text                string
		kind                cases.LetterKind
		ours                []string
		pictured, announced bool
	}{
		"our form, untouched":          {files: []string{"reglement"}, text: "Voici notre dossier, ci-joint.", kind: cases.LetterPack, ours: []string{"reglement"}},
		"our form beside a deposit":    {files: []string{"rib.pdf", "reglement"}, kind: cases.LetterAck, ours: []string{"reglement"}},
		"a pasted picture":             {extra: []cases.Part{picture(80 << 10)}, text: "Ci-joint notre RIB.", kind: cases.LetterPack, pictured: true},
		"a logo":                       {extra: []cases.Part{picture(4 << 10)}, text: "Bonjour", kind: cases.LetterPack},
		"files forgotten, with a logo": {extra: []cases.Part{picture(4 << 10)}, text: "Bonjour,\nVeuillez trouver ci-joint notre dossier.", kind: cases.LetterPack, announced: true},
		"files that came":              {files: []string{"rib.pdf"}, text: "Ci-joint notre RIB.", kind: cases.LetterAck},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			m := d.mail("a@asso.example", "2018-10-01 09:00:00", tc.files...)
			m.Text, m.Parts = tc.text, append(m.Parts, tc.extra...)
			d.file(m)
			due, err := d.DueLetters(t.Context(), 5)
			d.must(err)
			if len(due) != 1 || due[0].Kind != tc.kind {
				t.Fatalf("letters %+v, want one %s", due, tc.kind)
			}
			if f := due[0].Facts; !slices.Equal(f.Ours, tc.ours) || f.Pictured != tc.pictured || f.Announced != tc.announced {
				t.Errorf("ours %q, pictured %v, announced %v; want %q, %v, %v", f.Ours, f.Pictured, f.Announced, tc.ours, tc.pictured, tc.announced)
			}
			d.wantSound()
		})
	}
}
