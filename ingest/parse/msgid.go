package parse

import (
	"bytes"
	"strings"
)

// parseIDs scans a value for message ids. RFC 5322 section 3.6.4 wants
// <left@right>; Exchange, phones and help desks write ids without "@", without
// brackets, with blanks where they folded, with quoted left parts. Whatever
// stands between brackets is an id; without any bracket, each word with an "@"
// is one, and lastly the whole value. Blanks within an id are dropped, and of a
// senselessly long one only the beginning is kept.
func parseIDs(raw []byte) []string {
	s := unfold(raw)
	var out []string
	for rest := s; ; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		j := bytes.IndexAny(rest, "<>")
		if j < 0 {
			break
		}
		if rest[j] == '<' {
			rest = rest[j:]
			continue
		}
		if id := cleanID(rest[:j]); id != "" {
			out = append(out, id)
		}
		rest = rest[j+1:]
	}
	if out != nil {
		return out
	}
	for _, w := range bytes.Fields(s) {
		if bytes.IndexByte(w, '@') >= 0 {
			if id := cleanID(w); id != "" {
				out = append(out, id)
			}
		}
	}
	if out == nil {
		if id, _ := cutText(strings.TrimSpace(decodeGuess(s)), maxName); id != "" {
			out = []string{id}
		}
	}
	return out
}

func cleanID(b []byte) string {
	id, _ := cutText(strings.Join(strings.Fields(decodeGuess(b)), ""), maxName)
	return id
}

// capIDs keeps the first and the last ids of a very long list: the root of
// the thread and what is answered.
func capIDs(ids []string) ([]string, bool) {
	if len(ids) <= maxReferences {
		return ids, false
	}
	out := append([]string(nil), ids[:maxReferences/2]...)
	return append(out, ids[len(ids)-maxReferences/2:]...), true
}
