#!/bin/sh
# Looking: list, show, save and stats, exact in a pipe and safe on a terminal.
. tests/tap.sh
. tests/cli/mails.sh
need jq script
trust_the_gateway
maildir "$work/box" 6
evil=$(printf 'pay =?utf-8?q?=1B]0=3Bowned=07=E2=80=AEfdp=2Eexe?= =cmd|x')
ses_mail 7 "$evil" evil.example >"$work/box/new/7.mx"
"$lazaret" import "$work/box" >/dev/null
seven=$(ids domain:evil.example)

# list
is "$("$lazaret" list --format jsonl | wc -l)" 7 'all are listed'
is "$("$lazaret" list --format jsonl | head -1 | jq -r 'keys_unsorted | join(" ")')" \
	'id state score received date subject from from_name sender recipients region account account_signed ses ip config_set message_id sha256 size campaign source queue_id client_name client_ip helo from_log purged' \
	'jsonl keeps its contract'
is "$("$lazaret" list --format csv | head -1 | tr -d '\r')" \
	'id,state,score,received,date,subject,from,from_name,sender,recipients,region,account,account_signed,ses,ip,config_set,message_id,sha256,size,campaign,source,queue_id,client_name,client_ip,helo,from_log' \
	'and so does csv'
is "$("$lazaret" list --sort id --format jsonl --columns id | tr -d '\n')" \
	"$("$lazaret" list --sort id --reverse --format jsonl --columns id | tac | tr -d '\n')" '--reverse turns it round'
is "$("$lazaret" list --sort id --format jsonl --limit 2 | jq -r .id | tr '\n' ' ')" '7 6 ' '--sort id --limit'
is "$("$lazaret" list --sort id -f jsonl -c subject,link_domain,id -n 1 id:3)" \
	'{"subject":"offer number 3","link_domain":null,"id":3}' '--columns chooses and orders'
is "$("$lazaret" list -f csv -c id,recipients id:3 | tail -1 | tr -d '\r')" '3,reader3@inside.test' 'in csv too'
is "$(ids -domain:evil.example 'subject:"number 3"')" 3 'a negated term is no option'
all=$("$lazaret" list --format jsonl | wc -l)
while read -r argument; do
	"$lazaret" list --format jsonl --sort id "$argument" >"$work/out" 2>"$work/err"
	is "$? $(wc -l <"$work/out")" "0 $all" "nor is $argument"
done <<-'END'
	-receipt
	-"no such words"
	-(receipt OR nowhere)
	-Subject:receipt
	-NAME:receipt
END
is "$(ids -nr 1 | wc -l) $("$lazaret" list --reverse --sort -receipt 2>&1 | grep -c "order '-receipt'")" '1 1' \
	'what is made of option letters, or is the value of an option, stays so'
for argument in -dry-run -x; do
	"$lazaret" block "$argument" 1 >/dev/null 2>&1
	is "$?" 64 "$argument is the mistake that it looks like"
done
is "$(ids 'from:nobody')" '' 'a query may find nothing'
is "$("$lazaret" list nobody@nowhere | wc -l)" 0 'and then a table is empty'
is "$("$lazaret" list | awk 'NR == 1 { print $1, $2, $3, $4 }')" 'ID STATE SCORE RECEIVED' 'a table has a head'
is "$("$lazaret" list | grep -c "$(printf '\033')")" 0 'a table carries no escape, in a pipe either'
has "$("$lazaret" list)" '<ESC>\]0;owned<BEL><U\+202E>fdp' 'but names it'
is "$("$lazaret" list --format jsonl "id:$seven" | jq -r .subject | od -An -c | tr -d ' \n' | grep -c '033\]0')" 1 \
	'jsonl is exact'
script -qec "'$lazaret' list --format csv" /dev/null >"$work/tty" </dev/null
is "$(grep -c "$(printf '\033')" "$work/tty")" 0 'but not on a terminal'
script -qec "stty cols 60; '$lazaret' list" /dev/null >"$work/tty" </dev/null
[ "$(tr -d '\r' <"$work/tty" | wc -L)" -le 60 ]
ok $? 'a table fits the terminal'
script -qec "LC_ALL=C '$lazaret' list" /dev/null >"$work/tty" </dev/null
is "$(LC_ALL=C tr -d '\000-\177' <"$work/tty" | wc -c)" 0 'a terminal without UTF-8 gets ASCII'

# show
brief=$("$lazaret" show "$seven")
has "$brief" '^Amazon SES +confirmed, us-east-1, from 54\.240\.8\.8$' 'brief: origin'
has "$brief" '^Account +Account1.*, signed by Amazon: says mx.test' 'brief: account'
has "$brief" '^Identity +evil\.example, authenticated' 'brief: identity'
has "$brief" '^Envelope +from .*@amazonses\.com to reader7@inside\.test' 'brief: envelope'
has "$brief" 'hxxps://evil\[\.\]example/offer/7' 'brief: links are defanged'
is "$(printf '%s' "$brief" | grep -c 'https://')" 0 'and nothing in it can be clicked'
score=$("$lazaret" list --format jsonl "id:$seven" | jq .score)
has "$("$lazaret" show "$seven" --part findings)" "^ *$score  the score" 'findings sum up to the score'
has "$("$lazaret" show "$seven" --part headers)" '^Feedback-ID: ::1\.us-east-1\.' 'headers as sent'
has "$("$lazaret" show "$seven" --part headers)" '^   1  .*amazonses\.com \[54\.240\.8\.8\] to mx\.test.*proven' 'the path with the hop that is proven'
has "$("$lazaret" show "$seven" --part headers)" '^  —— outside: what stands below is claimed ——$' 'and where trust ends'
has "$("$lazaret" show "$seven" --part headers)" '^From is +aligned with evil\.example by ' 'and what vouches for From'
has "$("$lazaret" show "$seven" --part text)" '^Hello, look at https://evil\.example/offer/7' 'text'
has "$("$lazaret" show "$seven" --part links)" '1  evil\[\.\]example, part 1' 'links with their domain'
has "$("$lazaret" show "$seven" --part attachments)" 'note 7\.pdf' 'attachments'
is "$("$lazaret" show "$seven" --part raw | sha256sum)" "$(sha256sum <"$work/box/new/7.mx")" 'raw is exact'
script -qec "'$lazaret' show $seven --part raw" /dev/null >"$work/tty" </dev/null
is "$(grep -c "$(printf '\033')" "$work/tty")" 0 'but visible on a terminal'
is "$("$lazaret" show "$seven" --part json | jq -r '[has("headers","links","attachments","findings","decisions")] | all')" \
	true 'json has it all'
is "$("$lazaret" show "$seven" --part json | jq -c '.hops[0] | [keys_unsorted, .ip, .flags]')" \
	'[["from","helo","ip","by","date","delay","flags"],"54.240.8.8",["boundary","ses"]]' 'a hop'
is "$("$lazaret" show "$seven" --part json | jq -c '.links[0] | keys')" \
	'["chain","domain","final","flags","services","text","url","where"]' 'a link'
is "$("$lazaret" show "$seven" --part json | jq -c '.attachments[0] | [.name, .declared, .size]')" \
	'["../../note 7.pdf","application/octet-stream",24]' 'an attachment'

# save
"$lazaret" save "$seven" --to "$work/saved" >"$work/out"
is "$?" 0 'save'
is "$(ls "$work/saved")" "message-$seven-1.bin" 'under a name of our own'
is "$(cat "$work/saved/message-$seven-1.bin")" 'attachment 7 of the test' 'the decoded bytes'
is "$(stat -c %a "$work/saved/message-$seven-1.bin") $(stat -c %a "$work/saved")" '600 700' 'for the owner only'
"$lazaret" save "$seven" --to "$work/saved" >/dev/null 2>&1
is "$?" 73 'what is there is not replaced'
mkdir "$work/trap"
ln -s "$work/outside" "$work/trap/message-$seven-1.bin"
"$lazaret" save "$seven" 1 --to "$work/trap" >/dev/null 2>&1
is "$? $(ls "$work/outside" 2>/dev/null)" '73 ' 'a planted link is not followed'
"$lazaret" save "$seven" >/dev/null
is "$(ls "$work/data/lazaret/saved")" "message-$seven-1.bin" 'without --to the setting counts'
"$lazaret" save "$seven" 2 --to "$work/none" >/dev/null 2>&1
is "$?" 66 'an attachment that is not there'

# stats
is "$("$lazaret" stats --format csv | tr -d '\r' | cut -d, -f1,2 | tail -n +2 | sort | cut -c1-8,45- | tr '\n' ' ')" \
	'Account0,2 Account1,3 Account2,2 ' 'stats by account'
is "$("$lazaret" stats --by domain -f jsonl domain:evil.example | jq -c '[.domain, .messages, .held]')" \
	'["evil.example",1,1]' 'of what a query finds'
is "$("$lazaret" stats --by region -f jsonl | jq -c '[.region, .messages, .share, .subjects, .recipients, .campaigns > 0, (.first <= .last)]')" \
	'["us-east-1",7,100,7,7,true,true]' 'how much of all, about how many things, to how many'
for key in account config ip region domain ses; do
	"$lazaret" stats --by $key >/dev/null
	ok $? "stats --by $key"
done
finish
