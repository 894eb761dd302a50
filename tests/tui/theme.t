#!/bin/sh
# The setting theme, NO_COLOR and COLORFGBG in a real terminal: which colours get out.
. tests/tap.sh
need tmux
. tests/tmux.sh
tmux_stays
mkdir -p "$work/config/lazaret"
"$lazaret" import share/samples/mail >/dev/null 2>&1

painted() { # THEME ENVIRONMENT...: the first screen, whole, with its escape sequences
	printf '[lazaret]\ntheme = %s\n' "$1" >"$work/config/lazaret/config"
	shift
	tmux new-session -d -s console -x 100 -y 30 "env TERM=tmux-256color $* '$lazaret'"
	awaits '▸' '^  From +"|^  Campaign [0-9]' >&2
	tmux capture-pane -e -p -t console
	press q
	wait_for 10 gone
}
colours() { grep -oE '\[[0-9;]*(38;5;[0-9]+|48;5;[0-9]+|;?(3|4|9|10)[0-7])[0-9;]*m' | sort -u | wc -l; }
foreground() { grep -oE '38;5;[0-9]+' | sort -u | tr '\n' ' '; }

dark=$(painted dark | foreground)
light=$(painted light | foreground)
has "$dark" '38;5;210 ' 'a dark terminal has light red'
has "$light" '38;5;160 ' 'a light one has dark red'
is "$(painted auto COLORFGBG='15\;0' | foreground)" "$dark" 'COLORFGBG says dark'
is "$(painted auto COLORFGBG='0\;15' | foreground)" "$light" 'and light'
is "$(painted none | colours)" 0 'none has no colour'
is "$(painted dark NO_COLOR=1 | colours)" 0 'and NO_COLOR has none, whatever the theme'
is "$(painted 16 | foreground)" '' 'sixteen colours do without 256'
ok "$([ "$(painted 8 TERM=xterm | colours)" -gt 0 ]; echo $?)" 'eight colours are some'
printf '[lazaret]\ntheme = drak\n' >"$work/config/lazaret/config"
has "$("$lazaret" config 2>&1; echo $?)" 'theme' 'a theme that is none is said'
finish
