package content

// maxSlides is how many slides are read.
const maxSlides = 100

// readPPTX reads the slides of a presentation (ECMA-376 part 1, section 19) in
// the order of their numbers, which is that in which they were made.
func readPPTX(p officePackage, f *File) {
	text := newProse(maxText)
	slides := p.numbered("ppt/slides/slide", maxSlides)
	in := false
	for _, name := range slides {
		p.read(name, events{
			start: func(name string, _ attrs) {
				switch name {
				case "t":
					in = true
				case "br":
					text.end()
				}
			},
			end: func(name string) {
				switch name {
				case "t":
					in = false
				case "p":
					text.end()
				}
			},
			text: func(s []byte) {
				if in {
					text.text(string(s))
				}
			},
			stop: text.full,
		})
		text.end()
		if text.full() {
			break
		}
	}
	f.Text = text.String()
	if f.Pages = appPages(p); f.Pages == 0 {
		f.Pages = len(slides)
	}
	f.Blank = f.Text == "" && !p.any("ppt/media/")
}
