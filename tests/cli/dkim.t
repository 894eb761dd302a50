#!/bin/sh
# Signatures: verified with the keys that are given, shown with what they cover and who says so.
. tests/tap.sh
. tests/cli/mails.sh
need jq

keys=tests/mail/dkim/keys
mail=tests/mail/detect/dkim-expired/miss-in-time.eml
signatures() { "$lazaret" show "$1" --part json | jq -c '.signatures[] | [.domain, .selector, .result, .bits]'; }

"$lazaret" import --all "$mail" >/dev/null
is "$(signatures 1)" '["shop.example","good","no-key",0]' 'without a key nothing is proven'
has "$("$lazaret" show 1)" 'shop.example, selector good: not verified: its key is not known' 'and that is said'
has "$("$lazaret" show 1)" 'Identity     shop.example, claimed, not verified' 'the identity is a claim'

LAZARET_STORE=$work/second.db
"$lazaret" import --all --dkim-keys="$keys" "$mail" \
	tests/mail/detect/dkim-added-text/hit-link.eml tests/mail/detect/dkim-second-from/hit-above.eml >/dev/null
is "$?" 0 'keys from a file'
is "$("$lazaret" show 1 --part json | jq -c '.signatures[0] | [.result, .bits, .added, .covers[0], .signed_at, .expires]')" \
	'["pass",2048,0,"From","2024-01-10T16:59:44Z","2024-01-10T17:59:44Z"]' 'prove a signature'
has "$("$lazaret" show 1)" 'Identity     shop.example, authenticated: verified here' 'the identity is verified here'
has "$("$lazaret" show 1 --part headers)" 'shop.example, selector good, 2048 bits: verified here' 'the headers say so too'
has "$("$lazaret" show 2)" 'the last ' 'text behind the signed part is told'
has "$("$lazaret" show 3)" 'dkim-second-from' 'a second From is a finding'
is "$("$lazaret" show 1 --part json | jq -r '.signatures[0].key' | cut -c1-16)" 'v=DKIM1; k=rsa; ' 'the key stays with the message'

# Without the library's own words for it: a file that is none, a setting that is none.
out=$("$lazaret" import --all --dkim-keys="$mail" "$mail" 2>&1)
is "$?" 65 'a file without keys is refused'
has "$out" 'line 1 is no key' 'with its line'
"$lazaret" import --all --dkim-keys="$work/none" "$mail" 2>/dev/null
is "$?" 66 'a file that is not there'
"$lazaret" config dns somewhere 2>/dev/null
is "$?" 78 'dns is on, off or an address'
"$lazaret" config dkim-keys "$PWD/$keys"
LAZARET_STORE=$work/third.db
"$lazaret" import --all "$mail" >/dev/null
is "$("$lazaret" show 1 --part json | jq -r '.signatures[0].result')" pass 'keys by setting'

# Nobody is asked unless it is said.
asked() { # PATTERN: sockets of the network that processes matching it opened
	grep AF_INET "$work/trace" | grep -c "$1"
}
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	LAZARET_STORE=$work/fourth.db
	strace -f -e trace=socket -o "$work/trace" "$lazaret" import --all "$mail" >/dev/null
	is "$(asked .)" 0 'an import opens no network socket'
	"$lazaret" config dns 127.0.0.1:9
	"$lazaret" config dkim-keys ''
	LAZARET_STORE=$work/fifth.db
	out=$(strace -f -e trace=socket -o "$work/trace" "$lazaret" import --all "$mail")
	parent=$(head -n 1 "$work/trace" | cut -d ' ' -f 1)
	has "$(asked "^$parent ")" '^[1-9]' 'with dns on the importer asks'
	is "$(asked .)" "$(asked "^$parent ")" 'and no box does'
	has "$out" 'not answered' 'a name server that is not there is told'
fi
finish
