package content

import (
	"path"
	"strings"
	"unicode"
)

// dangerousExtensions are those that Windows, macOS or a Linux desktop run, install,
// mount or obey when opened, with what they are.
var dangerousExtensions = byExtension(map[string]string{
	DangerExecutable: `exe com scr pif cpl msi msp mst msu msix msixbundle appx appxbundle appinstaller dll sys ocx drv efi ax acm xll wll
		jar war apk app pkg mpkg deb rpm snap flatpak appimage run gadget application appref-ms clickonce jnlp chm hlp crx xpi vsix
		xbap class pyc pyo pyz pyzw swf air action workflow prefpane osax kext dylib so elf nexe webpnp printerexport`,
	DangerScript: `bat cmd ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psm1 cdxml pssc msh mshxml vbs vbe vb vbscript bas js jse mjs cjs ws wsf wsh wsc sct scriptlet hta
		reg inf ins isp scf sh bash zsh ksh csh fish command terminal py pyw pl rb php phtml phar asp aspx jsp cgi lua tcl ahk au3 nsh
		scpt scptd applescript settingcontent-ms library-ms search-ms searchconnector-ms iqy dqy oqy rqy slk msc job rdp ops osd diagcfg
		theme themepack deskthemepack mobileconfig xsl xslt csproj vbproj vcxproj`,
	DangerShortcut:  "lnk url website desktop inetloc fileloc ftploc shs shb xnk glk mcf mam maq",
	DangerDiskImage: "iso img ima udf vhd vhdx avhdx vmdk vdi qcow2 qcow dmg sparseimage sparsebundle toast nrg wim esd swm squashfs vfd",
	DangerContainer: "cab diagcab diagpkg one onepkg onetoc2 ade adp accda accdu shar xar",
	DangerMacros:    "xla xlm ppa mdb mde accdb accde accdr docb",
	DangerHTML:      "html htm xhtml xht shtml mht mhtml",
})

// byExtension turns lists of extensions, by what they are, around.
func byExtension(lists map[string]string) map[string]string {
	codes := make(map[string]string)
	for code, list := range lists {
		for ext := range strings.FieldsSeq(list) {
			codes[ext] = code
		}
	}
	return codes
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
