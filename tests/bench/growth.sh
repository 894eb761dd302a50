# The part "growth" of the bench; see run.  One store grows; its mail is made and taken in STEP at
# a time, so a million need no more disk than the store and STEP mails.  msg/s, MB/s, cpu-us and
# peak-MiB are of the last step before a size; of-10k is the rate there against that at 10,000;
# again-s a second look at that step.  plan, release and undo are about all messages at once, a
# release for two recipients each; camps is a page of campaigns, join the two largest made one;
# verify reads everything.  Below: what each stage takes of the PROBE messages that come next, which
# says what it is that grows.
STEP=10000 PROBE=500

ms() { field 1 | awk '{ printf "%.1f", $1 * 1000 }'; }
timed() { figures "$lazaret" --store "$work/grow.db" "$@"; ms; }

step() { # FIRST COUNT [PROGRAM]
	rm -rf "$work/step"
	"$B/tests/bench/generate" "$work/step" "$2" 1 "$1"
	warm "$work/step"
	all_bytes=$((all_bytes + $(bytes_of "$work/step/cur")))
	figures "${3-$lazaret}" --store "$work/grow.db" import --all "maildir:$work/step"
}

printf '\n%9s %9s %7s %7s %8s %7s %8s %8s %8s %8s %8s %8s %8s %8s %8s %10s %8s %9s\n' messages MB msg/s of-10k MB/s cpu-us \
	peak-MiB store/in again-s list-ms word-ms count-ms camps-ms join-ms plan-ms release-ms undo-ms verify-ms
here=0 all_bytes=0 base=
for n in ${SIZES-1000 10000}; do
	while [ "$here" -lt "$n" ]; do
		take=$((n - here < STEP ? n - here : STEP))
		step "$here" "$take"
		here=$((here + take))
	done
	seconds=$(field 1) cpu=$(field 2) memory=$(field 3)
	rate=$(awk -v n="$take" -v s="$seconds" 'BEGIN { print n / s }')
	[ "$n" -ne 10000 ] || base=$rate
	bytes=$(bytes_of "$work/step/cur")
	store=$(stat -c %s "$work/grow.db")
	figures "$lazaret" --store "$work/grow.db" import --all "maildir:$work/step"
	again=$(field 1)
	list=$(timed list --limit 50)
	word=$(timed list --limit 50 pibello)
	count=$(timed stats --by account)
	camps=$(timed campaigns --limit 50)
	largest=$("$lazaret" --store "$work/grow.db" campaigns --format csv | tail -n +2 | cut -d, -f1,2 | tr -d '"' |
		sort -t, -k2,2nr | head -2 | cut -d, -f1)
	join=$(timed campaigns join $largest)
	plan=$(timed release --dry-run --to a@example.net --to b@example.net state:held)
	release=$(timed release --to a@example.net --to b@example.net state:held)
	undo=$(timed undo)
	verify=$(timed verify)
	awk -v n="$n" -v take="$take" -v all="$all_bytes" -v b="$bytes" -v s="$seconds" -v cpu="$cpu" -v m="$memory" \
		-v rate="$rate" -v base="$base" -v store="$store" -v a="$again" \
		-v rest="$list $word $count $camps $join $plan $release $undo $verify" 'BEGIN {
		split(rest, r, " ")
		printf "%9d %9.1f %7.0f %7s %8.1f %7.0f %8.1f %8.2f %8.2f", n, all / 1e6, rate,
			base ? sprintf("%.2f", rate / base) : "-", b / 1e6 / s, cpu * 1e6 / take, m / 1024, store / all, a
		printf " %8.1f %8.1f %8.1f %8.1f %8.1f %8.0f %10.0f %8.0f %9.0f\n",
			r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9] }'
	STAGES="$work/stages.$n" step "$here" $PROBE "$B/tests/bench/staged"
	here=$((here + PROBE))
	grown="${grown-} $n"
done
printf '\n%-10s %-22s' process "stage, cpu-us at"
printf ' %9d' $grown
for n in $grown; do cat "$work/stages.$n"; done | awk -F'\t' '
	!(($1, $2) in line) { order[++rows] = $1 SUBSEP $2 }
	{ line[$1, $2] = line[$1, $2] sprintf(" %9.1f", $4) }
	END {
		for (i = 1; i <= rows; i++) {
			split(order[i], name, SUBSEP)
			printf "\n%-10s %-22s%s", name[1], name[2], line[order[i]]
		}
		printf "\n"
	}'
rm -rf "$work/step" "$work/grow.db"*
