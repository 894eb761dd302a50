#!/bin/sh
# Reports of a campaign to Amazon: what is shown before, what leaves by mail and by the API, read
# back by Python's email and json; signatures checked by botocore; servers that are busy, refuse,
# hang up, and deliverers that die.
. tests/tap.sh
. tests/cli/mails.sh
. tests/importer/certificates.sh
need jq sqlite3 openssl
python=
for one in /usr/bin/python3 python3; do
	[ -n "$python" ] || ! "$one" -c 'import botocore.auth' 2>/dev/null || python=$one
done
[ -n "$python" ] || skip_all 'package python3-botocore is not installed'
api=$work/api
mkdir -p "$api"
server=
stop_server() {
	[ -z "$server" ] || { kill "$server"; wait "$server"; } 2>/dev/null
	server=
}
start_server() { # [CERTIFICATE KEY]
	rm -f "$api/ready"
	timeout 300 "$python" tests/release/abuse_server.py "$api" "$@" >>"$api/out" 2>&1 &
	server=$!
	wait_for 20 test -e "$api/ready"
	port=$(cat "$api/port")
}
trap 'stop_server; rm -rf "$work"' EXIT
config() { "$lazaret" config "$@" >/dev/null; }
outbox() { # JQ: of all deliveries, oldest first
	"$lazaret" outbox --format jsonl | jq -rs "reverse | $1"
}
reports() { "$lazaret" report --status --format jsonl | jq -rs "reverse | $1"; }
taken() { ls "$api/reports" | wc -l; }
say() { printf '%s\n' "$1" >"$api/next"; }
due_now() { sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET due = 0 WHERE state = 0'; }

# Two accounts; one message of the first is released, one is no mail of SES's.
trust_the_gateway >/dev/null
mkdir -p "$work/mail"
for n in 1 4 7 10 2; do
	ses_mail $n "offer for READER$n@inside.test, <reader$n=inside.test@b.example>" >"$work/mail/$n.eml"
done
"$lazaret" import "$work/mail" >/dev/null
campaign=$("$lazaret" campaigns --format jsonl | jq -rs '.[0].id')
released=$(ids from:shop.example | tail -1)
config hold-window 0s
config report-transport "maildir:$work/box"
config transport "maildir:$work/released"
"$lazaret" release "$released" >/dev/null

has "$("$lazaret" report "$campaign" --dry-run 2>&1)" 'report-org.*report-contact.*report-domain' 'what a report needs is named'
config report-org 'Ácme "Test" Inc.'
config report-contact abuse@acme.test
config report-domain acme.test
out=$("$lazaret" config report-endpoint http://abuse.example 2>&1)
has "$out" 'without TLS it must be this machine' 'no report goes in the open to another machine'
out=$("$lazaret" report "$campaign" --dry-run)
has "$out" 'to email-abuse@amazon.com by maildir' 'a dry run says to whom, and by which way'
has "$out" '2 reports of 4 messages' 'how much'
has "$out" 'replaced by recipient-1' 'and that nobody is named'
has "$out" 'left out 1: released' 'what is released is left out'
"$lazaret" report "$campaign" </dev/null >"$work/out" 2>&1
is "$?" 64 'nobody reports by having no terminal'
is "$(outbox length) $("$lazaret" log --format jsonl | wc -l)" '1 1' 'and nothing was done so far'

# ---- by mail ----

"$lazaret" report "$campaign" --print | head -c 2000 >"$work/shown"
"$lazaret" report "$campaign" --yes --reason 'the third this week' >/dev/null
"$lazaret" deliver >/dev/null
is "$(outbox '.[1:] | map(.state + " " + .form + " " + .sender) | unique[]')" 'sent report abuse@acme.test' 'reports leave, from the organisation'
is "$("$lazaret" log --format jsonl --limit 1 | jq -r '"\(.verb) \(.messages) \(.reason)"')" 'report 4 the third this week' 'the log has it, with its messages'
cat >"$work/read.py" <<'END'
import email, email.policy, glob, sys
seen = []
for path in glob.glob(sys.argv[1] + "/new/*"):
    raw = open(path, "rb").read()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    words, fields, original = mail.iter_parts()
    assert mail.get_content_type() == "multipart/report" and not mail.defects, mail.defects
    assert mail.get_param("report-type") == "feedback-report"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain", "message/feedback-report", "message/rfc822"]
    assert mail["from"].addresses[0].display_name == 'Ácme "Test" Inc.'
    assert mail["message-id"].endswith("@acme.test>")
    said = fields.get_payload()[0]
    assert said["Version"] == "1" and said["User-Agent"].startswith("lazaret/")
    assert said["Feedback-Type"] == "abuse" and said["Source-IP"].startswith("54.240.8.")
    assert said["Original-Mail-From"].endswith("@amazonses.com>") and said["Arrival-Date"]
    inner = original.get_payload()[0]
    # What Amazon finds it by is there, and who got it is not.
    assert inner["Message-ID"].strip().endswith("@email.amazonses.com>"), inner["Message-ID"]
    assert "AmazonSES" in inner["Feedback-ID"] and inner["Received"] and inner["DKIM-Signature"]
    text = words.get_content() + inner.as_string() + raw.decode()
    assert "reader" not in text.lower().replace("readers", ""), text
    assert max(map(len, raw.split(b"\r\n"))) < 998 and raw.count(b"\n") == raw.count(b"\r\n")
    assert inner["Subject"].startswith("offer for recipient-1"), inner["Subject"]
    assert inner["Message-ID"].strip(" <>").split("@")[0] in words.get_content()
    seen.append((int(said["Incidents"]), words.get_content().count("received 2026-")))
print(sorted(seen))
END
is "$("$python" "$work/read.py" "$work/box" 2>&1 | tail -1)" '[(1, 1), (3, 3)]' "read by Python's email: three parts, headers complete, nobody named"
token=$(reports '.[0].token')
grep -q "$token" "$work/shown"
ok $? 'what left is what was shown'

# ---- again ----

out=$("$lazaret" report "$campaign" --yes 2>&1)
is "$? $(echo "$out" | tail -1 | grep -o 'was reported by.*')" "65 $(echo "was reported by $(id -un), operation 2: --again reports it once more")" 'the same campaign wants another yes'
is "$(outbox length)" 3 'and nothing was queued'
"$lazaret" undo 2 >"$work/out" 2>&1
has "$(cat "$work/out")" "is a report, which can't be taken back" 'a report is not undone'

# ---- by the API ----

start_server
config report-endpoint "http://127.0.0.1:$port"
config report-by api
"$lazaret" report "$campaign" --yes --again >/dev/null
out=$("$lazaret" deliver 2>&1)
has "$out" 'queued, nothing says who we are' 'without keys it waits'
"$lazaret" outbox cancel $(outbox '.[] | select(.state == "queued") | .id') >/dev/null
is "$(outbox '.[-1].state')" cancelled 'one that has not left is cancelled'
printf '%s\n' '[default]' 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE' \
	'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' >"$work/keys"
chmod 600 "$work/keys"
config report-credentials "$work/keys"
has "$("$lazaret" report "$campaign" --yes --again --test --kind phishing)" 'a test that nobody acts on' 'a test says so'
"$lazaret" deliver >/dev/null
is "$(reports '.[-2:] | map(.state) | unique[]') $(taken)" 'sent 2' 'the API takes both: their signatures are good'
is "$(reports '.[-1].remote')" "$(grep -l "$(reports '.[-1].token')" "$api"/reports/* | xargs -n 1 basename)" 'and its name of a report is kept'
cat >"$work/xarf.py" <<'END'
import base64, email, hashlib, json, re, sys, uuid
for path in sys.argv[1:]:
    body = json.load(open(path))
    assert set(body) == {"clientToken", "correlationId", "report"}
    assert re.fullmatch("[!-~]{1,128}", body["clientToken"])
    assert re.fullmatch("[A-Za-z0-9_-]{1,256}", body["correlationId"])
    xarf = body["report"]["xarf"]
    assert re.fullmatch(r"4\.[0-9]+\.[0-9]+", xarf["xarf_version"])
    assert str(uuid.UUID(xarf["report_id"])) == body["clientToken"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", xarf["timestamp"])
    for who in ("reporter", "sender"):
        assert xarf[who] == {"org": 'Ácme "Test" Inc.', "contact": "abuse@acme.test", "domain": "acme.test"}
    assert xarf["source_identifier"].startswith("54.240.8.") and xarf["source_port"] == 25
    assert (xarf["category"], xarf["type"], xarf["protocol"]) == ("messaging", "spam", "smtp")
    assert xarf["smtp_from"].endswith("@amazonses.com") and len(xarf["subject"]) <= 500
    assert len(xarf["description"]) <= 1000 and len(xarf["tags"]) <= 20
    assert all(re.fullmatch("[a-z0-9][a-z0-9_+-]*:[a-z0-9][a-z0-9_+.-]*", tag) for tag in xarf["tags"])
    assert 2 <= len(xarf["evidence"]) <= 50
    for item in xarf["evidence"]:
        assert set(item) <= {"content_type", "description", "payload", "hash", "size"}
        data = base64.b64decode(item["payload"], validate=True)
        assert item["size"] == len(data) and item["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    mails = [base64.b64decode(item["payload"]) for item in xarf["evidence"]
             if item["content_type"] == "message/rfc822"]
    mail = email.message_from_bytes(mails[0])
    print("test" if "lifecycle:test" in xarf["tags"] else "real", "smtp_to" in xarf,
          "phishing" if "abuse:phishing" in xarf["tags"] else "spam", len(mails),
          b"reader" in b"".join(mails).lower(), mail["To"].strip())
END
is "$("$python" "$work/xarf.py" "$api"/reports/* 2>&1 | sort | tail -2)" "$(printf '%s\n' 'test False phishing 1 False recipient-1' 'test False phishing 3 False recipient-1')" 'XARF has what its schema requires, and nobody is named'

# ---- what became of it ----

echo '{"status": "PROCESSING", "description": "x"}' >"$api/status"
is "$(reports 'map(select(.remote)) | map(.status) | unique[]')" PROCESSING 'its status is asked for'
echo '{"status": "COMPLETED", "reasonCode": "ACTIONED", "description": "x"}' >"$api/status"
is "$(reports 'map(select(.remote)) | map(.status + " " + .outcome) | unique[]')" 'COMPLETED ACTIONED' 'and how it ended'
before=$(wc -l <"$api/log")
reports . >/dev/null
is "$(wc -l <"$api/log")" "$before" 'what is completed is not asked about again'

# ---- servers that say no, or nothing ----

one() { "$lazaret" report "$campaign" --yes --again "$@" >/dev/null; }
try() { "$lazaret" deliver >"$work/out" 2>&1; }
last() { outbox ".[-2] | $1"; } # the report of the first account, which leaves first
config report-transport "maildir:$work/box"
say '429 700'
one && try
is "$(last '"\(.state) \((.due | fromdate) - (.changed | fromdate) >= 700)"')" 'queued true' 'who is told to wait waits as long'
is "$(last .reply)" "$(last .reply | tr -d '\033')" 'no control character of a server is kept'
is "$(outbox '.[-1].reply' | cut -c 1-9)" 'not tried' 'and the next one is spared'
say 500
due_now && try
is "$(last .state)" queued 'a server that fails is asked again'
say drop
due_now && try
has "$(last '.state + .reply')" 'queued.*no answer came' 'one that hangs up as well, since it knows the report again'
n=$(taken)
due_now && try
is "$(last .state) $(($(taken) - n))" 'sent 0' 'handed over again it is the report that was there'
is "$(sort "$api/log" | grep -c "drop $(reports '.[-2].token')") $(grep -c "POST 202 $(reports '.[-2].token')" "$api/log")" '1 1' 'by the same token'
say 400
one && try
is "$(last .state) $(outbox '.[-1].state')" 'failed sent' 'a report that is refused has failed, and the other left'

say hold
one
"$lazaret" deliver >"$work/out" 2>&1 &
deliverer=$!
wait_for 20 test -e "$api/taken"
kill -9 "$deliverer"
wait "$deliverer" 2>/dev/null
is "$(last .state)" sending 'killed where the API has it and nobody wrote it down'
try
is "$(last .state) $(grep -c "$(reports '.[-2].token')" "$api/log")" 'sent 2' 'the next one hands it over again, by the same token'
is "$(grep -l "$(reports '.[-2].token')" "$api"/reports/* | wc -l)" 1 'which is one report'

say drop
one && try
sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET due = 0, queued = queued - 90000, attempts = 2 WHERE state = 0'
say drop
try
has "$(outbox 'map(.state)[-2:][]' | sort | tr '\n' ' ')" 'unknown' 'a day later nobody would know it again: a person decides'

unknown=$(outbox '.[] | select(.state == "unknown") | .id')
has "$("$lazaret" outbox retry "$unknown")" 'it now arrives twice' 'who sends it again is told'
sqlite3 "$LAZARET_STORE" "UPDATE delivery SET state = 4 WHERE id = $unknown"

# ---- named, and gone ----

has "$("$lazaret" report "$campaign" --dry-run --unredacted)" 'ARE NAMED' 'who wants victims named is told'
out=$("$lazaret" report "$campaign" --print --unredacted | jq -r '.report.xarf | "\(.smtp_to) \(.evidence[1].payload)"' | head -1)
is "$(echo "${out#* }" | base64 -d | sha256sum | cut -d ' ' -f 1)" "$("$lazaret" list --format jsonl | jq -r --arg to "${out%% *}" 'select(.recipients == [$to]) | .sha256')" 'then the mail leaves as it came'
purged=$(sqlite3 "$LAZARET_STORE" 'SELECT message FROM delivery WHERE state = 4')
"$lazaret" block "$purged" >/dev/null
has "$("$lazaret" purge "$purged" --yes)" 'not finished' 'what may still leave is not purged'
"$lazaret" outbox cancel $(outbox '.[] | select(.state == "failed") | .id') >/dev/null
sqlite3 "$LAZARET_STORE" 'UPDATE delivery SET state = 2 WHERE state = 4'
has "$("$lazaret" purge "$purged" --yes)" 'purge: 1 message' 'purged'
is "$(sqlite3 "$LAZARET_STORE" "SELECT count(*) FROM report WHERE body IS NOT NULL AND id IN (SELECT report FROM reported WHERE message = $purged)")" 0 'nothing of it is left in a report'
"$lazaret" verify >"$work/out" 2>&1
is "$?" 0 'the store is whole'
has "$(cat "$work/out")" 'reported messages, each against its hash' 'the chain has what was reported'
sqlite3 "$LAZARET_STORE" 'DROP TRIGGER report_stands; UPDATE report SET account = NULL WHERE id = 1'
has "$("$lazaret" verify 2>&1)" 'reported message 1 is not what was written' 'and shows who altered it'
stop_server

# ---- TLS ----

(cd "$work" && make_certificates) >/dev/null 2>&1
start_server "$work/cert.pem" "$work/key.pem"
config report-endpoint "https://localhost:$port"
LAZARET_STORE=$work/other.db
export LAZARET_STORE
"$lazaret" import "$work/mail/2.eml" >/dev/null
"$lazaret" report 1 --yes >/dev/null
try
has "$(outbox '.[0].state + .[0].reply')" 'queued.*certificate' 'a server that nobody vouches for gets nothing'
config report-ca "$work/ca.pem"
due_now && try
is "$(outbox '.[0].state')" sent 'one whose certificate is good does'
finish
