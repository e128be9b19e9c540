package content

import (
	"context"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// withPDFMemory has PDFium's memory grow where it stands. Of the Go heap it would
// be copied each time it grows, and both copies held until the next collection.
func withPDFMemory(ctx context.Context) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, most uint64) experimental.LinearMemory {
		// Addresses without memory behind them, which no limit counts.
		b, err := unix.Mmap(-1, 0, int(most), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			return new(growingMemory) // that cannot grow
		}
		return &growingMemory{reserved: b}
	}))
}

// growingMemory is a range of addresses of which the beginning may be used.
type growingMemory struct {
	reserved []byte
	used     uint64 // bytes
}

// Reallocate implements experimental.LinearMemory.
func (m *growingMemory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.reserved)) {
		return nil
	}
	if size > m.used {
		if err := unix.Mprotect(m.reserved[m.used:size], unix.PROT_READ|unix.PROT_WRITE); err != nil {
			return nil // as to any program that asks for more than there is
		}
		m.used = size
	}
	return m.reserved[:size]
}

// Free implements experimental.LinearMemory.
func (m *growingMemory) Free() {
	if m.reserved == nil {
		return
	}
	if err := unix.Munmap(m.reserved); err != nil {
		panic(err) // not a range that was mapped here
	}
	m.reserved = nil
}
