#!/bin/sh
# Campaigns from the command line: what belongs together, why, parted and joined, and taken back.
. tests/tap.sh
need jq
"$lazaret" import share/samples/mail >/dev/null 2>&1
campaigns() { "$lazaret" campaigns --format jsonl "$@"; }
partition() { # each message with the lowest message of its campaign
	"$lazaret" list --format jsonl | jq -sc 'group_by(.campaign) | map(map(.id) | sort) | sort'
}
whole=$(partition)

is "$(campaigns | jq -s 'map(.messages) | add')" "$("$lazaret" list --format jsonl | wc -l)" 'every message is in one campaign'
is "$(campaigns | jq -sc 'map(.score) == (map(.score) | sort | reverse)')" true 'the most dangerous first'
is "$(campaigns --limit 3 | wc -l)" 3 '--limit'
is "$(campaigns 'subject:ethereum' | jq -sc 'map(.messages) | add')" \
	"$("$lazaret" list --format jsonl 'subject:ethereum' | wc -l)" 'a query is about messages'
largest=$(campaigns | jq -s 'max_by(.messages).id')
has "$("$lazaret" campaigns show "$largest")" 'why together:' 'show says why'
is "$(campaigns show "$largest" | jq -c 'keys' | sort -u)" '["edge","kind","messages","state","value"]' 'its edges as data'
is "$(campaigns show "$largest" | jq -s 'all(.messages > 1 or .state != "binds")')" true 'an edge of one message binds nothing'
"$lazaret" campaigns show 99999 2>"$work/err"
is "$?" 66 'a campaign that is none'
has "$(cat "$work/err")" 'no campaign 99999' 'and it is named'

# Two that share one edge alone, so that cutting it parts them.
cutting=
for campaign in $(campaigns | jq 'select(.held + .released + .blocked > 1) | .id'); do
	for edge in $(campaigns show "$campaign" | jq 'select(.state == "binds") | .edge'); do
		"$lazaret" campaigns split "$edge" --dry-run | grep -q 'would fall' && cutting=$edge
	done
done
[ -n "$cutting" ]
ok $? 'the samples have an edge that alone holds a campaign together'
is "$(partition)" "$whole" 'a dry run parts nothing'
out=$("$lazaret" campaigns split "$cutting" --reason 'one hoster')
has "$out" 'split into [2-9] campaigns, operation 1' 'split'
[ "$(partition)" != "$whole" ]
ok $? 'the campaign is parted'
"$lazaret" campaigns split "$cutting" 2>"$work/err"
is "$?" 65 'what is cut can not be cut'
has "$("$lazaret" log)" 'split.*one hoster' 'the log says who and why'
"$lazaret" undo >/dev/null
is "$(partition)" "$whole" 'undo makes it whole'
"$lazaret" undo 2 >/dev/null
[ "$(partition)" != "$whole" ]
ok $? 'redo parts it again'
"$lazaret" undo 3 >/dev/null

set -- $(campaigns --limit 2 | jq .id)
"$lazaret" campaigns join "$1" "$2" --dry-run | grep -q 'would become one'
ok $? 'a dry run of join'
before=$(campaigns | wc -l)
out=$("$lazaret" campaigns join "$1" "$2" --reason 'one kit')
has "$out" 'joined into campaign [0-9]+, operation 5' 'join'
is "$(campaigns | wc -l)" "$((before - 1))" 'two are one'
into=${out#joined into campaign }
into=${into%%,*}
for id; do [ "$id" = "$into" ] || gone=$id; done
is "$("$lazaret" campaigns show "$gone" | sed -n 1p)" "$("$lazaret" campaigns show "$into" | sed -n 1p)" 'the old id names what it became part of'
"$lazaret" campaigns join "$1" "$2" 2>"$work/err"
is "$?" 65 'one campaign can not be joined with itself'
"$lazaret" undo >/dev/null
is "$(partition)" "$whole" 'undo parts them'
"$lazaret" campaigns show of words >/dev/null 2>&1
is "$?" 0 'words behind a verb that takes an id are words'
"$lazaret" campaigns split x 2>/dev/null
is "$?" 64 'an edge is a number'
for words in 'show' 'show 1 2' 'split' 'join' 'join 1'; do
	"$lazaret" campaigns $words >/dev/null 2>"$work/err"
	is "$?" 64 "campaigns $words looks for no words"
	has "$(cat "$work/err")" 'usage: .*join ID ID' 'and says what there is'
done
# An option that says nothing to what is asked is no wish to be passed over.
while read -r words; do
	"$lazaret" campaigns $words >/dev/null 2>"$work/err"
	is "$?" 64 "campaigns $words is wrong usage"
	has "$(cat "$work/err")" 'has no meaning for lazaret campaigns' 'and says why'
done <<END
--dry-run subject:ethereum
--reason r
--reason r show 1
--dry-run show 1
--limit 3 show 1
--limit 3 join 1 2
--format csv split 1
END

# More than are read at once and than a pipe holds, decided while the reader takes its time over the first of them.
for n in $(seq 1600); do
	printf 'From a@d%d.example Thu Jan  1 00:00:00 1970\nFrom: <a@d%d.example>\nSubject: %0300d\n\n%d\n\n' $n $n $n $n
done >"$work/many.mbox"
"$lazaret" import --all "$work/many.mbox" >/dev/null 2>&1
campaigns state:held >"$work/wanted"
[ "$(wc -l <"$work/wanted")" -gt 1600 ]
ok $? 'more campaigns than are read at once'
campaigns state:held | {
	read -r first
	"$lazaret" block state:held >/dev/null
	echo "$first"
	cat
} >"$work/listed"
cmp -s "$work/listed" "$work/wanted"
ok $? 'a list is of one moment, however long it is read'
is "$(campaigns state:held | wc -l)" 0 'and what was decided meanwhile is'

"$lazaret" verify >"$work/out"
is "$?" 0 'nothing of it is out of joint'
finish
