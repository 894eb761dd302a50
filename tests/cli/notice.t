#!/bin/sh
# A warning about a campaign: printed, as a draft that a mail program opens, from templates of one's own.
. tests/tap.sh
. tests/cli/mails.sh
need jq python3
trust_the_gateway
for n in 1 4 7; do ses_mail $n '【重要】パスワードの再設定 https://evil.example/ for reader4' evil.example >"$work/$n.eml"; done
"$lazaret" import "$work"/*.eml >/dev/null
campaign=$("$lazaret" campaigns --format jsonl | jq -s 'max_by(.messages).id')
notice() { "$lazaret" notice "$campaign" "$@"; }

for as in 'staff en' 'staff ja' 'admins en' 'admins ja'; do
	set -- $as
	notice --for $1 --lang $2 >"$work/$1.$2.text"
	is "$?" 0 "a notice for $1, $2"
	out=$(notice --for $1 --lang $2 --eml "$work/$1.$2.draft")
	has "$out" 'check it before you send it' 'its draft, and what to do with it'
	is "$(grep -ciE 'reader[0-9]|inside\.test|https?://' "$work/$1.$2.text")" 0 'no recipient, nothing to click'
done
en=$(cat "$work/staff.en.text")
has "$en" '^Subject: \[Security notice\]' 'its subject first'
has "$en" 'A PERSON MUST CHECK THIS' 'that a person must check it'
has "$en" '3 messages to 3 people' 'how much it is'
has "$en" 'Priority: Normal' 'old mail that was held is not urgent'
has "$(cat "$work/admins.ja.text")" '^件名：【メールセキュリティ】' 'in Japanese'
has "$(cat "$work/admins.ja.text")" '^対応期限：[0-9]{4}年' 'with its deadline'
has "$(LC_ALL=ja_JP.UTF-8 notice)" '^件名：【注意喚起】' 'the locale says which language'
has "$(notice)" '^Subject: ' 'which is English where it says none'

# Read back by a mail package that is not ours.
python3 - "$work" >"$work/parsed" <<'END'
import email, email.policy, re, sys
for name in "staff.en", "staff.ja", "admins.en", "admins.ja":
    raw = open(f"{sys.argv[1]}/{name}.draft", "rb").read()
    text = open(f"{sys.argv[1]}/{name}.text", encoding="utf-8").read()
    m = email.message_from_bytes(raw, policy=email.policy.default)
    subject, body = text.split("\n\n", 1)
    facts = {
        "text": m.get_content().replace("\r\n", "\n") == body,
        "subject": m["Subject"] == re.split("[:：] *", subject, maxsplit=1)[1],
        "unsent": m["X-Unsent"] == "1",
        "nobody": not any(m[field] for field in ("To", "Cc", "Bcc", "From", "Date", "Message-ID")),
        "sound": not m.defects and not m["Subject"].defects,
        "plain": (m.get_content_type(), m.get_content_charset()) == ("text/plain", "utf-8"),
        "lines": all(len(l) <= 76 and l.isascii() and b"\r" not in l and b"\n" not in l for l in raw.split(b"\r\n")),
    }
    print(name, "ok" if all(facts.values()) else [key for key in facts if not facts[key]])
END
is "$(cat "$work/parsed")" 'staff.en ok
staff.ja ok
admins.en ok
admins.ja ok' 'drafts are what was printed: unsent, to nobody, UTF-8, without a fault'
is "$(stat -c %a "$work/staff.en.draft")" 600 'for its owner alone'
before=$(cksum <"$work/staff.en.draft")
notice --eml "$work/staff.en.draft" 2>/dev/null
is "$?" 73 'a file that is there already'
is "$(cksum <"$work/staff.en.draft")" "$before" 'stays as it is'

id=$("$lazaret" list --format jsonl --columns id --limit 1 | jq .id)
"$lazaret" config transport "maildir:$work/out.maildir"
"$lazaret" release "$id" >/dev/null
"$lazaret" deliver --now >/dev/null
has "$(notice --lang ja)" 'このうち1通が、1名のメールボックスに配信されています' 'what was delivered is said'
has "$(notice --lang en)" '1 message of these reached 1 person' 'likewise'

has "$(notice --lang en --priority urgent --deadline '2100-01-01 09:30')" 'Act by: Fri 1 Jan 2100, 09:30 \(UTC\)' \
	'a deadline that is given'
for wrong in '--for=nobody' '--lang=fr' '--priority=low' '--deadline=tomorrow' '--deadline=2001-01-01'; do
	notice $wrong 2>"$work/err" >&2
	is "$?" 64 "$wrong"
done
"$lazaret" notice 99999 2>"$work/err"
is "$?" 66 'a campaign that is none'
"$lazaret" notice 2>"$work/err"
is "$?" 64 'no campaign'

own=$XDG_CONFIG_HOME/lazaret/notices
mkdir -p "$own"
"$lazaret" notice --template --lang ja --for admins >"$own/admins.ja"
cmp "$own/admins.ja" share/notices/admins.ja
ok $? '--template prints what can be changed, into its very place'
printf '%s\n' 'Subject: our own {campaign}' '' '{messages}' >"$own/staff.en"
out=$(notice --lang en)
has "$out" "^Subject: our own $campaign" 'a template of our own comes first'
has "$out" 'A PERSON MUST CHECK THIS' 'and says that it must be checked all the same'
printf '%s\n' 'Subject: x' '{campain}' >"$own/staff.en"
notice --lang en 2>"$work/err"
is "$?" 78 'a place that is none'
has "$(cat "$work/err")" 'notices/staff\.en: line 2: there is no place \{campain\}; is \{campaign\} meant\?' \
	'is named, with its file and line'
rm "$own/staff.en"
echo 'brand-name everybody x' >"$own/signs.en"
notice --lang en 2>"$work/err"
is "$?" 78 'a line of signs that is none'
has "$(cat "$work/err")" 'signs\.en: line 1' 'is named as well'
finish
