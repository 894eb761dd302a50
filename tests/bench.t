#!/bin/sh
# What the bench measures is there to be measured.
. tests/tap.sh
bench=${B:-build}/tests/bench
[ -x "$bench/staged" ] || skip_all 'the bench is not built'
"$bench/generate" "$work/box" 60

# A stage that is never called was renamed, or moved into the object that calls it.
STAGES="$work/stages" "$bench/staged" import --all "$work/box" >/dev/null 2>&1
is "$?" 0 'an import with clocks goes through'
is "$(awk -F'\t' '$3 == 0 && $2 !~ /rest$/' "$work/stages")" '' 'each of its stages is counted: TIMED in tests/bench/stages.c'
is "$(awk -F'\t' '$4 == 0' "$work/stages")" '' 'and has taken time'
is "$("$lazaret" list --format jsonl | wc -l) $("$lazaret" list --format jsonl finding:could-not-be-parsed | wc -l)" \
	'60 0' 'no box dies of its clock'

"$bench/measure" -a "$lazaret" --store "$work/other.db" import --all "$work/box" 3>"$work/figures" >/dev/null 2>&1
is "$(awk '{ print NF, ($4 > 0 && $5 > 0) }' "$work/figures")" '5 1' 'the memory of all processes is measured'
finish
