package content

import (
	"bytes"
	"strconv"
)

const (
	pdfTail   = 2 << 10  // where a whole PDF has its end-of-file marker, in bytes
	pdfObject = 32 << 10 // the most that is read of one dictionary, in bytes
)

// lookPDF tells whether a PDF is whole and opens without a password. The
// trailer is found as a viewer finds it, by startxref (ISO 32000-2 section
// 7.5.5), and where that is broken by searching for it.
func lookPDF(in input, f *File) {
	end := in.end()
	tail := in.at(max(0, end-pdfTail), int(min(end, pdfTail)))
	start := bytes.LastIndex(tail, []byte("startxref"))
	if start < 0 && !bytes.Contains(tail, []byte("%%EOF")) {
		f.Unreadable = UnreadableTruncated
		f.warn(warnPDFCut)
		return
	}
	trailer := pdfDict{}
	if start >= 0 {
		// Some gateways write before the header, which offsets count from; some
		// programs do too, and count from the beginning of the file.
		base := int64(max(0, bytes.Index(in.at(0, 1024), []byte("%PDF-"))))
		after := tail[start+len("startxref"):]
		if trailer = pdfTrailer(in, base, after); trailer == nil && base > 0 {
			trailer = pdfTrailer(in, 0, after)
		}
	}
	if trailer["Root"] == nil && trailer["Encrypt"] == nil {
		f.warn(warnPDFDamaged)
		trailer = pdfSearchTrailer(in)
	}
	encrypt := trailer["Encrypt"]
	if encrypt == nil {
		return
	}
	if ref, ok := encrypt.(pdfRef); ok {
		encrypt = pdfFind(in, ref)
	}
	var id []byte
	if ids, ok := trailer["ID"].([]any); ok && len(ids) > 0 {
		id, _ = ids[0].([]byte)
	}
	if dict, ok := encrypt.(pdfDict); ok && pdfOpensWithoutPassword(dict, id) {
		f.warn(warnPDFRestricts)
		return
	}
	f.Unreadable = UnreadableEncrypted
}

// pdfTrailer reads the trailer dictionary that the offset after startxref
// leads to: behind a cross-reference table, or as the dictionary of a
// cross-reference stream (ISO 32000-2 sections 7.5.4 and 7.5.8).
func pdfTrailer(in input, base int64, afterStartxref []byte) pdfDict {
	p := pdfParser{b: afterStartxref}
	offset, ok := p.integer()
	if !ok || offset < 0 || offset >= in.size-base {
		return nil
	}
	off := base + offset
	if !bytes.HasPrefix(bytes.TrimLeft(in.at(off, 32), pdfWhite), []byte("xref")) {
		p = pdfParser{b: in.at(off, pdfObject)}
		return p.object()
	}
	off = in.index(off, "xref") + 4
	for range 10_000 { // subsections; each is a line "first count" and count lines of 20 bytes
		p = pdfParser{b: in.at(off, 64)}
		if p.keyword("trailer") {
			p = pdfParser{b: in.at(off+int64(p.pos), pdfObject)}
			dict, _ := p.value(0)
			d, _ := dict.(pdfDict)
			return d
		}
		_, ok1 := p.integer()
		count, ok2 := p.integer()
		if !ok1 || !ok2 || count < 0 || count > in.size/20 {
			return nil
		}
		p.white()
		off += int64(p.pos) + 20*count
	}
	return nil
}

// pdfSearchTrailer finds the last dictionary that follows the word trailer or
// that is of type XRef, one that speaks of encryption before others.
func pdfSearchTrailer(in input) pdfDict {
	var last pdfDict
	keep := func(d pdfDict) {
		if d != nil && (d["Encrypt"] != nil || last["Encrypt"] == nil && d["Root"] != nil) {
			last = d
		}
	}
	if off := in.lastIndex("trailer", nil); off >= 0 {
		p := pdfParser{b: in.at(off+int64(len("trailer")), pdfObject)}
		v, _ := p.value(0)
		d, _ := v.(pdfDict)
		keep(d)
	}
	if off := in.lastIndex("/XRef", nil); off >= 0 {
		from := max(0, off-4096)
		before := in.at(from, int(off-from))
		if i := bytes.LastIndex(before, []byte(" obj")); i >= 0 {
			p := pdfParser{b: in.at(from+int64(i+len(" obj")), pdfObject)}
			v, _ := p.value(0)
			d, _ := v.(pdfDict)
			keep(d)
		}
	}
	return last
}

// pdfFind reads the dictionary of an object by searching the file for its
// head. The encryption dictionary never stands in an object stream (ISO
// 32000-2 section 7.5.7), and the last one written counts.
func pdfFind(in input, ref pdfRef) pdfDict {
	head := strconv.FormatInt(ref.number, 10) + " " + strconv.FormatInt(ref.generation, 10) + " obj"
	off := in.lastIndex(head, func(off int64) bool {
		before := in.at(off-1, 1)
		return len(before) == 0 || before[0] < '0' || before[0] > '9'
	})
	if off < 0 {
		return nil
	}
	p := pdfParser{b: in.at(off, pdfObject)}
	return p.object()
}
