#!/bin/sh
# A clock in 1970, in 2106, and going backwards between two operations: the log keeps its order, the
# chain holds, claims and deliveries are not stuck, and nothing leaves twice.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3
library=${B:-build}/tests/faults/fault.so
[ -e "$library" ] || skip_all 'the library that tells the time is not built'
case $library in /*) ;; *) library=$PWD/$library ;; esac
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0:detect_leaks=0"
trap 'for pid in $watcher; do kill $pid; done 2>/dev/null; rm -rf "$work"' EXIT
watcher=
day=86400
y1970=100 y2026=1780300800 y2106=4296000000
at() { # TIME COMMAND...: at which the clock stands still
	printf '=%s' "$1" >"$work/clock"
	shift
	env FAULT_CLOCK="$work/clock" LD_PRELOAD="$library" "$lazaret" "$@"
}
sound() { # NAME
	at "$1" verify >"$work/out" 2>&1
	is "$? $(grep -c ^fault "$work/out")" '0 0' "$2"
}
sent() { find "$XDG_DATA_HOME/lazaret/released/new" -type f 2>/dev/null | wc -l; }
states() { at $y2026 outbox --format jsonl | jq -r .state | sort | uniq -c | awk '{ printf "%s%s %s", sep, $1, $2; sep = ", " }'; }
for n in 1 2 3 4 5 6; do ses_mail $n "mail $n" >"$work/$n.eml"; done

# In one order, whatever the clock says.
at $y2026 import "$work/1.eml" >/dev/null
at $y1970 import "$work/2.eml" >/dev/null
at $y2106 import "$work/3.eml" "$work/4.eml" "$work/5.eml" "$work/6.eml" >/dev/null
is "$(at $y2026 list --format jsonl | jq -s length)" 6 'mail is kept in any year'
at $y2106 block 1 >/dev/null
at $y1970 hold 1 >/dev/null
at $y2026 block 2 >/dev/null
at $y1970 undo >/dev/null
is "$(at $y2026 log --format jsonl | jq -r .id | tr '\n' ' ')" '4 3 2 1 ' 'the log is in the order of what was done'
is "$(at $y2026 list --format jsonl state:blocked | wc -l)" 0 'what was done last counts'
sound $y2026 'the chain holds'
sound $y1970 'in 1970 as well'
sound $y2106 'and in 2106'

# The hold window.
at $y2026 release 1 --to a@here.example >/dev/null 2>&1
at $((y2026 - 10 * day)) deliver >"$work/out" 2>&1
is "$(sent)" 0 'a clock set back does not let a release out early'
at $((y2026 - 10 * day)) deliver --now >"$work/out" 2>&1
is "$(sent)" 1 'but --now does'
at $((y2026 + 60)) deliver >/dev/null 2>&1
at $y2106 deliver --now >/dev/null 2>&1
at $y1970 deliver --now >/dev/null 2>&1
is "$(sent) $(states)" '1 1 sent' 'and once only, in any year'

# Released while the clock was wrong.
at $y2106 release 2 --to a@here.example >/dev/null 2>&1
at $y2026 deliver --now >"$work/out" 2>&1
is "$(sent) $(states)" '2 2 sent' 'what was released in 2106 leaves today with --now'
at $y1970 release 3 --to a@here.example >/dev/null 2>&1
at $y2026 deliver >/dev/null 2>&1
is "$(sent)" 3 'what was released in 1970 leaves today'

# A deliverer that died while it had a delivery, in the future.
at $y2106 release 4 --to a@here.example >/dev/null 2>&1
sqlite3 "$LAZARET_STORE" "UPDATE delivery SET state = 1, attempts = 1, lease = $((y2106 + 700)), deliverer = '$(uname -n):99999999 x x 1' WHERE state = 0"
at $y2026 deliver --now >"$work/out" 2>&1
is "$(sent) $(states)" '4 4 sent' 'a dead deliverer of the future is followed'

# One of another machine, whose clock went ahead and which is heard of no more.
at $y2026 release 5 --to a@here.example >/dev/null 2>&1
sqlite3 "$LAZARET_STORE" "UPDATE delivery SET state = 1, attempts = 1, lease = $((y2106 + 700)), changed = $y2106, deliverer = 'elsewhere:1 x x 1' WHERE state = 0"
at $y2026 deliver --now >"$work/out" 2>&1
is "$? $(sent) $(states)" '69 4 4 sent, 1 unknown' 'what became of its delivery waits for a person'
at $y2026 outbox retry 5 >/dev/null
# Put off while the clock was ahead.
sqlite3 "$LAZARET_STORE" "UPDATE delivery SET attempts = 1, due = $((y2106 + 700)), changed = $y2106 WHERE state = 0"
at $y2026 deliver >"$work/out" 2>&1
is "$(sent) $(states)" '5 5 sent' 'what was put off in 2106 is tried today'

# Claims: an hour of 2106 is no claim for eighty years that nobody could go over.
at $y2106 claim 6 >/dev/null
at $y2026 block 6 >"$work/out" 2>&1
is "$? $(at $y2026 list --format jsonl state:blocked | wc -l)" '0 1' 'a claim of the future stops not even its owner'
at $y2026 undo >/dev/null

# A clock that jumps under a process that waits.  It is a while ago when the jumps come.
printf '0' >"$work/clock"
at() { # now the clock goes, and is wrong by so much
	printf '%s' "$1" >"$work/clock"
	shift
	env FAULT_CLOCK="$work/clock" LD_PRELOAD="$library" "$lazaret" "$@"
}
env FAULT_CLOCK="$work/clock" LD_PRELOAD="$library" "$lazaret" deliver --watch >"$work/watched" 2>&1 &
watcher=$!
printf '%s' "$((-30 * day))" >"$work/clock"
at "$((-30 * day))" release 6 --to a@here.example >/dev/null 2>&1
printf '%s' "$((30 * day))" >"$work/clock"
all_sent() { [ "$(sent)" = 6 ]; }
wait_for 15 all_sent
is "$?" 0 'a watching deliverer goes on through jumps'
printf '%s' "$((-60 * day))" >"$work/clock"
kill "$watcher"
wait "$watcher"
is "$?" 0 'and ends when it is told to'
watcher=
is "$(sent)" 6 'nothing left twice'
at 0 verify >/dev/null 2>&1
is "$?" 0 'and the store is sound'
finish
