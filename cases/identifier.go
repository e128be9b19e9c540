package cases

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// ErrIdentifier means that a number is no SIREN or SIRET.
var ErrIdentifier = errors.New("not an identifier")

// SIREN reads the number of an organisation in the Sirene register: nine digits
// with a Luhn check digit, however they are grouped. Its error says what is wrong.
func SIREN(s string) (string, error) {
	digits, err := onlyDigits(s, 9)
	if err != nil {
		return "", err
	}
	if luhn(digits)%10 != 0 {
		return "", fmt.Errorf("%w: the check digit of the SIREN is wrong", ErrIdentifier)
	}
	return digits, nil
}

// laPoste numbers its establishments without the check digit: the sum of their
// digits is a multiple of five instead. Its head office alone follows the rule.
const laPoste = "356000000"

// SIRET reads the number of an establishment: the SIREN of its organisation and
// five digits, with a Luhn check digit over all.
func SIRET(s string) (string, error) {
	digits, err := onlyDigits(s, 14)
	if err != nil {
		return "", err
	}
	if digits[:9] == laPoste && luhn(digits)%10 != 0 {
		sum := 0
		for _, c := range digits {
			sum += int(c - '0')
		}
		if sum%5 != 0 {
			return "", fmt.Errorf("%w: not the number of an establishment of La Poste", ErrIdentifier)
		}
		return digits, nil
	}
	if luhn(digits)%10 != 0 || luhn(digits[:9])%10 != 0 {
		return "", fmt.Errorf("%w: the check digit of the SIRET is wrong", ErrIdentifier)
	}
	return digits, nil
}

func onlyDigits(s string, want int) (string, error) {
	var b strings.Builder
	zeros := true
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
			zeros = zeros && r == '0'
		case unicode.IsSpace(r), r == '.', r == '-', r == '\u2009', r == '\u202f':
		default:
			return "", fmt.Errorf("%w: %q is no digit", ErrIdentifier, r)
		}
	}
	switch {
	case b.Len() != want:
		return "", fmt.Errorf("%w: %d digits, %d are needed", ErrIdentifier, b.Len(), want)
	case zeros:
		return "", fmt.Errorf("%w: all zeros", ErrIdentifier)
	}
	return b.String(), nil
}

// luhn gives the weighted sum of ISO/IEC 7812-1, a multiple of ten for a good number.
func luhn(digits string) int {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

// amountTail is what may follow a number: its currency, its tax wording, and the
// same in words between brackets.
var amountTail = regexp.MustCompile(`(?:d?euros?|eur|€|ttc|t\.t\.c|ht|h\.t|toutestaxescomprises|horstaxes?|\([^()0-9]*\)|[.,]-|\.)+$`)

// Amount reads an amount as people write it, in cents: "450 000 €", "450.000,00
// euros", "350k€", "1,2 M€". ok is false for what is none, or is no single amount.
func Amount(s string) (cents int64, ok bool) {
	s = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u00a0' || r == '\u202f' || r == '\'' || r == '’' {
			return -1
		}
		return r
	}, s))
	s = strings.TrimPrefix(amountTail.ReplaceAllString(s, ""), "€")
	scale := int64(100)
	switch {
	case strings.HasSuffix(s, "mille"):
		s, scale = strings.TrimSuffix(s, "mille"), 100_000
	case strings.HasSuffix(s, "millions"), strings.HasSuffix(s, "million"):
		s, scale = strings.TrimSuffix(strings.TrimSuffix(s, "s"), "million"), 100_000_000
	case strings.HasSuffix(s, "m"):
		s, scale = s[:len(s)-1], 100_000_000
	case strings.HasSuffix(s, "k"):
		s, scale = s[:len(s)-1], 100_000
	}
	whole, decimals := s, ""
	if i := strings.LastIndexAny(s, ".,"); i >= 0 && (len(s)-i-1 <= 2 || scale > 100) {
		whole, decimals = s[:i], s[i+1:]
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' })
	for i, g := range groups {
		if len(groups) > 1 && (len(g) > 3 || i > 0 && len(g) != 3) {
			return 0, false // "1234.567" is 1234 euros or a million: nobody knows
		}
	}
	whole = strings.Join(groups, "")
	if whole == "" || len(whole) > 12 || len(decimals) > 6 || strings.Trim(whole+decimals, "0123456789") != "" {
		return 0, false
	}
	for _, c := range whole {
		cents = cents*10 + int64(c-'0')
	}
	cents *= scale
	for _, c := range decimals {
		scale /= 10
		cents += int64(c-'0') * scale
	}
	return cents, true
}
