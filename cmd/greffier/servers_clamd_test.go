package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// testInfection is what the clamd of the tests takes for an infection: its only
// signature is ours, so that no scanner on the machine minds.
const testInfection = "GREFFIER-TEST-INFECTION"

// clamdServer is a private clamd on a socket, with one signature.
type clamdServer struct {
	Address string // as in the configuration
	Socket  string
	LogFile string

	t       testing.TB
	dir     string
	path    string
	process *serverProcess
}

// startClamd starts a clamd that takes files of up to a megabyte; it answers when
// startClamd returns and is stopped when the test ends.
func startClamd(t testing.TB) *clamdServer {
	t.Helper()
	path := requireProgram(t, "clamd", "clamav-daemon")
	dir := serverFolder(t)
	c := &clamdServer{Socket: filepath.Join(dir, "s"), LogFile: filepath.Join(dir, "clamd.log"), t: t, dir: dir, path: path}
	c.Address = "unix:" + c.Socket
	signatures := filepath.Join(dir, "signatures")
	for _, err := range []error{
		os.Mkdir(signatures, 0o755),
		os.WriteFile(filepath.Join(signatures, "test.ndb"), fmt.Appendf(nil, "Greffier.Test:0:*:%s\n", hex.EncodeToString([]byte(testInfection))), 0o644),
		os.WriteFile(c.configFile(), fmt.Appendf(nil, "Foreground yes\nLocalSocket %s\nDatabaseDirectory %s\nTemporaryDirectory %s\nSelfCheck 0\nMaxThreads 4\nStreamMaxLength 1M\nAlertExceedsMax yes\n",
			c.Socket, signatures, dir), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		c.Stop()
		printLogOnFailure(t, "clamd", c.LogFile)
	})
	c.Start()
	return c
}

func (c *clamdServer) configFile() string { return filepath.Join(c.dir, "clamd.conf") }

// Start starts it, also after Stop; it returns when it answers.
func (c *clamdServer) Start() {
	c.t.Helper()
	c.process = startProcess(c.t, c.LogFile, os.Environ(), c.path, "-c", c.configFile())
	awaitCondition(c.t, "start clamd", func() error {
		if err := c.process.running(); err != nil {
			c.t.Fatal(err)
		}
		return c.ping()
	})
}

func (c *clamdServer) ping() error {
	conn, err := net.Dial("unix", c.Socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(serverDeadline)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("zPING\x00")); err != nil {
		return err
	}
	answer := make([]byte, 5)
	if n, err := conn.Read(answer); err != nil || !bytes.Equal(answer[:n], []byte("PONG\x00")) {
		return fmt.Errorf("answer to PING is %q, %v", answer[:n], err)
	}
	return nil
}

// Stop stops it.
func (c *clamdServer) Stop() {
	c.t.Helper()
	if c.process != nil {
		c.process.stop()
	}
}
