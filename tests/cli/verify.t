#!/bin/sh
# lazaret verify: what was written is found sound, what was changed behind its back is named.
. tests/tap.sh
need sqlite3

for number in 1 2 3; do
	printf '%s\n' 'From: A <a@example.org>' 'To: b@example.net' "Subject: $number" '' "text $number" >"$work/$number.eml"
done
"$lazaret" import --all "$work/1.eml" "$work/2.eml" "$work/3.eml" >/dev/null
is "$("$lazaret" verify | tail -1)" 'head      none yet' 'a store without decisions has no head'
"$lazaret" block 1 2 >/dev/null
head=$("$lazaret" verify | sed -n 's/^head  *//p')
is "$(printf %s "$head" | tr -d 0-9a-f | wc -c) ${#head}" '0 64' 'the head is a SHA-256'
"$lazaret" block 3 >/dev/null
got=$("$lazaret" verify --expect "$head")
ok $? 'a head kept earlier is found again'
has "$got" '^expected  stands, in operation 1$' 'and where it stands is said'
got=$("$lazaret" verify --expect "$(printf %064d 1)" 2>&1 >/dev/null)
is "$?" 65 'a head of elsewhere is damage'
has "$got" 'is not in the chain' 'and said so'
"$lazaret" verify --expect abc >/dev/null 2>&1
is "$?" 64 'what is no hash is a mistake of usage'

cp "$work/q.db" "$work/whole.db"
sqlite3 "$work/q.db" "DROP TRIGGER decision_stands; UPDATE decision SET kind = 2 WHERE id = 2;
	CREATE TRIGGER decision_stands BEFORE UPDATE ON decision BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;"
got=$("$lazaret" verify 2>"$work/errors")
is "$?" 65 'a changed decision is damage'
is "$(printf '%s\n' "$got" | grep '^fault')" \
	'fault     decision 2 is not what was written, or not where it was written' 'and it is named'
has "$(cat "$work/errors")" ': 1 fault: this is not what lazaret wrote$' 'with a count'

# The bytes of one decision in the file itself: its id, then what it holds.
cp "$work/whole.db" "$work/q.db"
offset=$(LC_ALL=C grep -aobF "$(sqlite3 "$work/q.db" "SELECT actor FROM operation WHERE id = 2")block" "$work/q.db" | tail -1 | cut -d: -f1)
[ -n "$offset" ]
ok $? 'the operation is found in the file'
printf 'X' | dd of="$work/q.db" bs=1 seek="$offset" conv=notrunc 2>/dev/null
got=$("$lazaret" verify 2>/dev/null)
is "$?" 65 'one byte in the file is damage'
has "$got" '^fault     operation [12] is not what was written' 'and the operation is named'
finish
