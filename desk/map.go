package desk

import (
	"net/url"
	"slices"

	"greffier/cases"
)

// territoryMap is France as a board of tiles, one a territory, each about where it
// lies: no border is drawn, a small département is as large as a large one.
type territoryMap struct {
	Tiles   []tile
	Labels  []tileLabel
	Regions []regionCount
	Width   int
	Height  int
	Covered int // territories with a case
	Missing bool
}

// tile is a territory. X and Y are in the units of the drawing.
type tile struct {
	Code, Name string
	N          int
	Level      int // how many, in four shades: 0 none to 3 most
	X, Y       int
	Href       string // exactly its cases
}

type tileLabel struct {
	Words string
	X, Y  int
}

// regionCount is a region in the table beside the map.
type regionCount struct {
	Name  string
	Tiles []tile // with a case
}

// tileSize is a tile with the gap to the next.
const tileSize = 44

// board says where each territory lies: a row of the board a line, from north to
// south, "." an empty place. Paris and the three départements around it stand
// apart above Brittany, where they can be told; those overseas below.
var board = [...][]string{
	{".", "93", ".", ".", ".", "62", "59", ".", ".", ".", ".", "."},
	{"92", "75", "94", ".", "76", "80", "60", "02", "08", ".", ".", "."},
	{".", ".", "50", "14", "27", "78", "95", "51", "55", "54", "57", "67"},
	{"29", "22", "35", "61", "28", "91", "77", "10", "52", "88", "90", "68"},
	{".", "56", "44", "53", "72", "41", "45", "89", "21", "70", "25", "."},
	{".", ".", "85", "49", "37", "36", "18", "58", "71", "39", ".", "."},
	{".", ".", "17", "79", "86", "87", "23", "03", "69", "01", "74", "."},
	{".", ".", ".", "16", "24", "19", "63", "42", "38", "73", ".", "."},
	{".", ".", ".", "33", "47", "46", "15", "43", "07", "26", "05", "."},
	{".", ".", ".", "40", "32", "82", "12", "48", "30", "84", "04", "06"},
	{".", ".", ".", "64", "65", "31", "81", "34", "13", "83", ".", "."},
	{".", ".", ".", ".", ".", "09", "11", ".", ".", ".", ".", "2B"},
	{".", ".", ".", ".", ".", ".", "66", ".", ".", ".", ".", "2A"},
	{},
	{"971", "972", "973", "974", "976", "975", "977", "978", "986", "987", "988", "."},
}

// mapOf draws the territories of an edition, by how many cases cover each.
func mapOf(call *cases.Call, counts map[string]int) territoryMap {
	m := territoryMap{Width: 12 * tileSize, Height: len(board) * tileSize, Labels: []tileLabel{
		{"Paris", 2, 2*tileSize + 16}, {"Corse", 9*tileSize + 36, 12*tileSize + 4}, {"Outre-mer", 2, 14*tileSize - 8}}}
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	byCode := make(map[string]tile)
	for y, row := range board {
		for x, code := range row {
			if code == "." {
				continue
			}
			t := tile{Code: code, Name: cases.TerritoryName(code), N: counts[code], X: x * tileSize, Y: y * tileSize}
			if t.N > 0 {
				m.Covered++
				t.Level = 1 + min(2, (t.N-1)*3/max(3, most))
				t.Href = "/dossiers?" + url.Values{"edition": {call.ID}, "q": {"dept:" + code}}.Encode()
			}
			m.Tiles = append(m.Tiles, t)
			byCode[code] = t
		}
	}
	for _, r := range cases.Regions() {
		count := regionCount{Name: r.Name}
		for _, area := range r.Territories {
			if t := byCode[area.Code]; t.N > 0 {
				count.Tiles = append(count.Tiles, t)
			}
		}
		m.Regions = append(m.Regions, count)
	}
	m.Regions = slices.DeleteFunc(m.Regions, func(r regionCount) bool { return len(r.Tiles) == 0 })
	return m
}
