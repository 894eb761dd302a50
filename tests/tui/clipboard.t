#!/bin/sh
# y in a real tmux: what is copied is in its buffer, as tmux itself takes it and by the escape
# sequence; nothing is before the key.
. tests/tap.sh
need tmux
. tests/tmux.sh
tmux_stays
buffer() { tmux show-buffer 2>/dev/null; }
has_buffer() { [ -n "$(buffer)" ]; }
start() { # [ENVIRONMENT]: the console, in a session of its own, with a row that y is for
	tmux new-session -d -s console -x 100 -y 30 "$1'$lazaret'"
	awaits '▸'
}
stop() {
	press q q
	wait_for 10 gone
}
copies() { # HOW: y, and what comes of it
	tmux delete-buffer 2>/dev/null
	is "$(buffer)" '' "$1: nothing is copied unasked"
	press y
	sees 'copied message [0-9]+: "' "$1: y says what it copied"
	wait_for 10 has_buffer
	has "$(buffer)" '^"[^"]+" <[^ >]+\[\.\][a-z]+> · (claimed )?account [^ ]+ [a-z0-9-]+ · links to .* · subject: ' \
		"$1: and it is there"
	is "$(buffer | grep -cE 'https?://')" 0 "$1: nothing of it can be clicked"
	stop
}

"$lazaret" import share/samples/mail >/dev/null 2>&1
start
copies 'tmux as it comes'

start 'TMUX=/nonexistent,1,0 '
press y
sees 'select it with the mouse.*tmux did not take it' 'what tmux did not take is not said to be copied: it is shown'
press q
stop

"$lazaret" config clipboard osc52
tmux set -g set-clipboard on
start
copies 'the escape sequence'

"$lazaret" config clipboard off
start
press y
sees 'select it with the mouse' 'where that is off it is shown'
finish
