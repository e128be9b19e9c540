package content

import (
	"bytes"
	"encoding/binary"
)

// diskImage tells the kind of a disk image by its own marks, wherever they stand;
// empty for all else. Windows and macOS mount such a file when it is opened, and
// what is in it then counts as a file of one's own, not as one of a stranger.
func diskImage(in input) string {
	head := in.at(0, 512)
	for _, k := range []struct{ magic, kind string }{
		{"vhdxfile", "application/x-vhdx"}, {"conectix", "application/x-vhd"}, {"KDMV", "application/x-vmdk"}, {"COWD", "application/x-vmdk"},
		{"# Disk DescriptorFile", "application/x-vmdk"}, {"QFI\xfb", "application/x-qcow2"}, {"<<< ", "application/x-virtualbox-vdi"},
		{"MSWIM\x00\x00\x00", "application/x-ms-wim"}, {"hsqs", "application/x-squashfs"}, {"encrcdsa", "application/x-apple-diskimage"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) && (k.magic != "<<< " || bytes.Contains(head, []byte("VM VirtualBox Disk Image"))) {
			return k.kind
		}
	}
	// ISO 9660 (ECMA-119 section 8.1.2) and UDF (ECMA-167 section 2/9.1.2) begin in
	// sector 16, of 2048 bytes or of 2352 with a header.
	for _, at := range []int64{0x8001, 0x9311, 0x9319} {
		switch string(in.at(at, 5)) {
		case "CD001", "BEA01", "NSR02", "NSR03":
			return "application/x-iso9660-image"
		}
	}
	// Trailers of a fixed VHD and of an UDIF image of macOS.
	switch tail := in.at(max(0, in.size-512), 512); {
	case bytes.HasPrefix(tail, []byte("conectix")):
		return "application/x-vhd"
	case len(tail) == 512 && bytes.HasPrefix(tail, []byte("koly")) && binary.BigEndian.Uint32(tail[8:]) == 512:
		return "application/x-apple-diskimage"
	}
	// A bare disk or volume: its boot sector.
	if len(head) == 512 && head[510] == 0x55 && head[511] == 0xAA {
		system := string(head[3:11])
		if system == "NTFS    " || system == "EXFAT   " || bytes.HasPrefix(head[54:], []byte("FAT1")) || bytes.HasPrefix(head[82:], []byte("FAT32")) ||
			bytes.HasPrefix(in.at(512, 8), []byte("EFI PART")) || partitioned(head) {
			return typeRawImage
		}
	}
	switch string(in.at(1024, 2)) { // HFS and its successors
	case "H+", "HX", "BD":
		if in.size > 1<<20 && bytes.Equal(head, make([]byte, len(head))) {
			return typeRawImage
		}
	}
	return ""
}

const typeRawImage = "application/x-raw-disk-image"

// partitioned says whether a boot sector holds a table of partitions: four
// entries, each active, inactive or empty, and one of them of some size.
func partitioned(boot []byte) bool {
	some := false
	for e := boot[446:510]; len(e) > 0; e = e[16:] {
		if e[0]&0x7F != 0 {
			return false
		}
		some = some || e[4] != 0 && binary.LittleEndian.Uint32(e[12:]) > 0
	}
	return some
}
