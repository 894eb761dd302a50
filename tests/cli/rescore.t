#!/bin/sh
# Verdicts made anew: after a change of weights or settings, in part, again, and killed on the way.
. tests/tap.sh
need jq sqlite3
mails=share/samples/mail
"$lazaret" import "$mails" >/dev/null 2>&1

verdicts() { # all that a reading makes, in one line each
	"$lazaret" list --format jsonl --sort id | jq -c 'del(.received)'
	sqlite3 "$LAZARET_STORE" 'SELECT message, position, id, weight, text, evidence FROM finding'
}
# The first messages came before their accounts' others were known.
"$lazaret" rescore >/dev/null
first=$(verdicts)
has "$("$lazaret" rescore)" '^[0-9]+ read again, 0 changed$' 'nothing changed: nothing changes'
is "$(verdicts)" "$first" 'and every row is as it was'
is "$("$lazaret" rescore --outdated)" '0 read again, 0 changed' 'no verdict is outdated'

printf 'brand-name 1\nlinks-leave 2 # of all points\n' >"$work/weights"
"$lazaret" config weights "$work/weights"
has "$("$lazaret" stats)" 'lazaret rescore makes them anew' 'stats tell of outdated verdicts'
lure=$("$lazaret" list finding:brand-name --format jsonl | jq -r .id | head -1)
"$lazaret" block "$lure" >/dev/null 2>&1
decided=$("$lazaret" log --format jsonl)
has "$("$lazaret" rescore "finding:brand-name")" '^ +[0-9]+ +[0-9]+ -> +[0-9]+ ' 'the biggest movers are named'
is "$("$lazaret" show "$lure" --part json | jq '[.findings[] | select(.id == "brand-name").weight] | max')" 1 \
	'the new points count'
is "$("$lazaret" log --format jsonl)" "$decided" 'no decision was added or lost'
is "$("$lazaret" list "id:$lure" --format jsonl | jq -r .state)" blocked 'and the state stays'
left=$("$lazaret" rescore --outdated | sed -n 's/ read.*//p')
is $((left + $("$lazaret" list finding:brand-name --format jsonl | wc -l))) "$("$lazaret" list --format jsonl | wc -l)" \
	'--outdated takes the rest, and only that'
is "$("$lazaret" show "$lure" --part json | jq '.score == ([100, ([.findings[].weight] | add)] | min)')" true \
	'the score is the sum of its points, 100 at most'
"$lazaret" config weights "$work/none"
"$lazaret" rescore >/dev/null 2>"$work/errors"
is "$?" 78 'weights that are not there are a mistake in the settings'
printf 'brand-name lots\n' >"$work/weights"
"$lazaret" config weights "$work/weights"
"$lazaret" rescore 2>"$work/errors"
has "$(cat "$work/errors")" 'weights: line 1: ' 'and weights that are none name their line'
"$lazaret" config weights ''

# What a signature was verified with is kept, and what another version wrote down is read again.
LAZARET_STORE=$work/signed.db
signature() { "$lazaret" show 1 --part json | jq -c '.signatures[0] | [.result, .bits]'; }
"$lazaret" import --all --dkim-keys=tests/mail/dkim/keys tests/mail/detect/dkim-expired/miss-in-time.eml >/dev/null
proof=$(signature)
has "$proof" pass 'a signature is verified'
"$lazaret" rescore >/dev/null
is "$(signature)" "$proof" 'and again without the file of keys'
sqlite3 "$LAZARET_STORE" "UPDATE body SET bale = NULL, zstd = x'00'"
is "$("$lazaret" rescore)" '1 read again, 0 changed' 'an unreadable text is read again from the mail'
"$lazaret" show 1 --part text >/dev/null
is "$?" 0 'and can be shown'
sqlite3 "$LAZARET_STORE" "UPDATE raw SET bale = NULL, zstd = x'00'"
has "$("$lazaret" rescore 2>&1)" '^0 read again, 0 changed, 1 left as they were' 'a damaged mail is left as it was'
LAZARET_STORE=$work/q.db

# Killed at any time: what is there is whole, and the rest can go on.
generate=${B:-build}/tests/bench/generate
if [ -x "$generate" ]; then
	"$generate" "$work/box" 1000 7
	"$lazaret" import --all "$work/box" >/dev/null 2>&1
	"$lazaret" rescore >/dev/null
	wanted=$(verdicts)
	broken=0
	for round in 1 2 3 4 5; do
		"$lazaret" config own-domains "domain$round.example"
		"$lazaret" rescore >/dev/null 2>&1 &
		victim=$!
		sleep "0.$(printf '%02d' $(((round * 13) % 40 + 1)))"
		kill -9 $victim 2>/dev/null
		wait $victim 2>/dev/null
		[ "$(sqlite3 "$LAZARET_STORE" 'PRAGMA integrity_check' 2>&1)" = ok ] || broken=$((broken + 1))
	done
	is "$broken" 0 'after each kill the store is whole'
	"$lazaret" config own-domains ''
	"$lazaret" rescore --outdated >/dev/null
	is "$(verdicts)" "$wanted" 'and the rest gives what an undisturbed run gives'
	is "$("$lazaret" rescore --outdated)" '0 read again, 0 changed' 'all of it'
fi
finish
