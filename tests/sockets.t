#!/bin/sh
# Sockets: none is opened by a box, whatever its mail holds, and none by the console.
. tests/tap.sh
need strace tmux
# Who is traced can't be looked through for leaks as well.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
strace -o /dev/null true 2>/dev/null || skip_all 'this machine lets nobody trace'
socket=lazaret-sockets-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT

opened() { # TRACE: calls in it that make a socket
	sed 's/^[0-9]* *//' "$1" | grep -cE '^(socket|socketpair|connect|bind|accept4?)\('
}
mails=share/samples/mail
[ ! -d ../shared/corpus/ses-phish ] || mails="$mails ../shared/corpus/ses-phish tests/mail/detect"
strace -f -e trace=%network -o "$work/import" "$lazaret" import --all $mails >/dev/null 2>&1
is "$?" 0 'mail is imported'
importer=$(head -n 1 "$work/import" | cut -d ' ' -f 1)
grep -v "^$importer " "$work/import" >"$work/boxes"
has "$(cut -d ' ' -f 1 "$work/boxes" | sort -u | wc -l)" '^[1-9]' 'in boxes'
is "$(opened "$work/boxes")" 0 'which open no socket'
is "$(grep -c AF_INET "$work/import")" 0 'nor does the importer open one of the network'

tmux new-session -d -s console -x 100 -y 30 "strace -f -e trace=%network -o $work/console $lazaret"
shows() { tmux capture-pane -p -t console | grep -qE -- "$1"; }
wait_for 20 shows held
ok $? 'the console opens'
for key in Enter Tab Tab Tab Tab Tab Tab Escape l Escape '?' Escape; do
	tmux send-keys -t console "$key"
	sleep 0.2
done
tmux send-keys -t console q
wait_for 10 sh -c "! command tmux -L $socket has-session -t console 2>/dev/null" ||
	tmux send-keys -t console q q
wait_for 10 grep -q 'exited with 0' "$work/console"
ok $? 'shows every tab, and ends'
is "$(opened "$work/console")" 0 'without a socket'
finish
