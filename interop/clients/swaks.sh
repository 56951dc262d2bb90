#!/usr/bin/env bash
# swaks: the MX port, submission and LMTP, in the clear, over STARTTLS and over TLS.
. "$CLIENTS/lib.sh"

send() { # SUBJECT ARGUMENT...
  bounded swaks --server localhost --helo client.elsewhere.test --to "$USER_ADDRESS" \
    --header "Subject: $1" "${@:2}" >"swaks.log" 2>&1 || { cat swaks.log; fail "$1"; }
}
verify=(--tls-verify --tls-ca-path "$CA")
login=(--auth-user "$USER_ADDRESS" --auth-password "$USER_PASSWORD" --from "$USER_ADDRESS")
outside=(--from wim@elsewhere.test)

send 'mx plain' --port "$PORT_SMTP" "${outside[@]}"
send 'mx starttls' --port "$PORT_SMTP" "${outside[@]}" --tls "${verify[@]}"
send 'mx pipelined' --port "$PORT_SMTP" "${outside[@]}" --pipeline
send 'mx null sender' --port "$PORT_SMTP" --from '<>'
message attached 2000 >letter.txt
send 'mx attachment' --port "$PORT_SMTP" "${outside[@]}" --attach @letter.txt
for mechanism in PLAIN LOGIN; do
  send "submission $mechanism" --port "$PORT_SUBMISSION" --tls "${verify[@]}" \
    --auth "$mechanism" "${login[@]}"
  send "submissions $mechanism" --port "$PORT_SUBMISSIONS" --tlsc "${verify[@]}" \
    --auth "$mechanism" "${login[@]}"
done
send 'lmtp' --port "$PORT_LMTP" --protocol LMTP "${outside[@]}"

for subject in 'mx plain' 'mx starttls' 'mx pipelined' 'mx null sender' 'mx attachment' \
  'submission PLAIN' 'submissions PLAIN' 'submission LOGIN' 'submissions LOGIN' lmtp; do
  has INBOX "$subject"
done

refused() { # CODE ARGUMENT...
  fails bounded swaks --server localhost --helo client.elsewhere.test "${@:2}"
  grep -qE "^<(\*\*|~\*) +$1" fails.log || { cat fails.log; fail "no $1 for ${*:2}"; }
}
refused '550 5\.1\.1' --port "$PORT_SMTP" "${outside[@]}" --to nobody-at-all@example.test
refused '55[0-9] 5\.7\.' --port "$PORT_SMTP" "${outside[@]}" --to victim@far-away.test
refused '535 5\.7\.8' --port "$PORT_SUBMISSIONS" --tlsc "${verify[@]}" --auth PLAIN \
  --auth-user "$USER_ADDRESS" --auth-password wrong --from "$USER_ADDRESS" --to "$USER_ADDRESS"
refused '55[0-9] 5\.7\.' --port "$PORT_SUBMISSIONS" --tlsc "${verify[@]}" --auth PLAIN \
  --auth-user "$USER_ADDRESS" --auth-password "$USER_PASSWORD" --from alice@example.test \
  --to "$USER_ADDRESS"
