package main

import (
	"log/slog"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/notify"
)

// newLetters makes the letters of a configuration.
func newLetters(cfg *Config, calls cases.Calls, log *slog.Logger) (*notify.Letters, error) {
	templates := make(map[string]string)
	for _, c := range cfg.Calls {
		templates[c.ID] = c.Letters
	}
	s := cfg.Service
	return notify.NewLetters(notify.LettersConfig{Calls: calls, Templates: templates, Location: cfg.TimeZone, MaxSize: cfg.Mailbox.MaxSize, Log: log,
		Service: notify.Service{Name: s.Name, Address: s.Address, Email: s.Email, Phone: s.Phone}, Mailbox: cases.Address{Address: cfg.Mailbox.Address}})
}

// smtpServer is the submission server of a configuration.
func smtpServer(cfg *Config, access accesses) notify.Server {
	s := cfg.SMTP
	return notify.Server{Host: s.Host, Port: s.Port, Security: s.Security, Username: s.Username, Password: reveal(s.Password),
		Token: access.smtp.function()}
}

// graceForLetter is how long a stopping daemon lets the letter in hand arrive: it
// must be gone within ten seconds of the first signal.
const graceForLetter = 7 * time.Second

// newSender makes the sender of a configuration; settled may be nil.
func newSender(cfg *Config, access accesses, now func() time.Time, s *store.Store, letters *notify.Letters, log *slog.Logger, settled func(cases.Letter, cases.Outcome, string)) (*notify.Sender, error) {
	return notify.NewSender(s, letters, notify.SenderConfig{Server: smtpServer(cfg, access), Now: now, Log: log, Grace: graceForLetter, Settled: settled,
		Limits: notify.Limits{DailyAddress: cfg.SMTP.DailyLimitAddress, DailyDomain: cfg.SMTP.DailyLimitDomain, Hourly: cfg.SMTP.BreakerPerHour}})
}
