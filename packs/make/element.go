package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// element is an XML element under construction. Names carry their prefix, as
// WordprocessingML writes them ("w:p").
type element struct {
	name     string
	attrs    []xml.Attr
	children []*element
	text     string
}

// el makes an element. attrs are pairs of name and value.
func el(name string, attrs ...string) *element {
	e := &element{name: name}
	for i := 0; i+1 < len(attrs); i += 2 {
		e.attrs = append(e.attrs, xml.Attr{Name: xml.Name{Local: attrs[i]}, Value: attrs[i+1]})
	}
	return e
}

// with adds children and returns e.
func (e *element) with(children ...*element) *element {
	e.children = append(e.children, children...)
	return e
}

// containing sets the character data and returns e.
func (e *element) containing(text string) *element {
	e.text = text
	return e
}

func (e *element) encode(enc *xml.Encoder) error {
	start := xml.StartElement{Name: xml.Name{Local: e.name}, Attr: e.attrs}
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	if e.text != "" {
		if err := enc.EncodeToken(xml.CharData(e.text)); err != nil {
			return err
		}
	}
	for _, c := range e.children {
		if err := c.encode(enc); err != nil {
			return err
		}
	}
	return enc.EncodeToken(start.End())
}

// bytes writes e as a whole XML file.
func (e *element) bytes() ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	enc := xml.NewEncoder(&buf)
	if err := e.encode(enc); err != nil {
		return nil, fmt.Errorf("write <%s>: %w", e.name, err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("write <%s>: %w", e.name, err)
	}
	return buf.Bytes(), nil
}
