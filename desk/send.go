package desk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// sandbox is the policy of what strangers sent: nothing in it may run, load or
// reach anything, even if a browser were to show it.
const sandbox = "default-src 'none'; sandbox"

// stallMost is how long a reader may take for a part of a long answer.
const stallMost = time.Minute

// long lets a page take the time that it needs: a download goes on as long as its
// reader takes bytes, and ends, as every write does then, when the reader is gone.
func (d *Desk) long(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request, v visit) error {
		return h(patient{w, http.NewResponseController(w)}, r.WithContext(context.WithoutCancel(r.Context())), v)
	}
}

// patient gives each write its own time.
type patient struct {
	http.ResponseWriter
	c *http.ResponseController
}

// Write implements http.ResponseWriter.
func (p patient) Write(b []byte) (int, error) {
	if err := p.c.SetWriteDeadline(time.Now().Add(stallMost)); err != nil {
		return 0, fmt.Errorf("give a reader time: %w", err)
	}
	return p.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (p patient) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// foreignFile sets the headers under which bytes of strangers leave.
func foreignFile(h http.Header, media string) {
	h.Set("Content-Type", media)
	h.Set("Content-Security-Policy", sandbox)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-store")
}

// attach sends what write writes as a file to keep, under a name. What fails once
// the first bytes have left breaks the connection, so that nobody takes a part for
// the whole.
func (d *Desk) attach(w http.ResponseWriter, name, media string, write func(io.Writer) error) error {
	foreignFile(w.Header(), media)
	w.Header().Set("Content-Disposition", disposition(name))
	begun := &begun{w: w}
	out := bufio.NewWriterSize(begun, 64<<10)
	err := write(out)
	if err == nil {
		err = out.Flush()
	}
	switch {
	case err == nil:
		return nil
	case !begun.yes:
		for _, name := range []string{"Content-Disposition", "Content-Length"} {
			w.Header().Del(name)
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-store")
		return err
	}
	d.log.Error("a download broke off", "error", err)
	panic(http.ErrAbortHandler)
}

// begun knows whether anything has left.
type begun struct {
	w   io.Writer
	yes bool
}

// Write implements io.Writer.
func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.w.Write(p)
}

// disposition tells a browser to keep what comes, under that name: for those that do
// not know the second form, one of ASCII (RFC 6266 section 4.3, RFC 8187).
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
