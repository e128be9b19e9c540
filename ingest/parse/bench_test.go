package parse

import (
	"encoding/base64"
	"io"
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

// BenchmarkRead reads one mail of each class, as MB/s of raw mail.
func BenchmarkRead(b *testing.B) {
	const head = "Received: from a.example (a.example [192.0.2.25])\r\n\tby mx.funder.example with ESMTPS id 4A1B2C; Mon, 26 Nov 2018 10:04:12 +0100\r\n" +
		"From: Claire Martin <claire@hub.example>\r\nTo: aap@funder.example\r\nSubject: essai\r\nDate: Mon, 26 Nov 2018 10:03:58 +0100\r\nMessage-ID: <x@hub.example>\r\nMIME-Version: 1.0\r\n"
	text := "Content-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat("Bonjour, nous préparons notre dossier et avons une question.\r\n", 30) +
		"Le 26 novembre 2018 à 10:04, AAP <aap@funder.example> a écrit :\r\n" + strings.Repeat("> Votre candidature est enregistrée.\r\n", 30)
	page := "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>p { color: red }</style></head><body><table>" +
		strings.Repeat("<tr><td style=\"padding:0\"><p>Une actualité du <b>réseau</b>&nbsp;: <a href=\"https://news.example/a?b=c&amp;d=e\">lire la suite</a></p></td></tr>\r\n", 500) + "</table></body></html>\r\n"
	tnef := "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		wrapped(tnefHead()+tnefAttribute(1, attBody, "Bonjour\x00")+tnefFile("dossier.pdf", strings.Repeat("contenu du fichier\n", 5000))+tnefFile("rib.pdf", "%PDF"))
	bounce := "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nThis is the mail system at host mx.example.\r\n\r\n<a@b.example>: user unknown\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <letter@funder.example>\r\nSubject: Dossier\r\n\r\nBonjour\r\n--b--\r\n"
	large := newBigMail(50 << 20)
	for _, c := range []struct {
		name string
		mail io.ReaderAt
		size int64
	}{
		{"text", strings.NewReader(head + text), int64(len(head + text))},
		{"20KB with 3 files", strings.NewReader(depositMail()), int64(len(depositMail()))},
		{"50MB", large, large.size()},
		{"newsletter", strings.NewReader(head + page), int64(len(head + page))},
		{"TNEF", strings.NewReader(head + tnef), int64(len(head + tnef))},
		{"bounce", strings.NewReader(head + bounce), int64(len(head + bounce))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(c.size)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(c.mail, c.size, Options{AuthservID: "mx.funder.example"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
