package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"greffier/cases"
	"greffier/desk"
)

// TestBrowser lets a real browser use the desk of a rehearsed edition, beside
// the daemon that goes on working: every page is examined, and what staff do all
// day is done, by mouse, by keyboard, on a telephone, and without JavaScript.
func TestBrowser(t *testing.T) {
	s := openSite(t)
	t.Run("pages", s.testPages)
	t.Run("journeys", s.testJourneys)
	t.Run("keyboard", s.testKeyboard)
	t.Run("without JavaScript", s.testWithoutScript)
	t.Run("pictures", s.testPictures)
}

// Widths of a window, in CSS pixels: of a desk, and of a telephone.
const (
	wide   = 1280
	narrow = 390
)

// within bounds any one thing that a browser is waited for.
const within = 60 * time.Second

// site is the desk of a rehearsal with the daemon at work, and a browser.
type site struct {
	r       *rehearsal
	url     string
	browser context.Context
	axe     string // the source of axe-core
}

func openSite(t *testing.T) *site {
	t.Helper()
	s := &site{axe: axeCore(t), browser: openBrowser(t)}
	s.r = rehearse(t, demoStory(), everyMorning())
	must(t, s.r.daemon.store.AddStaff(t.Context(), "demo", demoColleague, ""))
	must(t, s.r.daemon.store.SaveView(t.Context(), demoColleague, 0, "À relancer", "vue=incomplets"))
	s.r.clock.run()
	s.r.daemon.cfg.Desk.Listen = "127.0.0.1:0" // what the browser asks, another server answers
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- s.r.daemon.Run(ctx) }()
	server := httptest.NewServer(s.r.daemon.desk.Handler())
	s.url = server.URL
	t.Cleanup(func() {
		server.Close()
		stop()
		if err := <-over; err != nil {
			t.Errorf("the daemon: %v", err)
		}
	})
	return s
}

// axeCore reads axe-core, which make deps fetches.
func axeCore(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	must(t, err)
	source, err := os.ReadFile(filepath.Join(cache, "greffier", "axe-core-4.14.1", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core, which examines the pages, is missing: run make deps (%v)", err)
	}
	return string(source)
}

// openBrowser starts Chromium, without a window.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("there is no chromium: run make deps, which installs the Debian package chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.Flag("no-sandbox", true)) // which Chromium refuses to root
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// tab is a window of somebody with cookies of its own. Whatever goes wrong in it
// fails the test: an error of a script, a breach of the policy, a request to
// another origin or one that is refused.
type tab struct {
	t   *testing.T
	s   *site
	ctx context.Context

	mu      sync.Mutex
	refused int // the status of a page that is to be refused; 0: none
	faults  []string
}

func (s *site) tab(t *testing.T, width int64) *tab {
	t.Helper()
	b := &tab{t: t, s: s}
	ctx, cancel := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(func() {
		cancel()
		b.quiet("at the end")
	})
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	b.resize(width)
	b.scheme("light")
	return b
}

// colleague is a tab of somebody who has signed in.
func (s *site) colleague(t *testing.T, width int64) *tab {
	t.Helper()
	b := s.tab(t, width)
	b.open(s.link(t))
	b.follow("button", "Se connecter")
	b.reads("Ordre du jour")
	return b
}

// link makes a link that signs in once, and gives its path.
func (s *site) link(t *testing.T) string {
	t.Helper()
	link, err := desk.LoginLink(t.Context(), s.r.daemon.store, "demo", demoColleague, "", s.r.clock.now().Add(cases.SessionMost))
	must(t, err)
	return link
}

// hear notes what goes wrong.
func (b *tab) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.fault("a script failed: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			b.fault("the console says: %s", e.Args[0].Value)
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == "error" && (e.Entry.Source != "network" || !b.mayFail(e.Entry.URL)) {
			b.fault("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		// What a browser draws its own controls with comes from nowhere (data:); the
		// policy refuses that of a page.
		if !strings.HasPrefix(e.Request.URL, b.s.url+"/") && !strings.HasPrefix(e.Request.URL, "about:") && !strings.HasPrefix(e.Request.URL, "data:") {
			b.fault("a request to another origin: %s", e.Request.URL)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			b.fault("a request failed: %s %s", e.Type, e.ErrorText)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 && int(e.Response.Status) != b.expected() {
			b.fault("%s: status %d", e.Response.URL, e.Response.Status)
		}
	}
}

func (b *tab) mayFail(url string) bool {
	return b.expected() != 0 && !strings.HasSuffix(url, ".css") && !strings.HasSuffix(url, ".js")
}

func (b *tab) expected() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}

// expect says that pages are to be refused with a status from now on.
func (b *tab) expect(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = status
}

func (b *tab) fault(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, fmt.Sprintf(format, args...))
}

// quiet reports what went wrong until now.
func (b *tab) quiet(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Errorf("%s: %s", where, f)
	}
	b.faults = nil
}

// do lets the browser act, within a bound.
func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, within)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func (b *tab) resize(width int64) { b.do("resize", chromedp.EmulateViewport(width, 900)) }

// scheme chooses light or dark, and paper for a screen with "print".
func (b *tab) scheme(name string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
}

// noScript switches JavaScript off in the pages that follow.
func (b *tab) noScript() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.t.Fatal(err)
	}
}

// open goes to a path of the desk.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.s.url+path))
}

// ask evaluates JavaScript on the page, which may wait; a page that is going
// away is asked again once the next has come.
func ask[T any](b *tab, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, within)
	defer cancel()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
		if err == nil {
			return v
		}
		var thrown *chromedp.ExceptionError
		if ctx.Err() != nil || errors.As(err, &thrown) {
			b.t.Fatalf("ask %.200s: %v", script, err)
		}
	}
}

// await waits until what JavaScript asks of the page is so.
func (b *tab) await(what, script string) {
	b.t.Helper()
	const tick = 20 * time.Millisecond
	for end := time.Now().Add(within); !ask[bool](b, "!!("+script+")"); time.Sleep(tick) {
		if time.Now().After(end) {
			b.t.Fatalf("waited for %s on %s:\n%s", what, b.at(), b.text())
		}
	}
}

// at is the path, and the query, of the page.
func (b *tab) at() string {
	b.t.Helper()
	return ask[string](b, "location.pathname + location.search + location.hash")
}

// text is what the page says, its white space folded.
func (b *tab) text() string {
	b.t.Helper()
	return ask[string](b, `document.body.innerText.replace(/\s+/g, " ")`)
}

// reads waits until the page says something; white space does not count.
func (b *tab) reads(text string) {
	b.t.Helper()
	b.await(fmt.Sprintf("%q", text), fmt.Sprintf(`document.body && document.body.innerText.replace(/\s+/g, " ").includes(%q)`, text))
}

// found is JavaScript for the one element of a kind (link, button, field) that
// has a name; of several, the first.
func found(kind, name string) string {
	of := map[string]string{"link": "main a[href], nav a[href], header a[href]", "button": "button, summary", "field": "label, legend"}[kind]
	return fmt.Sprintf(`(() => {
		const named = (e) => (e.getAttribute("aria-label") || e.innerText || e.textContent).replace(/\s+/g, " ").trim();
		const all = [...document.querySelectorAll(%q)];
		const e = all.find((e) => named(e) === %q) || all.find((e) => named(e).includes(%q));
		return e && (e.control || e);
	})()`, of, name, name)
}

// click presses the mouse on an element.
func (b *tab) click(kind, name string) {
	b.t.Helper()
	e := found(kind, name)
	b.await(kind+" "+name, e)
	at := ask[[]float64](b, fmt.Sprintf(`(() => { const e = %s; e.scrollIntoView({block: "center"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()`, e))
	b.press(at)
}

// press presses the mouse at a point of the window.
func (b *tab) press(at []float64) {
	b.t.Helper()
	b.do("press the mouse", chromedp.MouseClickXY(at[0], at[1]))
}

// follow presses the mouse on an element that leads to another page, and waits
// for that.
func (b *tab) follow(kind, name string) {
	b.t.Helper()
	b.leaving(kind+" "+name, func() { b.click(kind, name) })
}

// leaving waits until what is done has led to another page.
func (b *tab) leaving(what string, do func()) {
	b.t.Helper()
	b.await("the page", `document.readyState === "complete" && (window.left = true)`)
	do()
	b.await("the page after "+what, `document.readyState === "complete" && !window.left`)
}

// fill writes into the field of a label, as a person does.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	b.click("field", label)
	ask[bool](b, fmt.Sprintf("(() => { const e = %s; e.focus(); e.select(); return true; })()", found("field", label)))
	b.type_(text)
}

// type_ presses keys, one after the other.
func (b *tab) type_(keys string) {
	b.t.Helper()
	b.do("press "+keys, chromedp.KeyEvent(keys))
}

// rows are what the rows of the list are called.
func (b *tab) rows() []string {
	b.t.Helper()
	return ask[[]string](b, `[...document.querySelectorAll("[data-row]")].map((e) => e.textContent.trim())`)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
