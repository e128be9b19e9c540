package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// pdfMemory is the most that PDFium may have, in pages of 64 KB: 96 MB. A file
// that wants more gets its page, or itself, refused.
const pdfMemory = 96 << 20 / (64 << 10)

// pdfEngine is PDFium, which Chromium shows PDFs with, compiled to WebAssembly:
// what goes wrong in it stays in its memory, and that memory serves one file. It
// sees no file, no clock, and no network.
type pdfEngine struct {
	cache wazero.CompilationCache
	pool  pdfium.Pool
	pdf   pdfium.Pdfium // nil: none has been started for this file
	dead  bool          // it crashed over a file: not to be asked again
}

// openPDFEngine starts PDFium. Its machine code is kept in the folder cache,
// which is made if missing: compiling takes seconds and 300 MB, loading a tenth
// of a second and 50 MB.
func openPDFEngine(ctx context.Context, cache string) (*pdfEngine, error) {
	e := new(pdfEngine)
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfMemory)
	var err error
	if e.cache, err = wazero.NewCompilationCacheWithDir(cache); err != nil {
		return nil, fmt.Errorf("open the cache of compiled code: %w", err)
	}
	e.pool, err = webassembly.Init(webassembly.Config{
		MaxIdle: 1, MaxTotal: 1, RuntimeConfig: config.WithCompilationCache(e.cache),
		FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, Context: withPDFMemory(ctx),
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("load the PDF reader: %w", err), e.cache.Close(ctx))
	}
	if err = e.start(); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// start makes a PDFium with memory of its own, unless there is one already.
func (e *pdfEngine) start() (err error) {
	if e.pdf != nil {
		return nil
	}
	if e.pdf, err = e.pool.GetInstance(time.Minute); err != nil {
		return fmt.Errorf("start the PDF reader: %w", err)
	}
	return nil
}

// forget drops the PDFium that served a file, with all its memory.
func (e *pdfEngine) forget() {
	if e.pdf == nil {
		return
	}
	// One that does not even close has crashed over the file.
	e.dead = e.pdf.Close() != nil || e.dead
	e.pdf = nil
}

func (e *pdfEngine) close() error {
	return errors.Join(e.pool.Close(), e.cache.Close(context.Background()))
}

// pdfRefusal says in our words why PDFium does not open a file.
func pdfRefusal(err error) (unreadable, why string) {
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity), strings.Contains(err.Error(), "unsupported security"):
		return UnreadableEncrypted, ""
	case errors.Is(err, pdferrors.ErrFormat), errors.Is(err, pdferrors.ErrFile), errors.Is(err, pdferrors.ErrPage):
		return UnreadableTruncated, "The PDF is damaged: it cannot be repaired on opening."
	}
	return "", ""
}
