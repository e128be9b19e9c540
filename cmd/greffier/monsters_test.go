package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// monsterMails overdo each thing that a mail is made of. What lies outside the
// sender's first fields and the end of the mail is malice.
func monsterMails() map[string]func(from string) []byte {
	head := func(from string) string {
		return "Received: from mail.asso.example (mail.asso.example [203.0.113.9])\r\n\tby mx.greffier.test with ESMTPS id X; Mon, 1 Oct 2018 09:00:00 +0000\r\n" +
			"From: Asso <" + from + ">\r\nTo: aap@greffier.test\r\nMessage-ID: <" + from + ">\r\nDate: Mon, 1 Oct 2018 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
	}
	repeated := func(before, again string, n int, after string) func(string) []byte {
		return func(from string) []byte { return []byte(head(from) + before + strings.Repeat(again, n) + after) }
	}
	encoded := func(mediaType, inner string) string {
		e := base64.StdEncoding.EncodeToString([]byte(inner))
		var b strings.Builder
		for ; len(e) > 76; e = e[76:] {
			b.WriteString(e[:76] + "\r\n")
		}
		return "Content-Type: " + mediaType + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b.String() + e + "\r\n"
	}
	const mixed = "Subject: Dossier\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBonjour\r\n"
	const text = "\r\nBonjour\r\n"
	pdf := "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n"
	return map[string]func(string) []byte{
		"parts":      repeated(mixed, pdf+"x\r\n", 10000, "--b--\r\n"),
		"long-names": repeated(mixed, "--b\r\nContent-Type: application/pdf; name="+strings.Repeat("n", 60000)+"\r\n\r\nx\r\n", 900, "--b--\r\n"),
		"messages":   repeated("", "Content-Type: message/rfc822\r\n\r\n", 1000, text),
		"digest":     repeated("Content-Type: multipart/digest; boundary=b\r\n\r\n", "--b\r\n\r\nSubject: x\r\n"+text, 10000, "--b--\r\n"),
		"multiparts": func(from string) []byte {
			var b strings.Builder
			b.WriteString(head(from))
			for i := range 1000 {
				fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
			}
			return []byte(b.String() + text)
		},
		"encoded": func(from string) []byte {
			inner := text
			for range 12 {
				inner = encoded("message/rfc822", inner)
			}
			return []byte(head(from) + inner)
		},
		"encoded-large": func(from string) []byte {
			return []byte(head(from) + encoded("message/rfc822", mixed+pdf+strings.Repeat("x\r\n", 10<<20)+"--b--\r\n"))
		},
		"fields":       repeated("", "X-Junk: "+strings.Repeat("y", 900)+"\r\n", 55000, text),
		"field":        repeated("X-Junk: y", "\r\n "+strings.Repeat("y", 77), 620000, "\r\n"+text),
		"line":         repeated("X-Junk: ", "y", 50_000_000, "\r\n"+text),
		"subject":      repeated("Subject: ", "x", 30_000_000, "\r\n"+text),
		"words":        repeated("Subject:", " =?utf-8?B?w6l0w6k=?=\r\n", 220000, text),
		"blank-lines":  func(from string) []byte { return append([]byte(strings.Repeat("\r\n", 1000000)), head(from)+text...) },
		"recipients":   repeated("Cc: ", "a@b.example,\r\n ", 100000, "z@b.example\r\n"+text),
		"answers":      repeated("Reply-To: ", "a@b.example,\r\n ", 100000, "z@b.example\r\n"+text),
		"groups":       repeated("Cc: ", "g: a@b.example, c@b.example;,\r\n ", 100000, "z@b.example\r\n"+text),
		"references":   repeated("References: ", "<0123456789@asso.example>\r\n ", 40000, "<a@asso.example>\r\n"+text),
		"hops":         repeated("", "Received: from a by b; Mon, 26 Nov 2018 10:00:00 +0100\r\n", 5000, text),
		"boundary":     repeated("Content-Type: multipart/mixed; boundary=", "b", 1<<20, "\r\n"+text),
		"text":         repeated("\r\n", "ligne\r\n", 2000000, ""),
		"quoted":       repeated("Content-Transfer-Encoding: quoted-printable\r\n\r\n", ">=20x\r\n", 1000000, ""),
		"html":         repeated("Content-Type: text/html\r\n\r\n", "<div><blockquote><a href=x>", 400000, "fin"),
		"html-one-tag": repeated("Content-Type: text/html\r\n\r\n<a ", "b ", 4000000, ">fin</a>"),
		"html-links":   repeated(mixed, "--b\r\nContent-Type: text/html\r\n\r\n"+strings.Repeat("<a href='https://we.tl/"+strings.Repeat("x", 900)+"'>", 1000)+"\r\n", 40, "--b--\r\n"),
		"uuencoded":    repeated("\r\nbegin 644 dossier.pdf\r\n", "M"+strings.Repeat("0", 60)+"\r\n", 800000, "`\r\nend\r\n"),
		"runs":         repeated(mixed+"--b\r\nContent-Type: application/pdf; name=budget.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n", "QQ==\r\n", 2000000, "--b--\r\n"),
		"many-small-1": repeated(mixed, pdf+"x\r\n", 900, "--b--\r\n"),
		"many-small-2": repeated(mixed, pdf+"y\r\n", 900, "--b--\r\n"),
	}
}

// TestMonsters: mails made to hurt are each filed and shown in little memory,
// and the candidate behind them is answered.
func TestMonsters(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, `max_size = "120MB"`)
	daemon := g.serve("-now", "2018-10-01T10:00:00Z")
	candidate := func(name string) {
		d.Append(candidateMail(name, "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
		awaitCondition(t, "the pack for "+name, func() error {
			for _, m := range sink.Mails() {
				if m.To[0] == name {
					return nil
				}
			}
			return fmt.Errorf("%d letters", len(sink.Mails()))
		})
	}
	candidate("first@asso.example")
	idle := residentMemory(t, daemon.cmd.Process.Pid)

	var raws [][]byte
	for name, monster := range monsterMails() {
		raw := monster(name + "@asso.example")
		raws = append(raws, raw)
		g.must(os.WriteFile(filepath.Join(g.dir, name+".eml"), raw, 0o600))
	}
	d.AppendAll(raws, instant(t, "2018-10-01T09:00:00Z"))
	candidate("last@asso.example")
	awaitCondition(t, "all monsters filed", func() error {
		var senders []string
		for _, c := range g.cases() {
			senders = append(senders, c.Candidate.Address)
		}
		for name := range monsterMails() {
			if !strings.Contains(strings.Join(senders, " "), name+"@") {
				return fmt.Errorf("none of %s; cases of %s", name, senders)
			}
		}
		return nil
	})
	if out := g.ok("quarantine"); strings.Contains(out, "/") {
		t.Errorf("set aside:\n%s", out)
	}
	peak := peakMemory(t, daemon.cmd.Process.Pid)
	t.Logf("memory: idle %d MiB, peak %d MiB", idle, peak)
	if peak-idle > 64 {
		t.Errorf("memory: idle %d MiB, peak %d MiB", idle, peak)
	}
	daemon.stop()

	for name := range monsterMails() {
		var shown inspected
		g.must(json.Unmarshal([]byte(g.ok("inspect", filepath.Join(g.dir, name+".eml"))), &shown))
		if shown.From.Address != name+"@asso.example" {
			t.Errorf("%s: inspect says it is from %q", name, shown.From.Address)
		}
	}
	for _, c := range g.cases() {
		if sheet := g.sheet(c.Ref); len(sheet.Mails) != 1 {
			t.Errorf("%s: %d mails", c.Ref, len(sheet.Mails))
		}
		if size := len(g.ok("case", "-json", c.Ref)); size > 4<<20 {
			t.Errorf("%s of %s is shown in %d KB", c.Ref, c.Candidate.Address, size>>10)
		}
	}
	g.wantSound()
}

// residentMemory is the memory of a process that has nothing to do, in MiB.
func residentMemory(t *testing.T, pid int) int {
	t.Helper()
	time.Sleep(time.Second) // what it has just done is over
	return statusMemory(t, pid, "VmRSS:")
}
