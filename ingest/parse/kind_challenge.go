package parse

import (
	"regexp"
	"strings"
)

// challengeServices name anti-spam services that ask the sender of a first mail
// to prove that a person wrote it.
var challengeServices = phraseList(`
mailinblack | mail in black | vade secure | vadesecure | vade retro | vaderetro | boxbe | spamarrest | spam arrest | spamblocker
bluebottle | sendio | tmda | choicemail | altospam | spamenmoins | spam en moins | e-securemail | esecuremail | protecmail
cleanmail | mailcleaner | hornetsecurity | digiportal | 0spam | qurb | mailblocks | knowspam | spamlion
`)

// challengeAsks are what such a service asks, in the subject or the text.
var challengeAsks = phraseList(`
# Mailinblack, Vade, AltoSpam, Protecmail, e-securemail
demande d'authentification | demande de validation de l'expediteur | demande de validation de votre
demande de confirmation de votre message | demande de confirmation de votre envoi | demande de confirmation de l'expediteur
demande de confirmation d'envoi | requete d'authentification | authentification de votre message
authentification de votre e-mail | authentification de votre email | authentification de votre mail
authentification de l'expediteur | authentification requise | authentifier votre message | authentifier votre e-mail
authentifier votre email | authentifier votre mail | authentifiez votre message | authentifiez votre e-mail
authentifiez votre email | authentifiez votre mail | authentifiez-vous | vous authentifier | validation de votre message
validation de votre e-mail | validation de votre email | validation de votre mail | validation de votre adresse e-mail
validation de votre adresse mail | validation de l'expediteur | valider votre message | valider votre e-mail | valider votre email
valider votre mail | valider votre envoi | valider l'envoi de votre | valider votre adresse | validez votre message
validez votre e-mail | validez votre email | validez votre mail | validez votre envoi | confirmer votre envoi
confirmez votre envoi | confirmer votre identite | confirmez votre identite | confirmer l'envoi de votre
confirmez l'envoi de votre | confirmer votre adresse d'expediteur | liberer votre message | liberez votre message
votre message est en attente | votre e-mail est en attente | votre email est en attente | votre mail est en attente
votre courriel est en attente | message en attente de validation | message en attente d'authentification
message en attente de confirmation | mail en attente de validation | mail en attente d'authentification
message est mis en attente | message a ete mis en attente | message est bloque en attente | message est retenu
message a ete retenu | que votre message me parvienne | que votre message parvienne | que votre message soit | que votre mail soit
que votre e-mail soit | que votre email soit | afin de delivrer votre | afin de remettre votre | pour delivrer votre
pour me faire parvenir votre | reconnaitre comme expediteur | vous enregistrer comme expediteur | vous etes une personne
vous etes un humain | vous etes bien un humain | vous etes bien une personne | vous n'etes pas un robot | pas un robot
expediteur inconnu
# Boxbe, SpamArrest, Sendio, TMDA, Hornet, in English
verify you are human | verify that you are human | verify you are a human | verify that you are a human | verify you are a real
verify that you are a real | verify your email | verify your e-mail | verify your message | verify your address
prove you are human | prove that you are human | prove you are a human | prove that you are a human | you are not a robot
you are not a spammer | sender verification | sender address verification | sender authentication | verification required
verification message | please confirm your message | please confirm your email | please confirm your e-mail
please confirm that you | confirm that you sent | confirm you sent | confirmation of your message
confirm receipt of your message | confirm your message | message is being held | message has been held | message was held
email is being held | message is awaiting | waiting for your confirmation | waiting list | approve your message
release your message | message attached below is being held | only from senders i have approved
my list of approved senders | unconfirmed sender | challenge-response | challenge/response | challenge response
bestatigen sie ihre nachricht | bestatigung ihrer e-mail
`)

// reChallengeAct is what the reader is told to do.
var reChallengeAct = regexp.MustCompile(`cliqu(?:ez|er|ant)|\bclick\b|lien (?:suivant|ci-dessous|ci-apres)|bouton|captcha|repond(?:ez|re) (?:simplement )?a (?:ce|cet) |il (?:vous )?suffit de repondre|simply reply|just reply|send an? (?:empty|blank) (?:message|e-?mail)|request form|replying to this|reply to this (?:message|e-?mail)|following link|link below|klicken sie`)

// reChallengeAim is what a service wants, where its name stands in the subject.
var reChallengeAim = regexp.MustCompile(`authenti|valid|confirm|verif`)

// challenge looks at the sender, and at the wording where there is something to
// do: a candidate who mentions such a service is still a person, and so is one
// who carries a file or answers in a thread with a quotation.
func challenge(mail *Mail, w words) bool {
	from := fold(mail.From.Address + " " + mail.From.Name)
	if challengeServices.in(strings.NewReplacer("@", " @ ").Replace(from)) && !hasFile(mail) {
		return true
	}
	if w.forward || hasFile(mail) || w.quotes() || candidateWords.in(w.head) {
		return false
	}
	link := strings.Contains(w.head, "http") || strings.Contains(w.head, "www.")
	act := reChallengeAct.MatchString(w.head)
	asks := challengeAsks.in(w.head)
	subject := fold(mail.Subject) // its tag too: "[SENDER VERIFICATION]"
	return challengeServices.in(subject) && reChallengeAim.MatchString(subject+" "+w.head) && (link || act) ||
		challengeServices.in(w.head) && act && (asks || strings.Contains(w.head, "quarantaine") || strings.Contains(w.head, "quarantine")) ||
		challengeAsks.in(subject) && (link || act && asks) ||
		asks && act && (link || strings.Contains(w.head, "repond") || strings.Contains(w.head, "reply"))
}
