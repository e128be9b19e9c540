// Package desk is the staff's web desk. For now it holds what machines ask of a
// daemon: /healthz, /readyz and /metrics.
//
// It promises to show no personal data on these three, to answer within the time
// of one read of the store, and to change nothing. When the store does not
// answer, they say so with 503 and the others of the daemon's parts go on.
package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"greffier/cases"
)

// Store is what the desk needs of the store.
type Store interface {
	Pulse(ctx context.Context) (cases.Pulse, error)
	Figures(ctx context.Context) (cases.Figures, error)
}

// Desk serves the desk on one address.
type Desk struct {
	store  Store
	listen string
	log    *slog.Logger
}

// New makes a desk that listens on an address, host:port.
func New(store Store, listen string, log *slog.Logger) *Desk {
	return &Desk{store: store, listen: listen, log: log}
}

// Handler holds every route of the desk.
func (d *Desk) Handler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &figures{store: d.store, log: d.log})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", d.healthz)
	mux.HandleFunc("GET /readyz", d.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
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
// that cannot be had is logged and tried again: mail comes in and letters leave
// without a desk.
func (d *Desk) Run(ctx context.Context) error {
	for {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.listen)
		if err == nil {
			return d.serve(ctx, listener)
		}
		if ctx.Err() != nil {
			return nil
		}
		d.log.Error("the desk cannot listen, trying again", "address", d.listen, "wait", retryListen, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryListen):
		}
	}
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

// health is the body of /healthz and /readyz.
type health struct {
	Status      string        `json:"status"` // ok, alarm, starting, down
	LastReading *time.Time    `json:"last_reading"`
	Alarms      []cases.Alarm `json:"alarms"`
}

// healthz is 200 while nothing is wrong, 503 while an alarm is open or the store
// does not answer.
func (d *Desk) healthz(w http.ResponseWriter, r *http.Request) {
	p, err := d.store.Pulse(r.Context())
	switch {
	case err != nil:
		d.fail(w, err)
	case len(p.Alarms) > 0:
		d.say(w, http.StatusServiceUnavailable, "alarm", p)
	default:
		d.say(w, http.StatusOK, "ok", p)
	}
}

// readyz is 200 once the mailbox has been read to its end.
func (d *Desk) readyz(w http.ResponseWriter, r *http.Request) {
	p, err := d.store.Pulse(r.Context())
	switch {
	case err != nil:
		d.fail(w, err)
	case p.LastReading.IsZero():
		d.say(w, http.StatusServiceUnavailable, "starting", p)
	default:
		d.say(w, http.StatusOK, "ok", p)
	}
}

func (d *Desk) fail(w http.ResponseWriter, err error) {
	d.log.Error("store does not answer", "error", err)
	d.say(w, http.StatusServiceUnavailable, "down", cases.Pulse{})
}

func (d *Desk) say(w http.ResponseWriter, code int, status string, p cases.Pulse) {
	body := health{Status: status, Alarms: p.Alarms}
	if !p.LastReading.IsZero() {
		body.LastReading = &p.LastReading
	}
	if body.Alarms == nil {
		body.Alarms = []cases.Alarm{}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		d.log.Debug("client gone", "error", err)
	}
}
