package parse

import (
	"testing"
	"time"
)

func TestReceived(t *testing.T) {
	for _, c := range []struct{ name, in, claimed, verified, addr, by, at string }{
		{"Postfix", "from smtp.hub.example (mail.hub.example [192.0.2.25])\r\n\tby mx.funder.example (Postfix) with ESMTPS id 4A1B2C\r\n\tfor <aap@funder.example>; Fri, 30 Nov 2018 16:59:58 +0100 (CET)", "smtp.hub.example", "mail.hub.example", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"Postfix, no reverse name", "from [10.0.0.1] (unknown [192.0.2.25]) by mx.funder.example (Postfix) with ESMTP id 1; Fri, 30 Nov 2018 16:59:58 +0100", "[10.0.0.1]", "", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"sendmail", "from hub (root@mail.hub.example [192.0.2.25] (may be forged)) by mx.funder.example (8.14.4/8.14.4) with ESMTP id w; Fri, 30 Nov 2018 16:59:58 +0100", "hub", "", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"Exchange", "from EX1.hub.example (192.0.2.25) by EX2.funder.example\r\n (192.0.2.9) with Microsoft SMTP Server id 15.1; Fri, 30 Nov 2018 15:59:58 +0000", "EX1.hub.example", "", "192.0.2.25", "EX2.funder.example", "2018-11-30T15:59:58Z"},
		{"IPv6", "from hub.example (mail.hub.example. [IPv6:2001:db8::25]) by mx.google.example with ESMTPS id x; Fri, 30 Nov 2018 07:59:58 -0800 (PST)", "hub.example", "mail.hub.example", "2001:db8::25", "mx.google.example", "2018-11-30T07:59:58-08:00"},
		{"qmail", "from mail.hub.example (HELO smtp.hub.example) (192.0.2.25) by mx.funder.example with SMTP; 30 Nov 2018 15:59:58 -0000", "smtp.hub.example", "mail.hub.example", "192.0.2.25", "mx.funder.example", "2018-11-30T15:59:58Z"},
		{"qmail, no reverse name", "from unknown (HELO mx.funder.example) (192.0.2.25) by mx.funder.example with SMTP; 30 Nov 2018 15:59:58 -0000", "mx.funder.example", "", "192.0.2.25", "mx.funder.example", "2018-11-30T15:59:58Z"},
		{"Exim", "from mail.hub.example ([192.0.2.25] helo=smtp.hub.example) by mx.funder.example with esmtps (TLS1.2) (Exim 4.92) id 1; Fri, 30 Nov 2018 16:59:58 +0100", "smtp.hub.example", "mail.hub.example", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"Exim, no reverse name", "from [192.0.2.25] (port=4000 helo=mx.funder.example) by mx.funder.example with esmtp (Exim 4.92) id 1; Fri, 30 Nov 2018 16:59:58 +0100", "mx.funder.example", "", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"sendmail, ident", "from hub (root@mail.hub.example [192.0.2.25]) by mx.funder.example (8.14.4/8.14.4) with ESMTP id w; Fri, 30 Nov 2018 16:59:58 +0100", "hub", "mail.hub.example", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"bare literal", "from [192.0.2.25] by mx.funder.example; Fri, 30 Nov 2018 16:59:58 +0100", "[192.0.2.25]", "", "192.0.2.25", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"a client that claims our name", "from mx.funder.example (evil.example [192.0.2.66]) by mx.funder.example; Fri, 30 Nov 2018 16:59:58 +0100", "mx.funder.example", "evil.example", "192.0.2.66", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"local", "by mx.funder.example (Postfix, from userid 1000) id 1; Fri, 30 Nov 2018 16:59:58 +0100", "", "", "", "mx.funder.example", "2018-11-30T16:59:58+01:00"},
		{"no date", "from hub.example by mx.funder.example", "hub.example", "", "", "mx.funder.example", ""},
		{"nonsense", "hello", "", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := parseReceived([]byte(c.in))
			addr, at := "", ""
			if h.FromAddr.IsValid() {
				addr = h.FromAddr.String()
			}
			if !h.At.IsZero() {
				at = h.At.Format(time.RFC3339)
			}
			if h.FromClaimed != c.claimed || h.FromName != c.verified || addr != c.addr || h.By != c.by || at != c.at || h.Local != (c.claimed == "") {
				t.Errorf("%+v, addr %s, at %s", h, addr, at)
			}
		})
	}
}

// TestDMARC: behaviour 31.
func TestDMARC(t *testing.T) {
	for _, c := range []struct {
		name, want string
		fields     []string
	}{
		{"pass", "pass", []string{"mx.funder.example; spf=pass smtp.mailfrom=x; dmarc=pass header.from=hub.example"}},
		{"version after the id", "fail", []string{"mx.funder.example 1; dmarc=fail"}},
		{"case and folding", "fail", []string{"MX.Funder.Example;\r\n\tDMARC=Fail (p=none dis=none) header.from=x"}},
		{"with a comment that lies", "fail", []string{"mx.funder.example; (dmarc=pass;) dmarc=fail"}},
		{"method version", "pass", []string{"mx.funder.example; dmarc/1=pass"}},
		{"a stranger above us", "fail", []string{"mx.other.example; dmarc=pass", "mx.funder.example; dmarc=fail"}},
		{"a forged one below ours", "fail", []string{"mx.funder.example; dmarc=fail", "mx.funder.example; dmarc=pass"}},
		{"ours says nothing", "", []string{"mx.funder.example; spf=pass", "mx.funder.example; dmarc=pass"}},
		{"ours in two fields", "fail", []string{"mx.funder.example; dkim=pass", "mx.funder.example; dmarc=fail"}},
		{"a stranger's between ours", "", []string{"mx.funder.example; dkim=pass", "mx.other.example; dkim=pass", "mx.funder.example; dmarc=fail"}},
		{"no id (Exchange)", "", []string{"spf=pass; dmarc=pass"}},
		{"a longer id", "", []string{"mx.funder.example.evil.example; dmarc=pass"}},
		{"none", "", nil},
	} {
		var fields [][]byte
		for _, f := range c.fields {
			fields = append(fields, []byte(f))
		}
		if got := dmarcVerdict(fields, "mx.funder.example"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := dmarcVerdict([][]byte{[]byte("; dmarc=pass")}, ""); got != "" {
		t.Errorf("without a trusted server: %q, want nothing", got)
	}
}
