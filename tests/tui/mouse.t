#!/bin/sh
# The setting mouse in a real terminal: whether it is taken, a click, and that it is given back.
. tests/tap.sh
need tmux
. tests/tmux.sh
tmux_stays
mkdir -p "$work/config/lazaret"
"$lazaret" import share/samples/mail >/dev/null 2>&1
begin() { # MOUSE: with rows to click on
	printf '[lazaret]\nmouse = %s\n' "$1" >"$work/config/lazaret/config"
	tmux new-session -d -s console -x 100 -y 30 "'$lazaret'; stty -echo; echo over; sleep 60"
	awaits '▸'
}
taken() { tmux display-message -p -t console '#{mouse_any_flag}'; }
click() { # COLUMN ROW, from 1, as a terminal says it (X10, SGR where it was asked for)
	if [ "$(tmux display-message -p -t console '#{mouse_sgr_flag}')" = 1 ]; then
		types "$(printf '\033[<0;%d;%dM\033[<0;%d;%dm' "$1" "$2" "$1" "$2")"
	else
		types "$(printf '\033[M %b%b' "\\$(printf %o $((32 + $1)))" "\\$(printf %o $((32 + $2)))")"
	fi
}

begin yes
is "$(taken)" 1 'the mouse is taken'
click 20 5
chosen() { screen | sed -n 5p | grep -q '^▸'; }
wait_for 10 chosen
has "$(screen | sed -n 5p)" '^▸' 'a click chooses a row'
press q
awaits '^over'
is "$(taken)" 0 'and the mouse is given back'
tmux kill-session -t console
begin no
is "$(taken)" 0 'mouse = no leaves it to the terminal'
tmux kill-session -t console
finish
