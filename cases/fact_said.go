package cases

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ReadSaid reads what staff write for a fact and gives its values, made
// comparable as those of a form are. Of a fact with many values all are said at
// once: territories by code or name, partners between semicolons. Its error says
// what to write instead.
func ReadSaid(name FactName, written string) ([]string, error) {
	written = strings.Join(strings.Fields(written), " ")
	if written == "" {
		return nil, errors.New("its value is empty")
	}
	one := func(read func(string) (string, error), write string) ([]string, error) {
		value, err := read(written)
		if err != nil {
			return nil, fmt.Errorf("%w: write %s", err, write)
		}
		return []string{value}, nil
	}
	switch name {
	case FactSIREN:
		return one(SIREN, "its nine digits, such as 732 829 320")
	case FactSIRET:
		return one(SIRET, "its fourteen digits, such as 732 829 320 00074")
	case FactAmount, FactCost:
		return one(readAmount, "one number, such as 450 000 or 450 000,50")
	case FactEmail:
		return one(readEmail, "an address such as contact@asso.fr; several between commas")
	case FactPhone:
		return one(readPhone, "a number such as 05 61 00 00 00 or +262 262 00 00 00")
	case FactTax:
		return oneOf(written, "HT", "TTC")
	case FactGrouping, FactQPV, FactTownCentre:
		switch Fold(written) {
		case "oui":
			written = "yes"
		case "non":
			written = "no"
		}
		return oneOf(written, "yes", "no")
	case FactTerritory:
		return readTerritories(written)
	case FactPartner:
		var partners []string
		for _, p := range strings.Split(written, ";") {
			if p = strings.TrimSpace(p); p == "" {
				continue
			}
			if name, number, ok := strings.Cut(p, ","); ok && strings.Trim(number, "0123456789 .") == "" {
				siret, err := SIRET(number)
				if err != nil {
					return nil, fmt.Errorf("%s: %w: write the name, then its fourteen digits or nothing", strings.TrimSpace(name), err)
				}
				p = strings.TrimSpace(name) + ", " + siret
			}
			partners = append(partners, Quote(p))
		}
		if len(partners) == 0 {
			return nil, errors.New("it names nobody")
		}
		return partners, nil
	}
	if !slices.Contains(FactNames(), name) {
		return nil, fmt.Errorf("there is no fact %q", name)
	}
	return []string{Quote(written)}, nil
}

func oneOf(written string, values ...string) ([]string, error) {
	for _, v := range values {
		if strings.EqualFold(v, written) {
			return []string{v}, nil
		}
	}
	return nil, fmt.Errorf("%q is not %s", written, strings.Join(values, " or "))
}

// readTerritories reads codes and names between commas.
func readTerritories(written string) ([]string, error) {
	var codes []string
	between := func(r rune) bool { return r == ',' || r == ';' }
	if strings.Trim(written, "0123456789ABab ,;") == "" {
		between = func(r rune) bool { return r == ',' || r == ';' || r == ' ' } // codes alone
	}
	for _, t := range strings.FieldsFunc(written, between) {
		found := FindTerritories(t, true)
		if len(found) == 0 {
			return nil, fmt.Errorf("%q is no territory: write codes such as 22, 2A or 974, between commas", strings.TrimSpace(t))
		}
		for _, code := range found {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	if len(codes) == 0 {
		return nil, errors.New("it names no territory")
	}
	return codes, nil
}
