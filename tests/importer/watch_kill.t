#!/bin/sh
# import --watch, killed twenty times while messages arrive: in the end all is as if one import had
# found them, and a kill that goes to its boxes as well breaks no message.
. tests/tap.sh
need jq sqlite3
generate=${B:-build}/tests/bench/generate
[ -x "$generate" ] || skip_all 'the generator of mail is not built'
"$generate" "$work/all" 400 7 2>/dev/null
mkdir -p "$work/box/new" "$work/box/cur" "$work/box/tmp"

# Everything that an import decides, but the time and what goes by who came first: findings of
# history, and the score with them.
state() { # STORE
	"$lazaret" --store "$1" list --format jsonl | jq -cS 'del(.received, .id, .campaign, .source, .score)' | sort | sha256sum
	# Which messages belong together, whatever the campaign is called.
	"$lazaret" --store "$1" list --format jsonl | jq -r '[.campaign, .sha256] | @tsv' | sort -k2 |
		awk '{ if (!($1 in name)) name[$1] = NR; print name[$1] }' | sha256sum
	sqlite3 "$1" 'SELECT count(*) FROM raw; SELECT count(*) FROM links; SELECT count(*) FROM link_domain;
		SELECT count(*) FROM finding WHERE place <> '"'history'"'; SELECT count(*) FROM recipient; SELECT messages FROM counter;'
}
"$lazaret" --store "$work/whole.db" import --all "$work/all" >/dev/null 2>&1
find "$work/all" -type f | sort >"$work/names"

broken=0
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	setsid "$lazaret" import --all --watch "$work/box" >/dev/null 2>&1 &
	victim=$!
	sed -n "$((round * 20 - 19)),$((round * 20))p" "$work/names" | while IFS= read -r name; do
		mv "$name" "$work/box/new"
	done
	sleep "0.$(printf '%02d' $(((round * 7) % 30 + 1)))"
	# One in four is told, with all its boxes, as a service manager or a terminal does.
	if [ $((round % 4)) = 0 ]; then kill -TERM "-$victim"; else kill -9 "$victim"; fi 2>/dev/null
	wait $victim 2>/dev/null
	[ -f "$work/q.db" ] && [ "$(sqlite3 "$work/q.db" 'PRAGMA user_version')" != 0 ] || continue
	[ "$(sqlite3 "$work/q.db" 'PRAGMA integrity_check' 2>&1)" = ok ] || broken=$((broken + 1))
done
is "$broken" 0 'after each kill the store is whole'
"$lazaret" import --all --watch "$work/box" >"$work/out" 2>&1 &
victim=$!
is_all() { [ "$(sqlite3 "$work/q.db" 'SELECT messages FROM counter')" = "$(sqlite3 "$work/whole.db" 'SELECT messages FROM counter')" ]; }
wait_for 30 is_all
is "$?" 0 'the last watch finds what the others left'
parted() { [ "$(sqlite3 "$work/q.db" 'SELECT count(*) FROM loose')" = 0 ]; }
wait_for 30 parted
is "$?" 0 'and parts the campaigns that came loose'
kill $victim
wait $victim
is "$?" 0 'and ends when it is told to'
is "$(state "$work/q.db")" "$(state "$work/whole.db")" 'all is as one import would have it'
is "$(pgrep -f "import --all --watch $work/box" | wc -l)" 0 'no box is left behind'
finish
