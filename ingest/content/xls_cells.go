package content

import (
	"encoding/binary"
	"math"
	"strconv"
)

// xlsBook is a workbook of Excel 97 as far as its cells are shown ([MS-XLS]
// section 2.1.7.20).
type xlsBook struct {
	b      []byte // the whole stream
	sheets []xlsSheet
	shared sharedStrings
	custom map[uint16]bool // of a number format, whether it shows a date
	dates  []bool          // of a cell format
}

type xlsSheet struct {
	name string
	at   int // in the stream
}

// sharedStrings is a table of strings, in order.
type sharedStrings struct {
	all  []string
	item *prose
	kept int
}

func (s *sharedStrings) text(t string) {
	if s.item == nil {
		s.item = newProse(maxField)
	}
	s.item.text(t)
}

func (s *sharedStrings) end() {
	v := ""
	if s.item != nil {
		v = s.item.String()
	}
	s.all, s.item, s.kept = append(s.all, v), nil, s.kept+len(v)+16
}

func (s *sharedStrings) full() bool { return s.kept > maxStrings }

func (w *xlsBook) format(body []byte) {
	if len(body) < 4 || len(w.custom) > 1_000 {
		return
	}
	if w.custom == nil {
		w.custom = make(map[uint16]bool)
	}
	if code, ok := xlsString(body[4:], int(binary.LittleEndian.Uint16(body[2:]))); ok {
		w.custom[binary.LittleEndian.Uint16(body)] = showsDate(code)
	}
}

func (w *xlsBook) style(body []byte) {
	if len(body) >= 4 && len(w.dates) < 10_000 {
		id := binary.LittleEndian.Uint16(body[2:])
		w.dates = append(w.dates, id >= 14 && id <= 17 || id == 22 || w.custom[id])
	}
}

// cells reads the cells of all sheets. Values are those that the last program
// computed.
func (w *xlsBook) cells() *cells {
	out := newCells()
	for _, s := range w.sheets {
		if s.at >= 0 && s.at < len(w.b) {
			w.sheet(s, out)
		}
	}
	return out
}

func (w *xlsBook) sheet(s xlsSheet, out *cells) {
	le := binary.LittleEndian
	var formula cell // whose text follows
	for b := w.b[s.at:]; len(b) >= 4 && !out.full(); {
		kind, size := le.Uint16(b), int(le.Uint16(b[2:]))
		if 4+size > len(b) {
			return
		}
		body := b[4 : 4+size]
		b = b[4+size:]
		if kind == 0x0A { // EOF
			return
		}
		if kind == 0x207 && len(body) >= 2 { // String
			if v, ok := xlsString(body[2:], int(le.Uint16(body))); ok {
				out.put(formula, tidy(v))
			}
			continue
		}
		if len(body) < 8 {
			continue
		}
		at := cell{s.name, int(le.Uint16(body)) + 1, int(le.Uint16(body[2:])) + 1}
		style, rest := int(le.Uint16(body[4:])), body[6:]
		switch {
		case kind == 0xFD && len(rest) >= 4: // LabelSst
			if n := le.Uint32(rest); int64(n) < int64(len(w.shared.all)) {
				out.put(at, w.shared.all[n])
			}
		case kind == 0x204: // Label
			if v, ok := xlsString(rest[2:], int(le.Uint16(rest))); ok {
				out.put(at, tidy(v))
			}
		case kind == 0x203 && len(rest) >= 8: // Number
			out.put(at, w.number(math.Float64frombits(le.Uint64(rest)), style))
		case kind == 0x27E && len(rest) >= 4: // RK
			out.put(at, w.number(xlsRK(le.Uint32(rest)), style))
		case kind == 0xBD: // MulRk: a format and a number for each of several columns
			for run := body[4:]; len(run) >= 8; run = run[6:] {
				out.put(at, w.number(xlsRK(le.Uint32(run[2:])), int(le.Uint16(run))))
				at.col++
			}
		case kind == 0x06 && len(rest) >= 8: // Formula
			formula = at
			switch {
			case le.Uint16(rest[6:]) != 0xFFFF:
				out.put(at, w.number(math.Float64frombits(le.Uint64(rest)), style))
			case rest[0] == 1:
				out.put(at, xlsBool(rest[2]))
			}
		case kind == 0x205 && rest[1] == 0: // BoolErr
			out.put(at, xlsBool(rest[0]))
		}
	}
}

func xlsBool(b byte) string {
	if b == 0 {
		return "non"
	}
	return ticked
}

// xlsRK decodes a number in 32 bits ([MS-XLS] section 2.5.217).
func xlsRK(rk uint32) float64 {
	n := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&2 != 0 {
		n = float64(int32(rk) >> 2)
	}
	if rk&1 != 0 {
		n /= 100
	}
	return n
}

func (w *xlsBook) number(n float64, style int) string {
	if style < len(w.dates) && w.dates[style] {
		return new(xlsxReader).date(n)
	}
	return strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64)
}
