#!/bin/sh
# Importing: what is counted, what stays known, standard input as a mail server gives it.
. tests/tap.sh
. tests/cli/mails.sh
need jq
trust_the_gateway

maildir "$work/box" 5
plain_mail 1 'hello' >"$work/box/new/1777636800.plain.mx"
out=$("$lazaret" import "$work/box" 2>"$work/err")
is "$?" 0 'a Maildir'
is "$out" '5 new (5 confirmed), 1 not SES, left out' 'new and cur are read, what is not SES is left out'
is "$(cat "$work/err")" '' 'no progress line in a pipe'
is "$("$lazaret" import "$work/box")" '0 new, 5 known, 1 not SES, left out' 'the same import again changes nothing'
is "$("$lazaret" import --all "$work/box")" '1 new (1 not SES), 5 known' '--all keeps the rest too'
is "$(find "$work/box" -type f | wc -l)" 6 'the source is as it was'
is "$("$lazaret" list --format jsonl ses:confirmed | jq -r '[.account_signed, .region, .ses] | @csv' | sort -u)" \
	'true,"us-east-1","confirmed"' 'origin is known'

# An mbox, its gzip, a tree of files, a kind by name.
for i in 11 12; do
	printf 'From MAILER-DAEMON Fri May  1 12:00:00 2026\n'
	ses_mail $i "box $i"
	echo
done >"$work/some.mbox"
gzip -c "$work/some.mbox" >"$work/same.mbox.gz"
is "$("$lazaret" import "$work/some.mbox")" '2 new (2 confirmed)' 'an mbox'
is "$("$lazaret" import "$work/same.mbox.gz")" '0 new, 2 known' 'the same, packed'
mkdir -p "$work/tree/deep/er"
ses_mail 21 'in a tree' >"$work/tree/deep/er/21.eml"
is "$("$lazaret" import "eml:$work/tree")" '1 new (1 confirmed)' 'a tree of files, by kind'
is "$("$lazaret" import "$work/tree" "$work/some.mbox" "$work/box" | head -1)" \
	'0 new, 9 known' 'several sources, one count'

# Standard input, as pipe(8) calls it.
ses_mail 31 'piped' >"$work/31.eml"
out=$("$lazaret" import --sender=bounce@shop.example --recipient=-one@inside.test \
	--recipient=two@inside.test - <"$work/31.eml" 2>&1)
is "$? $out" '0 ' 'one message on standard input, without a word'
is "$("$lazaret" list --format jsonl subject:piped | jq -c '[.sender, .recipients]')" \
	'["bounce@shop.example",["-one@inside.test","two@inside.test"]]' 'with the envelope it was given'
is "$("$lazaret" show "$(ids subject:piped)" --part raw | sha256sum)" "$(sha256sum <"$work/31.eml")" \
	'byte for byte'
ses_mail 32 'null sender' | "$lazaret" import --sender= --recipient=a@inside.test -
is "$("$lazaret" list --format jsonl 'subject:"null sender"' | jq -c .sender)" '""' 'the null sender is a sender'
ses_mail 38 'no sender' | "$lazaret" import --sender='<>' --recipient=a@inside.test -
is "$? $("$lazaret" list --format jsonl 'subject:"no sender"' | jq -c .sender)" '0 ""' 'also as it is written elsewhere'


# It is the only copy: what is not kept is not taken.
out=$(plain_mail 3 'plain' | "$lazaret" import - 2>&1)
is "$?" 65 'standard input that did not come through SES is not taken'
has "$out" '--all keeps it' 'and it says how it would be'
plain_mail 3 'plain' | "$lazaret" import --all -
is "$?" 0 'with --all it is'
{ ses_mail 33 'too large'; head -c 70000000 /dev/zero | tr '\0' x; } | "$lazaret" import - 2>/dev/null
is "$?" 65 'what is too large is not taken either'
"$lazaret" import - "$work/31.eml" </dev/null 2>/dev/null
is "$?" 75 'standard input goes alone'

# A mail server must not return a message because of how it was told to call this.
"$lazaret" import --frob - </dev/null 2>/dev/null
is "$?" 75 'an option that is none'
"$lazaret" import --recipient 'foo bar' - <"$work/31.eml" 2>/dev/null
is "$?" 75 'a recipient that is none'

# As Postfix calls it: every page that says how says the same.
pipe_lines() { grep -A2 -E '^ *lazaret +unix' "$1" | sed 's/^ *//' | tr '\n' ' '; }
has "$(pipe_lines README.md)" 'flags=q user=quarantine null_sender= argv=.* import --all --sender=\$\{sender\} --recipient=\$\{recipient\} -' \
	'the README has a call that can work'
has "$(grep -A4 '^lazaret   unix' man/lazaret.1 | tr '\n' ' ')" 'flags=q user=quarantine null_sender= +argv=.* +import --all --sender=\$\{sender\} --recipient=\$\{recipient\} -' \
	'and so has the manual'

# What procmail, or pipe(8) with flags=F, puts before a message is kept with it, and no part of it.
ses_mail 34 "from line" >"$work/34.eml"
{ echo "From someone@shop.example Fri May  1 12:00:00 2026"; cat "$work/34.eml"; } >"$work/from.eml"
"$lazaret" import - <"$work/from.eml"
id=$(ids subject:line)
is "$("$lazaret" show "$id" --part raw | sha256sum)" "$(sha256sum <"$work/from.eml")" "a From_ line is kept as it came"
is "$("$lazaret" show "$id" --part json | jq -r '.headers[0].name')" "$(sed 's/:.*//; q' "$work/34.eml")" "the header begins behind it"
is "$("$lazaret" import "$work/from.eml")" "0 new, 1 known" "from a file it is the same"

# What waits for its input hears a signal.
mkfifo "$work/slow"
sleep 20 >"$work/slow" &
writer=$!
"$lazaret" import - <"$work/slow" 2>"$work/err" &
reader=$!
sleep 0.5
kill -TERM $reader
begun=$(date +%s)
wait $reader
is "$? $(cat "$work/err")" '75 lazaret: interrupted' 'a signal ends the wait for standard input'
[ $(($(date +%s) - begun)) -lt 5 ]
ok $? 'at once'
kill $writer

# A gateway that is not trusted is named, with the way to trust it.
"$lazaret" config trusted-authserv-ids ''
out=$("$lazaret" --store "$work/other.db" import "$work/box")
has "$out" 'lazaret config trusted-authserv-ids mx.test$' 'a gateway that nobody trusts yet is named'
is "$("$lazaret" --store "$work/other.db" list --format jsonl auth:yes | wc -l)" 0 'and proves nothing'

sed 's/^Authentication-Results: mx.test;/Authentication-Results: $(touch\/tmp\/x);/' "$work/31.eml" >"$work/id.eml"
out=$("$lazaret" --store "$work/id.db" import "$work/id.eml")
is "$(printf '%s\n' "$out" | grep -c 'authserv-ids \$')" 0 'a name that a shell would run is quoted'

# An interrupt ends it at the next good place, and the same import goes on.
maildir "$work/large" 1000
"$lazaret" --store "$work/third.db" import "$work/large" >"$work/out" 2>&1 &
sleep 0.2
kill -INT $!
wait $!
case $? in 0 | 75) ok 0 'an interrupt is no crash' ;; *) ok 1 'an interrupt is no crash' ;; esac
"$lazaret" --store "$work/third.db" import "$work/large" >/dev/null
is "$("$lazaret" --store "$work/third.db" list --format jsonl | wc -l)" 1000 'the same import again goes on'

# The progress line is for a terminal, and leaves nothing behind.
script -qec "'$lazaret' --store '$work/fourth.db' import '$work/large'" /dev/null >"$work/tty" </dev/null
has "$(tr '\r' '\n' <"$work/tty")" '^[0-9]+ (of 1000 )?messages, .*/s' 'on a terminal a line tells how far it is'
has "$(tr -d '\r' <"$work/tty")" '1000 new \(1000 confirmed\)' 'and the count follows'

printf '%s\n' 'Authentication-Results: gw.example; spf=pass' 'From: a@b.example' '' x >"$work/gw.eml"
has "$("$lazaret" import --all "$work/gw.eml")" 'lazaret config trusted-authserv-ids gw.example$' \
	'whose results are not trusted is said, and how to'
"$lazaret" config trusted-authserv-ids mx.example.net
sed 's/^x$/y/' "$work/gw.eml" >"$work/gw2.eml"
has "$("$lazaret" import --all "$work/gw2.eml")" "lazaret config trusted-authserv-ids 'mx.example.net gw.example'\$" \
	'beside those that are'
finish
