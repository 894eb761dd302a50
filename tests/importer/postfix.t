#!/bin/sh
# A real Postfix: mail of SES comes in by SMTP and goes to the listener, and what is released
# comes back past the filter, once.  COUNT=5000 for more messages.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/postfix.sh
need jq sqlite3 perl
need_postfix
listener=
trap '[ -z "$listener" ] || kill -9 $listener 2>/dev/null; postfix_stop; rm -rf "$work"' EXIT
messages=${COUNT:-200}
mkdir -m 755 "$work/run"
listen() {
	"$lazaret" lmtp --all --group postfix "$work/run/lmtp" >>"$work/said" 2>&1 &
	listener=$!
	wait_for 10 test -S "$work/run/lmtp"
}
count() { "$lazaret" list --limit 0 --format jsonl "$@" | wc -l; }
plain() { tr -d '\r'; }
in_box() { [ "$(boxed)" = "$1" ]; }
# What lies in the box, behind all that Postfix and the release put before it.
as_injected() { sed -n '/^Received: from sender.example/,$p' "$1" | behind_received; }

stanza header_checks | sed "s,unix:/run/lazaret/lmtp,unix:$work/run/lmtp," >"$work/checks"
has "$(cat "$work/checks")" 'FILTER lazaret:unix:' 'the manual has the stanza of header_checks'
has "$(stanza master.cf)" 'receive_override_options=no_header_body_checks' 'and the way back'
postfix_start_with_stanzas
ok $? 'Postfix takes them'

listen
{ mail 1 '"John Doe"@sender.example' Two@inside.test '"a b"@inside.test'; printf '.\n..\n%s\nend\n' "$(head -c 4000 /dev/zero | tr '\0' y)"; } >"$work/odd"
mail 2 '' one@inside.test >"$work/null"
{ printf 'MAIL <a@b.example>\nRCPT <reader@inside.test>\n'; plain_mail 3 'no SES'; } >"$work/plain"
inject "$work/odd" "$work/null" "$work/plain"
wait_for 20 sh -c "[ \$('$lazaret' list --format jsonl | wc -l) = 2 ]"
is "$("$lazaret" list --format jsonl --sort id | jq -c '[.sender, (.recipients | sort)]' | sort | tr '\n' ' ')" \
	'["",["one@inside.test"]] ["\"John Doe\"@sender.example",["\"a b\"@inside.test","Two@inside.test"]] ' \
	'what came through SES is in the store, with its envelope'
wait_for 10 in_box 1
has "$(cat "$postfix"/box/new/*)" '^Subject: no SES' 'what did not is in its box'
id=$("$lazaret" list --format jsonl '"offer 1"' | jq -r .id)
"$lazaret" show "$id" --part raw >"$work/stored"
behind_received <"$work/stored" | plain | sha256sum >"$work/got"
message "$work/odd" | sha256sum >"$work/wanted"
is "$(cat "$work/got")" "$(cat "$work/wanted")" 'byte for byte, its long line as well'
is "$(grep -c "$(printf '\r')\$" "$work/stored")" "$(wc -l <"$work/stored")" 'each line ends as LMTP sends it'

rm "$postfix"/box/new/*
"$lazaret" release --transport "smtp://127.0.0.1:$back_port" 'subject:offer' >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
is "$? $(grep put "$work/out")" '0 3 sent, 0 put off, 0 failed, 0 unknown' 'a release goes back by the other port'
wait_for 20 in_box 3
sleep 1
is "$(boxed) $(count)" '3 2' 'each recipient gets it once, and it does not come round again'
is "$(queued incoming active deferred hold)" 0 'nothing is left in the queue'
file=$(grep -l '^Delivered-To: Two@inside' "$postfix"/box/new/*)
as_injected "$file" | sha256sum >"$work/got"
message "$work/odd" | sha256sum >"$work/wanted"
is "$(cat "$work/got")" "$(cat "$work/wanted")" 'as it came, byte for byte'
inject "$work/null"
wait_for 20 sh -c "[ \$('$lazaret' list --format jsonl | wc -l) = 3 ]"
ok $? 'the next one from outside is filtered as before'

# ---- killed, again and again ----

n=1000
last=$((1000 + messages))
mkdir "$work/many"
while [ $n -lt $last ]; do
	n=$((n + 1))
	mail $n "s$n@sender.example" "r$n@inside.test" >"$work/many/$n"
done
before=$(count)
inject "$work"/many/* &
injector=$!
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	sleep "0.$(printf '%02d' $(((round * 17) % 20 + 3)))"
	kill -9 $listener
	wait $listener 2>/dev/null
	listen
done
wait $injector
is "$?" 0 "$messages messages, while the listener is killed twenty times"
wait_for 120 sh -c "[ \$(find '$postfix/queue/incoming' '$postfix/queue/active' '$postfix/queue/deferred' -type f | wc -l) = 0 ]"
ok $? 'Postfix has handed over all of them'
is "$(count) $("$lazaret" list --limit 0 --format jsonl | jq -c .recipients | sort -u | wc -l)" \
	"$((before + messages)) $((messages + 2))" 'none is lost, none is there twice'
is "$(sqlite3 "$LAZARET_STORE" 'PRAGMA integrity_check')" ok 'the store is whole'
rm "$postfix"/box/new/*
"$lazaret" release --transport "smtp://127.0.0.1:$back_port" sender:s1 >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
has "$(cat "$work/out")" "^$messages sent, 0 put off, 0 failed" 'all are released'
wait_for 120 in_box "$messages"
sleep 0.5
is "$(boxed) $(count) $(queued incoming active deferred hold)" "$messages $((before + messages)) 0" 'and arrive once'
for file in "$work"/many/*; do message "$file" | sha256sum; done | sort >"$work/wanted"
for file in "$postfix"/box/new/*; do as_injected "$file" | sha256sum; done | sort >"$work/got"
cmp -s "$work/wanted" "$work/got"
ok $? 'each byte for byte'
kill -TERM $listener
wait $listener
is "$?" 0 'the listener ends'
listener=
finish
