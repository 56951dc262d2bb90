#!/usr/bin/env bash
# Postfix, an instance of its own: relays into LMTP, to the MX port over STARTTLS, and to
# submission with a password.
. "$CLIENTS/lib.sh"

postfix_dir="$WORK/postfix"
port=$(/usr/bin/python3 -c '
import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])')
mkdir -p "$postfix_dir"/{conf,queue,data}
chmod 755 "$WORK" "$postfix_dir"
chown postfix "$postfix_dir/data"
cp "$CA" "$postfix_dir/conf/ca.pem"
echo "[localhost]:$PORT_SUBMISSION $USER_ADDRESS:$USER_PASSWORD" >"$postfix_dir/conf/password"
chmod 600 "$postfix_dir/conf/password"
cat >"$postfix_dir/conf/master.cf" <<EOF
127.0.0.1:$port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
EOF
cat >"$postfix_dir/conf/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $postfix_dir/queue
data_directory = $postfix_dir/data
maillog_file = $postfix_dir/log
maillog_file_prefixes = $postfix_dir
myhostname = relay.elsewhere.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
multi_instance_enable = yes
multi_instance_name = postfix-interop
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.test
smtp_tls_CAfile = $postfix_dir/conf/ca.pem
smtp_sasl_password_maps = texthash:$postfix_dir/conf/password
smtp_sasl_security_options = noanonymous
smtp_tls_loglevel = 1
smtp_host_lookup = native
lmtp_host_lookup = native
lmtp_tls_CAfile = $postfix_dir/conf/ca.pem
EOF
setting() { postconf -c "$postfix_dir/conf" -e "$@"; }
running=
stop() {
  [ -z "$running" ] || postfix -c "$postfix_dir/conf" stop >/dev/null 2>&1 || true
  running=
}
trap stop EXIT
start() {
  bounded postfix -c "$postfix_dir/conf" start >start.log 2>&1 || { cat start.log; fail start; }
  running=yes
}
relay() { # SUBJECT [SENDER]
  message "$1" 200 | sed "s/^From: .*/From: <${2:-wim@elsewhere.test}>/; s/\$/\r/" >letter
  bounded curl -sS "smtp://127.0.0.1:$port/client.elsewhere.test" \
    --mail-from "${2:-wim@elsewhere.test}" --mail-rcpt "$USER_ADDRESS" --upload-file letter
}
shown() { { tail -40 "$postfix_dir/log" || true; } >&2; }
has_shown() { (has "$@") || { shown; exit 1; }; }

setting "virtual_transport = lmtp:inet:127.0.0.1:$PORT_LMTP"
start
for n in 1 2 3 4 5; do relay "postfix lmtp $n"; done
for n in 1 2 3 4 5; do has_shown INBOX "postfix lmtp $n"; done
# Two recipients, one of whom nobody knows: one is delivered, one bounces.
message 'postfix lmtp two' | sed 's/$/\r/' >letter
bounded curl -sS "smtp://127.0.0.1:$port/client.elsewhere.test" --mail-from "$USER_ADDRESS" \
  --mail-rcpt "$USER_ADDRESS" --mail-rcpt nobody-at-all@example.test --upload-file letter
has_shown INBOX 'postfix lmtp two'
has_shown INBOX 'Undelivered Mail Returned to Sender'
stop

setting "virtual_transport = smtp:[localhost]:$PORT_SMTP" 'smtp_tls_security_level = secure' \
  'smtp_tls_secure_cert_match = hostname'
start
relay 'postfix smtp'
has_shown INBOX 'postfix smtp'
grep -q 'Verified TLS connection established to localhost' "$postfix_dir/log" ||
  { shown; fail 'not over TLS'; }
stop

setting "virtual_transport = smtp:[localhost]:$PORT_SUBMISSION" 'smtp_sasl_auth_enable = yes'
start
relay 'postfix submission' "$USER_ADDRESS"
has_shown INBOX 'postfix submission'
stop
