#!/bin/sh
# What is exported for Microsoft is read by something else, whatever the values look like.
. tests/tap.sh
need jq python3

cat >"$work/1.eml" <<'EOF'
Return-Path: <bounce@shop.example>
From: "=cmd|' /C calc'!A0" <+news@shop.example>
To: ann@here.example
Subject: =?utf-8?b?PUhZUEVSTElOSygiaHR0cDovL2x1cmUuZXhhbXBsZSIpLA0KIiI7?=
Message-ID: <17@shop.example>

https://login.lure.example/
EOF
"$lazaret" import --all --recipient ann@here.example --recipient '"b,o"@here.example' - <"$work/1.eml"
"$lazaret" block 1 --reason 'a "lure",
of May' >/dev/null
"$lazaret" deny add --link-domain kit.example --reason "it’s \`id\` \$(id) '; \"" >/dev/null

cat >"$work/read.py" <<'EOF'
import csv, glob, json, sys
for name in sorted(glob.glob(sys.argv[1] + "/*")) if sys.argv[1] != "-" else [0]:
    with open(name, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, strict=True):
            assert None not in row and None not in row.values(), row
            for cell in row.values():
                assert cell[:1] not in "=+-@\t\r\n" or cell == "", cell
            print(json.dumps(row))
EOF
read_csv() { python3 "$work/read.py" "$1"; }

is "$("$lazaret" export emailevents-csv | read_csv - | jq -c '[.InternetMessageId, .SenderFromDomain, .RecipientEmailAddress,
	.DeliveryAction, .DeliveryLocation, .UrlCount, .DecisionReason]')" \
	'["<17@shop.example>","shop.example","ann@here.example","Blocked","Quarantine","1","a \"lure\",\nof May"]
["<17@shop.example>","shop.example","\"b,o\"@here.example","Blocked","Quarantine","1","a \"lure\",\nof May"]' \
	'a decision is a line for each recipient, and no cell is a formula'

"$lazaret" export defender-csv --out "$work/defender" 2>"$work/said"
is "$(read_csv "$work/defender" | jq -c 'select(.indicatorValue == "kit.example") | [.indicatorType, .indicatorValue, .action, .description]')" \
	'["DomainName","kit.example","Block","lazaret operation 2, rule 1: it’s `id` $(id) '"'"'; \""]' 'indicators of Defender'
has "$(cat "$work/said")" '^lazaret: defender-csv: up to operation 2: 2 written' 'and up to where they go is said'

"$lazaret" export sentinel-csv --out "$work/sentinel" 2>/dev/null
is "$(read_csv "$work/sentinel" | jq -c 'select(.kind == "link") | [.SearchKey, .status, .kind]')" \
	'["kit.example","block","link"]
["lure.example","block","link"]' 'a watchlist'
"$lazaret" undo 2 >/dev/null
"$lazaret" export sentinel-csv --since 2 --out "$work/later" 2>/dev/null
is "$(read_csv "$work/later" | jq -c '[.SearchKey, .status, .kind]')" '["kit.example","withdrawn","link"]' 'takes it back later'

"$lazaret" export kql 2>/dev/null >"$work/kql"
! LC_ALL=C grep -q '[^ -~]' "$work/kql"
ok $? 'a query is ASCII'
finish
