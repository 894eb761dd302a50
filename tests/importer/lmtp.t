#!/bin/sh
# lazaret lmtp: what is answered with 250 is in the store, byte for byte; whoever comes.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 perl
listener=
trap 'for pid in $listener $others; do kill -9 $pid 2>/dev/null; done; rm -rf "$work"' EXIT
others=
client() { perl tests/importer/lmtp.pl "$@"; }
listen() { # ADDRESS OPTION...: sets $listener
	place=$1
	shift
	: >"$work/said"
	"$lazaret" lmtp "$@" >>"$work/said" 2>&1 &
	listener=$!
	wait_for 10 grep -q "^lazaret: listening on $place\$" "$work/said"
}
end() { # SIGNAL: sets $status
	kill "-$1" "$listener"
	wait "$listener" 2>/dev/null
	status=$?
	listener=
}
crlf_mail() { ses_mail "$@" | sed 's/$/\r/'; }
count() { "$lazaret" list --format jsonl "$@" | wc -l; }

for i in 1 2 3 4 5 6; do crlf_mail $i "offer $i" >"$work/m$i"; done
plain_mail 9 'no SES' | sed 's/$/\r/' >"$work/plain"
{ crlf_mail 7 dots; printf '.\r\n..\r\n.x\r\nbare\n.\nlf \000 \377\r\n'; } >"$work/dots"

listen "$work/lmtp"
ok $? 'without an address it listens beside the store'
is "$(stat -c %a "$work/lmtp")" 600 'where we alone may connect'
is "$(client "$work/lmtp" bring "$work/m1")" '250 2.0.0 <One@inside.test> kept in quarantine
250 2.0.0 <two@inside.test> kept in quarantine
221 2.0.0 Bye' 'a message is kept, and each recipient answered'
is "$("$lazaret" list --format jsonl | jq -c '[.sender, .recipients, .source]')" \
	"[\"Bounce@sender.example\",[\"One@inside.test\",\"two@inside.test\"],\"lmtp:$work/lmtp\"]" 'with its envelope as it was given'
is "$("$lazaret" show 1 --part raw | sha256sum)" "$(sha256sum <"$work/m1")" 'byte for byte'
is "$(client "$work/lmtp" bring "$work/m1" "$work/dots" | cut -c1-9 | tr '\n' ' ')$(count)" \
	'250 2.0.0 250 2.0.0 250 2.0.0 250 2.0.0 221 2.0.0 2' 'brought again it is kept once'
is "$("$lazaret" show 2 --part raw | sha256sum)" "$(sha256sum <"$work/dots")" 'dots, bare line ends and all'
is "$(client "$work/lmtp" bring "$work/plain")" "554 5.7.1 <One@inside.test> not sent through Amazon SES, and others are not kept here
554 5.7.1 <two@inside.test> not sent through Amazon SES, and others are not kept here
221 2.0.0 Bye" 'what is no SES mail is refused'
is "$(client "$work/lmtp" pipelined "$work/m2" "$work/m3" | cut -c1-9 | sort | uniq -c | awk '{ print $1, $2, $3 }' | tr '\n' ' ')" \
	'1 221 2.0.0 4 250 2.0.0 2 250 2.1.0 4 250 2.1.5 1 250 SIZE ' 'all in one piece'
is "$(client "$work/lmtp" bytes "$work/m4" | wc -l) $(count)" '2 5' 'a byte at a time'
client "$work/lmtp" torn "$work/m5"
client "$work/lmtp" unheard "$work/m6"
wait_for 5 sh -c "[ \$('$lazaret' list --format jsonl | wc -l) = 6 ]"
is "$(count subject:offer) $(count 'subject:"offer 6"')" '5 1' 'what broke off is not kept, what came whole is'

# Nobody keeps the others waiting.
is "$(client "$work/lmtp" endless | tail -1 | tr -d '\r')" '500 5.5.2 line too long' 'a line without end'
perl tests/importer/lmtp.pl "$work/lmtp" deaf >"$work/deaf" &
others=$!
perl tests/importer/lmtp.pl "$work/lmtp" waits >"$work/waits" &
others="$others $!"
wait_for 10 grep -q 'still here' "$work/deaf"
wait_for 10 grep -q inside "$work/waits"
n=100
files=
while [ $n -lt 180 ]; do
	n=$((n + 1))
	crlf_mail $n "many $n" >"$work/n$n"
	files="$files $work/n$n"
done
is "$(client "$work/lmtp" many 4 $files | grep -c '^250 2.0.0')" 160 'twenty sessions at once, beside one that never reads'
is "$(count subject:many)" 80 'all are kept'
perl tests/importer/lmtp.pl "$work/lmtp" crowd 120 >"$work/crowd" &
others="$others $!"
wait_for 10 grep -q . "$work/crowd"
is "$(cat "$work/crowd")" '421 4.3.2 too many sessions; try again' 'one too many is told to try again'
is "$(grep -c '^Threads:.1$' /proc/$listener/status) $(ls /proc/$listener/fd | wc -l | awk '{ print ($1 < 130) }')" '1 1' \
	'no threads, and not more descriptors than sessions'

# An end.
"$lazaret" lmtp 2>"$work/err"
is "$? $(cat "$work/err")" "74 lazaret: $work/lmtp: Address already in use" 'two can not listen there'
end TERM
is "$status $(tail -1 "$work/said")" '0 86 new (86 confirmed), 1 known, 1 not SES, left out' 'a signal ends it'
wait_for 5 grep -q 421 "$work/waits"
is "$(tr -d '\r' <"$work/waits" | tail -1)" '421 4.3.2 this listener ends; try again' 'who was in the middle is told'
is "$(ls "$work/lmtp" 2>/dev/null)" '' 'and the socket is gone'
for pid in $others; do kill "$pid" 2>/dev/null; done
others=

# A clock, a port, another's mail.
listen "$work/lmtp" --all --idle 1
is "$(client "$work/lmtp" bring "$work/plain" | head -1 | cut -c1-3)" 250 'with --all it is kept'
is "$(client "$work/lmtp" silent)" '421 4.4.2 too slow; try again
closed' 'who is silent is sent away'
end KILL
[ -S "$work/lmtp" ]
ok $? 'a killed one leaves its socket'
port=$(free_port)
listen "$work/lmtp" "$work/lmtp" --group "$(id -gn)"
is "$? $(stat -c %a "$work/lmtp")" '0 660' 'which the next one takes over; a group may connect'
end INT
listen "127.0.0.1:$port" "127.0.0.1:$port"
is "$(client "127.0.0.1:$port" bring "$work/m5" | head -1 | cut -c1-9)" '250 2.0.0' 'a port of loopback'
end HUP
for place in "0.0.0.0:$port" "192.0.2.1:$port" "[::]:$port" "localhost" ":$port"; do
	"$lazaret" lmtp "$place" 2>/dev/null
	echo $?
done >"$work/statuses"
is "$(sort -u "$work/statuses")" 64 'none that others can reach'
echo data >"$work/file"
"$lazaret" lmtp "$work/file" 2>/dev/null
is "$? $(cat "$work/file")" '74 data' 'a file is not taken for a socket'

# A store that is full, and one that another has.
listen "$work/lmtp"
pages=$(($(stat -c %s "$LAZARET_STORE-wal" "$LAZARET_STORE" | sort -n | tail -1) + 4096))
prlimit --pid "$listener" --fsize=$pages:unlimited
head -c 3000000 /dev/urandom | base64 | sed 's/$/\r/' >"$work/noise"
{ crlf_mail 50 large; cat "$work/noise"; } >"$work/large"
is "$(client "$work/lmtp" bring "$work/large" | head -2)" "451 4.3.0 <One@inside.test> the quarantine can't be written to; try again
451 4.3.0 <two@inside.test> the quarantine can't be written to; try again" 'a full disk: try again'
has "$(cat "$work/said")" '^lazaret: 1 put off: .*no space left' 'and why'
prlimit --pid "$listener" --fsize=unlimited
is "$(client "$work/lmtp" bring "$work/large" | head -1 | cut -c1-9) $(count subject:large)" '250 2.0.0 1' 'then it goes on'
mkfifo "$work/lock"
sqlite3 "$LAZARET_STORE" <"$work/lock" >"$work/lock.out" &
others=$!
exec 9>"$work/lock"
echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
wait_for 10 grep -q 1 "$work/lock.out"
crlf_mail 51 locked >"$work/locked"
is "$(client "$work/lmtp" bring "$work/locked" | head -1 | cut -c1-9) $(count subject:locked)" '451 4.3.0 0' 'a locked store: try again'
echo 'ROLLBACK;' >&9
exec 9>&-
wait "$others"
others=
is "$(client "$work/lmtp" bring "$work/locked" | head -1 | cut -c1-9) $(count subject:locked)" '250 2.0.0 1' 'then it is kept'
end TERM
is "$status" 0 'and that was no failure'
finish
