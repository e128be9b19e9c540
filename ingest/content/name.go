package content

import (
	"path"
	"strings"
	"unicode"
)

// Extensions that Windows, macOS or a Linux desktop run when opened, by what
// they are.
var dangerousExtensions = map[string]string{
	"exe": DangerExecutable, "com": DangerExecutable, "scr": DangerExecutable, "pif": DangerExecutable,
	"cpl": DangerExecutable, "msi": DangerExecutable, "msp": DangerExecutable, "mst": DangerExecutable,
	"msix": DangerExecutable, "appx": DangerExecutable, "dll": DangerExecutable, "sys": DangerExecutable,
	"ocx": DangerExecutable, "drv": DangerExecutable, "xll": DangerExecutable, "wll": DangerExecutable,
	"jar": DangerExecutable, "apk": DangerExecutable, "app": DangerExecutable, "pkg": DangerExecutable,
	"deb": DangerExecutable, "rpm": DangerExecutable, "gadget": DangerExecutable, "application": DangerExecutable,
	"chm": DangerExecutable, "appref-ms": DangerExecutable, "jnlp": DangerExecutable,

	"bat": DangerScript, "cmd": DangerScript, "ps1": DangerScript, "psm1": DangerScript, "vbs": DangerScript,
	"vbe": DangerScript, "vb": DangerScript, "js": DangerScript, "jse": DangerScript, "mjs": DangerScript,
	"ws": DangerScript, "wsf": DangerScript, "wsh": DangerScript, "wsc": DangerScript, "sct": DangerScript,
	"hta": DangerScript, "reg": DangerScript, "inf": DangerScript, "scf": DangerScript, "sh": DangerScript,
	"bash": DangerScript, "command": DangerScript, "py": DangerScript, "pyw": DangerScript, "pl": DangerScript,
	"rb": DangerScript, "php": DangerScript, "scpt": DangerScript, "applescript": DangerScript,
	"settingcontent-ms": DangerScript, "library-ms": DangerScript, "search-ms": DangerScript, "iqy": DangerScript, "slk": DangerScript,

	"lnk": DangerShortcut, "desktop": DangerShortcut,

	"iso": DangerDiskImage, "img": DangerDiskImage, "vhd": DangerDiskImage, "vhdx": DangerDiskImage, "dmg": DangerDiskImage,

	"html": DangerHTML, "htm": DangerHTML, "xhtml": DangerHTML, "xht": DangerHTML, "shtml": DangerHTML,
	"mht": DangerHTML, "mhtml": DangerHTML,
}

// lookName judges a file by its name alone. Only the last element of a path counts.
func lookName(name string, f *File) {
	if strings.ContainsFunc(name, isBidiControl) {
		f.danger(DangerBidiName)
		f.warn(warnNameDirection)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		f.warn(warnNameControl)
	}
	ext, before := extensions(name)
	code := dangerousExtensions[ext]
	if code == "" {
		return
	}
	f.danger(code)
	if claimedTypes[before] != nil {
		f.danger(DangerDoubleExtension)
		f.warn(warnNameDouble, ext, before)
	}
}

// extensions returns the last extension of a file name and the one before it,
// lower case and without dot. What Windows drops (dots and spaces at the end)
// and what the eye does not see (bidirectional controls, runs of spaces) does
// not hide them.
func extensions(name string) (last, before string) {
	name = strings.Map(func(r rune) rune {
		if isBidiControl(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimFunc(path.Base(name), func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
	rest, last := cutLast(name)
	_, before = cutLast(rest)
	return last, before
}

func cutLast(name string) (rest, ext string) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", ""
	}
	return name[:i], strings.ToLower(strings.TrimSpace(name[i+1:]))
}

func isBidiControl(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }
