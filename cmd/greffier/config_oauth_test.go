package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// oauthMailbox is a mailbox that is logged in to by tokens; its keys begin at line 5.
const oauthMailbox = `
[mailbox]
address = "greffe@example.net"
host = "imap.example.net"
username = "greffe@example.net"
auth = "oauth2"
oauth_client_id = "0d5c"
oauth_token_url = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
oauth_scopes = ["https://outlook.office365.com/.default", "offline_access"]
oauth_client_secret_file = "secrets/imap"
oauth_secret_expires = 2027-01-31
`

var oauthRest = strings.TrimPrefix(minimal[strings.Index(minimal, "[smtp]"):], "\n")

// TestConfigOAuth: every key is read, and the submission server uses the settings
// of the mailbox where it has none of its own.
func TestConfigOAuth(t *testing.T) {
	c := mustLoad(t, oauthMailbox+strings.Replace(oauthRest, "[smtp]\n", "[smtp]\nauth = \"oauth2\"\nusername = \"greffe@example.net\"\n", 1))
	dir := filepath.Dir(c.File)
	want := OAuth{ClientID: "0d5c", TokenURL: "https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
		Scopes:        "https://outlook.office365.com/.default offline_access",
		ClientSecret:  SecretRef{File: filepath.Join(dir, "secrets/imap")},
		SecretExpires: c.Mailbox.OAuth.SecretExpires}
	if c.Mailbox.OAuth != want || c.SMTP.OAuth != want {
		t.Errorf("got %+v\n%+v\nwant %+v", c.Mailbox.OAuth, c.SMTP.OAuth, want)
	}
	if got := c.secretEnds().Format(time.RFC3339); got != "2027-01-31T00:00:00+01:00" {
		t.Errorf("the secret ends %s", got)
	}

	own := "[smtp]\nauth = \"oauth2\"\nusername = \"greffe@example.net\"\noauth_client_id = \"x\"\noauth_token_url = \"http://127.0.0.1:8/t\"\n" +
		"oauth_refresh_token_file = \"secrets/smtp\"\noauth_secret_expires = 2026-12-31\n"
	c = mustLoad(t, oauthMailbox+strings.Replace(oauthRest, "[smtp]\n", own, 1))
	if o := c.SMTP.OAuth; o.ClientID != "x" || o.Scopes != "" || o.ClientSecret.IsSet() || o.RefreshToken.File != filepath.Join(filepath.Dir(c.File), "secrets/smtp") {
		t.Errorf("own settings %+v", o)
	}
	if got := c.secretEnds().Format(time.DateOnly); got != "2026-12-31" {
		t.Errorf("the first secret ends %s", got)
	}
}

// TestConfigOAuthFaults: each wrong key is told with its line and what to write
// instead, and no secret is repeated.
func TestConfigOAuthFaults(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(oauthMailbox+oauthRest, old, new, 1) }
	for _, test := range []struct{ name, config, want string }{
		{"unknown way", edit(`"oauth2"`, `"xoauth2"`), `6: mailbox.auth: "xoauth2" is unknown: write "password" or "oauth2"`},
		{"password beside it", edit("auth =", "password_file = \"secrets/imap\"\nauth ="), `6: mailbox.password_file: stands beside auth = "oauth2": remove one of the two`},
		{"keys without it", edit(`auth = "oauth2"`, `password_file = "secrets/imap"`), `7: mailbox.oauth_client_id: stands without auth = "oauth2"`},
		{"no user", edit(`username = "greffe@example.net"`, ``), `6: mailbox.username: needs a value beside auth = "oauth2": write the address of the mailbox`},
		{"no client", edit(`oauth_client_id = "0d5c"`, ``), `6: mailbox.oauth_client_id: needs a value beside auth = "oauth2"`},
		{"no endpoint", edit(`oauth_token_url = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"`, ``), `6: mailbox.oauth_token_url: needs a value beside auth`},
		{"no secret", edit(`oauth_client_secret_file = "secrets/imap"`, ``), `6: mailbox.oauth_client_secret_file: needs a value beside auth = "oauth2"`},
		{"endpoint in clear", edit("https://login", "http://login"), `8: mailbox.oauth_token_url: would send secrets in clear over the network: write https://`},
		{"no tenant", edit("/tenant/", "/{tenant}/"), `8: mailbox.oauth_token_url: has a gap: put the name of your tenant`},
		{"no address", edit("https://login.microsoftonline.com/tenant", "login"), `8: mailbox.oauth_token_url: is no web address: write it whole`},
		{"secret in the address", edit("v2.0/token", "v2.0/token?client_secret=hunter2"), `8: mailbox.oauth_token_url: holds a login, a query or a fragment`},
		{"two scopes in one", edit(`, "offline_access"`, `, "a b"`), `9: mailbox.oauth_scopes[2]: is no scope: write each one alone`},
		{"secret in the file", edit("oauth_client_secret_file =", "oauth_client_secret = \"hunter2\"\noauth_client_secret_file ="), `10: mailbox.oauth_client_secret: has no place in this file: put it into a file of mode 0600 and write oauth_client_secret_file`},
		{"consent in the file", edit("oauth_client_secret_file =", "refresh_token = \"hunter2\"\noauth_client_secret_file ="), `10: mailbox.refresh_token: has no place in this file: put it into a file of mode 0600 and write oauth_refresh_token_file`},
		{"two places", edit("oauth_client_secret_file =", "oauth_client_secret_env = \"X\"\noauth_client_secret_file ="), `11: mailbox.oauth_client_secret_env: stands beside oauth_client_secret_file: keep one of the two`},
		{"no name", edit(`oauth_client_secret_file = "secrets/imap"`, `oauth_client_secret_env = "hunter2~x"`), `10: mailbox.oauth_client_secret_env: is no name of an environment variable`},
		{"no file", edit(`"secrets/imap"`, `"missing"`), `10: mailbox.oauth_client_secret_file: `},
		{"day between quotes", edit("2027-01-31", `"2027-01-31"`), `11: mailbox.oauth_secret_expires: is a text: write a day, without quotes: oauth_secret_expires = 2027-01-31`},
		{"no such day", edit("2027-01-31", "2027-02-30"), `11: mailbox.oauth_secret_expires: `},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, path := configFolder(t, test.config)
			_, faults := LoadConfig(path)
			if len(faults) != 1 || !strings.HasPrefix(faults.Error(), path+":"+test.want) {
				t.Errorf("got %v\nwant one fault %s", faults, test.want)
			}
			if strings.Contains(faults.Error(), "hunter2") {
				t.Error("the fault shows a secret")
			}
		})
	}
	_, path := configFolder(t, strings.Replace(minimal, "[smtp]\n", "[smtp]\nauth = \"oauth2\"\nusername = \"x\"\n", 1))
	if _, faults := LoadConfig(path); len(faults) != 3 {
		t.Errorf("without any settings: %v", faults)
	}
}
