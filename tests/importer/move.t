#!/bin/sh
# import --move and --flag: what is kept goes, after the commit; what was left out stays; nothing
# is overwritten and nothing lost, whenever the import is killed.
. tests/tap.sh
. tests/cli/mails.sh
need jq
names() { (cd "$1" && find . -type f | sort | tr '\n' ' '); }
stored() { "$lazaret" list --format jsonl --sort id "$@" | jq -r .source; }

mkdir -p "$work/tree/a/b"
ses_mail 1 one >"$work/tree/one.eml"
ses_mail 2 two >"$work/tree/a/two.eml"
gzip -c "$work/tree/a/two.eml" >"$work/tree/a/again.eml.gz"
ses_mail 3 three >"$work/tree/a/b/spam-three"
plain_mail 4 'no SES' >"$work/tree/plain.eml"
echo 'a table' >"$work/tree/table"
printf 'From a@b.c Fri May  1 12:00:00 2026\n%s\n' "$(ses_mail 5 box)" >"$work/tree/box"
sum=$(sha256sum <"$work/tree/a/b/spam-three")
mkdir -p "$work/done"
echo 'other' >"$work/done/one.eml"
has "$("$lazaret" import --move "$work/done" "$work/tree")" '^4 new \(4 confirmed\), 1 known, 1 not SES, left out, 1 no mail$' \
	'a tree with --move'
is "$(names "$work/tree")" './box ./plain.eml ./table ' 'what was left out, what is no mail and a file of several stay'
is "$(names "$work/done")" './a/again.eml.gz ./a/b/spam-three ./a/two.eml ./one.2.eml ./one.eml ' \
	'the rest keeps its place, and overwrites nothing'
is "$(sha256sum <"$work/done/a/b/spam-three") $(cat "$work/done/one.eml")" "$sum other" 'as it was'
is "$("$lazaret" import --move "$work/done" "$work/tree" "$work/done" 2>&1 >/dev/null)" \
	"lazaret: --move: $work/done is where messages come from; name a folder outside of it" \
	'a folder of the source is refused'
"$lazaret" import --move "$work/tree/done" "$work/tree" 2>/dev/null
is "$? $(names "$work/done" | wc -w)" '64 5' 'also one below it'
rmdir "$work/tree/done"
ses_mail 6 six >"$work/tree/six.eml"
"$lazaret" import --move "$work/tree" "$work/tree/six.eml" 2>/dev/null
is "$? $(sha256sum <"$work/tree/six.eml")" "64 $(ses_mail 6 six | sha256sum)" "and a file's own"
"$lazaret" import --move "$work/done" "$work/tree/six.eml" >/dev/null
is "$? $(names "$work/tree")" '0 ./box ./plain.eml ./table ' 'one file'
"$lazaret" import --move "$work/done" "$work/tree/box" 2>"$work/err"
is "$? $(cat "$work/err")" "64 lazaret: --move: a source of kind mbox can't do that" 'what a kind does not do is refused'

# What was kept by an import without it is moved by the next, read again or not.
maildir "$work/box" 6
plain_mail 9 'no SES' >"$work/box/new/1777636800.plain.mx"
touch "$work/box/new/.hidden"
mv "$work/box/cur/1777636800.1.mx:2,S" "$work/box/new/1777636800.1.mx"
mv "$work/box/cur/1777636800.2.mx:2,S" "$work/box/cur/1777636800.2.mx:2,FT"
mv "$work/box/cur/1777636800.3.mx:2,S" "$work/box/cur/1777636800.3.mx:2,"
mv "$work/box/cur/1777636800.4.mx:2,S" "$work/box/cur/1777636800.4.mx"
"$lazaret" import "$work/box" >/dev/null
is "$("$lazaret" import --flag "$work/box")" '0 new, 6 known, 1 not SES, left out' 'a Maildir with --flag'
is "$(names "$work/box")" './cur/1777636800.1.mx:2,S ./cur/1777636800.2.mx:2,FST ./cur/1777636800.3.mx:2,S ./cur/1777636800.4.mx:2,S ./cur/1777636800.5.mx:2,S ./cur/1777636800.6.mx:2,S ./new/.hidden ./new/1777636800.plain.mx ' \
	'what is kept has been read, what is not is new'
maildir "$work/odd:2,S" 1
mv "$work/odd:2,S/cur/1777636800.1.mx:2,S" "$work/odd:2,S/new/1777636800.1.mx"
"$lazaret" import --flag "$work/odd:2,S" >/dev/null
is "$(names "$work/odd:2,S")" './cur/1777636800.1.mx:2,S ' 'flags stand in the name of the file'
sleep 3
"$lazaret" import "$work/box" >/dev/null
"$lazaret" import --move "$work/box/.Done" "$work/box" >/dev/null
is "$? $(names "$work/box/.Done" | wc -w) $(ls "$work/box/.Done")" "0 6 cur
new
tmp" 'to a folder of its own below it, that is a Maildir too'
is "$(names "$work/box/new")" './.hidden ./1777636800.plain.mx ' 'what was left out stays'
"$lazaret" import --flag --move "$work/box/.Done" --all "$work/box" >/dev/null
is "$? $(cd "$work/box/.Done/cur" && ls ./*plain*)" '0 ./1777636800.plain.mx:2,S' 'both at once'
"$lazaret" import --move "$work/box" "$work/box" 2>/dev/null
is "$?" 64 'not into itself'
"$lazaret" import --flag "$work/tree" 2>/dev/null
is "$?" 64 'files have no flags'

# Over to another file system.
other=$(mktemp -d /dev/shm/lazaret-XXXXXX 2>/dev/null) || other=
if [ -n "$other" ] && [ "$(stat -c %d "$other")" != "$(stat -c %d "$work")" ]; then
	trap 'rm -rf "$work" "$other"' EXIT
	mkdir "$work/far"
	for i in 21 22; do ses_mail $i far >"$work/far/$i.eml"; done
	chmod 640 "$work/far/21.eml"
	touch -d 2026-05-01 "$work/far/21.eml"
	wanted=$(cd "$work/far" && sha256sum ./*)
	# A move that was killed between the copy and the removal left this.
	cp "$work/far/22.eml" "$other"
	"$lazaret" import --move "$other" "$work/far" >/dev/null
	is "$? $(names "$work/far")$(cd "$other" && sha256sum ./*)" "0 $wanted" 'across file systems'
	is "$(stat -c '%a %y' "$other/21.eml" | cut -c1-14)" '640 2026-05-01' 'with mode and age'
fi

# What can't be moved is said, is kept, and stays.
mkdir "$work/stuck"
ses_mail 31 stuck >"$work/stuck/31.eml"
ses_mail 32 stuck >"$work/stuck/32.eml"
mkdir -p "$work/wall" && : >"$work/wall/stuck"
mkdir -p "$work/stuck/stuck" && mv "$work/stuck/32.eml" "$work/stuck/stuck/32.eml"
out=$("$lazaret" import --move "$work/wall" "$work/stuck" 2>&1)
is "$?" 74 'what can not be moved'
has "$out" 'stuck: not moved: Not a directory|stuck: not moved: File exists' 'is said'
is "$(names "$work/stuck") $("$lazaret" list --format jsonl subject:stuck | wc -l)" './stuck/32.eml  2' 'and kept'

# Killed whenever: no file is lost, and the rerun ends as if nothing had happened.
"${B:-build}/tests/bench/generate" "$work/gen" 400 5 2>/dev/null
if [ -d "$work/gen" ]; then
	find "$work/gen" -type f -exec sha256sum {} + | cut -d' ' -f1 | sort >"$work/before"
	export LAZARET_STORE="$work/killed.db"
	round=0
	while [ $round -lt 20 ]; do
		round=$((round + 1))
		"$lazaret" import --all --move "$work/gone" "$work/gen" >/dev/null 2>&1 &
		victim=$!
		sleep "0.$(printf '%02d' $((round * 7 % 13 + 1)))"
		kill -9 $victim 2>/dev/null
		wait $victim 2>/dev/null
	done
	"$lazaret" import --all --move "$work/gone" "$work/gen" >/dev/null 2>&1
	is "$?" 0 'killed twenty times, the rerun goes through'
	find "$work/gone" -type f -exec sha256sum {} + | cut -d' ' -f1 | sort | cmp -s - "$work/before"
	is "$? $(find "$work/gen" -type f | wc -l)" '0 0' 'every file has moved, once and whole'
	is "$("$lazaret" list --format jsonl | wc -l)" "$(sort -u "$work/before" | wc -l)" 'and every message is kept'
fi
finish
