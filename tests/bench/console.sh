# The part "console" of the bench; see run.

# A query that finds some 10,000: the days that they take, of the half year that a store spans.
many() { # MESSAGES
	echo "after:2025-12-01 before:$(date -u -d "2025-12-01 $((1800000 / $1 + 1)) days" +%F)"
}
BESIDE=10000 # messages: long enough for some hundred keys
"$B/tests/bench/generate" "$work/beside" $BESIDE
warm "$work/beside"
for n in ${CONSOLE_SIZES-1000}; do
	rm -f "$work/console.db"*
	"$B/tests/bench/fill" "$work/console.db" "$n" >/dev/null
	printf '\n%-30s %9s %9s %9s %5s %8s\n' "Reads at $n messages" p50 p99 busy runs given
	"$B/tests/bench/reads" "$work/console.db"
	printf '\nThe console on %d messages\n' "$n"
	"$B/tests/bench/console" "$lazaret" "$work/console.db" "$(many "$n")" "${KEYS-600}"
	printf '\nThe console on %d messages while %d more are imported\n' "$n" $BESIDE
	"$B/tests/bench/console" --beside "$lazaret" "$work/console.db" \
		"$lazaret" --store "$work/console.db" import --all "maildir:$work/beside"
done
rm -rf "$work/beside" "$work/console.db"*
