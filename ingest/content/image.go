package content

import (
	"bytes"
	"encoding/binary"
)

// maxBlocks bounds how many blocks of an image are walked. A file with more
// is taken for whole.
const maxBlocks = 100_000

// lookImage finds images and films that end too early, and script in SVG.
func lookImage(in input, f *File) {
	whole := true
	switch f.Type {
	case "image/jpeg":
		whole = jpegWhole(in)
	case "image/png", "image/apng":
		whole = pngWhole(in)
	case "image/tiff":
		whole = tiffWhole(in)
	case "image/heic", "image/heif", "image/avif", "video/mp4", "video/quicktime":
		whole = boxesWhole(in)
	case typeSVG:
		if svgScript(in) {
			f.danger(DangerSVGScript)
		}
	}
	if !whole {
		f.Unreadable = UnreadableTruncated
		f.warn(warnImageCut)
	}
}

// jpegWhole walks the segments to the first scan and looks for the end of
// image after it. Within scan data FF is followed by 00, so that FF D9 is the
// marker; before it, a thumbnail has an end of its own (ITU-T T.81 B.1.1).
func jpegWhole(in input) bool {
	off := int64(2)
	for range maxBlocks {
		b := in.at(off, 4)
		if len(b) < 4 || b[0] != 0xFF {
			return false
		}
		switch marker := b[1]; {
		case marker == 0xFF: // fill byte
			off++
		case marker == 0x01 || marker >= 0xD0 && marker <= 0xD7: // no length
			off += 2
		case marker == 0xD9:
			return true
		case marker == 0xDA:
			return in.index(off, "\xff\xd9") >= 0
		default:
			off += 2 + max(2, int64(binary.BigEndian.Uint16(b[2:])))
		}
	}
	return true
}

// pngWhole walks the chunks to IEND (PNG specification, section 5.3).
func pngWhole(in input) bool {
	off := int64(8)
	for range maxBlocks {
		b := in.at(off, 8)
		if len(b) < 8 {
			return false
		}
		off += 12 + int64(binary.BigEndian.Uint32(b))
		if string(b[4:]) == "IEND" {
			return off <= in.size
		}
	}
	return true
}

// tiffWhole says whether the first directory lies within the file. Scanners
// write it behind the image, so that it is the first thing lost.
func tiffWhole(in input) bool {
	b := in.at(0, 8)
	if len(b) < 8 {
		return false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	if order.Uint16(b[2:]) != 42 {
		return true // BigTIFF and kin
	}
	off := int64(order.Uint32(b[4:]))
	n := in.at(off, 2)
	return len(n) == 2 && off+2+12*int64(order.Uint16(n)) <= in.size
}

// boxesWhole walks the outer boxes of an ISO base media file (ISO/IEC 14496-12
// section 4.2), each of which tells its size.
func boxesWhole(in input) bool {
	for off, n := int64(0), 0; off < in.size && n < maxBlocks; n++ {
		b := in.at(off, 16)
		if len(b) < 8 {
			return true // padding
		}
		size := int64(binary.BigEndian.Uint32(b))
		switch {
		case size == 0: // to the end of the file
			return true
		case size == 1 && len(b) == 16:
			size = int64(binary.BigEndian.Uint64(b[8:]) &^ (1 << 63))
		}
		if size < 8 || bytes.Equal(b[4:8], make([]byte, 4)) {
			return true // not a box: padding
		}
		if size > in.size-off {
			return false
		}
		off += size
	}
	return true
}

// svgScript looks for what runs in an SVG image shown by a browser: script
// elements and links, embedded HTML, entities that may hide either, handlers.
func svgScript(in input) bool {
	found := false
	in.chunks(0, 64, func(b []byte, _ int64) bool {
		b = bytes.ToLower(b)
		for _, mark := range []string{"<script", "javascript:", "<foreignobject", "<!entity", "<?xml-stylesheet"} {
			found = found || bytes.Contains(b, []byte(mark))
		}
		found = found || svgHandler(b)
		return !found
	})
	return found
}

// svgHandler looks for an attribute like onload=.
func svgHandler(b []byte) bool {
	for {
		i := bytes.Index(b, []byte("on"))
		if i < 0 {
			return false
		}
		begins := i > 0 && bytes.IndexByte([]byte(" \t\r\n\f\"'/"), b[i-1]) >= 0
		b = b[i+2:]
		if !begins {
			continue
		}
		rest := bytes.TrimLeft(b[:min(len(b), 40)], "abcdefghijklmnopqrstuvwxyz")
		if rest = bytes.TrimLeft(rest, " \t\r\n\f"); len(rest) > 0 && rest[0] == '=' {
			return true
		}
	}
}
