#!/bin/sh
# The score against labelled real mail: the floors of tests/quality, whose table says more, and
# that the same mails give the same weights.
. tests/tap.sh
corpus
quality=${B:-build}/quality
"$quality" --write "$work/one" "$corpus" >"$work/table"
is "$?" 0 'lures come first, cross-validated by sender'
sed -n '4,14s/^/# /p' "$work/table"
"$quality" --write "$work/two" "$corpus" >/dev/null
is "$(cat "$work/two")" "$(cat "$work/one")" 'the same mails give the same weights'
has "$(cat "$work/one")" '^brand-name +[1-9]' 'a borrowed name counts'
printf '[lazaret]\nweights = %s\n' "$work/one" >"$work/config.new"
mkdir -p "$work/config/lazaret" && mv "$work/config.new" "$work/config/lazaret/config"
"$lazaret" import "$corpus/ses-phish" >/dev/null 2>&1
is "$?" 0 'and lazaret scores by them'
"$quality" "$work" >/dev/null 2>&1
is "$?" 66 'a folder without labels is missing input'
finish
