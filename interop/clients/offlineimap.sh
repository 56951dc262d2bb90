#!/usr/bin/env bash
# offlineimap: two-way synchronisation over TLS and STARTTLS; a second run changes nothing.
. "$CLIENTS/lib.sh"

configure() { # NAME PORT SSL STARTTLS
  cat >"$1.rc" <<EOF
[general]
accounts = $1
metadata = $WORK/$1.meta
socktimeout = 40

[Account $1]
localrepository = $1-local
remoterepository = $1-remote

[Repository $1-local]
type = Maildir
localfolders = $WORK/$1

[Repository $1-remote]
type = IMAP
remotehost = localhost
remoteport = $2
remoteuser = $USER_ADDRESS
remotepass = $USER_PASSWORD
ssl = $3
starttls = $4
sslcacertfile = $CA
EOF
}
sync() {
  bounded offlineimap -c "$1.rc" -o -u basic >"$1.log" 2>&1 || { cat "$1.log"; fail "$1"; }
  ! grep -qiE '^ERROR|Traceback' "$1.log" || { cat "$1.log"; fail "$1 reported an error"; }
}
local_state() { find "$1" -type f -exec sha256sum {} + | sort -k2; }

message 'seen there' >m1
peek put INBOX m1 '\Seen'
peek create Werk/Projecten
peek put Werk/Projecten m1 '\Flagged'

for way in "tls $PORT_IMAPS yes no" "starttls $PORT_IMAP no yes"; do
  read -r name port tls starttls <<<"$way"
  message "new there $name" 300 >m2
  peek put INBOX m2
  message "to answer $name" >m3
  peek put INBOX m3
  configure "$name" "$port" "$tls" "$starttls"
  sync "$name"
  there=$(peek state | grep -c '^"\?INBOX"\?|')
  equal 'messages here' "$there" "$(find "$name/INBOX" -path '*/cur/*' -o -path '*/new/*' -type f | wc -l)"
  grep -rlq 'Subject: seen there' "$name/Werk.Projecten" || { find "$name"; fail 'subfolder is not here'; }

  message "made here $name" >"$name/INBOX/new/1614934800_0.$$.$name,U=0,FMD5=0:2,"
  seen=$(grep -rl "Subject: new there $name" "$name/INBOX")
  mv "$seen" "$name/INBOX/cur/$(basename "${seen%%:2,*}"):2,FS"
  peek flag INBOX "to answer $name" '\Answered'
  sync "$name"
  has INBOX "made here $name"
  equal 'flags from here' '\Flagged \Seen' "$(peek flags INBOX "new there $name")"
  case "$(grep -rl "Subject: to answer $name" "$name/INBOX")" in
    *:2,R) ;;
    *) fail 'flags from there are not here' ;;
  esac

  local_state "$name" >before-local
  peek state >before-remote
  sync "$name"
  local_state "$name" | diff before-local - || fail "$name: local side changed in the second run"
  peek state | diff before-remote - || fail "$name: server changed in the second run"

  rm "$(grep -rl "Subject: made here $name" "$name/INBOX")"
  sync "$name"
  has INBOX "made here $name" 0
done
