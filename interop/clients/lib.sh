# Shared by the client scripts; run.sh sets the environment:
#   WORK        an empty directory, removed afterwards; also HOME
#   PORT_SMTP PORT_SUBMISSION PORT_SUBMISSIONS PORT_LMTP PORT_IMAP PORT_IMAPS    on localhost
#   CA          the server's certificate (PEM)
#   USER_ADDRESS USER_PASSWORD    an account that only this script uses
#   CLIENTS     this directory
# shellcheck shell=bash
set -euo pipefail
cd "$WORK"

fail() {
  echo "FAIL: $*" >&2
  exit 1
}

peek() { /usr/bin/python3 "$CLIENTS/peek.py" "$@"; }

# equal WHAT EXPECTED ACTUAL
equal() {
  [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# Deadlines are for a busy machine with one core; nothing waits longer than it must.
patience_seconds=60

# has MAILBOX SUBJECT [N]: exactly N (1) messages with this subject, before long
has() {
  local expected=${3:-1} actual='' end=$((SECONDS + patience_seconds))
  while :; do
    actual=$(peek count "$1" "$2")
    [ "$actual" != "$expected" ] || return 0
    [ "$SECONDS" -lt "$end" ] || fail "messages '$2' in $1: expected $expected, got $actual"
    sleep 0.1
  done
}

# message SUBJECT [LINES]: a message on standard output
message() {
  local line
  cat <<EOF
From: Wim Post <wim@elsewhere.test>
To: <$USER_ADDRESS>
Subject: $1
Date: Fri, 05 Mar 2021 10:00:00 +0100
Message-ID: <$RANDOM.$RANDOM.$$@elsewhere.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

De wacht staat bij de post; één koffie, twee thee.
.a line that begins with a full stop
EOF
  for ((line = 0; line < ${2:-0}; line++)); do
    echo "line $line of a longer letter, to fill more than one packet on the way"
  done
}

# fails COMMAND...: the command must not succeed
fails() {
  if "$@" >fails.log 2>&1; then
    cat fails.log >&2
    fail "succeeded: $*"
  fi
}

# bounded COMMAND...: ends before long
bounded() { timeout --kill-after=5 "$patience_seconds" "$@"; }
