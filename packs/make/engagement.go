package main

// engagement is the model of a commitment letter.
func engagement(e edition) document {
	d := document{
		title:    "Lettre d'engagement",
		subtitle: e.title(),
		subject:  "Modèle de lettre d'engagement d'un partenaire ou d'un cofinanceur",
		short:    "Modèle de lettre d'engagement – " + e.name,
	}
	d.blocks = []block{
		note("**Mode d'emploi.** Ce modèle n'est pas obligatoire. Une lettre par partenaire ou cofinanceur, sur son papier à en-tête, datée et signée. Supprimez cet encadré et ce qui ne vous concerne pas. Le candidat joint la lettre à son dossier sous le nom « lettre-engagement-PARTENAIRE.pdf »."),
		line("{}", text("organisation", "Organisation qui s'engage", "Nom exact de l'organisation qui s'engage")),
		line("{}", text("adresse", "Adresse postale", "Adresse postale")),
		line("SIRET : {}", text("siret", "Numéro SIRET", "14 chiffres")),
		line("À l'attention de {}", text("chef_de_file", "Candidat ou chef de file", "nom exact du candidat ou du chef de file")),
		line("À {}, le {}", text("signature_lieu", "Fait à", "commune"), date("signature_date", "Le")),
		h1("Objet : engagement dans une candidature"),
		p("Madame, Monsieur,"),
		line("Je soussigné(e) {}, {}, confirme l'engagement de notre organisation dans le projet {}, présenté dans le cadre "+e.ofKind+" « "+e.name+" », dans les conditions qui suivent.",
			text("signataire_nom", "Prénom et nom du signataire", "prénom et nom"),
			text("signataire_qualite", "Qualité du signataire", "fonction"),
			text("projet_titre", "Nom du hub", "nom du hub")),
		h2("Notre rôle"),
		longField{text("engagement_role", "Rôle dans le projet", "Ce que nous ferons dans le projet, et sur quels territoires")},
		h2("Notre apport"),
		line("Nature de l'apport : {}", choice("engagement_nature", "Nature de l'apport", "Financier", "Mise à disposition de personnel", "En nature (locaux, matériel, données)", "Financier et en nature", "Soutien sans apport")),
		line("Montant ou valeur : {} €, exprimé {}",
			text("engagement_montant", "Montant ou valeur, en euros", "montant"),
			choice("engagement_regime", "Régime du montant", "hors taxes (HT)", "toutes taxes comprises (TTC)", "sans objet")),
		line("Période couverte : du {} au {}", date("engagement_debut", "Début de la période"), date("engagement_fin", "Fin de la période")),
		line("État de l'engagement : {}", choice("engagement_etat", "État de l'engagement", "Acquis", "Sous réserve d'une décision à venir")),
		line("Si l'engagement est sous réserve : {}", text("engagement_reserve", "Décision attendue", "instance qui décidera, et date prévue")),
		p("Cet apport figure pour le même montant dans le budget prévisionnel et le plan de financement du dossier de candidature."),
		p("Je vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées."),
		line("{}", text("signature", "Signature (et cachet s'il existe)", "Signature, et cachet s'il existe")),
	}
	return d
}
