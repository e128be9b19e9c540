package parse

import "regexp"

// The wordings by which one tells mails that carry no field that does. All of
// them are compared folded: no accents, no case (see fold).

// bounceSubjects begin the subject of a report that a mail was not delivered,
// or not yet.
var bounceSubjects = phraseList(`
# Exchange and Microsoft 365, by language of the tenant
undeliverable | undelivered | non remis | non remise | remise differee | remise retardee | echec de remise | echec de la remise
la remise a echoue | delivery delayed | delayed: | relayed: | expanded: | delivered: | remis : | remis: | relaye : | relaye:
unzustellbar | nicht zugestellt | zustellung verzogert | no se puede entregar | no entregado | non recapitabile
impossibile recapitare | onbestelbaar | niet te bezorgen | nao e possivel entregar | nao entregue | gar inte att leverera
kan ikke leveres | niedostarczaln* | nedorucitelne | kezbesithetetlen | не удается доставить | 無法傳遞 | 无法送达 | 未传递 | 配信不能
# Postfix, sendmail, Exim, qmail, Courier, Gmail, MDaemon, Domino, GroupWise
undelivered mail | returned mail | mail delivery fail* | mail delivery problem | mail delivery system | mail delivery subsystem
mail delivery error | mail failure | mail system error | mail error | delivery status notification | delivery notification
delivery failure | delivery failed | delivery has failed | delivery problem | delivery error | delivery report
delivery unsuccessful | delivery incomplete | delivery delay | failed delivery | failure delivery | permanent delivery failure
failure notice | failed mail | delayed mail | message delivery | message delayed | message status | message undeliverable
message could not be delivered | message not delivered | mail could not be delivered | mail not delivered
your message could not be delivered | could not send | non-deliver* | non deliver* | nondeliver* | not delivered
returned to sender | return to sender | unknown user | unknown address | unknown recipient | user unknown | warning: message
warning: could not send | warning--could not send | warning: e-mail | postmaster notify | returned message
# French hosts and webmails, translated Exim, Postfix, qmail
notification d'etat de remise | notification d'etat de la remise | notification d'etat de distribution
notification de non-remise | notification de non remise | notification de non-distribution | notification d'echec
notification de retard | avis de non-remise | avis de non remise | avis de non-distribution | avis de non distribution
avis d'echec | avis de non-livraison | rapport de non-remise | rapport de non remise | rapport de non-livraison
rapport de non livraison | rapport de non-distribution | rapport d'echec | rapport de remise | rapport de livraison
echec de distribution | echec de la distribution | echec de livraison | echec de la livraison | echec de delivrance
echec de transmission | echec d'envoi | echec d'acheminement | echec de l'envoi | echec de l'acheminement
echec lors de la remise | echec lors de la distribution | echec lors de l'envoi | erreur de distribution | erreur de remise
erreur de livraison | erreur de routage | erreur lors de la distribution | erreur lors de l'envoi | impossible de remettre
impossible de distribuer | impossible de delivrer | message non delivre | message non distribue | message non remis
message retourne | message non livre | mail non delivre | mail non distribue | mail non remis | mail non livre | mail retourne
courrier non distribue | courrier non remis | courrier non delivre | courrier retourne | courriel non distribue
courriel non remis | courriel non delivre | courriel retourne | e-mail non distribue | e-mail non remis | e-mail non delivre
email non distribue | email non remis | email non delivre | non distribue | non delivre | non livre | retour a l'expediteur
retour a l'envoyeur | retour de message | retour d'erreur | retard de remise | retard de distribution | retard de livraison
retard dans la distribution | message retarde | message en retard | votre message n'a pas pu etre | votre message n'a pas ete
votre mail n'a pas pu etre | votre courriel n'a pas pu etre | votre e-mail n'a pas pu etre | destinataire inconnu
adresse inconnue | utilisateur inconnu | boite aux lettres pleine | boite pleine | avertissement : message
avertissement: message
# other languages
zustellung fehlgeschlagen | fehler bei der zustellung | devuelto | error en la entrega | mensaje no entregado | mancata consegna
mancato recapito | falha na entrega | niet bezorgd | недоставлен* | ваше сообщение не доставлено | недоставленное сообщение
не доставлен* | メールエラー* | 配信できません* | 配信エラー* | メッセージを配信できません* | メールが送信できません* | 未送達* | 送信エラー* | 退信* | 系统退信*
# filters that refused the mail
virus found | virus detecte | message blocked | message bloque | message rejected | message rejete | message refuse
votre message a ete bloque | votre message a ete rejete | votre message a ete refuse | votre message a ete mis en quarantaine
your message was blocked | your message was rejected
`)

// bounceWords stand anywhere in such a subject, behind the name of a list, a
// host or a product.
var bounceWords = phraseList(`
undeliverable | undelivered | returned mail | returned to sender | delivery status notification | delivery failure
delivery failed | delivery problem | delivery error | delivery delayed | delivery notification | delivery has failed
delivery unsuccessful | mail delivery | failure notice | mail failure | mail system error | could not be delivered
could not send | not delivered | message delayed | nondeliverable | nicht zugestellt | unzustellbar | не доставлен* | недоставлен*
non remis | non distribue | n'a pas pu etre remis | n'a pas pu etre delivre | n'a pas pu etre distribue | echec de la remise
echec de remise | echec de la distribution | echec de la livraison | 配信* | 送信エラー* | エラー通知* | 退信*
`)

// autoSubjects begin the subject of a responder's answer; people do not begin
// so unless they quote it.
var autoSubjects = phraseList(`
# Exchange and Microsoft 365, by language of the mailbox
automatic reply | reponse automatique | automatische antwort | abwesenheitsnotiz | respuesta automatica | risposta automatica
resposta automatica | automatisch antwoord | automatiskt svar | automatisk svar | autosvar | automaattinen vastaus
automatyczna odpowiedz | odpowiedz automatyczna | automaticka odpoved | automatikus valasz | raspuns automat | αυτοματη απαντηση
автоматический ответ | автоматична відповідь | автоответ | 自動応答* | 自動返信* | 自动回复* | 自動回覆* | 자동 회신* | otomatik yanit | otomatik yanıt
automatski odgovor | аутоматски одговор | автоматичен отговор | automaatvastus | automaatne vastus | automatinis atsakymas
automatiska atbilde | sjalfvirkt svar | מענה אוטומטי | תשובה אוטומטית | رد تلقائي | الرد التلقائي | پاسخ خودکار
balasan otomatis | tra loi tu dong | ตอบกลับอัตโนมัติ* | การตอบกลับอัตโนมัติ* | samodejni odgovor
# older Exchange, Notes, GroupWise, vacation programs, webmails
out of office | out of the office | out-of-office | ooo | oof | auto reply | auto-reply | autoreply | auto response
auto-response | autoresponse | auto responder | autoresponder | auto generated | auto-generated | automatically generated
automatic response | automated reply | automated response | automatic acknowledgement | auto: | vacation | on vacation | on leave
on annual leave | on maternity leave | away from | i am away | i am out of | i am currently away | i am currently out | i'm out of
i'm away | is out of the office | abwesend | abwesenheit* | automatische abwesenheit* | nicht im buro | ich bin nicht im*
ich bin abwesend | ich bin zur zeit nicht | fuera de oficina | fuera de la oficina | ausente de la oficina | fuori ufficio
ausencia temporaria | ausencia: | ausente: | assenza: | assente: | ausencia do escritorio | afwezig* | franvaro* | poza biurem | 不在通知* | 不在の*
# in French
reponse auto | reponse automatisee | reponse d'absence | reponse de messagerie automatique | auto-reponse | autoreponse
repondeur | message automatique | mail automatique | courriel automatique | e-mail automatique | notification automatique
accuse de reception automatique | accuse reception automatique | ar automatique | absence du bureau | absence de mon bureau
absent du bureau | absente du bureau | absent(e) du bureau | absents du bureau | absence pour conge* | absence - conge*
absence conge* | message d'absence | notification d'absence | avis d'absence | gestionnaire d'absence | hors du bureau
hors bureau | je suis absent* | je suis en conge* | je suis actuellement absent* | je suis actuellement en conge*
je suis actuellement indisponible | actuellement absent* | actuellement en conge* | absent jusqu* | absente jusqu*
absent(e) jusqu* | indisponible jusqu* | en conge jusqu* | en conges jusqu* | en conge du | en conges du | en conge maternite
# ticket systems, administrations, public forms
votre demande a bien ete | votre message a bien ete | votre courriel a bien ete | votre mail a bien ete | votre e-mail a bien ete
votre requete a bien ete | votre ticket a | votre ticket n | confirmation de reception de votre message
confirmation de reception de votre demande | confirmation de reception de votre courriel | confirmation de reception de votre mail
confirmation de reception de votre e-mail | accuse de reception de votre message | accuse de reception de votre demande
accuse de reception de votre courriel | accuse de reception de votre mail | accuse de reception de votre e-mail
accuse de reception de votre mel | accuse de reception electronique | accuse d'enregistrement electronique
nous avons bien recu votre message | nous avons bien recu votre demande | nous avons bien recu votre courriel
nous avons bien recu votre mail | nous avons bien recu votre e-mail | your request has been received | your request was received
your ticket has been | ticket received | ticket created | boite non suivie | boite mail non suivie | boite non relevee
boite non consultee | adresse non suivie | adresse desactivee | adresse mail desactivee | adresse inactive
# copiers and scanners that send to mail
message from km* | message from rnp* | message from "rnp* | message de rnp* | message de "rnp* | scan from a | scanned from a
scanned image from | scanned document from | attached image | numerisation depuis | scan depuis | send data from mfp*
image data from | scan data from | scan to e-mail | scan to mail
`)

// absenceSubjects begin answers of responders as well as mails of people: the
// text decides.
var absenceSubjects = phraseList(`
absence | absent | absente | absent(e) | absents | conge | conges | en conge* | vacances | indisponible | indisponibilite
fermeture | bureaux fermes | arret maladie | en formation | en deplacement | depart | changement d'adresse | changement de contact
nouvelle adresse | away | holiday | annual leave | maternity leave | no longer | changed address
`)

// goneWords stand anywhere in the subject of such an answer.
var goneWords = phraseList(`
a quitte la structure | a quitte l'association | a quitte la collectivite | a quitte l'entreprise | a quitte le service
a quitte ses fonctions | n'exerce plus | ne travaille plus | ne fait plus partie
`)

// absenceTexts are what a responder says under such a subject.
var absenceTexts = phraseList(`
je suis absent* | je suis actuellement | je suis en conge* | je suis indisponible | je serai de retour | de retour le
a mon retour | des mon retour | en mon absence | pendant mon absence | durant mon absence | en cas d'urgence | pour toute urgence
prendrai connaissance | nous sommes fermes | nos bureaux sont fermes | nos locaux sont fermes | n'exerce plus | n'exerce pas
ne travaille plus | ne fait plus partie | a quitte ses fonctions | a quitte la structure | j'ai quitte | n'est plus utilisee
n'est plus consultee | n'est plus relevee | n'est plus active | n'est plus valide | in my absence | when i return | upon my return
i am out of | i am away | i am on leave | i am on annual leave | no longer works | no longer with
`)

// receiptMailSubjects, receiptMailTexts and receiptMailPromises together are the
// receipt of an administration; a person who writes to have received something
// promises nothing.
var (
	receiptMailSubjects = phraseList(`
accuse de reception | accuse reception | confirmation de reception | bien recu | bonne reception
`)
	receiptMailTexts = phraseList(`
bien recu votre | bien ete recu | bien ete recue | accuse reception de votre | accusons reception de votre
accusons bonne reception de votre | bonne reception de votre
`)
	receiptMailPromises = phraseList(`
meilleurs delais | plus brefs delais | sera traite | sera traitee | prise en charge | prise en compte | pris en compte
reviendrons vers vous | prendrons contact | vous repondrons | vous sera apportee | vous sera adressee | reponse vous sera
y repondrons
`)
)

// candidateWords are the words of a person who writes about a candidacy: no
// responder has heard of it.
var candidateWords = phraseList(`
notre dossier | notre candidature | notre projet | notre plateforme | notre reponse | mon dossier | mon projet | ma candidature
nos pieces | les pieces | je la remplace | je le remplace | je lui succede | je suis desormais | je suis votre
je prends la suite | je reprends | je vous enverrai | je vous envoie | je vous transmettrai | je vous transmets
je vous adresserai | je deposerai | nous vous enverrons | nous deposerons | vous enverrons | vous transmettrons
`)

// awayTexts begin, close to the top, the text of a responder that gives no
// other sign: "Re: …" for a subject, and no mark in the header.
var awayTexts = phraseList(`
je suis absent* | je suis actuellement absent* | je suis actuellement en conge* | je suis actuellement indisponible
je suis en conge* | je suis actuellement en deplacement | i am currently on annual leave | actuellement absent* | actuellement en conge* | actuellement indisponible | i am out of the office | i am currently out of the office | i am currently out of office
i am on annual leave | i am currently on leave | i am away
`)

// deputyTexts follow them.
var deputyTexts = phraseList(`
en mon absence | pendant mon absence | durant mon absence | en cas d'urgence | pour toute urgence | en cas de besoin
a mon retour | des mon retour | vous pouvez contacter | vous pouvez joindre | merci de contacter | veuillez contacter
in my absence | upon my return | when i return | on my return | please contact | if urgent | for urgent | limited access
`)

// machineTexts say outright that a machine wrote.
var machineTexts = phraseList(`
ceci est un message automatique | ceci est un mail automatique | ceci est un e-mail automatique | ceci est un email automatique
ceci est un courriel automatique | ceci est une reponse automatique | ceci est un accuse de reception automatique
il s'agit d'un message automatique | il s'agit d'une reponse automatique | message genere automatiquement
message envoye automatiquement | message a ete genere automatiquement | message a ete envoye automatiquement
message est genere automatiquement | message est envoye automatiquement | mail a ete genere automatiquement
mail a ete envoye automatiquement | mail est genere automatiquement | mail est envoye automatiquement
email a ete genere automatiquement | email a ete envoye automatiquement | courriel a ete genere automatiquement
courriel a ete envoye automatiquement | courriel est genere automatiquement | courriel automatique, merci
message automatique, merci de ne pas | reponse automatique, merci de ne pas | envoye par un automate | this is an automated
this is an automatic | this is an automatically generated | this is an auto-generated | this is an auto-reply
this is an autoreply | this message was generated automatically | this message was automatically generated
this message has been automatically generated | this email was automatically generated | this e-mail was automatically generated
this email has been automatically generated | this email was sent automatically | dies ist eine automatisch*
dies ist eine automatische antwort | este es un mensaje automatico | esta es una respuesta automatica
questo e un messaggio automatico | dit is een automatisch* | esta e uma mensagem automatica
# help desks: what one writes below is thrown away
repondre au-dessus de cette ligne | reponse au-dessus de cette ligne | reply above this line
# mailboxes that nobody reads
this mailbox is not monitored | this inbox is not monitored | this mailbox is unmonitored
# copiers: Xerox, Ricoh, Sharp, Kyocera, Canon
was scanned and sent to you using | numerise et vous a ete envoye | this e-mail was sent from "rnp*
cet e-mail a ete envoye depuis "rnp* | cet e-mail a ete envoye de "rnp* | attached file is scanned image
le fichier joint est une image numerisee | envoye a partir d'un peripherique multifonction*
# Outlook's recall of a message
souhaite rappeler le message | would like to recall the message | mochte die nachricht
# calendar servers without a calendar part
a accepte cette invitation | a accepte votre invitation | a accepte l'invitation | a decline cette invitation
a decline votre invitation | a decline l'invitation | a refuse cette invitation | has accepted this invitation
has accepted your invitation | has accepted the invitation | has declined this invitation | has declined your invitation
has declined the invitation
`)

// meetingSubjects begin the answer to an invitation, which a calendar writes
// at a click.
var meetingSubjects = phraseList(`
accepte : | accepte: | acceptee : | acceptee: | accepted: | decline : | decline: | declinee : | declinee: | declined: | refuse :
refuse: | refusee : | refusee: | provisoire : | provisoire: | tentative : | tentative: | tentatively accepted:
nouvelle heure proposee | new time proposed | zugesagt: | abgelehnt: | mit vorbehalt: | aceptado: | rechazado: | accettato:
rifiutato: | geaccepteerd: | afgewezen: | aceito: | recusado:
`)

// receiptSubjects and receiptTexts together are a read receipt in words, of
// programs that know no RFC 8098.
var (
	receiptSubjects = phraseList(`
lu : | lu: | non lu : | non lu: | read: | not read: | gelesen: | ungelesen geloscht: | leido: | letto: | gelezen: | lida: | lido:
confirmation de lecture | accuse de lecture | accuse de reception (affiche) | accuse de reception (lu) | return receipt
read receipt
`)
	receiptTexts = phraseList(`
a ete lu | a ete affiche | a ete supprime sans avoir ete lu | was read on | was read at | was displayed
was deleted without being read | has been read | wurde gelesen | wurde am | fue leido | e stato letto | foi lida | is gelezen
return receipt
`)
)

// tellsOfMachine are the words of a person who tells what a machine wrote.
var tellsOfMachine = phraseList(`
j'ai recu | je recois | nous avons recu | nous recevons | on m'a repondu | i received | i got | we received
`)

// asksForHelp are the words of a person who writes about a failure.
var asksForHelp = phraseList(`
cordialement | bien cordialement | bien a vous | bien a toi | salutations | merci d'avance | merci de votre | merci par avance
pouvez-vous | pourriez-vous | pourriez vous | pouvez vous | que faire | que dois-je | comment faire | nous joignons
je vous joins | ci-joint | best regards | kind regards | could you please
`)

var (
	// reAbsence is "Absence", alone or with its dates.
	reAbsence = regexp.MustCompile(`^absen(?:ce|te?|ts|t\(e\))(?:$|\s*[:(,-]?\s*(?:du \d|jusqu|de \d|\d|re ?:))`)

	// reNotes is what HCL Notes writes: "Claire Martin is out of the office
	// (returning 12/03/2018)", "Claire Martin est absent(e) du bureau."
	reNotes = regexp.MustCompile(`^[\pL.'/ -]{3,60} (?:is out of the office|est absent(?:e|\(e\))? du bureau)(?:$|[.(, ])`)

	// reUnread is a mailbox that nobody reads, or that is no longer used.
	reUnread = regexp.MustCompile(`\bcette (?:adresse|boite|messagerie)(?: aux lettres)?(?: mail| e-?mail| electronique| de messagerie| generique)? n'est (?:plus|pas) (?:utilisee|active|valide|consultee|relevee|suivie|lue|en service|surveillee)`)

	// reAutoTail is a responder's mark behind the subject it answers.
	reAutoTail = regexp.MustCompile(`[-:(\[|] ?(?:message automatique d'absence|reponse automatique|message d'absence|absence du bureau|auto-?reply|automatic reply|autoresponse|out of office|auto)[)\]]?$`)

	// reDoNotReply and reElsewhere: "merci de ne pas répondre à ce message", but
	// not "… mais à l'adresse suivante", which people write.
	reDoNotReply = regexp.MustCompile(`(?:ne pas repondre(?: directement)? a (?:ce|cet|cette) (?:message|e-?mail|mail|courriel|mel|notification|envoi|adresse)|de ne pas y repondre|do not (?:reply|respond)(?: directly)? to this (?:message|e-?mail|mail|notification|address\.)|nicht auf diese|no responda a este|non rispondere a quest|niet (?:te )?(?:antwoorden|beantwoorden)|nao responda a est)`)
	reElsewhere  = regexp.MustCompile(`\b(?:mais|plutot|but|instead|avant|before)\b`)

	// reRegistered and reTicket: what a help desk writes when it has opened a
	// ticket (GLPI, OTRS, Zendesk, home-made ones without any field).
	reRegistered = regexp.MustCompile(`(?:votre (?:demande|message|requete|courriel|e-?mail|mail|ticket|sollicitation|incident|reclamation)\b[^.!?]{0,80}\b(?:a|ont) (?:bien )?(?:ete )?(?:enregistre|pris en compte|prise en compte|recu|cree|ouvert|transmis)|your (?:\w+ ){0,2}(?:request|ticket|message|e-?mail|case|enquiry|inquiry)\b[^.!?]{0,60}\b(?:has been|was|is) (?:received|created|registered|logged|opened|assigned))`)
	reTicket     = regexp.MustCompile(`(?:ticket|demande|incident|requete|case|request|numero|reference)\s*(?:n[°o]|no\.|numero|number|id|reference)?\s*[:.]?\s*\[?#?\s?[a-z]{0,6}-?\d{3,}`)
)
