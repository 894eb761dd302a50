#!/bin/sh
# Two versions of lazaret and one store: what a newer one has changed, an older one does not write to,
# neither one that comes later nor one that was there before.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 tmux perl
. tests/tmux.sh
. tests/faults/fails.sh
listener=
trap 'tmux kill-server 2>/dev/null; [ -z "$listener" ] || kill "$listener"; rm -rf "$work"' EXIT
digest() { sqlite3 "$LAZARET_STORE" 'SELECT count(*) FROM message; SELECT count(*) FROM operation; SELECT state, lease FROM delivery'; }
newer() { sqlite3 "$LAZARET_STORE" "PRAGMA user_version = $1"; }
for n in 1 2 3; do ses_mail $n "mail $n" >"$work/$n.eml"; ses_mail $n "mail $n" | sed 's/$/\r/' >"$work/$n.crlf"; done
"$lazaret" import "$work/1.eml" "$work/2.eml" >/dev/null
"$lazaret" release 1 --to a@here.example >/dev/null
version=$(sqlite3 "$LAZARET_STORE" 'PRAGMA user_version')

# Older ones that are there already.
tmux new-session -d -s console -x 100 -y 30 "$lazaret; echo left; sleep 60"
sees '^▸' 'a console is open'
"$lazaret" lmtp "$work/lmtp" >"$work/said" 2>&1 &
listener=$!
wait_for 10 grep -q 'listening on' "$work/said"
is "$?" 0 'and mail is taken from a server'
newer $((version + 1))
before=$(digest)
press b
sees 'changed by a newer lazaret meanwhile' 'the console says that it does not write'
perl tests/importer/lmtp.pl "$work/lmtp" bring "$work/3.crlf" >"$work/out" 2>&1
has "$(cat "$work/out")" '^4[0-9][0-9] ' 'the server is told to come again'
hasnt=$(grep -c '^250 2.0.0' "$work/out")
is "$hasnt" 0 'and nothing is acknowledged'
has "$(cat "$work/said")" 'changed by a newer lazaret meanwhile' 'with the reason in the log'

# Older ones that come later.
while read -r arguments; do
	fails 78 'written by a newer lazaret' "$arguments" "$lazaret" $arguments
done <<-END
	list
	show 1
	verify
	block 1
	undo
	import $work/3.eml
	deliver --now
END
"$lazaret" import - <"$work/3.eml" >/dev/null 2>&1
is "$?" 75 'a mail server is told to try again'
is "$(digest)" "$before" 'none of them has written'

# When the newer one is gone again, all goes on.
newer "$version"
press b
sees 'u takes it back|blocked' 'the console goes on'
is "$(perl tests/importer/lmtp.pl "$work/lmtp" bring "$work/3.crlf" | grep -c '^250 2.0.0')" 2 'and so does the server'
"$lazaret" verify >/dev/null 2>&1
is "$?" 0 'the store is sound'
finish
