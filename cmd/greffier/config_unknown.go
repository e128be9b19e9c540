package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// knownKeys is every key the program reads, by section: "" for the top,
// "call.piece" for the keys of [[call.piece]].
func knownKeys() map[string][]string {
	root, _, _ := parseDocument([]byte("[[call]]\n[[call.piece]]\n[[call.reminder]]\n"))
	r := &reader{dir: string(filepath.Separator), asked: map[string][]string{}}
	r.config(root)
	return r.asked
}

// reportUnknown turns the keys nobody asked for into faults that name the
// right one when it is near.
func (r *reader) reportUnknown() {
	if len(r.unknown) == 0 {
		return
	}
	known := knownKeys()
	for _, u := range r.unknown {
		r.fault(u.line, joinKey(u.table, u.key), "is unknown: %s", advice(known, u.section, u.key))
	}
}

// advice says what was probably meant by an unknown key.
func advice(known map[string][]string, section, key string) string {
	near := slices.SortedFunc(slices.Values(known[section]), func(a, b string) int {
		return cmp.Or(cmp.Compare(editDistance(key, a), editDistance(key, b)), cmp.Compare(a, b))
	})
	if len(near) > 0 && editDistance(key, near[0]) <= max(1, min(len(key), len(near[0]))/3) {
		if inner := joinKey(section, near[0]); known[inner] != nil {
			return "write " + sectionName(inner)
		}
		return "write " + near[0]
	}
	var homes []string
	for other, keys := range known {
		if other != section && slices.Contains(keys, key) {
			homes = append(homes, sectionName(other))
		}
	}
	if len(homes) > 0 && len(homes) <= 2 {
		slices.Sort(homes)
		return fmt.Sprintf("it belongs to %s, move it there or remove it", strings.Join(homes, " and "))
	}
	sorted := slices.Sorted(slices.Values(known[section]))
	return fmt.Sprintf("remove it, or write one of %s", strings.Join(sorted, ", "))
}

func sectionName(section string) string {
	switch {
	case section == "":
		return "the top of the file"
	case section == "call" || strings.HasPrefix(section, "call."):
		return "[[" + section + "]]"
	}
	return "[" + section + "]"
}

// editDistance counts the letters to change, insert, drop or swap with their
// neighbour to make b of a, whatever their case.
func editDistance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if len(x) > 64 {
		return len(x)
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			best := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				best = min(best, rows[i-2][j-2]+1)
			}
			rows[i][j] = best
		}
	}
	return rows[len(x)][len(y)]
}
