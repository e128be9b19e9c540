package content

import (
	"encoding/binary"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

const (
	maxStream = 32 << 20 // bytes of one stream that are read
	cfbMini   = 64       // bytes of a sector of the mini stream ([MS-CFB] section 2.2)
)

// stream reads the first bytes of a stream through the allocation table; short
// ones through that of the mini stream ([MS-CFB] sections 2.3 and 2.4).
func (c *cfb) stream(e cfbEntry, root cfbEntry, most int) []byte {
	size := int(min(e.size, uint64(most), maxStream, uint64(c.in.size))) // no stream is longer than its file
	if e.size >= 4096 {
		return c.chain(e.start, size)
	}
	mini := c.chain(root.start, int(min(root.size, maxStream)))
	table := c.chain(binary.LittleEndian.Uint32(c.header[60:]), 1<<20)
	var out []byte
	for sector := e.start; len(out) < size; {
		at := int64(sector) * cfbMini
		if at+cfbMini > int64(len(mini)) {
			break
		}
		out = append(out, mini[at:at+cfbMini]...)
		if int64(sector)*4+4 > int64(len(table)) {
			break
		}
		sector = binary.LittleEndian.Uint32(table[sector*4:])
	}
	return out[:min(size, len(out))]
}

// chain reads up to most bytes of a chain of sectors.
func (c *cfb) chain(sector uint32, most int) []byte {
	most = int(min(int64(most), c.in.size)) // nor a chain, even one that leads into itself
	var out []byte
	for sector <= cfbMaxSect && len(out) < most {
		b := c.in.at(c.offset(sector), int(c.sector))
		if len(b) == 0 {
			break
		}
		out = append(out, b...)
		next, ok := c.next(sector)
		if !ok {
			break
		}
		sector = next
	}
	return out[:min(most, len(out))]
}

// streamsOf opens the streams directly under the root by name.
func streamsOf(in input) (c *cfb, root cfbEntry, byName map[string]cfbEntry) {
	c, ok := openCFB(in)
	if !ok {
		return nil, cfbEntry{}, nil
	}
	entries, _ := c.entries()
	byName = map[string]cfbEntry{}
	for _, e := range outer(entries) {
		byName[e.name] = e
	}
	if len(entries) > 0 {
		root = entries[0]
	}
	return c, root, byName
}

// readDOC reads the text of a Word 97–2003 document through its piece table
// ([MS-DOC] sections 2.4.1 and 2.8.35).
func readDOC(in input, f *File) {
	c, root, streams := streamsOf(in)
	if c == nil {
		return
	}
	doc := c.stream(streams["WordDocument"], root, maxStream)
	if len(doc) < 0x1AA {
		return
	}
	le := binary.LittleEndian
	table := "0Table"
	if doc[11]&2 != 0 { // fWhichTblStm
		table = "1Table"
	}
	tables := c.stream(streams[table], root, maxStream)
	fcClx, lcbClx := int64(le.Uint32(doc[0x1A2:])), int64(le.Uint32(doc[0x1A6:]))
	if fcClx+lcbClx > int64(len(tables)) {
		return
	}
	clx := tables[fcClx : fcClx+lcbClx]
	for len(clx) >= 3 && clx[0] == 1 { // Prc: properties, skipped
		clx = clx[min(len(clx), 3+int(le.Uint16(clx[1:]))):]
	}
	if len(clx) < 5 || clx[0] != 2 {
		return
	}
	pieces := clx[5:]
	n := (len(pieces) - 4) / 12
	text := newProse(maxText)
	r := docReader{text: text}
	for i := 0; i < n && !text.full(); i++ {
		from, to := le.Uint32(pieces[4*i:]), le.Uint32(pieces[4*i+4:])
		fc := le.Uint32(pieces[4*(n+1)+8*i+2:])
		if to < from || to-from > maxStream {
			return
		}
		chars := int64(to - from)
		at := int64(fc & 0x3FFFFFFF)
		if fc&0x40000000 != 0 { // 8-bit text
			at /= 2
			for _, b := range within(doc, at, chars) {
				r.char(charmap.Windows1252.DecodeByte(b))
			}
			continue
		}
		b := within(doc, at, 2*chars)
		units := make([]uint16, len(b)/2)
		for j := range units {
			units[j] = le.Uint16(b[2*j:])
		}
		for _, c := range utf16.Decode(units) {
			r.char(c)
		}
	}
	f.Text = text.String()
	f.Blank = f.Text == "" && n > 0 && len(doc) < 64<<10
}

// within returns up to n bytes from off, fewer at the end.
func within(b []byte, off, n int64) []byte {
	if off < 0 || off >= int64(len(b)) {
		return nil
	}
	return b[off:min(int64(len(b)), off+n)]
}

// docReader turns the characters of a Word document into text: some stand for
// cells, pictures and fields ([MS-DOC] section 2.4.1).
type docReader struct {
	text  *prose
	field int // inside the instructions of a field, not its result
}

func (r *docReader) char(c rune) {
	switch c {
	case 0x13:
		r.field++
	case 0x14, 0x15:
		if c == 0x14 || r.field > 0 {
			r.field = max(0, r.field-1)
		}
	case 0x07:
		r.text.cell()
	case 0x1E:
		r.text.text("-")
	case 0x01, 0x08:
	default:
		if r.field == 0 {
			r.text.text(string(c))
		}
	}
}

// readXLS reads the names of the sheets and the strings of an Excel 97–2003
// workbook ([MS-XLS] sections 2.4.28 and 2.4.265).
func readXLS(in input, f *File) {
	c, root, streams := streamsOf(in)
	if c == nil {
		return
	}
	e, ok := streams["Workbook"]
	if !ok {
		return // of Excel 95: recognised, not read
	}
	b := c.stream(e, root, maxStream)
	le := binary.LittleEndian
	text := newProse(maxText)
	book := xlsBook{b: b}
	for len(b) >= 4 {
		kind, size := le.Uint16(b), int(le.Uint16(b[2:]))
		if 4+size > len(b) {
			break
		}
		body := b[4 : 4+size]
		b = b[4+size:]
		switch kind {
		case 0x85: // BoundSheet8
			if len(body) > 7 {
				if name, ok := xlsString(body[7:], int(body[6])); ok && body[4]&3 == 0 {
					f.sheet(name)
					book.sheets = append(book.sheets, xlsSheet{name, int(le.Uint32(body))})
				}
			}
		case 0x41E: // Format
			book.format(body)
		case 0xE0: // XF
			book.style(body)
		case 0xFC: // SST, continued in the records after it
			chunks := [][]byte{body}
			for len(b) >= 4 && le.Uint16(b) == 0x3C && len(chunks) < 4_000 {
				n := int(le.Uint16(b[2:]))
				if 4+n > len(b) {
					break
				}
				chunks = append(chunks, b[4:4+n])
				b = b[4+n:]
			}
			xlsStrings(chunks, text)
			if f.shown != nil {
				xlsStrings(chunks, &book.shared)
			}
		case 0x0A: // EOF of the globals, which is all that is read
			b = nil
		}
	}
	all := newProse(maxText)
	for _, s := range f.Sheets {
		all.line(s)
	}
	all.text(text.String())
	f.Text = all.String()
	if f.shown != nil {
		f.shown.tables(f.Sheets, book.cells())
	}
}

// xlsString reads an unformatted string of n characters whose first byte says
// how wide they are.
func xlsString(b []byte, n int) (string, bool) {
	if len(b) < 1 {
		return "", false
	}
	wide, b := b[0]&1 != 0, b[1:]
	if wide {
		n *= 2
	}
	if n > len(b) {
		return "", false
	}
	return xlsDecode(b[:n], wide), true
}

func xlsDecode(b []byte, wide bool) string {
	units := make([]uint16, 0, len(b))
	if wide {
		for i := 0; i+1 < len(b); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(b[i:]))
		}
	} else {
		for _, c := range b {
			units = append(units, uint16(c))
		}
	}
	return string(utf16.Decode(units))
}

// xlsStrings reads the table of strings. One may be cut by the end of a record:
// the next then begins with the width of the characters that follow.
func xlsStrings(chunks [][]byte, text interface {
	text(string)
	end()
	full() bool
}) {
	le := binary.LittleEndian
	b := chunks[0]
	if len(b) < 8 {
		return
	}
	b, chunks = b[8:], chunks[1:]
	next := func() bool {
		if len(chunks) == 0 {
			return false
		}
		b, chunks = chunks[0], chunks[1:]
		return true
	}
	skip := func(n int) bool {
		for n > len(b) {
			n -= len(b)
			if !next() {
				return false
			}
		}
		b = b[n:]
		return true
	}
	for !text.full() {
		if len(b) == 0 && !next() || len(b) < 3 {
			return
		}
		n, flags := int(le.Uint16(b)), b[2]
		b = b[3:]
		after := 0
		if flags&8 != 0 && len(b) >= 2 { // runs of formatting
			after += 4 * int(le.Uint16(b))
			b = b[2:]
		}
		if flags&4 != 0 && len(b) >= 4 { // how it is pronounced
			after += int(le.Uint32(b) & 0xFFFFFF)
			b = b[4:]
		}
		for wide := flags&1 != 0; n > 0; {
			width := 1
			if wide {
				width = 2
			}
			take := min(n, len(b)/width)
			text.text(xlsDecode(b[:take*width], wide))
			b = b[take*width:]
			if n -= take; n > 0 {
				if !next() || len(b) == 0 {
					return
				}
				wide, b = b[0]&1 != 0, b[1:]
			}
		}
		text.end()
		if !skip(after) {
			return
		}
	}
}
