package parse

import (
	"encoding/base64"
	"strings"
	"testing"
)

// depositMail is what candidates send most: 20 KB, a text in two forms, three
// files.
func depositMail() string {
	file := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("contenu du fichier\n", 250)))
	var lines strings.Builder
	for len(file) > 76 {
		lines.WriteString(file[:76] + "\r\n")
		file = file[76:]
	}
	lines.WriteString(file + "\r\n")
	part := func(name string) string {
		return "--outer\r\nContent-Type: application/pdf; name=\"" + name + "\"\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines.String()
	}
	return "Return-Path: <claire@hub.example>\r\nReceived: from smtp.hub.example (smtp.hub.example [192.0.2.25])\r\n\tby mx.funder.example (Postfix) with ESMTPS id 4A1B2C\r\n\tfor <aap@funder.example>; Mon, 26 Nov 2018 10:04:12 +0100 (CET)\r\n" +
		"From: Claire Martin <claire@hub.example>\r\nTo: aap@funder.example\r\nSubject: =?utf-8?Q?D=C3=A9p=C3=B4t?=\r\nDate: Mon, 26 Nov 2018 10:03:58 +0100\r\nMessage-ID: <x@hub.example>\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n" +
		"--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBonjour,\r\n\r\nvoici notre dossier complet=2E\r\n" +
		"--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>Bonjour,</p><p>voici notre dossier complet.</p></body></html>\r\n--inner--\r\n" +
		part("dossier.pdf") + part("budget.pdf") + part("rib.pdf") + "--outer--\r\n"
}

func BenchmarkRead20KB(b *testing.B) {
	raw := depositMail()
	r := strings.NewReader(raw)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Read(r, int64(len(raw)), Options{AuthservID: "mx.funder.example"})
		if err != nil || len(m.Parts) != 3 {
			b.Fatalf("%v, %d parts", err, len(m.Parts))
		}
	}
}

func BenchmarkRead50MB(b *testing.B) {
	mail := newBigMail(50 << 20)
	b.SetBytes(mail.size())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(mail, mail.size(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
