//go:build linux && (amd64 || arm64)

package content

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allowed are the system calls that reading a file already open takes: memory,
// threads of this process, reading and writing open files. Every call that
// takes a path or an address is missing, so that there is nothing for a
// file-system rule set to add.
var allowed = []uint32{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_PREAD64, unix.SYS_PWRITE64, unix.SYS_READV, unix.SYS_WRITEV,
	unix.SYS_CLOSE, unix.SYS_LSEEK, unix.SYS_FSTAT, unix.SYS_FTRUNCATE, unix.SYS_FCNTL,
	unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MREMAP, unix.SYS_MADVISE, unix.SYS_BRK, unix.SYS_MEMBARRIER,
	unix.SYS_FUTEX, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETRANDOM,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_RESTART_SYSCALL,
	unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_CREATE1, unix.SYS_EVENTFD2, unix.SYS_PIPE2,
}

// confine leaves this process, all its threads, nothing but the allowed system
// calls; the others fail with EPERM. There is no way back.
func confine() error {
	arch := map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}[runtime.GOARCH]
	const ( // struct seccomp_data; the lower half of an argument on these little-endian machines
		number, machine, argument = 0, 4, 16
		word                      = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal                     = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		bit                       = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		ret                       = unix.BPF_RET | unix.BPF_K
		allow                     = unix.SECCOMP_RET_ALLOW
		refuse                    = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		unknown                   = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
	)
	filter := []unix.SockFilter{
		{Code: word, K: machine},
		{Code: equal, K: arch, Jt: 1},
		{Code: ret, K: unix.SECCOMP_RET_KILL_PROCESS},
		{Code: word, K: number},
		// A thread, not a process. The newer call hides its flags in memory: as if
		// the kernel did not know it, the C library then takes the older.
		{Code: equal, K: unix.SYS_CLONE3, Jf: 1},
		{Code: ret, K: unknown},
		{Code: equal, K: unix.SYS_CLONE, Jf: 4},
		{Code: word, K: argument},
		{Code: bit, K: unix.CLONE_THREAD, Jf: 1},
		{Code: ret, K: allow},
		{Code: ret, K: refuse},
		// A signal to a thread of ours, as the scheduler of Go sends them.
		{Code: equal, K: unix.SYS_TGKILL, Jf: 4},
		{Code: word, K: argument},
		{Code: equal, K: uint32(os.Getpid()), Jf: 1},
		{Code: ret, K: allow},
		{Code: ret, K: refuse},
	}
	for _, call := range allowed {
		filter = append(filter, unix.SockFilter{Code: equal, K: call, Jf: 1}, unix.SockFilter{Code: ret, K: allow})
	}
	filter = append(filter, unix.SockFilter{Code: ret, K: refuse})

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up privileges: %w", err)
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(filter)
	switch {
	case errno == unix.ENOSYS || errno == unix.EINVAL:
		return nil // a kernel without system call filters: the other limits hold
	case errno != 0:
		return fmt.Errorf("filter system calls: %w", errno)
	case thread != 0:
		return fmt.Errorf("filter system calls: thread %d would not", thread)
	}
	return nil
}
