#!/bin/sh
# The pictures in the README are what the program shows: `make screenshots` takes them anew.
. tests/tap.sh
ldd "$lazaret" | grep -q libasan && skip_all 'a sanitized program can not be preloaded into'
tests/screenshots/make "$work/new"
ok $? 'the pictures can be taken'
for picture in share/screenshots/*.svg; do
	cmp -s "$picture" "$work/new/$(basename "$picture")"
	ok $? "$picture is of this program (make screenshots takes it anew)"
done
is "$(ls "$work/new")" "$(ls share/screenshots)" 'each is committed'
is "$(grep -lE '<script|href|url\(|@import|<foreignObject|<image' share/screenshots/*.svg)" '' 'they load and run nothing'
finish
