package desk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// figuresOf is a store that gives the figures it is told.
type figuresOf struct {
	f   cases.Figures
	err error
}

func (s figuresOf) Pulse(context.Context) (cases.Pulse, error) { return s.f.Pulse, s.err }

func (s figuresOf) Figures(context.Context) (cases.Figures, error) { return s.f, s.err }

// serve answers machines.
func serve(store vitals) http.Handler {
	mux := http.NewServeMux()
	newHealth(store, quiet).register(mux)
	return mux
}

// TestHealth: behaviour 12.
func TestHealth(t *testing.T) {
	read := cases.Figures{Pulse: cases.Pulse{LastReading: time.Date(2018, 11, 30, 16, 0, 0, 0, time.UTC)}}
	alarm := read
	alarm.Alarms = []cases.Alarm{{Kind: "imap_login", Detail: "La boîte aux lettres refuse notre mot de passe."}}
	for _, tc := range []struct {
		name, path string
		store      figuresOf
		code       int
		status     string
	}{
		{"all is well", "/healthz", figuresOf{f: read}, 200, "ok"},
		{"an alarm is open", "/healthz", figuresOf{f: alarm}, 503, "alarm"},
		{"the store does not answer", "/healthz", figuresOf{err: errors.New("disk")}, 503, "down"},
		{"not read yet", "/readyz", figuresOf{}, 503, "starting"},
		{"read", "/readyz", figuresOf{f: alarm}, 200, "ok"},
		{"not ready without a store", "/readyz", figuresOf{err: errors.New("disk")}, 503, "down"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			serve(tc.store).ServeHTTP(w, httptest.NewRequest("GET", tc.path, nil))
			var body healthBody
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			if w.Code != tc.code || body.Status != tc.status || len(body.Alarms) != len(tc.store.f.Alarms) {
				t.Errorf("%d %+v", w.Code, body)
			}
			if strings.Contains(w.Body.String(), "disk") {
				t.Error("an internal error is shown")
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	store := figuresOf{f: cases.Figures{Mails: map[cases.Kind]int{cases.Person: 3}, Cases: map[cases.CallPhase]int{{Call: "hubs-2018", Phase: cases.Declared}: 2},
		Letters: map[cases.LetterState]int{cases.LetterSent: 5}, Pulse: cases.Pulse{Alarms: []cases.Alarm{{Kind: "smtp"}}}}}
	w := httptest.NewRecorder()
	serve(store).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`greffier_mails{kind="person"} 3`, `greffier_cases{call="hubs-2018",phase="declared"} 2`, `greffier_letters{state="sent"} 5`,
		`greffier_alarm{kind="smtp"} 1`, "greffier_store_up 1", "go_goroutines"} {
		if !strings.Contains(w.Body.String(), want+"\n") && !strings.Contains(w.Body.String(), want+" ") {
			t.Errorf("no %q in the metrics", want)
		}
	}
}
