package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// dovecotIdentity says as whom the parts of Dovecot run.
type dovecotIdentity struct {
	Login    string // faces clients before login
	Internal string // Dovecot's own processes
	Group    string
	UID, GID int // owns the mail
}

// newDovecotIdentity takes the users of the Debian package when root starts the
// server, and the present user for everything otherwise.
func newDovecotIdentity() (dovecotIdentity, error) {
	login, internal, mail := "dovenull", "dovecot", "nobody"
	if os.Geteuid() != 0 {
		me, err := user.Current()
		if err != nil {
			return dovecotIdentity{}, err
		}
		login, internal, mail = me.Username, me.Username, me.Username
	}
	owner, err := user.Lookup(mail)
	if err != nil {
		return dovecotIdentity{}, err
	}
	server, err := user.Lookup(internal)
	if err != nil {
		return dovecotIdentity{}, fmt.Errorf("%w: run `make deps`", err)
	}
	group, err := user.LookupGroupId(server.Gid)
	if err != nil {
		return dovecotIdentity{}, err
	}
	uid, uidErr := strconv.Atoi(owner.Uid)
	gid, gidErr := strconv.Atoi(owner.Gid)
	return dovecotIdentity{login, internal, group.Name, uid, gid}, errors.Join(uidErr, gidErr)
}

func (d *dovecotServer) writeConfig(options dovecotOptions) {
	d.t.Helper()
	identity, err := newDovecotIdentity()
	if err != nil {
		d.t.Fatalf("prepare dovecot: %v", err)
	}
	var capabilities []string
	if len(options.WithoutCapabilities) > 0 {
		capabilities = slices.DeleteFunc(strings.Fields(dovecot23Capabilities), func(name string) bool {
			return slices.Contains(options.WithoutCapabilities, name)
		})
	}
	var config bytes.Buffer
	err = template.Must(template.New("dovecot.conf").Parse(dovecotConfig)).Execute(&config, struct {
		Dir          string
		Server       *dovecotServer
		As           dovecotIdentity
		Options      dovecotOptions
		Capabilities string
	}{d.dir, d, identity, options, strings.Join(capabilities, " ")})
	if err != nil {
		d.t.Fatalf("prepare dovecot: %v", err)
	}
	passwd := options.User + ":{PLAIN}" + options.Password + "::::::\n"
	for _, err := range []error{
		os.WriteFile(d.configFile(), config.Bytes(), 0o644),
		os.WriteFile(filepath.Join(d.dir, "passwd"), []byte(passwd), 0o644),
		os.Mkdir(filepath.Join(d.dir, "mail"), 0o700),
		os.Chown(filepath.Join(d.dir, "mail"), identity.UID, identity.GID),
	} {
		if err != nil {
			d.t.Fatalf("prepare dovecot: %v", err)
		}
	}
}

// dovecotConfig: the hostname is what LMTP writes in its Received line. Failed
// logins are answered at once, where the default slows down the next one too.
const dovecotConfig = `
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/run
log_path = {{.Server.LogFile}}
protocols = imap lmtp
listen = 127.0.0.1
hostname = imap.greffier.test
default_login_user = {{.As.Login}}
default_internal_user = {{.As.Internal}}
default_internal_group = {{.As.Group}}
mail_uid = {{.As.UID}}
mail_gid = {{.As.GID}}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
recipient_delimiter = +
namespace inbox {
  inbox = yes
  separator = /
}
ssl = yes
ssl_cert = <{{.Server.Certificate.CertFile}}
ssl_key = <{{.Server.Certificate.KeyFile}}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = {{.Dir}}/passwd
}
userdb {
  driver = static
  args = uid={{.As.UID}} gid={{.As.GID}} home={{.Dir}}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = {{.Server.IMAPPort}}
  }
  inet_listener imaps {
    port = {{.Server.TLSPort}}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = {{.Server.LMTPPort}}
  }
}
service auth {
  unix_listener {{.Server.AuthSocket}} {
    mode = 0666
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
protocol imap {
{{- with .Options.MaxUserIPConnections}}
  mail_max_userip_connections = {{.}}
{{- end}}
{{- with .Capabilities}}
  imap_capability = {{.}}
{{- end}}
{{- with .Options.ID}}
  imap_id_send = {{.}}
{{- end}}
{{- with .Options.Quota}}
  mail_plugins = quota imap_quota
}
protocol lmtp {
  mail_plugins = quota
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage={{.}}
{{- end}}
}
{{.Options.Settings}}
`

// dovecot23Capabilities are what Dovecot 2.3 announces after login. Its setting
// can only replace the whole list, so leaving one out needs the others.
const dovecot23Capabilities = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY " +
	"THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT " +
	"CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES " +
	"WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE " +
	"SAVEDATE LITERAL+ NOTIFY"
