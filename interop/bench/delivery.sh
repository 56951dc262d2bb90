#!/usr/bin/env bash
# delivery.sh [ROUNDS]: delivery over LMTP and SMTP beside Dovecot, Postfix, Exim and Cyrus.
# Every server starts on fresh data and gets the same warm-up: WARM_UP messages of each kind, not
# counted, after which mailboxes hold some hundred messages and ours runs at full speed (it takes
# some 30,000 after a start). Before that, what ours practises after its start has to be over: it
# would take the processors from whoever is measured. Then all take turns. The peers' scripts are not in this tree: see
# WACHTPOST_PEERS. Each turn is 600 messages, as those scripts have it, or MESSAGES: 600 are over in
# 0.2 s here, and starting their senders is part of that.
set -euo pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
peers=${WACHTPOST_PEERS:-$home/../shared/bench}
rounds=${1:-3}
base=${BENCH_PORT_BASE:-22000}
warm_up=${WARM_UP:-8000}
messages=${MESSAGES:-600}
[[ $messages =~ ^[0-9]+$ ]] || { echo "delivery.sh: MESSAGES is no number" >&2; exit 2; }
if [ ! -x "$peers/bench.py" ] || [ ! -x "$peers/peers/all.sh" ]; then
  echo "delivery.sh: no peers' scripts in $peers (set WACHTPOST_PEERS); nothing to compare with" >&2
  exit 1
fi
peers=$(cd "$peers" && pwd)
[ "$(id -u)" = 0 ] || { echo "delivery.sh: the peers have to be started by root" >&2; exit 1; }

work=$(mktemp -d /tmp/wachtpost-delivery.XXXXXX)
chmod 755 "$work" # the peers run as users of their own
export LAB="$work/lab" USERS=20
# With Xapian Cyrus goes on indexing for seconds after it has answered, beside whoever is next; none
# of the others indexes what it takes in.
export SEARCH=squat
server=""
finish() {
  local status=$?
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  "$peers/peers/all.sh" stop dovecot postfix exim cyrus >>"$work/peers.log" 2>&1 || true
  [ -z "$server" ] || wait "$server" || true
  if [ "$status" != 0 ]; then tail -n 20 "$work"/*.log >&2; fi
  rm -rf "$work"
}
trap finish EXIT

mkdir -p "$LAB" "$work/data"
# Packages that were unpacked once are used again.
for kept in cyrus-root exim-root; do
  if [ -d "${PEERS_UNPACKED:-/tmp/wachtpost-peers}/$kept" ]; then
    ln -s "${PEERS_UNPACKED:-/tmp/wachtpost-peers}/$kept" "$LAB/$kept"
  fi
done
ulimit -n 20000
cat > "$work/data/wachtpost.toml" <<TOML
[listen]
addresses = ["127.0.0.1"]
port_base = $base
plaintext_auth_loopback = true
TOML
"$home/wachtpost" serve --dir "$work/data" > "$work/server.log" 2>&1 < /dev/null &
server=$!
for _ in $(seq 600); do
  grep -qs '^ready' "$work/server.log" && break
  kill -0 "$server" || { echo "delivery.sh: the server ended" >&2; exit 1; }
  sleep 0.1
done
grep '^ready' "$work/server.log"
python3 "$home/interop/bench/accounts.py" "$work/data" example.test "$USERS" pass
"$peers/peers/all.sh" start dovecot postfix exim cyrus > "$work/peers.log" 2>&1

cat > "$work/targets.json" <<JSON
{
  "dovecot": {"lmtp": "127.0.0.1:10024", "poll": "imap:127.0.0.1:10143"},
  "postfix": {"smtp": "127.0.0.1:11025", "poll": "imap:127.0.0.1:10143"},
  "exim":    {"smtp": "127.0.0.1:12025", "poll": "dir:$LAB/exim/mail"},
  "cyrus":   {"lmtp": "127.0.0.1:13024", "poll": "imap:127.0.0.1:13143"},
  "ours":    {"lmtp": "127.0.0.1:$((base + 24))", "smtp": "127.0.0.1:$((base + 25))",
              "poll": "imap:127.0.0.1:$((base + 143))"}
}
JSON
for _ in $(seq 600); do
  grep -qs 'WarmUp' "$work/server.log" && break # how its practice ended
  kill -0 "$server" || { echo "delivery.sh: the server ended" >&2; exit 1; }
  sleep 0.1
done
grep 'WarmUp' "$work/server.log" || echo "delivery.sh: ours still practises; figures will be off" >&2
[ "$warm_up" = 0 ] || python3 "$home/interop/bench/warm.py" "$peers" "$work/targets.json" "$warm_up"
mkdir "$work/scripts"
cp "$peers"/*.py "$work/scripts/"
sed -i "s/\"--count\", \"600\"/\"--count\", \"$messages\"/" "$work/scripts/bench.py"
grep -q "\"--count\", \"$messages\"" "$work/scripts/bench.py" ||
  { echo "delivery.sh: the peers' bench.py has no count to change" >&2; exit 1; }
"$work/scripts/bench.py" --targets "$work/targets.json" --ours ours --rounds "$rounds" \
  --scenario lmtp4k,lmtp20k,smtp4k,smtp20k 2>> "$work/peers.log"
sed -n 's/^VmRSS:[[:space:]]*/resident memory of ours afterwards: /p' "/proc/$server/status"
