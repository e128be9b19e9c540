package parse

import (
	"strings"
	"testing"
)

// TestNewText: what the sender wrote, told from history and signature, as the
// clients in use in France lay them out.
func TestNewText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing quoted", "Bonjour,\n\nvoici.", "Bonjour,\n\nvoici."},
		{"quoted lines", "Oui.\n> Non ?\n>> Si.\nMerci.", "Oui.\nMerci."},
		{"Gmail", "Oui.\n\nLe lun. 26 nov. 2018 à 10:04, AAP <aap@funder.example> a écrit :\n> Non ?", "Oui."},
		{"Gmail, folded", "Oui.\n\nLe lun. 26 nov. 2018 à 10:04, Appel à projets Hubs <aap@funder.example> a\nécrit :\n\n> Non ?", "Oui."},
		{"Gmail, folded before the address", "Oui.\n\nLe lun. 26 nov. 2018 à 10:04, Appel à projets Hubs\n<aap@funder.example> a écrit :\n\nNon ?", "Oui."},
		{"Gmail in English", "Yes.\n\nOn Mon, Nov 26, 2018 at 10:04 AM AAP <aap@funder.example> wrote:\n> No?", "Yes."},
		{"Thunderbird, no-break space", "Oui.\n\nLe 26/11/2018 à 10:04, AAP a écrit\u00a0:\n\nNon ?", "Oui."},
		{"Thunderbird of old", "Oui.\n\nAAP Hubs a écrit :\n> Non ?", "Oui."},
		{"Apple Mail, the introduction quoted too", "Oui.\n\n> Le 26 nov. 2018 à 10:04, AAP <aap@funder.example> a écrit :\n> \n> Non ?", "Oui."},
		{"iPhone", "Oui.\n\nEnvoyé de mon iPhone\n\n> Le 26 nov. 2018 à 10:04, AAP <aap@funder.example> a écrit :\n> \n> Non ?", "Oui."},
		{"Samsung", "Oui.\n\nEnvoyé depuis mon appareil mobile Samsung.\n\n-------- Message d'origine --------\nDe : AAP <aap@funder.example>\nDate : 26/11/2018 10:04 (GMT+01:00)\nÀ : claire@hub.example\nObjet : dossier\n\nNon ?", "Oui."},
		{"Outlook for iOS", "Oui.\n\nObtenez Outlook pour iOS<https://aka.ms/x>\n________________________________\nDe : AAP\nEnvoyé : lundi\nÀ : Claire\nObjet : dossier\n\nNon ?", "Oui."},
		{"Outlook for Android", "Oui.\n\nEnvoyé à partir d’Outlook pour Android\n________________________________\nFrom: AAP\nSent: Monday\nTo: Claire\nSubject: dossier", "Oui."},
		{"Yahoo", "Oui.\n\n    Le lundi 26 novembre 2018 à 10:04:05 UTC+1, AAP <aap@funder.example> a écrit :  \n \n Non ?", "Oui."},
		{"Yahoo of old", "Oui.\n\n--- En date de : Lun 26.11.18, AAP <aap@funder.example> a écrit :\n\nNon ?", "Oui."},
		{"Roundcube", "Oui.\n\nLe 2018-11-26 10:04, AAP a écrit :\n\n> Non ?", "Oui."},
		{"Horde", "Oui.\n\nAAP <aap@funder.example> a écrit :\n\n> Non ?", "Oui."},
		{"German", "Ja.\n\nAm 26.11.2018 um 10:04 schrieb AAP:\n> Nein?", "Ja."},
		{"Outlook", "Oui.\n\nDe : AAP <aap@funder.example>\nEnvoyé : lundi 26 novembre 2018 10:04\nÀ : Claire\nObjet : dossier\n\nNon ?", "Oui."},
		{"Outlook on the web", "Oui.\n________________________________\nDe : AAP\nEnvoyé : lundi\nObjet : dossier\nNon ?", "Oui."},
		{"Outlook for Mac", "Oui.\n\nDe : AAP <aap@funder.example>\nDate : lundi 26 novembre 2018 à 10:04\nÀ : Claire\nObjet : dossier\n\nNon ?", "Oui."},
		{"Outlook in bold", "Oui.\n\n*De :* AAP <aap@funder.example>\n*Envoyé :* lundi\n*À :* Claire\n*Objet :* dossier\n\nNon ?", "Oui."},
		{"Outlook of old", "Oui.\n\n-----Message d'origine-----\nDe : AAP\nNon ?", "Oui."},
		{"Outlook of old in English", "Yes.\n-----Original Message-----\nNo?", "Yes."},
		{"Zimbra", "Oui.\n\n----- Mail original -----\nDe: \"AAP\" <aap@funder.example>\nÀ: \"Claire\" <c@hub.example>\nEnvoyé: Lundi 26 Novembre 2018 10:04:05\nObjet: dossier\n\nNon ?", "Oui."},
		{"Zimbra of today", "Oui.\n\nDe: \"AAP\" <aap@funder.example>\nÀ: \"Claire\" <c@hub.example>\nEnvoyé: Lundi 26 Novembre 2018 10:04:05\nObjet: dossier\n\nNon ?", "Oui."},
		{"Orange", "Oui.\n\n> Message du 26/11/18 10:04\n> De : \"AAP\" <aap@funder.example>\n> A : claire@hub.example\n> Copie à : \n> Objet : dossier\n> \n> Non ?", "Oui."},
		{"Orange, not quoted", "Oui.\n\nMessage du 26/11/18 10:04\nDe : \"AAP\" <aap@funder.example>\nA : claire@hub.example\nObjet : dossier\n\nNon ?", "Oui."},
		{"Orange of today", "Oui.\n\nenvoyé : 26 novembre 2018 à 10:04\nde : AAP <aap@funder.example>\nà : claire@hub.example\nobjet : dossier\n\nNon ?", "Oui."},
		{"Lotus Notes", "Oui.\n\nDe :    AAP <aap@funder.example>\nA :     claire@hub.example\nDate :  26/11/2018 10:04\nObjet : dossier\n\nNon ?", "Oui."},
		{"signature", "Bonjour.\n-- \nClaire Martin\n06 00 00 00 00", "Bonjour."},
		{"answer below the quotation", "Le 26/11/2018 à 10:04, AAP a écrit :\n> Non ?\n\nOui.", "Oui."},
		{"answers between the lines", "Le 26/11/2018 à 10:04, AAP a écrit :\n> Un ?\n\nOui.\n\n> Deux ?\n\nNon.", "Oui.\n\n\nNon."},
		{"a line that only looks like a header", "De : Rennes à Brest, voici le plan.\nMerci.", "De : Rennes à Brest, voici le plan.\nMerci."},
		{"a sentence with Le", "Le dossier est prêt.\nIl est complet.", "Le dossier est prêt.\nIl est complet."},
		{"a place, not a telephone", "Bonjour,\nEnvoyé de Rennes ce jour.", "Bonjour,\nEnvoyé de Rennes ce jour."},
		{"nothing new", "Le 26/11/2018 à 10:04, AAP a écrit :\n> Non ?", ""},
		{"only a quotation", "> Non ?", ""},
	} {
		if got, _ := newText(c.in, "Re: dossier"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSignature: the block that a line marks is kept apart, up to what is quoted
// or forwarded.
func TestSignature(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Bonjour.\n-- \nClaire Martin\n06 00 00 00 00", "Claire Martin\n06 00 00 00 00"},
		{"Oui.\n--\nClaire\n\nLe 26/11/2018 à 10:04, AAP a écrit :\n> Non ?\n> --\n> AAP", "Claire"},
		{"Oui.\n-- \nClaire\n> 01 00 00 00 00", "Claire"},
		{"Pour suite.\n-- \nClaire\n\nDébut du message transféré :\n\nDe : Paul", "Claire"},
		{"Oui.\n\nDe : AAP <aap@funder.example>\nDate : lundi\nÀ : Claire\nObjet : dossier\n\n-- \nAAP", ""},
		{"Bonjour.\nClaire", ""}, {"Bonjour.\n-- ", ""},
	} {
		if _, got := newText(c.in, "Re: dossier"); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// TestNewTextOfWithdrawal: the word stands first exactly when its sender wrote
// it first, and never because our letter, which asks for it, is quoted.
func TestNewTextOfWithdrawal(t *testing.T) {
	const asked = "Pour renoncer, répondez DÉSISTEMENT."
	for _, c := range []struct {
		name, in string
		says     bool
	}{
		{"alone", "DÉSISTEMENT", true},
		{"above", "DÉSISTEMENT\n\nLe 26/11/2018 à 10:04, AAP a écrit :\n> " + asked, true},
		{"above, Outlook", "\nDÉSISTEMENT\n\nClaire Martin\n\nDe : AAP\nEnvoyé : lundi\nÀ : Claire\nObjet : dossier\n\n" + asked, true},
		{"above, telephone", "DÉSISTEMENT\n\nEnvoyé de mon iPhone\n\n> Le 26 nov. 2018 à 10:04, AAP <aap@funder.example> a écrit :\n> " + asked, true},
		{"below", "Le 26/11/2018 à 10:04, AAP a écrit :\n> " + asked + "\n\nDÉSISTEMENT\n", true},
		{"between", "> " + asked + "\nDÉSISTEMENT\n> Bien à vous", true},
		{"signed with PGP", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDÉSISTEMENT\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----", true},
		{"quoted alone", "> DÉSISTEMENT", false},
		{"quoted below another answer", "Nous continuons.\n\n> DÉSISTEMENT", false},
		{"in the history", "Le 26/11/2018 à 10:04, AAP a écrit :\n\nDÉSISTEMENT", false},
		{"in the history, Outlook", "De : AAP\nEnvoyé : lundi\nÀ : Claire\nObjet : dossier\n\nDÉSISTEMENT", false},
		{"in a forwarded mail", "---------- Forwarded message ---------\nDe : Partenaire\n\nDÉSISTEMENT", false},
		{"in the signature", "-- \nDÉSISTEMENT", false},
	} {
		text, _ := newText(clearSigned(c.in), "Re: dossier")
		first, _, _ := strings.Cut(text, "\n")
		if got := first == "DÉSISTEMENT"; got != c.says {
			t.Errorf("%s: first line %q, want the word there: %v", c.name, first, c.says)
		}
	}
}

// TestForwardedIsContent: what is passed on is meant to be read.
func TestForwardedIsContent(t *testing.T) {
	const letter = "De : Mairie <mairie@commune.example>\nEnvoyé : lundi\nÀ : Claire\nObjet : lettre\n\nNous soutenons le projet."
	for _, c := range []struct{ name, in, subject, want string }{
		{"Gmail", "Voici.\n\n---------- Forwarded message ---------\n" + letter, "Fwd: lettre", "Voici.\n\n---------- Forwarded message ---------\n" + letter},
		{"Thunderbird, not a word", "\n-------- Message transféré --------\n" + letter, "Tr: lettre", "-------- Message transféré --------\n" + letter},
		{"Apple Mail, quoted", "Voici.\n\nDébut du message réexpédié :\n\n> De: Mairie\n> Nous soutenons.", "Fwd: lettre", "Voici.\n\nDébut du message réexpédié :\n\n> De: Mairie\n> Nous soutenons."},
		{"Outlook", "Voici.\n\n" + letter, "TR: lettre", "Voici.\n\n" + letter},
		{"Outlook, not a word", letter, "lettre", letter},
		{"below a signature", "Voici.\n-- \nClaire\n\n---------- Forwarded message ---------\n" + letter, "lettre", "Voici.\n\n---------- Forwarded message ---------\n" + letter},
		{"answered, not forwarded", "Merci.\n\n" + letter, "RE: TR: lettre", "Merci."},
	} {
		text, _ := newText(c.in, c.subject)
		got := strings.ReplaceAll(text, "\n\n\n", "\n\n")
		if strings.ReplaceAll(got, "\n", "") != strings.ReplaceAll(c.want, "\n", "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
