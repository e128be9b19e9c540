package ingest

import (
	"path"
	"slices"
	"strings"

	"greffier/cases"
	"greffier/ingest/content"
)

// stateOf tells whether a person could read a file.
func stateOf(f content.File) cases.Status {
	switch {
	case leadsElsewhere(f.Unreadable):
		return cases.ByLink
	case f.Unreadable != "":
		return cases.Unreadable
	case f.Blank, f.Unread, f.Unknown, slices.Contains(f.Dangerous, content.DangerEmbedded):
		return cases.Doubtful
	}
	return cases.Present
}

// leadsElsewhere reports whether a file is no document but the way to one: a
// shortcut, a web page that leads to another, a link alone.
func leadsElsewhere(fault string) bool {
	return slices.Contains([]string{content.UnreadableShortcut, content.UnreadableRedirect, content.UnreadableLink}, fault)
}

// faultBlank is the code of a file that opens and has nothing to read; the
// others are content's.
const faultBlank = "blank"

// finding says of a part what looking into it told.
func finding(p cases.Part, f content.File, state cases.Status) cases.Finding {
	out := findingOf(p.ID, f, state)
	out.Warnings = append(slices.Clone(p.Warnings), out.Warnings...)
	for _, m := range f.Members {
		if clutter(m.Path) || opened(m, f.Members) {
			continue
		}
		index := indexPath(m.Index)
		part := cases.Part{
			ID: p.ID + "/zip:" + index, Filename: memberName(m, f.Members), MediaType: m.Type, Size: m.Size, SHA256: m.SHA256,
			MemberOf: p.ID, Locator: p.Locator + zipStep + index,
		}
		out.Members = append(out.Members, cases.Member{Part: part, Finding: findingOf(part.ID, m.File, stateOf(m.File))})
	}
	return out
}

func findingOf(id string, f content.File, state cases.Status) cases.Finding {
	out := cases.Finding{PartID: id, DetectedType: f.Type, State: state, Fault: f.Unreadable, Warnings: slices.Clone(f.Warnings), Reading: ReadingOf(f)}
	switch {
	case out.Fault != "":
	case f.Unread:
		out.Fault = cases.FaultUnread
	case f.Blank:
		out.Fault = faultBlank
	case f.Unknown:
		out.Fault = cases.FaultUnknown
	case slices.Contains(f.Dangerous, content.DangerEmbedded):
		out.Fault = cases.FaultEmbedded
	}
	for _, code := range f.Dangerous {
		out.Warnings = append(out.Warnings, cases.WarnDangerous+code)
	}
	return out
}

// ReadingOf hands on what was read in a file. LibreOffice drops the names of form
// fields and keeps their labels, which then name them.
func ReadingOf(f content.File) cases.Reading {
	out := cases.Reading{Text: f.Text, Sheets: f.Sheets, Pages: f.Pages}
	for _, field := range f.Fields {
		out.Fields = append(out.Fields, cases.Field{Name: field.Name, Label: field.Label, Value: field.Value})
	}
	return out
}

// opened reports whether a member is an archive whose own members are listed
// too: they stand for it.
func opened(m content.Member, all []content.Member) bool {
	return slices.ContainsFunc(all, func(o content.Member) bool {
		return len(o.Index) > len(m.Index) && slices.Equal(o.Index[:len(m.Index)], m.Index)
	})
}

// clutter reports whether a member is what a desktop leaves in folders, and not
// a file that anybody put there.
func clutter(name string) bool {
	switch strings.ToLower(path.Base(name)) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	}
	return slices.Contains(strings.Split(name, "/"), "__MACOSX")
}

// memberName gives the name under which a member is shown and recognised: its
// own; its whole path where that alone says what it is, or tells it from another.
func memberName(m content.Member, all []content.Member) string {
	base := path.Base(m.Path)
	same := 0
	for _, o := range all {
		if path.Base(o.Path) == base {
			same++
		}
	}
	if same > 1 || saysNothing(base) {
		return m.Path
	}
	return base
}

// saysNothing reports whether a name is what a scanner or a camera gives.
func saysNothing(name string) bool {
	words := strings.FieldsFunc(cases.FoldName(name), func(r rune) bool { return r < 'a' || r > 'z' })
	return !slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "scan", "scanne", "scanner", "img", "image", "dsc", "dscn", "photo", "pxl", "doc", "document", "file", "fichier", "page", "pj", "copie", "sans", "titre", "numerisation":
			return false
		}
		return true
	})
}
