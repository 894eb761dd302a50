#!/bin/sh
# Sockets: none is opened by a box, whatever its mail holds, none by the console, and none by any
# command that has nobody to talk to; and none of these starts another program.
. tests/tap.sh
need strace tmux
# Who is traced can't be looked through for leaks as well.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
strace -o /dev/null true 2>/dev/null || skip_all 'this machine lets nobody trace'
. tests/tmux.sh

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

: >"$work/mail.log"
echo lure.example >"$work/feed"
# Each command that looks or decides: neither a socket nor another program.  Where a parser is needed
# there is the pair of sockets that leads to it.
while read -r boxed command; do
	# shellcheck disable=SC2086
	strace -f -e trace=%network,execve -o "$work/trace" "$lazaret" $command >"$work/out" 2>&1 </dev/null
	status=$?
	is "$status $(sed 's/^[0-9]* *//' "$work/trace" | grep -cE '^(socket|connect|bind|accept4?)\(')" "0 0" "$command: no socket"
	is "$(grep -c '^[0-9 ]*socketpair(' "$work/trace") $(grep -c 'execve(.* = 0$' "$work/trace")" "$boxed 1" \
		"  $boxed parsers, and no program but itself"
	[ "$status" = 0 ] || sed 's/^/# /' "$work/out" | head -5
done <<END
0 list
0 list --format jsonl has:link
0 show 1
0 show 1 --part json
0 show 1 --part raw
0 show 1 --part links
0 campaigns
0 campaigns show 1
0 stats
0 stats --window 1h
0 log
0 outbox
0 verify
0 export csv
0 export jsonl
0 export csv --redact
0 export indicators
0 export rspamd --out $work/rspamd
0 export stix --tlp green
0 export misp
0 indicators import $work/feed
0 indicators list
0 purge --dry-run
0 config
0 keys
0 completions bash
0 release --dry-run 1 --to a@inside.test
0 block 1
0 undo
0 claim 2
0 hold --dry-run 1
0 release 1 --transport maildir:$work/released --to a@inside.test
0 deliver --now
0 allow list
0 deny list
0 deny add --domain evil.example --reason phish
0 allow suggest
0 maillog $work/mail.log
1 doctor
END
# An attachment is taken out in a box.
id=$("$lazaret" list --format jsonl has:attachment | head -1 | sed 's/.*"id":\([0-9]*\).*/\1/')
strace -f -e trace=%network,execve -o "$work/trace" "$lazaret" save "$id" 1 --to "$work/saved" >/dev/null 2>&1
is "$? $(grep -c AF_INET "$work/trace") $(grep -c 'execve(.* = 0$' "$work/trace")" '0 0 1' 'save: no socket of the network, and nothing opens what is saved'
is "$(stat -c %a "$work/saved"/*)" 600 'which nobody can run'

# Whatever a person has set up to open things with.
for program in less more vi sensible-pager sensible-editor xdg-open run-mailcap see edit; do
	printf '#!/bin/sh\necho "$0" >>%s\n' "$work/started" >"$work/$program"
	chmod +x "$work/$program"
done
export PAGER="$work/less" MANPAGER="$work/less" EDITOR="$work/vi" VISUAL="$work/vi" BROWSER="$work/xdg-open" PATH="$work:$PATH"
printf 'text/html; %s %%s\napplication/pdf; %s %%s\n' "$work/see" "$work/see" >"$work/.mailcap"
tmux new-session -d -s console -x 100 -y 30 "strace -f -e trace=%network,execve -o $work/console $lazaret console id:1"
sees '^▸' 'the console opens'
does() { # KEY, and what comes of it
	press "$1"
	awaits "$2"
}
does M '^score|^ +# +score'
does Enter ' 1 brief'
does Tab '^ *Part 1, text/'
does Tab 'Path, newest hop first'
does Tab 'hxxps?://|no links'
does Tab 'SHA-256|no attachments'
does Tab 'This message'
does Tab '^ *[A-Za-z-]+: '
does Escape '^▸'
does l '^ limit:'
does Escape 'help$'
does '?' 'take back'
does Escape '^▸'
press q q
wait_for 10 grep -q 'exited with 0' "$work/console"
ok $? 'shows every tab, and ends'
is "$(opened "$work/console")" 0 'without a socket'
is "$(grep -c 'execve(.* = 0$' "$work/console") $(cat "$work/started" 2>/dev/null)" '1 ' 'and no pager, editor or opener is started'
finish
