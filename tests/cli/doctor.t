#!/bin/sh
# doctor: each thing that is wrong is found and said with the way out, and nothing is changed by looking.
. tests/tap.sh
need jq sqlite3
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" # one part runs under strace
export TERM=xterm
trap '[ -z "$sink" ] || kill "$sink"; [ -z "$reader" ] || kill "$reader"; rm -rf "$work"' EXIT
config="$work/config/lazaret/config"

look() { "$lazaret" doctor --format jsonl >"$work/found" 2>/dev/null; }
grade() { # CHECK: looks, and prints the grades of what it found, in the order found
	look
	found_of "$1" .grade | tr '\n' ' ' | sed 's/ $//'
}
found_of() { # CHECK KEY: of the last look
	jq -r --arg check "$1" "select(.check == \$check) | $2 // empty" "$work/found"
}
said() { # CHECK: looks, and prints what it found
	grade "$1" >/dev/null
	found_of "$1" .found
}
mend() { found_of "$1" .mend | head -1; } # CHECK: of the last look
found() { # CHECK GRADE NAME: in the last look, with the way out
	is "$(found_of "$1" .grade | sort -u | tr '\n' ' ')" "$2 " "$3"
	[ -n "$(mend "$1")" ]
	ok $? '  with the way out'
}
mended() { # CHECK...: do what was said, and look again
	for check; do
		sh -c "$(mend "$check" | sed "s,^lazaret ,$lazaret ,")"
	done
	look
	for check; do
		is "$(found_of "$check" .grade | sort -u)" ok "$check is mended as said"
	done
}
state_of() { # every file below a folder, as it is
	find "$1" -printf '%p %m %s %T@\n' | sort
	find "$1" -type f -exec sha256sum {} + | sort
}

"$lazaret" doctor >"$work/out" 2>"$work/err"
is "$?" 0 'before there is a store, nothing is wrong'
has "$(cat "$work/out")" '^warning  store.open .*no quarantine there yet' 'and it is said how to begin'
is "$(ls "$work")" "err
out" 'nothing was made'

mkdir "$work/store"
export LAZARET_STORE="$work/store/q.db"
"$lazaret" import --all share/samples/mail >/dev/null 2>&1
"$lazaret" config trusted-authserv-ids mx.example.net
"$lazaret" release 2 --to a@example.org >/dev/null
"$lazaret" block 3 >/dev/null
state_of "$work" >"$work.before"
"$lazaret" doctor --format jsonl >"$work.out" 2>&1
is "$?" 0 'with a store neither'
state_of "$work" | diff - "$work.before" >"$work.diff"
ok $? 'and looking changed nothing'
sed 's/^/# /' "$work.diff"
is "$(jq -r .check "$work.out" | uniq)" \
	"$("$lazaret" doctor --help | awk '/^Checks:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')" \
	'every check of the table found something, in its order'
is "$(jq -r 'select(.grade == "skipped") | .check' "$work.out")" '' 'none was skipped'
is "$(jq -r 'select(.grade | IN("warning", "wrong")) | select(.mend == null) | .check' "$work.out")" '' \
	'and whatever is not well has a way out'
is "$("$lazaret" doctor --quiet | grep -vE '^(warning|wrong) |^ +-> ')" '' '--quiet says no more than that'
rm -f "$work.before" "$work.out" "$work.diff"

# What was written last is in the -wal file, and whoever wrote it was killed.
mkfifo "$work/commands"
sqlite3 "$LAZARET_STORE" <"$work/commands" >"$work/reader" &
reader=$!
exec 3>"$work/commands"
echo 'PRAGMA wal_autocheckpoint = 0; SELECT count(*) FROM message;' >&3
wait_for 10 grep -q 71 "$work/reader"
"$lazaret" block 4 >/dev/null
kill -9 "$reader"
wait "$reader" 2>/dev/null
reader=
exec 3>&-
[ -s "$LAZARET_STORE-wal" ]
ok $? 'there is a log'
state_of "$work/store" >"$work/before"
has "$(said store.history)" '^the last 3 operations' 'what is in it is read'
is "$(state_of "$work/store" | diff - "$work/before")" '' 'and stays there'
mv "$LAZARET_STORE-shm" "$work/shm"
is "$(grade store.open)" wrong 'a log without its index can not be read without writing'
mv "$work/shm" "$LAZARET_STORE-shm"
"$lazaret" stats >/dev/null

if strace -o /dev/null true 2>/dev/null; then
	strace -f -e trace=%file,%network,%desc -o "$work/trace" "$lazaret" doctor >/dev/null 2>&1
	is "$(grep -E 'O_WRONLY|O_RDWR|O_CREAT|rename|unlink|mkdir|chmod|ftruncate' "$work/trace" | grep -v '"/dev/null"')" '' \
		'no file is opened to be written'
	is "$(grep -c AF_INET "$work/trace")" 0 'no socket of the network is opened'
fi

# ---- permissions ----
chmod 644 "$LAZARET_STORE"
"$lazaret" doctor >/dev/null 2>"$work/err"
is "$?" 78 'something wrong is 78'
has "$(cat "$work/err")" '^lazaret: 1 thing is wrong$' 'and counted'
: >"$LAZARET_STORE-wal"
chmod 666 "$LAZARET_STORE-wal" "$config"
chmod 777 "$work/store"
look
found files.store wrong 'a store that all may read'
found files.log wrong 'a log that others may write'
found files.folder wrong 'a folder in which all may make files'
found files.config wrong 'settings that all may write'
mended files.store files.log files.folder files.config
rm "$LAZARET_STORE-wal"
chmod 660 "$LAZARET_STORE"
chmod 1777 "$work/store"
look
is "$(found_of files.store .grade)" ok 'a store for a group is well'
found files.folder wrong 'a sticky folder for all is not'
chmod 700 "$work/store"
chmod 600 "$LAZARET_STORE"

printf 'mx.example.org alice Pa55w0rd-of-alice\n' >"$work/secret"
chmod 644 "$work/secret"
for name in smtp-credentials imap-credentials s3-credentials; do
	"$lazaret" config $name "$work/secret"
done
look
found files.secrets wrong 'passwords that others may read'
is "$(found_of files.secrets .found | sed 's/: .*others may read.*//' | tr '\n' ' ')" \
	'smtp-credentials imap-credentials s3-credentials ' '  each file by the name of its setting'
chmod 600 "$work/secret"
echo 'Pa55w0rd-of-alice' >"$work/secret"
"$lazaret" doctor --format jsonl >"$work/out" 2>&1
has "$(cat "$work/out")" 'smtp-credentials: .*line 1 is not of the form' 'a line without a password is named'
! grep -q Pa55w0rd "$work/out"
ok $? 'and not repeated'
sed -i '/-credentials=/d' "$config"

# ---- settings ----
mkdir "$work/saves"
chmod 777 "$work/saves"
cp "$config" "$work/kept"
sed -i '/^trusted/d' "$config"
cat >>"$config" <<END
transport = sendmail:/nonexistent/sendmail
save-to = $work/saves
smtp-ca = $work/none
brands = /nonexistent/brands
clamd = /nonexistent/clamd
s3-buckets = bucket/prefix
no-such-setting = 1
END
look
found out.transport wrong 'a sendmail that is not there'
found files.saves warning 'a folder of saves that all may write'
found files.authorities wrong 'certificates that are not there'
found files.config warning 'a setting that is none'
found site.trusted warning 'no trusted server'
found site.lists wrong 'a file of brands that is not there'
found site.clamd warning 'a scanner that is not there'
found in.buckets warning 'buckets without keys'
for transport in "maildir:$work/none/box" lmtp:/nonexistent/socket; do
	cp "$work/kept" "$config"
	"$lazaret" config transport "$transport"
	look
	found out.transport wrong "$transport: not there"
done
"$lazaret" config transport smtp://mx.example.org
look
found out.transport warning 'a server far away, without verified TLS'
mended out.transport
cp "$work/kept" "$config"
echo 'hold-window = often' >>"$config"
look
found files.config wrong 'a setting that can not be'
is "$(found_of out.transport .grade)" skipped '  what needs them is skipped'
cp "$work/kept" "$config"

# ---- a server ----
if command -v smtp-sink >/dev/null; then
	port=$(free_port)
	"$lazaret" config transport "smtp://127.0.0.1:$port"
	is "$(grade out.transport)" ok 'without --connect nobody is asked'
	has "$("$lazaret" doctor --connect 2>/dev/null)" '^wrong +out.transport .*connect to server' 'with it, who is not there is missed'
	user=
	[ "$(id -u)" != 0 ] || user='-u nobody'
	smtp-sink $user "127.0.0.1:$port" 10 &
	sink=$!
	wait_for 10 perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => shift)' "127.0.0.1:$port"
	has "$("$lazaret" doctor --connect 2>/dev/null)" '^ok +out.transport .*this machine.*: it answers' 'and who is there, greeted'
	kill "$sink"
	wait "$sink" 2>/dev/null
	sink=
	sed -i '/^transport=/d' "$config"
fi

# ---- the store ----
has "$(said store.outbox)" '^1 on their way' 'a delivery waits'
cp "$LAZARET_STORE" "$work/whole"
sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET due = 1'
is "$(grade store.outbox)" warning 'a delivery that nobody sends'
sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET state = 4'
is "$(grade store.outbox)" warning 'one of which nobody knows'
sqlite3 "$LAZARET_STORE" 'UPDATE message SET imported = 9999999999 WHERE id = 71'
is "$(grade machine.clock)" wrong 'a clock that is behind the store'
cp "$work/whole" "$LAZARET_STORE"
sqlite3 "$LAZARET_STORE" 'DROP TRIGGER decision_stands; UPDATE decision SET kind = 0 WHERE id = 2'
is "$(grade store.guards) $(found_of store.history .grade)" 'wrong wrong' 'a decision that was changed, and what kept it from that'
cp "$work/whole" "$LAZARET_STORE"
sqlite3 "$LAZARET_STORE" 'PRAGMA user_version = 3'
cp "$LAZARET_STORE" "$work/older"
is "$(grade store.open)" wrong 'a store of an older version'
cmp -s "$LAZARET_STORE" "$work/older"
ok $? '  stays as it is'
cp "$work/whole" "$LAZARET_STORE"
root=$(sqlite3 "$LAZARET_STORE" "SELECT rootpage FROM sqlite_schema WHERE name = 'message'")
dd if=/dev/zero of="$LAZARET_STORE" bs=8192 seek=$((root - 1)) count=1 conv=notrunc 2>/dev/null
"$lazaret" doctor >"$work/out" 2>&1
is "$?" 78 'a store with a page that is none'
has "$(cat "$work/out")" '^wrong +store\.' 'is said to be damaged'
cp "$work/whole" "$LAZARET_STORE"

# ---- the machine ----
(
	ulimit -f 2000
	LC_ALL=C TERM=no-such-terminal LESS=-FrX MAGIC=/nonexistent/database "$lazaret" doctor --format jsonl >"$work/found" 2>/dev/null
)
found box.limits warning 'a limit on the size of files'
found terminal.locale warning 'a locale without letters'
found terminal.type warning 'a terminal that nobody knows'
found terminal.pager warning 'a pager that lets everything through'
found library.magic wrong 'libmagic without its database'
TERM=dumb LESS=-R "$lazaret" doctor --format jsonl >"$work/found" 2>/dev/null
is "$(found_of terminal.type .grade) $(found_of terminal.pager .grade)" 'skipped ok' 'no terminal, and a pager that lets colours through'
mkdir "$work/small"
if mount -t tmpfs -o size=4m none "$work/small" 2>/dev/null; then
	cp "$LAZARET_STORE" "$work/small/q.db" 2>/dev/null
	is "$(export LAZARET_STORE="$work/small/q.db"; grade machine.disk; echo " $(found_of machine.files .grade)")" \
		'wrong warning' 'a disk that is full, and gone tomorrow'
	umount "$work/small"
fi

# What is no file of ours is named, but nobody is told to change the rights of a device.
mkdir -p "$work/masked/lazaret"
ln -s /dev/null "$work/masked/lazaret/config"
got=$(LAZARET_STORE=/dev/null XDG_CONFIG_HOME="$work/masked" "$lazaret" doctor 2>&1)
has "$got" '^wrong .*store.open .*/dev/null: not a lazaret store but a device' 'a device is no store'
has "$got" '^wrong .*files.config .*not a regular file' 'nor a file of settings'
! printf '%s\n' "$got" | grep -q -- '-> ch'
ok $? 'and is left as it is'
finish
