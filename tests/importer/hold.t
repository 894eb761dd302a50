#!/bin/sh
# Postfix' hold queue as a source: read again and again, emptied only when that is asked for.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/postfix.sh
need jq perl
need_postfix
trap 'postfix_stop; rm -rf "$work"' EXIT
count() { "$lazaret" list --limit 0 --format jsonl "$@" | wc -l; }
on_hold() { [ "$(queued hold)" = "$1" ]; }
in_box() { [ "$(boxed)" = "$1" ]; }
in_no_queue() { [ -z "$(find "$postfix/queue" -type f -name "$1")" ]; }
import() { "$lazaret" import "$@" "postfix-hold:$postfix/conf"; }

stanza hold >"$work/checks"
has "$(cat "$work/checks")" '/ HOLD' 'the manual has the stanza of HOLD'
postfix_start_with_stanzas
ok $? 'Postfix takes it'
is "$(import)" '0 new' 'nothing is on hold yet'

{ mail 1 '"John Doe"@sender.example' Two@inside.test '"a b"@inside.test'; printf '.\n..\n%s\nend\n' "$(head -c 4000 /dev/zero | tr '\0' y)"; } >"$work/odd"
mail 2 '' one@inside.test >"$work/null"
{ printf 'MAIL <a@b.example>\nRCPT <reader@inside.test>\n'; plain_mail 3 'no SES'; } >"$work/plain"
n=0
while [ $n -lt 20 ]; do
	n=$((n + 1))
	mail $n "s$n@sender.example" "Reader$n@inside.test" >"$work/held$n"
done
inject "$work"/held[0-9]* "$work/odd" "$work/null" "$work/plain"
wait_for 10 on_hold 22
is "$(queued hold)" 22 'mail of SES is on hold'
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	"$lazaret" import "postfix-hold:$postfix/conf" >/dev/null 2>&1 &
	victim=$!
	sleep "0.$(printf '%02d' $(((round * 7) % 40 + 1)))"
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
done
import >"$work/out" 2>&1
is "$? $(count) $(queued hold)" '0 22 22' 'killed twenty times and resumed, all are in the store, and on hold still'
is "$(import)" '0 new, 22 known' 'again it changes nothing'
is "$("$lazaret" list --format jsonl '"offer 1"' | jq -c '[.sender, (.recipients | sort)]' | grep John)" \
	'["\"John Doe\"@sender.example",["\"a b\"@inside.test","Two@inside.test"]]' 'the envelope is that of the queue'
is "$("$lazaret" list --limit 0 --format jsonl | jq -r .source | sed "s,.*conf#,," | sort | tr '\n' ' ')" \
	"$(ls "$postfix/queue/hold" | sort | tr '\n' ' ')" 'each is known by its queue id'
id=$("$lazaret" list --format jsonl 'sender:John' | jq -r .id)
is "$("$lazaret" show "$id" --part raw | behind_received | sha256sum)" "$(message "$work/odd" | sha256sum)" \
	'byte for byte, with the line ends of the queue'

# One is deleted and one let go between the list and its turn: the last of the list, which has them
# in the order of a folder, so that it is not said which these are.
mail 90 s90@sender.example gone@inside.test >"$work/gone"
mail 91 s91@sender.example free@inside.test >"$work/free"
inject "$work/gone" "$work/free"
wait_for 10 on_hold 24
freeze() { # PID: as soon as it reads its first message
	perl -e 'my ($pid) = @ARGV;
		for (1 .. 20000) {
			open my $in, "<", "/proc/$pid/task/$pid/children" or last;
			for my $child (split " ", <$in> // "") {
				open my $name, "<", "/proc/$child/comm" or next;
				if ((<$name> // "") =~ /^postcat/) { kill STOP => $pid; exit 0 }
			}
			select undef, undef, undef, 0.0005;
		}
		exit 1' "$1"
}
"$lazaret" --store "$work/other.db" import "postfix-hold:$postfix/conf" >"$work/out" 2>"$work/err" &
importer=$!
freeze $importer
ok $? 'while the queue is read'
set -- $(postqueue -c "$postfix/conf" -j | sed 's/.*"queue_id": "\([^"]*\)".*/\1/' | tail -2)
postsuper -c "$postfix/conf" -d "$1" >/dev/null 2>&1
postsuper -c "$postfix/conf" -H "$2" >/dev/null 2>&1
wait_for 10 in_no_queue "$2"
arrived=$(boxed)
kill -CONT $importer
wait $importer
is "$? $(head -1 "$work/out")" '65 22 new (22 confirmed), 2 unreadable' 'what is no longer there is counted'
is "$(grep -cE "^lazaret: skipped: .*($1|$2)" "$work/err")" 2 'and named'
import >/dev/null
import --delete >"$work/out" 2>&1
is "$? $(queued hold) $(tail -1 "$work/out")" '0 0 0 new, 22 known' 'with --delete what is kept is on hold no more'
is "$(boxed)" "$arrived" 'and was not delivered for that'
inject "$work/held1"
wait_for 10 on_hold 1
is "$(import --delete | head -1) $(queued hold)" '1 new (1 confirmed) 0' 'nor is what comes later'
copies=$("$lazaret" list --limit 0 --format jsonl | jq -s 'map(.recipients | length) | add')
"$lazaret" release --transport "smtp://127.0.0.1:$back_port" 'subject:offer' >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
has "$(cat "$work/out")" "^$copies sent, 0 put off, 0 failed" 'what is released goes back'
wait_for 20 in_box $((arrived + copies))
is "$(boxed) $(queued incoming active deferred hold)" "$((arrived + copies)) 0" 'and arrives once, and on hold never again'

# Ids that are used again.
postconf -c "$postfix/conf" -e enable_long_queue_ids=no
postfix_restart
mail 77 short@sender.example reader@inside.test >"$work/short"
inject "$work/short"
wait_for 10 on_hold 1
import --delete >"$work/out" 2>"$work/err"
is "$? $(queued hold)" '74 1' 'of a short id nothing is deleted'
has "$(cat "$work/err")" 'enable_long_queue_ids = yes' 'and how to do better is said'
import >"$work/out" 2>"$work/err"
is "$? $(cat "$work/out")" '0 0 new, 1 known' 'it is read again each time'
"$lazaret" import postfix-hold:relative >/dev/null 2>&1
is "$?" 64 'a configuration is named by its whole path'
"$lazaret" import --delete share/samples/mail >/dev/null 2>&1
is "$?" 64 'files are not deleted'
finish
