package content

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childTrouble is the environment variable that makes a child of a test do
// what a file could make it do by a fault of a reader.
const childTrouble = "GREFFIER_TEST_TROUBLE"

// TestMain is also the program that a Child under test starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "look" {
		trouble, later := strings.CutPrefix(os.Getenv(childTrouble), "later ")
		trouble, early := strings.CutPrefix(trouble, "early ")
		stdin := &troubleReader{r: os.Stdin, cause: troubles[trouble]}
		if early {
			stdin.cause()
		}
		if later {
			stdin.name = "hostile"
		}
		if err := RunChild(stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// troubleReader reads the jobs of a child, and does what brings it down at the first
// that is for a file whose name holds name.
type troubleReader struct {
	r     io.Reader
	name  string
	cause func()
}

func (t *troubleReader) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n > 0 && bytes.Contains(p[:n], []byte(t.name)) {
		t.cause()
	}
	return n, err
}

// escaped ends a child in a way that a test tells from all others.
func escaped(err error) {
	if err == nil {
		fmt.Fprintln(os.Stderr, "escaped")
		os.Exit(66)
	}
	fmt.Fprintln(os.Stderr, "refused: "+err.Error())
	os.Exit(67)
}

var troubles = map[string]func(){
	"": func() {},
	"crash": func() {
		var none *int
		*none = 1
	},
	"swell": func() {
		var kept [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := range b {
				b[i] = 1
			}
			kept = append(kept, b)
			_ = kept
		}
	},
	"spin": func() {
		for n := 1; n > 0; n = n%7 + 1 {
		}
	},
	"sleep": func() {
		time.Sleep(time.Hour)
	},
	"babble": func() {
		for range 1 << 20 {
			fmt.Println("{\"File\":{\"Text\":\"0123456789abcdef0123456789abcdef")
		}
		os.Exit(0)
	},
	"nothing":  func() { os.Exit(0) },
	"socket":   func() { _, err := net.Listen("tcp", "127.0.0.1:0"); escaped(err) },
	"dial":     func() { _, err := net.Dial("udp", "127.0.0.1:53"); escaped(err) },
	"exec":     func() { escaped(exec.Command("/bin/true").Run()) },
	"open":     func() { _, err := os.ReadFile("/etc/passwd"); escaped(err) },
	"write":    func() { escaped(os.WriteFile(os.TempDir()+"/greffier-escaped", nil, 0o600)) },
	"kill":     func() { escaped(syscall.Kill(os.Getpid(), 0)) },
	"shortage": endByKernel,
}
