package ingest

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// maxHeader is how much of a mail is searched for the header fields that
// delivering servers add; they stand at its top.
const maxHeader = 256 << 10

// recipients gives the addresses that servers recorded a mail to be delivered
// to. None of it is proof of anything: a tag in it must be one that cannot be
// guessed.
func recipients(r io.ReaderAt, size int64) []string {
	lines := bufio.NewReader(io.NewSectionReader(r, 0, min(size, maxHeader)))
	var found []string
	for {
		line, err := lines.ReadSlice('\n')
		name, value, ok := strings.Cut(string(line), ":")
		if ok && isDeliveryField(strings.TrimSpace(name)) {
			found = append(found, strings.Trim(strings.TrimSpace(value), "<>"))
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = lines.ReadSlice('\n')
		}
		if err != nil || strings.TrimSpace(string(line)) == "" {
			return found
		}
	}
}

// isDeliveryField reports whether a field is one of those that Postfix, Exim,
// Dovecot, Exchange and their like write at final delivery; only the first stands
// in an RFC (9228).
func isDeliveryField(name string) bool {
	switch strings.ToLower(name) {
	case "delivered-to", "x-original-to", "envelope-to", "x-envelope-to":
		return true
	}
	return false
}
