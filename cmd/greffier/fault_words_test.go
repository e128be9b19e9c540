package main

import (
	"testing"

	"greffier/cases"
	"greffier/ingest/content"
	"greffier/notify"
)

// TestFaultWords: a candidate is told of each fault of a file in a sentence of its
// own, which says what to do.
func TestFaultWords(t *testing.T) {
	unknown := notify.FileData{State: "another"}.Readable()
	seen := make(map[string]string)
	for _, code := range []string{
		content.UnreadableEmpty, content.UnreadableEncrypted, content.UnreadableTruncated, content.UnreadableShortcut, content.UnreadableArchive,
		content.UnreadableBomb, content.UnreadableNoPages, content.UnreadableRedirect, content.UnreadableLink, content.UnreadableProgram,
		content.UnreadableDiskImage, content.UnreadableForeign, content.UnreadableSplit,
		"blank", cases.FaultFormat, cases.FaultUnread, cases.FaultUnknown, cases.FaultEmbedded, cases.FaultBlankForm, string(cases.Doubtful), string(cases.Infected), string(cases.Refused),
	} {
		said := notify.FileData{State: code}.Readable()
		if said == unknown || seen[said] != "" {
			t.Errorf("%s: %q, as for %q", code, said, seen[said])
		}
		seen[said] = code
	}
}
