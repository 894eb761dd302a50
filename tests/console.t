#!/bin/sh
# The console in a real terminal: import, open, limit, read every tab, release one, block one, undo, quit.
. tests/tap.sh
need tmux jq
. tests/tmux.sh

mkdir -p "$work/config/lazaret"
cp share/samples/config/lazaret/config "$work/config/lazaret/config"
tmux new-session -d -s console -x 100 -y 30 "$lazaret"
sees 'lazaret import' 'an empty quarantine says how to fill it'
"$lazaret" import share/samples/mail >/dev/null 2>&1
sees 'held [1-9]' 'the queue fills in'
press q
wait_for 10 gone
ok $? 'q quits'

tmux new-session -d -s console -x 80 -y 24 "$lazaret"
sees '^▸' 'the queue opens in 80x24'
is "$(screen | perl -CS -lne 'print if length > 80' | wc -l)" 0 'nothing runs over the edge'

sees '^ +# +n score' 'the campaigns come first'
sees 'Campaign [0-9]+ · 4 messages' 'the preview says what the campaign is'
count() { "$lazaret" list --format jsonl "$1" | wc -l; }
counts() { [ "$(count "$1")" = "$2" ]; }
becomes() { # COUNT QUERY NAME
	wait_for 10 counts "$2" "$1"
	is "$(count "$2")" "$1" "$3"
}
all=$(count state:held)
press Enter
sees 'campaign [0-9]+ · limit: state:held' 'Enter opens its messages' '^▸'
press Enter
sees '1.?brief' 'and again, a message'
press q q
sees '^ +# +n score' 'q goes back to the campaign' '^▸' 'Campaign [0-9]+ · 4 messages'
press b
sees 'Dry run: block 4 messages of campaign' 'b on a campaign shows what it would do'
is "$(count state:blocked)" 0 'and does nothing yet'
press y
sees 'blocked 4 messages of campaign [0-9]+: u takes it back' 'y does it'
becomes 4 state:blocked 'all of the campaign is blocked'
sees 'Campaign [0-9]+ · 12 messages' 'the cursor is on the next campaign'
press u
sees 'taken back, 4 messages' 'one undo takes it back'
becomes "$all" state:held 'all are held again'
press M
sees '^score +age' 'M shows all messages'
limits 'domain:example.com has:link'
sees '^ lazaret .*limit: domain:example.com' 'a limit is shown'
limits 'frm:x'
sees "frm.*from" 'an unknown term names the nearest'
press Escape
limits 'score:>50'
sees '^ lazaret .*limit: score:>50' 'limit by score' '^▸'
press Enter
sees '1.?brief' 'Enter opens the message'
tab() { # KEY, what stands in that tab and nowhere else
	press "$1"
	sees "$2" "tab $1"
}
tab 2 '^ *Part 1, text/'
tab 3 'Path, newest hop first'
tab 4 'hxxps?://|no links'
tab 5 'SHA-256|no attachments'
tab 6 'This message'
tab 7 '^ *[A-Za-z-]+: '
tab 1 '^ *(Why|Account|Links to)'
press n
press p
press q
sees '^ lazaret .*limit: score:>50' 'q goes back to the queue' '^▸'
press b
sees 'blocked #[0-9]+|#[0-9]+ blocked' 'b blocks and says which'
is "$(count state:blocked)" 1 'one is blocked'
limits 'has:attachment -score:>50 to:user@example.net'
sees '^ lazaret .*limit: has:attachment' 'another limit' '^▸'
press r
becomes 1 state:released 'r releases one'
has "$("$lazaret" outbox)" 'queued' 'its delivery waits'
press u
wait_for 10 counts state:released 0
has "$("$lazaret" outbox)" 'cancelled' 'u takes the release back, and the delivery'
press u
becomes "$all" state:held 'after two undos all are held again'
press L
sees '^ *[0-9]+ .*release' 'the log tells the story'
press q
press '?'
sees 'undo|take back' 'help lists the keys'
press q
tmux resize-window -t console -x 40 -y 10
awaits '^ lazaret .*limit: has:attachme…$'
tmux resize-window -t console -x 200 -y 50
sees '^ lazaret .*limit: has:attachment' 'it survives being resized'
press C
press q
wait_for 10 gone
ok $? 'and quits'
finish
