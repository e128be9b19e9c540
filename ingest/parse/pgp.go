package parse

import "strings"

// clearSigned takes the PGP armour off a text signed within (RFC 9580 section
// 7): its header lines, the dashes that guard its lines, the signature. A text
// that is none is given back as it is. The signature is not checked.
func clearSigned(t string) string {
	before, rest, ok := cutLine(t, "-----BEGIN PGP SIGNED MESSAGE-----")
	if !ok {
		return t
	}
	_, rest, ok = strings.Cut(rest, "\n\n") // the armour's own header lines
	if !ok {
		return t
	}
	text, rest, ok := cutLine(rest, "-----BEGIN PGP SIGNATURE-----")
	if !ok {
		return t
	}
	_, after, _ := cutLine(rest, "-----END PGP SIGNATURE-----")
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, "- ")
		if lines[i] == "--" {
			lines[i] = "-- "
		}
	}
	return before + strings.Join(lines, "\n") + after
}

// pgpEncrypted tells whether a text holds a PGP message (RFC 9580 section 6.2),
// which only its addressee's key opens.
func pgpEncrypted(t string) bool {
	_, rest, ok := cutLine(t, "-----BEGIN PGP MESSAGE-----")
	return ok && strings.Contains(rest, "-----END PGP MESSAGE-----")
}

// cutLine cuts t at the first line that is mark; after begins with its line end.
func cutLine(t, mark string) (before, after string, ok bool) {
	for at := 0; ; {
		i := strings.Index(t[at:], mark)
		if i < 0 {
			return t, "", false
		}
		i += at
		end := i + len(mark)
		if (i == 0 || t[i-1] == '\n') && (end == len(t) || t[end] == '\n') {
			return t[:i], t[end:], true
		}
		at = end
	}
}
