#!/bin/sh
# What goes wrong is said in one line with the way out, and has the exit status of sysexits(3).
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3
fails() { # STATUS PATTERN NAME COMMAND...
	status=$1 pattern=$2 name=$3
	shift 3
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$?" "$status" "$name"
	has "$(head -1 "$work/err")" "^lazaret: .*$pattern" "said: $name"
}
ses_mail 1 'one' >"$work/one.eml"

# The command line.
fails 64 "no command 'lst'; did you mean 'list'" 'no such command' "$lazaret" lst
fails 64 'nown option' 'no such option' "$lazaret" --frob
fails 64 'nown option' 'no such option of a command' "$lazaret" list --frob
fails 64 'name a source' 'no source' "$lazaret" import
fails 64 'needs a terminal' 'the console in a pipe' "$lazaret"

# No store, not a store, a newer one.
fails 66 'import' 'no store yet' "$lazaret" list
"$lazaret" import "$work/one.eml" >/dev/null
echo 'this is no database, whatever its name says' >"$work/text.db"
fails 65 'text.db' 'not a store' "$lazaret" --store "$work/text.db" list
sqlite3 "$work/alien.db" 'CREATE TABLE notes (text); PRAGMA application_id = 7'
fails 65 'alien.db' 'a database of another program' "$lazaret" --store "$work/alien.db" list
cp "$work/q.db" "$work/newer.db"
sqlite3 "$work/newer.db" 'PRAGMA user_version = 9999'
fails 78 'newer' 'a store of a newer lazaret' "$lazaret" --store "$work/newer.db" list
fails 65 'text.db' 'import into what is no store' "$lazaret" --store "$work/text.db" import "$work/one.eml"
is "$(head -c 7 "$work/text.db")" 'this is' 'and it is left as it was'

# Sources.
fails 66 'no-such' 'no such source' "$lazaret" import "$work/no-such"
fails 65 "lazaret" 'not mail' "$lazaret" import "$lazaret"
fails 64 'names no file' 'an empty source' "$lazaret" import ''
fails 64 'standard input has no path' 'standard input with a path' "$lazaret" import -- "-:$work/one.eml"
fails 64 "'foo bar' is no recipient" 'a recipient that is no address' "$lazaret" import --recipient 'foo bar' "$work/one.eml"
fails 65 "'a@b>' is no recipient" 'to release to what is no address' "$lazaret" release 1 --to 'a@b>'
fails 65 "'-x' is no recipient" 'nor is an option one' "$lazaret" release 1 --to -x
fails 64 'pigeon' 'no such kind of source' "$lazaret" import "pigeon:$work/one.eml"
out=$("$lazaret" import "$work/no-such" "$work/one.eml" 2>/dev/null)
is "$? $out" '66 0 new, 1 known' 'one source that fails does not stop the others'

# One bad entry in the middle of a Maildir is named, skipped and counted.
maildir "$work/box" 4
rm "$work/box/cur/1777636800.2.mx:2,S"
mkfifo "$work/box/cur/1777636800.2.mx:2,S"
truncate -s 65M "$work/box/cur/1777636800.3.mx:2,S"
out=$("$lazaret" import "$work/box" 2>"$work/err")
is "$?" 65 'bad entries are in the exit status'
has "$out" '2 unreadable' 'they are counted'
has "$(cat "$work/err")" '1777636800\.2\.mx' 'a FIFO is named'
has "$(cat "$work/err")" '1777636800\.3\.mx' 'so is what is too large'
is "$("$lazaret" list --format jsonl | wc -l)" 3 'the others came'
if [ "$(id -u)" = 0 ]; then
	ok 0 'a file that may not be read # SKIP root may read all'
else
	chmod 000 "$work/box/cur/1777636800.1.mx:2,S"
	has "$("$lazaret" import "$work/box" 2>&1)" '1777636800\.1\.mx' 'a file that may not be read is named'
fi

# What only looks needs no store that may be written.
if [ "$(id -u)" = 0 ]; then
	unprivileged='setpriv --reuid=65534 --clear-groups'
	need setpriv
	chmod 755 "$work"
	chmod 644 "$work/q.db"
else
	unprivileged=
	chmod 444 "$work/q.db"
	chmod 555 "$work"
fi
while read -r arguments; do
	$unprivileged "$lazaret" $arguments >/dev/null 2>&1
	status=$?
	[ $status = 0 ] || [ "$arguments $status" = 'undo --dry-run 999 66' ]
	ok $? "on a store that may not be written: $arguments"
done <<-END
	block --dry-run 1
	release --dry-run --to a@here.example 1
	undo --dry-run 999
	outbox
	allow list
	deny list
	deny test --domain x.example
	deny add --dry-run --domain x.example --reason x
END
$unprivileged "$lazaret" block 1 >/dev/null 2>&1
is "$?" 77 'while what decides says that it may not'
chmod 700 "$work"
chmod 600 "$work/q.db"

# Queries and ids.
fails 64 'from' 'no such term' "$lazaret" list form:x
is "$(sed -n 2,3p "$work/err")" "$(printf '  form:x\n  ^')" 'with a mark below it'
fails 64 '' 'a mark in the middle' "$lazaret" list 'from:x (to:y'
has "$(sed -n 3p "$work/err")" '^ +\^' 'stands there'
"$lazaret" list "$(printf 'caf\303\251 \346\274\242 score:x')" >/dev/null 2>"$work/err"
is "$(sed -n 3p "$work/err" | grep -o '^ *' | wc -c)" 11 'columns are counted as they are seen'
fails 64 'nvalid byte sequence' 'a reason that is no UTF-8' "$lazaret" block 1 --reason "$(printf '\377')"
fails 65 "'<>' is no address: it holds" 'a rule about no address' "$lazaret" deny add --sender '<>' --reason x
fails 64 'UTF-8' 'a query that is no UTF-8' "$lazaret" list "$(printf 'from:\377')"
fails 66 '999' 'no such message' "$lazaret" show 999
fails 66 '999' 'no such message to block' "$lazaret" block 1 999
is "$("$lazaret" list --format jsonl state:blocked | wc -l)" 0 'and none is blocked'
fails 66 'no message matches' 'a query that finds nothing' "$lazaret" block from:nobody
fails 64 "'x' is no id" 'no id' "$lazaret" show x
fails 64 'no id' 'an id beyond all numbers' "$lazaret" show 99999999999999999999
fails 64 'no id' 'nor is 0 one' "$lazaret" show 0
fails 64 "no part 'all'" 'no such part' "$lazaret" show 1 --part all
fails 64 "no column 'colour'" 'no such column' "$lazaret" list --columns id,colour
fails 64 "no format 'xml'" 'no such format' "$lazaret" list --format xml
fails 64 "no order 'colour'" 'no such order' "$lazaret" list --sort colour
fails 64 'negative' 'a negative limit' "$lazaret" list --limit=-1
fails 64 'name messages' 'a decision about nothing' "$lazaret" release

# Settings.
fails 64 "nearest is 'hold-window'" 'no such setting' "$lazaret" config hold-windw
fails 78 "'soon'" 'no value of that setting' "$lazaret" config hold-window soon
mkdir -p "$work/config/lazaret"
printf '[lazaret]\nhold-window = soon\n' >"$work/config/lazaret/config"
fails 78 'config: hold-window' 'a wrong value in the file' "$lazaret" list
ses_mail 2 'two' | "$lazaret" import - 2>/dev/null
is "$?" 75 'a mail server tries again when the settings are wrong'
"$lazaret" config hold-window 2m
is "$? $("$lazaret" config hold-window)" '0 2m' 'but it can be set right'
printf '[lazaret]\nhold-windw = 2m\n' >"$work/config/lazaret/config"
fails 0 "no setting 'hold-windw'; the nearest is 'hold-window'" 'a name that is none is complained about' "$lazaret" list
rm "$work/config/lazaret/config"
mkfifo "$work/config/lazaret/config"
fails 78 'not a regular file' 'settings in a FIFO' timeout 10 "$lazaret" list
rm "$work/config/lazaret/config"

# Standard output that can't be written.
"$lazaret" list >/dev/full 2>"$work/err"
is "$?" 74 'a full disk behind standard output'
has "$(cat "$work/err")" '^lazaret: standard output: No space' 'is said'
{ "$lazaret" list 2>"$work/err"; echo $? >"$work/status"; } | true
has "$(cat "$work/status")" '^(0|74)$' 'a reader that left'
"$lazaret" --help >/dev/full
is "$?" 74 'help that could not be written'

# A store that can't grow: nothing is lost, and it goes on when there is space again.
maildir "$work/large" 60
head -c 200000 /dev/urandom | base64 >"$work/noise"
for file in "$work"/large/cur/*; do cat "$work/noise" >>"$file"; done
(ulimit -f 2000; "$lazaret" --store "$work/small.db" import "$work/large" >"$work/out" 2>"$work/err")
is "$?" 74 'a store that can not grow'
has "$(cat "$work/err")" '^lazaret: .*small\.db' 'is named'
is "$(find "$work/large/cur" -type f | wc -l)" 60 'the source is untouched'
head -c 2500000 /dev/urandom | base64 >"$work/more"
(ulimit -f 2000; ses_mail 70 'large' | cat - "$work/more" | "$lazaret" --store "$work/small.db" import - 2>/dev/null)
is "$?" 75 'from standard input it is to be tried again'
is "$(sqlite3 "$work/small.db" 'PRAGMA integrity_check')" ok 'the store is whole'
"$lazaret" --store "$work/small.db" import "$work/large" >/dev/null
is "$? $("$lazaret" --store "$work/small.db" list --format jsonl | wc -l)" '0 60' 'and takes the rest when there is space'

# Help and version.
for command in $("$lazaret" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'); do
	"$lazaret" "$command" --help >"$work/out" 2>"$work/err"
	is "$? $(cat "$work/err")" '0 ' "$command --help"
done
is "$("$lazaret" help)" "$("$lazaret" --help)" 'help is a word, too'
has "$("$lazaret" --version)" '^lazaret [0-9]+\.[0-9]+' 'version'
finish
