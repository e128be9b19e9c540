package desk

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"greffier/cases"
)

// remark is what the machine noted of a mail or a file, in French; English where
// nobody has put it into French.
type remark struct {
	Text    string
	English bool
}

// remarkWords puts remarks into French; what is dangerous in a file is told
// elsewhere.
func remarkWords(said []string) (list []remark) {
	for _, s := range said {
		if !strings.HasPrefix(s, cases.WarnDangerous) {
			list = append(list, remarkWord(s))
		}
	}
	return list
}

// remarkWord puts a remark into French.
func remarkWord(said string) remark {
	for _, r := range remarksRead() {
		if m := r.pattern.FindStringSubmatch(said); m != nil {
			values := make([]any, len(m)-1)
			for i, v := range m[1:] {
				if french, known := remarkParts[v]; known {
					v = french
				}
				if longer, is := strings.CutPrefix(v, "it took longer than "); is {
					v = "il a pris plus de " + longer
				}
				values[i] = v
			}
			return remark{Text: fmt.Sprintf(r.french, values...)}
		}
	}
	return remark{said, true}
}

// phrase is something that the machine says, with %-verbs for what varies; these
// stand in the same order in both languages.
type phrase struct{ english, french string }

type phraseRead struct {
	pattern *regexp.Regexp
	french  string
}

var remarkVerb = regexp.MustCompile(`%[sdq]`)

// phrasesRead gives phrases with a pattern that their English wording fits,
// whatever stands for its verbs.
func phrasesRead(phrases []phrase) (list []phraseRead) {
	for _, p := range phrases {
		var pattern strings.Builder
		pattern.WriteString("(?s)^")
		rest := p.english
		for _, verb := range remarkVerb.FindAllString(p.english, -1) {
			before, after, _ := strings.Cut(rest, verb)
			pattern.WriteString(regexp.QuoteMeta(before) + map[string]string{"%s": "(.*)", "%d": `(-?\d+)`, "%q": `"(.*)"`}[verb])
			rest = after
		}
		list = append(list, phraseRead{regexp.MustCompile(pattern.String() + regexp.QuoteMeta(rest) + "$"), p.french})
	}
	return list
}

var (
	remarksRead     = sync.OnceValue(func() []phraseRead { return phrasesRead(remarks) })
	queryFaultsRead = sync.OnceValue(func() []phraseRead { return phrasesRead(queryFaults) })
)

// remarkParts are words that stand for a verb.
var remarkParts = map[string]string{
	"it crashed what reads it":                      "il a fait tomber le programme qui le lisait",
	"it says more than is accepted":                 "il en dit plus que ce qui est accepté",
	"it takes more memory or time than it is given": "il demande plus de mémoire ou de temps que ce qui lui est donné",
}

// remarks are the remarks of the machine, as it words them.
var remarks = []phrase{
	// A mail.
	{"The header of the mail is too long (sender, subject, path…); a part of it was left out.", "L’en-tête du message est trop long (expéditeur, objet, trajet…) ; une partie a été laissée de côté."},
	{"The mail names no sender (From): nobody can be answered.", "Le message ne nomme aucun expéditeur (From) : on ne peut répondre à personne."},
	{"The mail names several senders; the first one with an address is taken.", "Le message nomme plusieurs expéditeurs ; le premier qui a une adresse est retenu."},
	{"The subject of the mail is too long; its beginning is shown.", "L’objet du message est trop long ; seul son début est montré."},
	{"The date that the sender gave cannot be read; the time of reception is not concerned.", "La date donnée par l’expéditeur est illisible ; l’heure de réception n’est pas en cause."},
	{"The mail refers to too many earlier mails; the first and the last ones are kept.", "Le message renvoie à trop de messages antérieurs ; les premiers et les derniers sont retenus."},
	{"The mail passed through too many servers; the last %d are kept.", "Le message est passé par trop de serveurs ; les %s derniers sont retenus."},
	{"The mail has too many addresses in its field %q; the first %d are kept.", "Le message a trop d’adresses dans son champ « %s » ; les %s premières sont retenues."},
	{"The text of the mail is damaged; it is shown as far as it could be read.", "Le texte du message est abîmé ; ce qui a pu en être lu est montré."},
	{"The text of the mail is too long and is shown cut; the whole is in the archived mail.", "Le texte du message est trop long et montré coupé ; il est entier dans le message conservé."},
	{"The text of the mail is too long; its beginning is shown, and the whole is kept as a file.", "Le texte du message est trop long ; son début est montré, et le tout est conservé comme un fichier."},
	{"Some characters of the text could not be read; \ufffd stands in their place.", "Certains caractères du texte sont illisibles ; \ufffd est mis à leur place."},
	{"The text of the mail holds too many encoded files, written into it; the first %d are listed.", "Le texte du message contient trop de fichiers encodés ; les %s premiers sont listés."},
	{"The text of the mail is encrypted (PGP) and cannot be read here. Ask the sender to send it again without encryption.", "Le texte du message est chiffré (PGP) et ne peut être lu ici. Demander à l’expéditeur de le renvoyer sans chiffrement."},
	{"The mail is encrypted (PGP): its text and files cannot be read here. Ask the sender to send them again without encryption.", "Le message est chiffré (PGP) : ni son texte ni ses fichiers ne peuvent être lus ici. Demander à l’expéditeur de les renvoyer sans chiffrement."},
	{"The mail is encrypted (S/MIME): its text and files cannot be read here. Ask the sender to send them again without encryption.", "Le message est chiffré (S/MIME) : ni son texte ni ses fichiers ne peuvent être lus ici. Demander à l’expéditeur de les renvoyer sans chiffrement."},
	{"The mail is only one piece of a mail that the sender's program cut up: it cannot be read alone. Ask the sender to send the files again in several ordinary mails.", "Le message n’est qu’un morceau d’un message découpé par le logiciel de l’expéditeur : il ne se lit pas seul. Demander à l’expéditeur de renvoyer les fichiers en plusieurs messages ordinaires."},
	{"A file of the mail did not come: the sender's program sent a note of where it lies instead. Ask the sender to attach the file itself.", "Un fichier du message n’est pas arrivé : le logiciel de l’expéditeur n’a envoyé que son emplacement. Demander à l’expéditeur de joindre le fichier lui-même."},
	{"The mail has messages within messages, too deeply nested to be opened; what lies deeper is kept as one file.", "Le message contient des messages emboîtés trop profondément pour être ouverts ; le plus profond est conservé comme un seul fichier."},
	{"The mail has more than %d parts (files and texts); those that follow are kept as one file.", "Le message a plus de %s parties (fichiers et textes) ; la suite est conservée comme un seul fichier."},
	{"The mail has more than %d parts (files and texts); those that follow are kept within the files they came in.", "Le message a plus de %s parties (fichiers et textes) ; la suite est conservée dans les fichiers qui la contiennent."},
	{"The mail ends too early: it may have been cut on its way. If its last file does not open, ask the sender to send it again.", "Le message s’arrête trop tôt : il a pu être coupé en chemin. Si son dernier fichier ne s’ouvre pas, demander à l’expéditeur de le renvoyer."},
	{"A message or a signed mail within the mail (%q) is too large to be opened here; it is kept as a file, to be opened with a mail program.", "Un message, ou un message signé, contenu dans celui-ci (« %s ») est trop grand pour être ouvert ici ; il est conservé comme un fichier, à ouvrir avec une messagerie."},
	{"The mail holds messages packed within each other more than %d times; the innermost is kept as a file, to be opened by hand.", "Le message contient des messages emballés plus de %s fois l’un dans l’autre ; le plus profond est conservé comme un fichier, à ouvrir à la main."},
	{"Answers are wanted at many more addresses.", "Les réponses sont demandées à bien d’autres adresses encore."},
	{"Answers are wanted at %s, which is not in the sender's domain.", "Les réponses sont demandées à %s, qui n’est pas du domaine de l’expéditeur."},
	{"same Message-ID as mail %d, other files", "Même Message-ID que le message %s, avec d’autres fichiers."},
	{"same Message-ID and files as mail %d, other bytes: kept, not counted again", "Même Message-ID et mêmes fichiers que le message %s, avec d’autres octets : conservé, non compté une seconde fois."},
	{"received earlier than mail %d, which it repeats: counted", "Reçu avant le message %s, qu’il répète : c’est lui qui compte."},

	// A part of a mail.
	{"This file is damaged and could not be opened; it is kept as it came. Ask the sender to send it again.", "Ce fichier est abîmé et n’a pas pu être ouvert ; il est conservé tel quel. Demander à l’expéditeur de le renvoyer."},
	{"The description of this file in the mail is too long and was cut; its name may be missing.", "La description de ce fichier dans le message est trop longue et a été coupée ; son nom peut manquer."},
	{"This file was sent in an unknown encoding; its bytes are kept as they came and may not open. If so, ask the sender to send it again.", "Ce fichier a été envoyé dans un encodage inconnu ; ses octets sont conservés tels quels et peuvent ne pas s’ouvrir. Dans ce cas, demander à l’expéditeur de le renvoyer."},
	{"The text is not encoded as the mail says; it is read as it came.", "Le texte n’est pas encodé comme le message le dit ; il est lu tel quel."},
	{"This file is not encoded as the mail says; its bytes are kept as they came.", "Ce fichier n’est pas encodé comme le message le dit ; ses octets sont conservés tels quels."},
	{"This file is damaged; it was read as far as it goes. Ask the sender to send it again.", "Ce fichier est abîmé ; il a été lu aussi loin que possible. Demander à l’expéditeur de le renvoyer."},
	{"This is all that follows in the mail, undecoded: the mail has too many files and texts.", "Ceci est toute la suite du message, non décodée : le message a trop de fichiers et de textes."},
	{"This is the encrypted mail (S/MIME): only the key of the one it was meant for opens it.", "Ceci est le message chiffré (S/MIME) : seule la clé de son destinataire l’ouvre."},
	{"This signed mail (S/MIME) is damaged and cannot be opened. Ask the sender to send it again without a signature.", "Ce message signé (S/MIME) est abîmé et ne peut être ouvert. Demander à l’expéditeur de le renvoyer sans signature."},
	{"This Outlook container (winmail.dat) is damaged; it was opened as far as it goes. If a file is missing, ask the sender to send it again.", "Ce conteneur d’Outlook (winmail.dat) est abîmé ; il a été ouvert aussi loin que possible. S’il manque un fichier, demander à l’expéditeur de le renvoyer."},
	{"This file was written into the text by an old method (%s) that is not opened here. Ask the sender to attach it.", "Ce fichier a été écrit dans le texte par une méthode ancienne (%s) qui n’est pas ouverte ici. Demander à l’expéditeur de le joindre."},
	{"This is one piece of a mail that the sender's program cut up; alone it cannot be read.", "Ceci est un morceau d’un message découpé par le logiciel de l’expéditeur ; seul, il ne se lit pas."},
	{"This is only a note of where a file lies (%s); the file did not come and is not fetched.", "Ceci ne dit que l’emplacement d’un fichier (%s) ; le fichier n’est pas venu et n’est pas cherché."},

	// A signature.
	{"The signature (S/MIME) is in the name of %s, by a certificate that names %s as its issuer. Neither was verified: it is no proof of who wrote.", "La signature (S/MIME) est au nom de %s, par un certificat qui se dit émis par %s. Ni l’un ni l’autre n’a été vérifié : elle ne prouve pas qui a écrit."},
	{"The signature (S/MIME) has no certificate that can be read; it was not checked.", "La signature (S/MIME) n’a pas de certificat lisible ; elle n’a pas été vérifiée."},
	{"The signature is not in the name of the sender's address.", "La signature n’est pas au nom de l’adresse de l’expéditeur."},
	{"The signature says that it was made on %s.", "La signature se dit faite le %s."},
	{"What was signed has not been changed since.", "Ce qui a été signé n’a pas été changé depuis."},
	{"What was signed has been changed since, on its way or by someone. If in doubt, ask the sender to send the files again.", "Ce qui a été signé a été changé depuis, en chemin ou par quelqu’un. En cas de doute, demander à l’expéditeur de renvoyer les fichiers."},
	{"Whether what was signed has been changed since could not be checked.", "On n’a pas pu vérifier si ce qui a été signé a été changé depuis."},
	{"The mail is signed (PGP); the signature was not checked.", "Le message est signé (PGP) ; la signature n’a pas été vérifiée."},

	// A file.
	{"The file holds nothing but zero bytes, as after a failed copy. Ask the sender to send it again.", "Le fichier ne contient que des octets nuls, comme après une copie manquée. Demander à l’expéditeur de le renvoyer."},
	{"The image or film ends too early: it was sent or saved only in part. Ask the sender to send it again.", "L’image ou le film s’arrête trop tôt : une partie seulement en a été envoyée ou enregistrée. Demander à l’expéditeur de le renvoyer."},
	{"The image is damaged: it cannot be shown whole.", "L’image est abîmée : elle ne peut être montrée en entier."},
	{"The PDF ends too early: it was sent or saved only in part. Ask the sender to send it again.", "Le PDF s’arrête trop tôt : une partie seulement en a été envoyée ou enregistrée. Demander à l’expéditeur de le renvoyer."},
	{"The PDF is damaged where it lists its own contents; most viewers repair that. If it does not open, ask the sender to send it again.", "Le PDF est abîmé là où il énumère son contenu ; la plupart des lecteurs le réparent. S’il ne s’ouvre pas, demander à l’expéditeur de le renvoyer."},
	{"The PDF opens without a password, but forbids copying or printing.", "Le PDF s’ouvre sans mot de passe, mais interdit la copie ou l’impression."},
	{"The PDF carries %d files that are not looked into: %s.", "Le PDF porte %s fichiers qui ne sont pas examinés : %s."},
	{"The PDF could not be read: it asks for more than a reader gives it, or crashes it.", "Le PDF n’a pas pu être lu : il demande plus qu’un lecteur ne lui donne, ou le fait tomber."},
	{"The PDF has no pages.", "Le PDF n’a aucune page."},
	{"The PDF is a form of an old kind (XFA) that only Adobe's programs show.", "Le PDF est un formulaire d’un type ancien (XFA), que seuls les logiciels d’Adobe montrent."},
	{"The PDF is damaged: %d of its first pages cannot be shown.", "Le PDF est abîmé : %s de ses premières pages ne peuvent être montrées."},
	{"The PDF is damaged: none of its pages can be shown.", "Le PDF est abîmé : aucune de ses pages ne peut être montrée."},
	{"The PDF is damaged: it cannot be repaired on opening.", "Le PDF est abîmé : il ne peut être réparé à l’ouverture."},
	{"The first %d pages are blank.", "Les %s premières pages sont blanches."},
	{"The file begins like an old office document (Word, Excel, PowerPoint), but the rest is missing or damaged. Ask the sender to send it again.", "Le fichier commence comme un document bureautique ancien (Word, Excel, PowerPoint), mais la suite manque ou est abîmée. Demander à l’expéditeur de le renvoyer."},
	{"The document ends too early: it was sent or saved only in part. Ask the sender to send it again.", "Le document s’arrête trop tôt : une partie seulement en a été envoyée ou enregistrée. Demander à l’expéditeur de le renvoyer."},
	{"The document is damaged: its part %s is missing or cut off.", "Le document est abîmé : sa partie %s manque ou est coupée."},
	{"The document was made with Apple %s, which other office programs may not open. If so, ask the sender for a PDF.", "Le document a été fait avec %s d’Apple, que d’autres logiciels peuvent ne pas ouvrir. Dans ce cas, demander un PDF à l’expéditeur."},
	{"The end of the file (a ZIP archive or an office document) is missing or damaged, and nothing can be opened without it. Ask the sender to send it again.", "La fin du fichier (archive ZIP ou document bureautique) manque ou est abîmée, et rien ne s’ouvre sans elle. Demander à l’expéditeur de le renvoyer."},
	{"The archive holds more than %d files, and none of them was looked into. Ask the sender for fewer files.", "L’archive contient plus de %s fichiers, et aucun n’a été examiné. Demander moins de fichiers à l’expéditeur."},
	{"Only the first %d files of the archive are listed.", "Seuls les %s premiers fichiers de l’archive sont listés."},
	{"This archive lies within %d others and is not opened. Ask the sender to attach its files themselves.", "Cette archive se trouve dans %s autres et n’est pas ouverte. Demander à l’expéditeur de joindre ses fichiers eux-mêmes."},
	{"The file claims to unpack to more than is accepted for its size, and is not unpacked. Ask the sender to attach its files themselves.", "Le fichier dit contenir plus que ce qui est accepté pour sa taille, et n’est pas déballé. Demander à l’expéditeur de joindre ses fichiers eux-mêmes."},
	{"This file of the archive is compressed in an unusual way (method %d) that is not opened here. Ask the sender to attach it.", "Ce fichier de l’archive est compressé d’une façon inhabituelle (méthode %s), qui n’est pas ouverte ici. Demander à l’expéditeur de le joindre."},
	{"The name of this file of the archive leads out of the archive's folder, as in an attack. Do not unpack it.", "Le nom de ce fichier de l’archive mène hors du dossier de l’archive, comme dans une attaque. Ne pas le déballer."},
	{"This file of the archive is damaged: its bytes do not agree with its checksum or size. Ask the sender to send it again.", "Ce fichier de l’archive est abîmé : ses octets ne s’accordent ni avec sa somme de contrôle ni avec sa taille. Demander à l’expéditeur de le renvoyer."},
	{"This file of the archive is larger than is looked into (%d MB). Ask the sender to attach it.", "Ce fichier de l’archive est plus grand que ce qui est examiné (%s Mo). Demander à l’expéditeur de le joindre."},
	{"The files inside this archive (%s) are not looked into; only ZIP archives are. Ask the sender for a ZIP archive, or for the files themselves.", "Les fichiers de cette archive (%s) ne sont pas examinés ; seules les archives ZIP le sont. Demander à l’expéditeur une archive ZIP, ou les fichiers eux-mêmes."},
	{"The file is one part of an archive, or of a mail, that was cut into several, which are not put together here. Ask the sender for the files themselves, in several mails if need be.", "Le fichier est un morceau d’une archive ou d’un message découpés, que rien ne reconstitue ici. Demander à l’expéditeur les fichiers eux-mêmes, en plusieurs messages s’il le faut."},
	{"The name ends in .%s, but the content is nothing of the kind: it is damaged, or encrypted. Ask the sender to send it again.", "Le nom se termine par .%s, mais le contenu n’en est pas : il est abîmé, ou chiffré. Demander à l’expéditeur de le renvoyer."},
	{"The file is the image of a disk. What is in it is not looked into here, and escapes what protects a desktop. Do not open it; ask the sender for the files themselves.", "Le fichier est l’image d’un disque. Ce qu’elle contient n’est pas examiné ici, et échappe à ce qui protège un poste. Ne pas l’ouvrir ; demander à l’expéditeur les fichiers eux-mêmes."},
	{"The file is a shortcut: the document it points to stayed on the sender's computer. Ask the sender to attach the document.", "Le fichier est un raccourci : le document qu’il désigne est resté sur l’ordinateur de l’expéditeur. Demander à l’expéditeur de joindre le document."},
	{"The file is a link: the document it points to was not sent. Ask the sender to attach the document.", "Le fichier est un lien : le document qu’il désigne n’a pas été envoyé. Demander à l’expéditeur de joindre le document."},
	{"The file only holds a link: what it leads to was not sent.", "Le fichier ne contient qu’un lien : ce à quoi il mène n’a pas été envoyé."},
	{"The page only leads to another one: the document it leads to was not sent.", "La page ne fait que mener à une autre : le document auquel elle mène n’a pas été envoyé."},
	{"The web page has a part too long to be read.", "La page web a une partie trop longue pour être lue."},
	{"The mail carries files that are not looked into: %s.", "Le message porte des fichiers qui ne sont pas examinés : %s."},
	{"The file could not be read: %s. A person should open it, with care.", "Le fichier n’a pas pu être lu : %s. Une personne devrait l’ouvrir, avec prudence."},
	{"The file is of two types at once, %s and %s, as no program writes it: it was not opened.", "Le fichier est de deux types à la fois, %s et %s, comme aucun logiciel n’en écrit : il n’a pas été ouvert."},
	{"The file was not read: the files before it took too long.", "Le fichier n’a pas été lu : ceux qui le précèdent ont pris trop de temps."},
	{"What the file says is not told: the files before it say too much.", "Ce que dit le fichier n’est pas montré : ceux qui le précèdent en disent trop."},
	{"The file name holds hidden characters that turn the direction of writing, which can make a program look like a document. Do not open it unless its sender confirms it.", "Le nom du fichier contient des caractères cachés qui retournent le sens de l’écriture, ce qui peut faire passer un programme pour un document. Ne pas l’ouvrir sans confirmation de l’expéditeur."},
	{"The file name holds invisible characters.", "Le nom du fichier contient des caractères invisibles."},
	{"The name ends in .%s but is made to look like .%s. Do not open the file.", "Le nom se termine par .%s mais est fait pour ressembler à .%s. Ne pas ouvrir le fichier."},
	{"The content is %s, but the name ends in .%s and the mail declares %s.", "Le contenu est de type %s, mais le nom se termine par .%s et le message annonce %s."},
	{"The content is %s, but the name ends in .%s.", "Le contenu est de type %s, mais le nom se termine par .%s."},
	{"The content is %s, but the mail declares %s.", "Le contenu est de type %s, mais le message annonce %s."},
}
