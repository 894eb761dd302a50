#!/bin/sh
# Brands: the list the program carries, a site's own on top of it, and whose names are ours.
. tests/tap.sh

mail() { # FROM  SUBJECT: a message in the folder
	count_mails=$((${count_mails:-0} + 1))
	printf '%s\n' "From: $1" 'To: jo@example.net' "Subject: $2" 'Date: Fri, 1 May 2026 12:00:00 +0000' \
		"Message-ID: <$count_mails@bakery.example>" '' "text $count_mails" >"$work/mails/$count_mails.eml"
}
setting() { # LINE...
	mkdir -p "$work/config/lazaret"
	printf '%s\n' '[lazaret]' "$@" >"$work/config/lazaret/config"
}
found() { # QUERY: how many messages it finds in a fresh store of the folder
	rm -f "$LAZARET_STORE"*
	"$lazaret" import --all "$work/mails" >/dev/null || echo '# the import failed'
	"$lazaret" list "$1" --format jsonl | wc -l
}

mkdir "$work/mails"
mail 'Microsoft <info@bakery.example>' one
mail 'Harbourworks Cloud <info@bakery.example>' two
mail 'Quayside, Ada <ada@bakery.example>' three
mail 'Payroll <pay@harb0urworks.example>' four

is "$(found finding:brand-name)" 1 'the shipped list knows Microsoft'
printf '%s\n' '# ours' 'Harbourworks | harbourworks cloud | harbourworks.example' >"$work/more"
setting "brands = $work/more"
is "$(found finding:brand-name)" 2 'a list of the site adds to it'
printf '%s\n' '-Microsoft' >"$work/more"
is "$(found finding:brand-name)" 0 'and takes away'
printf '%s\n' 'Harbourworks | harbourworks' >"$work/more"
said=$("$lazaret" import --all "$work/mails" 2>&1)
is $? 78 'a line that is none is a mistake in the settings'
has "$said" 'more: line 1: ' 'and is named'
setting "brands = $work/none"
said=$("$lazaret" import --all "$work/mails" 2>&1)
is $? 78 'so is a file that is not there'
has "$said" 'none' 'which is named too'

setting 'own-domains = harbourworks.example' 'own-people = Ada Quayside; Joe Bloggs'
is "$("$lazaret" config --format jsonl | grep -c 'Ada Quayside, Joe Bloggs')" 1 'names keep their blanks'
is "$(found finding:own-person)" 1 'one of our people writes from elsewhere'
is "$(found finding:own-domain-lookalike)" 1 'one of our domains is spelt otherwise'
finish
