#!/bin/sh
# Who else on the machine may read, write or plant what: the modes of all that is made, whatever the
# umask, by root or not, alone or as a team; and another user, who tries.
. tests/tap.sh
. tests/cli/mails.sh
need jq sqlite3 perl
listener=
trap '[ -z "$listener" ] || kill -9 "$listener" 2>/dev/null; rm -rf "$work"' EXIT

# Everyone may come as far as here: what is not to be seen is so by its own mode.
chmod 755 "$work"
cp "$lazaret" "$work/lazaret"
chmod 755 "$work/lazaret"
mkdir "$work/in"
maildir "$work/in/mail" 3
crlf=$work/in/crlf
ses_mail 4 'by LMTP' | sed 's/$/\r/' >"$crlf"
ses_mail 5 'by pipe' >"$work/in/five"
chmod -R a+rX "$work/in"

users=self team=
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
	users='self nobody'
	team=$(getent group games | cut -d: -f1) # any group that is everywhere and nobody's first
fi
become() { # USER: what a command begins with, to run with the groups of nobody, or of the team
	case $1 in
	self) echo env ;;
	nobody) echo setpriv --reuid=65534 --regid=65534 --clear-groups ;;
	member) echo setpriv --reuid=65534 --regid=65534 --groups="$team" ;;
	other) echo setpriv --reuid=1 --regid=1 --clear-groups ;;
	esac
}
as() { # USER COMMAND...
	user=$1
	shift
	$(become "$user") "$@"
}
listening() { [ -S "$1" ] && grep -q '^lazaret: listening' "$2"; }
ours() { # HOME: the settings, the data and the store are there
	export HOME="$1" XDG_CONFIG_HOME="$1/config" XDG_DATA_HOME="$1/data" LAZARET_STORE="$1/store/q.db"
}
fill() { # USER: all that lazaret makes; the listener goes on, so that the log and the socket are there
	as "$1" "$work/lazaret" import "$work/in/mail" &&
		as "$1" "$work/lazaret" config trusted-authserv-ids mx.test &&
		as "$1" "$work/lazaret" release 2 &&
		as "$1" "$work/lazaret" deliver --now &&
		as "$1" "$work/lazaret" save 1 &&
		as "$1" "$work/lazaret" save 2 --to "$HOME/elsewhere/saved"
	$(become "$1") "$work/lazaret" lmtp --all "$HOME/store/lmtp" >"$HOME.said" 2>&1 &
	listener=$!
	wait_for 10 listening "$HOME/store/lmtp" "$HOME.said"
	as "$1" perl tests/importer/lmtp.pl "$HOME/store/lmtp" bring "$crlf"
}
end() {
	kill "$listener"
	wait "$listener" 2>/dev/null
	listener=
}
family() { # PID: and its children, and theirs
	echo "$1"
	for child in $(ps -o pid= --ppid "$1"); do family "$child"; done
}
modes() { (cd "$HOME" && find . -mindepth 1 -printf '%m %y %P\n' | sort -k3); }

for user in $users; do
	for mask in 000 022 077; do
		mkdir "$work/$user.$mask"
		ours "$work/$user.$mask"
		[ "$user" = self ] || chown 65534:65534 "$HOME"
		umask $mask
		ulimit -S -c "$(ulimit -H -c)"
		fill "$user" >"$work/out" 2>&1
		umask 022
		is "$(modes | grep -E '^[0-7]*[0-7][1-7] |^[0-7]*[1-7][0-7] ')" '' "$user, umask $mask: nothing is for a group or others"
		is "$(modes | awk '$2 == "f" && $1 != 600')" '' '  files are 600'
		is "$(modes | awk '$2 == "d" && $1 != 700')" '' '  folders are 700'
		is "$(modes | awk '{ print $3 }' | grep -cxE 'store/q.db(-wal|-shm)?|store/lmtp|config/lazaret/config|data/lazaret/saved/message-1-1.bin|elsewhere/saved/message-2-1.bin|data/lazaret/released/new')" \
			8 '  and all of it is there'
		pids=$(family "$listener")
		is "$(for pid in $pids; do sed -n 's/^Max core file size *//p' "/proc/$pid/limits"; done | sort -u)" \
			'0                    0                    bytes     ' '  neither it nor its boxes leave a core file'
		[ "$user" = self ] || is "$(for pid in $pids; do stat -c %u "/proc/$pid/mem"; done | sort -u)" 0 \
			'  and nobody but root may look into them'
		end
	done
done
modes | sed 's/^/# /'

# ---- a team: the store is a group's, and each of its members runs lazaret ----
if [ -n "$team" ]; then
	for mask in 000 077; do
		mkdir "$work/team.$mask"
		ours "$work/team.$mask"
		mkdir -m 2770 "$HOME/store"
		chgrp "$team" "$HOME/store"
		chmod 2770 "$HOME/store"
		"$work/lazaret" import "$work/in/mail" >/dev/null 2>&1
		chmod 660 "$LAZARET_STORE"
		chmod 711 "$HOME"
		umask $mask
		"$work/lazaret" lmtp --all --group "$team" "$HOME/store/lmtp" >"$HOME.said" 2>&1 &
		listener=$!
		wait_for 10 listening "$HOME/store/lmtp" "$HOME.said"
		umask 022
		perl tests/importer/lmtp.pl "$HOME/store/lmtp" bring "$crlf" >/dev/null
		is "$(cd "$HOME/store" && find . -type f -printf '%m %g %P\n' | sort -k3)" "660 $team q.db
660 $team q.db-shm
660 $team q.db-wal" "a team, umask $mask: the store is the group's, and so is its log"
		is "$(stat -c '%a %G' "$HOME/store/lmtp")" "660 $team" '  and the socket'
		mkdir -p "$work/member"
		chown 65534:65534 "$work/member"
		export HOME="$work/member" XDG_CONFIG_HOME="$work/member/config" XDG_DATA_HOME="$work/member/data"
		is "$(as member "$work/lazaret" block 1 --reason spam 2>&1)" 'block: 1 message, operation 1' '  a member decides'
		is "$("$work/lazaret" log --format jsonl | jq -r .actor)" nobody '  by his own name'
		is "$(as other "$work/lazaret" list 2>&1 >/dev/null | grep -c 'Permission denied')" 1 '  who is no member sees nothing'
		end
		is "$(as member "$work/lazaret" doctor --format jsonl 2>/dev/null | jq -r 'select(.check | startswith("files.")) | .grade' | sort -u)" ok \
			'  and doctor finds that well'
	done
fi

# ---- another user ----
if [ -n "$team" ]; then
	ours "$work/nobody.000"
	"$work/lazaret" lmtp --all "$HOME/store/lmtp" >/dev/null 2>&1 &
	listener=$!
	wait_for 10 test -S "$HOME/store/lmtp"
	chmod 711 "$HOME" "$HOME/store" "$HOME/data" "$HOME/data/lazaret" # as some have it: the names are known
	is "$(cd "$HOME" && find . -mindepth 1 |
		as other perl -MPOSIX -ne 'chomp; print "$_\n" if POSIX::access($_, R_OK) || POSIX::access($_, W_OK)')" '' 'another user can read and write nothing of it'
	end
	chmod 700 "$HOME/store"

	# What would be saved, linked to what is to be overwritten, in a folder for all.
	mkdir -m 1777 "$work/shared"
	chmod 1777 "$work/shared"
	echo precious >"$work/precious"
	as other ln -s "$work/precious" "$work/shared/message-1-1.bin"
	as other ln "$work/in/five" "$work/shared/message-2-1.bin" 2>/dev/null || as other touch "$work/shared/message-2-1.bin"
	as other mkfifo -m 666 "$work/shared/message-3-1.bin"
	before=$(sha256sum <"$work/in/five")
	for id in 1 2 3; do
		"$work/lazaret" save $id --to "$work/shared" >/dev/null 2>&1
		is "$?" 73 "a link, a file, a pipe of another user's: $id is not saved"
	done
	is "$(cat "$work/precious")" precious 'nothing was written through the link'
	is "$(sha256sum <"$work/in/five")" "$before" 'nor into the file'
	as other ln -s "$work/precious" "$work/shared/lmtp"
	"$work/lazaret" lmtp "$work/shared/lmtp" >"$work/out" 2>&1
	has "$? $(cat "$work/out")" '^[1-9].*lmtp' 'a listener takes no place that another has'
	is "$(cat "$work/precious") $(readlink "$work/shared/lmtp")" "precious $work/precious" 'and leaves it as it is'
	as other ln -s "$work/precious" "$work/shared/box"
	"$work/lazaret" release 1 --transport "maildir:$work/shared/box" --to a@inside.test >/dev/null
	has "$("$work/lazaret" deliver --now)" 'shared/box is a symlink or no folder' 'a Maildir is no link of another user'
fi

# ---- names that lead elsewhere ----
mkdir "$work/evil"
ours "$work/evil"
perl -CO -e '
	my @up = ("../", "..\\", "..%2f", "%2e%2e/", "..\x{2215}", "..\x{ff0f}", "....//", "./../", "/", "//", "\\\\host\\", "C:\\", "~/", "~root/",
		"file:///", "\0/", "a\0../", "\x{202e}", "\r\n../", " ../");
	my @last = ("etc/passwd", "q.db", ".ssh/authorized_keys", "-rf", "\$(touch owned)", "`touch owned`; touch owned", "message-1-1.bin",
		"CON", ".", "x" x 4000);
	my @names = map { my $up = $_; map { "$up$_" } @last } @up;
	binmode STDOUT, ":utf8";
	for my $mail (0 .. 3) {
		print "Received: from a8-9.smtp-out.amazonses.com (a8-9.smtp-out.amazonses.com [54.240.8.9]) by mx.test; Fri, 1 May 2026 12:00:00 +0000\n";
		print "From: a\@shop.example\nSubject: names $mail\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
		for my $i ($mail * 50 .. $mail * 50 + 49) {
			my $name = $names[$i];
			(my $quoted = $name) =~ s/([\\"])/\\$1/g;
			$quoted =~ s/[\r\n]+/ /g;
			utf8::encode(my $bytes = $name);
			(my $escaped = $bytes) =~ s/([^A-Za-z0-9])/sprintf("%%%02X", ord $1)/ge;
			my $value = $i % 2 ? "filename=\"$quoted\"" : "filename*=utf-8\x27\x27$escaped";
			print "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; $value\n\nbody $i\n";
		}
		print "--b--\n";
		print "\x01\x02next\n" if $mail < 3;
	}' | perl -e 'local $/; my @mails = split /\x01\x02next\n/, <STDIN>; for (0 .. $#mails) { open my $out, ">", "$ARGV[0]/$_.eml"; print $out $mails[$_] }' "$work/evil"
"$work/lazaret" import --all "$work/evil" >/dev/null 2>&1
is "$("$work/lazaret" list --format jsonl | wc -l)" 4 'four mails'
for id in 1 2 3 4; do "$work/lazaret" show $id --part json | jq -r '.attachments[].name'; done >"$work/names"
is "$("$work/lazaret" show 1 --part json | jq '.attachments | length')" 50 'of fifty attachments each'
has "$(cat "$work/names")" '^\.\./' 'whose names lead elsewhere'
listed() { find "$work" / /etc /root -maxdepth 1 2>/dev/null | sort; }
listed >"$work/in/outside"
cd "$work/evil" || exit 1
for id in 1 2 3 4; do "$work/lazaret" save $id --to "$work/evil/saved" >/dev/null 2>&1 || echo "# $id can't be saved"; done
cd "$OLDPWD" || exit 1
is "$(find "$work/evil" -newer "$work/names" -type f -name '*.bin' | sed "s,.*/,," | grep -cE '^message-[1-4]-([1-9]|[1-4][0-9]|50)\.bin$')" 200 \
	'two hundred are saved under two hundred names of ours'
is "$(find "$work/evil" -newer "$work/names" -type f ! -path "$work/evil/saved/message-*.bin" ! -path "$LAZARET_STORE*")" '' 'and nothing beside them'
is "$(listed | diff - "$work/in/outside" | grep -E 'owned|passwd|authorized|CON|q\.db|-rf')" '' 'nor elsewhere'
finish
