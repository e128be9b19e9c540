package parse

import (
	"fmt"
	"io"
	"strings"
)

// bodies are the body texts met so far.
type bodies struct {
	plain []string
	html  []htmlPage
	tnef  []string
	count int
	bytes int
}

// full tells that more text would not be shown anyway: what follows is listed
// as parts.
func (b *bodies) full() bool { return b.count >= maxBodies || b.bytes > maxText }

// leaves reads what the splitter found: texts into bodies, all else into parts.
func (m *reader) leaves(list []*leaf) error {
	plain := false
	for _, p := range list {
		plain = plain || p.member == "" && p.bodyText() && p.mediaType == "text/plain"
	}
	named := namedBody(list)
	for _, p := range list {
		if err := m.asSent(p); err != nil {
			return err
		}
		var err error
		switch {
		case p == named && p.mediaType == "text/plain":
			err = m.plainBody(p, true)
		case p == named:
			err = m.htmlBody(p, true)
		case p.bodyText() && p.member != "": // the text of a mail that is kept whole as a part
		case p.bodyText() && p.mediaType == "text/plain" && !m.bodies.full():
			err = m.plainBody(p, false)
		case p.bodyText() && p.mediaType == "text/html" && !m.bodies.full():
			err = m.htmlBody(p, plain && !p.alternative)
		default:
			err = m.part(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// namedBody finds, in a mail without any other text, the text that has a file
// name: some webmailers give one to the body. It is read and listed.
func namedBody(list []*leaf) *leaf {
	var named *leaf
	for _, p := range list {
		switch {
		case p.member != "":
		case p.bodyText():
			return nil
		case named == nil && p.text() && p.disposition != "attachment":
			named = p
		}
	}
	return named
}

// bodyText tells whether p is text to read rather than a file.
func (p *leaf) bodyText() bool {
	return p.text() && p.filename == "" && p.disposition != "attachment"
}

func (p *leaf) text() bool { return p.mediaType == "text/plain" || p.mediaType == "text/html" }

// asSent takes the text of p as it came where it is not the base64 that is
// declared.
func (m *reader) asSent(p *leaf) error {
	if p.enc != base64CTE || !p.text() || p.disposition == "attachment" {
		return nil
	}
	head := make([]byte, min(p.end-p.off, 4096))
	n, err := readAt(p.src.r, head, p.off)
	if err != nil {
		return fmt.Errorf("read part %s: %w", p.id, err)
	}
	if !plainBase64(head[:n]) {
		p.enc = identity
		m.warn(warnTextNotEncoded)
	}
	return nil
}

// read decodes up to limit bytes of p.
func (m *reader) read(p *leaf, limit int64) (b []byte, more bool, err error) {
	r, err := p.open()
	if err != nil {
		return nil, false, err
	}
	b, err = io.ReadAll(io.LimitReader(r, limit+1))
	if e := m.src.err.Load(); e != nil {
		return nil, false, fmt.Errorf("read part %s: %w", p.id, *e)
	}
	if err != nil {
		m.warn(warnTextDamaged)
	}
	if int64(len(b)) > limit {
		return b[:limit], true, nil
	}
	return b, false, nil
}

func (m *reader) plainBody(p *leaf, alsoPart bool) error {
	b, more, err := m.read(p, maxBody)
	if err != nil {
		return err
	}
	m.bodies.count++
	raw := b
	t, how := decodeCharset(b, p.charset)
	m.charsetWarning(how)
	t = plainText(t, p.format == "flowed", p.delsp == "yes")
	t, cut := cutText(t, maxText)
	m.bodies.plain = append(m.bodies.plain, t)
	m.bodies.bytes += len(t)
	more = more || cut
	if err := m.uuBlocks(p, raw); err != nil {
		return err
	}
	if more {
		m.warn(warnTextKept)
	}
	if more || alsoPart {
		return m.part(p)
	}
	return nil
}

func (m *reader) htmlBody(p *leaf, alsoPart bool) error {
	b, more, err := m.read(p, maxBody)
	if err != nil {
		return err
	}
	m.bodies.count++
	t, how := decodeCharset(b, m.htmlCharset(p, b))
	m.charsetWarning(how)
	page := readHTML(t)
	for _, c := range page.cids {
		if len(m.cids) < maxCIDs {
			m.cids[c] = true
		}
	}
	page.cids = nil
	var cut bool
	page.text, cut = cutText(page.text, maxText)
	m.bodies.html = append(m.bodies.html, page)
	m.bodies.bytes += len(page.text)
	more = more || cut
	if more {
		m.warn(warnTextKept)
	}
	if more || alsoPart {
		return m.part(p)
	}
	return nil
}

// htmlCharset is the declared charset, or what a meta element says.
func (m *reader) htmlCharset(p *leaf, b []byte) string {
	if charsetName(p.charset) != "" {
		return p.charset
	}
	head := strings.ToLower(string(b[:min(len(b), 2048)]))
	i := strings.Index(head, "charset=")
	if i < 0 {
		return ""
	}
	name := strings.TrimLeft(head[i+8:], `"' `)
	if j := strings.IndexAny(name, `"' />;`); j >= 0 {
		name = name[:j]
	}
	return name
}

func (m *reader) charsetWarning(how decoding) {
	if how == asReplaced {
		m.warn(warnCharacters)
	}
}

// finishText makes Text, NewText and Links of the bodies.
func (m *reader) finishText() {
	var hrefs []string
	var fromHTML []string
	for _, p := range m.bodies.html {
		hrefs = append(hrefs, p.links...)
		fromHTML = append(fromHTML, p.text)
	}
	t := strings.Join(m.bodies.plain, "\n")
	if strings.TrimSpace(t) == "" {
		t = strings.Join(fromHTML, "\n\n")
	}
	if strings.TrimSpace(t) == "" {
		t = strings.Join(m.bodies.tnef, "\n\n")
	}
	t, cut := cutText(t, maxText)
	if cut {
		m.warn(warnTextCut)
	}
	plain := clearSigned(t)
	if plain != t {
		m.warn(warnSignedPGP)
	}
	if pgpEncrypted(t) {
		m.warn(warnPGPText)
	}
	m.mail.NewText, m.mail.Signature = newText(plain, m.mail.Subject)
	m.mail.Text = trimLines(t)
	m.mail.Links = transferLinks(t, hrefs)
}
