package pdf

import (
	"fmt"
	"strings"
)

// tag is an element of the structure that assistive tools read.
type tag struct {
	object int
	kind   string
	attr   string
	parent *tag
	kids   []string
	below  []*tag
}

// page is one page; content gathers its drawing instructions.
type page struct {
	object  int
	content strings.Builder
	owners  []*tag // of the marked content, by its number on the page
}

func (l *layout) tag(parent *tag, kind, attr string) *tag {
	t := &tag{object: l.objects.Reserve(), kind: kind, attr: attr, parent: parent}
	if parent != nil {
		parent.below = append(parent.below, t)
		parent.kids = append(parent.kids, reference(t.object))
	}
	return t
}

// mark adds content to the last page as what t says; without t assistive tools
// pass it over. actual, if any, is what it says where its glyphs do not.
func (l *layout) mark(t *tag, content, actual string) {
	p := l.pages[len(l.pages)-1]
	if t == nil {
		p.content.WriteString("/Artifact BMC\n" + content + "EMC\n")
		return
	}
	if actual != "" {
		content = "/Span<</ActualText" + Text(actual) + ">>BDC\n" + content + "EMC\n"
	}
	n := len(p.owners)
	p.owners = append(p.owners, t)
	fmt.Fprintf(&p.content, "/%s<</MCID %d>>BDC\n%sEMC\n", t.kind, n, content)
	t.kids = append(t.kids, fmt.Sprintf("<</Type/MCR/Pg %d 0 R/MCID %d>>", p.object, n))
}

// writeTags writes the tree of tags and, for each page, which tag owns which
// content (ISO 32000-1 section 14.7.4.4).
func (l *layout) writeTags(root *tag) (tree int) {
	tree = l.objects.Reserve()
	l.writeTag(root, tree)
	var nums strings.Builder
	for i, p := range l.pages {
		var owners []string
		for _, t := range p.owners {
			owners = append(owners, reference(t.object))
		}
		fmt.Fprintf(&nums, "%d[%s]", i, strings.Join(owners, " "))
	}
	parents := l.objects.Add("<</Nums[%s]>>", nums.String())
	l.objects.Set(tree, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", root.object, parents, len(l.pages))
	return tree
}

func (l *layout) writeTag(t *tag, parent int) {
	l.objects.Set(t.object, "<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>", t.kind, parent, t.attr, strings.Join(t.kids, " "))
	for _, child := range t.below {
		l.writeTag(child, t.object)
	}
}

func reference(object int) string { return fmt.Sprintf("%d 0 R", object) }
