#!/bin/sh
# What became of a sender's mail: shown, counted by the hour, and learnt from.
. tests/tap.sh
need jq
"$lazaret" import share/samples/mail >/dev/null 2>&1
id=$("$lazaret" list finding:brand-name --format jsonl | jq -r .id | head -1)

has "$("$lazaret" show "$id")" '^History$' 'show tells of its keys'
is "$("$lazaret" show "$id" --part json | jq '.history | map(.held + .released + .blocked == .messages) | all')" true \
	'and its JSON counts each of their messages once'
"$lazaret" block "$id" --reason 'a lure' >/dev/null 2>&1
is "$("$lazaret" show "$id" --part json | jq '[.history[].person_blocked] | max')" 1 'a decision counts'
has "$("$lazaret" show "$id")" ': block of 1, a lure \(operation [0-9]+\)$' 'and says who and why'
"$lazaret" undo >/dev/null 2>&1
is "$("$lazaret" show "$id" --part json | jq '[.history[].person_blocked] | max')" 0 'undo takes it back'

is "$("$lazaret" stats --by lesson --format jsonl)" '' 'nothing decided, nothing learnt'
ids() { "$lazaret" list "$1" --format jsonl | jq -r .id | head -6; }
# shellcheck disable=SC2046
"$lazaret" block $(ids finding:brand-name) >/dev/null 2>&1
# shellcheck disable=SC2046
"$lazaret" release --to desk@here.example $(ids '-finding:brand-name score:<30') >/dev/null 2>&1
is "$("$lazaret" stats --by lesson --format jsonl | jq -r 'select(.feature == "brand-name") | .blocked')" 6 \
	'what was blocked taught its findings'
is "$("$lazaret" list --format jsonl 'finding:learned state:held' | head -1 | jq -r .state)" held \
	'held messages like it are judged again'
"$lazaret" rescore >/dev/null
scores() { "$lazaret" list --format jsonl --sort id | jq -c '[.id, .score]'; }
learnt=$(scores)
"$lazaret" config learn no
has "$("$lazaret" stats)" 'lazaret rescore makes' 'to learn no more outdates verdicts'
"$lazaret" rescore >/dev/null
is "$("$lazaret" list finding:learned --format jsonl)" '' 'and then no score is moved'
"$lazaret" config learn yes
"$lazaret" rescore >/dev/null
is "$(scores)" "$learnt" 'learning again, all is as it was'
"$lazaret" config learn perhaps 2>"$work/errors"
is "$?" 78 'learn is yes or no'

is "$("$lazaret" stats --window 1h --format jsonl | jq -s 'map(.rate | split(" ") | length) | unique == [24]')" true \
	'a window is shown 24 times'
is "$("$lazaret" stats --window 1d --by ip --format jsonl | jq -s 'map(.key) | unique == ["ip"]')" true 'by address too'
"$lazaret" stats --window 7m 2>"$work/errors"
is "$?" 64 'windows are multiples of ten minutes'
"$lazaret" stats --window 1h --by ses 2>"$work/errors"
is "$?" 64 'there are no bursts of classes'
for key in account config ip region domain; do
	"$lazaret" stats --window 1h --by $key --format jsonl >"$work/out"
	is "$? $(jq -c 'select(.share < 0 or .share > 100 or .subjects > .messages or .campaigns > .messages or .first > .last)' "$work/out")" \
		'0 ' "bursts by $key, and what their messages are"
done
"$lazaret" stats --window 1h state:held 2>"$work/errors"
is "$?" 64 'nor of a query'

# A shift of decisions.
decided() { "$lazaret" stats --decisions --format jsonl "$@"; }
all=$("$lazaret" export jsonl | jq -s 'map(select(.undoes == null)) | length')
is "$(decided | jq -s 'map(.decisions) | add')" "$all" 'stats --decisions counts every decision but undos'
is "$(decided --by actor | jq -sc 'map([.actor, .decisions == .release + .block + .hold, .median >= .added_median, .p90 >= .median]) | unique')" \
	"[[\"$(id -un)\",true,true,true]]" 'by who made them, with how long messages waited, in seconds'
for key in kind who day hour account; do
	is "$(decided --by $key | jq -s 'map(.decisions) | add')" "$all" "by $key"
done
is "$(decided --by finding finding:brand-name | jq -s 'max_by(.decisions).decisions == (map(select(.finding == "brand-name"))[0].decisions)')" true \
	'by finding, of messages that a query finds'
is "$("$lazaret" stats --by actor --format csv)$("$lazaret" stats --since 1h --format csv)" \
	"$("$lazaret" stats --decisions --by actor --format csv)$("$lazaret" stats --decisions --since 1h --format csv)" \
	'what only decisions have says that they are meant'
is "$(decided --since 1h | jq -s 'map(.decisions) | add')" "$all" 'in the last hour'
is "$(decided --until 2001-01-01)$(decided --since 2001-01-01 --until '2001-01-01 08:00')" '' 'none in another shift'
is "$(decided --by finding --limit 2 | wc -l)" 2 '--limit'
is "$("$lazaret" stats --decisions --by who --format csv | head -1 | tr -d '\r')" \
	'who,decisions,release,block,hold,rules,undone,overturned,missed,high,settled,median,p90,added_median,added_p90' 'as csv'
has "$("$lazaret" stats --decisions)" ' <1m ' 'people read lengths, not seconds'
for wrong in '--decisions --by colour' '--decisions --by region' '--since 8h --by ip' '--decisions --window 1h' '--by hour --window 1h' '--limit 3' '--decisions --since tomorrow' \
	'--decisions --since 8h --until 9h' '--decisions --limit -1'; do
	"$lazaret" stats $wrong 2>"$work/errors"
	is "$?" 64 "stats $wrong"
done
finish
