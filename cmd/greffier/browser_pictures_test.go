package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictureMost bounds a picture of the README, in bytes.
const pictureMost = 200_000

// testPictures takes the pictures of the README. They are written where
// GREFFIER_PICTURES says, which make screenshots sets.
func (s *site) testPictures(t *testing.T) {
	b := s.colleague(t, wide)
	for _, p := range []struct {
		file, path, scheme string
		width, height      int64
	}{
		{"jour.png", "/", "light", wide, 1720},
		{"dossiers.png", "/dossiers", "dark", wide, 900},
		{"dossier.png", "/dossiers/" + s.ref(t, "status:unreadable has:task"), "light", wide, 1300},
		{"telephone.png", "/dossiers/" + s.ref(t, "timeliness:to_arbitrate"), "light", narrow, 844},
	} {
		b.scheme(p.scheme)
		b.do("resize", chromedp.EmulateViewport(p.width, p.height))
		b.open(p.path)
		b.reads("greffier")
		taken, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		must(t, err)
		small, err := paletted(taken)
		must(t, err)
		if len(small) > pictureMost {
			t.Errorf("%s has %d bytes, more than %d", p.file, len(small), pictureMost)
		}
		if dir := os.Getenv("GREFFIER_PICTURES"); dir != "" {
			must(t, os.MkdirAll(dir, 0o755))
			must(t, os.WriteFile(filepath.Join(dir, p.file), small, 0o644))
		}
	}
}

// paletted writes a picture again with its 256 most frequent colours: a page has
// few, and shades of them at the edges of letters.
func paletted(picture []byte) ([]byte, error) {
	whole, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	bounds := whole.Bounds()
	count := make(map[color.Color]int)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[whole.At(x, y)]++
		}
	}
	var colours color.Palette
	for c := range count {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.Color) int { return count[b] - count[a] })
	colours = colours[:min(len(colours), 256)]
	nearest := make(map[color.Color]uint8)
	for c := range count {
		nearest[c] = uint8(colours.Index(c))
	}
	small := image.NewPaletted(bounds, colours)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			small.SetColorIndex(x, y, nearest[whole.At(x, y)])
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, small)
	return out.Bytes(), err
}
