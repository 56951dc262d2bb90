#!/usr/bin/env bash
# getmail: over TLS and STARTTLS into a Maildir; what was fetched is not fetched again.
. "$CLIENTS/lib.sh"

# As root it only delivers for somebody else.
user=
if [ "$(id -u)" = 0 ]; then
  user=nobody
  chmod 755 "$WORK"
fi

configure() { # NAME PORT RETRIEVER
  mkdir -p "$1"/{cur,new,tmp} "$1.state"
  [ -z "$user" ] || chown -R "$user" "$1"
  cat >"$1.rc" <<EOF
[retriever]
type = $3
server = localhost
port = $2
username = $USER_ADDRESS
password = $USER_PASSWORD
mailboxes = ("INBOX",)
ca_certs = $CA
timeout = 30

[destination]
type = Maildir
path = $WORK/$1/
${user:+user = $user}

[options]
read_all = false
delete = ${4:-false}
delivered_to = false
received = false
EOF
}
fetch() {
  bounded getmail --getmaildir "$WORK/$1.state" --rcfile "$WORK/$1.rc" >"$1.log" 2>&1 ||
    { cat "$1.log"; fail "$1"; }
}
count() { find "$1/new" "$1/cur" -type f | wc -l; }

message 'getmail one' 300 >m1
message 'getmail two' >m2
peek put INBOX m1
peek put INBOX m2
configure tls "$PORT_IMAPS" SimpleIMAPSSLRetriever
fetch tls
equal 'fetched' 2 "$(count tls)"
fetch tls
equal 'fetched twice' 2 "$(count tls)"
message 'getmail three' >m3
peek put INBOX m3
fetch tls
equal 'fetched the new one' 3 "$(count tls)"
# getmail adds fields to the header; the body is what was put there.
sed '1,/^$/d' m1 >sent
sed '1,/^$/d' "$(grep -l '^Subject: getmail one' tls/new/*)" >arrived
cmp sent arrived || { head -5 arrived; fail 'not the same bytes'; }

# The plain retriever turns to STARTTLS when the server offers it.
configure starttls "$PORT_IMAP" SimpleIMAPRetriever true
fetch starttls
equal 'fetched' 3 "$(count starttls)"
has INBOX 'getmail one' 0
