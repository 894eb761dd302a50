#!/bin/sh
# What decisions tell a gateway is read back by the gateway's own programs.
. tests/tap.sh
. tests/cli/mails.sh
need postmap jq
trust_the_gateway
maildir "$work/box" 6
"$lazaret" import "$work/box" >/dev/null
account=ThIeFxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx+/=
odd="o'hare+%n\${id}|\`id\`/#@lure.example"
deny() { "$lazaret" deny add --reason '$(id); "x" \ =cmd' "$@" >/dev/null; }
deny --account "$account"
deny --domain evil-kit.example
deny --sender "$odd"
deny --link-domain kit.lure.example
deny --url "https://bit.ly/3xYz?a='b'&c=%22\$(id)"
"$lazaret" allow add --account Good --domain mail.good.example --expires 30d --reason r >/dev/null
ok $? 'rules are made'
export_to() { "$lazaret" export "$1" --out "$work/$1" 2>"$work/note"; }
ran() { # PROGRAM NAME: whether it is there
	command -v "$1" >/dev/null && return
	count=$((count + 1))
	echo "ok $count - $2 # SKIP $1 is not installed"
	return 1
}

# Postfix.
export_to postfix
is "$? $(stat -c %a "$work/postfix/sender_access" "$work/postfix" | tr '\n' ' ')" '0 640 750 ' 'postfix: maps that its group can read, and nobody else'
has "$(cat "$work/note")" '^lazaret: postfix: up to operation 6: 3 written; no words for .*1 to allow by domain' 'and what they cannot carry is said'
sender() { postmap -q "$1" "texthash:$work/postfix/sender_access"; }
header() { postmap -q "$1" "regexp:$work/postfix/header_checks"; }
is "$(sender evil-kit.example)$(sender "$odd")$(sender good.example)" 'REJECT 5.7.1 Blocked hereREJECT 5.7.1 Blocked here' 'a sender is found as it is written'
for from in '"x" <a@evil-kit.example>' 'a@sub.evil-kit.example' "<$odd>" '"a@good.example" <a@Evil-Kit.example> '; do
	is "$(header "From: $from")" 'REJECT 5.7.1 Blocked here' "From: $from"
done
for from in '"a@evil-kit.example" <b@good.example>' 'a@notevil-kit.example' 'a@evil-kit.example.good.example' "<x$odd>"; do
	is "$(header "From: $from")" '' "but not $from"
done
is "$(header "Feedback-ID: ::1.eu-west-1.$account:AmazonSES")" 'REJECT 5.7.1 Blocked here' 'an account by its Feedback-ID'
is "$(header "Feedback-ID: ::1.eu-west-1.$(echo "$account" | tr A-Z a-z):AmazonSES")$(header "Subject: $account")" '' 'as it is written, and there alone'

# rspamd, as its own configuration reads it.
export_to rspamd
ok $? 'rspamd: maps and stanza'
if ran rspamadm 'rspamd takes its stanza'; then
	mkdir -p "$work/rspamd.d/local.d" "$work/rspamd.d/db"
	mv "$work/rspamd" "$work/rspamd.d/local.d/lazaret"
	grep '^# *\.include' "$work/rspamd.d/local.d/lazaret/multimap.conf" | sed 's/^# *//' >"$work/rspamd.d/local.d/multimap.conf"
	is "$(rspamadm --var=LOCAL_CONFDIR="$work/rspamd.d" --var=DBDIR="$work/rspamd.d/db" configtest -c /etc/rspamd/rspamd.conf 2>&1 | tail -1)" \
		'syntax OK' 'rspamd takes its stanza'
	rspamadm --var=LOCAL_CONFDIR="$work/rspamd.d" --var=DBDIR="$work/rspamd.d/db" configdump -c /etc/rspamd/rspamd.conf multimap >"$work/dump" 2>&1
	is "$(grep -c 'LAZARET_[A-Z]* {' "$work/dump")" 6 'with all six symbols'
fi

# SpamAssassin and Sieve.
mkdir "$work/sa"
"$lazaret" export spamassassin --out "$work/sa/lazaret.cf" 2>/dev/null
ok $? 'spamassassin: lines for its configuration'
if ran spamassassin 'SpamAssassin finds nothing wrong'; then
	cp /etc/spamassassin/*.pre "$work/sa"
	is "$(spamassassin --lint -x -p /dev/null --siteconfigpath="$work/sa" 2>&1)" '' 'SpamAssassin finds nothing wrong'
fi
"$lazaret" export sieve >"$work/junk.sieve" 2>/dev/null
ok $? 'sieve: a script'
if ran sievec 'Pigeonhole compiles it'; then
	is "$(sievec "$work/junk.sieve" "$work/junk.svbin" 2>&1)" '' 'Pigeonhole compiles it'
fi

# Proxmox and plain lists: nothing that a shell's read would take apart.
export_to pmg
is "$(tail -n +2 "$work/pmg/who.csv" | while IFS=, read -r type value; do echo "$type=$value"; done | head -3 | tr '\n' ' ')" \
	"domain=evil-kit.example regex=.*@.*[.]evil-kit[.]example email=$odd " 'pmg: objects, one a line'
export_to list
is "$(cat "$work/list/block-account" "$work/list/block-link")" "$account
kit.lure.example" 'list: a value a line'
is "$(ls -A "$work/list" | tr '\n' ' ')" 'block-account block-domain block-link block-sender block-sha256 block-url ' 'and nothing else in the folder'
deny --domain later.example
export_to list
is "$(tail -1 "$work/list/block-domain")" later.example 'made anew they have what came since'

# Training copies.
"$lazaret" block 1 2 >/dev/null
"$lazaret" release 3 >/dev/null
export_to training
has "$(cat "$work/note")" '^lazaret: training: 2 spam, 1 ham; .*sa-learn --no-sync --spam spam' 'training: copies, and what to do with them'
is "$(cd "$work/training" && find . -name '*.eml' | wc -l) $(cd "$work/training/spam" && sha256sum ./*.eml | awk '{ print $2 == "./" $1 ".eml" }' | sort -u)" '3 1' \
	'by the digest of what came'
"$lazaret" show 3 --part raw | cmp - "$work/training/ham/"*.eml
ok $? 'byte for byte'
export_to training
is "$?" 73 'never among what is there already'
if ran sa-learn 'sa-learn takes them'; then
	has "$(HOME=$work sa-learn --no-sync --dbpath "$work/bayes" --siteconfigpath="$work/sa" --spam "$work/training/spam" 2>&1)" '2 message\(s\) examined' 'sa-learn takes them'
fi

# What is asked for wrongly.
for words in 'rspamd' 'rspamd --since 3 --out x' 'sieve --since 3' 'sieve --out x/'; do
	"$lazaret" export $words >"$work/out" 2>&1
	is "$?" 64 "export $words: no"
done
"$lazaret" export indicators --since 99 >/dev/null 2>&1
is "$?" 66 'nor since what never was'
mkfifo "$work/pipe"
mkdir "$work/folder"
ln -s folder "$work/link"
for place in pipe folder link . .. ./.; do
	(cd "$work" && "$lazaret" export sieve --out "$place" 2>note)
	is "$? $(sed 's/:[^:]*$//; s/.*: //' "$work/note")" '73 that is there, and no file' "no file takes the place of $place"
done
ok "$([ -p "$work/pipe" ] && [ -L "$work/link" ]; echo $?)" 'which is what it was'
(cd "$work" && "$lazaret" export sieve --out .hidden 2>/dev/null && test -s .hidden)
ok $? 'a file may be hidden'
ln "$work/q.db" "$work/same.db"
for place in q.db q.db-wal same.db; do
	touch "$work/$place"
	"$lazaret" export sieve --out "$work/$place" 2>"$work/note"
	is "$? $(sed 's/.*: //' "$work/note")" '73 that is the quarantine itself' "nor that of $place"
done
rm "$work/same.db"
# It waits where its standard error is full, with all of it written aside.
mkfifo "$work/full"
exec 3<>"$work/full"
dd if=/dev/zero of="$work/full" bs=4096 count=1000 oflag=nonblock 2>/dev/null
nameless() { ls -l "/proc/$stopped/fd" 2>/dev/null | grep -q "$work/#"; }
aside() { nameless || ls -A "$work" | grep -q '[.]stopped[.]'; }
"$lazaret" export sieve --out "$work/stopped" 2>"$work/full" &
stopped=$!
wait_for 10 aside
if nameless; then
	kill -9 "$stopped"
	wait "$stopped" 2>/dev/null
	is "$? $(ls -A "$work" | grep -c stopped)" '137 0' 'what is killed leaves nothing aside'
else
	kill "$stopped"
	wait "$stopped"
	ok 0 'what is killed # SKIP the file system has no files without a name'
fi
"$lazaret" export sieve --out "$work/stopped" 2>"$work/full" &
stopped=$!
wait_for 10 aside
kill "$stopped"
timeout 20 cat <&3 >"$work/drained" &
drain=$!
wait "$stopped"
is "$? $(ls -A "$work" | grep -c stopped)" '75 0' 'what is interrupted leaves nothing aside'
kill "$drain"
exec 3>&-
"$lazaret" export sieve --out "$work/nowhere/x" 2>/dev/null
is "$? $(ls "$work/nowhere" 2>&1 | wc -l)" '73 1' 'nor where there is no folder'
"$lazaret" export training --redact --out "$work/redacted" 2>/dev/null
is "$?" 65 'nor copies without whom they are for'
finish
