package content

import (
	"os"

	"golang.org/x/sys/unix"
)

// endByKernel ends this process as the kernel does when memory runs short.
func endByKernel() {
	panic(unix.Tgkill(os.Getpid(), unix.Gettid(), unix.SIGKILL))
}
