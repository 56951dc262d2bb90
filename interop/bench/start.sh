#!/usr/bin/env bash
# start.sh JDK [RUNS]: time from the process's start to ready, heap and resident memory after it.
set -euo pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
jdk=$1
for run in $(seq "${2:-3}"); do
  data=$(mktemp -d)
  cat > "$data/wachtpost.toml" <<TOML
[listen]
addresses = ["127.0.0.1"]
port_base = ${BENCH_PORT_BASE:-22000}
TOML
  coproc SERVER { exec "$home/wachtpost" serve --dir "$data"; }
  server=$SERVER_PID
  trap 'kill "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
  ready=""
  while read -r -t 60 line <&"${SERVER[0]}"; do
    case "$line" in ready\ *) ready=$line; break ;; esac
  done
  [ -n "$ready" ] || { echo "start.sh: the server did not get ready" >&2; exit 1; }
  echo "run $run: $ready"
  sed -n 's/^VmRSS:[[:space:]]*/  resident /p' "/proc/$server/status"
  "$jdk/bin/jcmd" "$server" GC.heap_info | sed -n 's/^ *\(.*total.*used.*\)$/  \1/p'
  kill "$server"
  wait "$server" || true
  rm -rf "$data"
  trap - EXIT
done
