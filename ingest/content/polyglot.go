package content

import (
	"bytes"
	"encoding/binary"
)

// headroom is how far into a file a PDF reader looks for the header, in bytes
// (ISO 32000-2 annex H, note to section 7.5.2).
const headroom = 1024

// polyglot says whether a file is also of another type than the one it is taken
// for: each program that opens it would see another file, and a scanner perhaps
// a third. second names the other type.
func polyglot(in input, f *File) (second string) {
	head := in.at(0, headroom)
	pdf := bytes.Index(head, []byte("%PDF-"))
	image := isRaster(f.Type)
	switch {
	case f.Type == typePDF && pdf > 0 && (foreign(head[:pdf]) || textProgram(head[:pdf]) != ""):
		return "other bytes before it"
	case image && pdf >= 0:
		return "PDF"
	case (image || f.Type == typePDF) && endsAsZIP(in):
		return "ZIP"
	case (image || f.Type == typePDF || isZIP(in)) && diskImage(in) != "":
		return "disk image"
	case isZIP(in) && pdf >= 0 && pdf < 30+int(zipNameLen(head)):
		return "PDF"
	case image && markup(in):
		return "web page"
	}
	return ""
}

func isRaster(t string) bool {
	switch t {
	case "image/gif", "image/jpeg", "image/png", "image/bmp", "image/tiff", "image/webp", "image/x-icon", "image/apng":
		return true
	}
	return false
}

// foreign says whether what stands before a PDF's header is more than the white
// space, the byte order mark or the printer's commands that gateways leave.
func foreign(b []byte) bool {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	for _, magic := range []string{"MZ", "GIF8", "\xff\xd8\xff", "\x89PNG", "PK\x03\x04", "\x7fELF", "#!", "<", "BM", "Rar!", "7z"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return false
}

// endsAsZIP says whether a file that does not begin as a ZIP archive ends as
// one, so that a program for archives opens it (APPNOTE.TXT section 4.3.16).
func endsAsZIP(in input) bool {
	const most = 1<<16 + 22
	from := max(0, in.size-most)
	tail := in.at(from, most)
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < 22 {
		return false
	}
	size := int64(binary.LittleEndian.Uint32(tail[i+12:]))
	return size > 0 && bytes.Equal(in.at(from+int64(i)-size, 4), []byte("PK\x01\x02"))
}

// zipNameLen is the length of the first member's name and extra field
// (APPNOTE.TXT section 4.3.7): a header of another type has its place there.
func zipNameLen(head []byte) uint32 {
	if len(head) < 30 {
		return 0
	}
	return uint32(binary.LittleEndian.Uint16(head[26:])) + uint32(binary.LittleEndian.Uint16(head[28:]))
}

// markup looks for a web page or a server's script where an image keeps remarks.
func markup(in input) bool {
	for _, b := range [][]byte{in.at(0, 4096), in.at(max(4096, in.size-4096), 4096)} {
		b = bytes.ToLower(b)
		for _, mark := range []string{"<script", "<html", "<!doctype html", "<?php"} {
			if bytes.Contains(b, []byte(mark)) {
				return true
			}
		}
	}
	return false
}
