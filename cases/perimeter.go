package cases

import (
	"fmt"
	"slices"
	"strings"
)

// PerimeterVerdict is what the rule of the second edition makes of the
// territories of a candidacy.
type PerimeterVerdict string

const (
	PerimeterPriority PerimeterVerdict = "priority"         // only regions that have no hub yet
	PerimeterMixed    PerimeterVerdict = "priority_in_part" // such regions and others
	PerimeterWider    PerimeterVerdict = "wider"            // covered regions, but more than one: may apply
	PerimeterCovered  PerimeterVerdict = "covered"          // one covered region: only if the perimeter is wider
)

// Perimeter is a verdict with its reason.
type Perimeter struct {
	Verdict PerimeterVerdict `json:"verdict"`
	Regions []string         `json:"regions"`
	Reason  string           `json:"reason"`
}

// JudgePerimeter applies the rule of the call ("regions without a hub first; a
// covered region may apply if its perimeter is wider") to territory codes. ok
// is false where the call has no such rule or no territory is known. It
// proposes; people decide whether a perimeter is wider.
func (c *Call) JudgePerimeter(codes []string) (p Perimeter, ok bool) {
	if len(c.PriorityRegions) == 0 {
		return p, false
	}
	first := 0
	for _, code := range codes {
		region := RegionOf(code)
		if region == "" || slices.Contains(p.Regions, region) {
			continue
		}
		p.Regions = append(p.Regions, region)
		if slices.ContainsFunc(c.PriorityRegions, func(r string) bool { return Fold(r) == Fold(region) }) {
			first++
		}
	}
	regions := strings.Join(p.Regions, ", ")
	switch {
	case len(p.Regions) == 0:
		return p, false
	case first == len(p.Regions):
		p.Verdict, p.Reason = PerimeterPriority, fmt.Sprintf("no hub covers %s yet", regions)
	case first > 0:
		p.Verdict, p.Reason = PerimeterMixed, fmt.Sprintf("of %s, %d of %d have no hub yet", regions, first, len(p.Regions))
	case len(p.Regions) > 1:
		p.Verdict, p.Reason = PerimeterWider, fmt.Sprintf("%s have hubs, and the perimeter goes beyond one of them", regions)
	default:
		p.Verdict, p.Reason = PerimeterCovered, fmt.Sprintf("%s has a hub: the perimeter must be wider than its own", regions)
	}
	return p, true
}
