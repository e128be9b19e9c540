package desk

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"greffier/cases"
)

// vitals is what tells whether the daemon does its work.
type vitals interface {
	Pulse(ctx context.Context) (cases.Pulse, error)
	Figures(ctx context.Context) (cases.Figures, error)
}

// health answers machines. It shows no personal data and changes nothing.
type health struct {
	store vitals
	log   *slog.Logger
}

func newHealth(store vitals, log *slog.Logger) *health { return &health{store, log} }

func (h *health) register(mux *http.ServeMux) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &figures{store: h.store, log: h.log})
	mux.HandleFunc("GET /healthz", h.healthz)
	mux.HandleFunc("GET /readyz", h.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
}

// healthBody is the body of /healthz and /readyz.
type healthBody struct {
	Status      string        `json:"status"` // ok, alarm, starting, down
	LastReading *time.Time    `json:"last_reading"`
	Alarms      []cases.Alarm `json:"alarms"`
}

// healthz is 200 while nothing is wrong, 503 while an alarm is open or the store
// does not answer.
func (h *health) healthz(w http.ResponseWriter, r *http.Request) {
	p, err := h.store.Pulse(r.Context())
	switch {
	case err != nil:
		h.fail(w, err)
	case len(p.Alarms) > 0:
		h.say(w, http.StatusServiceUnavailable, "alarm", p)
	default:
		h.say(w, http.StatusOK, "ok", p)
	}
}

// readyz is 200 once the mailbox has been read to its end.
func (h *health) readyz(w http.ResponseWriter, r *http.Request) {
	p, err := h.store.Pulse(r.Context())
	switch {
	case err != nil:
		h.fail(w, err)
	case p.LastReading.IsZero():
		h.say(w, http.StatusServiceUnavailable, "starting", p)
	default:
		h.say(w, http.StatusOK, "ok", p)
	}
}

func (h *health) fail(w http.ResponseWriter, err error) {
	h.log.Error("store does not answer", "error", err)
	h.say(w, http.StatusServiceUnavailable, "down", cases.Pulse{})
}

func (h *health) say(w http.ResponseWriter, code int, status string, p cases.Pulse) {
	body := healthBody{Status: status, Alarms: p.Alarms}
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
		h.log.Debug("client gone", "error", err)
	}
}
