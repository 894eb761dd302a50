#!/bin/sh
# y in a terminal that takes OSC 52: the text is in the clipboard, and nothing is before the key.
. tests/tap.sh
need tmux
socket=lazaret-copy-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT
shows() { tmux capture-pane -p -t console | grep -qE -- "$1"; }
buffer() { tmux show-buffer 2>/dev/null; }

"$lazaret" import share/samples/mail >/dev/null 2>&1
tmux new-session -d -s console -x 100 -y 30
tmux set -g set-clipboard on
tmux respawn-pane -k -t console "$lazaret"
wait_for 10 shows 'held'
is "$(buffer)" '' 'nothing is copied unasked'
tmux send-keys -t console y
wait_for 10 shows 'copied message [0-9]+: "'
ok $? 'y says what it copied'
has "$(buffer)" '^"[^"]+" <[^>@]+@[^ >]+\[\.\][a-z]+> · (claimed )?account [^ ]+ [a-z0-9-]+ · links to .* · subject: ' 'and the terminal has it'
is "$(buffer | grep -cE 'https?://')" 0 'nothing of it can be clicked'
tmux send-keys -t console q
wait_for 10 sh -c "! command tmux -L $socket has-session -t console 2>/dev/null"

"$lazaret" config clipboard off
tmux new-session -d -s console -x 100 -y 30 "$lazaret"
wait_for 10 shows 'held'
tmux send-keys -t console y
wait_for 10 shows 'select it with the mouse'
ok $? 'where that is off it is shown'
finish
