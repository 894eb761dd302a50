#!/bin/sh
# kill -9 in the middle of an import, twenty times: a rerun ends as if nothing had happened.
. tests/tap.sh
need jq sqlite3
generate=${B:-build}/tests/bench/generate
[ -x "$generate" ] || skip_all 'the generator of mail is not built'
case ${B-} in *sanitize*) mails=400 ;; *) mails=1000 ;; esac # it takes as long there
"$generate" "$work/box" "$mails" 7

state() { # of the store: everything that an import decides, but the time it ran
	"$lazaret" --store "$1" list --format jsonl --sort id | jq -c 'del(.received)' | sha256sum
	sqlite3 "$1" "SELECT count(*) FROM raw; SELECT count(*) FROM links; SELECT count(*) FROM link_domain; SELECT count(*) FROM finding;
		SELECT count(*) FROM recipient; SELECT messages FROM counter;"
}
"$lazaret" --store "$work/whole.db" import --all "$work/box" >/dev/null 2>&1
wanted=$(state "$work/whole.db")

broken=0
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	"$lazaret" import --all "$work/box" >/dev/null 2>&1 &
	victim=$!
	sleep "0.$(printf '%02d' $(((round * 7) % 40 + 1)))"
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
	# Before its first table is there, it is no store yet.
	[ -f "$work/q.db" ] && [ "$(sqlite3 "$work/q.db" 'PRAGMA user_version')" != 0 ] || continue
	[ "$(sqlite3 "$work/q.db" 'PRAGMA integrity_check' 2>&1)" = ok ] || broken=$((broken + 1))
	"$lazaret" list --limit 1 >/dev/null 2>&1 || broken=$((broken + 1))
done
is "$broken" 0 'after each kill the store opens and is whole'
"$lazaret" import --all "$work/box" >"$work/out" 2>&1
is "$?" 0 'the rerun goes through'
is "$(state "$work/q.db")" "$wanted" 'and ends with the store of an undisturbed run'
is "$(pgrep -f "import --all $work/box" | wc -l)" 0 'no box is left behind'
finish
