package desk

import (
	"net/http"
	"net/url"
	"strings"
)

// done is what an action on a case did, in words, and where it is taken back: a
// path below that of the case, "" for the case itself, "-" for nowhere.
type done struct{ Words, Back string }

// caseDone are the values of the parameter "fait" of the page of a case. Whoever
// adds an action adds a line.
var caseDone = map[string]done{
	"attribue":          {"C’est noté. Aucune lettre ne part.", "#suivi"},
	"note":              {"La note est écrite.", "-"},
	"etiquette":         {"L’étiquette est posée ; elle se retire à côté d’elle.", "#suivi"},
	"sans-etiquette":    {"L’étiquette est retirée.", "#suivi"},
	"arbitre":           {"Le dépôt est arbitré. Votre décision se lit, et s’annule, plus bas.", "#decisions"},
	"deroge":            {"Le dossier est admis par dérogation. Votre décision se lit, et s’annule, plus bas.", "#decisions"},
	"ecarte":            {"Le dossier est écarté. Rien n’est effacé.", "/reprendre"},
	"repris":            {"Le dossier est repris : il compte de nouveau.", "/ranger"},
	"reuni":             {"Le dossier est réuni à l’autre, qui a reçu ses messages. Personne n’en est averti.", "#decisions"},
	"separe":            {"Les messages ont quitté ce dossier. Personne n’en est averti.", "#decisions"},
	"distincts":         {"C’est noté : les deux dossiers restent distincts, et la question ne sera plus posée.", "-"},
	"reste":             {"C’est noté : le message reste dans ce dossier, et la question ne sera plus posée.", "-"},
	"annule":            {"La décision est annulée. Elle reste écrite, avec votre nom.", "-"},
	"fait-confirme":     {"Le fait est confirmé : rien de ce qui sera lu ne le change. « Changer », à côté du fait, revient là-dessus. Aucune lettre ne part.", "-"},
	"fait-ecrit":        {"Le fait est enregistré et le dossier réexaminé. « Changer », à côté du fait, revient là-dessus. Aucune lettre ne part.", "-"},
	"fait-rendu":        {"Ce que l’équipe avait dit du fait est repris : ce qui a été lu compte de nouveau.", "-"},
	"confirme":          {"Le fichier est confirmé. Aucune lettre ne part. « Changer », à côté du fichier, revient là-dessus.", "-"},
	"classe":            {"C’est noté, et le dossier est réexaminé. Aucune lettre ne part. « Changer », à côté du fichier, revient là-dessus.", "-"},
	"rendu":             {"Ce qui avait été dit du fichier est repris : ce que la machine y a reconnu compte de nouveau.", "-"},
	"reponse":           {"La réponse va partir. Tant qu’elle n’est pas partie, elle s’annule à sa page, depuis les échanges.", "-"},
	"complement":        {"Le complément est demandé ; la lettre va partir.", "/complement"},
	"prolongation":      {"Le complément est prolongé ; la lettre va partir.", "/complement"},
	"complement-retire": {"La demande de complément est retirée. Aucune lettre ne part.", "-"},
	"dossier-type":      {"Le dossier type va repartir. Tant qu’il n’est pas parti, il s’annule à sa page, depuis les échanges.", "-"},
}

func (d *Desk) doneWords(r *http.Request, ref string) (words, back string) {
	did, ok := caseDone[r.URL.Query().Get("fait")]
	if !ok || did.Back == "-" {
		return did.Words, ""
	}
	if strings.HasPrefix(did.Back, "#") {
		return did.Words, did.Back // of this very page
	}
	return did.Words, "/dossiers/" + ref + did.Back
}

// backToCase leads to the page of a case, which says what was done.
func backToCase(w http.ResponseWriter, r *http.Request, ref, did string) error {
	http.Redirect(w, r, "/dossiers/"+ref+"?"+url.Values{"fait": {did}}.Encode(), http.StatusSeeOther)
	return nil
}
