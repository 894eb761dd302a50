# A tmux of the test's own, and what its session $session shows.  The server has the environment of
# whoever started it.
#
# The console reads its rows on a thread, and refuses a key about one that is not there yet: what a key
# is about is waited for before it is pressed.  The bar, a title and the names of keys are there
# earlier; `▸` is the cursor, on a row, and titles of columns are not there without rows.
socket=lazaret-$$
session=console
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT
# A server that is just ending refuses the next session: this one outlives its consoles.
tmux_stays() { tmux new-session -d -s keep 'sleep 1000'; }
at() { # SESSION COMMAND...: there
	session=$1
	shift
	"$@"
}
screen() { tmux capture-pane -p -t "$session"; }
press() { tmux send-keys -t "$session" "$@"; }
types() { press -l -- "$1"; }
limits() { # QUERY
	press l
	press C-u
	types "$1"
	press Enter
}
gone() { ! tmux has-session -t "$session" 2>/dev/null; }
shows() { # PATTERN...: each of them, on one screen
	frame=$(screen)
	for pattern; do
		printf '%s\n' "$frame" | grep -qE -- "$pattern" || return 1
	done
}
lacks() { ! shows "$1"; }
awaits() { # PATTERN...
	wait_for 10 shows "$@" && return
	printf '%s\n' "no '$pattern', of: $*" "$frame" | sed 's/^/# /'
	return 1
}
sees() { # PATTERN NAME [PATTERN...]: and the others beside it
	sought=$1 told=$2
	shift 2
	awaits "$sought" "$@"
	ok $? "$told"
}
