#!/bin/sh
# A bucket that Amazon SES receiving delivers to, at a store of the test's own which checks every
# signature: what comes in, what is left as it was, what is done after the commit, and what
# becomes of it when import or server end in the middle.  S3_MESSAGES says how many there are.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/s3.sh
. tests/importer/certificates.sh
need jq perl sqlite3 openssl
reason=$(s3_skip_reason)
[ -z "$reason" ] || skip_all "$reason"
messages=${S3_MESSAGES:-650}
crlf() { sed 's/$/\r/'; }
run() { "$lazaret" import "$@" >"$work/out" 2>"$work/err"; }
said() { # of the last run: its status and first line
	echo "$1 $(head -1 "$work/out")"
}
state() { # of the store: everything that an import decides, but the time it ran
	"$lazaret" --store "$1" list --format jsonl --sort id | jq -c 'del(.received, .id)' | sort | sha256sum
	sqlite3 "$1" "SELECT count(*) FROM raw; SELECT count(*) FROM recipient; SELECT messages FROM counter;"
}
fetched() { grep -c "^GET [^ ]* /$1/.* 200$" "$s3/log"; }
objects() { # BUCKET: what is in it, and the bytes
	(cd "$s3/objects/$1" && sha256sum -- * | sort)
}

# One object over which the server always fails: that takes a while, beside all else.
s3_all=$s3
s3=$work/sick
mkdir -p "$s3/objects"
for n in 1 2 3; do ses_mail "$n" "beside $n" | crlf | s3_object sick "$n"; done
ses_mail 4 broken | crlf | s3_object sick broken
s3_start || skip_all 'the server does not start here'
s3_sick=$s3_server
trap 's3_stop; kill $s3_sick 2>/dev/null; rm -rf "$work"' EXIT
trust_the_gateway >/dev/null
config() { "$lazaret" config "$@" >/dev/null; }
config s3-endpoint "http://127.0.0.1:$s3_port"
config s3-region eu-central-1
config s3-credentials "$work/keys"
LAZARET_STORE=$work/sick.db "$lazaret" import s3://sick >"$work/sick.out" 2>"$work/sick.err" &
sick=$!
s3=$s3_all

# Names as SES makes them: their order says nothing.
mkdir -p "$s3/objects/mail"
ses_mail 1 'offer @N@' | crlf >"$work/mail"
perl -MDigest::SHA=sha1_hex -e '
	my ($folder, $count, $mail) = @ARGV;
	open my $in, "<", $mail; local $/; my $text = <$in>;
	for my $n (1 .. $count) {
		my $id = sprintf "%08x", $n;
		(my $one = $text) =~ s/\@N\@/$n/g;
		$one =~ s/00000001-4000/$id-4000/g;
		open my $out, ">", "$folder/in%2F" . sha1_hex("mail $n");
		print $out $one;
	}' "$s3/objects/mail" "$messages" "$work/mail"
echo 'Subject: Amazon SES Setup Notification' | s3_object mail in/AMAZON_SES_SETUP_NOTIFICATION
s3_object mail in/ </dev/null
echo 150 >"$s3/page"
s3_start
config s3-endpoint "http://127.0.0.1:$s3_port"

# What comes in.
before=$(objects mail)
run s3://mail/in/
is "$(said $?)" "0 $messages new ($messages confirmed), 2 no mail" 'a bucket comes in'
is "$(objects mail)" "$before" 'and is left as it was'
is "$(grep -c "^GET .*list-type=2" "$s3/log")" "$(((messages + 151) / 150))" 'page by page'
"$lazaret" list --format jsonl >"$work/list"
key=$(printf 'mail 2' | sha1sum | cut -d ' ' -f 1)
is "$(jq -c "select(.source == \"s3://mail/in/$key\") | [.sender, .recipients]" "$work/list")" \
	'["0100018f00000001-00000002-4000-8000-000000000001-000000@amazonses.com",["reader1@inside.test"]]' \
	'each message says where it is, and has its envelope'
jq -r .sha256 "$work/list" | sort >"$work/in"
sha256sum "$s3"/objects/mail/in%2F????* | grep -v AMAZON | cut -d ' ' -f 1 | sort >"$work/there"
is "$(sha256sum <"$work/in")" "$(sha256sum <"$work/there")" 'byte for byte'
whole=$(state "$LAZARET_STORE")
: >"$s3/log"
run s3://mail/in/
is "$(said $?)" "0 0 new, $messages known, 2 no mail" 'the same import again'
is "$(state "$LAZARET_STORE") $(fetched mail)" "$whole 0" 'changes nothing, and fetches nothing'
ses_mail 7001 'newcomer' | crlf | s3_object mail in/000
ses_mail 7002 'odd name' | crlf | s3_object mail "in/ü +%2F&<a>'\"/x=y?z#;~*"
plain_mail 1 'no SES' | crlf | s3_object mail in/zzz
run s3://mail/in/
is "$(said $?)" "0 2 new (2 confirmed), $messages known, 1 not SES, left out, 2 no mail" \
	'what arrives later comes in, wherever it stands, whatever it is called'
run --all s3://mail/in/
is "$(said $?)" "0 1 new (1 not SES), $((messages + 2)) known, 2 no mail" 'and what was left out with --all'
run s3://mail/other/
is "$(said $?)" '0 0 new' 'a prefix without objects has none'
config s3-endpoint "http://localhost:$s3_port"
config s3-addressing host
: >"$s3/log"
run s3://mail/in/000
is "$(said $?) $(grep -c "^GET mail.localhost:$s3_port /in/000 200" "$s3/log")" '0 0 new, 1 known 1' \
	'a bucket can be a host'
config s3-addressing auto
config s3-endpoint "http://127.0.0.1:$s3_port"

# Who we are.
refused() { # NAME STATUS PATTERN ARGUMENT...: and nothing comes in
	name=$1 status=$2 pattern=$3
	shift 3
	LAZARET_STORE=$work/none.db run "$@"
	is "$?" "$status" "$name"
	has "$(cat "$work/err")" "$pattern" '  with words'
	cat "$work/err" "$work/out" >>"$work/all-words"
}
sed 's/wJalr/xJalr/' "$work/keys" >"$work/wrong"
sed 's/AKIAIOS/AKIAXXX/' "$work/keys" >"$work/unknown"
printf 'aws_access_key_id = AKIA\naws_secret_access_key = a b\n' >"$work/odd"
printf 'aws_access_key_id = AKIA\n' >"$work/half"
chmod 600 "$work/wrong" "$work/unknown" "$work/odd" "$work/half"
refused 'a wrong secret' 66 'does not take our signature: is the secret' --credentials "$work/wrong" s3://mail/in/
refused 'a key that is not known' 66 'does not know our access key id' --credentials "$work/unknown" s3://mail/in/
refused 'a secret that is none' 66 "odd: line 2: " --credentials "$work/odd" s3://mail/in/
refused 'half of who we are' 66 'it has no lines aws_access_key_id' --credentials "$work/half" s3://mail/in/
cp "$work/keys" "$work/open"
chmod 640 "$work/open"
refused 'a file that others may read' 66 'others may read or write it' --credentials "$work/open" s3://mail/in/
refused 'a bucket that is not there' 66 'no such bucket' s3://nowhere/in/
refused 'what is no bucket' 64 'not of the form s3://BUCKET/PREFIX' s3://key:secret@mail/in/
config s3-endpoint "http://127.0.0.1:$(free_port)"
refused 'a server that is not there' 75 'connect' s3://mail/in/
config s3-endpoint "http://127.0.0.1:$s3_port"
config s3-region eu-west-1
refused 'a bucket of another region' 66 'is in the region eu-central-1 \(setting s3-region\)' s3://mail/in/
config s3-region ''
AWS_REGION=eu-central-1 LAZARET_STORE=$work/none.db run s3://mail/other/
is "$(said $?)" '0 0 new' 'the environment can say the region'
config s3-region eu-central-1
echo 3600 >"$s3/skew"
refused 'a clock that is wrong' 74 'the clock of this machine is wrong' s3://mail/in/
rm "$s3/skew"
is "$(grep -c 'Jalr\|a b$\|= a b' "$work/all-words")" 0 'no secret is repeated'
AWS_PROFILE=role LAZARET_STORE=$work/none.db run s3://mail/other/
is "$(said $?)" '0 0 new' 'a role has a session token'
config s3-credentials ''
refused 'with nothing that says who we are' 66 'nothing says who we are' s3://mail/other/
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
	LAZARET_STORE=$work/none.db run s3://mail/other/
is "$(said $?)" '0 0 new' 'the environment can say it'
cat >"$work/tell" <<END
#!/bin/sh
echo "\$1" >>"$work/told"
echo AWS_ACCESS_KEY_ID=ASIAOFAROLE7EXAMPLES
echo AWS_SECRET_ACCESS_KEY=a+secret/of+a+role/EXAMPLE
echo AWS_SESSION_TOKEN=token\$(wc -l <"$work/told")
END
chmod 700 "$work/tell"
config s3-credentials-command "$work/tell 'a word'"
echo token1 >"$s3/expired"
some=$(ls "$s3/objects/mail" | grep -c '^in%2F0')
LAZARET_STORE=$work/told.db run s3://mail/in/0
is "$(said $?) $(wc -l <"$work/told") $(tail -1 "$work/told")" "0 $some new ($some confirmed) 2 a word" \
	'a command says it, and is asked again when that has expired'
config s3-credentials-command false
refused 'a command that fails' 66 's3-credentials-command: it failed' s3://mail/in/
config s3-credentials-command ''
config s3-credentials "$work/keys"
rm "$s3/expired"

# Entries that can't be had, are no mail, or are too large: the rest comes in all the same.
for n in 1 2 3; do ses_mail $n "good $n" | crlf | s3_object bad "good $n"; done
for name in denied archived encrypted large; do ses_mail 9 $name | crlf | s3_object bad "$name/one"; done
s3_object bad empty </dev/null
s3_object bad 'a/../b' <"$work/mail"
printf 'a,b\n1,2\n' | s3_object bad table.csv
LAZARET_STORE=$work/bad.db run s3://bad
is "$(said $?)" '65 3 new (3 confirmed), 6 unreadable, 1 no mail' 'all but those come in'
has "$(cat "$work/err")" 'denied/one: the server says 403 AccessDenied: Access Denied,' 'one that may not be read is named'
is "$(grep -c "$(printf '\302\233')" "$work/err")" 0 'in words that do nothing to a terminal'
has "$(cat "$work/err")" 'archived/one: it is in an archive' 'and one in an archive'
has "$(cat "$work/err")" 'encrypted/one: Amazon SES encrypted it' 'one with a key of KMS'
has "$(cat "$work/err")" 'large/one: too large' 'one too large'
has "$(cat "$work/err")" 'bad/empty: it is empty' 'an empty one'
has "$(cat "$work/err")" 'a/../b: not to be asked for' 'and a name that is a step'

# A list that is none.
hostile() { # NAME TEXT [PATTERN]
	printf '%s' "$2" >"$s3/hostile"
	refused "$1" 65 "${3:-what is no list of objects}" s3://mail/hostile/
}
list='<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>'
hostile 'entities' "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>$list<Contents><Key>&b;</Key></Contents></ListBucketResult>"
hostile 'a file of ours' "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>$list<Contents><Key>&a;</Key></Contents></ListBucketResult>"
hostile 'what breaks off' "$list<Contents><Key>a</Key>"
hostile 'more to come, and no word where' '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'
hostile 'a list without end' "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></ListBucketResult>" 'goes in circles'
hostile 'another answer' '<html><body>Sign in</body></html>'

# A server that is busy, or hangs up in the middle of what it says.
echo 5 >"$s3/slow"
echo 5 >"$s3/cut"
echo 5 >"$s3/short"
LAZARET_STORE=$work/busy.db run s3://mail/in/
is "$(said $?) $(cat "$s3/slow" "$s3/cut" "$s3/short")" \
	"0 $((messages + 2)) new ($((messages + 2)) confirmed), 1 not SES, left out, 2 no mail 000" \
	'one that is busy, and hangs up, is asked again'
is "$("$lazaret" --store "$work/busy.db" list --format jsonl | jq -r .sha256 | sort | sha256sum)" \
	"$("$lazaret" list --format jsonl | jq -r 'select(.source != "s3://mail/in/zzz").sha256' | sort | sha256sum)" 'and nothing is half of what it was'
whole=$(state "$work/busy.db")

# It is restarted in the middle.
s3_stall 100
LAZARET_STORE=$work/again.db "$lazaret" import s3://mail/in/ >"$work/out" 2>"$work/err" &
importer=$!
wait_for 20 test -e "$s3/stalled"
s3_stop
s3_go_on
s3_start
wait $importer
is "$(said $?)" "0 $((messages + 2)) new ($((messages + 2)) confirmed), 1 not SES, left out, 2 no mail" \
	'one that is restarted, too'
is "$(state "$work/again.db")" "$whole" 'and the store is the same'

# kill -9 in the middle, twenty times: after so many objects the server gives no more.  512 messages
# are on their way at most, so that the fifth time some are committed.
export LAZARET_STORE="$work/k.db"
broken=0 between=0
some_kept() { [ "$(sqlite3 "$work/k.db" 'SELECT count(*) FROM message')" != 0 ]; }
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ $((round % 7)) != 0 ] || { s3_stop && s3_start; }
	if [ $round = 5 ]; then s3_stall $((messages - 50)); else s3_stall $(((round * 97) % 150 + 2)); fi
	"$lazaret" import s3://mail/in/ >/dev/null 2>&1 &
	victim=$!
	while [ ! -e "$s3/stalled" ] && kill -0 $victim 2>/dev/null; do sleep 0.01; done
	[ $round != 5 ] || wait_for 10 some_kept
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
	[ "$(sqlite3 "$work/k.db" 'PRAGMA integrity_check' 2>&1)" = ok ] || broken=$((broken + 1))
	kept=$(sqlite3 "$work/k.db" 'SELECT count(*) FROM message')
	[ "$kept" = 0 ] || [ "$kept" = $((messages + 2)) ] || between=$((between + 1))
done
s3_go_on
is "$broken" 0 'after each kill the store is whole'
has "$between" '^[1-9]' 'and some were left in the middle'
run s3://mail/in/
is "$?" 0 'the rerun goes through'
is "$(state "$work/k.db")" "$whole" 'and ends with the store of an undisturbed run'
LAZARET_STORE=$work/q.db

# A person ends it while the server says nothing.
s3_stall 50
LAZARET_STORE=$work/i.db "$lazaret" import s3://mail/in/ >"$work/out" 2>"$work/err" &
importer=$!
wait_for 20 test -e "$s3/stalled"
kill -INT $importer
wait $importer
is "$?" 75 'an interrupt ends a wait'
has "$(cat "$work/out")" 'interrupted; the same import again goes on' '  with words'
s3_go_on

# What is kept is moved or deleted, once it is committed.
for n in 1 2 3 4 5; do ses_mail $n "moved $n" | crlf | s3_object out "in/$n"; done
for n in 1 2 3 4; do for m in 1 2 3 4 5; do # more than are moved at once
	sed "s/00000001-4000/$n$m-4000/g; s/@N@/$n$m/" "$work/mail" | s3_object out "in/x$n$m"
done; done
plain_mail 2 'not kept' | s3_object out in/plain
ses_mail 6 locked | crlf | s3_object out in/locked
names() { (cd "$s3/objects/$1" && echo *); }
LAZARET_STORE=$work/m.db
refused 'to move to where they come from' 64 'where messages come from' --move in/ s3://out/in/
run --move done/ s3://out/in/
is "$(said $?)" '74 26 new (26 confirmed), 1 not SES, left out' 'what is kept is moved'
has "$(cat "$work/err")" 's3://out/in/: 1 messages neither moved nor deleted: in/locked: the server says 200 AccessDenied' \
	'but one, which is said'
is "$(names out | sed 's/done%2Fx[^ ]* //g')" \
	'done%2F1 done%2F2 done%2F3 done%2F4 done%2F5 in%2Flocked in%2Fplain' 'the rest stays'
: >"$s3/log"
mv "$s3/objects/out/in%2Flocked" "$s3/objects/out/in%2Ffree"
run --move done/ s3://out
is "$(said $?)" '0 0 new, 1 known, 1 not SES, left out' 'what is moved does not come in again'
run s3://out/done/
is "$(said $?)" '0 0 new, 26 known' 'and is known there'
run --delete s3://out/done/
is "$(said $?) $(names out)" '0 0 new, 26 known in%2Fplain' 'what was kept before is deleted when that is asked'
ses_mail 8 stays | crlf | s3_object out kept-for-ever
run --delete s3://out
is "$(said $?) $(names out)" '74 1 new (1 confirmed), 1 not SES, left out in%2Fplain kept-for-ever' 'one that can not be stays'
LAZARET_STORE=$work/q.db

# A notification says where a message is: followed is where the site says.
for n in 1 2; do ses_mail $n "told $n" | crlf | s3_object told "in/$n"; done
ses_mail 3 'of another' | crlf | s3_object told secret/3
notify() { # BUCKET KEY [RECIPIENT]
	jq -cn --arg b "$1" --arg k "$2" --arg r "${3:-anna@inside.test}" '{notificationType: "Received",
		mail: {source: "bounce@amazonses.com", messageId: $k},
		receipt: {recipients: [$r, "ben@inside.test"],
			action: {type: "S3", bucketName: $b, objectKey: $k, objectKeyPrefix: "in/"}}}' |
		jq -c '{Type: "Notification", MessageId: "1", Message: (. | tostring)}'
}
{
	notify told in/1
	jq -cn '{Records: [{eventName: "ObjectCreated:Put", s3: {bucket: {name: "told"}, object: {key: "in%2F2"}}}]}'
	notify told secret/3
	notify mail in/000
	notify told in/../secret/3
	notify told in/gone
	notify told in/AMAZON_SES_SETUP_NOTIFICATION
} >"$work/notes.json"
export LAZARET_STORE="$work/n.db"
run "$work/notes.json"
is "$(said $?) $(fetched told)" '65 0 new, 6 unreadable, 1 no mail 0' 'where the site says nothing, nothing is fetched'
has "$(cat "$work/err")" 'notes.json#1: .* in s3://told/in/1; the setting s3-buckets says where to look' '  with words'
config s3-buckets 'told/in/, another'
run "$work/notes.json"
is "$(said $?) $(fetched told)" '65 2 new (2 confirmed), 4 unreadable, 1 no mail 2' 'a notification is followed'
is "$("$lazaret" list --format jsonl | jq -c 'select(.source == "s3://told/in/1") | [.sender, .recipients]')" \
	'["bounce@amazonses.com",["anna@inside.test","ben@inside.test"]]' 'and has the envelope'
has "$(grep -c 's3-buckets says' "$work/err")" 2 'not to another prefix, nor another bucket'
has "$(cat "$work/err")" 'secret/3; no object is asked for by such a name' 'nor out of its prefix'
has "$(cat "$work/err")" 'in/gone; no such object' 'one that is gone is named'
whole=$(state "$LAZARET_STORE")
run "$work/notes.json"
is "$(said $?) $(fetched told)" '65 0 new, 2 known, 4 unreadable, 1 no mail 2' 'the same again fetches nothing'
is "$(state "$LAZARET_STORE")" "$whole" 'and changes nothing'
mkdir "$work/notes"
cp "$work/notes.json" "$work/notes/one.json"
LAZARET_STORE=$work/tree.db run "$work/notes"
is "$(said $?)" '65 2 new (2 confirmed), 4 unreadable, 1 no mail' 'in a folder of such files, too'
refused 'a key that does not do' 66 'does not take our signature' --credentials "$work/wrong" "$work/notes.json"

# Inside TLS.
(cd "$work" && make_certificates) >/dev/null 2>&1
s3_stop
s3_start "$work/cert.pem" "$work/key.pem"
config s3-endpoint "https://localhost:$s3_port"
refused 'a certificate that nobody vouches for' 74 'certificate is not trusted \(setting s3-ca\)' s3://told/in/
config s3-ca "$work/ca.pem"
LAZARET_STORE=$work/tls.db run s3://told/in/
is "$(said $?)" '0 2 new (2 confirmed)' 'one that the site trusts'
config s3-endpoint "https://127.0.0.1:$s3_port"
refused 'a certificate for another name' 74 'not trusted .*does not match|not trusted .*no alternative' s3://told/in/

wait $sick
is "$? $(cat "$work/sick.out")" '65 3 new (3 confirmed), 1 unreadable' 'an object that the server fails over is passed over'
has "$(cat "$work/sick.err")" 's3://sick/broken: the server says 500 InternalError' 'and named'
is "$(cat "$s3/out")" '' 'the server has nothing to complain of'
finish
