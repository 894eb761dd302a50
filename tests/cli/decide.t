#!/bin/sh
# Deciding: release, block, hold, their dry runs, undo, the log, the outbox, deliveries and exports.
. tests/tap.sh
. tests/cli/mails.sh
need jq script sqlite3
trust_the_gateway
maildir "$work/box" 9
"$lazaret" import "$work/box" >/dev/null
me=$(id -un)
state() { "$lazaret" list --format jsonl "id:$1" | jq -r .state; }

# A dry run changes nothing; a decision does, and is kept with its reason.
out=$("$lazaret" block --dry-run 1 2)
has "$out" '^ +2  messages$' 'a dry run counts'
is "$(state 1)" held 'and changes nothing'
has "$out" '^ +1  score [0-9]+ from account Account. for shop.example$' 'and says whom they are from'
has "$("$lazaret" block 1 --reason 'a lure')" '^block: 1 message, operation 1$' 'block'
is "$(state 1)" blocked 'and it is blocked'
is "$("$lazaret" show 1 --part json | jq -c '.decisions[] | [.kind, .actor, .reason, .before, .after]')" \
	"[\"block\",\"$me\",\"a lure\",\"held\",\"blocked\"]" 'the decision says who, why, and what changed'
USER=mallory LOGNAME=mallory "$lazaret" block 2 >/dev/null
is "$("$lazaret" log --format jsonl --limit 1 | jq -r .actor)" "$me" 'who acts is not what the environment says'
has "$("$lazaret" block 1)" 'nothing to do' 'the same again is nothing'
"$lazaret" hold 1 --reason 'looked again' >/dev/null
is "$(state 1)" held 'hold puts it back'

# By query; in a pipe it acts, on a terminal it asks.
has "$("$lazaret" block 'subject:"offer number 3" OR subject:"offer number 4"')" '^block: 2 messages' 'block by query'
is "$("$lazaret" list --format jsonl state:blocked | jq -r .id | sort | tr '\n' ' ')" '2 3 4 ' 'what it found, no more'
printf 'n\n' | script -qec "'$lazaret' hold 3 4" /dev/null >"$work/tty"
has "$(tr -d '\r' <"$work/tty")" 'nothing was changed' 'on a terminal several are asked for'
is "$(state 3) $(state 4)" 'blocked blocked' 'and n leaves them as they are'
printf 'y\n' | script -qec "'$lazaret' hold 3 4" /dev/null >/dev/null
is "$(state 3) $(state 4)" 'held held' 'while y changes them'
{
	until grep -q 'Do it?' "$work/tty3" 2>/dev/null; do sleep 0.1; done
	"$lazaret" block 4 >/dev/null
	echo y
} | script -qec "'$lazaret' release 3 4" /dev/null >"$work/tty3"
has "$(tr -d '\r' <"$work/tty3")" 'message 4 was blocked by' 'what someone decides meanwhile stands'
is "$(state 3) $(state 4)" 'held blocked' 'and nothing else is done'
"$lazaret" hold 4 >/dev/null
held=$("$lazaret" list --format jsonl state:held | wc -l)
for blank in '' ' '; do
	"$lazaret" block "$blank" >/dev/null 2>"$work/err"
	is "$?" 64 "a query of '$blank' decides nothing"
	has "$(cat "$work/err")" 'state:held' 'and the way to mean everything is said'
done
is "$("$lazaret" list --format jsonl state:held | wc -l)" "$held" 'all stay as they are'

# Claims: another person's stops a decision that was not told of it.
has "$("$lazaret" claim 6 7)" '^claimed 2 messages until .* UTC$' 'claim'
is "$("$lazaret" list --format csv --columns id,claimed_by is:claimed | tr -d '\r' | sort | tr '\n' ' ')" \
	"6,$me 7,$me id,claimed_by " 'and it is seen who'
has "$("$lazaret" show 6)" "^Claim +claimed by $me until " 'also in the brief'
is "$("$lazaret" claim --give-back 6)" 'gave back 1 message' 'give back'
sqlite3 "$work/q.db" "UPDATE message SET claimed_by = 'bob' WHERE id = 7"
out=$("$lazaret" block 6 7 2>&1)
is "$?" 65 'what somebody else claims is not decided about'
has "$out" 'lazaret: message 7 is claimed by bob until [0-9:]* UTC$' 'and whose it is is said'
has "$("$lazaret" block --dry-run 6 7)" '^ +1  claimed by others, refused without --claimed: message 7' 'a dry run counts it'
"$lazaret" claim 7 >/dev/null 2>&1
is "$?" 65 'nor claimed'
has "$("$lazaret" claim --dry-run --claimed 7)" '^would claim 1 message' 'unless it is taken over'
has "$("$lazaret" block --claimed 6 7)" '^block: 2 messages' 'nor decided about unless it is told to'
"$lazaret" undo >/dev/null
sqlite3 "$work/q.db" 'UPDATE message SET claimed_by = NULL'

# Undo.
"$lazaret" block 5 6 7 >/dev/null
out=$("$lazaret" undo --dry-run)
has "$out" 'block of 3 messages' 'a dry run of undo'
is "$(state 5)" blocked 'changes nothing'
"$lazaret" undo >/dev/null
is "$(state 5) $(state 6) $(state 7)" 'held held held' 'undo takes all of it back'
"$lazaret" undo 99999 >/dev/null 2>&1
is "$?" 66 'an operation that is not there'
"$lazaret" undo 1 >/dev/null 2>&1
is "$?" 65 'an operation whose message was decided about since'
is "$("$lazaret" log --format jsonl | head -1 | jq -r '[.verb, .messages] | @csv')" '"undo",3' 'the log has it'
is "$("$lazaret" log --limit 2 --format jsonl | wc -l)" 2 'as many as asked for'

# Release to the default Maildir: held for the window, then out, byte for byte.
"$lazaret" release 8 --reason 'a receipt' >"$work/out"
has "$(cat "$work/out")" "leaves by maildir:$work/data/lazaret/released" 'release says where it goes'
is "$("$lazaret" outbox --format jsonl | jq -r '[.state, .recipient] | @csv')" '"queued","reader8@inside.test"' \
	'the outbox has it'
out=$("$lazaret" deliver)
is "$?" 0 'nothing is due yet'
has "$out" '1 wait, the first for [0-9]+ s' 'and it says so'
is "$(ls "$work/data/lazaret" | grep -c released)" 0 'nothing left'
out=$("$lazaret" deliver --now)
is "$?" 0 'deliver --now'
has "$out" 'delivery 1 of message 8: sent' 'each try is a line'
file=$(find "$work/data/lazaret/released/new" -type f)
"$lazaret" show 8 --part raw >"$work/raw"
tail -c "$(wc -c <"$work/raw")" "$file" | cmp -s - "$work/raw"
ok $? 'the bytes are the stored ones'
"$lazaret" undo >/dev/null 2>&1
is "$?" 65 'what has left can not be undone'

# Undo within the window leaves nothing to deliver.
"$lazaret" release 9 >/dev/null
"$lazaret" undo >/dev/null
is "$("$lazaret" deliver --now | tail -1)" '0 sent, 0 put off, 0 failed, 0 unknown' 'undone in time'
is "$("$lazaret" outbox --format jsonl --limit 1 | jq -r .state)" cancelled 'the outbox says so'

# Other recipients, other transports; a relative path is resolved before it is stored.
(cd "$work" && "$lazaret" release 9 --to a@inside.test --to b@inside.test --transport maildir:here >/dev/null)
is "$("$lazaret" outbox --format jsonl --limit 2 | jq -r .transport | sort -u)" "maildir:$work/here" 'a path becomes absolute'
"$lazaret" deliver --now >/dev/null
is "$(find "$work/here/new" -type f | wc -l)" 2 'one for each recipient'
"$lazaret" release 7 --transport smtp://127.0.0.1:1 >/dev/null
"$lazaret" deliver --now >"$work/out"
is "$?" 75 'a server that is down: try again later'
has "$(cat "$work/out")" '1 put off' 'and it says so'
"$lazaret" release 6 --transport pigeon: >/dev/null 2>&1
is "$?" 64 'no such transport'
id=$("$lazaret" outbox --format jsonl --limit 1 | jq .id)
"$lazaret" outbox retry "$id" >/dev/null 2>&1
is "$?" 65 'what waits anyway is not retried'
"$lazaret" outbox retry 4711 >/dev/null 2>&1
is "$?" 66 'a delivery that is not there'

# Nobody to deliver to.
plain_mail 1 'nobody knows' >"$work/plain.eml"
"$lazaret" import --all "$work/plain.eml" >/dev/null
plain=$(ids 'subject:"nobody knows"')
"$lazaret" release "$plain" >/dev/null 2>"$work/err"
is "$?" 65 'a release to nobody'
has "$(cat "$work/err")" '--to' 'tells the way out'
"$lazaret" release "$plain" --to a@inside.test >/dev/null
is "$?" 0 'and --to is it'

# Watching goes on until it is told to end.
"$lazaret" config hold-window 1s
"$lazaret" release 6 >/dev/null
"$lazaret" deliver --watch >"$work/watched" &
watcher=$!
wait_for 10 grep -q 'message 6: sent' "$work/watched"
ok $? 'deliver --watch sends what becomes due'
kill -TERM $watcher
wait $watcher
has "$(cat "$work/watched")" '^[0-9]+ sent' 'and ends with its count'

# Export.
"$lazaret" export csv >"$work/all.csv"
is "$(head -1 "$work/all.csv" | tr -d '\r' | cut -d, -f1-7)" 'time,operation,actor,decision,before,after,reason' 'export csv'
is "$("$lazaret" export jsonl id:8 | jq -r '[.decision, .actor, .reason, .account[0:8], .domain] | join(" ")')" \
	"release $me a receipt Account2 shop.example" 'export jsonl of what a query finds'
"$lazaret" export xml >/dev/null 2>&1
is "$?" 64 'no such format'

# Over another person's head: a dry run counts it, and a single decision says it once it is done.
"$lazaret" block 4 5 >/dev/null
is "$("$lazaret" hold --dry-run 4 5 | grep -c 'decided by others')" 0 'what one decided oneself is nobody else'"'"'s'
stands=$(sqlite3 "$work/q.db" "SELECT sql FROM sqlite_schema WHERE name = 'operation_stands'")
sqlite3 "$work/q.db" "DROP TRIGGER operation_stands;
	UPDATE operation SET actor = 'bob' WHERE id = (SELECT max(id) FROM operation); $stands"
has "$("$lazaret" hold --dry-run 4 5)" '^ +2  decided by others: message 4 was blocked by bob just now$' 'a dry run counts it'
out=$("$lazaret" hold 4)
has "$out" '^hold: 1 message' 'a single one is done at once'
has "$out" '^  message 4 was blocked by bob just now$' 'and whose decision it went against is said'
is "$("$lazaret" block 4 | grep -c 'was held by')" 0 'one'"'"'s own is not'
finish
