package main

import (
	"fmt"
	"path"
	"strings"
	"testing"
)

// fileVisits are the pages of files, one of each kind that the story has, and the
// sheet of a case.
func (s *site) fileVisits(t *testing.T) []visit {
	seen := make(map[string]bool)
	var list []visit
	for _, ref := range s.refs(t, "has:file") {
		sheet, err := s.r.daemon.store.Case(t.Context(), ref)
		must(t, err)
		if len(list) == 0 {
			list = append(list, visit{path: "/dossiers/" + ref + "/fiche"})
		}
		for _, p := range sheet.Pieces {
			for _, f := range p.Files {
				if kind := strings.ToLower(path.Ext(f.Filename)); !seen[kind] {
					seen[kind] = true
					list = append(list, visit{path: fmt.Sprintf("/messages/%d/fichiers/%s", f.Mail, f.Part)})
				}
			}
		}
	}
	return append(list, visit{path: "/export/dossiers.zip", status: 422})
}
