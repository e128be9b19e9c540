package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"greffier/cases"
	"greffier/ingest/parse"
)

// SentStore is the memory of the folder of sent mail. Each method is one
// transaction.
type SentStore interface {
	// SentSeen gives the highest UID that was looked at; 0: none.
	SentSeen(ctx context.Context, mailbox, folder string, uidValidity uint32) (uint32, error)
	// Speaks reports whether one of the Message-IDs is of a mail or a letter of
	// a case.
	Speaks(ctx context.Context, ids []string) (bool, error)
	// RecordSent records what was found up to a UID: letters of ours by token,
	// and mails that staff wrote.
	RecordSent(ctx context.Context, mailbox, folder string, uidValidity, lastUID uint32, tokens []string, staff []cases.Mail) error
	// LettersToCopy gives letters that left and are not in the folder.
	LettersToCopy(ctx context.Context, limit int) ([]cases.SentLetter, error)
	Copied(ctx context.Context, token string) error
	OpenLetter(ctx context.Context, id int64) (io.Reader, error)
}

// SentFolder keeps the folder of sent mail, for people who work in a mail
// client: it copies our letters there, and files what staff wrote from it in the
// cases they wrote about. It reads before it writes, so that a letter which lies
// there already is known to have left, whatever a restored store remembers.
//
// It has a connection of its own, for as long as a look takes. A look that fails
// is done again; a letter may lie there twice when the connection breaks between
// the copy and the record of it.
type SentFolder struct {
	session *Session
	store   SentStore
	read    chan struct{} // closed once the folder was read
	once    sync.Once
}

// NewSentFolder makes a SentFolder of the folder cfg.Folder. It does no I/O.
func NewSentFolder(cfg Config, folder string, store Store, sent SentStore, archive Archive) *SentFolder {
	cfg.Folder, cfg.ProcessedFolder = folder, ""
	return &SentFolder{session: New(cfg, store, archive), store: sent, read: make(chan struct{})}
}

const (
	sentEvery   = 5 * time.Minute // between two looks when nothing leaves
	sentMost    = 200             // headers asked for together
	copyMost    = 50              // letters copied in one look
	sentRetry   = 10 * time.Second
	sentLongest = 10 * time.Minute
)

// Kick tells Run that a letter left. It does not block.
func (f *SentFolder) Kick() { f.session.Kick() }

// Read is closed once the folder has been read to its end.
func (f *SentFolder) Read() <-chan struct{} { return f.read }

// Run looks again and again until ctx ends, and then returns nil.
func (f *SentFolder) Run(ctx context.Context) error {
	wait := backoff{min: sentRetry, max: sentLongest}
	for ctx.Err() == nil {
		pause := sentEvery
		if err := f.Look(ctx); err != nil && ctx.Err() == nil {
			pause = wait.pause()
			f.session.log.Warn("sent mail not looked at, trying again", logError, err, logWait, pause.Round(time.Millisecond))
		} else {
			wait.reset()
		}
		sleep(ctx, pause, f.session.kick)
	}
	return nil
}

// Look reads what is new in the folder, which is made if it is missing, then
// copies letters there.
func (f *SentFolder) Look(ctx context.Context) error {
	look := func(l *link) error {
		if err := f.readNew(ctx, l); err != nil {
			return err
		}
		f.once.Do(func() { close(f.read) })
		return f.copyLetters(ctx, l)
	}
	err := f.session.visit(ctx, look)
	if errors.Is(err, errFolder) {
		if err := f.create(ctx); err != nil {
			return err
		}
		err = f.session.visit(ctx, look)
	}
	if err != nil {
		return fmt.Errorf("look at sent mail: %w", err)
	}
	return nil
}

// create makes the folder.
func (f *SentFolder) create(ctx context.Context) error {
	s := f.session
	l := &link{answer: s.limits.answer, changed: make(chan struct{}, 1)}
	if err := s.enter(ctx, l); err != nil {
		return fmt.Errorf("make the folder %s: %w", s.cfg.Folder, err)
	}
	if err := l.exchange(func() error { return l.client.Create(s.cfg.Folder, nil).Wait() }); err != nil {
		return errors.Join(fmt.Errorf("make the folder %s: %w", s.cfg.Folder, err), l.cut())
	}
	if err := l.logout(); err != nil {
		// The folder is there; that the server did not say goodbye harms nobody.
		s.log.Debug("leave mailbox", logError, err)
	}
	return nil
}

// sentHeader is what tells whose a mail in the folder is.
type sentHeader struct {
	uid          imap.UID
	internalDate time.Time
	mail         *parse.Mail
}

// readNew reads the headers of the mails that were not looked at, and files
// those of interest.
func (f *SentFolder) readNew(ctx context.Context, l *link) error {
	cfg := f.session.cfg
	last, err := f.store.SentSeen(ctx, cfg.Mailbox, cfg.Folder, l.uidValidity)
	if err != nil {
		return err
	}
	found, err := l.search(imap.UIDSet{{Start: imap.UID(last) + 1}})
	if err != nil {
		return err
	}
	// RFC 3501 section 6.4.8: n:* always holds the last mail, even one below n.
	found = slices.DeleteFunc(found, func(uid imap.UID) bool { return uint32(uid) <= last })
	slices.Sort(found)
	for chunk := range slices.Chunk(found, sentMost) {
		headers, err := f.headers(l, chunk)
		if err != nil {
			return err
		}
		var tokens []string
		var staff []cases.Mail
		for _, h := range headers {
			if token := cases.TokenOf(h.mail.MessageID); token != "" {
				tokens = append(tokens, token)
				continue
			}
			speaks, err := f.store.Speaks(ctx, append(slices.Clone(h.mail.InReplyTo), h.mail.References...))
			if err != nil {
				return err
			}
			if !speaks {
				continue // people send other mail from the mailbox, which is theirs
			}
			m, err := f.fetch(ctx, l, h)
			if err != nil {
				return err
			}
			if m != nil {
				staff = append(staff, *m)
			}
		}
		if err := f.store.RecordSent(ctx, cfg.Mailbox, cfg.Folder, l.uidValidity, uint32(chunk[len(chunk)-1]), tokens, staff); err != nil {
			return err
		}
	}
	return nil
}

// headers fetches what names mails and what they answer.
func (f *SentFolder) headers(l *link, uids []imap.UID) ([]sentHeader, error) {
	var out []sentHeader
	fields := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID", "In-Reply-To", "References"}, Peek: true}
	err := l.exchange(func() error {
		cmd := l.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{fields}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			var h sentHeader
			for item := msg.Next(); item != nil; item = msg.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataUID:
					h.uid = item.UID
				case imapclient.FetchItemDataInternalDate:
					h.internalDate = item.Time
				case imapclient.FetchItemDataBodySection:
					if item.Literal == nil {
						continue
					}
					text, err := io.ReadAll(io.LimitReader(item.Literal, maxHeader))
					if err != nil {
						return errors.Join(err, cmd.Close())
					}
					if h.mail, err = parse.Read(bytes.NewReader(text), int64(len(text)), parse.Options{}); err != nil {
						return errors.Join(err, cmd.Close())
					}
				}
			}
			if h.uid != 0 && h.mail != nil {
				out = append(out, h)
			}
		}
		return cmd.Close()
	})
	if err != nil {
		return nil, fmt.Errorf("fetch headers: %w", err)
	}
	slices.SortFunc(out, func(a, b sentHeader) int { return int(a.uid) - int(b.uid) })
	return out, nil
}

// fetch archives a mail that staff wrote and reads it; nil when it has gone.
func (f *SentFolder) fetch(ctx context.Context, l *link, h sentHeader) (m *cases.Mail, err error) {
	raw, err := f.session.filer.archive.Create()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errArchive, err)
	}
	defer func() { err = errors.Join(err, raw.Drop()) }()
	whole := false
	err = l.exchange(func() error {
		cmd := l.client.Fetch(imap.UIDSetNum(h.uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				body, ok := item.(imapclient.FetchItemDataBodySection)
				if !ok || body.Literal == nil || whole {
					continue
				}
				l.conn.allow(body.Literal.Size())
				n, err := io.Copy(raw, body.Literal)
				if err != nil {
					return errors.Join(err, cmd.Close())
				}
				whole = n == body.Literal.Size()
			}
		}
		return cmd.Close()
	})
	if err != nil || !whole {
		return nil, err
	}
	sum, err := raw.Keep()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errArchive, err)
	}
	read, err := f.session.filer.Read(ctx, sum, h.internalDate, f.session.cfg.Now())
	if err != nil {
		// It stays in the archive and in the folder, for people to read.
		f.session.log.Warn("a mail sent by staff cannot be read", logUIDs, h.uid, logError, err)
		return nil, ctx.Err()
	}
	return &read, nil
}

// copyLetters puts letters that left into the folder, as read.
func (f *SentFolder) copyLetters(ctx context.Context, l *link) error {
	letters, err := f.store.LettersToCopy(ctx, copyMost)
	if err != nil {
		return err
	}
	for _, letter := range letters {
		body, err := f.store.OpenLetter(ctx, letter.ID)
		if err != nil {
			return err
		}
		err = l.exchange(func() error {
			cmd := l.client.Append(f.session.cfg.Folder, letter.Size, &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: letter.SentAt})
			if _, err := io.Copy(cmd, body); err != nil {
				return errors.Join(err, cmd.Close())
			}
			if err := cmd.Close(); err != nil {
				return err
			}
			_, err := cmd.Wait()
			return err
		})
		if err != nil {
			return fmt.Errorf("copy letter %d: %w", letter.ID, err)
		}
		if err := f.store.Copied(ctx, letter.Token); err != nil {
			return err
		}
	}
	if len(letters) == copyMost {
		f.Kick() // there are more
	}
	return nil
}
