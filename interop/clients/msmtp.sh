#!/usr/bin/env bash
# msmtp: submission over STARTTLS and over TLS, each mechanism that it has and we offer.
. "$CLIENTS/lib.sh"

account() { # NAME PORT STARTTLS MECHANISM
  cat <<EOF
account $1
host localhost
port $2
tls on
tls_starttls $3
tls_trust_file $CA
auth $4
user $USER_ADDRESS
password $USER_PASSWORD
from $USER_ADDRESS
EOF
}
mechanisms='on plain login'
# Debian's msmtp has SCRAM through GNU SASL; builds without it do not know the word.
if msmtp --version | grep -q 'methods:.*scram-sha-256\|^plain.*scram-sha-256'; then
  mechanisms="$mechanisms scram-sha-256"
fi
for mechanism in $mechanisms; do
  {
    account "starttls-$mechanism" "$PORT_SUBMISSION" on "$mechanism"
    account "tls-$mechanism" "$PORT_SUBMISSIONS" off "$mechanism"
  } >>msmtprc
done
chmod 600 msmtprc
for name in $(sed -n 's/^account //p' msmtprc); do
  message "msmtp $name" 50 | sed "s/^From: .*/From: <$USER_ADDRESS>/" >letter
  bounded msmtp -C msmtprc -a "$name" "$USER_ADDRESS" <letter || fail "$name"
  has INBOX "msmtp $name"
done
# Nothing is changed on the way: the lines arrive as they were sent, the dot among them.
peek body INBOX 'msmtp starttls-on' | tr -d '\r' | sed '1,/^$/d' >arrived
sed '1,/^$/d' letter >sent
cmp arrived sent

sed -i 's/^password .*/password wrong/' msmtprc
fails bounded msmtp -C msmtprc -a tls-plain "$USER_ADDRESS" <letter
