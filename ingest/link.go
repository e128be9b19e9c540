package ingest

import (
	"errors"
	"fmt"
	"net"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// exchange runs commands and their answers under the limit of silence. Between
// exchanges the server may be silent for as long as it likes.
func (l *link) exchange(f func() error) error {
	if err := l.conn.expect(l.answer); err != nil {
		return fmt.Errorf("connection lost: %w", err)
	}
	err := f()
	if err != nil && !refused(err) {
		return err
	}
	if quiet := l.conn.expect(0); err == nil && quiet != nil {
		err = fmt.Errorf("connection lost: %w", quiet)
	}
	return err
}

// blame adds to an error why the line broke, if it did: the library does not say.
func (l *link) blame(err error) error {
	if broken := l.conn.broken(); broken != nil && !errors.Is(err, broken) {
		return fmt.Errorf("%w (%w)", err, broken)
	}
	return err
}

// list gives every UID of the folder, by FETCH: what SEARCH is checked against.
func (l *link) list() ([]imap.UID, error) {
	var listed []imap.UID
	err := l.exchange(func() error {
		cmd := l.client.Fetch(imap.UIDSet{{Start: 1}}, &imap.FetchOptions{UID: true})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				if item, ok := item.(imapclient.FetchItemDataUID); ok {
					listed = append(listed, item.UID)
				}
			}
		}
		if err := cmd.Close(); err != nil {
			return fmt.Errorf("list folder: %w", err)
		}
		return nil
	})
	return listed, err
}

// search gives the UIDs of the folder that are among uids, or all.
func (l *link) search(uids imap.UIDSet) ([]imap.UID, error) {
	criteria := new(imap.SearchCriteria)
	if uids != nil {
		criteria.UID = []imap.UIDSet{uids}
	}
	var options *imap.SearchOptions
	if l.client.Caps().Has(imap.CapESearch) {
		options = &imap.SearchOptions{ReturnAll: true} // ranges, not a long list
	}
	var found []imap.UID
	err := l.exchange(func() error {
		data, err := l.client.UIDSearch(criteria, options).Wait()
		if err != nil {
			return fmt.Errorf("search folder: %w", err)
		}
		found = data.AllUIDs()
		return nil
	})
	return found, err
}

// logout takes leave of the server, and cuts the connection whatever it says.
func (l *link) logout() error {
	err := l.exchange(func() error { return l.client.Logout().Wait() })
	if err != nil {
		err = fmt.Errorf("log out: %w", err)
	}
	return errors.Join(err, l.cut())
}

// cut ends the connection. No command may be under way.
func (l *link) cut() error {
	l.release()
	err := l.conn.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if l.client != nil {
		// Waits for the library's reader, which has nothing left to read; what
		// it read last is of no interest any more.
		<-l.client.Closed()
	}
	if err != nil {
		return fmt.Errorf("close connection: %w", err)
	}
	return nil
}

// refused reports whether the server answered NO or BAD, the connection being
// sound.
func refused(err error) bool {
	var e *imap.Error
	return errors.As(err, &e)
}
