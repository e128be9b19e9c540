package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// A face is a TrueType font of which a document embeds the glyphs that it uses.
type face struct {
	name string // PostScript
	data []byte
	font *sfnt.Font
	buf  sfnt.Buffer
	used map[sfnt.GlyphIndex]rune // what each glyph used stands for
}

func newFace(name string, data []byte) (*face, error) {
	f, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	return &face{name: name, data: data, font: f, used: make(map[sfnt.GlyphIndex]rune)}, nil
}

// unknown stands for a character that the font lacks.
const unknown = '□'

// drawable gives text as the font can draw it: composed, what cannot be seen
// left out, and unknown for each character that the font lacks. exact reports
// that nothing had to be replaced so.
func (f *face) drawable(text string) (out string, exact bool) {
	exact = true
	out = strings.Map(func(r rune) rune {
		switch r {
		case '\u202f', '\u2007', '\u2009':
			return '\u00a0'
		case '\u2010', '\u2011':
			return '-'
		case '\u00ad', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
			return -1
		}
		if f.glyph(r) == 0 {
			exact = false
			return unknown
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "\ufffd")))
	return out, exact
}

// glyph gives the glyph of a character; 0: the font has none.
func (f *face) glyph(r rune) sfnt.GlyphIndex {
	g, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil {
		return 0
	}
	return g
}

// advance is the width of a glyph in thousandths of the font size.
func (f *face) advance(g sfnt.GlyphIndex) float64 {
	a, err := f.font.GlyphAdvance(&f.buf, g, fixed.I(1000), font.HintingNone)
	if err != nil {
		return 0
	}
	return float64(a) / 64
}

// width is that of drawable text, in points.
func (f *face) width(text string, size float64) float64 {
	var sum float64
	for _, r := range text {
		sum += f.advance(f.glyph(r))
	}
	return sum * size / 1000
}

// show writes drawable text as the operand of Tj, and remembers its glyphs.
func (f *face) show(text string) string {
	var b strings.Builder
	b.WriteByte('<')
	for _, r := range text {
		g := f.glyph(r)
		if _, known := f.used[g]; !known {
			f.used[g] = r
		}
		fmt.Fprintf(&b, "%04X", g)
	}
	b.WriteByte('>')
	return b.String()
}

// embed adds the font with the glyphs that were shown, as a composite font whose
// codes are glyph numbers (ISO 32000-1 section 9.7.4), and with what each means,
// so that its text can be read aloud and copied.
func (f *face) embed(o *Objects) (int, error) {
	glyphs := slices.Sorted(maps.Keys(f.used))
	file, err := subset(f.data, glyphs)
	if err != nil {
		return 0, fmt.Errorf("cut font %s to what is used: %w", f.name, err)
	}
	var widths, meanings strings.Builder
	for _, g := range glyphs {
		fmt.Fprintf(&widths, "%d[%.0f]", g, f.advance(g))
		fmt.Fprintf(&meanings, "1 beginbfchar <%04X> %s endbfchar\n", g, utf16Text(string(f.used[g])))
	}
	stream, err := o.Compressed(fmt.Sprintf("/Length1 %d", len(file)), string(file))
	if err != nil {
		return 0, err
	}
	toUnicode, err := o.Compressed("", "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"+
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def /CMapName/Adobe-Identity-UCS def /CMapType 2 def\n"+
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"+meanings.String()+"endcmap CMapName currentdict /CMap defineresource pop end end")
	if err != nil {
		return 0, err
	}
	metrics, err := f.font.Metrics(&f.buf, fixed.I(1000), font.HintingNone)
	if err != nil {
		return 0, fmt.Errorf("measure font %s: %w", f.name, err)
	}
	box, err := f.font.Bounds(&f.buf, fixed.I(1000), font.HintingNone)
	if err != nil {
		return 0, fmt.Errorf("measure font %s: %w", f.name, err)
	}
	name := tagOf(file) + "+" + f.name
	// In a font file heights grow upwards, in x/image downwards.
	descriptor := o.Add("<</Type/FontDescriptor/FontName/%s/Flags 32/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>",
		name, box.Min.X.Round(), -box.Max.Y.Round(), box.Max.X.Round(), -box.Min.Y.Round(), metrics.Ascent.Round(), -metrics.Descent.Round(), metrics.CapHeight.Round(), stream)
	descendant := o.Add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 1000/W[%s]>>",
		name, descriptor, widths.String())
	return o.Add("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, descendant, toUnicode), nil
}

// tagOf makes the six letters that name a subset (ISO 32000-1 section 9.6.4).
func tagOf(file []byte) string {
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

var errFont = errors.New("not a TrueType font as this program knows them")

// subset keeps of a TrueType font the given glyphs and those that they are
// composed of, under the same numbers and without hints, which a page does not
// need.
func subset(data []byte, glyphs []sfnt.GlyphIndex) (_ []byte, err error) {
	defer func() {
		// The fonts are our own and sound; a slice out of bounds means one that is not.
		if recover() != nil {
			err = errFont
		}
	}()
	be := binary.BigEndian
	tables := make(map[string][]byte)
	for i := range int(be.Uint16(data[4:])) {
		entry := data[12+16*i:]
		tables[string(entry[:4])] = data[be.Uint32(entry[8:]):][:be.Uint32(entry[12:])]
	}
	head := bytes.Clone(tables["head"])
	long := be.Uint16(head[50:]) == 1
	loca, glyf := tables["loca"], tables["glyf"]
	at := func(g sfnt.GlyphIndex) uint32 {
		if long {
			return be.Uint32(loca[4*int(g):])
		}
		return 2 * uint32(be.Uint16(loca[2*int(g):]))
	}
	count := sfnt.GlyphIndex(be.Uint16(tables["maxp"][4:]))
	keep := map[sfnt.GlyphIndex][]byte{}
	for todo := append([]sfnt.GlyphIndex{0}, glyphs...); len(todo) > 0; todo = todo[1:] {
		g := todo[0]
		if _, done := keep[g]; done || g >= count {
			continue
		}
		outline, parts := unhinted(glyf[at(g):at(g+1)])
		keep[g] = outline
		todo = append(todo, parts...)
	}
	var newGlyf []byte
	newLoca := make([]byte, 0, 4*(int(count)+1))
	for g := range count {
		newLoca = be.AppendUint32(newLoca, uint32(len(newGlyf)))
		newGlyf = append(newGlyf, keep[g]...)
		for len(newGlyf)%4 != 0 {
			newGlyf = append(newGlyf, 0)
		}
	}
	newLoca = be.AppendUint32(newLoca, uint32(len(newGlyf)))
	be.PutUint16(head[50:], 1)
	be.PutUint32(head[8:], 0)
	return assemble(map[string][]byte{"glyf": newGlyf, "head": head, "hhea": tables["hhea"], "hmtx": tables["hmtx"], "loca": newLoca, "maxp": tables["maxp"]}), nil
}

// unhinted takes the instructions out of a glyph, and names the glyphs that it is
// composed of (OpenType, table glyf).
func unhinted(glyph []byte) (outline []byte, parts []sfnt.GlyphIndex) {
	be := binary.BigEndian
	if len(glyph) == 0 {
		return nil, nil
	}
	if contours := int16(be.Uint16(glyph)); contours >= 0 {
		hints := 10 + 2*int(contours)
		n := int(be.Uint16(glyph[hints:]))
		outline = append(bytes.Clone(glyph[:hints]), 0, 0)
		return append(outline, glyph[hints+2+n:]...), nil
	}
	const wordArguments, scale, more, xyScale, twoByTwo, instructions = 1, 1 << 3, 1 << 5, 1 << 6, 1 << 7, 1 << 8
	outline = bytes.Clone(glyph)
	for pos := 10; ; {
		flags := be.Uint16(outline[pos:])
		be.PutUint16(outline[pos:], flags&^instructions)
		parts = append(parts, sfnt.GlyphIndex(be.Uint16(outline[pos+2:])))
		pos += 6
		if flags&wordArguments != 0 {
			pos += 2
		}
		switch {
		case flags&scale != 0:
			pos += 2
		case flags&xyScale != 0:
			pos += 4
		case flags&twoByTwo != 0:
			pos += 8
		}
		if flags&more == 0 {
			return outline[:pos], parts
		}
	}
}

// assemble writes tables as a font file, with their checksums.
func assemble(tables map[string][]byte) []byte {
	be := binary.BigEndian
	names := slices.Sorted(maps.Keys(tables))
	out := be.AppendUint32(nil, 0x00010000)
	out = be.AppendUint16(out, uint16(len(names)))
	power, log := 1, 0
	for ; power*2 <= len(names); log++ {
		power *= 2
	}
	for _, n := range []int{16 * power, log, 16 * (len(names) - power)} {
		out = be.AppendUint16(out, uint16(n))
	}
	offset := len(out) + 16*len(names)
	var body []byte
	for _, name := range names {
		out = append(out, name...)
		out = be.AppendUint32(out, checksum(tables[name]))
		out = be.AppendUint32(out, uint32(offset+len(body)))
		out = be.AppendUint32(out, uint32(len(tables[name])))
		body = append(body, tables[name]...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func checksum(table []byte) (sum uint32) {
	for len(table) > 0 {
		var word [4]byte
		table = table[copy(word[:], table):]
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
