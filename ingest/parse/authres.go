package parse

import "strings"

// dmarcVerdict reads the topmost Authentication-Results field (RFC 8601) that
// our own server wrote. Fields of other servers, and those below, may be
// forged: they say nothing. But programs behind one server write a field each,
// DKIM above DMARC say: where the topmost has no verdict, a failure told in
// those of our server that follow it at once is believed. Who forges that one
// accuses himself.
func dmarcVerdict(fields [][]byte, authservID string) string {
	if authservID == "" {
		return ""
	}
	ours := false
	for _, f := range fields {
		if len(f) > 16<<10 {
			f = f[:16<<10]
		}
		results := strings.Split(string(stripComment(unfold(f))), ";")
		id, _, _ := strings.Cut(strings.TrimSpace(results[0]), " ") // a version may follow
		if !strings.EqualFold(strings.Trim(id, `"`), authservID) {
			if ours {
				return ""
			}
			continue
		}
		for _, r := range results[1:] {
			method, rest, ok := strings.Cut(r, "=")
			method, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(method)), "/")
			if !ok || strings.TrimSpace(method) != "dmarc" {
				continue
			}
			verdict := strings.Fields(rest)
			if len(verdict) == 0 || ours && !strings.EqualFold(verdict[0], "fail") {
				return ""
			}
			return strings.ToLower(verdict[0])
		}
		ours = true
	}
	return ""
}

// isSpam tells whether a field is what mark ("Name: value") says.
func isSpam(h *header, mark string) bool {
	name, value, _ := strings.Cut(mark, ":")
	name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
	if name == "" {
		return false
	}
	for _, v := range h.all(name) {
		got := collapse(decodeGuess(unfold(v)))
		if strings.EqualFold(got, value) || value == "" && got != "" {
			return true
		}
		if value != "" && len(got) > len(value) && strings.EqualFold(got[:len(value)], value) && !isWordByte(got[len(value)]) {
			return true // "Yes, score=9.1"
		}
	}
	return false
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}
