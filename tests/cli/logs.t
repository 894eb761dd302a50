#!/bin/sh
# What runs unattended writes to a journal or into a mail of cron: no address and no subject of
# anyone's mail is in it, whether all goes well or not.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 perl
listener=
server=
trap 'for pid in $listener $server; do kill -9 $pid 2>/dev/null; done; rm -rf "$work"' EXIT
trust_the_gateway
subject='sesame of alice'
logs="$work/logs"
mkdir "$logs"

clean() { # LOG WHAT: it says something, and nothing of anyone
	[ -s "$logs/$1" ]
	ok $? "$2 says something"
	is "$(grep -niE '@|sesame|alice' "$logs/$1")" '' '  and nothing of anyone'
}
crlf_mail() { ses_mail "$@" | sed 's/$/\r/'; }
listening() { grep -q '^lazaret: listening on ' "$1"; }
end() {
	kill -TERM "$listener"
	wait "$listener" 2>/dev/null
	listener=
}
for i in 1 2 3 4; do crlf_mail $i "$subject $i" >"$work/m$i"; done
plain_mail 9 "$subject" | sed 's/$/\r/' >"$work/plain"
# A field too long, 8-bit and NUL: whatever a parser may have to say.
{ printf 'From: alice@inside.test\r\nSubject: %s\r\n%0100000d: x\r\n\r\n\377\000@\r\n' "$subject" 0; } >"$work/odd"

# ---- listeners ----
"$lazaret" lmtp "$work/lmtp" >"$logs/lmtp" 2>&1 &
listener=$!
wait_for 10 listening "$logs/lmtp"
perl tests/importer/lmtp.pl "$work/lmtp" bring "$work/m1" "$work/plain" "$work/odd" >"$work/answers"
has "$(cat "$work/answers")" '^250 .*kept' 'a message is kept'
has "$(cat "$work/answers")" '^554 ' 'one is refused'
perl tests/importer/lmtp.pl "$work/lmtp" torn "$work/m2"
perl tests/importer/lmtp.pl "$work/lmtp" endless >/dev/null
end
clean lmtp 'lazaret lmtp'

"$lazaret" import --store="$work/small.db" "$work/m3" >/dev/null 2>&1
{ crlf_mail 4 "$subject" | sed '/^--b4--/,$d'; head -c 1500000 /dev/urandom | base64 | sed 's/$/\r/'; printf -- '--b4--\r\n'; } >"$work/large"
(ulimit -f $(($(stat -c %s "$work/small.db") / 512 + 400)) && exec "$lazaret" lmtp --store="$work/small.db" "$work/lmtp") >"$logs/full" 2>&1 &
listener=$!
wait_for 10 listening "$logs/full"
has "$(perl tests/importer/lmtp.pl "$work/lmtp" bring "$work/large")" '^4[0-9][0-9] ' 'without space none is kept'
end
clean full 'lazaret lmtp without space'

door="127.0.0.1:$(free_port)"
"$lazaret" rspamd "$door" >"$logs/rspamd" 2>&1 &
listener=$!
wait_for 10 listening "$logs/rspamd"
has "$(perl tests/importer/http.pl "$door" bring "$work/m2" "$work/plain" "$work/odd")" '^200 ' 'rspamd hands one over'
perl tests/importer/http.pl "$door" torn "$work/m3"
end
clean rspamd 'lazaret rspamd'

# ---- imports ----
maildir "$work/mail" 3
cp "$work/odd" "$work/mail/cur/odd:2,S"
mkfifo "$work/mail/cur/fifo"
ln -s /nonexistent/mail "$work/mail/cur/nowhere"
"$lazaret" import --watch "$work/mail" >"$logs/watch" 2>&1 &
listener=$!
wait_for 20 grep -q ' new' "$logs/watch"
ses_mail 8 "$subject 8" >"$work/mail/tmp/8.mx"
mv "$work/mail/tmp/8.mx" "$work/mail/new/8.mx"
wait_for 20 sh -c "[ \$(grep -c ' new' '$logs/watch') -ge 2 ]"
end
clean watch 'lazaret import --watch'

ses_mail 5 "$subject 5" | "$lazaret" import --sender=bounce@sender.example --recipient=alice@inside.test - >"$logs/pipe" 2>&1
is "$?" 0 'a message by pipe'
plain_mail 9 "$subject" | "$lazaret" import --recipient=alice@inside.test - >>"$logs/pipe" 2>&1
ses_mail 6 "$subject" | "$lazaret" import --store="$work/m1/q.db" --recipient=alice@inside.test - >>"$logs/pipe" 2>&1
is "$?" 75 'and one that can not be kept'
{ printf 'From MAILER-DAEMON Fri May  1 12:00:00 2026\n'; ses_mail 7 "$subject 7"; } >"$work/box"
"$lazaret" import "$work/box" "$work/none" >>"$logs/pipe" 2>&1
clean pipe 'lazaret import'
"$lazaret" rescore >"$logs/rescore" 2>&1
clean rescore 'lazaret rescore'

# ---- the log of a mail server ----
ses_mail 11 "$subject 11" | sed '/^Return-Path:/d; /^Delivered-To:/d; s/ for <reader[^>]*>;/;/' >"$work/lost.eml"
"$lazaret" import "$work/lost.eml" >/dev/null 2>&1
id=$(sed -n 's/^Message-ID: //p' "$work/lost.eml")
while read -r program text; do
	printf 'May  1 12:00:11 mx postfix/%s[7]: 4ABC11: %s\n' "$program" "$text"
done >"$work/mail.log" <<END
smtpd client=a8-12.smtp-out.amazonses.com[54.240.8.12]
cleanup message-id=$id
qmgr from=<bounce@sender.example>, size=2000, nrcpt=2 (queue active)
local to=<alice@inside.test>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to alice)
local to=<bob@inside.test>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to bob)
qmgr removed
END
printf 'May  1 12:00:12 mx postfix/qmgr[7]: 4ABC12: from=<alice@inside.test, size=1\n\377\n' >>"$work/mail.log"
"$lazaret" maillog "$work/mail.log" >"$logs/maillog" 2>&1
has "$(cat "$logs/maillog")" '^message [0-9]+ gets a sender and 2 recipients \(mx, queue id 4ABC11\)$' 'an envelope is restored'
clean maillog 'lazaret maillog'

# ---- deliveries ----
cat >"$work/server.pl" <<'END'
# Refuses some with what servers say then, puts others off, takes the rest.
use IO::Socket::INET;
my $listen = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', LocalPort => shift) or die;
while (my $s = $listen->accept) {
	$s->autoflush(1);
	print $s "220 x ESMTP\r\n";
	while (my $line = <$s>) {
		my ($to) = $line =~ /^RCPT TO:<([^>]*)>/i;
		if ($line =~ /^DATA/i) {
			print $s "354 go on\r\n";
			while (($line = <$s>) ne ".\r\n") { }
			print $s "250 2.0.0 Ok: queued as 4F2A\r\n";
		}
		elsif ($line =~ /^QUIT/i) { print $s "221 bye\r\n"; last }
		elsif (!$to)              { print $s "250 ok\r\n" }
		elsif ($to =~ /^alice/)   { print $s "550 5.1.1 <$to>: Recipient address rejected: User alice unknown\r\n" }
		elsif ($to =~ /^bob/)     { print $s "451 4.2.0 <$to>: greylisted; see http://x.example/?r=$to\r\n" }
		elsif ($to =~ /^carol/)   { print $s "550 5.1.1 \"Carol\@home\" <\"c d\"\@inside.test> carol... unknown\r\n" }
		else                      { print $s "250 ok\r\n" }
	}
}
END
port=$(free_port)
perl "$work/server.pl" "$port" &
server=$!
wait_for 10 perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => shift)' "127.0.0.1:$port"
"$lazaret" release 1 --transport "smtp://127.0.0.1:$port" --to alice@inside.test --to bob@inside.test \
	--to carol@inside.test --to dora@inside.test >/dev/null
"$lazaret" release 2 --transport "maildir:$work/m1/box" --to alice@inside.test >/dev/null
"$lazaret" deliver --now >"$logs/deliver" 2>&1
has "$(cat "$logs/deliver")" '^delivery 1 of message 1: failed, .*550 5.1.1 <\[address\]>: Recipient address rejected: User \[address\] unknown' \
	'a refusal keeps its words'
has "$(cat "$logs/deliver")" 'of message 1: sent, 250 2.0.0 Ok: queued as 4F2A' 'and a queue id'
is "$(grep -c '^delivery' "$logs/deliver")" 5 'each try is a line'
is "$(grep -ciE 'carol|bob|dora|c d"' "$logs/deliver")" 0 'nobody is named'
clean deliver 'lazaret deliver'
has "$("$lazaret" outbox)" 'alice@inside.test' 'whom it was for is in the outbox'
has "$(LAZARET_COLUMNS=200 "$lazaret" deliver --now; LAZARET_COLUMNS=200 "$lazaret" outbox retry 1 >/dev/null; LAZARET_COLUMNS=200 "$lazaret" deliver --now)" \
	'^delivery 1 of message 1 to alice@inside.test: failed' 'and told to who looks on'
"$lazaret" doctor >"$logs/doctor" 2>&1
clean doctor 'lazaret doctor'
"$lazaret" verify >"$logs/verify" 2>&1
clean verify 'lazaret verify'
finish
