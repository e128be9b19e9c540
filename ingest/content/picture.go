package content

import (
	"image"
	_ "image/gif" // the formats that scanners and telephones write
	_ "image/jpeg"
	_ "image/png"
	"io"
)

// Limits of looking at a picture.
const (
	maxPixels = 40_000_000 // that are decoded
	sparse    = 40         // pixels a byte from which a picture may be blank
)

// readImage tells the size of a picture, and whether it is blank: a white sheet
// takes far fewer bytes than one with anything on it.
func readImage(in input, f *File) {
	config, _, err := image.DecodeConfig(io.NewSectionReader(in, 0, in.size))
	if err != nil {
		return // a format that is not decoded here
	}
	f.Width, f.Height = config.Width, config.Height
	pixels := int64(config.Width) * int64(config.Height)
	if pixels > maxPixels || pixels < 100_000 || pixels/in.size < sparse {
		return
	}
	picture, _, err := image.Decode(io.NewSectionReader(in, 0, in.size))
	if err != nil {
		f.Unreadable = UnreadableTruncated
		f.warn("The image is damaged: it cannot be shown whole.")
		return
	}
	b := picture.Bounds()
	f.Blank = whitePixels(b.Dx(), b.Dy(), func(x, y int) uint8 {
		red, green, blue, alpha := picture.At(b.Min.X+x, b.Min.Y+y).RGBA()
		// What is transparent shows the paper.
		return uint8((299*red+587*green+114*blue)/1000>>8 + (0xffff-alpha)>>8)
	})
}
