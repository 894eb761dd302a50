#!/bin/sh
# Indicators to and from others: STIX and MISP, and lists that others keep.
. tests/tap.sh
. tests/cli/mails.sh
need jq
trust_the_gateway
maildir "$work/box" 3
"$lazaret" import "$work/box" >/dev/null
sender=$("$lazaret" list --format jsonl id:1 | jq -r .from)

# Out.
"$lazaret" deny add --link-domain kit.lure.example --reason seen >/dev/null
"$lazaret" export stix --tlp amber+strict --out "$work/bundle.json" 2>"$work/note"
is "$? $(cat "$work/note")" '0 lazaret: stix: up to operation 1: 1 written' 'a bundle is written'
is "$(jq -r '[.type, (.objects | map(.type) | unique | join(" "))] | join(": ")' "$work/bundle.json")" \
	'bundle: identity indicator marking-definition' 'with what it needs'
is "$(jq -r '.objects[] | select(.type == "indicator") | .object_marking_refs | length' "$work/bundle.json")" 2 'marked as amber, and as strict'
is "$("$lazaret" export misp --tlp clear 2>/dev/null | jq -r '.Event | [.Tag[0].name, .Attribute[0].value] | join(" ")')" \
	'tlp:clear kit.lure.example' 'a MISP event has its tag'
"$lazaret" export stix --tlp white >/dev/null 2>"$work/err"
is "$?" 64 'a level that TLP does not have'
has "$(cat "$work/err")" "'white' is no TLP; there are amber amber" 'is no level'
"$lazaret" export csv --tlp red >/dev/null 2>"$work/err"
is "$? $(cat "$work/err")" '64 lazaret: export: csv has no place for --tlp: leave it out' 'what can not be marked is not taken for marked'
"$lazaret" undo >/dev/null
is "$("$lazaret" export stix --since 1 2>/dev/null | jq -r '.objects[] | select(.type == "indicator") | .revoked')" true 'what is undone is revoked'

# In.
printf '# feed\n%s\namazonses.com\nhxxps[:]//kit[.]lure[.]example/a\n' "$sender" >"$work/feed.txt"
"$lazaret" indicators import "$work/feed.txt" >"$work/out" 2>"$work/err"
is "$? $(cat "$work/out")" '0 list feed: 2 values, 1 left out; held messages judged again: 3' 'a list is taken in'
has "$(cat "$work/err")" 'feed\.txt: line 3: amazonses\.com is every SES account' 'what would do harm is told, with its line'
has "$("$lazaret" show 1 --part json | jq -r '.findings[] | select(.id == "listed") | .text')" \
	'^its sender is on the list feed since ' 'a held message has the finding'
"$lazaret" rescore >/dev/null
has "$("$lazaret" show 1 --part json | jq -r '.findings[] | select(.id == "listed") | .evidence')" "sender $sender .feed." 'and keeps it when it is read again'
is "$("$lazaret" indicators list --format jsonl | jq -r '[.name, .values] | join(" ")')" 'feed 2' 'lists are listed'
"$lazaret" indicators import --name own "$work/bundle.json" >"$work/out"
is "$? $(cut -d, -f1 "$work/out")" '0 list own: 2 values' 'a bundle is taken in'
echo '<html>no feed today</html>' >"$work/feed.txt"
"$lazaret" indicators import "$work/feed.txt" >/dev/null 2>&1
is "$? $("$lazaret" indicators list --format jsonl | jq -r 'select(.name == "feed").values')" '65 2' 'a list without a value takes the place of none'
mkfifo "$work/fifo"
"$lazaret" indicators import "$work/fifo" 2>"$work/err" </dev/null
is "$? $(cat "$work/err")" "65 lazaret: $work/fifo: not a regular file" 'a pipe that nobody writes to is waited for by nobody'
"$lazaret" indicators import --name zero /dev/zero 2>"$work/err"
is "$? $(cat "$work/err")" '65 lazaret: /dev/zero: not a regular file' 'nor is a device read for ever'
printf 'a.example\n\000\001' >"$work/feed.bin"
"$lazaret" indicators import "$work/feed.bin" 2>"$work/err"
is "$? $(cat "$work/err")" "65 lazaret: $work/feed.bin: line 2: this is no list but a file of bytes" 'a file that is no text is said to be none'
truncate -s 65M "$work/feed.txt"
"$lazaret" indicators import "$work/feed.txt" 2>"$work/err"
is "$? $(cat "$work/err")" "65 lazaret: $work/feed.txt: it is larger than 64 MiB" 'one that is too large is read no further'
"$lazaret" indicators remove feed >/dev/null
is "$? $("$lazaret" list --format jsonl finding:listed | wc -l)" '0 0' 'a list that is gone says nothing'
"$lazaret" indicators remove feed >/dev/null 2>&1
is "$?" 66 'and is not there to be removed'
"$lazaret" verify >/dev/null
ok $? 'the store is whole'
finish
