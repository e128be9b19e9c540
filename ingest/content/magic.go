package content

import (
	"bytes"
	"mime"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniffed is how many bytes of a file decide its type, unless the type keeps
// its proof elsewhere (the directory of a ZIP archive or of a compound file).
const sniffed = 4096

// sniff returns the media type by the first bytes. The name only tells apart
// what has the same bytes.
func sniff(in input, name string) string {
	head := in.at(0, sniffed)
	ext, _ := extensions(name)
	if t := ownMagic(head, ext); t != "" {
		return t
	}
	if t := textProgram(head); t != "" && !bytes.Contains(head[:min(len(head), headroom)], []byte("%PDF-")) {
		return t
	}
	t := bareType(mimetype.Detect(head).String())
	switch {
	case t == typePKCS7Sig && !bytes.HasPrefix(head, []byte("-----BEGIN")):
		return typeUnknown // an ASN.1 structure that ownMagic did not take for one
	case t == typeText && bytes.HasPrefix(bytes.ToLower(trimText(head)), []byte("<svg")):
		return typeSVG
	case ext == "svg" && (t == typeText || t == typeHTML) && bytes.Contains(bytes.ToLower(head), []byte("<svg")):
		return typeSVG // without XML declaration, or after a comment
	}
	if !slices.Contains([]string{typePDF, typeZIP}, t) && !isRaster(t) { // those would be polyglots
		if image := diskImage(in); image != "" {
			return image
		}
	}
	return t
}

// bareType drops the parameters of a media type and lowers its case.
func bareType(t string) string {
	if bare, _, err := mime.ParseMediaType(t); err == nil {
		return bare
	}
	t, _, _ = strings.Cut(t, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// ownMagic knows the formats of mail and of desktops.
func ownMagic(head []byte, ext string) string {
	switch {
	case bytes.HasPrefix(head, []byte("\x78\x9f\x3e\x22")): // [MS-OXTNEF] 2.1.3.1
		return typeTNEF
	case bytes.HasPrefix(head, []byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")): // [MS-SHLLINK] 2.1
		return typeLNK
	case bytes.HasPrefix(head, []byte("Cr24")):
		return "application/x-chrome-extension"
	case bytes.HasPrefix(head, []byte("7z\xbc\xaf\x27\x1c")):
		return "application/x-7z-compressed"
	case bytes.HasPrefix(head, []byte("Rar!\x1a\x07")):
		return "application/vnd.rar"
	case bytes.HasPrefix(head, []byte("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3")), // [MS-ONESTORE] 2.3.1
		bytes.HasPrefix(head, []byte("\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f")):
		return typeOneNote
	case len(head) > 14 && string(head[7:14]) == "**ACE**":
		return "application/x-ace-compressed"
	case len(head) > 7 && head[2] == '-' && head[3] == 'l' && head[4] == 'h' && head[6] == '-':
		return "application/x-lzh-compressed"
	case bytes.HasPrefix(head, []byte("-----BEGIN PGP MESSAGE")):
		return typePGP
	case bytes.HasPrefix(head, []byte("-----BEGIN PKCS7")), bytes.HasPrefix(head, []byte("-----BEGIN CMS")):
		return pkcs7ByName(ext)
	}
	if t := cms(head, ext); t != "" {
		return t
	}
	text := bytes.ToUpper(trimText(head[:min(len(head), 512)]))
	switch {
	case bytes.HasPrefix(text, []byte("BEGIN:VCALENDAR")): // RFC 5545 section 3.4
		return typeCalendar
	case bytes.HasPrefix(text, []byte("BEGIN:VCARD")): // RFC 6350 section 6.1.1
		return typeCard
	case bytes.HasPrefix(text, []byte("[INTERNETSHORTCUT")),
		bytes.HasPrefix(text, []byte("[DESKTOP ENTRY]")),
		ext == "webloc" && (bytes.HasPrefix(text, []byte("<?XML")) || bytes.HasPrefix(text, []byte("BPLIST"))),
		(ext == "gdoc" || ext == "gsheet" || ext == "gslides" || ext == "gform") && bytes.HasPrefix(text, []byte("{")),
		bytes.HasPrefix(text, []byte("{")) && bytes.Contains(text, []byte(`"DOC_ID"`)) && bytes.Contains(text, []byte("DOCS.GOOGLE.COM")):
		return typeURL
	}
	return ""
}

// trimText drops the byte order mark and the white space a text begins with.
func trimText(b []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
}

// cms tells what a Cryptographic Message Syntax structure is (RFC 5652
// sections 3, 5.1 and 6.1): a detached signature has no encapsulated content.
func cms(head []byte, ext string) string {
	oid := []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07") // 1.2.840.113549.1.7
	b, ok := enter(head, 0x30)
	if !ok || !bytes.HasPrefix(b, oid) || len(b) < len(oid)+1 {
		return ""
	}
	kind := b[len(oid)]
	if kind != 2 {
		return typePKCS7 // enveloped, encrypted, compressed or authenticated
	}
	b, ok1 := enter(b[len(oid)+1:], 0xa0)
	b, ok2 := enter(b, 0x30) // SignedData
	b, ok3 := skip(b, 0x02)  // version
	b, ok4 := skip(b, 0x31)  // digestAlgorithms
	b, ok5 := enter(b, 0x30) // encapContentInfo
	b, ok6 := skip(b, 0x06)  // eContentType
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) {
		return pkcs7ByName(ext)
	}
	if len(b) > 0 && b[0] == 0xa0 {
		return typePKCS7
	}
	return typePKCS7Sig
}

func pkcs7ByName(ext string) string {
	if ext == "p7s" {
		return typePKCS7Sig
	}
	return typePKCS7
}

// cmsEncrypted says whether a CMS structure hides its content (enveloped-data,
// signed-and-enveloped-data, encrypted-data).
func cmsEncrypted(head []byte) bool {
	b, ok := enter(head, 0x30)
	return ok && len(b) > 10 && (b[10] == 3 || b[10] == 4 || b[10] == 6)
}

// enter returns what follows the header of a BER element with this tag; for a
// definite length no more than the element (X.690 section 8.1).
func enter(b []byte, tag byte) ([]byte, bool) {
	if len(b) < 2 || b[0] != tag {
		return nil, false
	}
	n, b := int(b[1]), b[2:]
	switch {
	case n == 0x80:
		return b, true // indefinite
	case n > 0x84 || n > 0x80 && len(b) < n-0x80:
		return nil, false
	case n > 0x80:
		digits := b[:n-0x80]
		b, n = b[n-0x80:], 0
		for _, d := range digits {
			n = n<<8 | int(d)
		}
	}
	return b[:min(n, len(b))], true
}

// skip returns what follows a BER element of definite length with this tag.
func skip(b []byte, tag byte) ([]byte, bool) {
	inside, ok := enter(b, tag)
	if !ok || b[1] == 0x80 {
		return nil, false
	}
	header := 2
	if b[1] > 0x80 {
		header += int(b[1] - 0x80)
	}
	return b[header+len(inside):], true
}

// What a type says by itself.
var (
	scriptTypes = map[string]bool{
		"text/x-php": true, "text/javascript": true, "text/x-lua": true, "text/x-perl": true, "text/x-python": true,
		"text/x-ruby": true, "text/x-tcl": true, "text/x-shellscript": true,
		"text/x-ms-regedit": true, "text/x-setup-information": true, "text/x-explorer-command": true, "text/x-ms-iqy": true, "application/x-sylk": true,
		"text/x-msdos-batch": true, "application/hta": true, "text/scriptlet": true, "application/x-windows-library": true, "application/x-windows-search": true,
		"application/x-settingcontent": true, "application/x-ms-console": true, "application/x-java-jnlp-file": true, "application/x-ms-application": true,
		"application/appinstaller": true, "text/x-ms-wsf": true, "text/x-ms-wsc": true, "application/x-rdp": true,
	}
	executableTypes = map[string]bool{
		"application/vnd.microsoft.portable-executable": true, "application/x-elf": true, "application/x-object": true,
		"application/x-executable": true, "application/x-sharedlib": true, "application/x-mach-binary": true,
		"application/x-java-applet": true, "application/java-archive": true, "application/vnd.android.package-archive": true,
		"application/x-ms-installer": true, "application/vnd.debian.binary-package": true, "application/x-rpm": true,
		"application/x-chrome-extension": true, "application/x-shockwave-flash": true, "application/wasm": true,
		"application/vnd.ms-htmlhelp": true, "application/x-bytecode.python": true, typeAPPX: true,
	}
	diskImageTypes = map[string]bool{
		"application/x-vhdx": true, "application/x-vhd": true, "application/x-vmdk": true, "application/x-qcow2": true, "application/x-virtualbox-vdi": true,
		"application/x-ms-wim": true, "application/x-squashfs": true, "application/x-apple-diskimage": true, "application/x-iso9660-image": true, typeRawImage: true,
	}
	// Containers that Windows opens by itself, where files are run from.
	containerTypes = map[string]bool{
		"application/vnd.ms-cab-compressed": true, "application/x-installshield": true, "application/x-xar": true, typeOneNote: true,
	}
	// Formats of one maker's programs, which no other opens.
	foreignTypes = map[string]bool{pages: true, numbers: true, keynote: true, typeOneNote: true, typeAccess: true, "application/vnd.ms-publisher": true}
	archiveTypes = map[string]bool{
		"application/x-7z-compressed": true, "application/vnd.rar": true, "application/x-ace-compressed": true,
		"application/x-lzh-compressed": true, "application/gzip": true, "application/x-bzip2": true, "application/x-xz": true,
		"application/x-tar": true, "application/zstd": true, "application/lzip": true, "application/vnd.ms-cab-compressed": true,
		"application/x-installshield": true, "application/x-cpio": true, "application/x-archive": true, "application/x-xar": true,
	}
)

// lookType adds what follows from the type, whatever the name says.
func lookType(in input, name string, f *File) {
	ext, _ := extensions(name)
	switch t := f.Type; {
	case scriptTypes[t], executableTypes[t]:
		f.danger(programCode(t))
		f.Unreadable, f.Blank = UnreadableProgram, false
	case diskImageTypes[t]:
		f.danger(DangerDiskImage)
		f.Unreadable = UnreadableDiskImage
		f.warn(warnDiskImage)
	case f.Unreadable == "" && dangerousExtensions[ext] == DangerDiskImage && t == typeUnknown:
		f.Unreadable = UnreadableDiskImage
		f.warn(warnDiskImage)
	case f.Unreadable == "" && runs(dangerousExtensions[ext]) && (t == typeUnknown || strings.HasPrefix(t, "text/")):
		f.Unreadable, f.Blank = UnreadableProgram, false
	case foreignTypes[t] && f.Unreadable == "":
		f.Unreadable = UnreadableForeign
		switch {
		case t == typeAccess:
			f.danger(DangerMacros)
		case containerTypes[t]:
			f.danger(DangerContainer)
		}
	case archiveTypes[t]:
		f.Unreadable = UnreadableArchive
		if containerTypes[t] {
			f.danger(DangerContainer)
		}
		f.warn(warnOtherArchive, t)
	case t == typeHTML || t == typeXHTML:
		f.danger(DangerHTML)
	case t == typeLNK:
		f.danger(DangerShortcut)
		f.Unreadable = UnreadableShortcut
		f.warn(warnShortcut)
	case t == typeURL:
		f.Unreadable = UnreadableShortcut
		if bytes.HasPrefix(bytes.ToUpper(trimText(in.at(0, 64))), []byte("[")) { // may lead to a program, or be one
			f.danger(DangerShortcut)
		}
		f.warn(warnLink)
	case t == typePGP,
		t == typePKCS7 && cmsEncrypted(in.at(0, sniffed)),
		ext == "zed" && (t == typeUnknown || t == typeCFB): // the ZED! containers of French administrations
		f.Unreadable = UnreadableEncrypted
	}
}

func programCode(mediaType string) string {
	if scriptTypes[mediaType] {
		return DangerScript
	}
	return DangerExecutable
}

// runs reports whether a code is that of what only runs. Its extension alone
// tells it where the bytes are of no document: a PDF called "passeurs.com" opens.
func runs(code string) bool { return code == DangerExecutable || code == DangerScript }
