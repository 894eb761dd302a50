#!/bin/sh
# A folder on a real IMAP server, Dovecot: what comes in, what is left as it was, what is done
# after the commit, and what becomes of it when import or server end in the middle.
# IMAP_MESSAGES says how many there are.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/dovecot.sh
need jq perl sqlite3
reason=$(imap_skip_reason)
[ -z "$reason" ] || skip_all "$reason"
messages=${IMAP_MESSAGES:-300}
imap_prepare
crlf() { sed 's/$/\r/'; }
deliver() { # NAME: standard input, as an MTA would
	cat >"$imap_folder/tmp/$1" && chown 65534:65534 "$imap_folder/tmp/$1" &&
		mv "$imap_folder/tmp/$1" "$imap_folder/new/$1"
}
ses_mail 1 'offer @N@' | crlf >"$work/mail"
perl -e '
	my ($folder, $count, $mail) = @ARGV;
	open my $in, "<", $mail; local $/; my $text = <$in>;
	for my $n (1 .. $count) {
		my $id = sprintf "%08x", $n;
		(my $one = $text) =~ s/\@N\@/$n/g;
		$one =~ s/00000001-4000/$id-4000/g;
		open my $out, ">", sprintf("%s/cur/1777636800.%06d.mx:2,", $folder, $n);
		print $out $one;
	}' "$imap_folder" "$messages" "$work/mail"
chown -R 65534:65534 "$work/dovecot/mail"
imap_start || skip_all 'dovecot does not start here'

trust_the_gateway >/dev/null
"$lazaret" config imap-ca "$work/dovecot/ca.pem" >/dev/null
printf '# ours\nother.test anna battery\nlocalhost:%s anna correct horse\n127.0.0.1 anna correct horse\nlocalhost anna correct horse\n' "$imaps" >"$work/secret"
chmod 600 "$work/secret"
"$lazaret" config imap-credentials "$work/secret" >/dev/null
url=imaps://anna@localhost:$imaps/Quarantine
run() { "$lazaret" import "$@" >"$work/out" 2>"$work/err"; }
state() { # of the store: everything that an import decides, but the time it ran
	"$lazaret" --store "$1" list --format jsonl --sort id | jq -c 'del(.received)' | sha256sum
	sqlite3 "$1" "SELECT count(*) FROM raw; SELECT count(*) FROM recipient; SELECT messages FROM counter;"
}
count() { sqlite3 "$LAZARET_STORE" 'SELECT count(*) FROM message'; }
mark() { sqlite3 "$LAZARET_STORE" 'SELECT mark FROM source_mark' | cut -d ' ' -f 2-; }

# What comes in.
run "$url"
is "$? $(cat "$work/out" "$work/err" | head -1)" "0 $messages new ($messages confirmed)" 'a folder comes in'
is "$(mark)" "$messages" 'and the store knows up to where'
has "$("$lazaret" list --format jsonl --limit 1 | jq -r .source)" \
	"^$url;UIDVALIDITY=[0-9]+/;UID=[0-9]+$" 'each message says where it is'
numbered() { # UID: the message's id, as it came in
	"$lazaret" list --format jsonl | jq -r "select(.source | endswith(\";UID=$1\")) | .id"
}
"$lazaret" list --format jsonl >"$work/list"
is "$(jq -c 'select(.source | endswith(";UID=2")) | [.sender, .recipients]' "$work/list")" \
	'["0100018f00000001-00000002-4000-8000-000000000001-000000@amazonses.com",["reader1@inside.test"]]' 'with its envelope'
for uid in 1 77 "$messages"; do
	is "$("$lazaret" show "$(numbered "$uid")" --part raw | sha256sum)" \
		"$(sha256sum <"$imap_folder/cur/1777636800.$(printf %06d "$uid").mx:2,")" 'byte for byte as it was sent'
done
has "$(imap_say 'SEARCH SEEN' | grep -i '^\* SEARCH')" '^\* SEARCH$' 'nothing is marked as read'
has "$(imap_say 'SEARCH KEYWORD $Quarantined' | grep -i '^\* SEARCH')" '^\* SEARCH$' 'nor flagged'
before=$(state "$LAZARET_STORE")
run "$url"
is "$? $(cat "$work/out")" '0 0 new' 'the same import again reads nothing'
is "$(state "$LAZARET_STORE")" "$before" 'and changes nothing'
ses_mail $((messages + 1)) newcomer | crlf | deliver 1777636801.new.mx
plain_mail 1 'no SES' | crlf | deliver 1777636802.plain.mx
run "$url"
is "$? $(cat "$work/out")" '0 1 new (1 confirmed), 1 not SES, left out' 'what arrives later comes in'
run --all "imap://anna@localhost:$imap/Quarantine"
is "$? $(cat "$work/out")" "0 1 new (1 not SES), $((messages + 1)) known" 'by STARTTLS too, and all with --all'
run --all "$url"
is "$? $(cat "$work/out")" "0 0 new, $((messages + 2)) known" 'what was left out is read again where all is kept'
run --all "imaps://localhost:$imaps/Quarantine"
is "$? $(cat "$work/out")" "0 0 new, $((messages + 2)) known" 'the file says who we are where the URL does not'

# Who we are, and whom we talk to.
refused() { # NAME STATUS PATTERN ARGUMENT...: and nothing comes in
	name=$1 status=$2 pattern=$3
	shift 3
	LAZARET_STORE=$work/none.db "$lazaret" import "$@" >"$work/out" 2>"$work/err"
	is "$?" "$status" "$name"
	has "$(cat "$work/err")" "$pattern" '  with words'
}
printf 'localhost anna battery staple\n' >"$work/wrong"
chmod 600 "$work/wrong"
refused 'a wrong password' 66 'does not take our user and password' --credentials "$work/wrong" "$url"
is "$(grep -c 'battery' "$work/err" "$work/out" | tr '\n' ' ')" "$work/err:0 $work/out:0 " 'which is repeated nowhere'
chmod 640 "$work/wrong"
refused 'a file that others may read' 66 'others may read or write it' --credentials "$work/wrong" "$url"
refused 'a password in the URL' 64 'no password belongs into a URL' "imaps://anna:hunter2@localhost:$imaps/Quarantine"
is "$(grep -c hunter2 "$work/err")" 0 'which is repeated nowhere'
refused 'a URL without folder' 64 'name server and folder' "imaps://anna@localhost:$imaps/"
refused 'a user of whom nobody knows the password' 66 'no line of the form' "imaps://bob@localhost:$imaps/Quarantine"
refused 'a certificate for another name' 74 'not trusted .*does not match|not trusted .*no alternative' "imaps://anna@127.0.0.1:$imaps/Quarantine"
refused 'on this machine too' 74 'not trusted .*does not match|not trusted .*no alternative' "imap://anna@127.0.0.1:$imap/Quarantine"
"$lazaret" config imap-ca '' >/dev/null
refused 'a certificate that nobody vouches for' 74 'certificate is not trusted' "$url"
refused 'by STARTTLS too' 74 'certificate is not trusted' "imap://anna@localhost:$imap/Quarantine"
"$lazaret" config imap-ca "$work/dovecot/ca.pem" >/dev/null
refused 'a folder that is not there' 66 'can.t be opened: the server says NO' "imaps://anna@localhost:$imaps/Nowhere"
refused 'a server that is not there' 75 'connect' "imaps://anna@localhost:$(free_port)/Quarantine"
refused 'to move to where they come from' 64 'where messages come from' --move Quarantine "$url"
"$lazaret" config imap-credentials '' >/dev/null
refused 'with nothing that says who we are' 66 'nothing says who we are' "$url"
printf '#!/bin/sh\nprintf "%%s\\n" "$1 horse"\necho $(kill -0 0; id -u) >&2\n' >"$work/tell"
chmod 700 "$work/tell"
"$lazaret" config imap-password-command "$work/tell 'correct'" >/dev/null
run --all "$url"
is "$? $(cat "$work/out")" '0 0 new' 'a command says the password'
"$lazaret" config imap-password-command "false $work/x;id" >/dev/null
refused 'one that fails' 66 'imap-password-command: it failed' "$url"
"$lazaret" config imap-password-command '' >/dev/null
"$lazaret" config imap-credentials "$work/secret" >/dev/null

# The importer talks to the server; the boxes that it starts meanwhile talk to nobody.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	LAZARET_STORE=$work/traced.db ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 \
		strace -f -e trace=%network -o "$work/trace" "$lazaret" import "$url" >/dev/null 2>&1
	importer=$(head -n 1 "$work/trace" | cut -d ' ' -f 1)
	has "$(grep -c "^$importer .*connect(.*AF_INET" "$work/trace")" '^[1-9]' 'the importer connects'
	grep -v "^$importer " "$work/trace" >"$work/boxes"
	has "$(wc -l <"$work/boxes")" '^[1-9]' 'boxes are started'
	is "$(sed 's/^[0-9]* *//' "$work/boxes" | grep -cE '^(socket|socketpair|connect|bind|accept4?)\(')" 0 \
		'and open no socket'
fi

# A message that can't be had, one that is too large, one without a byte.
bad=$(ls "$imap_folder"/cur/*.000007.mx*)
imap_stop
rm -f "$imap_folder"/dovecot.index* && chown root "$bad" && chmod 600 "$bad"
head -c 68000000 /dev/zero | tr '\0' x | fold -w 1000 | deliver 1777636803.large.mx
imap_start
LAZARET_STORE=$work/bad.db run "$url"
is "$? $(cat "$work/out")" "65 $messages new ($messages confirmed), 1 not SES, left out, 2 unreadable" \
	'all but two come in'
has "$(cat "$work/err")" 'message 7: ' 'one that the server can not give is named'
has "$(cat "$work/err")" "message $((messages + 3)): too large" 'and one that is too large'
chown 65534 "$bad"
imap_stop && imap_start
LAZARET_STORE=$work/bad.db run "$url"
is "$? $(cut -d ' ' -f 1-4 "$work/out")" '65 1 new (1 confirmed),' 'the first comes when it can be had'
LAZARET_STORE=$work/bad.db run "$url"
is "$? $(cat "$work/out")" '0 0 new' 'the other is named no more'
rm -f "$imap_folder"/*/1777636803.large.mx*

# kill -9 in the middle, twenty times, with restarts of the server in between.
LAZARET_STORE=$work/whole.db run "$url"
wanted=$(state "$work/whole.db")
broken=0
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	LAZARET_STORE=$work/k.db "$lazaret" import --flag "$url" >/dev/null 2>&1 &
	victim=$!
	sleep "0.$(printf '%02d' $(((round * 7) % 30 + 3)))"
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
	[ $((round % 7)) != 0 ] || { imap_stop && imap_start; }
	[ -f "$work/k.db" ] && [ "$(sqlite3 "$work/k.db" 'PRAGMA user_version')" != 0 ] || continue
	[ "$(sqlite3 "$work/k.db" 'PRAGMA integrity_check' 2>&1)" = ok ] || broken=$((broken + 1))
done
is "$broken" 0 'after each kill the store is whole'
LAZARET_STORE=$work/k.db run --flag "$url"
is "$?" 0 'the rerun goes through'
is "$(state "$work/k.db")" "$wanted" 'and ends with the store of an undisturbed run'
is "$(imap_say 'SEARCH KEYWORD $Quarantined' | grep -i '^\* SEARCH' | wc -w)" "$((messages + 3))" \
	'all that are kept are flagged, and no other'
has "$(imap_say 'SEARCH SEEN' | grep -i '^\* SEARCH')" '^\* SEARCH$' 'none is marked as read'
LAZARET_STORE=$work/k.db run --flag "$url"
is "$? $(cat "$work/out")" '0 0 new' 'once more reads nothing'

# The connection breaks off in the middle, three times, and the import goes on where it was.
between=$(free_port)
perl -MIO::Socket::INET -MIO::Select -e '
	my ($here, $there) = @ARGV;
	my $listener = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:$here", ReuseAddr => 1) or die;
	alarm 60;
	for my $limit (30000, 60000, 120000, 1 << 40) {
		my $client = $listener->accept or die;
		my $server = IO::Socket::INET->new("127.0.0.1:$there") or die;
		my ($both, $passed) = (IO::Select->new($client, $server), 0);
		LIVE: while (my @ready = $both->can_read) {
			for my $from (@ready) {
				sysread $from, my $bytes, 8192 or last LIVE;
				$passed += length $bytes;
				if ($passed > $limit) { print "cut\n"; last LIVE }
				syswrite $from == $client ? $server : $client, $bytes;
			}
		}
		close $client;
		close $server;
	}' "$between" "$imaps" >"$work/cuts" 2>&1 &
proxy=$!
wait_for 5 imap_listens "$between"
LAZARET_STORE=$work/r.db run "imaps://anna@localhost:$between/Quarantine"
is "$? $(LAZARET_STORE=$work/r.db ids | wc -l) $(grep -c cut "$work/cuts")" "0 $((messages + 1)) 3" \
	'a connection that breaks off three times loses nothing'
kill $proxy 2>/dev/null
wait $proxy 2>/dev/null

# Another folder of the same name: all is read again, and known.
imap_stop
rm -f "$imap_folder"/dovecot*
sleep 1
imap_start
export LAZARET_STORE="$work/whole.db"
run "$url"
is "$? $(cat "$work/out")" "0 0 new, $((messages + 1)) known, 1 not SES, left out" 'a new UIDVALIDITY starts over'

# What is kept goes to another folder, after the commit; the rest stays.
mails() { find "$1/cur" "$1/new" -type f 2>/dev/null | wc -l; }
done_folder=$work/dovecot/mail/anna/.D\&APY-ne
run --move "Döne" "$url"
is "$? $(cat "$work/out")" "0 0 new, $((messages + 1)) known, 1 not SES, left out" '--move moves what was kept before'
is "$(mails "$imap_folder") $(mails "$done_folder")" "1 $((messages + 1))" 'to a folder that is made'
sed -i '/^protocols/a imap_capability = IMAP4rev1 SASL-IR LITERAL+ UIDPLUS AUTH=PLAIN' "$work/dovecot/dovecot.conf"
imap_stop && imap_start
ses_mail $((messages + 2)) moved | crlf | deliver 1777636804.moved.mx
run --flag --move "Döne" "$url"
is "$? $(cat "$work/out")" "0 1 new (1 confirmed), 1 not SES, left out" 'without MOVE by COPY and EXPUNGE'
is "$(mails "$imap_folder") $(mails "$done_folder")" "1 $((messages + 2))" 'just as well'

# Watched, a server that is down is waited for, and said to be once; it is asked at each scan.
imap_stop
"$lazaret" config scan 1s
"$lazaret" import --watch "$url" >"$work/out" 2>"$work/err" &
watcher=$!
wait_for 30 grep -q '^lazaret: waiting: ' "$work/err"
is "$?" 0 'a watch waits for a server that is down'
imap_start
wait_for 30 grep -q "^lazaret: going on: $url" "$work/err"
for i in 3 4; do
	ses_mail $((messages + i)) "watched $i" | crlf | deliver "17776368$i.watched.mx"
	came() { [ "$("$lazaret" list --columns id --format jsonl "subject:\"watched $i\"" | wc -l)" = 1 ]; }
	wait_for 30 came
	is "$?" 0 'and takes what comes then'
done
kill $watcher
wait $watcher
is "$? $(grep -c waiting "$work/err")" '0 1' 'until it is told to end'
finish
