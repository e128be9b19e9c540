package export

import (
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a name, in bytes of UTF-8: file systems take 255, and Windows 260
// characters for a whole path.
const (
	nameMost      = 100
	extensionMost = 16
)

// unnamed stands for a name of which nothing can be kept.
const unnamed = "sans nom"

// SafeName makes of any text the name of a file that Windows, macOS and Linux take,
// that stays in its folder and looks like what it is: without the characters that
// one of them refuses, without controls, invisible or direction marks, in composed
// form, no device of Windows, at most 100 bytes with its extension kept. A safe
// name stays as it is.
func SafeName(name string) string {
	// Each step may lay bare what another one takes away.
	for {
		safe := safeOnce(name)
		if safe == name {
			return safe
		}
		name = safe
	}
}

func safeOnce(name string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToValidUTF8(name, "_")) {
		switch {
		case strings.ContainsRune(`<>:"/\|?*`, r) || unicode.IsControl(r) && !unicode.IsSpace(r):
			b.WriteByte('_')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case !unicode.IsPrint(r): // direction marks, no width, private use, unassigned
		default:
			b.WriteRune(r)
		}
	}
	safe := strings.Join(strings.Fields(b.String()), " ")
	safe = shorten(strings.TrimRight(safe, ". "))
	if strings.HasPrefix(safe, ".") || strings.HasPrefix(safe, "-") || strings.HasPrefix(safe, "~") || isDevice(safe) {
		safe = "_" + safe[min(len(safe), strings.IndexFunc(safe+"x", func(r rune) bool { return !strings.ContainsRune(".-~", r) })):]
	}
	if safe == "" || safe == "_" {
		return unnamed
	}
	return safe
}

// shorten cuts a long name before its extension.
func shorten(name string) string {
	if len(name) <= nameMost {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > extensionMost {
		extension = ""
	}
	stem := name[:nameMost-len(extension)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimRight(stem, ". ") + extension
}

// isDevice reports whether Windows takes the name, with any extension, for a device.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimSpace(stem))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	digit := strings.TrimPrefix(strings.TrimPrefix(stem, "COM"), "LPT")
	return digit != stem && utf8.RuneCountInString(digit) == 1 && strings.ContainsAny(digit, "0123456789¹²³")
}

// names keeps the names of one folder apart, also where a file system does not tell
// capitals from small letters.
type names map[string]bool

// take gives the name, or one like it that nothing in the folder has yet.
func (n names) take(name string) string {
	name = SafeName(name)
	key := func(s string) string { return strings.ToLower(norm.NFC.String(strings.ToUpper(s))) }
	extension := path.Ext(name)
	for i := 2; n[key(name)]; i++ {
		stem := strings.TrimSuffix(name, extension)
		if i > 2 {
			stem = strings.TrimSuffix(stem, " ("+strconv.Itoa(i-1)+")")
		}
		mark := " (" + strconv.Itoa(i) + ")"
		if room := nameMost - len(mark) - len(extension); len(stem) > room {
			stem = strings.ToValidUTF8(stem[:max(0, room)], "")
		}
		name = stem + mark + extension
	}
	n[key(name)] = true
	return name
}
