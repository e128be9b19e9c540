package main

// The servers of the tests are tested themselves: what another test concludes
// from them is worth what these prove.

import (
	"bytes"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// testMail is a small mail with CRLF, told apart by its subject.
func testMail(subject string) []byte {
	return []byte(strings.Join([]string{
		"From: =?utf-8?q?Ligue_de_l=27enseignement?= <candidat@example.org>",
		"To: aap@greffier.test",
		"Subject: " + subject,
		"Message-ID: <" + strings.ReplaceAll(subject, " ", ".") + "@example.org>",
		"Date: Fri, 30 Nov 2018 16:59:58 +0100",
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: 8bit",
		"",
		"Bonjour,",
		".",
		"..Voici le dossier. \t",
		"Élodie",
		"",
	}, "\r\n"))
}

func TestDovecotKeepsMail(t *testing.T) {
	d := startDovecot(t)
	deadline := time.Date(2018, 11, 30, 16, 59, 58, 0, time.FixedZone("", 3600))
	raw := testMail("dossier")
	first := d.Append(raw, deadline)
	second := d.Append(testMail("suite"), deadline.Add(time.Minute), imap.FlagSeen, "$greffier")
	d.AppendAll([][]byte{testMail("trois"), testMail("quatre")}, deadline)

	check := func(when string) {
		t.Helper()
		list := d.List("INBOX")
		if len(list) != 4 {
			t.Fatalf("%s: %d mails, want 4", when, len(list))
		}
		if list[0].UID != first || list[1].UID != second || !list[0].InternalDate.Equal(deadline) || list[0].Size != int64(len(raw)) {
			t.Errorf("%s: list begins with %+v", when, list[:2])
		}
		if flags := d.Flags(first); slices.Contains(flags, imap.FlagSeen) {
			t.Errorf("%s: looking set %v", when, flags)
		}
		if flags := d.Flags(second); !slices.Contains(flags, imap.FlagSeen) || !slices.Contains(flags, "$greffier") {
			t.Errorf("%s: flags %v, want \\Seen and $greffier", when, flags)
		}
		if got := d.Raw(first); !bytes.Equal(got, raw) {
			t.Errorf("%s: mail comes back as %q", when, got)
		}
	}
	check("at once")
	validity := d.UIDValidity()
	d.Restart()
	check("after a restart")
	d.Kill()
	d.Start()
	check("after a kill")
	if again := d.UIDValidity(); again != validity {
		t.Errorf("UIDVALIDITY %d became %d by restarts alone", validity, again)
	}
}

func TestDovecotNewUIDValidity(t *testing.T) {
	d := startDovecot(t)
	gone := d.Append(testMail("effacé"), time.Now())
	d.Append(testMail("gardé"), time.Now(), "$greffier")
	s := d.Session(nil)
	if _, err := s.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := s.Store(imap.UIDSetNum(gone), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.UIDExpunge(imap.UIDSetNum(gone)).Close(); err != nil {
		t.Fatal(err)
	}
	s.end()

	before := d.UIDValidity()
	d.ResetUIDValidity()
	if after := d.UIDValidity(); after == before {
		t.Errorf("UIDVALIDITY is still %d", after)
	}
	if list := d.List("INBOX"); len(list) != 1 || list[0].UID != 1 || !slices.Contains(list[0].Flags, "$greffier") {
		t.Errorf("after the reset: %+v, want UID 1 with its keyword", list)
	}
}

func TestDovecotDeliversByLMTP(t *testing.T) {
	d := startDovecot(t)
	before := time.Now().Truncate(time.Second)
	raw := testMail("par LMTP")
	d.Deliver(raw)
	if err := d.deliver("", testMail("sans expéditeur")); err != nil {
		t.Fatal(err)
	}
	list := d.List("INBOX")
	if len(list) != 2 {
		t.Fatalf("%d mails, want 2", len(list))
	}
	if at := list[0].InternalDate; at.Before(before) || at.After(time.Now()) {
		t.Errorf("INTERNALDATE %v, delivered after %v", at, before)
	}
	got := d.Raw(list[0].UID)
	if !bytes.HasPrefix(got, []byte("Return-Path: <candidat@example.org>\r\nDelivered-To: aap@greffier.test\r\nReceived: from ")) ||
		!bytes.Contains(got, []byte("by imap.greffier.test with LMTP")) {
		t.Errorf("trace lines are missing:\n%s", got)
	}
	if rest := withoutTrace(t, got); !bytes.Equal(rest, raw) {
		t.Errorf("delivered %q", rest)
	}
	if got := d.Raw(list[1].UID); !bytes.HasPrefix(got, []byte("Return-Path: <>\r\n")) {
		t.Errorf("the null sender became:\n%s", got)
	}
}

func TestDovecotAnnouncesNewMailInIdle(t *testing.T) {
	d := startDovecot(t)
	counts := make(chan uint32, 8)
	s := d.Session(&imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				counts <- *data.NumMessages
			}
		},
	}})
	if _, err := s.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	idle, err := s.Idle()
	if err != nil {
		t.Fatal(err)
	}
	d.Deliver(testMail("nouveau"))
	select {
	case n := <-counts:
		if n != 1 {
			t.Errorf("announced %d mails, want 1", n)
		}
	case <-time.After(serverDeadline):
		t.Fatal("the new mail was not announced")
	}
	if err := errors.Join(idle.Close(), idle.Wait()); err != nil {
		t.Errorf("end IDLE: %v", err)
	}
	s.end()
}

func TestDovecotTLSAndPasswords(t *testing.T) {
	d := startDovecot(t)
	login := func(client *imapclient.Client, err error) func(string) error {
		return func(password string) error {
			if err != nil {
				return err
			}
			defer client.Close()
			return client.Login(d.User, password).Wait()
		}
	}
	trusting := func() *imapclient.Options {
		return &imapclient.Options{TLSConfig: d.Certificate.clientConfig()}
	}
	ways := map[string]func() func(string) error{
		"in the clear": func() func(string) error { return login(imapclient.DialInsecure(d.IMAPAddr(), nil)) },
		"STARTTLS":     func() func(string) error { return login(imapclient.DialStartTLS(d.IMAPAddr(), trusting())) },
		"TLS":          func() func(string) error { return login(imapclient.DialTLS(d.TLSAddr(), trusting())) },
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			if err := way()(d.Password); err != nil {
				t.Errorf("right password: %v", err)
			}
			var refusal *imap.Error
			if err := way()("wrong"); !errors.As(err, &refusal) || refusal.Type != imap.StatusResponseTypeNo {
				t.Errorf("wrong password: %v, want NO", err)
			}
		})
	}
	t.Run("unknown authority", func(t *testing.T) {
		var unknown *tls.CertificateVerificationError
		if err := login(imapclient.DialTLS(d.TLSAddr(), nil))(d.Password); !errors.As(err, &unknown) {
			t.Errorf("a stranger's certificate gave %v", err)
		}
	})
}

func TestDovecotKnobs(t *testing.T) {
	d := startDovecot(t, func(o *dovecotOptions) {
		o.User = "autre@greffier.test"
		o.Quota = "10k"
		o.WithoutCapabilities = []string{"IDLE", "MOVE"}
		o.MaxUserIPConnections = 1
		o.ID = "name Exchange"
		o.Settings = "login_greeting = Bonjour."
	})
	s := d.Session(nil)
	caps, err := s.Capability().Wait()
	if err != nil {
		t.Fatal(err)
	}
	if caps.Has(imap.CapIdle) || caps.Has(imap.CapMove) || !caps.Has(imap.CapUIDPlus) {
		t.Errorf("capabilities %v: want UIDPLUS, without IDLE and MOVE", caps)
	}
	if id, err := s.ID(nil).Wait(); err != nil || id.Name != "Exchange" {
		t.Errorf("ID says %+v, %v", id, err)
	}
	if err := greets(d.IMAPPort, "* OK [CAPABILITY"); err != nil {
		t.Error(err)
	}
	second, err := imapclient.DialInsecure(d.IMAPAddr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	var refusal *imap.Error
	if err := second.Login(d.User, d.Password).Wait(); !errors.As(err, &refusal) {
		t.Errorf("second login at a time: %v, want a refusal", err)
	}
	s.end()
	if err := d.deliver("candidat@example.org", append(testMail("gros"), make([]byte, 64<<10)...)); err == nil {
		t.Error("a mail over the quota was taken")
	}
}
