#!/bin/sh
# Three people at three consoles on one store: claims, the same message at the same moment, undo,
# a rule, new mail. What each was told was decided stands once in the log, and each sees the others.
. tests/tap.sh
need tmux jq unshare
unshare -U --map-user=1 true 2>/dev/null || skip_all 'no user namespaces, so there is one person only'
. tests/tmux.sh

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
	at "$who" sees "held .*$who\$" "$who looks at the queue" '^▸'
done

at "$ann" press c
at "$ann" sees 'messages? claimed for 15 min' 'one claims the top campaign'
at "$bob" sees "claimed by $ann until" 'the others see whose it is'
at "$cyd" sees "claimed by $ann until" 'all of them'
at "$bob" press b
at "$bob" sees 'claimed by somebody else' 'a dry run says so before it is gone over'
at "$bob" press y
at "$bob" sees 'blocked [0-9]+ messages? of campaign' 'and y goes over it'
at "$ann" sees "$bob blocked [0-9]+ messages" 'whose claim it was is told'
at "$bob" press u
at "$bob" sees 'taken back, [0-9]+ messages' 'it is taken back'
at "$cyd" sees "$bob took back [0-9]+ messages" 'and that is told'

# The same message at the same moment, which nobody claims any more.
unshare -U --map-user=1 "$lazaret" claim --give-back state:held >/dev/null
for who in $ann $bob $cyd; do
	at "$who" press M
	at "$who" sees '^score|^ +# +score' "$who has the messages"
	at "$who" limits 'subject:wallet OR subject:ledger'
	at "$who" sees '^ lazaret .*limit: subject:wallet' "$who limits them" '^▸'
done
before=$(count true)
at "$ann" press b & at "$bob" press b & at "$cyd" press b
wait
for who in $ann $bob $cyd; do
	at "$who" sees 'u takes it back|was blocked by|blocked already|claimed by' "$who is told what became of it"
done
said=0
for who in $ann $bob $cyd; do
	at "$who" shows '^ .*blocked #[0-9]+: u takes it back' && said=$((said + 1))
done
is "$(($(count true) - before))" "$said" 'as many operations as were said to be done'
is "$(log | jq -s '[.[] | select(.verb == "block" and .undone_by == null) | .messages] | add // 0')" \
	"$("$lazaret" list --format jsonl state:blocked | wc -l)" 'nobody blocked the same message twice'

# A rule of one is there for the others.
at "$cyd" press F
at "$cyd" sees 'rule' 'one looks at the rules'
at "$ann" press A
at "$ann" sees 'deny, because' 'another denies'
at "$ann" types 'wallet lures'
at "$ann" press Enter
at "$ann" sees 'y .*does it|y do it' 'what the rule does is shown'
at "$ann" press y
at "$cyd" sees "deny .* $ann\$" 'the rule appears by itself'
at "$cyd" sees "$ann made a deny rule" 'with who made it'

# What comes in appears by itself.
shown=$("$lazaret" list --format jsonl | wc -l)
"$lazaret" import share/samples/mail/phish-02* >/dev/null 2>&1
at "$bob" sees '[0-9]+ new' 'new mail is counted'
[ "$("$lazaret" list --format jsonl | wc -l)" -gt "$shown" ]
ok $? 'and is there'
verified=$("$lazaret" verify 2>&1)
ok $? 'the history holds'
has "$verified" "checked +$(count true) operations" 'all of it'
finish
