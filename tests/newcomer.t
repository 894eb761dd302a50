#!/bin/sh
# A newcomer empties the sample quarantine in 80x24, pressing only keys that the screen offers at
# that moment: in its bottom line, or beside what is asked.
. tests/tap.sh
need tmux jq
. tests/tmux.sh

key_for() { # LABEL: the key that the bottom line has for it
	screen | tail -1 | sed -n "s/^\(.* \)\{0,1\}\([^ ]*\) $1\( .*\)\{0,1\}\$/\2/p"
}
offers() { [ -n "$(key_for "$1")" ]; }
choose() { # LABEL: presses that key, once it is offered
	wait_for 10 offers "$1"
	key=$(key_for "$1")
	if [ -n "$key" ]; then
		press "$key"
	else
		echo "# nothing is offered to $1:"
		screen | sed 's/^/# /'
	fi
	[ -n "$key" ]
}

mkdir -p "$work/config/lazaret"
cp share/samples/config/lazaret/config "$work/config/lazaret/config"
"$lazaret" import share/samples/mail >/dev/null 2>&1
held() { "$lazaret" list --format jsonl state:held | wc -l; }
all=$(held)
tmux new-session -d -s console -x 80 -y 24 "$lazaret"
sees "held $all" 'the queue opens' '^▸'

# Looks first: the campaign, its first message, page by page, and back.
choose open
sees 'campaign [0-9]+ · limit' 'the campaign is open' '^▸'
choose open
sees '1 brief' 'and its first message'
for page in 'Part 1' 'Path, newest hop' 'hxxps?://' 'SHA-256' 'This message' '^ *[A-Za-z-]+: '; do
	choose page
	sees "$page" "the next page has $page"
done
choose 'next'
choose back
choose back
sees '^▸' 'back among the campaigns' 'Campaign [0-9]'

asks() { shows '^ release to:'; }
ready() { lacks 'reading…' && { offers quit || offers 'do it' || asks; }; }
changed() { [ "$(screen)" != "$before" ] && ready; }
score() { screen | sed -n 's/^▸ *[0-9]* *[0-9]* *\([0-9]*\) .*/\1/p'; }
poised() { ready && { [ -n "$(score)" ] || ! offers quit; }; }
act() { # presses what the screen offers for what it shows
	before=$(screen)
	points=$(score)
	if asks; then
		types user@example.net
		awaits '^ release to: user@example.net' '^ .*Enter' || return
		before=$(screen)
		press Enter
	elif offers 'do it'; then
		choose 'do it'
	elif [ "${points:-0}" -ge 50 ]; then
		choose block
	else
		choose release
	fi
	wait_for 10 changed
}
steps=0
# Not by what is on the screen, which is between two frames at times.
while [ "$(held)" != 0 ] && wait_for 10 poised && [ $steps -lt 150 ]; do
	act || break
	steps=$((steps + 1))
done
is "$(held)" 0 "nothing is held after $steps steps"
is "$("$lazaret" list --format jsonl 'state:blocked OR state:released' | wc -l)" "$all" 'each was released or blocked'
sees 'Nothing is held: all is decided' 'the empty queue says so'
sees 'L shows what was decided' 'and what there is to do'
choose help
sees 'undo|take back' 'help is offered'
choose back
choose quit
sees 'q again' 'what waits to be delivered is said before it leaves'
choose quit
wait_for 10 gone
ok $? 'and it leaves'
finish
