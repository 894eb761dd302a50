#!/bin/sh
# amavis itself puts mail away, on loopback; what lazaret takes out of its quarantine is what was
# sent, with its envelope.  AMAVISD names the program where it is not in its usual place.
. tests/tap.sh
. tests/cli/mails.sh
need jq perl
amavisd=${AMAVISD:-$(PATH=$PATH:/usr/sbin command -v amavisd || PATH=$PATH:/usr/sbin command -v amavisd-new)}
[ -n "$amavisd" ] || skip_all 'amavisd is not installed (amavisd-new)'
port=$(free_port)

mkdir -p "$work/amavis/tmp" "$work/amavis/db" "$work/virusmails"
for c in a b c d e f g h i j k l m n o p q r s t u v w x y z; do
	mkdir -p "$work/virusmails/$c" "$work/virusmails/$(echo $c | tr a-z A-Z)"
done
for c in 0 1 2 3 4 5 6 7 8 9; do mkdir -p "$work/virusmails/$c"; done
cat >"$work/amavisd.conf" <<END
use strict;
require Amavis::IO::Zlib;
\$max_servers = 1;
\$MYHOME = '$work/amavis';
\$TEMPBASE = "\$MYHOME/tmp"; \$db_home = "\$MYHOME/db";
\$pid_file = "\$MYHOME/pid"; \$lock_file = "\$MYHOME/lock";
\$QUARANTINEDIR = '$work/virusmails'; \$quarantine_subdir_levels = 1;
\$myhostname = 'mx.gateway.test'; \$mydomain = 'inside.test';
@local_domains_maps = (['.inside.test']);
\$enable_db = 0; \$enable_global_cache = 0; \$enable_zmq = 0; \$enable_dkim_verification = 0;
\$inet_socket_bind = '127.0.0.1'; \$inet_socket_port = $port;
@bypass_virus_checks_maps = (1); @bypass_spam_checks_maps = (1);
@av_scanners = (); @decoders = ();
\$do_syslog = 0; \$LOGFILE = "\$MYHOME/log"; \$log_level = 1;
\$final_banned_destiny = D_DISCARD; \$final_bad_header_destiny = D_DISCARD;
\$banned_filename_re = new_RE(qr'.\\.pdf\$'i);
\$banned_files_quarantine_method = 'local:banned-%m';
\$bad_header_quarantine_method = 'local:badh-%m.gz';
\$notify_method = \$forward_method = 'smtp:[127.0.0.1]:9';
1;
END
as=
if [ "$(id -u)" = 0 ]; then
	chown -R nobody "$work/amavis" "$work/virusmails"
	chmod 755 "$work"
	as='-u nobody -g nogroup'
fi
"$amavisd" $as -c "$work/amavisd.conf" foreground >"$work/out" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
answers() { perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new("127.0.0.1:'"$port"'")'; }
wait_for 20 answers || skip_all 'amavisd does not start here'

send() { # FILE RECIPIENT...: by SMTP
	perl -MIO::Socket::INET -e '
		my ($port, $file, @to) = @ARGV;
		my $smtp = IO::Socket::INET->new("127.0.0.1:$port") or die;
		sub reply { my $line; do { $line = <$smtp> } while $line =~ /^\d+-/; die $line unless $line =~ /^[23]/ }
		reply();
		for ("EHLO x", "MAIL FROM:<0100\@eu-west-1.amazonses.com> BODY=8BITMIME", map("RCPT TO:<$_>", @to), "DATA") {
			print $smtp "$_\r\n";
			reply();
		}
		open my $mail, "<", $file or die;
		while (<$mail>) { s/^\./../; s/\n/\r\n/; print $smtp $_ }
		print $smtp ".\r\n"; reply(); print $smtp "QUIT\r\n"; reply();
	' "$port" "$@"
}
ses_mail 1 'with a note' | sed '1,2d' >"$work/banned.eml"
ses_mail 2 'bad header' | sed -e '1,2d' -e '/^Content-Disposition/d' -e 's/^Date:.*/&\n&/' >"$work/badh.eml"
send "$work/banned.eml" a@inside.test '"b, c"@inside.test' && send "$work/badh.eml" d@inside.test
is "$?" 0 'amavis takes two messages'
is "$(find "$work/virusmails" -type f | sed 's/.*\/\([a-z]*\)-.*/\1/' | sort | tr '\n' ' ')" 'badh banned ' 'and puts both away'

is "$("$lazaret" import "$work/virusmails" 2>&1 | head -1 | sed 's/ (.*//')" '2 new' 'they are imported'
is "$("$lazaret" list --format jsonl subject:note | jq -c '[.sender, .recipients]')" \
	'["0100@eu-west-1.amazonses.com",["a@inside.test","\"b, c\"@inside.test"]]' 'with their envelope'
is "$("$lazaret" list --format jsonl subject:bad | jq -c '.recipients')" '["d@inside.test"]' 'also the packed one'
original() { # QUERY: without the Received field that amavis wrote
	"$lazaret" show "$(ids "$1")" --part raw | perl -0777 -pe 's/^Received: from x .*?\n(?![ \t])//s' | sha256sum
}
is "$(original subject:note)" "$(sha256sum <"$work/banned.eml")" 'byte for byte'
is "$(original subject:bad)" "$(sha256sum <"$work/badh.eml")" 'likewise'
is "$("$lazaret" import "$work/virusmails" 2>&1 | head -1)" '0 new, 2 known' 'and known from then on'
finish
