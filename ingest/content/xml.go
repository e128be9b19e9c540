package content

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strconv"
	"strings"
)

// maxXML is how much of one XML part of a document is read, in decoded bytes.
const maxXML = 32 << 20

// officePackage is the ZIP file of an office document: its parts by name. The
// names keep their case, but are looked up without it: some writers care little.
type officePackage struct {
	l     *looker
	parts map[string]*zip.File
}

func newPackage(l *looker, files []*zip.File) officePackage {
	p := officePackage{l: l, parts: make(map[string]*zip.File, len(files))}
	for _, f := range files {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if p.parts[name] == nil {
			p.parts[name] = f
		}
	}
	return p
}

func (p officePackage) has(name string) bool { return p.parts[strings.ToLower(name)] != nil }

// any says whether a part lies in this folder.
func (p officePackage) any(folder string) bool {
	for name := range p.parts {
		if strings.HasPrefix(name, folder) && len(name) > len(folder) {
			return true
		}
	}
	return false
}

// numbered gives the parts named prefix, a number, ".xml", in the order of the numbers.
func (p officePackage) numbered(prefix string, most int) []string {
	var names []string
	for n, missed := 1, 0; len(names) < most && missed < 100; n++ {
		name := prefix + strconv.Itoa(n) + ".xml"
		if p.has(name) {
			names = append(names, name)
		} else {
			missed++
		}
	}
	return names
}

// events are what a reader of XML does with what it meets. Names come without
// their namespace: writers choose prefixes as they like, and the two versions
// of Office Open XML have different ones for the same elements.
type events struct {
	start func(name string, attr attrs)
	end   func(name string)
	text  func(s []byte)
	stop  func() bool // asked after each end; nil: read to the end
}

type attrs []xml.Attr

// get returns an attribute by its name without namespace, empty without one.
func (a attrs) get(name string) string {
	for _, x := range a {
		if x.Name.Local == name {
			return x.Value
		}
	}
	return ""
}

// read reads a part of the document. It reports whether the part is there and
// whole, as far as it was read: a damaged part gives its beginning.
func (p officePackage) read(name string, e events) (whole bool) {
	z := p.parts[strings.ToLower(name)]
	if z == nil {
		return false
	}
	left := min(maxXML, p.l.budget)
	if left <= 0 {
		return false
	}
	r, err := z.Open()
	if err != nil {
		return false
	}
	counted := &countedReader{r: io.LimitReader(r, left)}
	whole = readXML(counted, e)
	p.l.budget -= counted.n
	return r.Close() == nil && (whole || counted.n >= left)
}

type countedReader struct {
	r io.Reader
	n int64
}

func (c *countedReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// readXML walks a document without building it. Entities are not defined: what
// a document type declaration says is never followed.
func readXML(r io.Reader, e events) (whole bool) {
	d := xml.NewDecoder(bufio.NewReaderSize(r, 32<<10))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for depth := 0; ; {
		t, err := d.RawToken()
		if err != nil {
			return err == io.EOF && depth == 0
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			if e.start != nil {
				e.start(t.Name.Local, t.Attr)
			}
		case xml.EndElement:
			depth--
			if e.end != nil {
				e.end(t.Name.Local)
			}
			if e.stop != nil && e.stop() {
				return true
			}
		case xml.CharData:
			if e.text != nil {
				e.text(t)
			}
		}
	}
}

// target resolves what a relationship points to, from the folder of its source
// (ECMA-376 part 2, section 6.5.3.4).
func target(folder, to string) string {
	if strings.HasPrefix(to, "/") {
		return strings.TrimPrefix(path.Clean(to), "/")
	}
	return path.Join(folder, to)
}

// relations gives the targets of a part's relationships by their ids, and the
// first by type: the last word of the type's address says what it is.
func (p officePackage) relations(part string) (byID, byType map[string]string) {
	byID, byType = map[string]string{}, map[string]string{}
	folder := path.Dir(part)
	p.read(path.Join(folder, "_rels", path.Base(part)+".rels"), events{start: func(name string, attr attrs) {
		if name != "Relationship" || len(byID) >= 10_000 {
			return
		}
		to := attr.get("Target")
		if !strings.EqualFold(attr.get("TargetMode"), "External") {
			to = target(folder, to)
		}
		byID[attr.get("Id")] = to
		if kind := path.Base(attr.get("Type")); byType[kind] == "" {
			byType[kind] = to
		}
	}})
	return byID, byType
}

// number reads a whole number of a statistic, 0 where there is none.
func number(s []byte) int {
	n, err := strconv.Atoi(string(bytes.TrimSpace(s)))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
