#!/bin/sh
# The console in a real terminal: import, open, limit, read every tab, release one, block one, undo, quit.
. tests/tap.sh
need tmux jq
socket=lazaret-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT

screen() { tmux capture-pane -p -t console; }
shows() { screen | grep -qE -- "$1"; }
sees() { # PATTERN NAME
	wait_for 10 shows "$1"
	ok $? "$2"
	shows "$1" || screen | sed 's/^/# /'
}
press() { tmux send-keys -t console "$@"; }
says() { tmux send-keys -t console -l -- "$1"; }

mkdir -p "$work/config/lazaret"
cp share/samples/config/lazaret/config "$work/config/lazaret/config"
tmux new-session -d -s console -x 100 -y 30 "$lazaret"
sees 'lazaret import' 'an empty quarantine says how to fill it'
"$lazaret" import share/samples/mail >/dev/null 2>&1
sees 'held' 'the queue fills in'
press q
wait_for 10 sh -c "! command tmux -L $socket has-session -t console 2>/dev/null"
ok $? 'q quits'

tmux new-session -d -s console -x 80 -y 24 "$lazaret"
sees 'held' 'the queue opens in 80x24'
is "$(screen | perl -CS -lne 'print if length > 80' | wc -l)" 0 'nothing runs over the edge'
press l
press C-u
says 'domain:example.com has:link'
press Enter
sees 'domain:example.com' 'a limit is shown'
press l
press C-u
says 'frm:x'
press Enter
sees 'from' 'an unknown term names the nearest'
press Escape
press l
press C-u
says 'score:>50'
press Enter
sees 'score:>50' 'limit by score'
press Enter
sees '1.?brief' 'Enter opens the message'
for tab in 2:text 3:headers 4:links 5:attachments 6:history 7:raw 1:brief; do
	press "${tab%%:*}"
	sees "${tab##*:}" "tab ${tab##*:}"
done
press 3
sees 'Message-ID|Received|Feedback-ID' 'headers are there'
press 4
sees 'hxxps?:|\[\.\]|[Nn]o links' 'links are defanged'
press n
press p
press q
sees 'score:>50' 'q goes back to the queue'
press b
sees '[Bb]locked' 'b blocks and says so'
is "$("$lazaret" list --format jsonl state:blocked | wc -l)" 1 'one is blocked'
press r
sees '[Rr]eleased|no known recipients' 'r releases and says so'
press u
sees '[Uu]ndone|[Tt]aken back|undid' 'u takes it back'
press u
wait_for 5 sh -c "[ \"\$(\"$lazaret\" list --format jsonl state:held | wc -l)\" = \"\$(\"$lazaret\" list --format jsonl | wc -l)\" ]"
is "$("$lazaret" list --format jsonl -- -state:held | wc -l)" 0 'after two undos all are held again'
press L
sees 'undo|block' 'the log tells the story'
press q
press '?'
sees 'release' 'help lists the keys'
press q
tmux resize-window -t console -x 40 -y 10
sleep 0.3
tmux resize-window -t console -x 200 -y 50
sees 'score:>50' 'it survives being resized'
press q
wait_for 10 sh -c "! command tmux -L $socket has-session -t console 2>/dev/null"
ok $? 'and quits'
finish
