package main

import (
	"fmt"

	"golang.org/x/text/encoding/charmap"
)

// winAnsi returns s in the encoding of the fonts of the form, which is
// Windows-1252; a character outside it is an error.
func winAnsi(s string) (string, error) {
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		return "", fmt.Errorf("write %q in Windows-1252: %w", s, err)
	}
	return out, nil
}

// pdfColor turns RRGGBB into the three numbers of a PDF colour.
func pdfColor(rgb string) string {
	var r, g, b int
	if _, err := fmt.Sscanf(rgb, "%02x%02x%02x", &r, &g, &b); err != nil {
		return "0 0 0"
	}
	return fmt.Sprintf("%.3f %.3f %.3f", float64(r)/255, float64(g)/255, float64(b)/255)
}
