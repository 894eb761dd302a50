#!/bin/sh
# Keys from the config file: what lazaret keys and lazaret config say of them, what is refused and
# with which words, and the console in a real terminal with function keys, Alt and control keys.
. tests/tap.sh
need tmux jq
config=$work/config/lazaret/config
mkdir -p "${config%/*}"
keys() { printf '%s\n' "$@" >"$config"; }

is "$("$lazaret" keys --format jsonl | jq -rs 'map(select(.instead_of)) | length')" 0 'nothing is changed at first'
ids=$("$lazaret" keys --format jsonl | jq -r .id)
is "$(printf '%s\n' "$ids" | sort | uniq -d)" '' 'each action has its id'

# Each action on a function key, one at a time.
wrong=
for id in $ids; do
	keys '[keys]' "$id = F11"
	[ "$("$lazaret" keys --format jsonl | jq -r "select(.id == \"$id\") | .keys")" = F11 ] || wrong="$wrong $id"
	[ "$("$lazaret" config "keys.$id")" = F11 ] || wrong="$wrong $id"
done
is "$wrong" '' 'each can be put on F11'

keys '[lazaret]' 'hold-window = 1m' '' '[keys]' '# mine' 'release = F5 Alt-r' 'block = Ctrl-x' 'limit = \ none-such'
out=$("$lazaret" keys 2>&1)
is "$?" 78 'a key that is none is a wrong setting'
is "$out" "lazaret: $config: [keys] line 8: limit = \\ none-such: no key 'none-such'; lazaret(5) names them" \
	'which names the line'
is "$("$lazaret" config hold-window 2>&1)" 1m 'other commands do not care'
is "$("$lazaret" keys --default-keys --format jsonl | jq -r 'select(.id == "release") | .keys')" r \
	'lazaret keys --default-keys lists those shipped'
keys '[keys]' 'release = F5 Alt-r' 'block = Ctrl-x' 'limit = \ l'
is "$("$lazaret" keys --format jsonl | jq -c 'select(.instead_of) | [.id, .keys, .instead_of]' | tr '\n' ' ')" \
	'["release","F5 Alt-r","r"] ["block","Ctrl-x","b"] ["limit","\\ l","l"] ' 'keys marks what is changed'
is "$("$lazaret" config --format jsonl | jq -r 'select(.type == "keys") | [.name, .value, .default] | join("|")' | tr '\n' ' ')" \
	'keys.release|F5 Alt-r|r keys.block|Ctrl-x|b keys.limit|\ l|l ' 'and so does config'
refused() { # ID KEYS PATTERN NAME
	out=$("$lazaret" config "keys.$1" "$2" 2>&1)
	status=$?
	has "$status $out" "^(64|78) .*$3" "$4"
}
before=$(cat "$config")
refused relese F6 "no action 'relese'; the nearest is 'release'" 'an unknown action is named with the nearest'
refused tag F55 "no key 'F55'; the nearest is 'F5'" 'so is an unknown key'
refused tag F5 'F5 is release in the .* view already' 'two actions on one key are refused'
refused quit none 'it needs a key' 'quit cannot be without a key'
refused help none 'it needs a key' 'nor can help'
is "$(cat "$config")" "$before" 'and the file stays'
"$lazaret" config keys.tag 'Insert'
is "$("$lazaret" config keys.tag)" Insert 'config sets keys'
"$lazaret" config keys.tag ''
is "$("$lazaret" config keys.tag)" t 'nothing puts those shipped back'
"$lazaret" config keys.tag none
is "$("$lazaret" config keys.tag)" none 'none takes them away'

# ---- the console ----
. tests/tmux.sh
tmux_stays
"$lazaret" import share/samples/mail >/dev/null 2>&1

keys '[keys]' 'release = F5 Alt-r' 'block = b' 'undo = F9' 'messages = Alt-m' 'suspend = F12' 'tag = b'
out=$(script -qec "stty rows 24 cols 80; '$lazaret'" /dev/null </dev/null 2>&1 | tr -d '\r')
has "$out" "line 7: tag = b: b is block in the campaigns view already" 'the console names the line that is wrong'
has "$out" 'lazaret console --default-keys' 'and the way to start all the same'
tmux new-session -d -s console -x 100 -y 30 "$lazaret console --default-keys"
sees ' r release  b block' '--default-keys starts with the keys as shipped'
press q
wait_for 10 gone

keys '[keys]' 'block = F5 Alt-r' 'undo = F9' 'messages = Alt-m' 'suspend = F12'
tmux new-session -d -s console -x 100 -y 30 "$lazaret"
sees ' r release  F5 block  F9 undo' 'the bottom line names the keys that work'
press M-m
sees 'score +age' 'Alt and a letter is a key' '^▸'
# The row as it stands in the list, until it was read again, is of before the decision.
row="$(screen | sed -n 's/^▸ *\([0-9]*\) .*/\1/p') "
press F5
sees 'F9 takes it back' 'F5 blocks'
wait_for 10 lacks "^[▸ ] *$row"
press F9
sees 'taken back' 'F9 undoes' "^▸ *$row"
press M-r
sees 'blocked #' 'Alt-r blocks'
wait_for 10 lacks "^[▸ ] *$row"
press F9
sees 'taken back' 'and is undone' "^▸ *$row"
press b
sees 'b does nothing here' 'b is no key any more'
press Escape
sees '# +n +score' 'Esc alone goes back'
press q
wait_for 10 gone
ok $? 'q quits'
finish
