package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message"

	"greffier/cases"
)

// scannedProgram is a program with an antivirus, on a mailbox, with a staff
// address for alarms.
func scannedProgram(t *testing.T, d *dovecotServer, sink *smtpSink, clamd *clamdServer) *program {
	t.Helper()
	g := newProgram(t, d, nil, sink, edition2018, "")
	text, err := os.ReadFile(g.config)
	g.must(err)
	text = bytes.Replace(text, []byte("[mailbox]"), fmt.Appendf(nil, "alerts_to = [\"staff@greffier.test\"]\n[clamd]\naddress = %q\n[mailbox]", clamd.Address), 1)
	g.must(os.WriteFile(g.config, text, 0o600))
	return g
}

// fileMail is a mail of 1 October 2018 with files by name.
func fileMail(from, subject string, files map[string][]byte) []byte {
	mail := string(candidateMail(from, subject, "2018-10-01T09:00:00Z", "2018-10-01T08:59:00Z"))
	head, _ := strings.CutSuffix(mail, "--b--\r\n")
	var b strings.Builder
	b.WriteString(head)
	for name, content := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=%q\r\n\r\n", name)
		for line := range slices.Chunk(content, 57) {
			b.WriteString(base64.StdEncoding.EncodeToString(line) + "\r\n")
		}
	}
	return []byte(b.String() + "--b--\r\n")
}

func archiveOf(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// scans gives the word of the antivirus on each file of a case.
func (g *program) scans(ref string) string {
	g.t.Helper()
	c := g.sheet(ref)
	files := c.Unsorted
	for _, p := range c.Pieces {
		files = append(files, p.Files...)
	}
	var said []string
	for _, f := range files {
		said = append(said, f.Filename+" "+string(f.Scan))
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

func (g *program) tasks(ref string) string {
	g.t.Helper()
	var kinds []string
	for _, k := range g.sheet(ref).Tasks {
		kinds = append(kinds, k.Kind)
	}
	return strings.Join(kinds, " ")
}

// plainText is the text of a letter.
func plainText(t *testing.T, raw []byte) string {
	t.Helper()
	mail, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	err = mail.Walk(func(_ []int, part *message.Entity, err error) error {
		if kind, _, kindErr := part.Header.ContentType(); err != nil || kindErr != nil || kind != "text/plain" || text != nil {
			return errors.Join(err, kindErr)
		}
		text, err = io.ReadAll(part.Body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestInfectedFile: behaviour 33 with a real clamd. What it finds inside an
// archive too is received at its instant, stands for no piece, is told to its
// sender in the one letter and to staff as a task.
func TestInfectedFile(t *testing.T) {
	d, sink, clamd := startDovecot(t), startSink(t), startClamd(t)
	g := scannedProgram(t, d, sink, clamd)
	if _, errs, code := g.run("check", "-connect"); code != 0 || !strings.Contains(errs, "antivirus: ClamAV ") {
		t.Errorf("check: exit code %d\n%s", code, errs)
	}
	at := instant(t, "2018-10-01T09:00:05Z")
	d.Append(fileMail("asso@x.example", "Dossier", map[string][]byte{
		"budget.txt": []byte("Budget prévisionnel : 1 000 euros."), "rib.zip": archiveOf(t, "rib.txt", []byte("RIB "+testInfection))}), at)
	d.Append(fileMail("gros@y.example", "Dossier", map[string][]byte{"budget.txt": bytes.Repeat([]byte("Une ligne du budget.\n"), 100_000)}), at)
	g.once("2018-10-01T09:10:00Z")

	if got := g.scans("ESSAI-0001"); got != "budget.txt clean, rib.txt infected" {
		t.Errorf("the antivirus says %s", got)
	}
	c := g.sheet("ESSAI-0001")
	if c.Phase != "depositing" || *c.Timeliness != "on_time" || c.Pieces[1].Status != cases.Infected || !c.DepositedAt.Equal(instant(t, "2018-10-01T09:00:00Z")) {
		t.Errorf("case %+v", c.Summary)
	}
	if got := g.tasks("ESSAI-0001"); got != "infected" {
		t.Errorf("tasks %s", got)
	}
	if got := g.kinds("ESSAI-0001"); got != "ack" {
		t.Errorf("letters %s", got)
	}
	if out := g.ok("case", "ESSAI-0001"); !strings.Contains(out, "rib.txt [infected]") {
		t.Errorf("shown as\n%s", out)
	}
	if got := g.scans("ESSAI-0002"); got != "budget.txt unavailable" || g.tasks("ESSAI-0002") != "unscanned" {
		t.Errorf("above the size limit: %s, tasks %s", got, g.tasks("ESSAI-0002"))
	}
	told := false
	for _, m := range sink.Mails() {
		told = told || m.To[0] == "asso@x.example" && regexp.MustCompile(`(?s)rib\.txt.{0,300}(bloqué|retenu)\s+par\s+notre`).MatchString(plainText(t, m.Raw))
	}
	if !told {
		t.Error("the acknowledgement does not tell the blocked file")
	}
	g.wantSound()
}

// TestScannerDownThenBack: letters leave while the antivirus is down; when it is
// back, what waited is judged, and who sent the infected file is asked again.
func TestScannerDownThenBack(t *testing.T) {
	d, sink, clamd := startDovecot(t), startSink(t), startClamd(t)
	g := scannedProgram(t, d, sink, clamd)
	clamd.Stop()
	if _, errs, code := g.run("check", "-connect"); code != 1 || !strings.Contains(errs, "antivirus: ") {
		t.Errorf("check: exit code %d\n%s", code, errs)
	}
	d.Append(fileMail("asso@x.example", "Dossier", map[string][]byte{"budget.txt": []byte("Budget"), "rib.txt": []byte(testInfection)}), instant(t, "2018-10-01T09:00:05Z"))
	g.once("2018-10-01T09:10:00Z")
	if got := g.scans("ESSAI-0001"); got != "budget.txt unavailable, rib.txt unavailable" {
		t.Errorf("down: %s", got)
	}
	if got := g.kinds("ESSAI-0001"); got != "ack" || g.sheet("ESSAI-0001").Letters[0].State != "sent" {
		t.Errorf("the acknowledgement was held up: %s", got)
	}
	g.once("2018-10-01T09:25:00Z") // it has lasted: staff get a letter
	letters := g.letters()
	if l := letters[len(letters)-1]; l.Kind != cases.LetterAlarm || l.State != "sent" || !strings.Contains(l.Subject, "L’antivirus ne répond pas") {
		t.Errorf("the last letter is %+v", l)
	}

	clamd.Start()
	g.once("2018-10-01T09:30:00Z")
	if got := g.scans("ESSAI-0001"); got != "budget.txt clean, rib.txt infected" {
		t.Errorf("back: %s", got)
	}
	c := g.sheet("ESSAI-0001")
	if c.Phase != "submitted" || c.Completeness != "incomplete" || c.Pieces[1].Status != cases.Infected || *c.Timeliness != "on_time" {
		t.Errorf("case %+v", c.Summary)
	}
	if got := g.kinds("ESSAI-0001"); got != "ack resend" || g.tasks("ESSAI-0001") != "infected" {
		t.Errorf("letters %s, tasks %s", got, g.tasks("ESSAI-0001"))
	}

	letters = g.letters()
	if !slices.ContainsFunc(letters, func(l cases.LetterSheet) bool { return strings.HasPrefix(l.Subject, "Fin d’alerte") }) {
		t.Errorf("nobody hears that the antivirus is back: %+v", letters)
	}

	// Once told, once only, also when all is judged again.
	if _, errs, code := g.run("rescan"); code != 0 || !strings.Contains(errs, "2 files wait") {
		t.Errorf("rescan: exit code %d\n%s", code, errs)
	}
	g.once("2018-10-01T09:40:00Z")
	if got := g.kinds("ESSAI-0001"); got != "ack resend" {
		t.Errorf("letters %s", got)
	}
	g.wantSound()
}

// TestScannerWhileServing: the daemon takes up what waited on its own, when the
// antivirus is back.
func TestScannerWhileServing(t *testing.T) {
	d, sink, clamd := startDovecot(t), startSink(t), startClamd(t)
	g := scannedProgram(t, d, sink, clamd)
	clamd.Stop()
	d.Append(fileMail("asso@x.example", "Dossier", map[string][]byte{"budget.txt": []byte(testInfection)}), instant(t, "2018-10-01T09:00:05Z"))
	g.serve("-now", "2018-10-01T09:10:00Z")
	var desk string
	awaitCondition(t, "the desk listens", func() error {
		log, err := os.ReadFile(g.dir + "/serve.log")
		g.must(err)
		found := regexp.MustCompile(`msg=desk address=(\S+)`).FindSubmatch(log)
		if found == nil {
			return errors.New("no address in the log")
		}
		desk = string(found[1])
		return nil
	})
	for _, step := range []struct {
		change func()
		want   string
	}{{func() {}, "budget.txt unavailable"}, {clamd.Start, "budget.txt infected"}} {
		step.change()
		awaitCondition(t, step.want, func() error {
			if _, _, code := g.run("case", "ESSAI-0001"); code != 0 {
				return errors.New("no case yet")
			}
			if got := g.scans("ESSAI-0001"); got != step.want {
				return errors.New(got)
			}
			return nil
		})
	}
	resp, err := http.Get("http://" + desk + "/metrics")
	g.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	g.must(err)
	if !strings.Contains(string(text), `greffier_files{scan="infected"} 1`) {
		t.Error("the figures do not tell")
	}
}
