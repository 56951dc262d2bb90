#!/usr/bin/env bash
# mbsync: two-way synchronisation over TLS and STARTTLS; a second run changes nothing.
. "$CLIENTS/lib.sh"

configure() { # NAME PORT TYPE
  cat >"$1.rc" <<EOF
IMAPAccount $1
Host localhost
Port $2
User $USER_ADDRESS
Pass "$USER_PASSWORD"
SSLType $3
CertificateFile $CA

IMAPStore $1-remote
Account $1

MaildirStore $1-local
Path $WORK/$1/
Inbox $WORK/$1/INBOX
SubFolders Verbatim

Channel $1
Far :$1-remote:
Near :$1-local:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
EOF
  mkdir "$1"
}
sync() { bounded mbsync -c "$1.rc" -a >>"$1.log" 2>&1 || { cat "$1.log"; fail "mbsync $1"; }; }
local_state() { find "$1" -type f -exec sha256sum {} + | sort -k2; }
unchanged() { # NAME: another run leaves both sides as they are
  local_state "$1" >before-local
  peek state >before-remote
  peek modseq INBOX >>before-remote
  sync "$1"
  local_state "$1" | diff before-local - || fail "$1: local side changed in the second run"
  { peek state; peek modseq INBOX; } | diff before-remote - || fail "$1: server changed"
}

message 'seen there' >m1
peek put INBOX m1 '\Seen'
peek create 'Werk/Één & twee'
peek put Drafts m1 '\Draft'

for way in "tls $PORT_IMAPS IMAPS" "starttls $PORT_IMAP STARTTLS"; do
  read -r name port type <<<"$way"
  message "flagged there $name" 300 >m2
  message "new there $name" >m3
  peek put INBOX m2 '\Flagged' '\Answered'
  peek put INBOX m3
  configure "$name" "$port" "$type"
  sync "$name"
  there=$(peek state | grep -c '^"\?INBOX"\?|')
  equal 'messages here' "$there" "$(find "$name/INBOX" -path '*/cur/*' -o -path '*/new/*' -type f | wc -l)"
  unchanged "$name"

  # Changes on both sides at once: a new one and a flag here, a flag and a new one there.
  message "made here $name" | sed 's/$/\r/' >"$name/INBOX/new/1614934800.$$.$name"
  seen=$(grep -rl "Subject: new there $name" "$name/INBOX")
  mkdir -p "$name/INBOX/cur"
  mv "$seen" "$name/INBOX/cur/$(basename "${seen%%:2,*}"):2,S"
  peek flag INBOX "flagged there $name" '\Seen'
  message "made there $name" >m4
  peek put INBOX m4
  sync "$name"
  has INBOX "made here $name"
  equal 'flags from here' '\Seen' "$(peek flags INBOX "new there $name")"
  grep -rlq "Subject: made there $name" "$name/INBOX" || fail 'not here'
  case "$(grep -rl "Subject: flagged there $name" "$name/INBOX")" in
    *:2,FRS) ;;
    *) fail 'flags from there are not here' ;;
  esac
  unchanged "$name"

  # Deleted here is gone there.
  gone=$(grep -rl "Subject: made here $name" "$name/INBOX")
  rm "$gone"
  gone=$(grep -rl "Subject: made there $name" "$name/INBOX")
  mv "$gone" "$name/INBOX/cur/$(basename "${gone%%:2,*}"):2,T"
  sync "$name"
  has INBOX "made here $name" 0
  has INBOX "made there $name" 0
  unchanged "$name"
done
