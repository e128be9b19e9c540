package main

import (
	"fmt"
)

// Names of the sheets of the budget.
const (
	guideSheet  = "Mode d'emploi"
	budgetSheet = "Budget"
	planSheet   = "Plan de financement"
)

// years is the number of years of the budget; unused ones stay empty.
const years = 3

// budget returns the budget of a candidate as an Excel workbook: charges and
// produits by year, and where the money comes from. Totals, shares and
// checks are formulas; the cells that count have names.
func budget(e edition) ([]byte, error) {
	w, err := newWorkbook()
	if err != nil {
		return nil, err
	}
	w.guide(e)
	w.budget(e)
	w.plan()
	w.finish(e)
	if w.err != nil {
		return nil, w.err
	}
	values, err := w.values()
	if err != nil {
		return nil, err
	}
	buf, err := w.file.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	if err := w.file.Close(); err != nil {
		return nil, fmt.Errorf("close the workbook: %w", err)
	}
	parts, err := unzipParts(buf.Bytes())
	if err != nil {
		return nil, err
	}
	if err := keepValues(parts, values); err != nil {
		return nil, err
	}
	return zipParts(parts, e.opens)
}

// chargeLines and produitLines are the lines of the budget; the last line of
// each part is free.
func chargeLines() []string {
	return []string{
		"Achats de matières et fournitures",
		"Prestations de services et sous-traitance",
		"Locations et charges locatives",
		"Entretien, maintenance, assurances",
		"Honoraires et rémunérations d'intermédiaires",
		"Communication et publications",
		"Déplacements, missions et réceptions",
		"Frais postaux, télécommunications, hébergement informatique",
		"Impôts et taxes",
		"Charges de personnel",
		"Part versée aux partenaires du groupement",
		"Charges indirectes affectées au projet",
		"Dotations aux amortissements et provisions",
		"Autres charges",
	}
}

// requestLine is the produit that the candidate asks of the call.
const requestLine = "Montant demandé au titre de l'appel"

func produitLines() []string {
	return []string{
		requestLine,
		"État",
		"Régions",
		"Départements",
		"Communes et intercommunalités",
		"Fonds européens",
		"Organismes sociaux",
		"Fondations, mécénat et autres financeurs privés",
		"Ventes et prestations",
		"Cotisations et dons",
		"Autofinancement",
		"Autres produits",
	}
}

// guide fills the sheet that says how to use the others.
func (w *workbook) guide(e edition) {
	w.sheet = guideSheet
	w.columns(72)
	w.put(1, 1, "Budget prévisionnel et plan de financement", w.style.title)
	w.put(1, 2, e.title(), w.style.subtitle)
	for i, line := range []string{
		"1. Feuille « Budget » : écrivez le nom de l'organisation, puis choisissez HT ou TTC ; tous les montants du classeur suivent ce choix.",
		"2. Remplissez les cellules claires bordées, en euros, année par année. Les totaux se calculent seuls ; ne les remplacez pas.",
		"3. Laissez à zéro ou vides les années que le projet ne couvre pas. La première année se change en tête de colonne.",
		"4. Pour ajouter une ligne, insérez-la entre deux lignes existantes : les totaux la prendront en compte.",
		"5. Feuille « Plan de financement » : nommez chaque financeur, dites si le montant est acquis ou sollicité, et citez la lettre d'engagement.",
		"6. Les contrôles doivent afficher « Équilibré » et « Concordant » avant l'envoi.",
		"7. Envoyez le classeur tel quel (XLSX ou ODS), sans mot de passe et sans macros, sous le nom « budget-previsionnel-NOM.xlsx ».",
		"Date limite de réception : " + e.deadlineText() + ", à " + e.mailbox + ".",
	} {
		w.put(1, i+4, line, w.style.prose)
		w.height(i+4, 30)
	}
}

// budget fills the sheet of charges and produits.
func (w *workbook) budget(e edition) {
	w.sheet = budgetSheet
	w.columns(58, 16, 16, 16, 18)
	w.put(1, 1, "Budget prévisionnel", w.style.title)
	w.put(1, 2, e.title(), w.style.subtitle)
	w.put(1, 3, "Organisation", w.style.label)
	w.put(2, 3, nil, w.style.entry)
	w.merge(2, 3, 5, 3)
	w.name("organisation", 2, 3)
	w.put(1, 4, "Les montants sont exprimés (HT ou TTC)", w.style.label)
	w.put(2, 4, nil, w.style.entry)
	w.name("regime_tva", 2, 4)
	w.oneOf(2, 4, 4, "HT", "TTC")

	row := w.part("CHARGES", "charges", 6, e.firstYear, chargeLines())
	row = w.part("PRODUITS", "produits", row+1, e.firstYear, produitLines())
	w.controls(row + 1)
	w.freeze(4)
}

// part writes one half of the budget from row on and returns the row after
// it. Names: total_<id>, total_<id>_1 for the first year, and so on.
func (w *workbook) part(title, id string, row, firstYear int, lines []string) int {
	w.put(1, row, title, w.style.head)
	for y := 1; y <= years; y++ {
		switch {
		case id == "charges" && y == 1:
			w.put(2, row, firstYear, w.style.year)
			w.name("annee_1", 2, row)
		case id == "charges":
			w.formula(1+y, row, fmt.Sprintf("annee_1+%d", y-1), w.style.year)
			w.name(fmt.Sprintf("annee_%d", y), 1+y, row)
		default:
			w.formula(1+y, row, fmt.Sprintf("annee_%d", y), w.style.year)
		}
	}
	w.put(years+2, row, "Total", w.style.headRight)
	first, last := row+1, row+len(lines)
	for i, line := range lines {
		r := first + i
		w.put(1, r, line, w.style.label)
		for y := 1; y <= years; y++ {
			w.put(1+y, r, nil, w.style.amount)
		}
		w.formula(years+2, r, fmt.Sprintf("SUM(%s:%s)", at(2, r), at(years+1, r)), w.style.sum)
	}
	w.positive(2, first, years+1, last)
	total := last + 1
	w.put(1, total, "TOTAL "+title, w.style.totalLabel)
	for c := 2; c <= years+2; c++ {
		w.formula(c, total, fmt.Sprintf("SUM(%s:%s)", at(c, first), at(c, last)), w.style.total)
		if c < years+2 {
			w.name(fmt.Sprintf("total_%s_%d", id, c-1), c, total)
		}
	}
	w.name("total_"+id, years+2, total)
	if id == "produits" {
		w.name("montant_demande", years+2, first)
		for y := 1; y <= years; y++ {
			w.name(fmt.Sprintf("montant_demande_%d", y), 1+y, first)
		}
	}
	return total + 1
}

// controls writes the checks below the budget: the gap by year and in all,
// its verdict in words, and the share of the request.
func (w *workbook) controls(row int) {
	w.put(1, row, "CONTRÔLES", w.style.head)
	for c := 2; c <= years+2; c++ {
		w.put(c, row, nil, w.style.head)
	}
	w.put(1, row+1, "Écart (produits moins charges)", w.style.label)
	for y := 1; y <= years; y++ {
		w.formula(1+y, row+1, fmt.Sprintf("total_produits_%d-total_charges_%d", y, y), w.style.sum)
	}
	w.formula(years+2, row+1, "total_produits-total_charges", w.style.sum)
	w.name("ecart", years+2, row+1)

	w.put(1, row+2, "Équilibre", w.style.label)
	for y := 1; y <= years; y++ {
		w.formula(1+y, row+2, verdict(fmt.Sprintf("total_charges_%d", y), fmt.Sprintf("total_produits_%d", y), "Équilibré"), w.style.check)
	}
	w.formula(years+2, row+2, verdict("total_charges", "total_produits", "Équilibré"), w.style.check)
	w.name("equilibre", years+2, row+2)

	w.put(1, row+3, "Part du montant demandé dans le total des produits", w.style.label)
	w.formula(years+2, row+3, "IF(total_produits=0,0,montant_demande/total_produits)", w.style.share)
	w.name("part_demandee", years+2, row+3)

	w.put(1, row+4, "Contributions volontaires (bénévolat, mises à disposition gratuites) : décrivez-les ici, hors totaux", w.style.label)
	w.height(row+4, 45)
	w.put(2, row+4, nil, w.style.entry)
	w.merge(2, row+4, years+2, row+4)
	w.name("contributions_volontaires", 2, row+4)
	w.signal(2, row+2, years+2, row+2)
}

// verdict is the formula that compares two sums to the cent.
func verdict(a, b, good string) string {
	return fmt.Sprintf(`IF(AND(%s=0,%s=0),"À remplir",IF(ROUND(%s-%s,2)=0,"%s","À corriger"))`, a, b, b, a, good)
}

// plan fills the sheet of the sources of money.
func (w *workbook) plan() {
	const rows = 14
	w.sheet = planSheet
	w.columns(46, 16, 18, 12, 44)
	w.put(1, 1, "Plan de financement", w.style.title)
	w.put(1, 2, "Toutes les années ensemble, en euros. Le total égale celui des produits de la feuille « Budget ».", w.style.subtitle)
	for i, h := range []string{"Financeur", "État", "Montant", "Part", "Pièce jointe (lettre d'engagement, décision)"} {
		style := w.style.head
		if i == 2 || i == 3 {
			style = w.style.headRight
		}
		w.put(i+1, 4, h, style)
	}
	first, last := 5, 5+rows
	w.put(1, first, requestLine, w.style.label)
	w.put(2, first, "Demandé", w.style.label)
	w.formula(3, first, "montant_demande", w.style.sum)
	w.put(5, first, nil, w.style.label)
	for r := first + 1; r <= last; r++ {
		w.put(1, r, nil, w.style.entry)
		w.put(2, r, nil, w.style.entry)
		w.put(3, r, nil, w.style.amount)
		w.put(5, r, nil, w.style.entry)
	}
	for r := first; r <= last; r++ {
		w.formula(4, r, fmt.Sprintf("IF(total_plan=0,0,%s/total_plan)", at(3, r)), w.style.share)
	}
	w.oneOf(2, first+1, last, "Acquis", "Sollicité", "Autofinancement")
	w.positive(3, first+1, 3, last)

	w.put(1, last+1, "TOTAL DU PLAN DE FINANCEMENT", w.style.totalLabel)
	w.put(2, last+1, nil, w.style.total)
	w.formula(3, last+1, fmt.Sprintf("SUM(%s:%s)", at(3, first), at(3, last)), w.style.total)
	w.name("total_plan", 3, last+1)
	w.put(4, last+1, nil, w.style.total)
	w.put(5, last+1, nil, w.style.total)

	for i, state := range []struct{ label, value, name string }{
		{"dont cofinancements acquis", "Acquis", "cofinancements_acquis"},
		{"dont cofinancements sollicités", "Sollicité", "cofinancements_sollicites"},
	} {
		r := last + 2 + i
		w.put(1, r, state.label, w.style.label)
		w.put(2, r, nil, w.style.label)
		w.formula(3, r, fmt.Sprintf(`SUMIF(%s:%s,"%s",%s:%s)`, at(2, first), at(2, last), state.value, at(3, first), at(3, last)), w.style.sum)
		w.name(state.name, 3, r)
	}
	w.put(2, last+4, nil, w.style.label)
	w.put(1, last+4, "Concordance avec le total des produits", w.style.label)
	w.formula(3, last+4, verdict("total_produits", "total_plan", "Concordant"), w.style.check)
	w.name("concordance", 3, last+4)
	w.signal(3, last+4, 3, last+4)
	w.freeze(4)
}
