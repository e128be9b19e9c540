//go:build !linux || !(amd64 || arm64)

package content

// confine has no means here: the other limits hold.
func confine() error { return nil }
