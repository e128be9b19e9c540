package main

import (
	"fmt"
	"time"

	// The pack states local times at the deadline wherever it is made.
	_ "time/tzdata"
)

// edition is one run of the call, as its documents tell it.
type edition struct {
	folder      string // folder of the pack, also the identifier of the call
	kind        string // what the edition is, for running text: "appel à projets"
	ofKind      string // the same after "de": "de l'appel à projets"
	name        string // the name of the call
	mailbox     string // where everything is sent
	opens       time.Time
	deadline    time.Time // the last good second
	graceMinute bool      // the published limit has no seconds: a person judges the minute after it
	envelope    int       // euros, whole edition
	perHub      []string  // what one hub may ask, in sentences; empty where no amount is published
	perimeter   []string  // paragraphs
	scope       string    // the perimeter in one line
	missions    []mission
	milestones  []milestone // after the deadline
	firstYear   int         // first year of the budget
	priorities  bool        // QPV and Action cœur de ville give a bonus
}

// mission is one of the tasks of a hub. Its id tags the form field that
// answers it.
type mission struct{ id, title, text string }

// milestone is a planned step after the deadline.
type milestone struct{ when, what string }

// editions returns the two editions in the order in which they opened.
func editions() ([]edition, error) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("load the time zone of Paris: %w", err)
	}
	return []edition{edition2018(paris), edition2020(paris)}, nil
}

const mailbox = "AAP-Hubsinclusifs@caissedesdepots.fr"

func edition2018(paris *time.Location) edition {
	return edition{
		folder:      "hubs-2018",
		kind:        "appel à projets",
		ofKind:      "de l'appel à projets",
		name:        "Hubs France Connectée",
		mailbox:     mailbox,
		opens:       time.Date(2018, time.September, 13, 0, 0, 0, 0, paris),
		deadline:    time.Date(2018, time.November, 30, 17, 0, 0, 0, paris),
		graceMinute: true,
		envelope:    5_000_000,
		scope:       "Plusieurs départements par hub",
		perimeter: []string{
			"Un hub agit sur **plusieurs départements**. Les collectivités d'outre-mer peuvent être retenues dans un périmètre au même titre que les départements.",
			"Le candidat propose son périmètre et le justifie : acteurs présents, besoins des habitants, distances, habitudes de coopération.",
		},
		missions: []mission{
			{"mission_recenser", "Recenser et coordonner", "Connaître les acteurs de la médiation numérique du périmètre, tenir cette connaissance à jour, les relier entre eux et avec les collectivités."},
			{"mission_fonds", "Lever des fonds", "Rechercher et réunir des financements publics et privés au bénéfice des acteurs du périmètre."},
			{"mission_mutualiser", "Mutualiser", "Mettre en commun des outils, des ressources, des formations et des achats, pour que chacun n'ait pas à les refaire."},
			{"mission_evaluer", "Évaluer", "Mesurer ce que les actions changent pour les personnes accompagnées et pour le territoire, et le faire savoir."},
		},
		milestones: []milestone{
			{"Début décembre 2018 à mi-janvier 2019", "Auditions, par le jury, des candidats éligibles"},
			{"Fin janvier 2019", "Annonce des résultats (date prévue)"},
		},
		firstYear: 2019,
	}
}

func edition2020(paris *time.Location) edition {
	return edition{
		folder:   "hubs-2020",
		kind:     "appel à manifestation d'intérêt",
		ofKind:   "de l'appel à manifestation d'intérêt",
		name:     "Hubs pour un numérique inclusif",
		mailbox:  mailbox,
		opens:    time.Date(2020, time.November, 17, 0, 0, 0, 0, paris),
		deadline: time.Date(2021, time.June, 30, 23, 59, 59, 0, paris),
		envelope: 2_300_000,
		perHub: []string{
			"Le soutien est de **250 000 € par hub**.",
			"Des bonifications de **50 000 €** sont prévues pour l'action dans les quartiers prioritaires de la politique de la ville (QPV) et pour l'action dans les communes du programme Action cœur de ville.",
		},
		scope: "En priorité les régions sans hub : Bretagne, Normandie, Grand Est, Centre-Val de Loire",
		perimeter: []string{
			"Les régions qui n'ont pas encore de hub sont prioritaires : **Bretagne, Normandie, Grand Est et Centre-Val de Loire**.",
			"Une région déjà couverte peut faire l'objet d'une candidature si le périmètre proposé est plus large. Le dossier explique alors en quoi il l'est, et comment le candidat travaillera avec le hub existant.",
		},
		missions: []mission{
			{"mission_animer", "Animer le territoire", "Connaître et relier les acteurs de l'inclusion numérique du périmètre, partager les ressources et les informations, faire vivre une communauté."},
			{"mission_accompagner", "Accompagner des projets", "Aider les collectivités et les acteurs locaux à concevoir leurs projets d'inclusion numérique, à les financer et à les mener à bien."},
		},
		firstYear:  2021,
		priorities: true,
	}
}

// title is the full name of the call: "Appel à projets « Hubs France Connectée »".
func (e edition) title() string { return capital(e.kind) + " « " + e.name + " »" }

// deadlineText is the deadline as every document states it: date, hour and
// the words « heure de Paris ».
func (e edition) deadlineText() string {
	return frenchDate(e.deadline) + " à " + frenchHour(e.deadline) + ", heure de Paris"
}
