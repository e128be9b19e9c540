package main

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxSyntaxFaults bounds how often reading is taken up again in a file that
// is hardly TOML.
const maxSyntaxFaults = 20

// entry is one value of a TOML document with the line it stands on, which is
// what a plain decode into Go values loses.
type entry struct {
	line int
	// kind is Table for sections and inline tables, Array for lists and
	// arrays of tables, else the kind of the scalar.
	kind unstable.Kind
	// text is a string decoded, any other scalar as written.
	text string
	// keys are the members of a table.
	keys map[string]*entry
	// items are the members of a list.
	items []*entry
	// sections is true for a list that [[headers]] made.
	sections bool
	// closed is true for a table that may not be opened again: it had its
	// own [header], or is an inline table.
	closed bool
}

func newTable(line int) *entry {
	return &entry{line: line, kind: unstable.Table, keys: map[string]*entry{}}
}

// lineFault is a fault of the document itself.
type lineFault struct {
	line int
	key  string
	text string
}

// document builds the tree of entries of one file.
type document struct {
	data   []byte
	starts []int // where each line begins
	base   int   // where in data the parser's present run began
	parser unstable.Parser
	root   *entry
	here   *entry // the section that key = value lines belong to
	path   string // its name
	faults []lineFault
}

// parseDocument reads TOML into a tree that knows its lines. After a line
// that is not TOML it goes on at the next section, so that one slip does not
// hide the faults that follow; broken tells that some keys were skipped.
func parseDocument(data []byte) (root *entry, faults []lineFault, broken bool) {
	d := &document{data: data, starts: []int{0}, root: newTable(1)}
	d.here = d.root
	for i, c := range data {
		if c == '\n' {
			d.starts = append(d.starts, i+1)
		}
	}
	for {
		d.parser.Reset(data[d.base:])
		for d.parser.NextExpression() {
			d.add(d.parser.Expression())
		}
		err := d.parser.Error()
		if err == nil {
			break
		}
		broken = true
		line := d.fail(err)
		next, ok := d.nextSection(line)
		if !ok || len(d.faults) >= maxSyntaxFaults {
			break
		}
		d.base = next
	}
	return d.root, d.faults, broken
}

// secondOpinion has the library decode the whole document, for rules of TOML
// that neither the tree nor the loader know. It gives nil when all is well.
func secondOpinion(data []byte) *lineFault {
	var all map[string]any
	err := toml.Unmarshal(data, &all)
	if err == nil {
		return nil
	}
	found := &lineFault{line: 1, key: "TOML", text: fmt.Sprintf("is not TOML (%s): write one key = value a line", plainError(err))}
	var fault *toml.DecodeError
	if errors.As(err, &fault) {
		found.line, _ = fault.Position()
		if key := strings.Join(fault.Key(), "."); key != "" {
			found.key = key
		}
	}
	return found
}

// plainError drops the name of the library.
func plainError(err error) string { return strings.TrimPrefix(err.Error(), "toml: ") }

func (d *document) addFault(line int, key, text string) {
	for _, f := range d.faults {
		if f.line == line {
			return
		}
	}
	if key == "" {
		key = "TOML"
	}
	d.faults = append(d.faults, lineFault{line, key, text})
}

// fail notes a syntax error and returns its line.
func (d *document) fail(err error) int {
	offset, text := d.base, err.Error()
	var perr *unstable.ParserError
	if errors.As(err, &perr) && perr.Highlight != nil {
		// A subslice keeps the end of its array: capacities give the distance.
		at := d.base + cap(d.data[d.base:]) - cap(perr.Highlight)
		if at >= d.base && at <= len(d.data) {
			offset = at
		}
	}
	line := d.lineAt(offset)
	d.addFault(line, d.path, fmt.Sprintf("is not TOML (%s): write one key = value a line, texts between quotes, sections as [name]", text))
	return line
}

// nextSection finds the first line at or after line that begins a section
// and was not tried yet.
func (d *document) nextSection(line int) (offset int, ok bool) {
	for _, offset := range d.starts[line-1:] {
		if offset > d.base && bytes.HasPrefix(bytes.TrimLeft(d.data[offset:], " \t"), []byte("[")) {
			return offset, true
		}
	}
	return 0, false
}

// lineAt is the line of an offset, counted from 1.
func (d *document) lineAt(offset int) int {
	return sort.SearchInts(d.starts, offset+1)
}

func (d *document) lineOf(node *unstable.Node) int {
	return d.lineAt(d.base + int(node.Raw.Offset))
}

// add puts one top-level expression into the tree.
func (d *document) add(node *unstable.Node) {
	switch node.Kind {
	case unstable.Table, unstable.ArrayTable:
		d.openSection(node)
	case unstable.KeyValue:
		d.put(d.here, d.path, node)
	}
}

// openSection handles [a.b] and [[a.b]].
func (d *document) openSection(node *unstable.Node) {
	var names []string
	line := 0
	for it := node.Key(); it.Next(); {
		names = append(names, string(it.Node().Data))
		line = d.lineOf(it.Node())
	}
	d.path = strings.Join(names, ".")
	// Keys of a section that could not be opened must not land in another one.
	d.here = newTable(line)
	parent := d.root
	last := len(names) - 1
	for _, name := range names[:last] {
		if parent = d.step(parent, name, line); parent == nil {
			return
		}
	}
	name := names[last]
	old := parent.keys[name]
	if node.Kind == unstable.ArrayTable {
		if old == nil {
			old = &entry{line: line, kind: unstable.Array, sections: true}
			parent.keys[name] = old
		}
		if !old.sections {
			d.addFault(line, d.path, fmt.Sprintf("stands already at line %d, not as [[%s]]: write it in one way only", old.line, d.path))
			return
		}
		d.here.closed = true
		old.items = append(old.items, d.here)
		return
	}
	switch {
	case old == nil:
		parent.keys[name] = d.here
	case old.sections:
		d.addFault(line, d.path, fmt.Sprintf("wants double brackets: write [[%s]]", d.path))
	case old.kind != unstable.Table || old.closed:
		d.addFault(line, d.path, fmt.Sprintf("stands already at line %d: write each section once, with all its keys", old.line))
	default:
		old.line = line // until now it was only implied by a section below it
		d.here = old
	}
	d.here.closed = true
}

// step goes from a table to the one called name below it, made if needed.
func (d *document) step(parent *entry, name string, line int) *entry {
	child := parent.keys[name]
	switch {
	case child == nil:
		child = newTable(line)
		parent.keys[name] = child
	case child.sections:
		return child.items[len(child.items)-1]
	case child.kind != unstable.Table:
		d.addFault(line, d.path, fmt.Sprintf("%s is a value at line %d, not a section: rename or remove one of them", name, child.line))
		return nil
	}
	return child
}

// put adds key = value, where key may be dotted, to a table.
func (d *document) put(table *entry, path string, node *unstable.Node) {
	it := node.Key()
	it.Next()
	for {
		key := it.Node()
		name, line := string(key.Data), d.lineOf(key)
		if path = joinKey(path, name); it.IsLast() {
			if old := table.keys[name]; old != nil {
				d.addFault(line, path, fmt.Sprintf("stands already at line %d: remove one of the two", old.line))
				return
			}
			table.keys[name] = d.value(path, node.Value(), line)
			return
		}
		if table = d.step(table, name, line); table == nil {
			return
		}
		it.Next()
	}
}

// value converts a value node; line is where its key stands, used when the
// library gives the value no place of its own.
func (d *document) value(path string, node *unstable.Node, line int) *entry {
	e := &entry{line: line, kind: node.Kind}
	switch node.Kind {
	case unstable.Array:
		for it := node.Children(); it.Next(); {
			at := line
			if it.Node().Raw.Length > 0 {
				at = d.lineOf(it.Node())
			}
			e.items = append(e.items, d.value(path, it.Node(), at))
		}
	case unstable.InlineTable:
		e.kind, e.closed, e.keys = unstable.Table, true, map[string]*entry{}
		for it := node.Children(); it.Next(); {
			d.put(e, path, it.Node())
		}
	default:
		e.text = string(node.Data)
	}
	return e
}

func joinKey(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
