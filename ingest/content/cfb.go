package content

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// The compound file, [MS-CFB]: the container of office documents before 2007,
// of saved Outlook messages, and of encrypted newer documents. Only its
// directory is read, through the allocation table, a sector at a time.

const (
	cfbMagic   = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	cfbEntries = 20_000 // directory entries that are read; real documents have hundreds
	cfbMaxSect = 0xFFFFFFFA
)

func isCFB(in input) bool { return bytes.HasPrefix(in.at(0, 8), []byte(cfbMagic)) }

// cfb is the header of a compound file.
type cfb struct {
	in     input
	sector int64 // bytes
	header []byte
	// difat holds the sector numbers of the allocation table, as far as read.
	difat     []uint32
	nextDIFAT uint32
}

// cfbEntry is a storage or a stream.
type cfbEntry struct {
	name               string // empty for an unused entry
	start              uint32 // first sector
	size               uint64 // bytes; 0 for a storage
	left, right, child uint32 // numbers of entries
}

// openCFB reads the header ([MS-CFB] section 2.2).
func openCFB(in input) (*cfb, bool) {
	h := in.at(0, 512)
	if len(h) < 512 || !bytes.HasPrefix(h, []byte(cfbMagic)) {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(h[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	c := &cfb{in: in, sector: 1 << shift, header: h, nextDIFAT: binary.LittleEndian.Uint32(h[68:])}
	for i := 76; i < 512; i += 4 {
		c.difat = append(c.difat, binary.LittleEndian.Uint32(h[i:]))
	}
	return c, true
}

func (c *cfb) offset(sector uint32) int64 { return (int64(sector) + 1) * c.sector }

// installs says whether Windows Installer opens the file, by the class of its root:
// a package (000c1084-…), a patch (000c1086-…) or a transform (000c1082-…).
func (c *cfb) installs() bool {
	class := c.in.at(c.offset(binary.LittleEndian.Uint32(c.header[48:]))+80, 16)
	return len(class) == 16 && (class[0] == 0x82 || class[0] == 0x84 || class[0] == 0x86) &&
		string(class[1:]) == "\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
}

// next returns the sector after one in its chain.
func (c *cfb) next(sector uint32) (uint32, bool) {
	perSector := c.sector / 4
	table := int64(sector) / perSector
	for int64(len(c.difat)) <= table {
		// Each DIFAT sector lists further table sectors and ends with the number
		// of the next; a file cannot have more of them than sectors.
		if c.nextDIFAT > cfbMaxSect || int64(len(c.difat)) > c.in.size/c.sector+109 {
			return 0, false
		}
		b := c.in.at(c.offset(c.nextDIFAT), int(c.sector))
		if int64(len(b)) < c.sector {
			return 0, false
		}
		for i := 0; i < len(b)-4; i += 4 {
			c.difat = append(c.difat, binary.LittleEndian.Uint32(b[i:]))
		}
		c.nextDIFAT = binary.LittleEndian.Uint32(b[len(b)-4:])
	}
	at := c.difat[table]
	if at > cfbMaxSect {
		return 0, false
	}
	b := c.in.at(c.offset(at)+4*(int64(sector)%perSector), 4)
	if len(b) < 4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b), true
}

// entries reads the directory ([MS-CFB] section 2.6); whole is false when it
// is cut off.
func (c *cfb) entries() (entries []cfbEntry, whole bool) {
	sector := binary.LittleEndian.Uint32(c.header[48:])
	for len(entries) < cfbEntries {
		b := c.in.at(c.offset(sector), int(c.sector))
		if len(b) < 128 {
			return entries, false
		}
		for ; len(b) >= 128; b = b[128:] {
			entries = append(entries, c.entry(b))
		}
		next, ok := c.next(sector)
		if !ok {
			return entries, false
		}
		if next > cfbMaxSect {
			break
		}
		sector = next
	}
	return entries, true
}

func (c *cfb) entry(b []byte) cfbEntry {
	n := binary.LittleEndian.Uint16(b[64:])
	if b[66] == 0 || n < 2 || n > 64 {
		return cfbEntry{}
	}
	name := make([]uint16, n/2-1)
	for i := range name {
		name[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	e := cfbEntry{
		name: string(utf16.Decode(name)),
		left: binary.LittleEndian.Uint32(b[68:]), right: binary.LittleEndian.Uint32(b[72:]), child: binary.LittleEndian.Uint32(b[76:]),
		start: binary.LittleEndian.Uint32(b[116:]), size: binary.LittleEndian.Uint64(b[120:]),
	}
	if c.sector == 512 {
		e.size &= 0xFFFFFFFF // the upper half may be garbage in version 3
	}
	return e
}

// outer returns the entries that stand directly under the root: those of
// embedded objects stand deeper.
func outer(entries []cfbEntry) []cfbEntry {
	if len(entries) == 0 {
		return nil
	}
	var top []cfbEntry
	seen := make([]bool, len(entries))
	for todo := []uint32{entries[0].child}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int64(id) >= int64(len(entries)) || seen[id] {
			continue
		}
		seen[id] = true
		top = append(top, entries[id])
		todo = append(todo, entries[id].left, entries[id].right)
	}
	return top
}

// begin returns the first bytes of a stream that has sectors of its own, nil
// for one that is so short that it stands in the mini stream.
func (c *cfb) begin(e cfbEntry) []byte {
	if e.size < 4096 || e.start > cfbMaxSect {
		return nil
	}
	return c.in.at(c.offset(e.start), int(c.sector))
}
