#!/usr/bin/env bash
# curl: smtp, smtps, imap with STARTTLS, imaps.
. "$CLIENTS/lib.sh"

mail() {
  bounded curl -sS --cacert "$CA" --ssl-reqd --user "$USER_ADDRESS:$USER_PASSWORD" "$@"
}
for way in "smtp:$PORT_SUBMISSION" "smtps:$PORT_SUBMISSIONS"; do
  scheme=${way%:*}
  message "curl $scheme" 100 | sed "s/^From: .*/From: <$USER_ADDRESS>/" >letter
  mail "$scheme://localhost:${way#*:}/client.elsewhere.test" --mail-from "$USER_ADDRESS" \
    --mail-rcpt "$USER_ADDRESS" --crlf --upload-file letter
  has INBOX "curl $scheme"
done

for way in "imap:$PORT_IMAP" "imaps:$PORT_IMAPS"; do
  url=${way%:*}://localhost:${way#*:}
  folder=Curl-${way%:*}
  mail "$url" -X "CREATE $folder"
  mail "$url" | tr -d '\r' | grep -q "LIST .* \"\?$folder\"\?$" || fail "no $folder in LIST"
  message "curl append ${way%:*}" 400 | sed 's/$/\r/' >letter
  mail "$url/$folder" --upload-file letter
  has "$folder" "curl append ${way%:*}"
  mail "$url/$folder;MAILINDEX=1" >arrived
  cmp letter arrived
  mail "$url/$folder;UID=1;SECTION=HEADER.FIELDS%20(SUBJECT)" | grep -q "^Subject: curl append"
  mail "$url/$folder?SUBJECT%20append" | grep -q '^\* SEARCH 1' || fail 'search'
  mail "$url/$folder" -X 'STORE 1 +FLAGS (\Flagged $Work)' | grep -qi 'Flagged' || fail 'store'
  mail "$url/$folder" -X 'FETCH 1 (FLAGS UID RFC822.SIZE ENVELOPE BODYSTRUCTURE)' |
    grep -q 'ENVELOPE ("Fri, 05 Mar 2021' || fail 'envelope'
  mail "$url/$folder" -X 'STORE 1 +FLAGS.SILENT (\Deleted)'
  mail "$url/$folder" -X EXPUNGE | grep -q '^\* 1 EXPUNGE' || fail 'expunge'
  has "$folder" "curl append ${way%:*}" 0
done

# Without trust in the certificate nothing is sent, and a wrong password is refused.
fails bounded curl -sS --ssl-reqd --user "$USER_ADDRESS:$USER_PASSWORD" "imaps://localhost:$PORT_IMAPS"
fails bounded curl -sS --cacert "$CA" --user "$USER_ADDRESS:wrong" "imaps://localhost:$PORT_IMAPS"
