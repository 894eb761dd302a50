#!/bin/sh
# import --watch: what arrives is taken, once and whole, whatever happens to the folders, to
# inotify and to the store meanwhile.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 perl
trust_the_gateway
pids=
trap 'kill -9 $pids 2>/dev/null; rm -rf "$work"' EXIT

# shellcheck disable=SC2086
stored() { # QUERY: what it finds; options may follow
	case $1 in
	*' --store='*) "$lazaret" list --format jsonl --columns id ${1%% --*} "--${1#* --}" ;;
	*) "$lazaret" list --format jsonl --columns id "$@" ;;
	esac | wc -l
}
has_count() { [ "$(stored "$2")" = "$1" ]; }                            # COUNT QUERY
comes() { # COUNT QUERY NAME
	wait_for 30 has_count "$1" "$2"
	is "$(stored "$2")" "$1" "$3"
}
says() { grep -qE -- "$2" "$1"; } # FILE PATTERN
watch() {                         # NAME ARGUMENT...: in the background; its pid is in $pid
	name=$1
	shift
	"$lazaret" import --watch "$@" >"$work/$name.out" 2>"$work/$name.err" &
	pid=$!
	pids="$pids $pid"
}
in_box() { # NUMBER SUBJECT: mail with a From_ line before it
	printf 'From MAILER-DAEMON Fri May  1 12:00:00 2026\n'
	ses_mail "$1" "$2"
	echo
}
arrive() { # FOLDER NUMBER SUBJECT: into a Maildir, as a mail server does it
	ses_mail "$2" "$3" >"$1/tmp/$2.mx"
	mv "$1/tmp/$2.mx" "$1/new/$2.mx"
}
end() { # PID: its status is in $status
	kill -TERM "$1"
	wait "$1"
	status=$?
}

# ---- begun at once, for it takes its time: seen at the end ----

# A store that others keep locked.
maildir "$work/locked" 1
"$lazaret" --store "$work/locked.db" import "$work/locked" >/dev/null
mkfifo "$work/lock"
sqlite3 "$work/locked.db" <"$work/lock" >"$work/lock.out" &
locker=$!
exec 3>"$work/lock"
echo "BEGIN IMMEDIATE; SELECT 'locked';" >&3
wait_for 30 [ -s "$work/lock.out" ]
watch locked --store "$work/locked.db" "$work/locked"
locked=$pid
arrive "$work/locked" 2 'while locked'

# No watch left, and scans alone; as root of a namespace of its own.
namespace=
unshare -rm sh -c 'echo 0 >/proc/sys/user/max_inotify_watches' 2>/dev/null && namespace=yes
mkdir -p "$work/blind/deep" "$work/mnt" "$work/small" "$work/often/lazaret"
: >"$work/blind/bad.eml"
printf '[lazaret]\nscan = 1s\ntrusted-authserv-ids = mx.test\n' >"$work/often/lazaret/config"
if [ -n "$namespace" ]; then
	XDG_CONFIG_HOME="$work/often" unshare -r sh -c \
		'echo 0 >/proc/sys/user/max_inotify_watches; exec "$@"' sh \
		"$lazaret" --store "$work/blind.db" import --watch "$work/blind" >"$work/blind.out" 2>"$work/blind.err" &
	blind=$!
	pids="$pids $blind"
	ses_mail 61 blind >"$work/blind/deep/61"
fi

# A file system that goes and comes back; and one that is full, with the store on it.
cat >"$work/inside" <<'END'
mount -t tmpfs none "$work/mnt" && mkdir "$work/mnt/q" || exit
mount -t tmpfs -o size=12m none "$work/small" || exit
"$lazaret" --store "$work/small/q.db" import --watch "$work/mnt" >"$work/mnt.out" 2>"$work/mnt.err" &
pid=$!
is_in() { [ "$("$lazaret" --store "$work/small/q.db" list --columns id --format jsonl "$1" | wc -l)" = "$2" ]; }
ses_mail 71 mounted >"$work/mnt/q/71"
wait_for 30 is_in subject:mounted 1 && echo 'before it is unmounted'
umount "$work/mnt"
wait_for 30 grep -q 'waiting: .*mnt: unmounted' "$work/mnt.err" && echo 'it is said'
mount -t tmpfs none "$work/mnt" && mkdir "$work/mnt/q"
ses_mail 72 mounted >"$work/mnt/q/72"
wait_for 30 is_in subject:mounted 2 && echo 'after it came back'
head -c 13m /dev/zero >"$work/small/filler" 2>/dev/null
for i in 73 74 75 76; do
	{ ses_mail $i 'full'; head -c 200000 /dev/urandom | base64; } >"$work/mnt/q/$i"
done
wait_for 30 grep -q 'waiting: .*q.db: no space left' "$work/mnt.err" && echo 'a full disk is said'
kill -0 $pid && echo 'it goes on'
rm "$work/small/filler"
wait_for 30 is_in subject:full 4 && echo 'and takes what came when there is room'
kill $pid
wait $pid
echo "ended $?"
END
if [ -n "$namespace" ]; then
	# All in it ends with it.
	B=$(dirname "$lazaret") unshare -rm --fork --kill-child sh -c '. tests/tap.sh; . tests/cli/mails.sh
		rm -rf "$work"; trap - EXIT; work=$1; export HOME="$work" XDG_CONFIG_HOME="$work/config"; . "$work/inside"' \
		sh "$work" >"$work/inside.out" 2>"$work/inside.err" &
	inside=$!
	pids="$pids $inside"
fi

# ---- what arrives ----

maildir "$work/box" 2
mkdir "$work/tree"
{ in_box 11 'box one'; in_box 12 'box two'; } >"$work/mbox"
{ in_box 13 'anew one'; in_box 14 'anew two'; } >"$work/anew"
{ in_box 15 'linked one'; in_box 16 'linked two'; } >"$work/linked.1"
ln -s linked.1 "$work/current"
watch main "$work/box" "$work/tree" "$work/mbox" "$work/anew" "$work/current" "$work/not-yet"
main=$pid
comes 2 'subject:offer' 'what is there is taken first'
comes 1 'subject:"linked one"' 'also behind a symbolic link'
wait_for 30 says "$work/main.err" 'waiting: .*not-yet'
is "$?" 0 'what is not there is said'

arrive "$work/box" 21 renamed
ses_mail 22 written >"$work/tree/22"
mkdir -p "$work/tree/20260501/a" && ses_mail 23 deep >"$work/tree/20260501/a/23"
for i in 1 2 3 4 5 6 7 8 9; do
	mkdir -p "$work/tree/2026050$i/spam" && ses_mail $((30 + i)) dated >"$work/tree/2026050$i/spam/$i"
done
mkdir -p "$work/aside/x" && ses_mail 24 moved >"$work/aside/x/24" && mv "$work/aside" "$work/tree/"
mv "$work/tree/aside" "$work/tree/after" && ses_mail 25 'again in it' >"$work/tree/after/x/25"
ses_mail 26 'by a link' >"$work/26" && ln "$work/26" "$work/tree/26"
# As a gateway does it that gives the file its name before it writes it: half of it is none.
perl -e 'open my $out, ">", "$ARGV[0]/made" or die; rename "$ARGV[0]/made", "$ARGV[0]/named" or die;
	my $text = do { local $/; <STDIN> }; syswrite $out, substr($text, 0, 1200); print "half\n"; close STDOUT;
	select undef, undef, undef, 0.05 until -e "$ARGV[0]/.rest"; syswrite $out, substr($text, 1200); close $out' \
	"$work/tree" <<END >"$work/half" &
$(ses_mail 27 'in two halves')
END
wait_for 30 [ -s "$work/half" ]
in_box 17 'box three' >>"$work/mbox"
mv "$work/mbox" "$work/mbox.1"
in_box 18 'box four' >"$work/mbox"
{ in_box 19 'anew three'; in_box 20 'anew four'; } >"$work/copy" && cat "$work/copy" >"$work/anew"
{ in_box 41 'linked three'; in_box 42 'linked four'; } >"$work/linked.2"
ln -s linked.2 "$work/next" && mv "$work/next" "$work/current"
ses_mail 43 'not yet' >"$work/not-yet"

comes 1 'subject:renamed' 'what is renamed into a Maildir comes'
comes 1 'subject:written' 'a file of a tree that is closed'
comes 1 'subject:deep' 'files of folders that appear in folders'
comes 9 'subject:dated' 'one after the other'
comes 1 'subject:moved' 'folders that are moved here, with what is in them'
comes 1 'subject:"again in it"' 'and moved again'
comes 1 'subject:"by a link"' 'a file that is linked here'
comes 4 'subject:box' 'an mbox that is moved away is read to its end, and the new one in its place'
has "$(stored subject:anew)" '^[34]$' 'and one that is begun anew'
comes 1 'subject:"anew four"' 'to its end'
comes 1 'subject:"linked four"' 'where a symbolic link leads to then'
comes 1 'subject:"not yet"' 'a source that was not there'
is "$(stored 'subject:"in two halves"')" 0 'what is being written is not taken by half'
: >"$work/tree/.rest"
comes 1 'subject:"in two halves"' 'but when it is whole'
is "$("$lazaret" show "$(ids 'subject:"in two halves"')" --part raw | sha256sum)" \
	"$(ses_mail 27 'in two halves' | sha256sum)" 'byte for byte'

# ---- away and back ----

in_box 44 'box five' >>"$work/mbox"
mv "$work/box" "$work/elsewhere"
rm -r "$work/tree"
wait_for 30 says "$work/main.err" "waiting: $work/box: "
wait_for 30 says "$work/main.err" "waiting: $work/tree: "
mkdir "$work/box"
mkdir "$work/box/new" "$work/box/cur" "$work/box/tmp"
arrive "$work/box" 45 returned
mkdir "$work/tree" && ses_mail 46 returned >"$work/tree/46"
comes 2 'subject:returned' 'folders that were away and are back'
wait_for 30 says "$work/main.err" "going on: .*$work/tree$"
is "$? $(grep -c "waiting: $work/box: " "$work/main.err") $(grep -c "waiting: $work/tree: " "$work/main.err")" \
	'0 1 1' 'each is said once'
comes 5 'subject:box' 'a mailbox goes on growing'

# ---- more than inotify keeps ----

most=$(cat /proc/sys/fs/inotify/max_queued_events)
if [ "$most" -le 40000 ]; then
	kill -STOP $main
	perl -e 'for (1 .. $ARGV[1]) { open my $file, ">", "$ARGV[0]/.$_" or die; close $file; unlink "$ARGV[0]/.$_" }' \
		"$work/box/new" $((most / 2 + 100)) # making and closing are two events
	arrive "$work/box" 47 unheard
	ses_mail 48 unheard >"$work/tree/48"
	kill -CONT $main
	comes 2 'subject:unheard' 'what came when the queue was full is looked for'
else
	ok 0 "overflow # SKIP the queue holds $most events"
fi

if [ -n "$namespace" ]; then
	comes 1 "subject:blind --store=$work/blind.db" 'without watches, a scan finds what came'
	ses_mail 62 blind >"$work/blind/deep/62"
else
	ok 0 'without watches left # SKIP no user namespace can be made here'
fi

# ---- moved and flagged as it comes; refused ----

maildir "$work/flagged" 0
watch moving --flag --move "$work/done" "$work/flagged"
moving=$pid
arrive "$work/flagged" 51 flagged
wait_for 30 [ -e "$work/done/cur/51.mx:2,S" ]
is "$? $(stored subject:flagged)" '0 1' 'what is kept is flagged and moved'
end $moving
is "$status" 0 'by a watch that ends'
for arguments in "--flag $work/mbox" "- " "lmtp:$work/socket" "nosuch:$work"; do
	# shellcheck disable=SC2086
	timeout 60 "$lazaret" import --watch $arguments </dev/null >/dev/null 2>&1
	echo $?
done >"$work/refused"
is "$(tr '\n' ' ' <"$work/refused")" '64 75 64 64 ' 'what can not be watched is refused'
sed -i 's/1s/0s/' "$work/often/lazaret/config"
XDG_CONFIG_HOME="$work/often" "$lazaret" import --watch "$work/box" 2>/dev/null
is "$?" 78 'scans have to come'

# ---- the end ----

end $main
is "$status" 0 'told to end, it ends well'
is "$(sed -n 's/^\([0-9]*\) new.*/\1/p' "$work/main.out")" "$(stored -- -subject:flagged)" 'and says how many came'
is "$(sqlite3 "$work/q.db" 'SELECT count(*) FROM raw')" "$(stored '')" 'nothing came twice, nothing in halves'
is "$(grep -cvE '^([a-z]+:)?/[^ ]*: [0-9]+ new \([0-9]+ confirmed\)(, [0-9]+ known)?$' "$work/main.out")" \
	"$(sed -n '/^[0-9]* new/,$p' "$work/main.out" | wc -l)" 'each pass has one line'

if [ -n "$namespace" ]; then
	wait $inside
	is "$(cat "$work/inside.out")" 'before it is unmounted
it is said
after it came back
a full disk is said
it goes on
and takes what came when there is room
ended 0' 'a file system that goes and comes, and a store that is full for a time'
	comes 2 "subject:blind --store=$work/blind.db" 'and the next what came then'
	is "$(grep -c max_user_watches "$work/blind.err") $(grep -c bad.eml "$work/blind.err")" '1 1' \
		'that is said once, and so is what can not be read'
else
	ok 0 'unmounted and back, and a full store # SKIP no user namespace can be made here'
	ok 0 'without watches left # SKIP no user namespace can be made here'
fi

wait_for 30 says "$work/locked.err" 'waiting: .*locked.db: '
is "$?" 0 'a store that is locked is said to be'
kill -TERM $locked
kill -0 $locked
is "$?" 0 'it has not ended'
printf 'COMMIT;\n.quit\n' >&3
wait $locker
wait $locked
is "$?" 0 'and ends well when it is told to'
finish
