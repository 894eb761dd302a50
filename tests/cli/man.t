#!/bin/sh
# What the manual lists is what the program's tables say.  UPDATE=1 tests/cli/man.t rewrites the
# parts of the manual that are made from tables, between '.\" table: NAME' and '.\" end'.
. tests/tap.sh
need jq mandoc

section() { # HEADING: the indented lines below it on standard input
	awk -v head="$1:" '$0 == head { on = 1; next } /^[^ ]/ || /^$/ { on = 0 } on'
}
escaped() { sed 's/\\/\\e/g; s/^\([.'"'"']\)/\\\&\1/'; }
tagged() { # "  NAME  summary" lines as a list
	echo '.Bl -tag -width Ds'
	awk '{ name = $1; $1 = ""; sub(/^ +/, ""); print ".It Cm " name; print }'
	echo .El
}
option_items() { # "  -f, --format=FORMAT   summary" lines as items, those of every command left out
	grep -vE -- '--(help|store|version)\b' | sed -E \
		-e 's/^  +//' \
		-e 's/^-(.), --([a-z0-9-]+)=([^ ]+) +/.It Fl \1 , Fl -\2 Ns = Ns Ar \3\n/' \
		-e 's/^-(.), --([a-z0-9-]+) +/.It Fl \1 , Fl -\2\n/' \
		-e 's/^--([a-z0-9-]+)=([^ ]+) +/.It Fl -\1 Ns = Ns Ar \2\n/' \
		-e 's/^--([a-z0-9-]+) +/.It Fl -\1\n/'
}
command_block() {
	"$lazaret" "$1" --help >"$work/help"
	echo ".Dl $(sed -n '2s/^  //; 2s/\[OPTION…\]/[option ...]/; 2s/ - .*//p' "$work/help")"
	echo .Pp
	sed -n '2s/.* - //p' "$work/help" | sed 's/^\(.\)\(.*\)$/\u\1\2./'
	section Options <"$work/help" | option_items >"$work/options"
	[ -s "$work/options" ] || return 0
	echo '.Bl -tag -width Ds'
	cat "$work/options"
	echo .El
}
first_letter_up() { sed 's/^\(.\)\(.*\)$/\u\1\2./'; }
block() { # NAME...: the lines of that table
	case $1 in
	command) command_block "$2" ;;
	kinds) "$lazaret" import --help | section Kinds | tagged ;;
	transports) "$lazaret" release --help | section Transports | tagged ;;
	formats) "$lazaret" export --help | section Formats | tagged ;;
	keys)
		"$lazaret" keys --format jsonl | jq -r '[.group, .keys, .help, .id] | @tsv' |
			awk -F'\t' '$1 != group { if (group) print ".El"; print ".Ss " $1; print ".Bl -tag -width Ds"; group = $1 }
				{ count = split($2, keys, " "); line = ".It Ic"
				for (i = 1; i <= count; i++) line = line " " (keys[i] ~ /^[A-Za-z0-9]/ ? "" : "\\&") keys[i]
				print line " Pq " $4; print $3 } END { print ".El" }'
		;;
	settings)
		"$lazaret" config --format jsonl |
			jq -r '".It Ic \(.name) Pq \(.type)\(if .default == "" then "" else ", default \(.default)" end)\n\(.help)"'
		;;
	list)
		"$lazaret" list --limit 1 --format jsonl |
			jq -r 'to_entries[] | ".It \(.key) Ta \(if (.key | IN("recipients", "from_log")) then "array of text" elif (.key | IN("received", "date")) then "time" elif (.key | IN("campaign")) then "number" elif .value == null then "text" else (.value | type | sub("string"; "text")) end)"'
		;;
	export) "$lazaret" export "$2" 2>/dev/null | head -1 | tr -d '\r' | tr ',' '\n' | sed 's/^/.It /' ;;
	terms)
		"$lazaret" list --help | section 'Query terms' |
			sed -E 's/^  ([a-z0-9]+:(<N\|>N with m, h, d or w|[^ ]+)) +/\1\t/' |
			awk -F'\t' '{ print ".It Ic \"" $1 "\""; print $2 }'
		;;
	findings)
		"$lazaret" show --help | section Findings |
			awk '{ id = $1; weight = $2; $1 = $2 = ""; sub(/^ +/, ""); print ".It Ic " id " Pq " weight; print }'
		;;
	link-flags) "$lazaret" show --help | section 'Link flags' | tagged ;;
	decision-keys) "$lazaret" stats --help | section 'Decisions are counted by' | tagged ;;
	places) "$lazaret" notice --help | section 'Places in a template' | sed 's/^  \([^ ]*\)/  {\1}/' | tagged | sed 's/^\.It Cm/.It Li/' ;;
	checks) "$lazaret" doctor --help | section Checks | tagged ;;
	link-services) "$lazaret" show --help | section 'Link services' | tagged ;;
	*) echo "no table $*" ;;
	esac | escaped_text
}
escaped_text() { awk '/^\.(It|Bl|El|Pp|Dl|Ss)( |$)/ { print; next } { gsub(/\\/, "\\e"); sub(/^[.\047]/, "\\\\\\&&"); print }'; }
made() { # FILE: as it should be
	while IFS= read -r line; do
		case $line in
		'.\" table: '*)
			printf '%s\n' "$line"
			set -- ${line#'.\" table: '}
			block "$@"
			while IFS= read -r line && [ "$line" != '.\" end' ]; do :; done
			printf '%s\n' "$line"
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

# One message, with everything that the contract can say of it.
printf '%s\n' 'From: A <a@example.org>' 'To: b@example.net' 'Date: Fri, 1 May 2026 12:00:00 +0000' \
	'Return-Path: <a@example.org>' 'Message-ID: <1@example.org>' 'Subject: x' \
	'Received: from a.example.org (a.example.org [192.0.2.1]) by mx.example.net; Fri, 1 May 2026 12:00:01 +0000' \
	'Authentication-Results: mx.example.net; dkim=pass header.d=example.org' \
	'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' '' '--b' 'Content-Type: text/html' '' \
	'<a href="https://192.0.2.9/x">https://bank.example/</a>' '--b' 'Content-Type: application/pdf; name=x.pdf' '' \
	'%PDF-1.4' '--b--' >"$work/one.eml"
"$lazaret" import --all "$work/one.eml" >/dev/null || echo '# the import failed'
"$lazaret" block 1 >/dev/null

for page in man/lazaret.1 man/lazaret.5 man/lazaret.7; do
	made <"$page" >"$work/page"
	[ -z "$UPDATE" ] || cat "$work/page" >"$page"
	diff -u "$page" "$work/page" >"$work/diff"
	ok $? "$page says what the tables say"
	sed 's/^/# /' "$work/diff" | head -40
	lint=$(mandoc -Tlint -Wwarning "$page" 2>&1)
	is "$lint" '' "$page has no mdoc mistakes"
done
is "$(sed -n '/^\.Sh COMMANDS/,/^\.Sh KEYS/s/^\.Ss //p' man/lazaret.1)" \
	"$("$lazaret" --help | section Commands | awk '{ print $1 }')" 'every command has its place in the manual, in order'
is "$(grep -c '^\.\\" table: command' man/lazaret.1)" "$("$lazaret" --help | section Commands | wc -l)" \
	'and each is described from its table'
is "$(sed -n '/^The parts are:/,/^\.El/s/^\.It Cm //p' man/lazaret.1 | tr '\n' ' ')" \
	"$("$lazaret" show --part no-such-part 1 2>&1 | sed -n 's/.*there are //p') " 'every part of show is described'
# The keys of show --part json, and of the objects in its arrays, in the order of the object.
keys_described() { # "KEY" and "KEY.INNER" lines
	sed -n '/^\.Ss show --part json/,/^\.El/s/^\.It //p' man/lazaret.5 | awk '{
		key = $1
		print key
		if (!sub(/^[^:]*: /, "")) next
		gsub(/ No \([^)]*\)/, "")
		gsub(/(^| )Li /, " ")
		count = split($0, inner, /[ ,]+/)
		for (i = 1; i <= count; i++) if (inner[i] != "") print key "." inner[i]
	}' | sort
}
"$lazaret" show 1 --part json >"$work/json"
"$lazaret" list --format jsonl | jq -r 'keys[]' | sort >"$work/row"
is "$(jq -r 'keys[]' "$work/json" | sort | comm -23 - "$work/row")" "$(keys_described | grep -v '\.')" \
	'every key of show --part json is described'
jq -r 'to_entries[] | .key as $key | select(.value | type == "array") | .value[0] | select(type == "object") |
	keys[] | "\($key).\(.)"' "$work/json" | sort >"$work/inner"
ok "$(sed 's/\..*//' "$work/inner" | sort -u | wc -l | awk '{ print $1 < 7 }')" 'the mail has something of each'
is "$(cat "$work/inner")" "$(keys_described | grep '\.' | grep -F "$(sed 's/\..*/./' "$work/inner" | sort -u)")" \
	'and every key of what is in them'
high=$(sed -n 's/^#define DECISION_HIGH //p' store/decision_stats.h)
is "$(sed -n 's/^released by a person with a score of \([0-9]*\) or more\.$/\1/p' man/lazaret.1)" "$high" 'the score that stats calls high is the one it counts'
states=$(sed -n '/^\.Sh OUTBOX/,/^\.El/s/^\.It Cm //p' man/lazaret.7 | tr '\n' ' ')
is "$states" 'queued sending sent failed unknown cancelled ' 'every state of a delivery is described'
finish
