package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// markLeft marks what earlier readings filed and could not mark.
func (s *Session) markLeft(ctx context.Context, l *link) error {
	if s.cfg.ProcessedFolder == "" && !l.keyword {
		return nil
	}
	left, err := s.store.Unmarked(ctx, s.cfg.Mailbox, s.cfg.Folder, l.uidValidity)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	if len(left) == 0 {
		return nil
	}
	uids := make([]imap.UID, len(left))
	for i, uid := range left {
		uids[i] = imap.UID(uid)
	}
	// A command line is best kept under 8192 bytes (RFC 7162 section 4).
	for chunk := range slices.Chunk(uids, describeMost) {
		if err := s.mark(ctx, l, chunk); err != nil || s.troubles[TroubleMark] {
			return err // refused once, refused for all
		}
	}
	return nil
}

// mark tells the server that mails are filed, by moving them or by Keyword, and
// the store that it was told. A server that refuses is asked again at the next
// reading; only a lost connection or a failing store is an error.
func (s *Session) mark(ctx context.Context, l *link, uids []imap.UID) error {
	var err error
	switch {
	case s.cfg.ProcessedFolder != "":
		uids, err = s.move(l, uids)
	case l.keyword:
		err = l.store(uids, Keyword)
	default:
		return nil // the folder takes no keywords: the store knows, which is enough
	}
	if err != nil {
		if !refused(err) && !errors.Is(err, errNoMove) {
			return fmt.Errorf("mark filed mails: %w", err)
		}
		if !s.troubles[TroubleMark] {
			s.log.Warn("filed mails cannot be marked on the server", logError, err)
		}
		s.trouble(TroubleMark, err)
		return nil
	}
	s.recovered(TroubleMark)
	marked := make([]uint32, len(uids))
	for i, uid := range uids {
		marked[i] = uint32(uid)
	}
	if err := s.store.Marked(ctx, s.cfg.Mailbox, s.cfg.Folder, l.uidValidity, marked); err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	return nil
}

// store adds a flag to mails; those that have gone are passed over by the
// server (RFC 3501 section 6.4.8).
func (l *link) store(uids []imap.UID, flag imap.Flag) error {
	return l.exchange(func() error {
		return l.client.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
	})
}

// errNoMove: without MOVE or UIDPLUS, a move would end in an EXPUNGE of whatever
// anybody flagged as deleted in the folder.
var errNoMove = errors.New("the server can move no mails: it has neither MOVE nor UIDPLUS")

// move moves mails to the processed folder, made if it is missing, and gives
// those that are not in their folder any more.
func (s *Session) move(l *link, uids []imap.UID) (gone []imap.UID, err error) {
	caps := l.client.Caps()
	set := imap.UIDSetNum(uids...)
	var attempt func() error
	switch {
	case caps.Has(imap.CapMove):
		attempt = func() error {
			_, err := l.client.Move(set, s.cfg.ProcessedFolder).Wait()
			return err
		}
	case caps.Has(imap.CapUIDPlus):
		// One after the other: what was not copied must not be expunged.
		attempt = func() error {
			if _, err := l.client.Copy(set, s.cfg.ProcessedFolder).Wait(); err != nil {
				return err
			}
			deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
			if err := l.client.Store(set, deleted, nil).Close(); err != nil {
				return err
			}
			return l.client.UIDExpunge(set).Close()
		}
	default:
		return nil, errNoMove
	}
	err = l.exchange(attempt)
	var refusal *imap.Error
	if errors.As(err, &refusal) && slices.Contains([]imap.ResponseCode{"", imap.ResponseCodeTryCreate, imap.ResponseCodeNonExistent}, refusal.Code) {
		// Not every server says why: the folder may be missing.
		created := l.exchange(func() error { return l.client.Create(s.cfg.ProcessedFolder, nil).Wait() })
		switch {
		case created == nil:
			err = l.exchange(attempt)
		case refused(created):
			err = fmt.Errorf("%w (create folder: %w)", err, created)
		default:
			err = created
		}
	}
	if err != nil {
		return nil, fmt.Errorf("move filed mails to %s: %w", s.cfg.ProcessedFolder, err)
	}
	still, err := l.search(set)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(uids), func(uid imap.UID) bool { return slices.Contains(still, uid) }), nil
}
