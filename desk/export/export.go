// Package export writes cases for other programs and for people without the desk:
// lists as CSV, XLSX and JSON, and dossiers as folders or as a ZIP archive.
//
// It promises that nothing of what a candidate wrote acts on who opens an export:
// text is never a formula, names never leave their folder, an infected file or one
// that the antivirus has yet to judge is named and left out. Each file is checked
// against the digest of its bytes as received; the first that differs ends the
// export with an error. What was written by then is not whole, and the caller must
// see to it that nobody takes it for whole. A list is written case by case, a
// dossier file by file: memory does not grow with their number.
package export

import (
	"time"

	"greffier/cases"
)

// Each calls f with each case of a list, in order, and ends with the first error.
type Each func(f func(cases.Summary) error) error

// Words are the French words of what cases are told in.
type Words struct {
	Timeliness   func(*cases.Timeliness) string
	Completeness func(cases.Completeness) string
	Status       func(cases.Status) string
	Task         func(kind string) string
	Danger       func(code string) string
	Date         func(time.Time) string // day and hour
}
