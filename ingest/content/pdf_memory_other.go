//go:build !linux

package content

import "context"

// withPDFMemory leaves PDFium's memory to the Go heap.
func withPDFMemory(ctx context.Context) context.Context { return ctx }
