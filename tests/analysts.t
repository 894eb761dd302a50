#!/bin/sh
# Three people at three consoles on one store: claims, the same message at the same moment, undo,
# a rule, new mail. What each was told was decided stands once in the log, and each sees the others.
. tests/tap.sh
need tmux jq unshare
unshare -U --map-user=1 true 2>/dev/null || skip_all 'no user namespaces, so there is one person only'
socket=lazaret-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT

screen() { tmux capture-pane -p -t "$1"; }
shows() { screen "$1" | grep -qE -- "$2"; }
sees() { # WHO PATTERN NAME
	wait_for 10 shows "$1" "$2"
	ok $? "$3"
	shows "$1" "$2" || screen "$1" | sed 's/^/# /'
}
press() { who=$1; shift; tmux send-keys -t "$who" "$@"; }
types() { tmux send-keys -t "$1" -l -- "$2"; }
name() { getent passwd "$1" | cut -d: -f1; }
log() { "$lazaret" log --format jsonl; }
count() { log | jq -r "select($1) | .id" | wc -l; }

mkdir -p "$work/config/lazaret"
cp share/samples/config/lazaret/config "$work/config/lazaret/config"
"$lazaret" import share/samples/mail/ham-* share/samples/mail/phish-0[01]* >/dev/null 2>&1
ann=$(name 1) bob=$(name 2) cyd=$(name 3)
for user in 1 2 3; do
	tmux new-session -d -s "$(name $user)" -x 100 -y 30 "unshare -U --map-user=$user $lazaret"
done
for who in $ann $bob $cyd; do
	sees "$who" "held .*$who\$" "$who looks at the queue"
done

press "$ann" c
sees "$ann" 'messages? claimed for 15 min' 'one claims the top campaign'
sees "$bob" "claimed by $ann until" 'the others see whose it is'
sees "$cyd" "claimed by $ann until" 'all of them'
press "$bob" b
sees "$bob" 'claimed by somebody else' 'a dry run says so before it is gone over'
press "$bob" y
sees "$bob" 'blocked [0-9]+ messages? of campaign' 'and y goes over it'
sees "$ann" "$bob blocked [0-9]+ messages" 'whose claim it was is told'
press "$bob" u
sees "$bob" 'taken back, [0-9]+ messages' 'it is taken back'
sees "$cyd" "$bob took back [0-9]+ messages" 'and that is told'

# The same message at the same moment, which nobody claims any more.
unshare -U --map-user=1 "$lazaret" claim --give-back state:held >/dev/null
for who in $ann $bob $cyd; do
	press "$who" M
	sees "$who" '^score|^ +# +score' "$who has the messages"
	press "$who" l
	press "$who" C-u
	types "$who" 'subject:wallet OR subject:ledger'
	press "$who" Enter
	sees "$who" 'limit: subject:wallet' "$who limits them"
done
before=$(count true)
press "$ann" b & press "$bob" b & press "$cyd" b
wait
told() { shows "$1" 'u takes it back|was blocked by|blocked already|claimed by'; }
for who in $ann $bob $cyd; do
	wait_for 10 told "$who"
	ok $? "$who is told what became of it"
	told "$who" || screen "$who" | sed 's/^/# /'
done
said=0
for who in $ann $bob $cyd; do
	shows "$who" '^ .*blocked #[0-9]+: u takes it back' && said=$((said + 1))
done
is "$(($(count true) - before))" "$said" 'as many operations as were said to be done'
is "$(log | jq -s '[.[] | select(.verb == "block" and .undone_by == null) | .messages] | add // 0')" \
	"$("$lazaret" list --format jsonl state:blocked | wc -l)" 'nobody blocked the same message twice'

# A rule of one is there for the others.
press "$cyd" F
sees "$cyd" 'rule' 'one looks at the rules'
press "$ann" A
sees "$ann" 'deny, because' 'another denies'
types "$ann" 'wallet lures'
press "$ann" Enter
sees "$ann" 'y .*does it|y do it' 'what the rule does is shown'
press "$ann" y
sees "$cyd" "deny .* $ann\$" 'the rule appears by itself'
sees "$cyd" "$ann made a deny rule" 'with who made it'

# What comes in appears by itself.
shown=$("$lazaret" list --format jsonl | wc -l)
"$lazaret" import share/samples/mail/phish-02* >/dev/null 2>&1
sees "$bob" '[0-9]+ new' 'new mail is counted'
[ "$("$lazaret" list --format jsonl | wc -l)" -gt "$shown" ]
ok $? 'and is there'
verified=$("$lazaret" verify 2>&1)
ok $? 'the history holds'
has "$verified" "checked +$(count true) operations" 'all of it'
finish
