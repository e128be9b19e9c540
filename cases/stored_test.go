package cases

import "testing"

// TestHandling: nobody gets an infected file, nor one that the antivirus has yet
// to judge; what could do harm, and what nobody looked into, comes with a warning.
func TestHandling(t *testing.T) {
	file := func(change ...func(*StoredFile)) StoredFile {
		f := StoredFile{FileContent: FileContent{Part: "2", SHA256: "ab", Scan: ScanClean}, Detected: "application/pdf", Filed: true}
		for _, c := range change {
			c(&f)
		}
		return f
	}
	scan := func(s ScanState) func(*StoredFile) { return func(f *StoredFile) { f.Scan = s } }
	danger := func(f *StoredFile) { f.Warnings = []string{"A sentence.", "dangerous: macros"} }
	unseen := func(f *StoredFile) { f.Detected, f.Filed, f.Scan = "", false, NotScanned }
	again := func(f *StoredFile) { f.ToScan = true }
	at := func(part string) func(*StoredFile) { return func(f *StoredFile) { f.Part = part } }
	for name, tc := range map[string]struct {
		files   []StoredFile
		with    Handling // an antivirus
		without Handling
		whole   Handling // with one
	}{
		"clean":                       {files: []StoredFile{file()}, with: HandleFreely, without: HandleFreely, whole: HandleFreely},
		"infected":                    {files: []StoredFile{file(scan(ScanInfected))}, with: HandleNever, without: HandleNever, whole: HandleNever},
		"infected and dangerous":      {files: []StoredFile{file(scan(ScanInfected), danger)}, with: HandleNever, without: HandleNever, whole: HandleNever},
		"pending":                     {files: []StoredFile{file(scan(ScanPending))}, with: HandleLater, without: HandleFreely, whole: HandleLater},
		"never scanned":               {files: []StoredFile{file(scan(NotScanned))}, with: HandleLater, without: HandleFreely, whole: HandleLater},
		"asked again":                 {files: []StoredFile{file(scan(ScanUnavailable), again)}, with: HandleLater, without: HandleFreely, whole: HandleLater},
		"cannot be judged":            {files: []StoredFile{file(scan(ScanUnavailable))}, with: HandleWarned, without: HandleFreely, whole: HandleWarned},
		"dangerous":                   {files: []StoredFile{file(danger)}, with: HandleWarned, without: HandleWarned, whole: HandleWarned},
		"pending and dangerous":       {files: []StoredFile{file(danger, scan(ScanPending))}, with: HandleLater, without: HandleWarned, whole: HandleLater},
		"nobody looked into it":       {files: []StoredFile{file(unseen)}, with: HandleWarned, without: HandleWarned, whole: HandleWarned},
		"no bytes":                    {files: []StoredFile{file(func(f *StoredFile) { f.SHA256 = "" })}, with: HandleMissing, without: HandleMissing, whole: HandleFreely},
		"not there":                   {files: []StoredFile{file(at("3"))}, with: HandleMissing, without: HandleMissing, whole: HandleFreely},
		"a member is infected":        {files: []StoredFile{file(), file(at("2/zip:0"), scan(ScanInfected))}, with: HandleNever, without: HandleNever, whole: HandleNever},
		"its archive's turn comes":    {files: []StoredFile{file(at("2/zip:0")), file(again)}, with: HandleLater, without: HandleFreely, whole: HandleLater},
		"another file is infected":    {files: []StoredFile{file(), file(at("3"), scan(ScanInfected))}, with: HandleFreely, without: HandleFreely, whole: HandleNever},
		"a name that begins likewise": {files: []StoredFile{file(), file(at("20"), scan(ScanInfected))}, with: HandleFreely, without: HandleFreely, whole: HandleNever},
		"beside a signature image":    {files: []StoredFile{file(), file(at("4"), unseen, func(f *StoredFile) { f.Furniture = true })}, with: HandleFreely, without: HandleFreely, whole: HandleFreely},
	} {
		m := StoredMail{Files: tc.files}
		part := "2"
		if name == "its archive's turn comes" {
			part = "2/zip:0"
		}
		if with, without, whole := m.Handling(part, true), m.Handling(part, false), m.WholeHandling(true); with != tc.with || without != tc.without || whole != tc.whole {
			t.Errorf("%s: %s, %s, whole mail %s; want %s, %s, %s", name, with, without, whole, tc.with, tc.without, tc.whole)
		}
	}
}
