package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// conversionLimit bounds one conversion, the first start of LibreOffice
// included.
const conversionLimit = 2 * time.Minute

// pdfOf converts a Word file to a tagged PDF with LibreOffice, which must be
// installed. It blocks until LibreOffice is done, at most conversionLimit.
// The date inside the PDF is made.
func pdfOf(ctx context.Context, docx []byte, made time.Time) (_ []byte, err error) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		return nil, fmt.Errorf("find soffice (LibreOffice Writer makes the PDF files: install the Debian packages libreoffice-writer and fonts-liberation): %w", err)
	}
	dir, err := os.MkdirTemp("", "pack")
	if err != nil {
		return nil, fmt.Errorf("make a working folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	source := filepath.Join(dir, "document.docx")
	if err := os.WriteFile(source, docx, 0o600); err != nil {
		return nil, fmt.Errorf("write the text to convert: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, conversionLimit)
	defer cancel()
	// A profile of its own: a LibreOffice open on the same desk is left alone.
	profile := url.URL{Scheme: "file", Path: filepath.Join(dir, "profile")}
	cmd := exec.CommandContext(ctx, soffice, "-env:UserInstallation="+profile.String(),
		"--headless", "--norestore", "--convert-to", pdfFilter(), "--outdir", dir, source)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("run soffice: %w: %s", err, strings.TrimSpace(string(out)))
	}
	// soffice exits 0 even when it could not convert: the file is the proof.
	data, err := os.ReadFile(filepath.Join(dir, "document.pdf"))
	if err != nil {
		return nil, fmt.Errorf("read the PDF that soffice should have made: %w", err)
	}
	return settle(data, made), nil
}

// settle puts the date of made in the place of the instant of conversion,
// and an identifier drawn from the content in the place of a random one, so
// that the same text and the same LibreOffice give the same bytes. Every
// value keeps its length: the offsets inside the file stay true.
func settle(data []byte, made time.Time) []byte {
	made = made.UTC()
	for pattern, value := range map[string]string{
		`(/CreationDate\(D:)\d{14}Z'`:                       made.Format("20060102150405") + "Z'",
		`(<xmp:CreateDate>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`: made.Format("2006-01-02T15:04:05Z"),
	} {
		data = regexp.MustCompile(pattern).ReplaceAll(data, []byte("${1}"+value))
	}
	random := regexp.MustCompile(`(/ID \[ <|\n<|/DocChecksum /)[0-9A-F]{32}`)
	sum := sha256.Sum256(random.ReplaceAll(data, []byte("${1}")))
	return random.ReplaceAll(data, []byte("${1}"+strings.ToUpper(hex.EncodeToString(sum[:16]))))
}

// pdfFilter is the export filter with its options: tagged for screen
// readers, with bookmarks, the title shown instead of the file name.
func pdfFilter() string {
	return `pdf:writer_pdf_Export:{` +
		`"UseTaggedPDF":{"type":"boolean","value":"true"},` +
		`"PDFUACompliance":{"type":"boolean","value":"true"},` +
		`"ExportBookmarks":{"type":"boolean","value":"true"},` +
		`"DisplayPDFDocumentTitle":{"type":"boolean","value":"true"}}`
}
