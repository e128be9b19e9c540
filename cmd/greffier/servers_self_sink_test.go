package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sendToSink hands a mail to a sink over a connection of its own.
func sendToSink(sink *smtpSink, to string, raw []byte) error {
	client, err := smtp.Dial(sink.Addr())
	if err != nil {
		return err
	}
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = serverDeadline, serverDeadline
	return client.SendMail("aap@greffier.test", []string{to}, bytes.NewReader(raw))
}

// smtpCode is the code of a refusal, 0 for any other error and for none.
func smtpCode(err error) int {
	var refusal *smtp.SMTPError
	if !errors.As(err, &refusal) {
		return 0
	}
	return refusal.Code
}

func TestSinkKeepsWhatItIsGiven(t *testing.T) {
	sink := startSink(t)
	raw := testMail("un")
	for _, mail := range [][]byte{raw, testMail("deux")} {
		if err := sendToSink(sink, "la-melee@example.org", mail); err != nil {
			t.Fatal(err)
		}
	}
	mails := sink.Delivered(t, 2, serverDeadline)
	first := mails[0]
	if first.From != "aap@greffier.test" || len(first.To) != 1 || first.To[0] != "la-melee@example.org" || !first.Answered {
		t.Errorf("envelope %+v", first)
	}
	if !bytes.Equal(first.Raw, raw) || !bytes.Equal(mails[1].Raw, testMail("deux")) {
		t.Errorf("bytes changed or out of order: %q", first.Raw)
	}
}

func TestSinkMisbehaves(t *testing.T) {
	sink := startSink(t)
	const to = "ping@example.org"
	raw := testMail("lettre")

	sink.Refuse(to, 550, "no such mailbox")
	if err := sendToSink(sink, to, raw); smtpCode(err) != 550 {
		t.Errorf("refused recipient: %v, want 550", err)
	}
	if err := sendToSink(sink, "autre@example.org", raw); err != nil {
		t.Errorf("another recipient: %v", err)
	}
	sink.Accept(to)
	sink.RefuseFirst(2)
	for n := range 3 {
		if err := sendToSink(sink, to, raw); (smtpCode(err) == 451) != (n < 2) {
			t.Errorf("attempt %d of two busy ones: %v", n+1, err)
		}
	}
	if n := sink.Attempts(to); n != 4 {
		t.Errorf("%d attempts counted, want 4", n)
	}

	sink.DropAfterData(1)
	before := len(sink.Mails())
	if err := sendToSink(sink, to, raw); err == nil || smtpCode(err) != 0 {
		t.Errorf("dropped after DATA: %v, want a lost connection", err)
	}
	if mails := sink.Delivered(t, before+1, serverDeadline); mails[before].Answered {
		t.Error("the dropped mail counts as answered")
	}

	before = len(sink.Mails())
	release := sink.Stall()
	sent := make(chan error, 1)
	go func() { sent <- sendToSink(sink, to, raw) }()
	awaitCondition(t, "stall", func() error {
		if sink.Stalling() == 0 {
			return errors.New("nobody waits")
		}
		return nil
	})
	if n := len(sink.Mails()); n != before {
		t.Errorf("%d mails delivered while stalling", n-before)
	}
	release()
	if err := <-sent; err != nil {
		t.Errorf("after the stall: %v", err)
	}
}

func TestSinkTLSAndPasswords(t *testing.T) {
	certificate := newTestCertificate(t, t.TempDir())
	sink := startSink(t, func(o *sinkOptions) {
		o.Certificate = certificate
		o.Username, o.Password = "aap", "secret"
		o.Server = func(s *smtp.Server) { s.EnableSMTPUTF8 = true }
	})
	if err := sendToSink(sink, "ping@example.org", testMail("sans mot de passe")); smtpCode(err) != smtp.ErrAuthRequired.Code {
		t.Errorf("without authentication: %v", err)
	}
	for _, password := range []string{"wrong", "secret"} {
		client, err := smtp.DialStartTLS(sink.Addr(), certificate.clientConfig())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if ok, _ := client.Extension("SMTPUTF8"); !ok {
			t.Error("SMTPUTF8 is not announced")
		}
		err = client.Auth(sasl.NewPlainClient("", "aap", password))
		if password == "wrong" {
			if smtpCode(err) != 535 {
				t.Errorf("wrong password: %v, want 535", err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("right password: %v", err)
		}
		if err := client.SendMail("aap@greffier.test", []string{"ping@example.org"}, bytes.NewReader(testMail("avec"))); err != nil {
			t.Error(err)
		}
	}
	if n := len(sink.Mails()); n != 1 {
		t.Errorf("%d mails delivered, want the authenticated one", n)
	}

	clear := startSink(t, func(o *sinkOptions) { o.Username, o.Password, o.AllowPlainAuth = "aap", "secret", true })
	client, err := smtp.Dial(clear.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Auth(sasl.NewPlainClient("", "aap", "secret")); err != nil {
		t.Errorf("authentication in the clear, allowed: %v", err)
	}
}
