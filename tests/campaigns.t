#!/bin/sh
# Campaigns on labelled real mail: what tests/campaigns asks for, and that what is known to belong
# together is found together.
. tests/tap.sh
need jq
B=${B:-build}
export B

# A corpus of samples, labelled so that it must fail: the lure came by the platform's own account.
mkdir -p "$work/wrong/ses-phish" "$work/wrong/ses-ham"
cp share/samples/mail/phish-025-*.eml share/samples/mail/phish-026-*.eml "$work/wrong/ses-phish"
printf '%s\t%s\n' file label phish-025-injected-name.eml phish phish-026-injected-name.eml service >"$work/wrong/ses-phish/LABELS.tsv"
tests/campaigns "$work/wrong" >"$work/out"
is "$?" 1 'phish and service mail in one campaign is a failure'
has "$(cat "$work/out")" 'with service mail or ham: 1 of 1' 'and it is told'
printf '%s\t%s\n' file label phish-025-injected-name.eml phish phish-026-injected-name.eml phish >"$work/wrong/ses-phish/LABELS.tsv"
tests/campaigns "$work/wrong" >"$work/out"
is "$?" 1 'so is no fewer decisions than accounts'
tests/campaigns "$work" >/dev/null 2>&1
is "$?" 66 'a folder without labels is missing input'

corpus=${CORPUS:-../shared/corpus}
if [ ! -d "$corpus" ]; then
	echo "# the rest is skipped: no folder of real mail, set CORPUS"
	finish
fi
tests/campaigns "$corpus" >"$work/table"
is "$?" 0 'no campaign mixes phish with service mail or ham, and campaigns save decisions over accounts'
sed 's/^/# /' "$work/table"

"$lazaret" import "$corpus/ses-phish" >/dev/null 2>&1
"$lazaret" list --format jsonl | jq -r '[(.source | split("/") | last | rtrimstr(".eml") | ltrimstr("sample-")), .campaign] | @tsv' >"$work/campaigns"
together() { # NAME SAMPLE...: are they in one campaign
	name=$1
	shift
	is "$(for sample; do awk -v s="$sample" '$1 == s { print $2 }' "$work/campaigns"; done | sort | uniq -c | awk '{ print $1 }')" "$#" "$name"
}
together 'five accounts with one kit' 1007 1015 1211 1343 2367
together 'three accounts with empty invitations, and what they lead to' 5200 5238 5333 5796 5804 5805 5826 5884
together 'two accounts with one stub of 402 bytes' 5696 6599
together 'two accounts that have a wallet verified' 6389 7576
together 'two accounts with the same badge' 1596 1643
together 'two messages without an account, by picture and page' 1530 1591
finish
