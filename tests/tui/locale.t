#!/bin/sh
# The console and the command line in locales without UTF-8, and on the Linux console: no byte that
# the terminal would take for something else, and columns that stay straight.
. tests/tap.sh
need tmux perl script
. tests/tmux.sh
tmux_stays

mail() { # NAME NUMBER SUBJECT
	printf '%s\n' "From: =?utf-8?q?$1?= <a$2@example.org>" 'To: b@example.net' 'Date: Fri, 1 May 2026 12:00:00 +0000' \
		"Message-ID: <$2@example.org>" "Subject: =?utf-8?q?$3?=" '' 'Hello' >"$work/$2.eml"
}
mail 'Jos=C3=A9' 1 'Gr=C3=B6=C3=9Fe_caf=C3=A9'
mail '=E5=A5=91=E7=B4=84=E6=9B=B8' 2 '=E5=A5=91=E7=B4=84=E6=9B=B8_=F0=9F=91=8D'
mail 'plain' 3 'plain_subject_that_is_long_enough_to_be_cut_by_a_narrow_list_of_eighty_columns'
mail 'M=CC=B6icro' 4 'e=CC=81_=E2=80=A6_=E2=82=AC'
"$lazaret" import --all "$work"/*.eml >/dev/null 2>&1

# Latin-1 bytes become UTF-8 for tmux; ASCII stays.
latin='perl -e "binmode STDOUT, q(:utf8); \$| = 1; while (sysread STDIN, \$b, 4096) { print \$b }"'
begin() { # ENVIRONMENT...
	tmux new-session -d -s console -x 80 -y 24 "TERM=tmux-256color $* script -qfec '$lazaret console \"\"' /dev/null | tee '$work/bytes' | $latin"
	messages
}
messages() { # all of them, once they are there
	awaits 'help$'
	press M
	awaits '^score'
}
end() {
	press q q
	wait_for 10 gone
}
high() { LC_ALL=C tr -d '\000-\177' <"$work/bytes" | wc -c; }
# The columns that titles and cells begin in: where the domain does, in each row of the list.
straight() { screen | sed -n '3,6p' | perl -CS -lne 'print index($_, "example.org")' | sort -u | wc -l; }

for locale in LC_ALL=C LC_ALL=POSIX 'LC_ALL= LC_CTYPE= LANG=' LC_ALL=xx_XX.none; do
	begin "$locale"
	is "$(high)" 0 "$locale: ASCII alone gets out"
	has "$(screen)" '^> ' 'the cursor is a sign of ASCII'
	has "$(screen)" '^-----' 'so are lines'
	has "$(screen)" 'Gr\?\?e caf\?' 'letters there are none for are question marks'
	is "$(straight)" 1 'columns stay straight'
	end
done

mkdir "$work/locales"
if localedef -i en_US -f ISO-8859-1 "$work/locales/en_US.ISO-8859-1" >/dev/null 2>&1; then
	begin "LOCPATH=$work/locales LC_ALL=en_US.ISO-8859-1"
	has "$(screen)" 'Größe café' 'ISO-8859-1: its letters are shown'
	has "$(screen)" '^-----' 'what it lacks is ASCII'
	is "$(screen | grep -c '[▸─…]')" 0 'and nothing else'
	is "$(straight)" 1 'columns stay straight'
	end
else
	ok 0 '# SKIP localedef makes no locale here'
fi

begin LC_ALL=C.UTF-8
is "$(screen | grep -c '^▸')" 0 'UTF-8 through Latin-1 would be seen here'
end

tmux new-session -d -s console -x 80 -y 24 "TERM=linux LC_ALL=C.UTF-8 '$lazaret' console ''"
messages
has "$(screen)" '^> ' 'linux: what its font lacks is ASCII'
has "$(screen)" '^─────' 'lines it has'
has "$(screen)" 'Größe café' 'letters too'
has "$(screen)" '\?\?\?\?\?\?' 'wide ones it has not'
is "$(straight)" 1 'columns stay straight'
end

# ---- the command line ----
listed() { # ENVIRONMENT: a table on a terminal
	script -qec "stty cols 80; env $1 '$lazaret' list" /dev/null </dev/null | tr -d '\r'
}
listed LC_ALL=C.UTF-8 >"$work/utf8"
for locale in LC_ALL=C 'LC_ALL= LC_CTYPE= LANG='; do
	listed "$locale" >"$work/ascii"
	is "$(LC_ALL=C tr -d '\000-\177' <"$work/ascii" | wc -c)" 0 "$locale: a table is ASCII"
	widths() { while IFS= read -r line; do printf '%s\n' "$line" | wc -L; done <"$1"; }
	is "$(widths "$work/ascii")" "$(widths "$work/utf8")" 'and takes the same columns'
done
has "$("$lazaret" list --format jsonl | LC_ALL=C.UTF-8 cat)" 'Größe café' 'a pipe gets UTF-8'
has "$(LC_ALL=C "$lazaret" list --format jsonl)" 'Größe café' 'in any locale'
finish
