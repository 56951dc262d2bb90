#!/usr/bin/env bash
# Real clients and peers against the real server, over TLS and STARTTLS, on loopback.
# usage: interop/run.sh [NAME...]     (default: all of them; names as printed)
# Installs what is missing (as root). Prints a line for each and closes with 'N passed, N failed'.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
clients=(swaks msmtp curl mbsync offlineimap fetchmail getmail neomutt imapflow nodemailer
  python postfix)
programs=(kill full corpus e2e mailauth evtx)
packages=(swaks msmtp curl isync offlineimap3 fetchmail getmail6 neomutt tmux postfix expect
  python3 ca-certificates libnet-ssleay-perl libsasl2-modules opendkim python3-dnspython
  python3-cryptography openssl iproute2 libevtx-utils)
bound_seconds=420

wanted() { # NAME: asked for
  [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $1 "* ]]
}

# Debian's services must not start by themselves on this machine.
install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing+=("$package")
  done
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || { echo "interop: not installed: ${missing[*]}" >&2; exit 1; }
  echo "installing ${missing[*]}"
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    own_policy=yes
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >"$work/apt.log" 2>&1 || { tail -5 "$work/apt.log" >&2; exit 1; }
  apt-get install -y -q --no-install-recommends "${missing[@]}" >>"$work/apt.log" 2>&1 ||
    { tail -20 "$work/apt.log" >&2; exit 1; }
}

install_node_packages() {
  mkdir "$work/node"
  cp "$here/clients/package.json" "$work/node/"
  (cd "$work/node" && npm install --silent --no-fund --no-audit --no-package-lock) \
    >"$work/npm.log" 2>&1 || { tail -20 "$work/npm.log" >&2; exit 1; }
  export NODE_FOLDER="$work/node"
}

start_server() {
  local started base offset
  started=$(/usr/bin/python3 "$here/process.py" start "$work/server")
  read -r base server_pid _ <<<"$started"
  echo "server ready in ${started##* } s, ports from $base"
  for offset in SMTP=25 SUBMISSION=587 SUBMISSIONS=465 LMTP=24 IMAP=143 IMAPS=993; do
    export "PORT_${offset%=*}=$((base + ${offset#*=}))"
  done
  export CA="$work/server/tls/self-signed.crt" CLIENTS="$here/clients"
}

stop_server() {
  [ -n "$server_pid" ] || return 0
  kill "$server_pid" 2>/dev/null || true
  local end=$((SECONDS + 20))
  while kill -0 "$server_pid" 2>/dev/null; do
    if [ "$SECONDS" -ge "$end" ]; then
      kill -9 "$server_pid"
      report FAIL server 'did not end in 20 s after SIGTERM'
      break
    fi
    sleep 0.1
  done
  server_pid=
}

report() { # ok|FAIL|skip NAME WORDS
  printf '%-5s%-12s %s\n' "$1" "$2" "$3"
  case "$1" in
    ok) passed=$((passed + 1)) ;;
    FAIL) failed=$((failed + 1)) ;;
  esac
}

# run NAME COMMAND...: in an empty home, bounded; 77 says that it was skipped, and why on the last line
run() {
  local name=$1 begun=$SECONDS status=0
  shift
  timeout --kill-after=10 "$bound_seconds" env HOME="$WORK" "$@" >"$work/$name.log" 2>&1 ||
    status=$?
  case "$status" in
    0) report ok "$name" "$((SECONDS - begun)) s${words:+, $words}$(last_words "$name")" ;;
    77) report skip "$name" "$(tail -1 "$work/$name.log")" ;;
    *)
      report FAIL "$name" "exit $status after $((SECONDS - begun)) s; what it said:"
      grep -m 3 -A 25 '^FAIL' "$work/$name.log" | sed 's/^/     | /' || true
      tail -40 "$work/$name.log" | sed 's/^/     | /'
      [ -z "$server_pid" ] || kill -0 "$server_pid" 2>/dev/null || echo '     | the server is gone'
      ;;
  esac
}

# The last line of a program that sums itself up.
last_words() {
  case "$1" in
    kill | full | corpus | e2e | mailauth | evtx) printf ', %s' "$(tail -1 "$work/$1.log")" ;;
  esac
}

run_client() { # NAME
  export USER_ADDRESS="$1@example.test" USER_PASSWORD WORK="$work/home-$1"
  USER_PASSWORD="$1-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')"
  mkdir "$WORK"
  chmod 755 "$WORK"
  if ! "$root/wachtpost" account add "$USER_ADDRESS" --password-stdin --dir "$work/server" \
    <<<"$USER_PASSWORD" >"$work/add.log" 2>&1; then
    report FAIL "$1" "no account: $(tail -1 "$work/add.log")"
    return 0
  fi
  local words='TLS and STARTTLS'
  case "$1" in
    python) run "$1" /usr/bin/python3 "$CLIENTS/$1.py" ;;
    imapflow | nodemailer) run "$1" node "$CLIENTS/$1.mjs" ;;
    *) run "$1" bash "$CLIENTS/$1.sh" ;;
  esac
}

finish() {
  stop_server
  [ "$own_policy" = no ] || rm -f /usr/sbin/policy-rc.d
  [ -z "$work" ] || rm -rf "$work"
}

only=("$@")
for name in "${only[@]}"; do
  [[ " ${clients[*]} ${programs[*]} " == *" $name "* ]] ||
    { echo "interop: no such client: $name (${clients[*]} ${programs[*]})" >&2; exit 2; }
done
passed=0 failed=0 server_pid='' own_policy=no work=''
trap finish EXIT
trap 'exit 130' INT TERM
work=$(mktemp -d -t wachtpost-interop-XXXXXX)
chmod 755 "$work"

install_packages
if wanted imapflow || wanted nodemailer; then
  install_node_packages
fi
"$root/wachtpost" --version >/dev/null
asked=0
for name in "${clients[@]}"; do
  if wanted "$name"; then asked=$((asked + 1)); fi
done
if [ "$asked" -gt 0 ]; then
  start_server
  for name in "${clients[@]}"; do
    if wanted "$name"; then run_client "$name"; fi
  done
  if [ "$failed" -gt 0 ]; then
    echo 'the end of the server log:'
    tail -40 "$work/server.log" | sed 's/^/     | /'
  fi
  stop_server
  WORK=$work words='' run check "$root/wachtpost" check --dir "$work/server"
fi
export WORK=$work
words=''
if wanted kill; then run kill /usr/bin/python3 "$here/kill.py"; fi
if wanted full; then run full /usr/bin/python3 "$here/full.py"; fi
if wanted corpus; then run corpus /usr/bin/python3 "$here/corpus.py"; fi
if wanted e2e; then run e2e /usr/bin/python3 "$here/e2e/run.py"; fi
if wanted mailauth; then
  run mailauth env HOME="$HOME" bash "$here/mailauth/run.sh"
fi
if wanted evtx; then
  run evtx env HOME="$HOME" /usr/bin/python3 "$here/evtx.py"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
