package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"sort"
	"time"
)

// zipPart is one member of an Office file.
type zipPart struct {
	name string
	data []byte
}

// zipParts packs the parts in their order, every one dated modified, so that
// the same parts give the same bytes.
func zipParts(parts []zipPart, modified time.Time) ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, part := range parts {
		f, err := w.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: modified.UTC()})
		if err != nil {
			return nil, fmt.Errorf("add %s: %w", part.name, err)
		}
		if _, err := f.Write(part.data); err != nil {
			return nil, fmt.Errorf("add %s: %w", part.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close the archive: %w", err)
	}
	return buf.Bytes(), nil
}

// unzipParts reads an archive made by this program, its content types first
// and the other members by name.
func unzipParts(archive []byte) ([]zipPart, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	var parts []zipPart
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", f.Name, err)
		}
		data, err := io.ReadAll(rc)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
		if err := rc.Close(); err != nil {
			return nil, fmt.Errorf("close %s: %w", f.Name, err)
		}
		parts = append(parts, zipPart{f.Name, data})
	}
	const first = "[Content_Types].xml"
	sort.Slice(parts, func(i, j int) bool {
		if (parts[i].name == first) != (parts[j].name == first) {
			return parts[i].name == first
		}
		return parts[i].name < parts[j].name
	})
	return parts, nil
}
