#!/usr/bin/env bash
# neomutt in a terminal: open, read, flag, save into a folder, search, delete.
. "$CLIENTS/lib.sh"

socket="$WORK/tmux"
terminal() { tmux -S "$socket" "$@"; }
trap 'terminal kill-server 2>/dev/null || true' EXIT

configure() { # NAME URL
  cat >"$1.rc" <<EOF
set imap_user = "$USER_ADDRESS"
set imap_pass = "$USER_PASSWORD"
set folder = "$2/"
set spoolfile = "$2/INBOX"
set ssl_starttls = yes
set ssl_force_tls = yes
set certificate_file = "$CA"
set mail_check = 1
set timeout = 1
set confirmappend = no
set confirmcreate = no
set delete = yes
set move = no
set wait_key = no
set record = ""
set sleep_time = 0
set index_format = "%Z %s"
EOF
}
see() { # TEXT: waits until the screen shows it
  local end=$((SECONDS + patience_seconds))
  until terminal capture-pane -p | grep -qF -- "$1"; do
    if [ "$SECONDS" -ge "$end" ]; then
      terminal capture-pane -p || true
      fail "the screen never showed '$1'"
    fi
    sleep 0.1
  done
}
keys() { terminal send-keys "$@"; }

for way in "tls imaps://localhost:$PORT_IMAPS" "starttls imap://localhost:$PORT_IMAP"; do
  read -r name url <<<"$way"
  configure "$name" "$url"
  message "to read $name" 5 >m1
  message "to flag $name" >m2
  message "to save $name" >m3
  message "to delete $name" >m4
  for file in m1 m2 m3 m4; do peek put INBOX "$file"; done
  peek create "Archief-$name"

  terminal new-session -d -x 100 -y 40 "TERM=screen neomutt -n -F $name.rc 2>neomutt.err"
  see "to delete $name"
  keys "/" "to read $name" Enter
  keys Enter
  see 'één koffie'
  keys i
  see "to delete $name"
  keys "/" "to flag $name" Enter
  keys F
  keys "/" "to save $name" Enter
  keys s
  see 'Save'
  keys C-u "=Archief-$name" Enter
  keys "/" "to delete $name" Enter
  keys d
  # New mail arrives while the mailbox is open.
  message "while open $name" >m5
  peek put INBOX m5
  see "while open $name"
  keys '$'
  has INBOX "to save $name" 0
  has INBOX "to delete $name" 0
  has "Archief-$name" "to save $name"
  equal 'read' '\Seen' "$(peek flags INBOX "to read $name")"
  case "$(peek flags INBOX "to flag $name")" in
    *'\Flagged'*) ;;
    *) fail 'not flagged' ;;
  esac
  # A search that the server does.
  keys l '~s read' Enter
  keys c C-u "=Archief-$name" Enter
  see "to save $name"
  keys q
  end=$((SECONDS + patience_seconds))
  while terminal has-session 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || { terminal capture-pane -p; fail 'neomutt does not end'; }
    sleep 0.1
  done
done
