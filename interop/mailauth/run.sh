#!/usr/bin/env bash
# Mail authentication against other programs: opendkim, dkimpy, npm mailauth.
# Installs what it needs (Debian packages as root, one npm package into a temporary folder).
# Prints 'N passed, N failed'; exits non-zero if anything failed.
set -euo pipefail
cd "$(dirname "$0")/../.."

need() { # COMMAND PACKAGE...
  command -v "$1" >/dev/null || missing+=("${@:2}")
}
missing=()
need opendkim opendkim
need opendkim-testmsg opendkim-tools
need node nodejs
need npm npm
/usr/bin/python3 -c 'import dkim, nacl, authres' 2>/dev/null ||
  missing+=(python3-dkim python3-nacl python3-authres)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get install -y -q "${missing[@]}" >&2
fi

jdk=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  if [ -x "$candidate/bin/javac" ] && "$candidate/bin/javac" -version 2>&1 | grep -qE ' (2[5-9]|[3-9][0-9])'; then
    jdk=$candidate
    break
  fi
done
[ -n "$jdk" ] || { echo "interop/mailauth: no JDK 25 found" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/npm" "$work/classes"
(cd "$work/npm" && npm install --silent --no-fund --no-audit mailauth@7.1.0 >/dev/null)

mvn -q -Dquick -pl groupware -am test-compile
classpath=groupware/target/classes:groupware/target/test-classes
for jar in dnsjava slf4j-api; do
  found=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}" -name "$jar-[0-9]*.jar" | sort -V | tail -1)
  classpath=$classpath:$found
done
"$jdk/bin/javac" -cp "$classpath" -d "$work/classes" interop/mailauth/MailauthTool.java
/usr/bin/python3 interop/mailauth/exchange.py "$work" \
  "$jdk/bin/java" -cp "$work/classes:$classpath" MailauthTool
