#!/bin/sh
# Completion for bash and zsh, asked as these shells ask it, and in the shells themselves.
. tests/tap.sh
. tests/cli/mails.sh
need bash zsh tmux jq
. tests/tmux.sh

mkdir "$work/bin" "$work/functions" "$work/folder" "$work/.secret"
ln -s "$lazaret" "$work/bin/lazaret"
PATH="$work/bin:$PATH"
trust_the_gateway
maildir "$work/mails" 3
hostile="\$(touch $work/pwned) \`touch $work/pwned\` it's \"x\" \\ y!"
ses_mail 4 "$hostile" >"$work/mails/cur/4.mx:2,S"
ses_mail 5 "a; touch $work/pwned | (b) *c* <d> &e" >"$work/mails/cur/5.mx:2,S"
lazaret import --all "$work/mails" >/dev/null 2>&1 || echo '# the import failed'
lazaret completions bash >"$work/bash"
lazaret completions zsh >"$work/functions/_lazaret"

# ---- as bash asks ----

drive() { # LINE REPLACED: what bash is told of the line, of which it replaces the end
	bash --norc --noprofile -c 'source "$1"; COMP_LINE=$2 COMP_POINT=${#2}
		_lazaret lazaret "$3" ""; printf "%s\n" "${COMPREPLY[@]}"' - "$work/bash" "$1" "$2"
}
words() { sed 's/ $//' | tr '\n' ' '; }
section() { awk -v head="$1:" '$0 == head { on = 1; next } /^[^ ]/ || /^$/ { on = 0 } on'; }

bash -n "$work/bash" && zsh -n "$work/functions/_lazaret"
ok $? 'the scripts are bash and zsh'
is "$(bash --norc -c "source '$work/bash'; complete -p lazaret")" 'complete -o nosort -o nospace -F _lazaret lazaret' \
	'bash completes lazaret by it'
is "$(drive 'lazaret ' '' | words)" "$(lazaret --help | section Commands | awk '{ print $1 }' | words)" \
	'every command of --help is completed, in its order'
lazaret --help | section Commands | awk '{ print $1 }' >"$work/commands"
while read -r command; do
	lazaret "$command" --help | section Options | sed -nE 's/^ +(-., )?--([a-z0-9-]+).*/--\2/p' | sort >"$work/wanted"
	drive "lazaret $command --" -- | sed 's/ $//' | sort >"$work/got"
	diff "$work/wanted" "$work/got" | sed 's/^/# /'
	cmp -s "$work/wanted" "$work/got" || echo "$command"
done <"$work/commands" >"$work/lacking"
is "$(cat "$work/lacking")" '' 'every option of every --help is completed, and no other'
is "$(drive 'lazaret --' -- | words)" '--store --help --version ' 'those before the command'
is "$(lazaret list --help | section 'Query terms' | awk '{ sub(/:.*/, ":"); print $1 }')" "$(drive 'lazaret list ' '')" \
	'every term of a query is completed'

is "$(drive 'lazaret list --format ' '' | words)" 'table csv jsonl ' 'formats'
is "$(drive 'lazaret list --format=' '' | words)" 'table csv jsonl ' 'formats behind an ='
is "$(drive 'lazaret export ' '' | words)" \
	"$("$lazaret" export --help | sed -n '/^Formats:/,/^$/s/^  \([a-z0-9-]*\) .*/\1/p' | tr '\n' ' ')" 'formats of an export'
is "$(drive 'lazaret export csv state:' '' | words)" 'held released blocked ' 'then a query'
is "$(drive 'lazaret list -c id,' '' | wc -l)" "$(lazaret list --columns x 2>&1 | sed 's/.*there are//' | wc -w)" \
	'columns, one after the other'
is "$(drive 'lazaret show 1 --part h' h | words)" 'headers ' 'parts'
is "$(drive 'lazaret campaigns s' s | words)" 'sender: subject: ses: sha256: state: score: show split ' 'verbs beside a query'
is "$(drive 'lazaret campaigns show ' '' | words)" '1 ' 'campaigns'
is "$(drive 'lazaret deny ad' ad | words)" 'add ' 'verbs'
is "$(drive 'lazaret deny add --account Account1' Account1 | words)" 'Account1abcdefghijklmnopqrstuvwxyzABCDEFGHI= ' 'accounts'
is "$(drive 'lazaret list -domain:' '' | words)" 'shop.example ' 'domains, negated'
is "$(drive "lazaret list '(to:x OR state:he" '(to:x OR state:he')" '(to:x OR state:held' 'in quotes it is what stands in them'
is "$(drive 'lazaret config preview ' '' | words)" 'auto below right off ' 'choices of a setting'
# What is offered is taken: each candidate of each of these lines runs.
for line in 'list --format ' 'list --sort ' 'list --columns ' 'stats --by ' 'show 1 --part ' 'export ' 'config ' 'keys --format ' \
	'list finding:' 'list state:' 'list ses:' 'list has:' 'list is:' 'list auth:' 'list age:' 'list score:' 'list before:' \
	'list account:' 'list ip:' 'list region:' 'list file:' 'list campaign:' 'list id:' 'campaigns show ' 'show ' 'list -subject:'; do
	drive "lazaret $line" '' >"$work/offered"
	[ -s "$work/offered" ] || echo "nothing: $line"
	while read -r value; do
		# Formats of several files want a folder.
		bash --norc -c "lazaret $line$value" >/dev/null 2>"$work/refusal" ||
			{ grep -q 'with --out' "$work/refusal" && "$lazaret" $line"$value" --out "$work/made-$value" 2>/dev/null; } ||
			echo "$line$value: $(cat "$work/refusal")"
	done <"$work/offered"
done >"$work/refused"
is "$(cat "$work/refused")" '' 'what is offered is taken'
is "$(drive 'lazaret completions ' '' | words)" 'bash zsh ' 'shells'
is "$(drive "lazaret save 1 --to $work/f" "$work/f" | words)" "$work/folder/ $work/functions/ " 'folders'
is "$(drive 'lazaret save 1 --to ~/fo' '~/fo' | words)" '~/folder/ ' 'the home folder stays as it was typed'
is "$(drive "lazaret save 1 --to $work/.s" "$work/.s" | words)" "$work/.secret/ " 'hidden ones where a dot was typed'
is "$(drive 'lazaret list ' 'x')" '' 'what does not end the line replaces nothing'
is "$(drive "lazaret --store $work/none list domain:" '')" '' 'the store that is named'
is "$(ls "$work/none" 2>/dev/null)" '' 'is not made'
is "$(LAZARET_STORE=$work/none drive "lazaret --store=$work/q.db list domain:" '' | words)" 'shop.example ' 'nor another asked'
sqlite3 "$work/q.db" 'PRAGMA user_version' >"$work/version"
cp "$work/q.db" "$work/old.db"
sqlite3 "$work/old.db" 'PRAGMA user_version = 1'
is "$(drive "lazaret --store $work/old.db list state:" '' | words)" 'held released blocked ' 'an older store says nothing'
is "$(sqlite3 "$work/old.db" 'PRAGMA user_version')" 1 'and stays as it is'

# What a mail says comes back as one word, whatever signs are in it.
back() { # LINE REPLACED: the words bash makes of the one completion
	full="${1%"$2"}$(drive "$1" "$2")"
	bash --norc -c "set +H; set -- $full; shift 2; printf '<%s>\n' \"\$@\""
}
quoted="subject:\"$(printf %s "$hostile" | sed 's/[\\"]/\\&/g')\""
is "$(back 'lazaret list subject:\"\$' '\"\$')" "<$quoted>" 'a hostile value is one word'
is "$(lazaret list --format jsonl "$quoted" | jq -r .subject)" "$hostile" 'and finds what it was taken from'
is "$(ls "$work/pwned" 2>/dev/null)" '' 'nothing of it was run'

# ---- in the shells ----

tmux_stays

session=shell
line() { screen | grep -v '^$' | tail -1 | sed 's/ *$//'; }
becomes() { # TYPED WANTED NAME
	press C-u
	types "$1"
	press Tab
	wait_for 10 eval '[ "$(line)" = "$wanted" ]' || true
	is "$(line)" "$2" "$3"
}
both() { # SHELL
	for pair in 'lazaret li|lazaret list' 'lazaret list state:he|lazaret list state:held' \
		"lazaret list 'state:he|lazaret list 'state:held'" 'lazaret list "state:he|lazaret list "state:held"' \
		'lazaret list -acc|lazaret list -account:' 'lazaret list --format=j|lazaret list --format=jsonl' \
		'lazaret save 1 --to ~/fol|lazaret save 1 --to ~/folder/'; do
		wanted="\$ ${pair#*|}"
		becomes "${pair%%|*}" "$wanted" "$1: ${pair%%|*}"
	done
	press C-u
	types 'lazaret list --format jsonl subject:\"\$'
	press Tab
	wait_for 10 shows 'touch.*y' || true
	types " | jq -r .subject >$work/$1.subject"
	press Enter
	wait_for 10 [ -s "$work/$1.subject" ]
	is "$(cat "$work/$1.subject" 2>/dev/null)" "$hostile" "$1: a hostile value is completed, and found"
	is "$(ls "$work/pwned" 2>/dev/null)" '' "$1: nothing of it was run"
	tmux kill-session -t shell
}
printf '%s\n' "PS1='\$ '" "bind 'set bell-style none'" "bind 'set enable-bracketed-paste off'" "source '$work/bash'" >"$work/bashrc"
tmux new-session -d -s shell -x 250 -y 40 "bash --noprofile --rcfile '$work/bashrc' -i"
wait_for 10 eval '[ "$(line)" = "\$" ]'
both bash
printf '%s\n' "PS1='\$ '" 'unsetopt beep' "fpath=('$work/functions' \$fpath)" 'autoload -Uz compinit && compinit -u -D' >"$work/.zshrc"
tmux new-session -d -s shell -x 250 -y 40 "ZDOTDIR='$work' zsh -d -i"
wait_for 10 eval '[ "$(line)" = "\$" ]'
both zsh

# ---- in the console ----

tmux new-session -d -s shell -x 100 -y 30 lazaret
sees 'held 5' 'the console opens'
press :
types exp
press Tab
sees '^ : export *$' 'the console completes commands,'
press Tab
sees '^ jsonl +.*one' 'shows what these take and what it means,'
press Tab Tab
sees '^ : export jsonl' 'goes through it'
press Escape
sees '^ : export *$' 'and Esc takes it back'
press C-u
types 'list --col'
press Tab
sees '^ : list --columns' 'it completes options'
press C-u
types 'list subject:"a'
press Tab
sees "^ : list 'subject:" 'and hostile values'
press Enter
sees 'limit: state:held|list' 'which are run as they stand'
is "$(ls "$work/pwned" 2>/dev/null)" '' 'and run nothing'
finish
