package store

import (
	"testing"

	"greffier/cases"
)

// TestDangerousFile: a file that could do harm, be it in an archive, is something
// for staff to do, once; a harmless one is not.
func TestDangerousFile(t *testing.T) {
	d := newDesk(t)
	for i, m := range []*cases.Mail{
		d.mail("a@asso.example", "2018-10-03 09:00:00", "dossier.zip", "macros.xlsm"),
		d.mail("b@asso.example", "2018-10-03 10:00:00", "budget.xlsx"),
	} {
		d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: uint32(i + 1)}, Mail: *m}}))
	}
	list, err := d.ToAssess(t.Context(), 10)
	d.must(err)
	zip, macros, budget := list[0].Parts[0], list[0].Parts[1], list[1].Parts[0]
	member := cases.Part{ID: zip.ID + "/zip:0", Filename: "rib.pdf.exe", SHA256: digest("rib.pdf.exe"), Size: 7, MemberOf: zip.ID, Locator: "raw:rib.pdf.exe"}
	d.must(d.Assess(t.Context(), []cases.Assessment{
		{MailID: list[0].MailID, Findings: []cases.Finding{
			{PartID: zip.ID, State: cases.Present, Members: []cases.Member{{Part: member, Finding: cases.Finding{PartID: member.ID, State: cases.Unreadable, Fault: "program", Warnings: []string{cases.WarnDangerous + "executable"}}}}},
			{PartID: macros.ID, State: cases.Present, Warnings: []string{cases.WarnDangerous + "macros"}}}},
		{MailID: list[1].MailID, Findings: []cases.Finding{{PartID: budget.ID, State: cases.Present, Warnings: []string{"The name is not dangerous."}}}},
	}))
	tasks, err := d.OpenTasks(t.Context())
	d.must(err)
	var about []string
	for _, k := range tasks {
		if k.Kind == "dangerous" {
			about = append(about, k.Ref)
		}
	}
	if len(about) != 1 || about[0] != "HUB18-0001" {
		t.Errorf("tasks about dangerous files: %q, want one, of the first case", about)
	}
	d.wantSound()
}
