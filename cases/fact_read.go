package cases

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ReadForm gives what the answers of our forms say; other forms say nothing. An
// answer that cannot be right (a SIRET with a wrong check digit) is proposed with
// its doubt.
func ReadForm(fields []Field) []Proposal {
	fields = ourFields(fields)
	source := FromForm
	if slices.ContainsFunc(fields, func(f Field) bool { return f.Name == "total_charges" }) {
		source = FromBudget
	}
	answers := make(map[string]string)
	asked := make(map[string]bool) // answered or not
	var out []Proposal
	add := func(name FactName, value, doubt string) {
		p := Proposal{name, Quote(value), doubt, source}
		if value != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, f := range fields {
		asked[f.Name] = true
		value := strings.Join(strings.Fields(f.Value), " ")
		if !answered(value) || Fold(value) == "sans objet" {
			continue
		}
		answers[f.Name] = value
		if code, ok := strings.CutPrefix(f.Name, "territoire_"); ok && ticked(value) && RegionOf(code) != "" {
			add(FactTerritory, code, "")
		}
	}
	for _, a := range []struct {
		field string
		name  FactName
	}{
		{"organisation", FactOrganisation}, {"forme_juridique", FactLegalForm}, {"chef_de_file", FactLead}, {"contact_nom", FactContact}, {"representant_legal", FactLegalRep}, {"signataire_nom", FactSignatory},
		{"projet_titre", FactProject},
	} {
		add(a.name, answers[a.field], "")
	}
	addChecked := func(name FactName, written string, read func(string) (string, error)) {
		if cents, ok := Amount(written); written == "" || ok && cents == 0 { // a total of nothing
			return
		}
		if read, err := read(written); err != nil {
			add(name, written, err.Error())
		} else {
			add(name, read, "")
		}
	}
	addChecked(FactEmail, answers["contact_courriel"], readEmail)
	addChecked(FactPhone, answers["contact_telephone"], readPhone)
	addChecked(FactSIREN, answers["siren"], SIREN)
	if siret, err := SIRET(answers["siret"]); err == nil {
		if siren, err := SIREN(answers["siren"]); err == nil && siren != siret[:9] {
			out[len(out)-1].Doubt = "it is not the SIREN within the SIRET"
		} else if answers["siren"] == "" {
			add(FactSIREN, siret[:9], "")
		}
	}
	addChecked(FactSIRET, answers["siret"], SIRET)
	if source == FromBudget {
		readCells(answers)
	}
	addChecked(FactAmount, answers["montant_demande"], readAmount)
	addChecked(FactCost, cmp.Or(answers["cout_total"], answers["total_charges"]), readAmount)
	// Where the question is left open, the amounts themselves may say it.
	for _, words := range []string{cmp.Or(answers["montant_regime"], answers["regime_tva"]), answers["montant_demande"], answers["cout_total"]} {
		if tax := taxOf(words); tax != "" {
			add(FactTax, tax, "")
			break
		}
	}
	switch mode := Fold(answers["mode_candidature"]); {
	case strings.Contains(mode, "groupement"):
		add(FactGrouping, "yes", "")
	case mode != "":
		add(FactGrouping, "no", "")
	}
	for _, box := range []struct {
		field string
		name  FactName
	}{{"bonus_qpv", FactQPV}, {"bonus_action_coeur_de_ville", FactTownCentre}} {
		if asked[box.field] && len(answers) > 0 { // a form that says something leaves a box blank on purpose
			add(box.name, yesNo(ticked(answers[box.field])), "")
		}
	}
	for i := 1; i <= 30; i++ {
		n := strconv.Itoa(i)
		partner := answers["partenaire_"+n+"_nom"]
		if siret, err := SIRET(answers["partenaire_"+n+"_siret"]); err == nil && partner != "" {
			partner += ", " + siret
		}
		add(FactPartner, partner, "")
	}
	return out
}

// readEmail takes one or several addresses, as they are written.
func readEmail(s string) (string, error) {
	list := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '/' })
	list = slices.DeleteFunc(list, func(w string) bool { return w == "ou" || w == "et" })
	for _, address := range list {
		if !emailWritten.MatchString(address) {
			return "", fmt.Errorf("%q is not an e-mail address", Quote(address))
		}
	}
	if len(list) == 0 {
		return "", errors.New("not an e-mail address")
	}
	return strings.Join(list, ", "), nil
}

// readPhone takes what holds a telephone number, as it is written.
func readPhone(s string) (string, error) {
	if !phoneWritten.MatchString(s) && !phoneAbroad.MatchString(s) {
		return "", errors.New("not a telephone number")
	}
	return s, nil
}

var taxWritten = regexp.MustCompile(`\b(?:(ttc|t t c|toutes taxes)|(ht|h t|hors taxes?))\b`)

// taxOf gives the wording of the amounts in a text, TTC or HT, "" where it says
// none or both.
func taxOf(text string) string {
	found := ""
	for _, m := range taxWritten.FindAllStringSubmatch(Fold(text), -1) {
		tax := "HT"
		if m[1] != "" {
			tax = "TTC"
		}
		if found != "" && found != tax {
			return ""
		}
		found = tax
	}
	return found
}

// answered reports whether the value of a field is an answer, and not the hint of
// a list of choices, which some programs leave in place.
func answered(value string) bool {
	folded := Fold(value)
	return strings.TrimSpace(value) != "" && folded != "choisissez une reponse" && folded != "choisissez un element"
}

// readCells makes amounts of the numbers in the cells of a workbook; what was
// asked for each year makes the sum where no program has reckoned it.
func readCells(answers map[string]string) {
	var years float64
	for _, name := range []string{"montant_demande_1", "montant_demande_2", "montant_demande_3", "montant_demande", "total_charges"} {
		n, err := strconv.ParseFloat(answers[name], 64)
		if err != nil || n < 0 || n > 1e12 {
			continue
		}
		if strings.HasPrefix(name, "montant_demande_") {
			years += n
		} else if name == "montant_demande" && n == 0 {
			n = years
		}
		answers[name] = strconv.FormatFloat(n, 'f', 2, 64)
	}
}

func readAmount(s string) (string, error) {
	cents, ok := Amount(s)
	if !ok || cents == 0 {
		return "", errors.New("not an amount in euros")
	}
	return fmt.Sprintf("%d.%02d", cents/100, cents%100), nil
}

// ticked reads a check box of any of the forms: the state of a PDF button, the
// sign in a Word control, a word.
func ticked(value string) bool {
	switch Fold(value) {
	case "off", "no", "non", "false", "0", "faux":
		return false
	case "":
		return strings.ContainsAny(value, "☒☑✓✔✗✘")
	}
	return true
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

var (
	siretWritten = regexp.MustCompile(`(?i)\bsiret\D{0,20}((?:\d` + gap + `){13}\d)\b`)
	sirenWritten = regexp.MustCompile(`(?i)\b(?:siren\D{0,20}|(?:rcs|r\.c\.s\.)[^\d\n]{0,40})((?:\d` + gap + `){8}\d)\b`)
	phoneWritten = regexp.MustCompile(`(?:(?:\+|\b00)(?:33|262|590|594|596)` + gap + `(?:\(0\)` + gap + `)?|\b0)[1-9](?:` + gap + `\d{2}){4}\b|(?:\+|\b00)(?:508|681|687|689)(?:` + gap + `\d{2}){3,4}\b`)
	phoneAbroad  = regexp.MustCompile(`^(?:\+|00)[1-9](?:[ .\-()]*\d){6,14}$`)
	emailWritten = regexp.MustCompile(`^[^\s@<>()"]+@(?:[\pL\d](?:[\pL\d-]*[\pL\d])?\.)+\pL{2,}$`)
	// The amount that somebody writes to ask for; its tax wording follows it.
	amountSought = regexp.MustCompile(`(?i)\b(?:(?:nous|je) (?:sollicit|demand)(?:ons|e)|(?:montant|subvention|aide|financement) (?:demand|sollicit)ée?)[^\d\n.€]{0,50}?(\d[\d ,.\x{a0}\x{2009}\x{202f}]*(?:k|m|mille|millions? d['’])? ?(?:€|euros?|eur))`)
	faxBefore    = regexp.MustCompile(`(?i)(?:fax|t[ée]l[ée]copie)[^\d\n+]{0,10}$`)
)

// gap is what may stand between two groups of digits.
const gap = `[ .\-\x{a0}\x{2009}\x{202f}]?`

// findPhone gives the first telephone number in a text that is no fax, "" for none.
func findPhone(text string) string {
	for _, at := range phoneWritten.FindAllStringIndex(text, 20) {
		if !faxBefore.MatchString(text[max(0, at[0]-20):at[0]]) {
			return text[at[0]:at[1]]
		}
	}
	return ""
}

// ReadText gives the few facts that a text tells without doubt: numbers of the
// register where their check digit is right and the word stands before them; of
// a mail also a telephone number, territories, and the one amount that it asks
// for. The pages of a dossier name
// many organisations: only the first numbers are taken, and of documents that
// are the candidate's own (see OwnDocument).
func ReadText(text string, source FactSource) []Proposal {
	var out []Proposal
	if m := siretWritten.FindStringSubmatch(text); m != nil {
		if siret, err := SIRET(m[1]); err == nil {
			out = append(out, Proposal{FactSIRET, siret, "", source}, Proposal{FactSIREN, siret[:9], "", source})
		}
	}
	if m := sirenWritten.FindStringSubmatch(text); m != nil && len(out) == 0 {
		if siren, err := SIREN(m[1]); err == nil {
			out = append(out, Proposal{FactSIREN, siren, "", source})
		}
	}
	if source != FromMail {
		return out
	}
	if phone := findPhone(text); phone != "" {
		out = append(out, Proposal{FactPhone, phone, "", source})
	}
	for _, code := range FindTerritories(text, false) {
		out = append(out, Proposal{FactTerritory, code, "", source})
	}
	if at := amountSought.FindAllStringSubmatchIndex(text, 2); len(at) == 1 { // of two, nobody knows which
		if amount, err := readAmount(text[at[0][2]:at[0][3]]); err == nil {
			out = append(out, Proposal{FactAmount, amount, "", source})
			line, _, _ := strings.Cut(text[at[0][3]:], "\n")
			if tax := taxOf(strings.ToValidUTF8(line[:min(len(line), 30)], "")); tax != "" {
				out = append(out, Proposal{FactTax, tax, "", source})
			}
		}
	}
	return out
}

// OwnDocument reports whether a file stands for a piece in which the first
// register numbers are the candidate's own. An account statement is none: the
// numbers at its foot are the bank's.
func OwnDocument(suggests []Suggestion) bool {
	f := File{Suggests: suggests}
	return slices.ContainsFunc([]string{"immatriculation", "statuts", "dossier_candidature"}, f.standsFor)
}
