package notify

import (
	"slices"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/french"
)

// Service is the service in charge as configured, which ends every letter. What
// is empty is left out.
type Service struct {
	Name    string
	Address string // postal, on one line or several
	Email   string
	Phone   string
}

// ServiceData is the service in charge as a template tells it.
type ServiceData struct {
	Name, Email, Phone Value
	AddressLines       []Value
}

func serviceData(s Service) ServiceData {
	d := ServiceData{Name: Value(s.Name), Email: Value(s.Email), Phone: Value(s.Phone)}
	for l := range strings.Lines(s.Address) {
		if l = strings.TrimSpace(l); l != "" {
			d.AddressLines = append(d.AddressLines, Value(l))
		}
	}
	return d
}

// Known reports whether anything was configured.
func (s ServiceData) Known() bool {
	return s.Name != "" || s.Email != "" || s.Phone != "" || len(s.AddressLines) > 0
}

// Data is what a template may tell. Instants are in the zone of the call;
// what a letter's facts do not say is empty.
type Data struct {
	Ref       Value // of the reader's own case
	Candidate Value // name of the reader, as given
	Call      *CallData
	NextCall  *CallData // the edition that opens next
	Service   ServiceData
	Mailbox   string // the address that candidates write to
	MaxSize   int64  // bytes that a mail may have; 0: not told
	Now       time.Time

	// The mail that is answered.
	Subject    Value
	ReceivedAt time.Time
	SentAt     time.Time // its Date header; zero: none
	Clock      string    // in words, the clock that gave ReceivedAt; empty: no server vouches for it
	Size       int64     // bytes, of a mail that is too large
	Files      []FileData
	FilesMore  int // how many more the mail brought than a letter can know of
	Links      []Value
	Ours       []Value // names of our own documents that came back as they were
	Pictured   bool    // pictures stand within its text
	Announced  bool    // it speaks of files attached to it, and has none
	Receipt    bool    // the reader is not the candidate: only its own files are told

	// The dossier, for its candidate.
	Complete  bool
	Withdrawn bool
	Present   []Value // labels of pieces
	Missing   []Value
	ByLink    []Value // labels of pieces for which only a link came
	Unfilled  []Value // labels of required pieces for which only our empty form came
	Held      []FileData
	HeldMore  int // how many more files it holds

	ReceiptFiles []string   // names of the receipts attached to this letter, the first for a program to check
	PackFiles    []FileData // attached to this letter
	DaysLeft     int        // until the day of the deadline; negative: passed

	// By staff. Complement is also told by the answers to deposits.
	Reply      *ReplyData
	Complement *ComplementData
	Hearing    *HearingData
	Result     *ResultData

	Digest *DigestData // to staff
	Alarm  *AlarmData  // to staff

	because    map[string]cases.Circumstance // of missing pieces: what asks for them
	timeliness cases.Timeliness
	phase      cases.Phase
	there      *time.Location // the reader's own time, if anything tells it
	where      string         // "en Guadeloupe"
}

// CallData is an edition.
type CallData struct {
	ID, Reference   string
	Name            Value
	Opens, Deadline time.Time
	Envelope        int64 // EUR; 0: not published
	Pieces          []PieceData
	// Overseas tells the deadline in the local times of the territories, the
	// earliest hour first: "6 h 00 à Tahiti".
	Overseas []string

	arbitration time.Duration
}

// PieceData is a piece of a dossier.
type PieceData struct {
	Label    Value
	Required bool
	Formats  []string // accepted file name extensions; empty: any
}

// Required gives the pieces that every dossier must hold.
func (c *CallData) Required() []PieceData { return c.pieces(true) }

// Optional gives the pieces that only some dossiers hold.
func (c *CallData) Optional() []PieceData { return c.pieces(false) }

func (c *CallData) pieces(required bool) []PieceData {
	var out []PieceData
	for _, p := range c.Pieces {
		if p.Required == required {
			out = append(out, p)
		}
	}
	return out
}

// FileData is a file.
type FileData struct {
	Name   Value // shortened where it is very long
	Size   int64 // bytes
	SHA256 string
	Pieces []Value // labels of the pieces it was recognised as; none: à classer
	State  string  // "" readable, else a code; see Readable
	// Archive: its members follow, each with its name in In.
	Archive bool
	In      Value
	// ReceivedAt is set where the file came with an earlier mail than the one
	// that the letter answers.
	ReceivedAt time.Time

	whole string // its name in full
	past  bool   // it is too late to send it again: nothing is asked for
}

// Short gives the first 12 digits of the SHA-256.
func (f FileData) Short() string { return f.SHA256[:min(12, len(f.SHA256))] }

// Readable tells in words whether the file could be read and, where there still
// is time for it, what to do.
func (f FileData) Readable() string {
	said := f.state()
	if f.past {
		said, _, _ = strings.Cut(said, french.NBSP+"; ")
	}
	return said
}

func (f FileData) state() string {
	switch f.State {
	case "":
		return "lisible"
	case string(cases.Doubtful):
		return "à vérifier" + french.NBSP + ": notre programme n’a pas pu le lire en entier, une personne l’ouvrira"
	case cases.FaultUnread:
		return "à vérifier" + french.NBSP + ": par prudence, notre programme ne l’a pas lu jusqu’au bout, une personne l’ouvrira"
	case cases.FaultEmbedded:
		return "à vérifier" + french.NBSP + ": ce PDF porte d’autres fichiers, que nous n’ouvrons pas" + french.NBSP + "; joignez-les à part"
	case cases.FaultUnknown:
		return "à vérifier" + french.NBSP + ": un format que notre programme ne connaît pas, une personne l’ouvrira" + french.NBSP + "; si vous le pouvez, renvoyez-le en PDF"
	case "blank":
		return "à vérifier" + french.NBSP + ": le document s’ouvre mais paraît vide, une personne l’ouvrira"
	case cases.FaultFormat:
		return "à vérifier" + french.NBSP + ": ce n’est pas le format demandé, une personne l’ouvrira"
	case cases.FaultBlankForm:
		return "à vérifier" + french.NBSP + ": c’est notre formulaire, sans aucune réponse" + french.NBSP + "; remplissez-le, enregistrez-le et renvoyez-le"
	case "encrypted":
		return "illisible" + french.NBSP + ": protégé par un mot de passe" + french.NBSP + "; renvoyez-le sans mot de passe"
	case "empty":
		return "illisible" + french.NBSP + ": le fichier est vide, il ne contient aucun octet utile"
	case "truncated":
		return "illisible" + french.NBSP + ": le fichier est incomplet ou abîmé" + french.NBSP + "; vérifiez qu’il s’ouvre chez vous, puis renvoyez-le"
	case "no_pages":
		return "illisible" + french.NBSP + ": ce PDF ne contient aucune page"
	case "archive":
		return "illisible" + french.NBSP + ": une archive ou une compression que nous n’ouvrons pas" + french.NBSP + "; envoyez les fichiers eux-mêmes, ou une archive ZIP"
	case "split":
		return "illisible" + french.NBSP + ": un morceau d’un envoi découpé, que nous ne pouvons pas reconstituer" + french.NBSP + "; envoyez les fichiers eux-mêmes, en plusieurs messages s’il le faut"
	case "bomb":
		return "illisible" + french.NBSP + ": une archive trop volumineuse une fois ouverte" + french.NBSP + "; envoyez les fichiers eux-mêmes"
	case "disk_image":
		return "illisible" + french.NBSP + ": une image de disque, que nous n’ouvrons pas" + french.NBSP + "; envoyez les fichiers eux-mêmes, ou une archive ZIP"
	case "foreign":
		return "illisible" + french.NBSP + ": un format propre à un seul logiciel (Pages, Numbers, OneNote, Access…)" + french.NBSP + "; enregistrez le document en PDF et renvoyez-le"
	case "program":
		return "illisible" + french.NBSP + ": c’est un programme, et non un document" + french.NBSP + "; envoyez le document lui-même, si possible en PDF"
	case "shortcut":
		return "non reçu" + french.NBSP + ": un raccourci est venu à la place du fichier" + french.NBSP + "; envoyez le fichier lui-même"
	case "redirect":
		return "non reçu" + french.NBSP + ": une page web qui mène ailleurs est venue à la place du fichier" + french.NBSP + "; envoyez le fichier lui-même"
	case "link", string(cases.ByLink):
		return "non reçu" + french.NBSP + ": un lien est venu à la place du fichier, et nous n’ouvrons aucun lien" + french.NBSP + "; envoyez le fichier lui-même"
	case string(cases.Infected):
		return "reçu, mais retenu par notre contrôle de sécurité" + french.NBSP + "; enregistrez-le de nouveau, si possible en PDF, et renvoyez-le"
	case string(cases.Refused):
		return "écarté par le service"
	}
	return "illisible" + french.NBSP + ": nous n’avons pas pu l’ouvrir"
}

// Faulty reports whether the file has to be sent again.
func (f FileData) Faulty() bool {
	switch f.State {
	case "", string(cases.Doubtful), "blank", cases.FaultFormat, cases.FaultUnread, cases.FaultUnknown, cases.FaultEmbedded:
		return false
	}
	return true
}

// tableAtMost is how many files a letter tells one by one.
const tableAtMost = 100

// listed gives the files that a letter tells one by one: all of them or, of a
// crowd, first those that have to be sent again.
func listed(files []FileData) []FileData {
	if len(files) <= tableAtMost {
		return files
	}
	out := faulty(files)
	for _, f := range files {
		if !f.Faulty() && len(out) < tableAtMost {
			out = append(out, f)
		}
	}
	return out[:tableAtMost]
}

// unlisted counts the files that listed leaves out.
func unlisted(files []FileData) int { return len(files) - len(listed(files)) }

// faulty gives the files that have to be sent again.
func faulty(files []FileData) []FileData {
	var out []FileData
	for _, f := range files {
		if f.Faulty() {
			out = append(out, f)
		}
	}
	return out
}

// unsorted reports whether a file is still à classer.
func unsorted(files []FileData) bool {
	for _, f := range files {
		if len(f.Pieces) == 0 && !f.Archive {
			return true
		}
	}
	return false
}

// Attached counts the files of the mail as its sender sees them: an archive is
// one file.
func (d *Data) Attached() int {
	n := d.FilesMore
	for _, f := range d.Files {
		if f.In == "" {
			n++
		}
	}
	return n
}

// There tells an instant in the reader's own time, to follow it in that of the
// call: ", soit 12 h 00 en Guadeloupe". It is nothing where nothing tells where
// the reader is.
func (d *Data) There(t time.Time) string {
	if d.there == nil {
		return ""
	}
	return ", soit " + elsewhere(t, d.there) + " " + d.where
}

// Open reports whether the call takes deposits as the letter is written.
func (d *Data) Open() bool {
	return d.Call != nil && !d.Now.Before(d.Call.Opens) && !d.Now.Truncate(time.Second).After(d.Call.Deadline)
}

// MaxFiles is how many bytes of files a mail of MaxSize carries: attached, they
// are written in lines of 78 characters for 57 bytes (RFC 2045 section 6.8).
// Rounded down to a megabyte; 0: not told.
func (d *Data) MaxFiles() int64 { return d.MaxSize * 57 / 78 / 1e6 * 1e6 }

// Conditional gives the labels of the pieces that only some dossiers must hold
// and that this one does not.
func (d *Data) Conditional() []Value {
	if d.Call == nil {
		return nil
	}
	var out []Value
	for _, p := range d.Call.Optional() {
		if !slices.Contains(d.Present, p.Label) && !slices.Contains(d.Missing, p.Label) {
			out = append(out, p.Label)
		}
	}
	return out
}

// Why says why a missing piece is asked of this candidate and not of all; "" where
// all are asked for it.
func (d *Data) Why(label Value) string {
	switch d.because[string(label)] {
	case cases.IfGrouping:
		return "cette pièce est demandée car votre dossier indique une candidature en groupement"
	case cases.IfPublic:
		return "cette pièce est demandée car votre dossier indique un organisme public"
	case cases.IfDelegated:
		return "cette pièce est demandée car votre dossier indique un signataire autre que le représentant légal"
	}
	return ""
}

// AsksWhy reports whether Why says something of any missing piece.
func (d *Data) AsksWhy() bool {
	return slices.ContainsFunc(d.Missing, func(label Value) bool { return d.Why(label) != "" })
}

// AsksMore reports that the dossier was complete, and that more is asked for by
// what it tells since.
func (d *Data) AsksMore() bool { return d.phase == cases.Submitted && !d.Complete && d.AsksWhy() }

// OnTime reports that the mail answered was received in time.
func (d *Data) OnTime() bool { return d.timeliness == cases.OnTime }

// ToArbitrate reports that a person decides whether the mail was in time.
func (d *Data) ToArbitrate() bool { return d.timeliness == cases.ToArbitrate }

// Late reports that the mail was received too late.
func (d *Data) Late() bool { return d.timeliness == cases.Late }

// JustAfter reports that the mail came within the short time after the deadline
// in which a person decides.
func (d *Data) JustAfter() bool {
	return d.Call != nil && d.ReceivedAt.After(d.Call.Deadline) && d.ReceivedAt.Before(d.Call.Deadline.Add(d.Call.arbitration))
}

// Arbitration tells that time: "la minute qui suit".
func (d *Data) Arbitration() string {
	if d.Call == nil || d.Call.arbitration == time.Minute {
		return "la minute qui suit"
	}
	return "les " + french.Span(d.Call.arbitration) + " qui suivent"
}

// Delay is by how much the mail missed the deadline, or the due instant of a
// complement.
func (d *Data) Delay() time.Duration {
	switch {
	case d.Complement != nil:
		return d.ReceivedAt.Sub(d.Complement.Due)
	case d.Call == nil:
		return 0
	}
	return d.ReceivedAt.Sub(d.Call.Deadline)
}

// Beside reports that the late files stand beside a dossier received in time.
func (d *Data) Beside() bool {
	return d.Late() && !d.Receipt && d.phase != cases.PhaseLate && len(d.Held) > 0
}

// Awaited reports that pieces are still awaited from the reader: the call is
// open and its own dossier is neither complete nor withdrawn.
func (d *Data) Awaited() bool { return d.Open() && !d.Receipt && d.phase.Reminds() }

// DigestData is a day of the mailbox.
type DigestData struct {
	cases.DigestFact
	Alarms []Value
	Calls  []DigestCall
}

// DigestCall is an edition in the digest.
type DigestCall struct {
	Name     Value
	DaysLeft int // negative: passed
	Phases   []cases.DigestPhase
}

// AlarmData is an alarm that began, or ended.
type AlarmData struct {
	Kind, Detail Value
	Began, Ended time.Time // Ended is zero while it lasts
}
