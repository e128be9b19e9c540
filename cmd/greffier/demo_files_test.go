package main

import (
	"bytes"
	"testing"

	"greffier/cases"
	"greffier/ingest/content"
)

// TestFormsOfTheStory: the forms that candidates of the rehearsal send back are
// filled in, but for the one that shows what happens when it is not.
func TestFormsOfTheStory(t *testing.T) {
	call := &cases.Call{Pieces: []cases.Piece{{ID: "dossier_candidature"}, {ID: "budget"}}}
	untouched := func(form, _ string) ([]byte, error) { return packedForm(form) }
	for _, name := range []string{"dossier-de-candidature.docx", "budget-previsionnel.xlsx"} {
		for filled, made := range map[bool]func(form, words string) ([]byte, error){true: filledForm, false: untouched} {
			form, err := made(name, "Hub & Cie")
			if err != nil {
				t.Fatal(err)
			}
			f, err := content.Look(bytes.NewReader(form), int64(len(form)), name, "")
			if err != nil || f.Unreadable != "" {
				t.Fatalf("%s: %v %s", name, err, f.Unreadable)
			}
			var fields []cases.Field
			for _, field := range f.Fields {
				fields = append(fields, cases.Field{Name: field.Name, Value: field.Value})
			}
			if blank := cases.BlankForm(call, fields); blank == filled {
				t.Errorf("%s, filled in %v: blank %v", name, filled, blank)
			}
		}
	}
}
