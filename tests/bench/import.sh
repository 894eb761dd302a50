# The part "import" of the bench; see run.
count=${COUNT-4000}
box=${MAILDIR-$work/mails}
[ -n "${MAILDIR-}" ] || "$B/tests/bench/generate" "$box" "$count"
bytes=$(bytes_of "$box")
warm "$box"

import() { # PROGRAM [OPTION...]: into an empty store
	rm -f "$work/import.db"*
	figures "$@" --store "$work/import.db" import --all "$box"
}

printf '\nImport of %.1f MB in %d files\n' "$(awk -v b="$bytes" 'BEGIN { print b / 1e6 }')" "$(find "$box" -type f | wc -l)"
printf '%-8s %9s %9s %9s %9s %9s\n' boxes messages seconds msg/s MB/s cpu-us
for boxes in ${BOXES-$(printf '1\n2\n%s\n' "$(nproc)" | sort -nu)}; do
	"$lazaret" config boxes "$boxes"
	import "$lazaret"
	messages=$("$lazaret" --store "$work/import.db" list --format jsonl | wc -l)
	awk -v boxes="$boxes" -v n="$messages" -v b="$bytes" -v s="$(field 1)" -v cpu="$(field 2)" 'BEGIN {
		printf "%-8d %9d %9.2f %9.0f %9.1f %9.0f\n", boxes, n, s, n / s, b / 1e6 / s, cpu * 1e6 / n }'
done
"$lazaret" config boxes 0
cpu=$(field 2)
store=$(stat -c %s "$work/import.db")

figures "$lazaret" --store "$work/import.db" import --all "$box"
printf '\nThe same again, all of it known: %.2f s\n' "$(field 1)"

printf '\nThe store: %.1f MB, %s of the mail' "$(awk -v b="$store" 'BEGIN { print b / 1e6 }')" "$(ratio "$store" "$bytes")"
# The command has dbstat in Debian; others' may not.
if command -v sqlite3 >/dev/null && sqlite3 "$work/import.db" "SELECT 1 FROM dbstat LIMIT 1" >/dev/null 2>&1; then
	printf '; tables with their indexes, and of what is in a page, what is used:\n'
	sqlite3 -separator ' ' "$work/import.db" "SELECT s.tbl_name, sum(pgsize), sum(pgsize - unused)
		FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE aggregate = TRUE
		GROUP BY 1 ORDER BY 2 DESC LIMIT 10" |
		awk -v b="$bytes" '{ printf "  %-16s %9.2f MB %6.3f of the mail, %3d %% used\n", $1, $2 / 1e6, $2 / b, 100 * $3 / $2 }'
else
	printf '\n'
fi

figures -a "$lazaret" --store "$work/memory.db" import --all "$box"
printf '\nPeak memory: importer %.1f MiB, all processes together %.1f MiB\n' \
	"$(awk -v k="$(field 4)" 'BEGIN { print k / 1024 }')" "$(awk -v k="$(field 5)" 'BEGIN { print k / 1024 }')"
rm -f "$work/memory.db"*

# Lines of stages.c: process, stage, calls, processor, wall.
STAGES="$work/stages" import "$B/tests/bench/staged"
printf '\nTime per stage, microseconds a message; clocks and all, the processor took %s of what it took without\n' \
	"$(ratio "$(field 2)" "$cpu")"
awk -F'\t' -v n="$messages" -v cpu="$(field 2)" '
	{ all += $4; of[$1] += $4; line[NR] = $0 }
	END {
		printf "%-10s %-22s %9s %9s %7s %9s\n", "process", "stage", "calls", "cpu-us", "share", "wall-us"
		for (i = 1; i <= NR; i++) {
			split(line[i], f, "\t")
			printf "%-10s %-22s %9.2f %9.1f %6.1f%% %9.1f\n", f[1], f[2], f[3], f[4], 100 * f[4] / all, f[5]
		}
		for (p in of)
			printf "%-10s %-22s %9s %9.1f %6.1f%%\n", p, "all", "", of[p], 100 * of[p] / all
		printf "counted: %.1f %% of the processor time\n", 100 * all * n / 1e6 / cpu
	}' "$work/stages"
