package main

import (
	"fmt"
	"strings"

	"greffier/notify/pdf"
)

// Page of the PDF form, in points: A4, 2 cm at the sides.
const (
	sheetWidth  = 595.28
	sheetHeight = 841.89
	sheetMargin = 56.69
	sheetText   = sheetWidth - 2*sheetMargin
	sheetTop    = sheetHeight - 52
	sheetBottom = 58.0
)

// sheet is the PDF form while it is laid out from top to bottom.
type sheet struct {
	*setter
	objects pdf.Objects
	pages   []*sheetPage
	y       float64 // the lowest point used on the last page
	root    *tag
	fields  []int          // objects of the form fields, in reading order
	looks   map[string]int // appearances of empty fields, by kind and size
	parents map[int]string // entries of the parent tree, by key
	keys    int
	marks   []bookmark
	above   string // the heading last written
	short   string
	fonts   int // object: the fonts by name
}

// sheetPage is one page; content gathers its drawing instructions.
type sheetPage struct {
	object  int
	key     int // in the parent tree
	content strings.Builder
	annots  []int
	owners  []*tag // of the marked content, by its number on the page
}

type bookmark struct {
	title string
	page  int // object
	y     float64
}

// tag is an element of the structure that assistive tools read.
type tag struct {
	object int
	kind   string
	attr   string
	parent *tag
	kids   []string
	below  []*tag
}

func (s *sheet) tag(parent *tag, kind string) *tag {
	t := &tag{object: s.objects.Reserve(), kind: kind, parent: parent}
	if parent != nil {
		parent.below = append(parent.below, t)
		parent.kids = append(parent.kids, fmt.Sprintf("%d 0 R", t.object))
	}
	return t
}

func (s *sheet) page() *sheetPage { return s.pages[len(s.pages)-1] }

func (s *sheet) key() int {
	s.keys++
	return s.keys - 1
}

func (s *sheet) newPage() {
	s.pages = append(s.pages, &sheetPage{object: s.objects.Reserve(), key: s.key()})
	s.y = sheetTop
}

// need begins a page unless height points are left on this one, and says
// whether it did.
func (s *sheet) need(height float64) bool {
	if s.y-height >= sheetBottom || s.y == sheetTop {
		return false
	}
	s.newPage()
	return true
}

// artifact draws what assistive tools pass over.
func (s *sheet) artifact(content string) {
	fmt.Fprintf(&s.page().content, "/Artifact BMC\n%sEMC\n", content)
}

func (s *sheet) box(x, y, width, height float64, fill, line string) {
	out := "q "
	if fill != "" {
		out += fmt.Sprintf("%s rg %.2f %.2f %.2f %.2f re f ", pdfColor(fill), x, y, width, height)
	}
	if line != "" {
		out += fmt.Sprintf("0.5 w %s RG %.2f %.2f %.2f %.2f re S ", pdfColor(line), x, y, width, height)
	}
	s.artifact(out + "Q\n")
}

// print draws lines from top downwards as content of t; nil is an artifact.
func (s *sheet) print(t *tag, lines [][]span, style textStyle, x, top float64) {
	var content string
	for i, line := range lines {
		content += showLine(line, style, x, top-style.size*0.8-float64(i)*style.lead)
	}
	if t == nil {
		s.artifact(content)
		return
	}
	if len(lines) == 0 {
		return
	}
	p := s.page()
	n := len(p.owners)
	p.owners = append(p.owners, t)
	fmt.Fprintf(&p.content, "/%s<</MCID %d>>BDC\n%sEMC\n", t.kind, n, content)
	t.kids = append(t.kids, fmt.Sprintf("<</Type/MCR/Pg %d 0 R/MCID %d>>", p.object, n))
}

// finish writes what every page and the whole file need.
func (s *sheet) finish(tree int) (pagesObject, outline int, err error) {
	pagesObject = s.objects.Reserve()
	footer := textStyle{size: 8, lead: 10, color: colorHint}
	var kids string
	for i, p := range s.pages {
		left := s.lines(s.short, footer, sheetText)
		right := s.lines(fmt.Sprintf("Page"+nbsp+"%d sur %d", i+1, len(s.pages)), footer, sheetText)
		x := sheetWidth - sheetMargin - s.lineWidth(right[0], footer.size)
		fmt.Fprintf(&p.content, "/Artifact BMC\n%s%sEMC\n", showLine(left[0], footer, sheetMargin, 34), showLine(right[0], footer, x, 34))
		content, err := s.objects.Compressed("", p.content.String())
		if err != nil {
			return 0, 0, err
		}
		s.objects.Set(p.object, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources<</Font %d 0 R>>/Contents %d 0 R/Annots[%s]/StructParents %d/Tabs/S>>",
			pagesObject, sheetWidth, sheetHeight, s.fonts, content, references(p.annots), p.key)
		var owners []int
		for _, t := range p.owners {
			owners = append(owners, t.object)
		}
		s.parents[p.key] = "[" + references(owners) + "]"
		kids += fmt.Sprintf("%d 0 R ", p.object)
	}
	s.objects.Set(pagesObject, "<</Type/Pages/Kids[%s]/Count %d>>", kids, len(s.pages))
	var nums strings.Builder
	for key := range s.keys {
		fmt.Fprintf(&nums, "%d %s ", key, s.parents[key])
	}
	s.writeTag(s.root, tree)
	parentTree := s.objects.Add("<</Nums[%s]>>", nums.String())
	s.objects.Set(tree, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", s.root.object, parentTree, s.keys)
	return pagesObject, s.outline(), nil
}

func (s *sheet) writeTag(t *tag, parent int) {
	if t.parent != nil {
		parent = t.parent.object
	}
	s.objects.Set(t.object, "<</S/%s/P %d 0 R%s/K[%s]>>", t.kind, parent, t.attr, strings.Join(t.kids, " "))
	for _, child := range t.below {
		s.writeTag(child, parent)
	}
}

func (s *sheet) outline() int {
	root := s.objects.Reserve()
	items := make([]int, len(s.marks))
	for i := range items {
		items[i] = s.objects.Reserve()
	}
	for i, m := range s.marks {
		around := ""
		if i > 0 {
			around += fmt.Sprintf("/Prev %d 0 R", items[i-1])
		}
		if i < len(items)-1 {
			around += fmt.Sprintf("/Next %d 0 R", items[i+1])
		}
		s.objects.Set(items[i], "<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ null %.2f null]%s>>", pdf.Text(s.typo.set(m.title)), root, m.page, m.y, around)
	}
	s.objects.Set(root, "<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", items[0], items[len(items)-1], len(items))
	return root
}

func references(objects []int) string {
	var b strings.Builder
	for _, n := range objects {
		fmt.Fprintf(&b, "%d 0 R ", n)
	}
	return strings.TrimSpace(b.String())
}
