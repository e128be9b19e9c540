package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestRemarks: every remark that the readers of mails and files can make has its
// French: each warning that their sources word, whatever stands for its verbs.
func TestRemarks(t *testing.T) {
	french := make(map[string]string)
	for _, r := range remarks {
		if french[r.english] != "" {
			t.Errorf("twice: %q", r.english)
		}
		french[r.english] = r.french
		if strings.Count(r.english, "%") != strings.Count(r.french, "%s") || strings.Count(r.french, "%") != strings.Count(r.french, "%s") {
			t.Errorf("other verbs: %q", r.french)
		}
		if s := breakable.FindString(r.french); s != "" {
			t.Errorf("%q in %q may break", s, r.french)
		}
		said := strings.NewReplacer("%s", "x (y)", "%d", "12", "%q", `"x"`).Replace(r.english)
		if got := remarkWord(said); got.English || strings.Contains(got.Text, "%!") {
			t.Errorf("%q becomes %q", said, got.Text)
		}
	}
	found := 0
	for _, dir := range []string{"../ingest/parse", "../ingest/content"} {
		for _, w := range warningsIn(t, dir) {
			if found++; french[w] == "" {
				t.Errorf("%s: no French for %q", dir, w)
			}
		}
	}
	if found < 80 {
		t.Errorf("only %d warnings are found in the sources", found)
	}
	if got := remarkWord("The file could not be read: it took longer than 30s. A person should open it, with care."); strings.Contains(got.Text, "longer") {
		t.Error(got.Text)
	}
	if got := remarkWord("Something new."); !got.English || got.Text != "Something new." {
		t.Errorf("%+v", got)
	}
}

// warningsIn lists the texts that the sources of a package warn with: constants
// whose names begin with warn, and what warn is called with.
func warningsIn(t *testing.T, dir string) (list []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	add := func(e ast.Expr) {
		l, is := e.(*ast.BasicLit)
		if !is || l.Kind != token.STRING {
			return
		}
		text, err := strconv.Unquote(l.Value)
		if err != nil {
			t.Fatal(err)
		}
		if text != "%s" { // as another text says
			list = append(list, text)
		}
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if strings.HasPrefix(name.Name, "warn") && i < len(n.Values) {
						add(n.Values[i])
					}
				}
			case *ast.CallExpr:
				if f, is := n.Fun.(*ast.SelectorExpr); is && f.Sel.Name == "warn" && len(n.Args) > 0 {
					add(n.Args[0])
				}
			}
			return true
		})
	}
	return list
}
