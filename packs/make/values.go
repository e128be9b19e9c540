package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// values computes every formula of the workbook. The keys are the part of
// the file that holds the sheet, and the cell.
func (w *workbook) values() (map[[2]string]string, error) {
	out := map[[2]string]string{}
	for _, at := range w.sums {
		value, err := w.file.CalcCellValue(at[0], at[1], excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, fmt.Errorf("compute %s of %s: %w", at[1], at[0], err)
		}
		index, err := w.file.GetSheetIndex(at[0])
		if err != nil {
			return nil, fmt.Errorf("find sheet %s: %w", at[0], err)
		}
		out[[2]string{fmt.Sprintf("xl/worksheets/sheet%d.xml", index+1), at[1]}] = value
	}
	return out, nil
}

// keepValues writes beside each formula the value it has in the empty
// workbook, so that a previewer that does not compute shows it. The library
// writes formulas without a value and as text.
func keepValues(parts []zipPart, values map[[2]string]string) error {
	for at, value := range values {
		done := false
		for i := range parts {
			if parts[i].name != at[0] {
				continue
			}
			start := bytes.Index(parts[i].data, []byte(`<c r="`+at[1]+`"`))
			if start < 0 {
				continue
			}
			length := bytes.Index(parts[i].data[start:], []byte("</c>"))
			if length < 0 {
				continue
			}
			cell := parts[i].data[start : start+length]
			if !bytes.Contains(cell, []byte("</f>")) || bytes.Contains(cell, []byte("<v>")) {
				continue
			}
			var text bytes.Buffer
			if err := xml.EscapeText(&text, []byte(value)); err != nil {
				return fmt.Errorf("write the value of %s: %w", at[1], err)
			}
			with := bytes.Clone(cell)
			if _, err := strconv.ParseFloat(value, 64); err == nil {
				with = bytes.Replace(with, []byte(` t="str"`), nil, 1)
			}
			with = append(with, "<v>"+text.String()+"</v>"...)
			parts[i].data = bytes.Replace(parts[i].data, cell, with, 1)
			done = true
		}
		if !done {
			return fmt.Errorf("keep the value of %s in %s: no formula without a value there", at[1], at[0])
		}
	}
	return nil
}
