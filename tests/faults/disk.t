#!/bin/sh
# A disk of 4 MB that fills up, and one that may only be read: what happened is said with the way out,
# the source keeps what was not kept, and all goes on when there is space.
if [ -z "$INSIDE" ]; then
	unshare -rm sh -c 'mount -t tmpfs -o size=1m none /mnt' 2>/dev/null || {
		echo '1..0 # SKIP no disk can be mounted here'
		exit 0
	}
	INSIDE=1 exec unshare -rm "$0"
fi
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 tmux
. tests/tmux.sh
. tests/faults/fails.sh
trap 'tmux kill-server 2>/dev/null; umount -l "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
disk=$work/disk
mkdir "$disk"
mount -t tmpfs -o size=4m none "$disk"
export LAZARET_STORE="$disk/q.db" XDG_DATA_HOME="$disk/data"
fill() { dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null || true; }
space() { rm -f "$disk/filler"; }
sound() { # NAME
	out=$("$lazaret" verify 2>&1)
	is "$?" 0 "$1" || echo "$out"
}
stored() { sqlite3 "$LAZARET_STORE" 'SELECT count(*) FROM message'; }

maildir "$work/box" 40
for file in "$work"/box/cur/*; do head -c 120000 /dev/urandom | base64 >>"$file"; done
fails 74 'q\.db: no space left for the store; make room and try again' 'an import fills the disk' \
	"$lazaret" import --move "$work/done" "$work/box"
kept=$(find "$work/done" -type f 2>/dev/null | wc -l)
is "$(find "$work/box/cur" -type f | wc -l)" "$((40 - kept))" 'what was not kept is where it was'
is "$(stored)" "$kept" 'and what was moved is in the store'
[ "$kept" -lt 40 ]
ok $? 'some of it did not fit'
rm -r "$work/done"
for try in 1 2; do # the first ones again, into a larger disk
	mount -o remount,size=40m "$disk"
	"$lazaret" import --move "$work/done" "$work/box" >/dev/null
done
is "$? $(stored) $(find "$work/box/cur" -type f | wc -l)" '0 40 0' 'with more space the rest comes'
sound 'what is kept is whole'
mount -o remount,size=4m "$disk" 2>/dev/null

# A store of a few messages, a console that looks at it, and no room for anything more.
rm -f "$disk"/q.db*
mount -o remount,size=4m "$disk"
for n in 1 2 3 4; do ses_mail $n "mail $n" >"$work/$n.eml"; done
"$lazaret" import "$work/1.eml" "$work/2.eml" "$work/3.eml" >/dev/null
"$lazaret" release 1 --to a@here.example >/dev/null
campaign=$("$lazaret" list --format jsonl id:2 | jq .campaign)
for setting in 'report-org Acme' 'report-contact abuse@acme.test' 'report-domain acme.test'; do
	"$lazaret" config $setting >/dev/null
done
echo kit.lure.example >"$work/feed.txt"
echo old >"$disk/old"
fill
fails 74 'q\.db: no space left for the store; make room and try again' 'a store that can not be opened' "$lazaret" list
space
tmux new-session -d -s console -x 100 -y 30 "$lazaret; echo left; sleep 60"
sees '^▸' 'a console that is open'
fill
fails 74 'no space left' 'a decision without space' "$lazaret" block 2
fails 74 'no space left' 'a release' "$lazaret" release 3
fails 74 'no space left' 'an undo' "$lazaret" undo 1
fails 74 'no space left' 'an import' "$lazaret" import "$work/4.eml"
fails 74 'no space left' 'a rule' "$lazaret" deny add --domain lure.example --reason lure
fails 75 'no space left' 'a mail server is told to try again' sh -c "'$lazaret' import - <'$work/4.eml'"
fails 74 'no space left' 'a delivery' "$lazaret" deliver --now
fails 74 'no space left' 'a report of abuse' "$lazaret" report "$campaign" --yes
fails 74 'no space left' 'a list of indicators' "$lazaret" indicators import "$work/feed.txt"
there=$(ls -A "$disk")
fails 74 'bundle\.json: No space left on device' 'an export' "$lazaret" export stix --out "$disk/bundle.json"
fails 74 'old: No space left on device' 'one that is to take the place of another' "$lazaret" export sieve --out "$disk/old"
is "$(ls -A "$disk") $(cat "$disk/old")" "$there old" 'what was there stays, and nothing half beside it'
"$lazaret" export rspamd --out "$disk/rspamd" >"$work/out" 2>&1
is "$? $(ls -A "$disk/rspamd" 2>/dev/null)" '74 ' 'none of several files'
rmdir "$disk/rspamd" 2>/dev/null
is "$(find "$disk/data" -type f -path '*/new/*' 2>/dev/null | wc -l)" 0 'nothing is half delivered'
is "$("$lazaret" indicators list --format jsonl | wc -l)" 0 'nor is half a list there'
is "$("$lazaret" log --format jsonl | wc -l)" 1 'no half of an operation is left'
is "$("$lazaret" list --format jsonl | wc -l)" 3 'and all can be looked at'
sound 'the store is whole'

# The console stays, and says so.
press M
sees '^score|^ +# +score' 'it lists messages'
press b
sees 'no space left for the store; make room and try again' 'it says what is wrong'
space
press b
sees 'u takes it back' 'and goes on when there is space'
press C
press q
sees 'q again leaves them' 'it says that a delivery waits'
press q
sees '^left' 'it ends as always'
"$lazaret" deliver --now >"$work/out" 2>&1
is "$? $(find "$disk/data" -type f -path '*/new/*' | wc -l)" '0 1' 'the delivery goes out, once'
sound 'all is well again'

# The box that released mail goes to is on the full disk, the store is not.
cp "$LAZARET_STORE" "$work/q.db"
LAZARET_STORE=$work/q.db
"$lazaret" release 2 3 --to a@here.example >/dev/null 2>&1
fill
fails 75 'No space left on device' 'a delivery without space is put off' "$lazaret" deliver --now
is "$(find "$disk/data" -type f -path '*/new/*' | wc -l)" 1 'nothing is half delivered there'
space
LAZARET_STORE=$disk/q.db

# A disk that may only be read.
mount -o remount,ro "$disk"
is "$("$lazaret" list --format jsonl | wc -l)" 3 'a disk that may only be read can be looked at'
"$lazaret" verify >/dev/null 2>&1
is "$?" 0 'and verified'
fails 77 'may not be written' 'a decision there' "$lazaret" block 3
fails 77 'may not be written' 'an import there' "$lazaret" import "$work/2.eml"
fails 77 'may not be written' 'a delivery there' "$lazaret" deliver
fails 77 'ead-only' 'a new store there' "$lazaret" --store "$disk/new.db" import "$work/2.eml"
is "$(ls "$work/2.eml")" "$work/2.eml" 'the source is where it was'
mount -o remount,rw "$disk"
"$lazaret" hold 3 >/dev/null 2>&1
is "$?" 0 'and goes on where it may be written again'
finish
