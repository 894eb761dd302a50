#!/bin/sh
# What leaves: the stored bytes behind one trace field, with the original envelope.
. tests/tap.sh
need smtp-sink jq sqlite3
export PATH="$PATH:/usr/sbin"

samples=share/samples/mail
"$lazaret" import "$samples" >/dev/null 2>&1
one=$("$lazaret" list --format jsonl has:attachment | jq -r 'select(.recipients | length > 0) | .id' | head -1)
"$lazaret" show "$one" --part raw >"$work/stored"
sender=$("$lazaret" show "$one" --part json | jq -r '.sender // ""')
recipient=$("$lazaret" show "$one" --part json | jq -r '.recipients[0]')

# The trace field and its folds off, line ends made one.
behind_trace() { tr -d '\r' <"$1" | awk 'past { print; next } NR > 1 && !/^[ \t]/ { past = 1; print }'; }
plain() { tr -d '\r' <"$1"; }

"$lazaret" release "$one" --transport "maildir:$work/box" >"$work/out" 2>&1
is "$?" 0 'release to a Maildir'
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 0 'deliver'
file=$(find "$work/box/new" -type f)
behind_trace "$file" >"$work/came"
plain "$work/stored" >"$work/want"
cmp -s "$work/came" "$work/want"
ok $? 'the Maildir has the stored bytes behind the trace field'
has "$(head -4 "$file")" '^Received: ' 'the trace field is a Received field'
has "$(tr -d '\r\n' <"$file" | head -c 600)" "envelope-from <$sender>.*for <$recipient>" \
	'it names the envelope'

port=$(free_port)
# As root the sink wants to become somebody else, who must reach its folder.
user=
[ "$(id -u)" != 0 ] || user='-u nobody'
mkdir -m 1777 "$work/sink"
chmod 711 "$work"
smtp-sink $user -d "$work/sink/%H%M%S" "127.0.0.1:$port" 20 2>"$work/sink.log" &
sink=$!
trap 'kill $sink 2>/dev/null; rm -rf "$work"' EXIT
wait_for 5 perl -MIO::Socket::INET -e "IO::Socket::INET->new('127.0.0.1:$port') or exit 1"
"$lazaret" undo >/dev/null 2>&1
two=$("$lazaret" list --format jsonl -- "-id:$one has:attachment" | jq -r 'select(.recipients | length > 0) | .id' | head -1)
"$lazaret" show "$two" --part raw >"$work/stored"
"$lazaret" release "$two" --transport "smtp://127.0.0.1:$port" --reason 'asked for' >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 0 'deliver by SMTP'
file=$(find "$work/sink" -type f | head -1)
sender=$("$lazaret" show "$two" --part json | jq -r '.sender // ""')
recipient=$("$lazaret" show "$two" --part json | jq -r '.recipients[0]')
has "$(cat "$file")" "^X-Mail-Args: <$sender>" 'MAIL FROM is the envelope sender'
has "$(cat "$file")" "^X-Rcpt-Args: <$recipient>" 'RCPT TO is the envelope recipient'
# The sink writes its own fields first: ours is the second Received.
tr -d '\r' <"$file" | awk '/^Received: / { n++ } n >= 2' >"$work/ours"
behind_trace "$work/ours" >"$work/came"
plain "$work/stored" >"$work/want"
# The sink ends its file with an empty line of its own.
printf '\n' >>"$work/want"
cmp -s "$work/came" "$work/want" || sed -i '$ d' "$work/want"
cmp -s "$work/came" "$work/want"
ok $? 'the sink has the stored bytes behind the trace field'
has "$("$lazaret" outbox)" "sent.*$recipient" 'the outbox says sent'
kill $sink
wait $sink 2>/dev/null

three=$("$lazaret" list --format jsonl state:held | jq -r 'select(.recipients | length > 0) | .id' | head -1)
"$lazaret" release "$three" --transport "smtp://127.0.0.1:$port" >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 75 'a server that is down: put off, exit 75'
has "$("$lazaret" outbox)" 'queued' 'the delivery waits in the outbox'
sqlite3 "$LAZARET_STORE" "UPDATE delivery SET state = 1, lease = strftime('%s', 'now') + 600, deliverer = 'mx.elsewhere:7 a b c' WHERE state = 0"
has "$("$lazaret" deliver --now)" '1 is with a deliverer \(mx.elsewhere:7\) until 2.* UTC' 'what another deliverer has is said'
has "$("$lazaret" outbox)" '1 is with a deliverer' 'in the outbox as well'
sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET state = 0, lease = 0 WHERE state = 1'
has "$("$lazaret" outbox)" '[Cc]onnect' 'and says why'

printf '127.0.0.1:%s anna correct-horse\n' "$port" >"$work/passwords"
chmod 644 "$work/passwords"
"$lazaret" config smtp-credentials "$work/passwords" >/dev/null
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 78 'passwords that others can read: exit 78'
has "$(cat "$work/out")" 'smtp-credentials: .*others may read' 'and why'
chmod 600 "$work/passwords"
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 0 'passwords that only we can read are taken'
is "$(cat "$work"/out "$LAZARET_STORE"* | grep -c correct-horse)" 0 'none is said or stored'
"$lazaret" config smtp-credentials '' >/dev/null
finish
