#!/bin/sh
# What leaves the house redacted does not say whom a message was for.
. tests/tap.sh
need jq

cat >"$work/1.eml" <<'EOF'
Received: from mail.shop.example by mx.here.example for <Ann.Miller@here.example>; Thu, 28 May 2026 19:36:40 +0000
Return-Path: <bounce+7-ann.miller=here.example@shop.example>
From: Shop <news@shop.example>
To: =?utf-8?b?QW5uIE1pbGxlcg==?= <ann.miller@here.example>
Subject: Ann Miller, your parcel
Message-ID: <17-ann@shop.example>
Content-Type: text/plain
Content-Transfer-Encoding: base64

SGVsbG8gYW5uLm1pbGxlckBoZXJlLmV4YW1wbGUsIHNlZSBodHRwOi8vbHVyZS5leGFtcGxlLz90
bz1ZVzV1TG0xcGJHeGxja0JvWlhKbExtVjRZVzF3YkdVPQo=
EOF
sed 's/nn/da/g; s/QW5uIE1pbGxlcg==/QWRhIE1pbGxlcg==/' "$work/1.eml" >"$work/2.eml"
"$lazaret" import --all --recipient ann.miller@here.example - <"$work/1.eml"
"$lazaret" import --all --recipient ada@here.example --recipient ann.miller@here.example - <"$work/2.eml"
"$lazaret" block 1 2 --reason 'ann.miller@here.example asked' >/dev/null

for format in csv emailevents-csv jsonl; do
	got=$("$lazaret" export $format --redact)
	! printf '%s\n' "$got" | grep -qi 'miller\|ada@'
	ok $? "$format does not tell"
	printf '%s\n' "$("$lazaret" export $format)" | grep -qi miller
	ok $? 'as it does otherwise'
done
is "$(printf '%s\n' "$got" | jq -c '[.id, .recipients, .reason, .message_id]')" \
	'[1,["recipient-1"],"recipient-1 asked","<redacted>"]
[2,["recipient-2","recipient-1"],"recipient-1 asked","<redacted>"]' 'the same person is the same in all lines'
is "$(printf '%s\n' "$got" | head -1 | jq -r .subject)" 'recipient-1 recipient-1, your parcel' 'in the subject as well'

got=$("$lazaret" show 1 --part redacted)
is "$(printf '%s\n' "$got" | head -1 | cut -c1-80)" \
	"X-Lazaret-Redacted: not the original, which has SHA-256 $("$lazaret" list --format jsonl id:1 | jq -r .sha256 | cut -c1-24)" \
	'a redacted mail says first that it is none'
! printf '%s\n' "$got" | grep -qi 'miller\|YW5uLm1p\|WVc1dUxt\|17-ann'
ok $? 'and does not tell, whatever it was encoded by'
has "$got" 'Hello recipient-1, see http://lure.example/\?to=recipient-1' 'but what it is about'

# Nobody says that this one was for her; but she is one of ours.
"$lazaret" config own-domains here.example
printf '%s\n' 'From: Shop <news@shop.example>' 'To: undisclosed-recipients:;' 'Subject: for zoe@here.example' '' \
	'See http://lure.example/?to=zoe%40here.example' >"$work/3.eml"
"$lazaret" import --all "$work/3.eml"
"$lazaret" block 3 >/dev/null
got=$("$lazaret" show 3 --part redacted; "$lazaret" export csv --redact id:3)
! printf '%s\n' "$got" | grep -q zoe
ok $? 'whoever has an address at own-domains is not told either'
has "$got" 'to=<redacted>%40here.example' 'but the domain is'

# A mail without envelope still says in its header whom it was for.
printf '%s\n' 'From: Shop <news@shop.example>' 'To: undisclosed-recipients:;' 'X-Forwarded-To: otto.silent@there.example' \
	'Subject: otto.silent, your parcel' '' 'x' >"$work/4.eml"
"$lazaret" import --all "$work/4.eml"
"$lazaret" block 4 >/dev/null
for format in csv emailevents-csv jsonl; do
	got=$("$lazaret" export $format --redact id:4)
	has "$got" 'recipient-1, your parcel' "$format looks into the header where there is no envelope"
done
finish
