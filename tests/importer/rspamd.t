#!/bin/sh
# lazaret rspamd: what is answered with 200 is in the store, byte for byte; whoever comes.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 perl curl
listener=
trap 'for pid in $listener $others; do kill -9 $pid 2>/dev/null; done; rm -rf "$work"' EXIT
others=
client() { perl tests/importer/http.pl "$door" "$@"; }
listen() { # ADDRESS OPTION...: sets $listener, $door
	door=$1
	shift
	: >"$work/said"
	"$lazaret" rspamd "$@" "$door" >>"$work/said" 2>&1 &
	listener=$!
	wait_for 10 grep -q "^lazaret: listening on $door\$" "$work/said"
}
end() { # SIGNAL: sets $status
	kill "-$1" "$listener"
	wait "$listener" 2>/dev/null
	status=$?
	listener=
}
post() { # CURL OPTION...: the text that is answered, and the status
	curl -sS --max-time 30 -w '%{http_code}\n' -H 'X-Rspamd-From: a@b.example' -H 'X-Rspamd-Rcpt: ["c@d.example"]' "$@" "http://$door/"
}
crlf_mail() { ses_mail "$@" | sed 's/$/\r/'; }
last() { "$lazaret" list --format jsonl --sort id | jq -sc "max_by(.id) | $1"; }
count() { "$lazaret" list --format jsonl "$@" | wc -l; }
kept='kept in quarantine'

for i in 1 2 3 4 5 6 7 8; do crlf_mail $i "offer $i" >"$work/m$i"; done
plain_mail 9 'no SES' | sed 's/$/\r/' >"$work/plain"
{ crlf_mail 10 odd; printf '.\r\n..\r\nbare\n.\nlf \000 \377\r\r\n'; } >"$work/odd"

# Good will.
listen "127.0.0.1:$(free_port)"
ok $? 'it listens on a port of loopback'
is "$(post --data-binary "@$work/m1")" "$kept
200" 'a message is kept'
is "$("$lazaret" list --format jsonl | jq -c '[.sender, .recipients, .source]')" \
	"[\"a@b.example\",[\"c@d.example\"],\"rspamd:$door\"]" 'with the envelope that stood beside it'
is "$("$lazaret" show 1 --part raw | sha256sum)" "$(sha256sum <"$work/m1")" 'byte for byte'
is "$(client bring "$work/m1" "$work/odd" "$work/odd" | grep -c "^200 $kept")$(count)" 33 'another envelope makes another message, the same none'
is "$("$lazaret" show 3 --part raw | sha256sum)" "$(sha256sum <"$work/odd")" 'bare line ends, NUL and all'
is "$("$lazaret" list --format jsonl | jq -r 'select(.id == 3) | .source, .recipients[1]')" "rspamd:$door#4ABC
two@inside.test" 'the queue id is in its source'
is "$(client bring "$work/plain")" '422 not sent through Amazon SES, and others are not kept here' 'what is no SES mail is refused'
is "$(client pipelined "$work/m2" "$work/m3" | grep -c ^200)$(client chunked "$work/m4")$(client bytes "$work/m5")" \
	"2200 ${kept}200 $kept" 'in one piece, in chunks, a byte at a time'
is "$("$lazaret" list --format jsonl | jq -r 'select(.subject == "offer 4") | .sha256') -" "$(sha256sum <"$work/m4" | tr -s ' ')" 'which are no part of it'
client torn "$work/m6"
client unheard "$work/m7"
wait_for 5 sh -c "[ \$('$lazaret' list --format jsonl 'subject:\"offer 7\"' | wc -l) = 1 ]"
is "$(count 'subject:"offer 6"')$(count 'subject:"offer 7"')" 01 'what broke off is not kept, what came whole is'
n=100
files=
while [ $n -lt 140 ]; do
	n=$((n + 1))
	crlf_mail $n "many $n" >"$work/n$n"
	files="$files $work/n$n"
done
perl tests/importer/http.pl "$door" waits "$work/m6" >"$work/waits" &
others=$!
perl tests/importer/http.pl "$door" crowd 60 >"$work/crowd" &
others="$others $!"
wait_for 10 grep -q inside "$work/waits"
wait_for 10 grep -q here "$work/crowd"
is "$(client many 4 $files | grep -c ^200) $(count subject:many)" '40 40' 'ten clients at once, beside many that say nothing'
is "$(grep -c '^Threads:.1$' "/proc/$listener/status")" 1 'without threads'

# None.
is "$(post)$(post -X PUT --data-binary "@$work/m8")" 'bring a message, by POST
405bring a message, by POST
405' 'another method'
is "$(post --data-binary '')$(post --data-binary '{"ip":"192.0.2.1"}')$(post -F "message=@$work/m8")" \
	"$(for i in 1 2 3; do printf 'this is no message: the rule wants a formatter that gives one\n415'; done)" 'no message'
is "$(curl -sS -w '%{http_code}' --data-binary "@$work/m8" "http://$door/")" \
	'no envelope beside it: the rule wants meta_headers = true
400' 'without metadata'
is "$(post -H 'Origin: https://evil.example' --data-binary "@$work/m8" | tail -1)" 403 'a page in a browser'
is "$(gzip -c "$work/m8" | post -H 'Content-Encoding: gzip' --data-binary @- | tail -1)" 415 'compressed'
truncate -s 65M "$work/large"
is "$(post --data-binary "@$work/large" | tail -1) $(post -H 'Transfer-Encoding: chunked' --data-binary "@$work/large" | tail -1)" \
	'413 413' 'larger than is kept, said or not'
is "$(post -H 'x-rspamd-rcpt: ["evil@d.example"]' --data-binary "@$work/m8" | tail -1)" 400 'recipients twice'
with() { # NAME PRINTF-TEXT: the status
	printf "$2" >"$work/value"
	client with "$1" "$work/value" "$work/m8" | cut -c1-3
}
is "$(with X-Rspamd-rcpt '["a\\u001b[2J@d.example"]') $(with X-Rspamd-rcpt '["a\033@d.example"]') $(with X-Rspamd-rcpt '["\377@d.example"]') $(with X-Rspamd-rcpt 'c@d.example')" \
	'400 400 400 400' 'control bytes, invalid UTF-8, no list'
is "$(with X-Rspamd-from 'a@b\033[2J') $(with X-Rspamd-from '\377\376')" '400 400' 'in the sender'
perl -e 'print "[", join(",", map { "\"user$_\@d.example\"" } 1 .. 100000), "]"' >"$work/value"
is "$(client with X-Rspamd-rcpt "$work/value" "$work/m8" | cut -c1-3)" 431 'a hundred thousand recipients'
perl -e 'print "[", join(",", map { "\"user$_\@d.example\"" } 1 .. 3000), "]"' >"$work/value"
is "$(client with X-Rspamd-rcpt "$work/value" "$work/m8" | head -1)" '400 X-Rspamd-Rcpt has too many' 'too many'
printf 'GARBAGE\r\n\r\n' >"$work/value"
is "$(client raw "$work/value" | cut -c1-3)$(count 'subject:"offer 8"')" 0 'no HTTP; and none of these is kept'
has "$(cat "$work/said")" '^lazaret: refused: no envelope beside it: the rule wants meta_headers = true$' 'each is named'
sed -n '/^Received/,$p' "$work/m8" >"$work/received"
{ printf 'Authentication-Results: mx.test; dkim=pass header.d=amazonses.com\r\n'; cat "$work/received"; } >"$work/forged"
from() { client with X-Rspamd-ip "$work/value" "$1" | cut -c1-3; }
printf 192.0.2.1 >"$work/value"
is "$(from "$work/m8") $(from "$work/received")" '400 400' 'a header that its client wrote alone'
printf 54.240.8.9 >"$work/value"
is "$(from "$work/forged") $(from "$work/received")" '400 200' 'where a server told of its client first, it may be believed'
is "$(with X-Rspamd-symbols '[{\033[2J\377') $(with X-Rspamd-subject 'a\033[2J \342\200\256') $(count 'subject:"offer 8"')" '200 200 2' 'what is not asked for may say anything'
perl -e 'print "[", join(",", map { "\"user$_\@d.example\"" } 1 .. 1024), "]"' >"$work/value"
is "$(client with X-Rspamd-rcpt "$work/value" "$work/m2" | cut -c1-3) $("$lazaret" list --format jsonl | jq '.recipients | length' | sort -n | tail -1)" '200 1024' 'as many as rspamd passes on'
printf unknown >"$work/value"
is "$(client with X-Rspamd-rcpt "$work/value" "$work/m3" | cut -c1-3) $(last .recipients)" '200 ["reader3@inside.test"]' 'unknown is what the mail says'
: >"$work/value"
is "$(client with X-Rspamd-from "$work/value" "$work/m4" | cut -c1-3) $(last .sender)" '200 ""' 'and empty is the null sender'

# An end.
"$lazaret" rspamd "$door" 2>"$work/err"
is "$? $(cat "$work/err")" "74 lazaret: $door: Address already in use" 'two can not listen there'
end TERM
wait_for 5 grep -q closed "$work/waits"
is "$status $(tail -1 "$work/said" | sed 's/ (.*)//')" '0 53 new, 2 known, 1 not SES, left out, 21 unreadable' 'a signal ends it'
for pid in $others; do kill "$pid" 2>/dev/null; done
others=
for place in "0.0.0.0:80" "192.0.2.1:80" "[::]:80" localhost ':80' 70000; do
	"$lazaret" rspamd "$place" 2>/dev/null
	echo $?
done >"$work/statuses"
is "$(sort -u "$work/statuses")" 64 'none that others can reach'

# A password, a socket, a clock.
echo 'rspamd secret word' >"$work/login"
"$lazaret" rspamd --credentials "$work/login" "$work/http" 2>"$work/err"
is "$? $(cat "$work/err")" "66 lazaret: $work/login: others may read or write it; chmod 600 it" 'a password that others may read is none'
chmod 600 "$work/login"
listen "$work/http" --credentials "$work/login" --all --idle 1
is "$(stat -c %a "$work/http")" 600 'on a socket we alone may connect to'
on_socket() { curl -sS --unix-socket "$work/http" -w '%{http_code}' -o "$work/answer" -H 'X-Rspamd-From;' -H 'X-Rspamd-Rcpt: unknown' "$@" --data-binary "@$message" http://x/; }
message=$work/plain
is "$(on_socket) $(on_socket -u rspamd:wrong) $(on_socket -u 'rspamd:secret word')" '401 401 200' 'with the password alone'
is "$(client slow)" closed 'who is slow is sent away'
end KILL
[ -S "$work/http" ]
ok $? 'a killed one leaves its socket'
listen "$work/http" --group "$(id -gn)"
is "$? $(stat -c %a "$work/http")" '0 660' 'which the next one takes over; a group may connect'

# A store that is full, and one that another has.
pages=$(($(stat -c %s "$LAZARET_STORE-wal" "$LAZARET_STORE" | sort -n | tail -1) + 4096))
prlimit --pid "$listener" --fsize=$pages:unlimited
{ crlf_mail 50 large; head -c 3000000 /dev/urandom | base64 | sed 's/$/\r/'; } >"$work/large"
is "$(client bring "$work/large")" "503 the quarantine can't be written to; try again" 'a full disk: try again'
message=$work/large
is "$(on_socket -D "$work/head") $(tr -d '\r' <"$work/head" | grep -i ^retry-after)" '503 Retry-After: 10' 'and when'
prlimit --pid "$listener" --fsize=unlimited
is "$(client bring "$work/large") $(count subject:large)" "200 $kept 1" 'then it goes on'
mkfifo "$work/lock"
sqlite3 "$LAZARET_STORE" <"$work/lock" >"$work/locked" &
others=$!
exec 9>"$work/lock"
echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
wait_for 10 grep -q 1 "$work/locked"
is "$(client bring "$work/m6" | cut -c1-3)" 503 'a locked store: try again'
echo 'ROLLBACK;' >&9
exec 9>&-
wait "$others"
others=
is "$(client bring "$work/m6" | cut -c1-3) $(count 'subject:"offer 6"')" '200 1' 'then it is kept'
end INT
is "$status" 0 'and that was no failure'

# kill -9 in the middle, twenty times, and all is brought again.
state() { "$lazaret" list --format jsonl --sort id | jq -c 'del(.received)' | sha256sum; }
export LAZARET_STORE="$work/whole.db"
listen "$work/http"
files=$(echo $files | cut -d' ' -f1-20)
client all $files >/dev/null
end TERM
wanted=$(state)
export LAZARET_STORE="$work/killed.db"
broken=0
for round in $(seq 20); do
	listen "$work/http"
	perl tests/importer/http.pl "$work/http" all $files >"$work/brought" &
	bringer=$!
	others=$bringer
	wait_for 10 sh -c "[ \$(wc -l <'$work/brought') -ge $round ]"
	end KILL
	wait "$bringer"
	kept=$(wc -l <"$work/brought")
	[ "$(sqlite3 "$LAZARET_STORE" 'SELECT count(*) FROM message')" -ge "$kept" ] || broken=$((broken + 1))
done
is "$broken" 0 'after each kill what was answered with 200 is there'
listen "$work/http"
is "$(client all $files | wc -l) $(state)" "20 $wanted" 'and in the end all, as if nothing had happened'
end TERM
finish
