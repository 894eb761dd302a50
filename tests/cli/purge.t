#!/bin/sh
# lazaret purge: what it says, asks and refuses, and what the other commands say of what is left.
. tests/tap.sh

hasnt() { # TEXT PATTERN NAME
	! printf '%s\n' "$1" | grep -qE -- "$2"
	ok $? "$3"
}

for number in 1 2 3 4; do
	printf '%s\n' "From: \"Shop $number\" <a@example.org>" "To: victim$number@example.net" "Subject: Dear victim$number" \
		"Message-ID: <$number@example.org>" '' "Hello victim$number, see http://lure.example/?to=victim$number" >"$work/$number.eml"
done
"$lazaret" import --all "$work/1.eml" "$work/2.eml" "$work/3.eml" "$work/4.eml" >/dev/null
"$lazaret" block 1 2 >/dev/null

got=$("$lazaret" purge --yes)
is "$?" 0 'by itself it is no error'
is "$(printf '%s\n' "$got" | tail -1)" 'purge: 0 messages' 'and does nothing until somebody says so'
got=$("$lazaret" purge --held --yes 2>&1)
is "$?" 64 '--held alone, without an age, is not all that there is'
has "$got" 'older-than' 'and what is missing is said'
got=$("$lazaret" purge 1 2>&1 >/dev/null </dev/null)
is "$?" 64 'without a terminal nobody is asked, and nothing is removed'
has "$got" "can't be undone: --yes" 'and that is said'
has "$("$lazaret" show 1 --part text)" 'Hello victim1' 'it is there still'

got=$("$lazaret" purge --dry-run state:held id:3,4)
has "$got" '^ *2  left: in a state that is not purged; --held takes held ones' 'what is held is left'
got=$("$lazaret" purge --dry-run --older-than 90 state:blocked)
has "$got" '^ *2  left: too young' 'and so is what is young; a number is days'
"$lazaret" purge --older-than 90x --yes >/dev/null 2>&1
is "$?" 64 'what is no age is a mistake of usage'

got=$("$lazaret" purge 1 --yes --reason 'asked by 1')
is "$?" 0 'a message is purged'
has "$got" '^purge: 1 message, operation 2$' 'in an operation'
! cat "$work"/q.db* | grep -qa victim1
ok $? 'nothing of it is in the files'
cat "$work"/q.db* | grep -qa victim2
ok $? 'but of the others there is'
has "$("$lazaret" verify)" '^checked   1 purged messages' 'verify looks at it'
has "$("$lazaret" log --limit 1)" 'purge .* asked by 1' 'the log tells of it'
has "$("$lazaret" show 1)" '^Mail         purged ....-..-.. by .* \(operation 2\): only this record is left$' 'show shows the record'
hasnt "$("$lazaret" show 1)" 'victim1|Shop' 'without whom it was for, and who it said it was from'
for part in headers text links attachments findings raw; do
	got=$("$lazaret" show 1 --part $part 2>&1 >/dev/null)
	is "$?" 66 "its $part are gone"
done
has "$got" 'message 1 was purged' 'and that is said'
has "$("$lazaret" show 1 --part json)" '"purged":"purged ' 'json has the record'
got=$("$lazaret" release 1 --to x@example.net 2>&1)
is "$?" 65 'it is not released'
has "$got" 'there is nothing to release' 'and why is said'
got=$("$lazaret" undo 2 2>&1)
has "$got" 'operation 2 was a purge' 'a purge is not undone'
got=$("$lazaret" undo 1 2>&1)
has "$got" 'message 1 was purged .* cannot be taken back' 'nor is what was decided before'
"$lazaret" save 1 --to "$work/saved" >/dev/null 2>&1
is "$?" 66 'nothing of it is saved'
has "$("$lazaret" export csv id:1)" '^[^,]*,1,.*,block,held,blocked,' 'its decision is exported'
has "$("$lazaret" list is:purged --format jsonl)" '"id":1,' 'it is found as purged'
has "$("$lazaret" list is:purged)" ' purged ....-..-.. by .* \(operation 2\)' 'a list says so in place of its subject'
hasnt "$("$lazaret" list is:purged --format csv)" 'purged' 'but none to a program, whose subject is empty'
is "$("$lazaret" list victim1 --format jsonl)" '' 'and by nothing that it said'
has "$("$lazaret" rescore)" '1 purged: only their records are left' 'it is not read again'
has "$("$lazaret" import --all - <"$work/1.eml" 2>&1; "$lazaret" list --format jsonl | wc -l)" '^4$' 'it comes again, and is known'
cp "$work/1.eml" "$work/again.eml"
has "$("$lazaret" import --all "$work/again.eml")" '1 of these purged, and stay so' 'and that it stays purged is said'

"$lazaret" config purge-blocked 0s
"$lazaret" config purge-held 1h
has "$("$lazaret" purge --yes)" '^purge: 1 message, ' 'by settings it is done at the ages they say'
"$lazaret" config purge-held sometimes >/dev/null 2>&1
is "$?" 78 'what is no age is no setting'
has "$("$lazaret" purge --yes --vacuum --held 3 4)" '^purge: 2 messages' 'all of it'
"$lazaret" verify >/dev/null
ok $? 'what is left is sound'
finish
