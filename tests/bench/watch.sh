# The part "watch" of the bench; see run.
rm -rf "$work/watched" "$work/watch.db"*
mkdir -p "$work/watched/cur" "$work/watched/new" "$work/watched/tmp"
"$B/tests/bench/generate" "$work/arriving" 200
"$lazaret" --store "$work/watch.db" import --all --watch "maildir:$work/watched" >"$work/said" 2>&1 &
watcher=$!
trap 'kill "$watcher" 2>/dev/null; rm -rf "$work"' EXIT
printf '\nimport --watch: '
tries=0
until "$lazaret" --store "$work/watch.db" list >/dev/null 2>&1 || [ "$tries" -gt 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
"$B/tests/bench/arrive" "$work/watch.db" "$work/arriving" "$work/watched" "${ARRIVALS-100}"
kill "$watcher"
wait "$watcher" || true
trap 'rm -rf "$work"' EXIT
