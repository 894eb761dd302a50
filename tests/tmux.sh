# A tmux of the test's own, and what its session $session shows.  The server has the environment of
# whoever started it.
socket=lazaret-$$
session=console
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT
# A server that is just ending refuses the next session: this one outlives its consoles.
tmux_stays() { tmux new-session -d -s keep 'sleep 1000'; }
screen() { tmux capture-pane -p -t "$session"; }
press() { tmux send-keys -t "$session" "$@"; }
shows() { screen | grep -qE -- "$1"; }
sees() { # PATTERN NAME
	wait_for 10 shows "$1"
	ok $? "$2"
	shows "$1" || screen | sed 's/^/# /'
}
