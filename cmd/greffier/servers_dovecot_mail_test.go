package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"
)

// mailboxEntry is one mail of a folder as any IMAP client sees it.
type mailboxEntry struct {
	UID          imap.UID
	Flags        []imap.Flag
	InternalDate time.Time
	Size         int64 // RFC822.SIZE, bytes with CRLF
}

// imapSession is a logged-in connection of the test's own. It is cut serverDeadline
// after it began, or after the last touch.
type imapSession struct {
	*imapclient.Client
	t     testing.TB
	limit *time.Timer
}

// Session logs in over an own connection. Close it, or the end of the test does.
func (d *dovecotServer) Session(options *imapclient.Options) *imapSession {
	d.t.Helper()
	conn, err := net.DialTimeout("tcp", d.IMAPAddr(), serverDeadline)
	if err != nil {
		d.t.Fatal(err)
	}
	s := &imapSession{Client: imapclient.New(conn, options), t: d.t}
	// Close fails on a connection already closed: nobody waits for more.
	s.limit = time.AfterFunc(serverDeadline, func() { conn.Close() })
	d.t.Cleanup(func() {
		s.limit.Stop()
		conn.Close()
	})
	if err := s.Login(d.User, d.Password).Wait(); err != nil {
		d.t.Fatalf("log in to dovecot: %v", err)
	}
	return s
}

// touch gives the session another serverDeadline.
func (s *imapSession) touch() { s.limit.Reset(serverDeadline) }

// end logs out.
func (s *imapSession) end() {
	s.t.Helper()
	if err := s.Logout().Wait(); err != nil {
		s.t.Errorf("log out of dovecot: %v", err)
	}
	s.limit.Stop()
	// After LOGOUT nothing can go wrong any more, but Close also repeats a fault that
	// the library recorded on the way, such as any answer to ID but NIL.
	s.Close()
}

// Append puts a mail into INBOX by APPEND, with the INTERNALDATE and the flags
// given, and returns its UID.
func (d *dovecotServer) Append(raw []byte, internalDate time.Time, flags ...imap.Flag) imap.UID {
	d.t.Helper()
	s := d.Session(nil)
	defer s.end()
	return s.append("INBOX", raw, &imap.AppendOptions{Time: internalDate, Flags: flags})
}

// AppendAll puts many mails into INBOX over one connection; all get the same INTERNALDATE.
func (d *dovecotServer) AppendAll(raws [][]byte, internalDate time.Time) {
	d.t.Helper()
	s := d.Session(nil)
	defer s.end()
	for _, raw := range raws {
		s.touch()
		s.append("INBOX", raw, &imap.AppendOptions{Time: internalDate})
	}
}

func (s *imapSession) append(folder string, raw []byte, options *imap.AppendOptions) imap.UID {
	s.t.Helper()
	command := s.Client.Append(folder, int64(len(raw)), options)
	_, writeErr := command.Write(raw)
	closeErr := command.Close()
	result, err := command.Wait()
	if err := errors.Join(writeErr, closeErr, err); err != nil {
		s.t.Fatalf("append to %s: %v", folder, err)
	}
	return result.UID
}

// Deliver gives a mail to LMTP for the user, as a mail server does: the
// INTERNALDATE is now, and Dovecot adds Return-Path, Delivered-To and Received.
func (d *dovecotServer) Deliver(raw []byte) {
	d.t.Helper()
	if err := d.deliver("candidat@example.org", raw); err != nil {
		d.t.Fatalf("deliver by LMTP: %v", err)
	}
}

// deliver is Deliver with an envelope sender, empty for a bounce; the error is
// the server's refusal, e.g. for a quota.
func (d *dovecotServer) deliver(envelopeFrom string, raw []byte) error {
	conn, err := net.DialTimeout("tcp", d.LMTPAddr(), serverDeadline)
	if err != nil {
		return err
	}
	client := smtp.NewClientLMTP(conn)
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = serverDeadline, serverDeadline
	if err := client.SendMail(envelopeFrom, []string{d.User}, bytes.NewReader(raw)); err != nil {
		return err
	}
	return client.Quit()
}

// List returns the mails of a folder by ascending UID, without changing them.
func (d *dovecotServer) List(folder string) []mailboxEntry {
	d.t.Helper()
	s := d.Session(nil)
	defer s.end()
	var entries []mailboxEntry
	for _, mail := range s.fetch(folder, imap.UIDSet{imap.UIDRange{Start: 1}}, &imap.FetchOptions{Flags: true, InternalDate: true, RFC822Size: true}) {
		entries = append(entries, mailboxEntry{UID: mail.UID, Flags: mail.Flags, InternalDate: mail.InternalDate, Size: mail.RFC822Size})
	}
	return entries
}

// Flags returns the flags and keywords of one mail of INBOX.
func (d *dovecotServer) Flags(uid imap.UID) []imap.Flag {
	d.t.Helper()
	for _, entry := range d.List("INBOX") {
		if entry.UID == uid {
			return entry.Flags
		}
	}
	d.t.Fatalf("no mail with UID %d in INBOX", uid)
	return nil
}

// Raw returns the bytes of one mail of INBOX; it stays unseen.
func (d *dovecotServer) Raw(uid imap.UID) []byte {
	d.t.Helper()
	s := d.Session(nil)
	defer s.end()
	whole := &imap.FetchItemBodySection{Peek: true}
	mails := s.fetch("INBOX", imap.UIDSetNum(uid), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{whole}})
	if len(mails) != 1 {
		d.t.Fatalf("no mail with UID %d in INBOX", uid)
	}
	return mails[0].FindBodySection(whole)
}

func (s *imapSession) fetch(folder string, uids imap.UIDSet, options *imap.FetchOptions) []*imapclient.FetchMessageBuffer {
	s.t.Helper()
	selected, err := s.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		s.t.Fatalf("select %s: %v", folder, err)
	}
	if selected.NumMessages == 0 {
		return nil // "1:*" would be a range over nothing
	}
	options.UID = true
	mails, err := s.Fetch(uids, options).Collect()
	if err != nil {
		s.t.Fatalf("fetch from %s: %v", folder, err)
	}
	return mails
}

// UIDValidity returns the present UIDVALIDITY of INBOX.
func (d *dovecotServer) UIDValidity() uint32 {
	d.t.Helper()
	s := d.Session(nil)
	defer s.end()
	selected, err := s.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		d.t.Fatalf("select INBOX: %v", err)
	}
	return selected.UIDValidity
}

// ResetUIDValidity gives INBOX a new UIDVALIDITY and new UIDs from 1, mails and
// flags unchanged, as a restored or migrated server does. Connections are cut.
func (d *dovecotServer) ResetUIDValidity() {
	d.t.Helper()
	before := d.UIDValidity()
	d.Stop()
	entries, err := os.ReadDir(d.MaildirPath)
	if err != nil {
		d.t.Fatal(err)
	}
	// The UID list and the indexes hold both numbers; Dovecot makes them anew.
	for _, entry := range entries {
		name := entry.Name()
		if name != "dovecot-uidlist" && !strings.HasPrefix(name, "dovecot.index") {
			continue
		}
		if err := os.Remove(filepath.Join(d.MaildirPath, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.t.Fatal(err)
		}
	}
	d.Start()
	awaitCondition(d.t, "new UIDVALIDITY", func() error {
		if after := d.UIDValidity(); after == before {
			return fmt.Errorf("still %d", after)
		}
		return nil
	})
}
