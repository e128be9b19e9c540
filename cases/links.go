package cases

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// LinkedPieces tells, by id, the pieces that a mail announces behind its links to
// transfer services. A link's own line says which, with the file name at its end,
// if it has one; else the line above it, as in a mail that lists its files and
// then gives the address. Of a single link about which these say nothing, the
// mail as a whole may speak: where it names one piece alone.
func LinkedPieces(c *Call, links []string, subject, text string) []string {
	var out []string
	silent := 0
	lines := strings.Split(text, "\n")
	for _, link := range links {
		found := announced(c, lines, link)
		if len(found) == 0 {
			silent++
		}
		out = append(out, found...)
	}
	if silent == 1 && len(links) == 1 {
		words := subject + "\n" + text
		if whole := piecesSaid(c, words[:min(len(words), mailWords)]); len(whole) == 1 {
			out = whole
		}
	}
	return out
}

// announced gives the pieces that the words around a link name.
func announced(c *Call, lines []string, link string) []string {
	name := ""
	if u, err := url.Parse(link); err == nil && path.Ext(u.Path) != "" {
		name = " " + strings.TrimSuffix(path.Base(u.Path), path.Ext(u.Path))
	}
	for i, line := range lines {
		if !strings.Contains(line, link) {
			continue
		}
		if found := piecesSaid(c, line+name); len(found) > 0 {
			return found
		}
		for above := i - 1; above >= 0; above-- {
			if words := strings.TrimSpace(reLink.ReplaceAllString(lines[above], "")); words != "" {
				return piecesSaid(c, words)
			}
		}
		return nil
	}
	return piecesSaid(c, name)
}

// reLink is an address that the words around it speak of, and that is no word.
var reLink = regexp.MustCompile(`(?i)https?://\S+`)

// piecesSaid gives the pieces that words name without doubt.
func piecesSaid(c *Call, words string) []string {
	var out []string
	for _, m := range nameSays(c, Fold(reLink.ReplaceAllString(words, " "))) {
		if m.weight >= weighsName {
			out = append(out, m.piece)
		}
	}
	return out
}
