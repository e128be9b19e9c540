package content

import (
	"bytes"
	"errors"
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
		var stdin io.Reader = os.Stdin
		if trouble, later := strings.CutPrefix(os.Getenv(childTrouble), "later "); later {
			stdin = &troubleReader{r: stdin, cause: troubles[trouble]}
		} else {
			troubles[trouble]()
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
// that is for a file with a hostile name.
type troubleReader struct {
	r     io.Reader
	cause func()
}

func (t *troubleReader) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if bytes.Contains(p[:n], []byte("hostile")) {
		t.cause()
	}
	return n, err
}

// confined makes sure that what follows happens in the narrow process.
func confined() {
	if err := limitProcess(); errors.Is(err, syscall.EPERM) {
		return // in it already
	} else if err != nil {
		panic(err)
	}
	if err := confine(); err != nil {
		panic(err)
	}
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
		confined()
		var none *int
		*none = 1
	},
	"swell": func() {
		confined()
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
		confined()
		for n := 1; n > 0; n = n%7 + 1 {
		}
	},
	"sleep": func() {
		confined()
		time.Sleep(time.Hour)
	},
	"babble": func() {
		for range 1 << 20 {
			fmt.Println("{\"File\":{\"Text\":\"0123456789abcdef0123456789abcdef")
		}
		os.Exit(0)
	},
	"nothing": func() { os.Exit(0) },
	"socket":  func() { confined(); _, err := net.Listen("tcp", "127.0.0.1:0"); escaped(err) },
	"dial":    func() { confined(); _, err := net.Dial("udp", "127.0.0.1:53"); escaped(err) },
	"exec":    func() { confined(); escaped(exec.Command("/bin/true").Run()) },
	"open":    func() { confined(); _, err := os.ReadFile("/etc/passwd"); escaped(err) },
	"write":   func() { confined(); escaped(os.WriteFile(os.TempDir()+"/greffier-escaped", nil, 0o600)) },
	"kill": func() {
		p, err := os.FindProcess(os.Getppid())
		confined()
		if err == nil {
			err = p.Signal(os.Interrupt)
		}
		escaped(err)
	},
}
