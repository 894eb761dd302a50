#!/bin/sh
# The quarantines that are files, through the program: imported twice changes nothing, killed and
# begun again gives the same store, a bad entry is named, the envelope and every byte are kept.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 zip
trust_the_gateway
many=40

# So many messages in each form, and one entry of each that is no message.
bare() { ses_mail "$1" "$2 $1" | sed 1,2d; }
quarantine() { # FOLDER
	mkdir -p "$1/amavis/a" "$1/pmg/spam/1A" "$1/scanner/20261130/spam" "$1/defender" "$1/zip/G1"
	n=0
	while [ $n -lt $many ]; do
		n=$((n + 1))
		id=$(printf 'abcdefgh%04d' $n)
		{ printf '%s\n' 'Return-Path: <s@amazonses.com>' 'Delivered-To: spam-quarantine' \
			'X-Envelope-From: <s@amazonses.com>' 'X-Envelope-To: <a@inside.test>,' ' <b@inside.test>' \
			'X-Envelope-To-Blocked: <b@inside.test>' "X-Quarantine-ID: <$id>" 'X-Spam-Flag: YES'
			bare $n amavis; } | gzip >"$1/amavis/a/spam-$id.gz"
		{ printf '%s\n' 'Delivered-To: c@inside.test,d@inside.test' 'Return-Path: s@amazonses.com'
			bare $n pmg; } >"$1/pmg/spam/1A/$(printf '3C0A12BC6A0F1E2D%05d' $n)"
		bare $n scanner >"$1/scanner/20261130/spam/4ABC$n"
		bare $n defender | base64 >"$1/defender/$n.eml"
		bare $n zip >"$1/zip/G1/$n.eml"
		bare $n json | base64 -w 0 | tr '+/' '-_' | sed 's/.*/{"id":"x","raw":"&"}/' >>"$1/gmail.jsonl"
		bare $n sns | base64 -w 0 | sed 's/.*/{"notificationType":"Received","mail":{"source":"s@amazonses.com"},"receipt":{"recipients":["e@inside.test"],"action":{"encoding":"BASE64"}},"content":"&"}/' |
			jq -c '{Type:"Notification",Message:tojson}' >>"$1/sns.json"
	done
	cp "$1/amavis/a/spam-abcdefgh0001.gz" "$1/amavis/a/spam-wrongid00001.gz"
	echo '{"raw": {' >>"$1/gmail.jsonl"
	echo '{"notificationType":"Received","receipt":{"action":{"bucketName":"b","objectKey":"k"}}}' >>"$1/sns.json"
	(cd "$1/zip" && zip -q -P 'open, Sesame' -r "$1/export.zip" G1 && rm -r G1/*.eml && rmdir G1)
}
quarantine "$work/q"
touch -d '1 minute ago' "$work"/q/*.json*
printf 'open, Sesame\n' >"$work/secret"
chmod 600 "$work/secret"
import() { "$lazaret" import --password-file "$work/secret" "$work/q"; }

out=$(import 2>"$work/err")
is "$? $out" "65 $((many * 7)) new ($((many * 7)) confirmed), 3 unreadable" 'seven kinds in one tree'
has "$(cat "$work/err")" 'spam-wrongid00001.gz: its X-Quarantine-ID is abcdefgh0001' "another's header is named"
has "$(cat "$work/err")" 'gmail.jsonl#41: it breaks off' 'and what is no JSON'
has "$(cat "$work/err")" 's3://b/k' 'and where a message lies that is not here'
envelopes() { "$lazaret" list --format jsonl "subject:$1" | jq -c '[.sender, .recipients]' | sort -u; }
is "$(envelopes amavis)" '["s@amazonses.com",["b@inside.test"]]' 'envelope of amavis: whose it was blocked for'
is "$(envelopes pmg)" '["s@amazonses.com",["c@inside.test","d@inside.test"]]' 'of Proxmox Mail Gateway'
is "$(envelopes sns)" '["s@amazonses.com",["e@inside.test"]]' 'of SES receiving'
is "$(envelopes scanner | jq -c '.[1]')" '[]' 'of MailScanner: unknown'
"$lazaret" release "$(ids subject:scanner | head -1)" 2>"$work/err"
is "$? $(grep -c -- --to "$work/err")" '65 1' 'so a release is refused, and says the way out'
for kind in amavis pmg scanner defender zip json sns; do
	wanted=$(bare 7 $kind | sha256sum)
	is "$("$lazaret" show "$(ids "subject:\"$kind 7\"")" --part raw | sha256sum)" "$wanted" "$kind: byte for byte"
done
has "$(import 2>/dev/null)" "^0 new, $((many * 7)) known, 3 unreadable$" 'imported twice changes nothing'
out=$("$lazaret" --store "$work/other.db" import "$work/q/export.zip" 2>&1)
has "$out" 'export.zip#G1/.*: a password is needed: --password-file' 'no password is said'
printf 'open, Sesamf\n' >"$work/secret.2"
chmod 600 "$work/secret.2"
out=$("$lazaret" --store "$work/other.db" import --password-file "$work/secret.2" "$work/q/export.zip" 2>&1)
has "$out" 'password' 'and a wrong one'

# A queue file, as MailScanner keeps it where it is told to: Postfix' own postcat reads the same.
if PATH="$PATH:/usr/sbin" command -v postcat >/dev/null; then
	mkdir -p "$work/queue/20261130/4ABC" "$work/postfix"
	echo "queue_directory = $work/postfix" >"$work/postfix/main.cf"
	bare 99 queue >"$work/99.eml"
	perl -e '
		sub record { my ($type, $text) = @_; my $length = length $text; print $type;
			while ($length > 127) { print chr(0x80 | $length & 0x7f); $length >>= 7 }
			print chr($length), $text }
		record("C", sprintf("%15d %15d %15d %15d %15d", 1000, 200, 2, 0, 1000));
		record("T", "1777636800 0"); record("S", "s\@amazonses.com"); record("R", "f\@inside.test"); record("M", "");
		while (<>) { chomp; record("N", $_) }
		record("X", ""); record("E", "")' "$work/99.eml" >"$work/queue/20261130/4ABC/message"
	PATH="$PATH:/usr/sbin" postcat -c "$work/postfix" "$work/queue/20261130/4ABC/message" 2>"$work/err" |
		sed '1,/^\*\*\* MESSAGE CONTENTS/d; /^\*\*\* HEADER EXTRACTED/,$d' >"$work/postcat"
	"$lazaret" --store "$work/queue.db" import "$work/queue" >/dev/null
	is "$("$lazaret" --store "$work/queue.db" show 1 --part raw | sha256sum)" "$(sha256sum <"$work/postcat")" \
		"a queue file of Postfix: as postcat reads it"
	is "$("$lazaret" --store "$work/queue.db" list --format jsonl | jq -c '[.sender, .recipients]')" \
		'["s@amazonses.com",["f@inside.test"]]' 'with its envelope'
fi

state() {
	"$lazaret" --store "$1" list --format jsonl --sort id | jq -c 'del(.received)' | sha256sum
	sqlite3 "$1" 'SELECT count(*) FROM raw; SELECT count(*) FROM recipient; SELECT messages FROM counter;'
}
wanted=$(state "$work/q.db")
export LAZARET_STORE="$work/killed.db"
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	"$lazaret" import --password-file "$work/secret" "$work/q" >/dev/null 2>&1 &
	sleep "0.$(printf '%02d' $((round * 7 % 13 + 1)))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
done
import >/dev/null 2>&1
is "$(state "$work/killed.db")" "$wanted" 'killed twenty times, the rerun ends with the same store'
finish
