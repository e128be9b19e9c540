package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestArrows walks the imports: who may know whom. Tests may know more.
func TestArrows(t *testing.T) {
	// Our packages that each of our packages may import, and of the libraries
	// that have one home, which.
	may := map[string][]string{
		"cases":        {"golang.org/x/text/unicode/norm"},
		"cases/french": {},
		"cases/store":  {"greffier/cases", "github.com/mattn/go-sqlite3"},
		"ingest/parse": {"github.com/emersion/go-message", "golang.org/x/net/html", "golang.org/x/net/idna", "golang.org/x/text"},
		"ingest/content": {"github.com/gabriel-vasile/mimetype", "github.com/klippa-app/go-pdfium", "github.com/tetratelabs/wazero",
			"golang.org/x/net/html", "golang.org/x/sys/unix", "golang.org/x/text"},
		"ingest":      {"greffier/cases", "greffier/ingest/parse", "greffier/ingest/content", "github.com/emersion/go-imap/v2", "github.com/emersion/go-sasl"},
		"notify":      {"greffier/cases", "greffier/cases/french", "greffier/notify/pdf", "github.com/wneessen/go-mail", "golang.org/x/net/idna"},
		"notify/pdf":  {"golang.org/x/image", "golang.org/x/text/unicode/norm"},
		"desk":        {"greffier/cases", "greffier/cases/french", "greffier/cases/store", "greffier/desk/export", "github.com/prometheus/client_golang/prometheus", "golang.org/x/crypto/argon2"},
		"desk/export": {"greffier/cases", "greffier/cases/french", "github.com/xuri/excelize/v2", "golang.org/x/text/unicode/norm"},
		"packs":       {},
	}
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../../")
		if pkg == "cmd/greffier" || pkg == "packs/make" {
			return nil // cmd imports all and wires; the maker of the packs is a program of its own
		}
		allowed, known := may[pkg]
		if !known {
			t.Errorf("%s: package %s has no place in the house", file, pkg)
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			first, _, _ := strings.Cut(name, "/")
			if first != "greffier" && !strings.Contains(first, ".") {
				continue // standard library
			}
			if !slices.ContainsFunc(allowed, func(a string) bool {
				return name == a || strings.HasPrefix(name, a+"/") && !strings.HasPrefix(a, "greffier/")
			}) {
				t.Errorf("%s imports %s: a wrong arrow", file, name)
			}
		}
		if pkg == "cases" {
			for _, spec := range parsed.Imports {
				if name := path.Base(strings.Trim(spec.Path.Value, `"`)); slices.Contains([]string{"sql", "net", "http", "os", "exec"}, name) {
					t.Errorf("%s imports %s: the rules are pure", file, spec.Path.Value)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
