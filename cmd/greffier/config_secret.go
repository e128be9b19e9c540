package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
)

// maxSecretSize bounds a secret's file, in bytes: a larger one is no password.
const maxSecretSize = 64 << 10

// hiddenSecret is all that a Secret ever prints.
const hiddenSecret = "[secret]"

// Secret is a password. However it is printed, logged or encoded it shows
// only that it is one; the value stands behind a pointer so that even fmt
// looking into an unexported field of another type finds an address.
type Secret struct{ value *string }

// NewSecret hides value.
func NewSecret(value string) Secret { return Secret{&value} }

// Reveal is the password itself, for the one call that logs in.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String implements fmt.Stringer without the value.
func (s Secret) String() string { return hiddenSecret }

// GoString implements fmt.GoStringer without the value.
func (s Secret) GoString() string { return hiddenSecret }

// Format implements fmt.Formatter, so that no verb shows the value.
func (s Secret) Format(f fmt.State, _ rune) {
	// fmt gives the error of the underlying writer to its own caller.
	io.WriteString(f, hiddenSecret)
}

// LogValue implements slog.LogValuer without the value.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hiddenSecret) }

// MarshalText implements encoding.TextMarshaler without the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hiddenSecret), nil }

// SecretRef says where a password is kept: a file or an environment
// variable, never both. The zero value means that there is none.
type SecretRef struct {
	// File is an absolute path.
	File string
	// Env is the name of an environment variable.
	Env string
}

// IsSet tells whether a password is configured.
func (s SecretRef) IsSet() bool { return s.File != "" || s.Env != "" }

// Read fetches the password anew, so that a changed one is taken up at the
// next login. The last newline of a file is dropped. Without a reference it
// returns an empty Secret. No error holds the value.
func (s SecretRef) Read() (Secret, error) {
	switch {
	case s.File != "":
		return readSecretFile(s.File)
	case s.Env != "":
		value, ok := os.LookupEnv(s.Env)
		if !ok {
			return Secret{}, fmt.Errorf("environment variable %s is not set", s.Env)
		}
		if value == "" {
			return Secret{}, fmt.Errorf("environment variable %s is empty", s.Env)
		}
		return NewSecret(value), nil
	}
	return Secret{}, nil
}

func readSecretFile(path string) (Secret, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Secret{}, err
	}
	if !info.Mode().IsRegular() {
		return Secret{}, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return Secret{}, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxSecretSize+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return Secret{}, fmt.Errorf("read %s: %w", path, err)
	}
	if len(content) > maxSecretSize {
		return Secret{}, fmt.Errorf("%s is larger than %d bytes", path, maxSecretSize)
	}
	value := strings.TrimSuffix(string(content), "\n")
	value = strings.TrimSuffix(value, "\r")
	if value == "" {
		return Secret{}, fmt.Errorf("%s is empty", path)
	}
	return NewSecret(value), nil
}
