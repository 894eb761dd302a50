#!/bin/sh
# What is known already may have come a moment ago from another import, which does not wait for the
# disk: nobody is told of it before it is there.
. tests/tap.sh
. tests/cli/mails.sh
. tests/faults/fails.sh
need jq
library=${B:-build}/tests/faults/fault.so
[ -e "$library" ] || skip_all 'the library that lets calls fail is not built'
case $library in /*) ;; *) library=$PWD/$library ;; esac
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0:detect_leaks=0"
# Whether files are remembered as seen hangs on how long they lie there: a clock wrong by an hour says
# that they do, or that they do not, however long the test takes.
at() { # SECONDS [VARIABLE=...] COMMAND...: its clock is wrong by so much
	printf '%s' "$1" >"$work/clock"
	shift
	env FAULT_CLOCK="$work/clock" LD_PRELOAD="$library" "$@"
}
broken() { # SECONDS COMMAND...: and the disk takes nothing of the -wal file
	wrong=$1
	shift
	at "$wrong" FAULT=EIO:1+ FAULT_PATH=q.db-wal "$@"
}
unread() { find "$work/$1" -name '*,' | wc -l; }

mkdir -p "$work/seen/cur" "$work/seen/new" "$work/seen/tmp"
for n in 1 2 3; do
	ses_mail $n "mail $n" >"$work/seen/cur/$n.mx:2,"
done
cp -r "$work/seen" "$work/again"
at 3600 "$lazaret" import "$work/seen" >"$work/out"
is "$(head -1 "$work/out")" '3 new (3 confirmed)' 'an import that tells nobody'
fails 74 'q\.db: what was written last may not be on the disk: disk I/O error; import again' \
	'the same bytes, with --flag' broken -3600 "$lazaret" import --flag "$work/again"
is "$(unread again)" 3 'none is flagged'
broken 3600 "$lazaret" import --flag "$work/seen" >"$work/out" 2>&1
is "$? $(unread seen)" '74 3' 'nor files that were seen as they are'
broken 3600 "$lazaret" import "$work/seen" >"$work/out" 2>&1
is "$?" 74 'who flags nothing is not told either that they are kept'
"$lazaret" import --flag "$work/seen" "$work/again" >"$work/out"
is "$? $(unread seen) $(unread again)" '0 0 0' 'all are when the disk works'
finish
