package parse

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
)

// container gives the decoded bytes of the first part of a fixture.
func container(t testing.TB, name string) []byte {
	t.Helper()
	m := fixture(t, name, Options{})
	raw := fixtureBytes(t, name)
	rc, err := Open(bytes.NewReader(raw), int64(len(raw)), m.Parts[0].Locator)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTNEFCutAnywhere: of a container cut anywhere, what came before the cut is
// there, and the cut is told.
func TestTNEFCutAnywhere(t *testing.T) {
	whole := container(t, "read/tnef-one-file")
	for n := range whole {
		files := 0
		_, err := readTNEF(bytes.NewReader(whole[:n]), func(b tnefBlob) error {
			files++
			_, err := io.Copy(io.Discard, b.data)
			return err
		})
		if err != nil && !errors.Is(err, errTNEF) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if n > 120 && files == 0 {
			t.Errorf("cut at %d of %d: the file is lost", n, len(whole))
		}
	}
}

// TestTNEFWithin: a message within a container is opened too.
// Behaviour 14.
func TestTNEFWithin(t *testing.T) {
	inner := container(t, "read/tnef-one-file")
	u32 := func(n int) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }
	value := append(make([]byte, 16), inner...)
	for len(value)%4 != 0 {
		value = append(value, 0)
	}
	props := bytes.Join([][]byte{u32(1), {0x0d, 0, 0x01, 0x37}, u32(1), u32(len(value)), value}, nil)
	outer := bytes.Join([][]byte{u32(tnefSignature), {1, 0}, {2}, u32(attAttachRend), u32(0), {0, 0}, {2}, u32(attAttachProps), u32(len(props)), props, {0, 0}}, nil)
	m := readString(t, mailWith("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString(outer)), Options{})
	if got, want := partList(m), "1 winmail.dat signature; 1/1  signature in 1; 1/1/1 Relevé RIB.txt in 1/1"; got != want {
		t.Errorf("parts %q, want %q", got, want)
	}
}

func TestEncryptedIsKept(t *testing.T) {
	m := readString(t, mailWith("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03"), Options{})
	if len(m.Parts) != 1 || m.Parts[0].Signature || len(m.Parts[0].Warnings) == 0 || len(m.Warnings) == 0 {
		t.Errorf("parts %+v, warnings %q", m.Parts, m.Warnings)
	}
	m = readString(t, mailWith("Content-Type: multipart/encrypted; boundary=b", "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\nx\n--b--"), Options{})
	if got := partList(m); got != "1  signature; 2 encrypted.asc" || len(m.Warnings) == 0 {
		t.Errorf("parts %q, warnings %q", got, m.Warnings)
	}
}

// TestContainerTooLarge: a container over the limit stays a file.
func TestContainerTooLarge(t *testing.T) {
	raw := mailWith("Content-Type: message/rfc822; name=a.eml\nContent-Transfer-Encoding: base64", strings.Repeat(strings.Repeat("QUJD", 19)+"\n", maxInMemory/50))
	m := readString(t, raw, Options{})
	if len(m.Parts) != 1 || m.Parts[0].Filename != "a.eml" || !strings.Contains(strings.Join(m.Warnings, " "), "too large") {
		t.Errorf("%d parts, warnings %q", len(m.Parts), m.Warnings)
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(container(f, "read/tnef-one-file"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tn, err := readTNEF(bytes.NewReader(b), func(b tnefBlob) error {
			_, err := io.Copy(io.Discard, b.data)
			return err
		})
		if err != nil && !errors.Is(err, errTNEF) {
			t.Error(err)
		}
		rtfText(inflateRTF(tn.rtf))
		rtfText(b)
		inflateRTF(b)
	})
}

func FuzzCMS(f *testing.F) {
	f.Add(container(f, "read/smime-opaque"))
	f.Add(container(f, "read/smime-opaque-with-certificate"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := readCMS(bufio.NewReader(bytes.NewReader(b))); err == nil {
			c.note()
		}
		content, err := cmsContent(bytes.NewReader(b))
		if err != nil {
			return
		}
		if n, err := io.Copy(io.Discard, content); n > int64(len(b)) || err != nil && !errors.Is(err, errCMS) {
			t.Errorf("content of %d bytes in %d: %v", n, len(b), err)
		}
	})
}
