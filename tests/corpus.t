#!/bin/sh
# Real mail, whole: what must be imported is, what must not be believed is not, and the bytes stay.
. tests/tap.sh
need jq
corpus

imported() { # FOLDER -> number of messages now in the store
	"$lazaret" import "$corpus/$1" >"$work/out" 2>&1 || cat "$work/out" >&2
	"$lazaret" list --format jsonl | wc -l
}
mails() { find "$corpus/$1" -name '*.eml' | wc -l; }

is "$(imported ses-phish)" "$(mails ses-phish)" 'every file of ses-phish is imported without --all'
rm -f "$work"/q.db*
is "$(imported ses-ham)" "$(mails ses-ham)" 'every file of ses-ham is imported without --all'
rm -f "$work"/q.db*

"$lazaret" import --all "$corpus/ses-decoy" >/dev/null 2>&1
real=$(awk -F'\t' '$1 ~ /^ses-decoy/ && $5 ~ /^SES-CONFIRMED/ { sub(".*/", "", $1); print $1 }' "$corpus/ORIGIN.tsv")
is "$("$lazaret" list --format jsonl 'ses:confirmed OR ses:likely' | jq -r '.source | split("/") | last' | grep -vxF "$real")" '' \
	'of ses-decoy nothing is confirmed, or even likely, but what its origin calls real'
rm -f "$work"/q.db*

"$lazaret" import "$corpus/ses-phish" >/dev/null 2>&1
"$lazaret" list --format jsonl |
	jq -r '[(.source | split("/") | last), .region, .account] | @tsv' | sort >"$work/said"
awk -F'\t' 'NR > 1 { print $1 "\t" $3 "\t" $4 }' "$corpus/ses-phish/LABELS.tsv" | sort >"$work/labelled"
is "$(join -t "$(printf '\t')" "$work/labelled" "$work/said" |
	awk -F'\t' '($2 != "" && $2 != $4) || ($3 != "" && $3 != $5)')" '' \
	'region and account agree with the labels'
rm -f "$work"/q.db*

"$lazaret" import --all "$corpus/torture" >"$work/out" 2>&1
is "$?" 0 'the torture mails in one batch: exit 0'
total=$(mails torture)
kinds=$(find "$corpus/torture" -name '*.eml' -exec sha256sum {} + | cut -d' ' -f1 | sort -u)
is "$("$lazaret" list --format jsonl | jq -r .sha256 | sort -u)" "$kinds" "all $total listed, byte for byte"
# Each raw message once more from the store, against the file it came from.
different=0
"$lazaret" list --format jsonl | jq -r '[.id, .sha256] | @tsv' | awk 'NR % 7 == 1' >"$work/some"
while read -r id sha; do
	[ "$("$lazaret" show "$id" --part raw | sha256sum | cut -d' ' -f1)" = "$sha" ] ||
		different=$((different + 1))
done <"$work/some"
is "$different" 0 "what is kept of $(wc -l <"$work/some") of them has that digest"
is "$("$lazaret" list --format jsonl finding:could-not-be-parsed | wc -l)" \
	"$(sed -n 's/.*[^0-9]\([0-9][0-9]*\) could not be parsed.*/\1/p' "$work/out" | tail -1 | grep . || echo 0)" \
	'the summary says how many could not be parsed, and each says so itself'
finish
