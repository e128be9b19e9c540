package content

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// What Windows and macOS run, install or obey when it is opened, and that is
// written as text. Each has a beginning of its own, in lower case, and words that
// follow it within the first bytes.
var textPrograms = []struct {
	begins, holds, mediaType string
}{
	{"windows registry editor", "", "text/x-ms-regedit"},
	{"regedit4", "", "text/x-ms-regedit"},
	{"[version]", "signature", "text/x-setup-information"},
	{"[shell]", "command", "text/x-explorer-command"},
	{"web\n1\n", "http", "text/x-ms-iqy"},
	{"id;p", "\nc;", "application/x-sylk"},
	{"@echo off", "", "text/x-msdos-batch"},
	{"<", "<hta:application", "application/hta"},
	{"<", "<scriptlet", "text/scriptlet"},
	{"<", "<librarydescription", "application/x-windows-library"},
	{"<", "<searchconnectordescription", "application/x-windows-library"},
	{"<", "<persistedquery", "application/x-windows-search"},
	{"<", "<pcsettings", "application/x-settingcontent"},
	{"<", "<mmc_consolefile", "application/x-ms-console"},
	{"<", "<jnlp", "application/x-java-jnlp-file"},
	{"<", "urn:schemas-microsoft-com:asm.v1", "application/x-ms-application"},
	{"<", "<appinstaller", "application/appinstaller"},
	{"<package", "<script", "text/x-ms-wsf"},
	{"<job", "<script", "text/x-ms-wsf"},
	{"<", "<component", "text/x-ms-wsc"}, // with a script; see textProgram
	{"screen mode id:i:", "", "application/x-rdp"},
	{"full address:s:", "", "application/x-rdp"},
	{"#!", "", "text/x-shellscript"},
}

// textProgram tells which of them a file is; empty for all else.
func textProgram(head []byte) string {
	text := strings.ToLower(strings.ReplaceAll(string(trimText(wideText(head))), "\r\n", "\n"))
	for _, p := range textPrograms {
		if strings.HasPrefix(text, p.begins) && strings.Contains(text, p.holds) {
			if p.mediaType == "text/x-ms-wsc" && !strings.Contains(text, "<script") {
				continue
			}
			return p.mediaType
		}
	}
	return ""
}

// wideText gives a text of 16-bit units, as Windows writes many of these, as UTF-8;
// another as it is.
func wideText(b []byte) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return b
	}
	var units []uint16
	for b = b[2:]; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return []byte(string(utf16.Decode(units)))
}
