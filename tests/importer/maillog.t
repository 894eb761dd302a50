#!/bin/sh
# Envelopes that a quarantine lost, from the log of a real Postfix: as it grows, is rotated and
# is read again and again.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/postfix.sh
need jq sqlite3 perl
need_postfix
trap 'postfix_stop; rm -rf "$work"' EXIT
in_box() { [ "$(boxed)" = "$1" ]; }
on_hold() { [ "$(queued hold)" = "$1" ]; }
logged() { [ "$(cat "$postfix"/log* | grep -c ': removed$')" -ge "$1" ]; }
# What Postfix delivered, as a quarantine has it that keeps no envelope; each in one copy.
lose() { # FOLDER
	mkdir -p "$1/new" "$1/cur" "$1/tmp"
	for file in "$postfix"/box/new/*; do
		sed '1,/^Received:/ { /^Return-Path:/d; /^X-Original-To:/d; /^Delivered-To:/d }' "$file" >"$work/one"
		cp "$work/one" "$1/cur/$(sha256sum <"$work/one" | head -c 20):2,S"
	done
}
envelope() { # SUBJECT
	"$lazaret" list --format jsonl "subject:\"$1\"" | jq -c '[.sender, (.recipients | sort), .from_log]'
}
# All that logs can change.
dump() { # STORE
	sqlite3 "$1" "SELECT id, sender, version FROM message ORDER BY id; SELECT * FROM recipient ORDER BY 1, 2;
		SELECT message, removed, sender, recipients, server, queue_id, at, matched FROM restored ORDER BY operation, message;
		SELECT l.message, l.matched, l.restored, g.server, g.queue_id, g.at, g.client_ip, g.helo FROM message_log l
			JOIN logged g ON g.id = l.logged ORDER BY 1;
		SELECT server, queue_id, at, message_id, flags, sender, total, ended FROM logged ORDER BY 1, 2, 3;
		SELECT g.queue_id, r.address, r.original FROM logged_recipient r JOIN logged g ON g.id = r.logged ORDER BY 1, 2, 3;"
}

printf '/^Subject: .*on hold/ HOLD\n' >"$work/checks"
printf 'list@inside.test a@inside.test, b@inside.test\n' >"$work/aliases"
postfix_start "enable_long_queue_ids = yes
header_checks = regexp:$work/checks
virtual_alias_maps = texthash:$work/aliases" '127.0.0.1:PORT inet n - n - - smtpd'
ok $? 'a Postfix of our own'
mail 1 '"John Doe"@sender.example' Two@inside.test '"a b"@inside.test' >"$work/m1"
mail 2 '' one@inside.test >"$work/m2"
mail 3 s3@sender.example list@inside.test >"$work/m3"
mail 4 s4@sender.example four@inside.test | sed 's/^Subject:.*/Subject: four on hold/' >"$work/m4"
mail 5 s5@sender.example five@inside.test six@inside.test | sed 's/^Subject:.*/Subject: five on hold/' >"$work/m5"
evil='<x>, size=1, nrcpt=1 (queue active)@email.amazonses.com>'
mail 6 s6@sender.example r6@inside.test | sed "s/^Message-ID:.*/Message-ID: $evil/" >"$work/m6"
inject "$work"/m[1-6]
wait_for 20 in_box 6
wait_for 20 on_hold 2
wait_for 20 logged 4
lose "$work/lost"
for id in $(ls "$postfix/queue/hold"); do
	postcat -c "$postfix/conf" -qbh "$id" >"$work/lost/cur/$id:2,S"
done
"$lazaret" import --all "$work/lost" >"$work/out" 2>&1
is "$("$lazaret" list --format jsonl | jq -c 'select(.sender != null or .recipients != [])')" '' 'a quarantine without envelopes'
"$lazaret" release --transport maildir "subject:offer" >"$work/out" 2>&1
is "$?" 64 'nobody knows whom to release them to'
"$lazaret" maillog --dry-run "$postfix/log" >"$work/out" 2>&1
has "$(cat "$work/out")" 'message [0-9]+ would get from <"John Doe"@sender.example> to <' 'a dry run says what they would get'
is "$(sqlite3 "$LAZARET_STORE" 'SELECT (SELECT count(*) FROM operation) + (SELECT count(*) FROM recipient)')" 0 'and gives nothing'
"$lazaret" maillog "$postfix/log" >"$work/out" 2>&1
is "$?" 0 'the log is read'
is "$(envelope 'offer 1')" '["\"John Doe\"@sender.example",["\"a b\"@inside.test","Two@inside.test"],["sender","recipients"]]' \
	'a message gets the sender and both recipients of its envelope'
is "$(envelope 'offer 2')" '["",["one@inside.test"],["sender","recipients"]]' 'the null sender is one'
is "$(envelope 'offer 3')" '["s3@sender.example",["list@inside.test"],["sender","recipients"]]' \
	'a recipient is what the client named, not what an alias made of it'
is "$(envelope 'four on hold')" '["s4@sender.example",["four@inside.test"],["sender","recipients"]]' \
	'one that never left the hold queue has the recipient that log and message name'
is "$(envelope 'five on hold')" '["s5@sender.example",[],["sender"]]' 'where the log names one of several, none is given'
has "$(cat "$work/out")" 'is left: it was put on hold, of which the log names one recipient alone' 'and that is said'
is "$(envelope 'offer 6')" '["s6@sender.example",["r6@inside.test"],["sender","recipients"]]' \
	'a Message-ID that looks like another line is a Message-ID'
id=$("$lazaret" list --format jsonl 'subject:"four on hold"' | jq -r .id)
queue_id=$("$lazaret" list --format jsonl "id:$id" | jq -r .queue_id)
[ -f "$postfix/queue/hold/$queue_id" ]
ok $? 'the queue id is known'
"$lazaret" show "$id" >"$work/out"
has "$(cat "$work/out")" '^ +sender and recipients from the log of [^ ]+, joined by Message-ID and queue id$' 'show says where the envelope is from'
has "$(cat "$work/out")" "^Log +queue id $queue_id of [^ ]+, client unknown \[127.0.0.1\], HELO sender.example" 'and who brought it'
is "$("$lazaret" list --format jsonl 'to:one@inside.test one@inside.test sender:"<>"' | jq -r .subject)" 'offer 2' 'it is found by its recipient'
has "$("$lazaret" log | cat)" 'maillog' 'it is an operation'
"$lazaret" verify >"$work/out" 2>&1
is "$?" 0 'that verify knows'
"$lazaret" undo >"$work/out" 2>&1
is "$?" 66 'and no deed of a person, to be undone unnamed'
before=$(dump "$LAZARET_STORE")
"$lazaret" maillog "$postfix/log" >"$work/out"
"$lazaret" maillog --again "$postfix/log" >>"$work/out"
"$lazaret" maillog - <"$postfix/log" >>"$work/out"
is "$(dump "$LAZARET_STORE")" "$before" 'read again, from its beginning, and from a pipe, it changes nothing'
has "$(head -1 "$work/out")" '^0 lines' 'and goes on where it was'

# ---- rotated ----

mail 11 s11@sender.example r11@inside.test >"$work/m11"
mail 12 s12@sender.example r12@inside.test >"$work/m12"
inject "$work/m11"
wait_for 20 logged 5
postfix -c "$postfix/conf" logrotate >/dev/null 2>&1
is "$? $(ls "$postfix" | grep -c '^log\..*gz$')" '0 1' 'the log is rotated and packed'
inject "$work/m12"
wait_for 20 test -s "$postfix/log"
wait_for 20 in_box 8
wait_for 20 grep -q removed "$postfix/log"
lose "$work/later"
"$lazaret" import "$work/later" >/dev/null 2>&1
"$lazaret" maillog "$postfix/log" >"$work/out" 2>&1
is "$? $(envelope 'offer 11')" '0 ["s11@sender.example",["r11@inside.test"],["sender","recipients"]]' 'the end of the log that was is read'
is "$(envelope 'offer 12')" '["s12@sender.example",["r12@inside.test"],["sender","recipients"]]' 'and the new one'
before=$(dump "$LAZARET_STORE")
"$lazaret" maillog "$postfix"/log* >"$work/out" 2>&1
is "$?$(dump "$LAZARET_STORE")" "0$before" 'all of them, by name, change nothing'
has "$(cat "$work/out")" '^0 lines' 'they are known under any name'
rm "$postfix"/log.*
mv "$postfix/log" "$work/elsewhere"
printf 'Nov 30 10:00:00 mx postfix/qmgr[1]: ABCDEF0123: removed\n' >"$postfix/log"
"$lazaret" maillog "$postfix/log" >"$work/out" 2>&1
is "$?" 65 'a rotated log that is gone is no success'
has "$(cat "$work/out")" 'was rotated, and the log that was read last is not beside it' 'and said'
postfix_stop

# ---- released to whom the log names ----

"$lazaret" release --transport "maildir:$work/out.d" 'subject:"offer 2"' >"$work/out" 2>&1
is "$?" 0 'what has its envelope back can be released'
is "$("$lazaret" outbox --format jsonl | jq -c '[.sender, .recipient]')" '["","one@inside.test"]' 'to its recipient'
operation=$("$lazaret" log --format jsonl | jq -r 'select(.verb == "maillog") | .id' | tail -1)
"$lazaret" undo "$operation" >"$work/out" 2>&1
is "$?" 65 'then its recipients are not taken back'
"$lazaret" undo >/dev/null && "$lazaret" undo "$operation" >"$work/out" 2>&1
is "$? $(envelope 'offer 2')" '0 [null,[],[]]' 'before, they are'
"$lazaret" verify >"$work/out" 2>&1
is "$?" 0 'verify knows that as well'
"$lazaret" maillog --again "$work/elsewhere" >/dev/null
is "$(envelope 'offer 2')" '[null,[],[]]' 'and no log gives what a person took back'

# ---- copied and cut, as logrotate's copytruncate does ----

line() { # SECOND TEXT
	printf 'May  1 12:00:%s mx %s\n' "$1" "$2"
}
lines() { # N QUEUE-ID: a mail as ses_mail makes it
	id=$(printf '0100018f%08x-%08x-4000-8000-%012x-000000' "$1" "$1" "$1")
	hop=$(($1 % 200 + 1))
	line "$1" "postfix/smtpd[1]: $2: client=a8-$hop.smtp-out.amazonses.com[54.240.8.$hop]"
	line "$1" "postfix/cleanup[1]: $2: message-id=<$id@email.amazonses.com>"
	line "$1" "postfix/qmgr[1]: $2: from=<s$1@sender.example>, size=9, nrcpt=1 (queue active)"
	line "$1" "postfix/lmtp[1]: $2: to=<r$1@inside.test>, relay=x, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)"
	line "$1" "postfix/qmgr[1]: $2: removed"
}
mkdir -p "$work/cut/cur" "$work/cut/new" "$work/cut/tmp"
for n in 31 32 33; do
	ses_mail $n "cut $n" | sed '/^Return-Path:/d; /^Delivered-To:/d; s/id 4ABC/id 4ABC000/; s/ for <[^>]*>//' >"$work/cut/cur/$n:2,S"
done
"$lazaret" import "$work/cut" >/dev/null 2>&1
lines 31 4ABC00031 >"$work/cut.log"
"$lazaret" maillog "$work/cut.log" >/dev/null
lines 32 4ABC00032 >>"$work/cut.log"
cp "$work/cut.log" "$work/cut.log.1"
lines 33 4ABC00033 >"$work/cut.log"
printf 'May  1 12:01:00 mx postfix/qmgr[1]: 4ABC00099: rem' >>"$work/cut.log"
"$lazaret" maillog "$work/cut.log" >"$work/out"
is "$? $(envelope 'cut 31')$(envelope 'cut 32')$(envelope 'cut 33')" \
	'0 ["s31@sender.example",["r31@inside.test"],["sender","recipients"]]["s32@sender.example",["r32@inside.test"],["sender","recipients"]]["s33@sender.example",["r33@inside.test"],["sender","recipients"]]' \
	'a log that is copied and cut is read on in the copy, then anew'
has "$(tail -1 "$work/out")" '^10 lines' 'a line that is being written waits for its end'
printf 'oved\n' >>"$work/cut.log"
has "$("$lazaret" maillog "$work/cut.log" | tail -1)" '^1 lines, 1 of mails' 'which is then read'

"$lazaret" maillog --except quarantine "$work/cut.log" >/dev/null 2>"$work/err"
is "$? $(cat "$work/err")" "64 lazaret: maillog: 'quarantine' is no recipient address: it has no domain" \
	'what is excepted must be what a log can name'

# ---- killed, again and again ----

maildir "$work/many" 40
sed -i '/^Return-Path:/d; /^Delivered-To:/d; s/id 4ABC\([0-9]*\) for/id 4ABC000\1 for/' "$work"/many/cur/*
perl -e 'for my $n (1 .. 4000) {
	my $id = sprintf("0100018f%08x-%08x-4000-8000-%012x-000000\@email.amazonses.com", $n, $n, $n);
	my $t = sprintf("2026-05-01T12:%02d:%02d.%06d+00:00 mx postfix", $n <= 40 ? 0 : $n / 100, $n % 60, $n);
	my $q = "4ABC000$n";
	my $hop = $n % 200 + 1;
	print "$t/smtpd[7]: $q: client=a8-$hop.smtp-out.amazonses.com[54.240.8.$hop]\n", "$t/cleanup[8]: $q: message-id=<$id>\n",
		"$t/qmgr[9]: $q: from=<s$n\@sender.example>, size=9, nrcpt=1 (queue active)\n",
		"$t/smtp[5]: $q: to=<reader$n\@inside.test>, relay=x[1.2.3.4]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)\n",
		"$t/smtp[5]: $q: to=<cut\n", "$t/qmgr[9]: $q: removed\n" }' >"$work/long.log"
for store in whole killed; do "$lazaret" --store "$work/$store.db" import "$work/many" >/dev/null 2>&1; done
"$lazaret" --store "$work/whole.db" maillog "$work/long.log" >"$work/out" 2>&1
has "$(tail -1 "$work/out")" '^24000 lines, 20000 of mails; 40 messages found, 40 got a sender, 40 recipients, 0 left; 4000 lines not understood$' \
	'lines that are cut are counted and passed'
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	"$lazaret" --store "$work/killed.db" maillog "$work/long.log" >/dev/null 2>&1 &
	victim=$!
	sleep "0.$(printf '%02d' $(((round * 7) % 12 + 1)))"
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
done
"$lazaret" --store "$work/killed.db" maillog "$work/long.log" >/dev/null 2>&1
is "$(dump "$work/killed.db" | sha256sum)" "$(dump "$work/whole.db" | sha256sum)" 'killed twenty times and resumed, the store is the same'
finish
