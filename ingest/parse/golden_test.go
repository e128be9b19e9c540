package parse

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden reads one mail of each class; what was read stands in the .txt
// beside it. After a change: go test ./ingest/parse -run TestGolden -update,
// then read the difference.
// Behaviour 15.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".eml"), func(t *testing.T) {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got := told(readString(t, string(raw), Options{}))
			path := strings.TrimSuffix(f, ".eml") + ".txt"
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; got:\n%s", path, got)
			}
		})
	}
}

// told writes what a mail says, for people to check.
func told(m *Mail) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	list := func(of []Address) string {
		var s []string
		for _, a := range of {
			s = append(s, strings.TrimSpace(a.Name+" <"+a.Address+">"))
		}
		return strings.Join(s, " | ")
	}
	line("From", list([]Address{m.From}))
	line("Reply-To", list(m.ReplyTo))
	line("To", list(m.To))
	line("Cc", list(m.Cc))
	line("Subject", m.Subject)
	if !m.Date.IsZero() {
		line("Date", m.Date.Format(time.RFC3339Nano))
	}
	line("Message-ID", m.MessageID)
	line("In-Reply-To", strings.Join(m.InReplyTo, " | "))
	line("References", strings.Join(m.References, " | "))
	line("Kind", string(m.Kind))
	line("Links", strings.Join(m.Links, " | "))
	for _, w := range m.Warnings {
		line("Warning", w)
	}
	b.WriteString("\n" + m.Text + "\n")
	if m.NewText != m.Text {
		b.WriteString("\n[new]\n" + m.NewText + "\n")
	}
	for _, p := range m.Parts {
		fmt.Fprintf(&b, "\n[%s] %q %s, %d bytes, %.8s", p.ID, p.Filename, p.MediaType, p.Size, p.SHA256)
		if p.Inline {
			b.WriteString(", inline")
		}
		if p.Signature {
			b.WriteString(", nothing deposited")
		}
		if p.MemberOf != "" {
			b.WriteString(", in " + p.MemberOf)
		}
		for _, w := range p.Warnings {
			b.WriteString("\n  " + w)
		}
		b.WriteString("\n")
	}
	return b.String()
}
