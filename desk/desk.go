// Package desk is the staff's web desk: what waits, the cases, their mails and
// letters, in French, from the server; and what machines ask of a daemon:
// /healthz, /readyz and /metrics.
//
// It promises that nothing but the sign-in page, its assets and these three is
// shown to somebody who has not signed in, that no request from another site
// changes anything, and that every change is made by the store, in one
// transaction, with its author in the journal. A page is rendered whole before
// its first byte leaves: it comes complete or not at all. When the store does
// not answer, pages say so with 503 and the others of the daemon's parts go on.
package desk

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/desk/export"
)

// Options are what the desk is made of.
type Options struct {
	Store    *store.Store
	Calls    cases.Calls
	Letters  Letters
	Location *time.Location   // all hours are told in it
	Now      func() time.Time // the calendar clock
	// Replay files a mail set aside anew, or lets it be fetched again, which it
	// reports. store.ErrNotFound: it is not set aside; else why it stays so.
	Replay func(ctx context.Context, actor string, id int64) (again bool, err error)

	Listen          string         // host:port
	BaseURL         string         // how staff reach it, scheme and host; "": as it listens
	TLSCert, TLSKey string         // PEM files; "": plain HTTP
	TrustedProxies  []netip.Prefix // whose X-Forwarded-For is believed
	Log             *slog.Logger

	OpenPart store.OpenPart // finds the bytes of a file in a mail
	Preview  PreviewFile    // shows a file; nil: none is shown
	Cache    string         // a folder for what can be made again
	Scanning bool           // an antivirus is configured
}

// Desk serves the desk on one address.
type Desk struct {
	store *store.Store
	o     Options
	log   *slog.Logger

	pages   pages
	health  *health
	foreign *http.CrossOriginProtection
	secure  bool // staff reach it over TLS

	requests  *throttle     // by client
	guesses   *throttle     // wrong passwords, by account and by client
	passwords chan struct{} // bounds how many passwords are hashed at once
	stranger  string        // a hash that no password fits

	previews *previewCache
	drawing  chan struct{} // bounds how many files are shown at once
	list     export.List
	dossiers export.Dossiers
}

// New makes a desk.
func New(o Options) (*Desk, error) {
	d := &Desk{store: o.Store, o: o, log: o.Log, health: newHealth(o.Store, o.Log), foreign: http.NewCrossOriginProtection(),
		secure:   o.TLSCert != "" || strings.HasPrefix(o.BaseURL, "https:"),
		requests: newThrottle(requestsAtOnce, requestEvery), guesses: newThrottle(guessesAtOnce, guessEvery), passwords: make(chan struct{}, 2),
		previews: &previewCache{dir: o.Cache, most: previewsMost}, drawing: make(chan struct{}, drawnAtOnce)}
	if o.BaseURL != "" {
		if err := d.foreign.AddTrustedOrigin(o.BaseURL); err != nil {
			return nil, fmt.Errorf("base URL of the desk: %w", err)
		}
	}
	d.foreign.SetDenyHandler(http.HandlerFunc(d.denied))
	var err error
	if d.pages, err = parsePages(o.Location); err != nil {
		return nil, err
	}
	if d.list, d.dossiers, err = exports(d.pages, o.Store, o.Calls, o.Location, o.OpenPart, o.Scanning); err != nil {
		return nil, err
	}
	d.stranger, err = unfitting()
	return d, err
}

// handler answers a request of somebody who has signed in; what it returns is
// shown by fail.
type handler func(w http.ResponseWriter, r *http.Request, v visit) error

// route is a page or an action.
type route struct {
	pattern string // of http.ServeMux
	handle  handler
	open    bool // to everybody
}

// routes are all that the desk answers, beside what machines ask.
func (d *Desk) routes() []route {
	return []route{
		{"GET /connexion", d.showSignIn, true},
		{"POST /connexion", d.signIn, true},
		{"GET /entrer/{token}", d.showLink, true},
		{"POST /entrer/{token}", d.enterByLink, true},
		{"GET /desk.css", d.asset("assets/desk.css", "text/css; charset=utf-8"), true},
		{"GET /desk.js", d.asset("assets/desk.js", "text/javascript; charset=utf-8"), true},
		{"GET /fiche.css", d.asset("assets/fiche.css", "text/css; charset=utf-8"), true},
		{"GET /favicon.svg", d.asset("assets/favicon.svg", "image/svg+xml"), true},

		{"POST /sortie", d.signOut, false},
		{"GET /compte", d.showAccount, false},
		{"POST /compte/mot-de-passe", d.changePassword, false},

		{"GET /{$}", d.showDay, false},
		{"GET /dossiers", d.listCases, false},
		{"POST /vues", d.saveView, false},
		{"POST /vues/{vue}/supprimer", d.dropView, false},
		{"GET /dossiers/{ref}", d.showCase, false},
		{"GET /dossiers/{ref}/piece", d.showSort, false},
		{"POST /dossiers/{ref}/piece", d.sortFile, false},
		{"POST /dossiers/{ref}/piece/confirmer", d.confirmFile, false},
		{"POST /dossiers/{ref}/piece/reprendre", d.unsortFile, false},
		{"GET /dossiers/{ref}/faits/{fait}", d.showFact, false},
		{"POST /dossiers/{ref}/faits/{fait}", d.setFact, false},
		{"POST /dossiers/{ref}/faits/{fait}/confirmer", d.confirmFact, false},
		{"POST /dossiers/{ref}/faits/{fait}/reprendre", d.unsetFact, false},
		{"POST /dossiers/{ref}/attribuer", d.assign, false},
		{"POST /dossiers/{ref}/notes", d.writeNote, false},
		{"POST /dossiers/{ref}/etiquettes", d.addLabel, false},
		{"POST /dossiers/{ref}/etiquettes/retirer", d.removeLabel, false},
		{"GET /dossiers/{ref}/fiche", d.showCaseSheet, false},
		{"GET /dossiers/{ref}/zip", d.long(d.exportDossier), false},
		{"GET /export/dossiers.csv", d.long(d.exportList), false},
		{"GET /export/dossiers.xlsx", d.long(d.exportList), false},
		{"GET /export/dossiers.json", d.long(d.exportList), false},
		{"GET /export/dossiers.zip", d.long(d.exportDossiers), false},
		{"GET /messages/{mail}/fichiers/{part...}", d.long(d.showFile), false},
		{"GET /messages/{mail}/image/{part...}", d.long(d.showImage), false},
		{"GET /messages/{mail}/telecharger/{part...}", d.long(d.downloadFile), false},
		{"POST /messages/{mail}/telecharger/{part...}", d.long(d.downloadFile), false},
		{"GET /messages/{mail}/brut", d.long(d.downloadMail), false},
		{"POST /messages/{mail}/brut", d.long(d.downloadMail), false},
		{"GET /messages/{mail}/zip", d.long(d.exportMail), false},
		{"GET /dossiers/{ref}/decider", d.showDecide, false},
		{"GET /dossiers/{ref}/arbitrer", d.showArbitrate, false},
		{"POST /dossiers/{ref}/arbitrer", d.arbitrate, false},
		{"GET /dossiers/{ref}/deroger", d.showDerogate, false},
		{"POST /dossiers/{ref}/deroger", d.derogate, false},
		{"GET /dossiers/{ref}/ranger", d.showPut, false},
		{"POST /dossiers/{ref}/ranger", d.put, false},
		{"GET /dossiers/{ref}/reprendre", d.showReinstate, false},
		{"POST /dossiers/{ref}/reprendre", d.reinstate, false},
		{"GET /dossiers/{ref}/reunir", d.showMerge, false},
		{"POST /dossiers/{ref}/reunir", d.merge, false},
		{"POST /dossiers/{ref}/reunir/non", d.dismissMerge, false},
		{"GET /dossiers/{ref}/separer", d.showSplit, false},
		{"POST /dossiers/{ref}/separer", d.split, false},
		{"POST /dossiers/{ref}/separer/non", d.dismissSplit, false},
		{"GET /dossiers/{ref}/decisions/{decision}", d.showUndo, false},
		{"POST /dossiers/{ref}/decisions/{decision}", d.undoDecision, false},
		{"GET /dossiers/{ref}/repondre", d.showReply, false},
		{"POST /dossiers/{ref}/repondre", d.sendReply, false},
		{"GET /dossiers/{ref}/complement", d.showComplement, false},
		{"POST /dossiers/{ref}/complement", d.askComplement, false},
		{"POST /dossiers/{ref}/complement/prolonger", d.prolongComplement, false},
		{"POST /dossiers/{ref}/complement/retirer", d.withdrawComplement, false},
		{"GET /dossiers/{ref}/dossier-type", d.showPack, false},
		{"POST /dossiers/{ref}/dossier-type", d.sendPack, false},
		{"GET /a-rattacher", d.listWaiting, false},
		{"POST /a-rattacher/{mail}/rattacher", d.acceptMail, false},
		{"POST /a-rattacher/{mail}/ecarter", d.refuseMail, false},
		{"POST /a-rattacher/{mail}/annuler", d.undoMail, false},
		{"GET /taches", d.listTasks, false},
		{"GET /taches/{tache}", d.showTask, false},
		{"POST /taches/{tache}", d.finishTask, false},
		{"POST /taches/{tache}/rouvrir", d.reopenTask, false},
		{"GET /courrier", d.listLetters, false},
		{"GET /courrier/{letter}", d.showLetter, false},
		{"POST /courrier/{letter}/renvoyer", d.sendLetterAgain, false},
		{"POST /courrier/{letter}/annuler", d.cancelLetter, false},
		{"GET /mis-de-cote", d.listAside, false},
		{"POST /mis-de-cote/{numero}/relire", d.replay, false},
		{"GET /editions", d.showEditions, false},
		{"GET /journal", d.showJournal, false},
		{"GET /aide", d.showHelp, false},
		{"/", d.notFound, true},
	}
}

// Patterns lists what the desk answers, as patterns of http.ServeMux.
func (d *Desk) Patterns() []string {
	var list []string
	for _, r := range d.routes() {
		list = append(list, r.pattern)
	}
	return list
}

// Handler holds every route of the desk.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range d.routes() {
		mux.Handle(r.pattern, d.visited(r))
	}
	all := http.NewServeMux()
	d.health.register(all)
	all.Handle("/", d.guard(d.foreign.Handler(mux)))
	return all
}

// Times of the server: a client that dawdles is cut off.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 2 * time.Minute
	stopTimeout  = 5 * time.Second
	retryListen  = time.Minute
)

// Run serves until ctx ends, and then lets requests in hand finish. An address
// or a certificate that cannot be had is logged and tried again: mail comes in
// and letters leave without a desk.
func (d *Desk) Run(ctx context.Context) error {
	for {
		listener, err := d.listen(ctx)
		if err == nil {
			return d.serve(ctx, listener)
		}
		if ctx.Err() != nil {
			return nil
		}
		d.log.Error("the desk cannot listen, trying again", "address", d.o.Listen, "wait", retryListen, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryListen):
		}
	}
}

func (d *Desk) listen(ctx context.Context) (net.Listener, error) {
	var config *tls.Config
	if d.o.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(d.o.TLSCert, d.o.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("read the certificate: %w", err)
		}
		config = &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.o.Listen)
	if err != nil || config == nil {
		return listener, err
	}
	return tls.NewListener(listener, config), nil
}

func (d *Desk) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: d.Handler(), ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelDebug)}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		bounded, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		stopped <- server.Shutdown(bounded)
	})
	d.log.Info("desk", "address", listener.Addr().String())
	err := server.Serve(listener)
	if !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve the desk: %w", err)
	}
	return <-stopped
}
