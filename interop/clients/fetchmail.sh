#!/usr/bin/env bash
# fetchmail: fetches over TLS and STARTTLS, keeps or deletes on the server, hands on over LMTP.
. "$CLIENTS/lib.sh"

fetch() { # PORT WAY OPTION...
  cat >rc <<EOF
set no bouncemail
poll localhost protocol IMAP port $1 auth password
  user "$USER_ADDRESS" password "$USER_PASSWORD" $2 sslcertck sslcertfile "$CA"
  fetchall ${*:3}
EOF
  chmod 600 rc
  local status=0
  # 1 says that there was nothing to fetch.
  FETCHMAILHOME=$WORK bounded fetchmail --nosyslog -f rc -v --pidfile "$WORK/pid" >fetchmail.log 2>&1 ||
    status=$?
  [ "$status" -le 1 ] || { cat fetchmail.log; fail "fetchmail ended with $status"; }
  return "$status"
}
store="mda \"tee -a $WORK/arrived\""
for way in "tls $PORT_IMAPS ssl" "starttls $PORT_IMAP sslproto tls1.2+"; do
  read -r name port option <<<"$way"
  : >arrived
  message "fetchmail one $name" 300 >m1
  message "fetchmail two $name" >m2
  peek put INBOX m1
  peek put INBOX m2
  fetch "$port" "$option" keep "$store" || fail 'nothing was fetched'
  equal 'fetched' 2 "$(grep -c '^Subject: fetchmail' arrived)"
  has INBOX "fetchmail one $name"
  equal 'flags' '\Seen' "$(peek flags INBOX "fetchmail two $name")"
  : >arrived
  fetch "$port" "$option" nokeep "$store" || fail 'nothing was fetched'
  equal 'fetched' 2 "$(grep -c '^Subject: fetchmail' arrived)"
  has INBOX "fetchmail one $name" 0
  has INBOX "fetchmail two $name" 0
  ! fetch "$port" "$option" nokeep "$store" || fail 'fetched what is gone'
  grep -qi 'TLSv1\|SSL/TLS: using protocol' fetchmail.log || { cat fetchmail.log; fail 'no TLS'; }
done

# The usual use of fetchmail: into the local mail server, here ours by LMTP.
message 'fetchmail to lmtp' >m1
peek create Outside
peek put Outside m1
fetch "$PORT_IMAPS" ssl keep "folder Outside lmtp smtphost localhost/$PORT_LMTP smtpname $USER_ADDRESS" ||
  fail 'nothing was fetched'
has INBOX 'fetchmail to lmtp'
