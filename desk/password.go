package desk

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"greffier/cases"
)

// The parameters of argon2id that RFC 9106 section 4 recommends where memory is
// short: 64 MiB, three passes, four lanes.
const (
	argonMemory  = 64 << 10 // KiB
	argonPasses  = 3
	argonLanes   = 4
	argonSalt    = 16
	argonKeySize = 32
)

// HashPassword gives the form in which a password is kept.
func HashPassword(password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	return encodeHash(salt, argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonKeySize)), nil
}

func encodeHash(salt, key []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes, encode(salt), encode(key))
}

// unfitting gives a hash that no password is known to fit, to try those of nobody
// against.
func unfitting() (string, error) {
	random := make([]byte, argonSalt+argonKeySize)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("make a hash: %w", err)
	}
	return encodeHash(random[:argonSalt], random[argonSalt:]), nil
}

// fits reports whether a password is the one of a hash. It takes the same time
// whether it is or not.
func fits(password, hash string) (bool, error) {
	var version, memory, passes int
	var lanes uint8
	fields := strings.Split(hash, "$") // "", argon2id, version, parameters, salt, key
	if len(fields) != 6 || fields[1] != "argon2id" {
		return false, errors.New("not a hash of argon2id")
	}
	if _, err := fmt.Sscanf(fields[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errors.New("a hash of another version of argon2id")
	}
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil || memory < 8 || memory > 1<<20 || passes < 1 || passes > 100 || lanes < 1 {
		return false, errors.New("a hash with parameters that are not accepted")
	}
	salt, err := base64.RawStdEncoding.DecodeString(fields[4])
	if err != nil {
		return false, fmt.Errorf("read the salt of a hash: %w", err)
	}
	key, err := base64.RawStdEncoding.DecodeString(fields[5])
	if err != nil || len(key) < 16 {
		return false, errors.New("a hash whose key cannot be read")
	}
	got := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), lanes, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// Bounds of a password.
const (
	PasswordShortest = 12 // characters
	passwordLongest  = 1000
)

// PasswordFault says, in French, why a password of an account is not accepted;
// "" when it is.
func PasswordFault(name, password string) string {
	switch {
	case utf8.RuneCountInString(password) < PasswordShortest:
		return fmt.Sprintf("Le mot de passe doit avoir au moins %d caractères ; une phrase convient bien.", PasswordShortest)
	case len(password) > passwordLongest:
		return "Le mot de passe est trop long."
	case cases.Fold(password) == cases.Fold(name+name), cases.Fold(password) == cases.Fold(name), strings.Count(password, password[:1]) == len(password):
		return "Le mot de passe est trop facile à deviner."
	}
	return ""
}

// newToken gives 256 random bits and more as text.
func newToken() string { return rand.Text() + rand.Text() }
