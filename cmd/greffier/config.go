package main

import (
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"greffier/cases"
)

// Config is the whole of the configuration file, checked: what LoadConfig
// returns without faults can be used as it is. Paths are absolute, instants
// are absolute too (local date-times of the file have been read in TimeZone),
// and no secret is held, only where to read it.
type Config struct {
	// File is the path the configuration was read from, as given.
	File string
	// DataDir is the folder of databases and mails; it may not exist yet.
	DataDir string
	// TimeZone is the zone of the call: cron schedules, calendar days and
	// local date-times are meant in it.
	TimeZone *time.Location

	Service Service
	Mailbox Mailbox
	SMTP    SMTP
	Desk    Desk
	Clamd   Clamd
	// Calls stand in the order of the file; their windows never overlap.
	Calls []Call

	// Warnings tell what works but deserves a look, one sentence each, with
	// file and line. They never hold a secret.
	Warnings []string
}

// Service is the service in charge, quoted in every letter.
type Service struct {
	Name, Address, Email, Phone string
	// AlertsTo are the staff addresses that receive alarms and digests.
	AlertsTo []string
	// Digest is when the digest leaves; nil when DigestText is empty, which
	// means never.
	Digest     cron.Schedule
	DigestText string
	// StaffDomains are the mail domains of colleagues, in lower case.
	StaffDomains []string
}

// Security of a connection to a mail server.
const (
	SecurityTLS      = "tls"      // TLS from the first byte
	SecuritySTARTTLS = "starttls" // upgraded by STARTTLS, or given up
	SecurityNone     = "none"     // plain, for a server on this very machine
)

// Mailbox is the one mailbox candidates write to, read over IMAP.
type Mailbox struct {
	Address string
	Host    string
	Port    int
	// Security is one of SecurityTLS, SecuritySTARTTLS and SecurityNone.
	Security string
	// Auth is AuthPassword or AuthOAuth2.
	Auth string
	// Username is empty when the server asks for no login; Password is then
	// not set either.
	Username string
	Password SecretRef
	OAuth    OAuth
	Folder   string
	// ProcessedFolder receives the mails that were filed; empty: they stay
	// where they are and get a keyword.
	ProcessedFolder string
	// SentFolder receives copies of our letters; empty: no copy.
	SentFolder string
	// PollEvery is the longest time between two looks at the folder, beside IDLE.
	PollEvery time.Duration
	// ReceivedBy names our own receiving hosts in lower case, "*.domain" for
	// every host below a domain.
	ReceivedBy []string
	// AuthservID is whose Authentication-Results are believed (RFC 8601
	// section 2.5); empty: nobody's.
	AuthservID string
	// SpamHeader is a header field "Name: value" that marks spam; empty: none.
	SpamHeader string
	// MaxSize is the largest mail that is fetched whole, in bytes.
	MaxSize int64
	// AnswerSince: mails received before it are filed without any letter.
	AnswerSince time.Time
}

// SMTP is the submission server our letters leave by.
type SMTP struct {
	Host     string
	Port     int
	Security string
	// Auth is AuthPassword or AuthOAuth2.
	Auth     string
	Username string
	Password SecretRef
	// OAuth is that of the mailbox where the file says nothing else.
	OAuth OAuth
	// PlusAddressing: the envelope sender carries a tag, address+tag@domain.
	PlusAddressing bool
	// DailyLimitAddress and DailyLimitDomain bound the letters a day to one
	// address and to one domain; over them letters wait.
	DailyLimitAddress, DailyLimitDomain int
	// BreakerPerHour bounds all letters of an hour.
	BreakerPerHour int
}

// Desk is the web desk of the staff.
type Desk struct {
	// Listen is host:port.
	Listen string
	// BaseURL is how staff reach the desk, without a final slash; empty:
	// derived from Listen.
	BaseURL string
	// TLSCert and TLSKey are PEM files, both empty for plain HTTP.
	TLSCert, TLSKey string
	// TrustedProxies are those whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
}

// Clamd is the antivirus daemon.
type Clamd struct {
	// Address is unix:/path or tcp:host:port; empty: files are not scanned.
	Address string
}

// Endpoint splits Address as net.Dial wants it. Both are empty when no
// antivirus is configured.
func (c Clamd) Endpoint() (network, address string) {
	network, address, _ = strings.Cut(c.Address, ":")
	return network, address
}

// Call is one edition of the call for projects.
type Call struct {
	// Line is where its [[call]] stands in the file.
	Line    int
	ID      string
	Name    string
	Aliases []string
	// Reference begins the references of the cases: HUB18 gives HUB18-0001.
	Reference string
	// Opens is the first instant of the edition, Deadline its last good second.
	Opens, Deadline time.Time
	// Arbitration is how long after the deadline people decide; zero: never.
	Arbitration time.Duration
	// Settle is how long after the deadline mails still on their way are waited for.
	Settle time.Duration
	// LateUntil is how long after the deadline a first deposit opens a late case.
	LateUntil time.Duration
	// Pack is the folder whose files are all attached to the pack letter.
	Pack string
	// Letters is a folder of templates that replace the built-in ones; empty: none.
	Letters string
	// Envelope is the amount to be shared out, in euros; zero: not said.
	Envelope int64
	// PriorityRegions are the regions served first, by their names in the rules;
	// empty: the call has no such rule.
	PriorityRegions []string
	Pieces          []Piece
	Reminders       []Reminder
}

// Piece is one document a dossier is made of.
type Piece struct {
	ID, Label string
	Required  bool
	// RequiredIf are the circumstances in which the piece is required too.
	RequiredIf []cases.Circumstance
	// Formats are file name extensions without the dot, in lower case; empty: any.
	Formats []string
	// Match, Unless and Weak are patterns over folded file names, Content over
	// the folded text of documents.
	Match, Unless, Weak, Content []*regexp.Regexp
}

// Reminder is one schedule of reminders.
type Reminder struct {
	ID       string
	Cron     cron.Schedule
	CronText string
	// FromDays and UntilDays bound the window in which it runs, in whole
	// calendar days counted back from the deadline.
	FromDays, UntilDays int
}

// Defaults that are no plain constants of TOML.
const (
	defaultTimeZone    = "Europe/Paris"
	defaultAnswerSince = "2018-09-13T00:00:00"
	defaultDigest      = "0 8 * * MON-FRI"
	day                = 24 * time.Hour
)

// defaultConfig holds the value of every key outside [[call]] that may be
// left out; AnswerSince and Digest, which depend on the time zone, are set by
// the loader.
func defaultConfig() *Config {
	return &Config{
		DataDir: "data",
		Service: Service{DigestText: defaultDigest},
		Mailbox: Mailbox{
			Port:      993,
			Security:  SecurityTLS,
			Auth:      AuthPassword,
			Folder:    "INBOX",
			PollEvery: time.Minute,
			MaxSize:   60_000_000,
		},
		SMTP: SMTP{
			Port:              587,
			Security:          SecuritySTARTTLS,
			Auth:              AuthPassword,
			DailyLimitAddress: 20,
			DailyLimitDomain:  200,
			BreakerPerHour:    2000,
		},
		Desk: Desk{Listen: "127.0.0.1:8080"},
	}
}

// defaultCall holds the value of every key of [[call]] that may be left out.
func defaultCall() Call {
	return Call{
		Arbitration: time.Minute,
		Settle:      15 * time.Minute,
		LateUntil:   30 * day,
	}
}

// defaultPiece: a piece is required unless the file says otherwise.
func defaultPiece() Piece { return Piece{Required: true} }

// defaultReminder: the last thirty days.
func defaultReminder() Reminder { return Reminder{FromDays: 30} }
