#!/bin/sh
# A real rspamd, as the milter of a real Postfix, with what lazaret(7) shows: bad mail of SES goes
# to the listener, with its envelope, and no other; what is not kept is not lost.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/postfix.sh
. tests/importer/rspamd.sh
need jq sqlite3 perl rspamd rspamadm
need_postfix
listener=
trap '[ -z "$listener" ] || kill -9 $listener 2>/dev/null; rspamd_stop; postfix_stop; rm -rf "$work"' EXIT
port=$(free_port)
listen() {
	"$lazaret" rspamd --all --credentials "$work/login" "$port" >>"$work/said" 2>&1 &
	listener=$!
	wait_for 10 answers "$port"
}
end() {
	kill -TERM $listener
	wait $listener
	status=$?
	listener=
}
count() { "$lazaret" list --limit 0 --format jsonl "$@" | wc -l; }
# rspamd waits for five seconds, and a machine may be busy: as a sender does, it is brought again.
bring() { # FILE...
	for file; do
		inject "$file" 2>/dev/null || inject "$file" 2>/dev/null || inject "$file" || return
	done
}
in_box() { [ "$(boxed)" = "$1" ]; }

echo 'rspamd secret word' >"$work/login"
chmod 600 "$work/login"
listen
rspamd_start "$port" 'user = "rspamd"; password = "secret word";'
ok $? 'rspamd begins, with what the manual shows'
mkdir "$work/stock"
ln -s "$rspamd/local.d" "$work/stock/local.d"
is "$(rspamadm --var=LOCAL_CONFDIR="$work/stock" --var=DBDIR="$rspamd/db" configtest -c /etc/rspamd/rspamd.conf 2>&1 | tail -1)" \
	'syntax OK' 'so does one that has all its own rules'
postfix_start "smtpd_milters = inet:127.0.0.1:$milter_port
milter_default_action = tempfail" "127.0.0.1:PORT inet n - n - - smtpd
$(stanza master.cf | sed 's/10026/BACK/')"
ok $? 'Postfix takes it as its milter'

{ mail 1 'bounce+tag@sender.example' Two+x@inside.test '"a b"@inside.test'; printf '.\n..\n%s\nend\n' "$(head -c 4000 /dev/zero | tr '\0' y)"; } >"$work/odd"
mail 2 '' one@inside.test >"$work/null"
{ printf 'MAIL <a@b.example>\nRCPT <reader@inside.test>\n'; plain_mail 3 'an offer, and no SES'; } >"$work/plain"
mail 4 a@b.example reader@inside.test | sed 's/^Subject: .*/Subject: nothing bad/' >"$work/good"
bring "$work/odd" "$work/null" "$work/good"
ok $? 'three come in'
is "$(count)" 2 'the bad ones are in the store when their sender is answered'
is "$("$lazaret" list --format jsonl --sort id | jq -c '[.sender, (.recipients | sort)]' | sort | tr '\n' ' ')" \
	'["",["one@inside.test"]] ["bounce+tag@sender.example",["\"a b\"@inside.test","Two+x@inside.test"]] ' \
	'with their envelopes as they were'
source=$("$lazaret" list --format jsonl '"offer 1"' | jq -r .source)
is "${source%#*} $(grep -c "cleanup.*: ${source#*#}: milter-.*bounce+tag" "$postfix/log")" "rspamd:127.0.0.1:$port 1" 'and the id that Postfix logs'
"$lazaret" maillog "$postfix/log" >"$work/out" 2>&1
has "$(cat "$work/out")" ' 2 messages found, 0 got a sender' 'so that its log is about them'
wait_for 10 in_box 1
has "$(cat "$postfix"/box/new/*)" '^Subject: nothing bad' 'what is not bad is in its box, and nothing else'
id=$("$lazaret" list --format jsonl '"offer 1"' | jq -r .id)
"$lazaret" show "$id" --part raw >"$work/stored"
has "$(head -1 "$work/stored")" '^Received: from sender.example \(unknown \[127.0.0.1\]\)' 'it begins with where it is from'
behind_received <"$work/stored" | tr -d '\r' | sha256sum >"$work/got"
message "$work/odd" | sha256sum >"$work/wanted"
is "$(cat "$work/got")" "$(cat "$work/wanted")" 'and is as it was sent, byte for byte, its long line as well'
is "$(inject "$work/plain" 2>&1 | grep -c ': 5')$(count)" 12 'what is no mail of SES is rejected as before'
mail 7 a@b.example reader@inside.test |
	sed 's/^Hello.*/XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X/' >"$work/decided"
is "$(inject "$work/decided" 2>&1 | grep -c ': 5')$(count)" 12 'so is what rspamd decides without a score'

rm "$postfix"/box/new/*
"$lazaret" release --transport "smtp://127.0.0.1:$back_port" subject:offer >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
is "$? $(grep put "$work/out")" '0 3 sent, 0 put off, 0 failed, 0 unknown' 'a release goes back by the other port'
wait_for 20 in_box 3
is "$(boxed) $(count)" '3 2' 'and does not come round again'

mail 5 a@b.example reader@inside.test >"$work/late"
end
is "$status" 0 'the listener ends'
is "$(inject "$work/late" 2>&1 | grep -c ': 4')" 1 'then bad mail is put off'
listen
bring "$work/late"
is "$? $(count 'subject:"offer 5"')" '0 1' 'and kept when it is brought again'
echo 'rspamd another word' >"$work/login"
end
listen
mail 6 a@b.example reader@inside.test >"$work/late"
is "$(inject "$work/late" 2>&1 | grep -c ': 4') $(count)" '1 3' 'with another password as well'
has "$(cat "$work/said")" '^lazaret: refused: user and password' 'which is said'
end
finish
