package ingest

import (
	"testing"

	"greffier/cases"
	"greffier/ingest/content"
)

// TestFindingStates: a file counts as read only where something was read in it;
// what a person has to look at says why.
func TestFindingStates(t *testing.T) {
	for _, tc := range []struct {
		file  content.File
		state cases.Status
		fault string
	}{
		{content.File{Type: "application/pdf"}, cases.Present, ""},
		{content.File{Type: "application/octet-stream", Unknown: true}, cases.Doubtful, cases.FaultUnknown},
		{content.File{Type: "application/octet-stream", Unknown: true, Unreadable: content.UnreadableTruncated}, cases.Unreadable, content.UnreadableTruncated},
		{content.File{Type: "application/pdf", Dangerous: []string{content.DangerEmbedded}}, cases.Doubtful, cases.FaultEmbedded},
		{content.File{Type: "application/pdf", Dangerous: []string{content.DangerEmbedded}, Blank: true}, cases.Doubtful, "blank"},
		{content.File{Type: "application/pdf", Unread: true}, cases.Doubtful, cases.FaultUnread},
		{content.File{Type: "application/internet-shortcut", Unreadable: content.UnreadableShortcut}, cases.ByLink, content.UnreadableShortcut},
	} {
		if f := findingOf("2", tc.file, stateOf(tc.file)); f.State != tc.state || f.Fault != tc.fault {
			t.Errorf("%+v: %s (%s), want %s (%s)", tc.file, f.State, f.Fault, tc.state, tc.fault)
		}
	}
}
