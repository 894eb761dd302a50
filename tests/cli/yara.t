#!/bin/sh
# A site's YARA rules: looked at attachments with in the box, told by name, and part of what a
# verdict rests on.
. tests/tap.sh
need jq
case $("$lazaret" --version) in
*'YARA rules: not built in'*)
	"$lazaret" config yara-rules "$work/rules"
	"$lazaret" import share/samples/mail >/dev/null 2>"$work/errors"
	is "$?" 78 'rules that nothing applies are a mistake in the settings'
	has "$(cat "$work/errors")" 'not built into' 'and why is said'
	finish
	exit
	;;
esac
mkdir "$work/rules"
printf '%s\n' 'From: a@bakery.example' 'To: jo@example.net' 'Subject: x' 'Date: Fri, 1 May 2026 12:00:00 +0000' \
	'Message-ID: <1@bakery.example>' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' '' \
	'--b' '' 'see there' '--b' 'Content-Type: text/plain; name=notes.txt' 'Content-Disposition: attachment' '' \
	'the harbour is closed' '--b--' >"$work/one.eml"
rules() { "$lazaret" show 1 --part json | jq -r '.findings[] | select(.id == "attachment-rule") | .evidence'; }

"$lazaret" config yara-rules "$work/rules"
"$lazaret" import --all "$work/one.eml" >/dev/null 2>"$work/errors"
is "$?" 78 'a folder without rules is a mistake in the settings'
has "$(cat "$work/errors")" 'no \*\.yar' 'and is said'

printf 'rule quay { strings: $a = "quay" condition: $a }\n' >"$work/rules/a.yar"
printf 'rule { }\n' >"$work/rules/readme.txt"
"$lazaret" import --all "$work/one.eml" >/dev/null
is "$?" 0 'rules are .yar and .yara, and nothing else'
is "$(rules)" '' 'no rule matches'

printf 'rule harbour { strings: $word = /harbou?r/ condition: $word }\n' >"$work/rules/b.yara"
has "$("$lazaret" stats)" 'lazaret rescore makes it anew' 'stats tell that the rules are others'
has "$("$lazaret" rescore --outdated)" '^1 read again, 1 changed' 'a new rule changes the verdict'
is "$(rules)" 'notes.txt: harbour (b.yara), $word at 4: harbour' 'the finding says which rule, and what it saw'
is "$("$lazaret" list finding:attachment-rule --format jsonl | wc -l)" 1 'a query finds it'
has "$("$lazaret" show 1 --part attachments)" 'a rule matches' 'the attachment is marked'

printf 'rule a { condition: true }\nrule b { condition: nonsense }\n' >"$work/rules/c.yar"
"$lazaret" rescore >/dev/null 2>"$work/errors"
is "$?" 78 'what is no rule is a mistake in the settings'
has "$(cat "$work/errors")" 'c\.yar: line 2: ' 'that names file and line'
printf 'rule slow { condition: for all i in (0..0x7fffffff) : (for all j in (0..0x7fffffff) : (i + j >= 0)) }\n' >"$work/rules/c.yar"
"$lazaret" rescore >/dev/null
is "$?" 0 'a rule that never ends does not stop the work'
has "$("$lazaret" show 1 --part attachments)" 'not-scanned: YARA: the rules take longer' 'nor does it pass for clean'
finish
