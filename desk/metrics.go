package desk

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// figures collects the state of the work from the store at each scrape.
type figures struct {
	store vitals
	log   *slog.Logger
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("greffier_"+name, help, labels, nil)
}

var (
	mailsDesc   = desc("mails", "Mails filed, by kind of sender.", "kind")
	casesDesc   = desc("cases", "Cases, by edition and phase.", "call", "phase")
	lettersDesc = desc("letters", "Letters, by state.", "state")
	filesDesc   = desc("files", "Deposited files, by what the antivirus says of them.", "scan")
	tasksDesc   = desc("tasks_open", "Tasks open for staff.")
	waitingDesc = desc("mails_waiting", "Mails that wait to be attached.")
	asideDesc   = desc("mails_set_aside", "Mails that could not be filed.")
	assessDesc  = desc("mails_to_assess", "Mails filed and not yet assessed.")
	readingDesc = desc("last_reading_timestamp_seconds", "When the last complete reading of the mailbox began.")
	oldestDesc  = desc("oldest_letter_timestamp_seconds", "When the oldest letter that has not left was owed.")
	alarmDesc   = desc("alarm", "1 for each alarm that is open.", "kind")
	upDesc      = desc("store_up", "1 while the store answers.")
)

// scrapeWithin bounds what a scrape may take.
const scrapeWithin = 10 * time.Second

// Describe implements prometheus.Collector.
func (f *figures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{mailsDesc, casesDesc, lettersDesc, filesDesc, tasksDesc, waitingDesc, asideDesc, assessDesc, readingDesc, oldestDesc, alarmDesc, upDesc} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (f *figures) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	n, err := f.store.Figures(ctx)
	if err != nil {
		f.log.Error("store does not answer", "error", err)
		gauge(upDesc, 0)
		return
	}
	gauge(upDesc, 1)
	for kind, count := range n.Mails {
		gauge(mailsDesc, float64(count), string(kind))
	}
	for of, count := range n.Cases {
		gauge(casesDesc, float64(count), of.Call, string(of.Phase))
	}
	for state, count := range n.Letters {
		gauge(lettersDesc, float64(count), string(state))
	}
	for scan, count := range n.Scans {
		gauge(filesDesc, float64(count), string(scan))
	}
	gauge(tasksDesc, float64(n.Tasks))
	gauge(waitingDesc, float64(n.Waiting))
	gauge(asideDesc, float64(n.SetAside))
	gauge(assessDesc, float64(n.ToAssess))
	if !n.LastReading.IsZero() {
		gauge(readingDesc, float64(n.LastReading.Unix()))
	}
	if !n.OldestLetter.IsZero() {
		gauge(oldestDesc, float64(n.OldestLetter.Unix()))
	}
	for _, a := range n.Alarms {
		gauge(alarmDesc, 1, a.Kind)
	}
}
