package parse

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// monster is a mail that overdoes one thing n times. It comes from Claire, with
// the subject "essai", unless says otherwise.
type monster struct {
	name    string
	n       int
	make    func(n int) string
	warning string // what staff must be told; "": nothing
	parts   int    // at least, in Mail.Parts
}

const monsterHead = "From: Claire <claire@hub.example>\r\nSubject: essai\r\n"

// repeated is a monster of n times the same.
func repeated(before, again, after string) func(int) string {
	return func(n int) string { return before + strings.Repeat(again, n) + after }
}

// numbered is a monster of n times the same, but for a number.
func numbered(before, again, after string) func(int) string {
	return func(n int) string {
		var b strings.Builder
		b.WriteString(before)
		for i := range n {
			fmt.Fprintf(&b, again, i)
		}
		b.WriteString(after)
		return b.String()
	}
}

func wrapped(s string) string {
	e := base64.StdEncoding.EncodeToString([]byte(s))
	var b strings.Builder
	for len(e) > 76 {
		b.WriteString(e[:76] + "\r\n")
		e = e[76:]
	}
	return b.String() + e + "\r\n"
}

// multipart is a mail of the one part with that header.
func multipart(header, body string) string {
	return monsterHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\n" + header + "\r\n\r\n" + body + "\r\n--b--\r\n"
}

func base64Mail(mediaType, body string) string {
	return multipart("Content-Type: "+mediaType+"\r\nContent-Transfer-Encoding: base64", wrapped(body))
}

// mails within each other n deep, each in base64.
func encodedMails(n int) string {
	inner := monsterHead + "\r\nau fond\r\n"
	for range n {
		inner = base64Mail("message/rfc822", inner)
	}
	return inner
}

// quotedMails are n deep, quoted-printable: as large on each level.
func quotedMails(n int) string {
	return strings.Repeat(monsterHead+"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", n) + "au fond\r\n"
}

func multiparts(n int) string {
	var b strings.Builder
	b.WriteString(monsterHead)
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\nau fond\r\n")
	for i := n - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "--b%d--\r\n", i)
	}
	return b.String()
}

// tnefAttribute is one attribute of a TNEF stream.
func tnefAttribute(level byte, id uint32, data string) string {
	head := []byte{level}
	head = binary.LittleEndian.AppendUint32(head, id)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(data)))
	return string(head) + data + "\x00\x00"
}

func tnefHead() string {
	return string(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint32(nil, tnefSignature), 1))
}

func tnefFile(name, data string) string {
	return tnefAttribute(2, attAttachRend, strings.Repeat("\x00", 14)) + tnefAttribute(2, attAttachTitle, name+"\x00") + tnefAttribute(2, attAttachData, data)
}

// tnefTree nests TNEF streams in depth levels, width of them in each.
func tnefTree(width, depth int) string {
	if depth == 0 {
		return tnefHead() + tnefFile("a.pdf", "x")
	}
	inner := tnefTree(width, depth-1)
	return tnefHead() + strings.Repeat(tnefFile("message", inner), width)
}

// tnefRTF is a compressed RTF of n bytes that claims to be 4 GB: each pair of its
// bytes stands for 17.
func tnefRTF(n int) string {
	rtf := binary.LittleEndian.AppendUint32(nil, uint32(n))
	rtf = append(rtf, "\xff\xff\xff\xffLZFu\x00\x00\x00\x00"...)
	for len(rtf) < n {
		rtf = append(rtf, "\xff\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f"...)
	}
	var p []byte
	for _, v := range []uint32{1, propRTF<<16 | 0x102, 1, uint32(len(rtf))} {
		p = binary.LittleEndian.AppendUint32(p, v)
	}
	return tnefHead() + tnefAttribute(1, attMessageProps, string(p)+string(rtf)+"\x00\x00\x00")
}

// berTLV is an element of definite length.
func berTLV(tag byte, body string) string {
	return string([]byte{tag, 0x84, byte(len(body) >> 24), byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}) + body
}

// cmsOf is an opaque signature around content, which is cut into pieces.
func cmsOf(content string, piece int) string {
	var octets strings.Builder
	for len(content) > 0 {
		n := min(piece, len(content))
		octets.WriteString(berTLV(0x04, content[:n]))
		content = content[n:]
	}
	data := berTLV(0x06, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
	encap := berTLV(0x30, data+berTLV(0xa0, "\x24\x80"+octets.String()+"\x00\x00"))
	signed := berTLV(0x30, "\x02\x01\x01"+berTLV(0x31, "")+encap)
	return berTLV(0x30, berTLV(0x06, oidSignedData)+berTLV(0xa0, signed))
}

func uuText(n int) string {
	return "begin 644 dossier.pdf\r\n" + strings.Repeat("M"+strings.Repeat("0", 60)+"\r\n", n/63) + "`\r\nend\r\n"
}

func monsters() []monster {
	const tail = "\r\ntexte\r\n"
	const mixed = monsterHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n"
	const html = monsterHead + "Content-Type: text/html\r\n\r\n"
	return []monster{
		// Parts and what they nest.
		{"10 000 parts", 10000, repeated(mixed, "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n", "--b--\r\n"), "more than 1000 parts", maxParts - 1},
		{"1 000 parts of long names", 1000, repeated(mixed, "--b\r\nContent-Type: application/pdf; name="+strings.Repeat("n", 60000)+"\r\n\r\nx\r\n", "--b--\r\n"), "more than 1000 parts", maxParts - 1},
		{"nested 90 deep", 45, multiparts, "", 0},
		{"nested 1 000 deep", 1000, multiparts, "too deeply", 1},
		{"messages nested 1 000 deep", 1000, repeated(monsterHead, "Content-Type: message/rfc822\r\n\r\n", "\r\nau fond\r\n"), "too deeply", maxMessages},
		{"digest of 10 000", 10000, repeated(monsterHead+"Content-Type: multipart/digest; boundary=b\r\n\r\n", "--b\r\n\r\nSubject: x\r\n\r\ntexte\r\n", "--b--\r\n"), "more than 1000 parts", 500},
		{"encoded mails nested 20 deep", 10, encodedMails, "within each other", 5},
		{"quoted mails nested 1 000 deep", 1000, quotedMails, "within each other", 5},
		{"TNEF in TNEF", 30, func(n int) string {
			return base64Mail("application/ms-tnef", tnefHead()+strings.Repeat(tnefFile("message", tnefTree(4, 3)), n))
		}, "more than 1000", 10},
		{"TNEF of 100 000 files", 100000, func(n int) string {
			return base64Mail("application/ms-tnef", tnefHead()+strings.Repeat(tnefFile("a.pdf", "x"), n))
		}, "more than 1000", maxParts - 3},
		{"1 000 TNEF of 400 files", 500, func(n int) string {
			one := "--b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(tnefHead()+strings.Repeat(tnefFile("a.pdf", "x"), 400))
			return mixed + strings.Repeat(one, n) + "--b--\r\n"
		}, "more than 1000", 900},
		{"TNEF in mails in CMS", 1000, func(n int) string {
			inner := base64Mail("application/ms-tnef", tnefTree(1, 3))
			return base64Mail("application/pkcs7-mime; smime-type=signed-data", cmsOf(base64Mail("message/rfc822", inner)+strings.Repeat("x\r\n", n), 1000))
		}, "", 5},
		{"RTF that claims 4 GB", 400 << 10, func(n int) string { return base64Mail("application/ms-tnef", tnefRTF(n)) }, "", 1},
		{"opaque signature of 24 MB", 24 << 20, func(n int) string {
			return base64Mail("application/pkcs7-mime; smime-type=signed-data", cmsOf(multipart("Content-Type: application/pdf; name=a.pdf", strings.Repeat("x\r\n", n/3)), 1000))
		}, "", 2},
		{"encoded mail of 24 MB", 24 << 20, func(n int) string {
			return base64Mail("message/rfc822", multipart("Content-Type: application/pdf; name=a.pdf", strings.Repeat("x\r\n", n/3)))
		}, "", 2},
		{"preambles", 20000, numbered(monsterHead+"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: multipart/mixed; boundary=c%d\r\n\r\n"+strings.Repeat("x", 1500)+"\r\n", "--b--\r\n"), "more than 1000 parts", 900},

		// The header.
		{"header of 50 MB, many fields", 27000, repeated(monsterHead, "X-Junk: "+strings.Repeat("y", 900)+"\r\n", tail), "header of the mail is too long", 0},
		{"header of 50 MB, one line", 25 << 20, repeated(monsterHead+"X-Junk: ", "y", "\r\n"+tail), "header of the mail is too long", 0},
		{"header of 50 MB, one field", 25 << 20 / 80, repeated(monsterHead+"X-Junk: y", "\r\n "+strings.Repeat("y", 77), "\r\n"+tail), "header of the mail is too long", 0},
		{"header of a million tiny fields", 1000000, repeated(monsterHead, "a:\r\n", tail), "header of the mail is too long", 0},
		{"header of list fields", 25 << 20 / 80, repeated(monsterHead, "List-Id: "+strings.Repeat("y", 69)+"\r\n", tail), "header of the mail is too long", 0},
		{"subject of 30 MB", 15 << 20, repeated("From: Claire <claire@hub.example>\r\nSubject: ", "x", "\r\n"+tail), "subject of the mail is too long", 0},
		{"subject of 5 MB of encoded words", 5 << 20 / 30, repeated("From: Claire <claire@hub.example>\r\nSubject:", " =?utf-8?B?w6l0w6k=?=\r\n", tail), "subject of the mail is too long", 0},
		{"100 000 recipients", 100000, repeated(monsterHead+"To: ", "a@b.example,\r\n ", "z@b.example\r\n"+tail), "too many addresses", 0},
		{"100 000 recipients in Cc, a field each", 100000, numbered(monsterHead, "Cc: a%d@b.example\r\n", tail), "too many addresses", 0},
		{"100 000 reply addresses", 100000, numbered(monsterHead+"Reply-To: ", "a%d@b.example,\r\n ", "z@b.example\r\n"+tail), "too many addresses", 0},
		{"100 000 groups", 100000, numbered(monsterHead+"To: ", "equipe%d: a@b.example, c@d.example;,\r\n ", "z@b.example\r\n"+tail), "too many addresses", 0},
		{"one address of 1 MB", 1 << 20, repeated(monsterHead+"To: ", "a", "@b.example\r\n"+tail), "header of the mail is too long", 0},
		{"open quotes and parens", 100000, repeated(monsterHead+"To: ", "\"(<", "\r\n"+tail), "header of the mail is too long", 0},
		{"unclosed encoded words", 40000, repeated(monsterHead+"To: ", "=?utf-8?q?", "\r\n"+tail), "header of the mail is too long", 0},
		{"encoded words of 5 MB in To", 5 << 20 / 16, repeated(monsterHead+"To: ", "=?utf-8?q?a?=\r\n ", "\r\n"+tail), "header of the mail is too long", 0},
		{"encoded words of 5 MB in many fields", 5 << 20 / 4000, repeated(monsterHead, "To: "+strings.Repeat("=?utf-8?q?a?=\r\n ", 250)+"\r\n", tail), "header of the mail is too long", 0},
		{"References of 1 MB", 20000, repeated(monsterHead+"References: ", "<0123456789@hub.example>\r\n ", "\r\n"+tail), "refers to too many", 0},
		{"one reference of 1 MB", 1 << 20, repeated(monsterHead+"References: <", "0", "@hub.example>\r\n"+tail), "header of the mail is too long", 0},
		{"5 000 hops", 5000, repeated(monsterHead, "Received: from a by b; Mon, 26 Nov 2018 10:00:00 +0100\r\n", tail), "too many servers", 0},
		{"10 000 pieces of a file name", 5000, numbered(monsterHead+"Content-Type: application/pdf", ";\r\n name*%d=x", "\r\n"+tail), "", 1},
		{"10 000 parameters", 10000, numbered(monsterHead+"Content-Type: application/pdf; name=a.pdf", ";\r\n p%d=x", "\r\n"+tail), "", 1},
		{"boundary of 1 MB", 1 << 20, func(n int) string {
			b := strings.Repeat("b", n)
			return monsterHead + "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n\r\ntexte\r\n--" + b + "--\r\n"
		}, "header of the mail is too long", 0},
		{"a million blank lines first", 1000000, func(n int) string { return strings.Repeat("\r\n", n) + monsterHead + tail }, "", 0},
		{"lines without colon", 200000, repeated(monsterHead, "du bruit\r\n", "X-A: b\r\n"+tail), "too long", 1},
		{"Authentication-Results of 10 000", 10000, repeated(monsterHead, "Authentication-Results: mx.other.example; dmarc=pass\r\n", tail), "", 0},

		// The text.
		{"text of 5 MB", 800000, repeated(monsterHead+"\r\n", "ligne\r\n", ""), "too long", 1},
		{"one line of 20 MB", 10 << 20, repeated(monsterHead+"\r\n", "x", ""), "too long", 1},
		{"a million quoted-printable lines", 500000, repeated(monsterHead+"Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=\r\n", ""), "", 0},
		{"a million quoted lines", 500000, repeated(monsterHead+"Content-Transfer-Encoding: quoted-printable\r\n\r\n", ">=20x\r\n", ""), "too long", 1},
		{"flowed quotes", 100000, repeated(monsterHead+"Content-Type: text/plain; format=flowed\r\n\r\n", ">>>>>>>> x \r\n", ""), "too long", 1},
		{"deep HTML", 50000, repeated(html, "<div><blockquote><a href=x>", "fin"), "too long", 1},
		{"HTML of one tag", 600000, repeated(html+"<a ", "b ", ">texte</a>"), "too long", 1},
		{"HTML without text", 2000000, repeated(html, "<b></b>", "fin"), "too long", 1},
		{"HTML of hidden tags", 50000, repeated(html, "<div style='display:none'>", "fin"), "too long", 1},
		{"HTML of one comment", 5 << 20, repeated(html+"<!--", "-", "fin"), "too long", 1},
		{"HTML of entities", 250000, repeated(html, "&nGg;", "fin"), "too long", 1},
		{"50 pages of links", 50, repeated(mixed, "--b\r\nContent-Type: text/html\r\n\r\n"+strings.Repeat("<a href='https://we.tl/"+strings.Repeat("x", 900)+"'>", 1000)+"\r\n", "--b--\r\n"), "", 0},
		{"400 texts", 450, repeated(mixed, "--b\r\nContent-Type: text/plain\r\n\r\n"+strings.Repeat("x\r\n", 1000), "--b--\r\n"), "", 400},
		{"500 000 introductions", 100000, repeated(monsterHead+"\r\n", "Le 26 novembre\r\n", ""), "too long", 1},
		{"500 000 answers", 100000, repeated(monsterHead+"\r\n", "Le 26 novembre, X <a@b> a écrit :\r\n> x\r\n", ""), "too long", 1},
		{"uuencoded text of 50 MB", 25 << 20, func(n int) string { return monsterHead + "\r\n" + uuText(n) }, "too long", 1},
		{"10 000 uuencoded files", 10000, repeated(monsterHead+"\r\n", "begin 644 a.pdf\r\n#0V%T\r\n`\r\nend\r\n", ""), "too many encoded files", 50},
		{"Korean of 1 MB", 500000, repeated(monsterHead+"Content-Type: text/plain; charset=iso-2022-kr\r\n\r\n\x1b$)C\x0e", "0!\r\n\x0e", ""), "too long", 1},

		// Parts that are not what they say.
		{"a million runs of base64", 500000, repeated(mixed+"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n", "QQ==\r\n", "--b--\r\n"), "", 1},
		{"base64 that is none", 5 << 20, repeated(mixed+"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n", "!", "\r\n--b--\r\n"), "", 1},
		{"quoted-printable of one line", 5 << 20, repeated(mixed+"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", "=", "\r\n--b--\r\n"), "", 1},
		{"boundaries that never come", 100, numbered(mixed, "--b\r\nContent-Type: multipart/mixed; boundary=c%d\r\n\r\n"+strings.Repeat("--d\r\nContent-Type: text/plain\r\n\r\nx\r\n", 1000), "--b--\r\n"), "shown cut", 90},
		{"lines like boundaries", 300000, func(n int) string { return multiparts(80) + strings.Repeat("--b\r\n", n) }, "", 0},

		// Reports.
		{"delivery status of 100 000", 100000, numbered(monsterHead+"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n",
			"Final-Recipient: rfc822; a%d@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n", "--b--\r\n"), "", 1},
		{"delivery status of one block", 200000, numbered(monsterHead+"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n",
			"x%d: y\r\n", "--b--\r\n"), "", 1},
		{"folded delivery status", 200000, repeated(monsterHead+"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n",
			" y\r\n", "--b--\r\n"), "", 1},
		{"900 delivery statuses", 450, repeated(mixed, "--b\r\nContent-Type: message/delivery-status\r\n\r\n"+strings.Repeat("x: y\r\n\r\n", 100), "--b--\r\n"), "", 450},
	}
}
