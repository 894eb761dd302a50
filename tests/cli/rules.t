#!/bin/sh
# Rules: refused where they would be too wide, tested before they count, applied to what comes in.
. tests/tap.sh
. tests/cli/mails.sh
need jq
trust_the_gateway
maildir "$work/box" 4
"$lazaret" import "$work/box" >/dev/null
account=$("$lazaret" list --format jsonl id:1 | jq -r .account)
refused() { # NAME PATTERN ARGUMENT...
	name=$1 pattern=$2
	shift 2
	"$lazaret" "$@" >"$work/out" 2>"$work/err"
	is "$?" 65 "refused: $name"
	has "$(cat "$work/err")" "$pattern" "and it says why: $name"
}

out=$("$lazaret" allow test --from-message 1)
has "$out" 'matches 2 messages here, 2 of them held' 'test counts what it would match'
is "$("$lazaret" allow list --format jsonl | wc -l)" 0 'and adds nothing'
"$lazaret" allow add --dry-run --from-message 1 --reason x >/dev/null
is "$("$lazaret" allow list --format jsonl | wc -l)" 0 'a dry run adds nothing'
out=$("$lazaret" allow add --from-message 1 --reason 'our shop')
is "$?" 0 'allow add --from-message'
is "$("$lazaret" allow list --format jsonl | jq -c '[.id, .kind, .account, .domain, .reason, .hits]')" \
	"[1,\"allow\",\"$account\",\"shop.example\",\"our shop\",0]" 'with the identity of the message'
days=$("$lazaret" allow list --format jsonl | jq '((.expires | fromdate) - (.created | fromdate)) / 86400')
is "$days" 90 'for 90 days'
is "$("$lazaret" deny list --format jsonl | wc -l)" 0 'it is no deny rule'
ses_mail 4 'the shop again' >"$work/new.eml"
"$lazaret" import "$work/new.eml" >/dev/null
is "$("$lazaret" list --format jsonl 'subject:"the shop again"' | jq -r .state)" released 'what comes in is released by it'
is "$("$lazaret" list --format jsonl id:1 | jq -r .state)" held 'what is here already stays'
is "$("$lazaret" allow list --format jsonl | jq .hits)" 1 'the rule counts its hits'
is "$("$lazaret" list --format jsonl rule:1 | wc -l)" 1 'and can be asked for'
is "$("$lazaret" outbox --format jsonl | wc -l)" 1 'its delivery is queued'
ses_mail 7 'the shop, to nobody' | sed '/^Delivered-To:/d' >"$work/nobody.eml"
"$lazaret" import "$work/nobody.eml" >/dev/null
is "$("$lazaret" list --format jsonl 'subject:"to nobody"' | jq -r .state)" held 'what has no known recipients waits for a person'

refused 'no reason' reason allow add --from-message 1
refused 'an account alone' domain allow add --account "$account" --reason x
refused 'all of SES' amazonses allow add --account "$account" --domain amazonses.com --reason x
refused 'a public suffix' suffix allow add --account "$account" --domain co.uk --reason x
refused 'free mail' 'free mail' allow add --account "$account" --domain gmail.com --reason x
refused 'already expired' expire allow add --from-message 1 --reason x --expires 2020-01-01
plain_mail 1 'plain' >"$work/plain.eml"
"$lazaret" import --all "$work/plain.eml" >/dev/null
refused 'nobody vouches' 'no SES account' allow add --from-message "$(ids subject:plain)" --reason x

for arguments in '--account x' '--account x --domain co.uk' '--from-message 1 --expires 2020-01-01'; do
	"$lazaret" allow add --dry-run --reason x $arguments >/dev/null 2>&1
	is "$?" 65 "a dry run refuses what would be refused: $arguments"
done
out=$("$lazaret" deny test --from-message 1)
has "$out" "^deny account $account, domain any:" 'deny --from-message rests on the account alone'
"$lazaret" deny add --domain mail.low.example --reason lures >/dev/null
ses_mail 51 'a deep lure' mail.low.example >"$work/deep.eml"
"$lazaret" import "$work/deep.eml" >/dev/null
is "$("$lazaret" list --format jsonl 'subject:"a deep lure"' | jq -r .state)" blocked \
	'a deny rule below a registrable domain matches'
"$lazaret" deny remove 2 >/dev/null

"$lazaret" deny add --domain bad.example --reason lures >/dev/null
is "$?" 0 'deny add on a domain alone'
is "$("$lazaret" deny list --format jsonl | jq -c '[.id, .kind, .account, .expires]')" '[3,"deny",null,null]' \
	'it lasts until it is removed'
ses_mail 50 'a lure' bad.example >"$work/lure.eml"
"$lazaret" import "$work/lure.eml" >/dev/null
is "$("$lazaret" list --format jsonl domain:bad.example | jq -r .state)" blocked 'what comes in is blocked by it'
"$lazaret" allow remove 3 >/dev/null 2>&1
is "$?" 66 'allow remove takes no deny rule away'
"$lazaret" deny remove 3 >/dev/null
is "$? $("$lazaret" deny list --format jsonl | wc -l)" '0 0' 'deny remove'
"$lazaret" deny remove 3 >/dev/null 2>&1
is "$?" 66 'once'
for arguments in 'allow' 'allow sing' 'allow add' 'allow remove' 'allow remove x' 'allow list more' \
	'allow add --from-message 1 --expires soon'; do
	"$lazaret" $arguments >/dev/null 2>&1
	is "$?" 64 "usage: $arguments"
done
finish
