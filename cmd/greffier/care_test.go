package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/cases"
)

// TestCareByCommand: a note, a label, an assignment and the end of a task from the
// command line are in the case, as they are from the desk.
func TestCareByCommand(t *testing.T) {
	path := staffConfig(t)
	run := func(code int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		args = append([]string{args[0], "-config", path}, args[1:]...)
		if got := runCommand(t.Context(), terminal{in: strings.NewReader("une phrase de passe\n"), out: &out, err: &errs}, args); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, errs.String())
		}
		return out.String()
	}
	mail := filepath.Join(filepath.Dir(path), "m.eml")
	if err := os.WriteFile(mail, []byte("From: Anne <a@asso.example>\r\nTo: aap@greffier.test\r\nSubject: Candidature\r\nMessage-ID: <1@asso.example>\r\n"+
		"Date: Mon, 1 Oct 2018 09:00:00 +0200\r\n\r\nBonjour\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "import", mail)
	run(0, "staff", "add", "Camille Martin")
	run(0, "note", "essai-0001", "le trésorier", "rappelle jeudi")
	run(0, "assign", "ESSAI-0001", "camille", "martin")
	run(0, "label", "ESSAI-0001", "add", "à revoir")
	var sheet cases.Sheet
	show := func() cases.Sheet {
		t.Helper()
		if err := json.Unmarshal([]byte(run(0, "case", "-json", "ESSAI-0001")), &sheet); err != nil {
			t.Fatal(err)
		}
		return sheet
	}
	if c := show(); len(c.Notes) != 1 || c.Notes[0].Text != "le trésorier rappelle jeudi" || c.Notes[0].Actor != actor() || c.Assigned != "Camille Martin" || len(c.Labels) != 1 {
		t.Errorf("%+v %q %q", c.Notes, c.Assigned, c.Labels)
	}
	for _, query := range []string{"has:note", "label:a-revoir", "assigned:any", "tresorier"} {
		if got := run(0, "cases", query); !strings.Contains(got, "ESSAI-0001") {
			t.Errorf("%s finds %q", query, got)
		}
	}
	if got := run(0, "note", "ESSAI-0001", "list"); !strings.Contains(got, "trésorier") {
		t.Error(got)
	}
	run(0, "label", "ESSAI-0001", "remove", "A REVOIR")
	run(0, "assign", "ESSAI-0001", "-")
	if c := show(); c.Assigned != "" || len(c.Labels) != 0 {
		t.Errorf("%q %q", c.Assigned, c.Labels)
	}
	var tasks []listedTask
	if err := json.Unmarshal([]byte(run(0, "task", "-json", "list")), &tasks); err != nil {
		t.Fatal(err)
	}
	for _, k := range tasks {
		run(0, "task", "done", fmt.Sprint(k.ID), "vu", "avec elle")
		run(0, "task", "reopen", fmt.Sprint(k.ID))
	}
	run(1, "assign", "ESSAI-0001", "Personne")
	run(1, "task", "done", "999", "vu")
	run(2, "task", "done", "1")
	run(2, "note", "ESSAI-0001")
	run(2, "label", "ESSAI-0001", "put", "x")
	run(0, "verify")
}
