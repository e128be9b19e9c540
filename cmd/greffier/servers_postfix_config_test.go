package main

// postfixMain is written for bytes to pass as they are: no address is completed,
// no header added or rewritten. Nothing is looked up in the DNS. XCLIENT lets a
// test play a server elsewhere (the Received line tells that server's name).
const postfixMain = `
compatibility_level = 3.6
queue_directory = {{.Queue}}
data_directory = {{.Data}}
maillog_file = {{.Server.LogFile}}
maillog_file_prefixes = {{.Dir}}
myhostname = mx.greffier.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:5.1.1 no local mail here
recipient_delimiter = +
append_dot_mydomain = no
local_header_rewrite_clients =
remote_header_rewrite_domain =
message_size_limit = 104857600
mailbox_size_limit = 0
queue_minfree = 0

transport_maps = texthash:{{.Config}}/transport
default_transport = candidate:[127.0.0.1]:{{.Server.Sink.Port}}
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtp_tls_security_level = none
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
smtp_destination_concurrency_failed_cohort_limit = 0
candidate_destination_concurrency_failed_cohort_limit = 0

smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_relay_restrictions = check_recipient_access static:OK, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{{.Config}}/access, permit
smtpd_tls_security_level = may
smtpd_tls_cert_file = {{.Inbox.Certificate.CertFile}}
smtpd_tls_key_file = {{.Inbox.Certificate.KeyFile}}
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {{.Inbox.AuthSocket}}
smtpd_sasl_security_options = noanonymous
tls_random_source = dev:/dev/urandom
`

// postfixMaster: one delivery at a time to the candidates keeps them in order.
const postfixMaster = `
127.0.0.1:{{.Server.MXPort}} inet n - n - - smtpd
127.0.0.1:{{.Server.SubmissionPort}} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
candidate unix  - - n -     1 smtp
smtp      unix  - - n -     - smtp
lmtp      unix  - - n -     - lmtp
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
tlsmgr    unix  - - n 1000? 1 tlsmgr
showq     unix  n - n -     - showq
postlog   unix-dgram n - n - 1 postlogd
`

const postfixTransport = `
{{.Inbox.User}} lmtp:inet:127.0.0.1:{{.Inbox.LMTPPort}}
`

const postfixAccess = `
refused.example 550 5.1.1 no such mailbox
later.example 450 4.2.1 come again later
`
