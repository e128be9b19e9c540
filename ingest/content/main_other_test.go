//go:build !linux

package content

// endByKernel is not told from a crash here.
func endByKernel() { panic("killed") }
