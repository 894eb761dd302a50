#!/bin/sh
# Altered copies: each link leads to the landing page first, signed; all else is as it came.
. tests/tap.sh
need jq sqlite3 perl openssl
key=00112233445566778899aabbccddeeff
prefix='https://go.example.org/?u='

# A mail that says its links in every encoding that text has, and attachments that do.
html='<p><a class=x href="https://a.example/html?x=1&amp;y=2">shown https://shown.example/</a> caf=C3=A9
<img src="https://a.example/picture.png"> and https://a.example/bare</p>'
{
	printf 'Return-Path: <bounce@mail.example>\nDelivered-To: anna@inside.test\n'
	printf 'From: News <news@mail.example>\nTo: anna@inside.test\nSubject: all of it\n'
	printf 'Date: Fri, 1 May 2026 12:00:00 +0000\nMessage-ID: <1@mail.example>\nMIME-Version: 1.0\n'
	printf 'Content-Type: multipart/mixed; boundary="b1"\n\nnobody reads this\n'
	printf -- '--b1\nContent-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n'
	printf 'Seven bits: https://a.example/7bit?a=1&b=2, and no more.\n\n'
	printf -- '--b1\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
	printf 'Acht Bit: \303\274ber https://a.example/8bit hinaus\n'
	printf -- '--b1\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n'
	printf '%s\n' "$html" | sed 's/caf=C3=A9/CAFE/; s/=/=3D/g; s/CAFE/caf=C3=A9/'
	printf -- '--b1\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n'
	printf '<b>sechs</b> <a href=https://a.example/base64>hier</a> %0150d\n' 0 | openssl base64
	printf -- '--b1\nContent-Type: text/html; name="page.html"\nContent-Disposition: attachment; filename="page.html"\n\n'
	printf '<a href="https://a.example/attached">x</a>\n'
	printf -- '--b1\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n'
	printf 'https://a.example/binary' | openssl base64
	printf -- '--b1--\nhttp-free epilogue\n'
} >"$work/mail.eml"
"$lazaret" import --all "$work/mail.eml" >/dev/null 2>&1
"$lazaret" config transport "maildir:$work/box" >/dev/null
"$lazaret" config hold-window 0s >/dev/null

"$lazaret" release 1 --to anna@inside.test --rewrite-links >"$work/out" 2>&1
is "$?" 78 'without a landing page nothing is released so: exit 78'
has "$(cat "$work/out")" 'landing-page and landing-key' 'and what is missing is said'
"$lazaret" config landing-page "$prefix" >/dev/null
printf '%s\n' "$key" >"$work/key"
chmod 644 "$work/key"
"$lazaret" config landing-key "$work/key" >/dev/null
"$lazaret" release 1 --to anna@inside.test --rewrite-links >"$work/out" 2>&1
is "$?" 78 'a key that others can read signs nothing: exit 78'
chmod 600 "$work/key"
"$lazaret" config landing-page 'https://go.example.org/' >"$work/out" 2>&1
is "$?" 78 'a page that takes no parameter is none'

"$lazaret" release 1 --to anna@inside.test --rewrite-links --copy-to soc@inside.test >"$work/out" 2>&1
is "$?" 0 'released with links rewritten, and a copy'
"$lazaret" config landing-page '' >/dev/null
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 75 'where the deliverer has no page any more, nothing leaves'
is "$(find "$work/box" -type f 2>/dev/null | wc -l)" 0 'not the original either'
has "$(cat "$work/out")" 'queued, its links are to be rewritten, and no landing page is set' 'and why is said'
sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET due = 0'
"$lazaret" config landing-page "$prefix" >/dev/null
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 0 'delivered'
is "$(find "$work/box/new" -type f | wc -l)" 2 'to the recipient, and the copy'
has "$(cat "$work/out")" 'delivery [0-9]+ of message [0-9]+ \(rewritten\): sent.*\(5 links rewritten' 'how many links is said'
is "$("$lazaret" outbox --format jsonl | jq -r '"\(.recipient) \(.form) \(.sender)"' | sort | tr '\n' '|')" \
	'anna@inside.test rewritten bounce@mail.example|soc@inside.test rewritten copy |' \
	'the outbox says which is altered, and a copy has no sender'
is "$(grep -c "$key" "$LAZARET_STORE" "$work/out" | tr '\n' ' ' | sed 's/[^ ]*://g')" '0 0 ' 'the key is in neither store nor log'

altered=$(grep -l 'for <anna@inside.test>' "$work"/box/new/*)
"$lazaret" show 1 --part raw >"$work/original"
cmp -s "$work/original" "$work/mail.eml"
ok $? 'the original is in the store as it came'
is "$(sed -n 's/^X-Lazaret-Rewritten: //p' "$altered")" \
	"links=5; original-sha256=$(sha256sum <"$work/mail.eml" | cut -d' ' -f1)" 'the copy says what it is, and of what'

# Undo it as the landing page would: decode each part, take each link apart, check its code,
# put the target back in its place.  What comes out must be what went in.
cat >"$work/undo.pl" <<'END'
use strict; use Digest::SHA 'hmac_sha256_hex'; use MIME::QuotedPrint; use MIME::Base64;
my ($file, $key, $prefix) = @ARGV;
local $/; open my $in, '<', $file or die; my $mail = <$in>;
$mail =~ s/^Received: by .*?\n(?!\t)//s; $mail =~ s/^X-Lazaret-Rewritten: .*\n//m;
my $bad = 0;
sub restore {
	my ($text, $html) = @_; my $amp = $html ? '&amp;' : '&';
	$text =~ s{\Q$prefix\E([A-Za-z0-9%._~-]+)\Q$amp\Ehmac=([0-9a-f]{64})}{
		my ($target, $code) = ($1, $2); $target =~ s/%([0-9A-F]{2})/chr hex $1/ge;
		$bad++ if hmac_sha256_hex($target, $key) ne $code;
		$target =~ s/&/&amp;/g if $html; $target }ge;
	return $text;
}
my @parts = split /^(--b1(?:--)?\n)/m, $mail; my $out = '';
for (@parts) {
	if (/Content-Type/ && /^(.*?\n\n)(.*)$/s) {
		my ($head, $body) = ($1, $2); my $html = $head =~ m{text/html};
		$body = decode_qp($body) if $head =~ /quoted-printable/;
		$body = decode_base64($body) if $head =~ /base64/;
		$_ = $head . restore($body, $html);
	}
	$out .= $_;
}
print $out; exit $bad;
END
perl "$work/undo.pl" "$altered" "$key" "$prefix" >"$work/back"
is "$?" 0 'each link has the code of its target'
perl "$work/undo.pl" "$altered" "another key, as long" "$prefix" >/dev/null
is "$?" 5 'which no other key gives'
perl "$work/undo.pl" "$work/mail.eml" "$key" "$prefix" | sed 's,href=https://a.example/base64,href="https://a.example/base64",' >"$work/decoded"
cmp "$work/back" "$work/decoded" >"$work/out"
ok $? 'with its targets put back it is the original'
diff "$work/decoded" "$work/back" | sed 's/^/# /' | head -20
is "$(grep -c '^Content-Transfer-Encoding: ' "$altered")" "$(grep -c '^Content-Transfer-Encoding: ' "$work/mail.eml")" \
	'encodings are those that were'
is "$(tr -d '\r' <"$altered" | awk 'length > 998' | wc -l)" 0 'no line is longer than mail may have'
for stays in picture.png attached; do
	grep -q "https://a.example/$stays" "$altered"
	ok $? "$stays stays"
done

# What can't all be rewritten does not leave.
sed 's/charset=us-ascii/charset=utf-7/' "$work/mail.eml" >"$work/utf7.eml"
"$lazaret" import --all "$work/utf7.eml" >/dev/null 2>&1
"$lazaret" release 2 --to anna@inside.test --rewrite-links >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
is "$?" 69 'a part that can not be read so fails: exit 69'
has "$(cat "$work/out")" 'failed, not all links can be rewritten: .*charset.*nothing was sent' 'with the reason'

# Nothing to rewrite: nothing is altered.
printf 'From: a@mail.example\nSubject: none\n\nno link\n' >"$work/none.eml"
"$lazaret" import --all "$work/none.eml" >/dev/null 2>&1
"$lazaret" release 3 --to anna@inside.test --rewrite-links >/dev/null 2>&1
"$lazaret" deliver --now >"$work/out" 2>&1
has "$(cat "$work/out")" 'sent, .*\(it has no link to rewrite: sent as it came\)' 'a mail without links leaves as it came'

# A setting says who gets a copy of each release; --copy-to overrides it.
"$lazaret" config copy-to 'not an address' >"$work/out" 2>&1
is "$?" 78 'copy-to must be an address'
"$lazaret" config copy-to soc@inside.test >/dev/null
printf 'From: a@mail.example\nSubject: four\n\nx\n' >"$work/four.eml"
printf 'From: a@mail.example\nSubject: five\n\nx\n' >"$work/five.eml"
"$lazaret" import --all "$work/four.eml" "$work/five.eml" >/dev/null 2>&1
"$lazaret" release 4 --to anna@inside.test >/dev/null 2>&1
"$lazaret" release 5 --to anna@inside.test --copy-to '' >/dev/null 2>&1
is "$("$lazaret" outbox --format jsonl | jq -r 'select(.message > 3) | "\(.message) \(.recipient) \(.form)"' | sort | tr '\n' '|')" \
	'4 anna@inside.test |4 soc@inside.test copy|5 anna@inside.test |' 'the setting counts unless the command says otherwise'
finish
