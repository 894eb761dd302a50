# postfix.sh - a whole Postfix of the test's own: source it behind tap.sh
#
# Its folders are in $work/postfix; it listens on loopback alone, and ends with the test.
postfix_master=/usr/lib/postfix/sbin/master
postfix_pid=
postfix_stop() {
	[ -n "$postfix_pid" ] || return 0
	kill "$postfix_pid" 2>/dev/null
	wait "$postfix_pid" 2>/dev/null
	postfix_pid=
	# Children of it may hold the port a moment longer, and would seem to be its successor.
	wait_for 10 closed "$smtp_port"
}
need_postfix() {
	[ "$(id -u)" = 0 ] && [ -x "$postfix_master" ] || skip_all "a Postfix of one's own takes root and package postfix"
	export PATH="$PATH:/usr/sbin"
}
# MAIN: more lines of main.cf; MASTER: of master.cf, where PORT is the port that mail comes in by
# and BACK the one by which releases come back
postfix_start() { # MAIN MASTER
	smtp_port=$(free_port)
	back_port=$(free_port)
	while [ "$back_port" = "$smtp_port" ]; do back_port=$(free_port); done
	postfix=$work/postfix
	# The mail server's users have to reach their folders.
	chmod 711 "$work"
	mkdir -p "$postfix/conf" "$postfix/queue" "$postfix/data" "$postfix/box"
	chown postfix "$postfix/data"
	chmod 755 "$postfix" "$postfix/conf" "$postfix/queue"
	chmod 777 "$postfix/box"
	cat >"$postfix/conf/main.cf" <<END
compatibility_level = 3.6
queue_directory = $postfix/queue
data_directory = $postfix/data
maillog_file = $postfix/log
maillog_file_prefixes = $postfix
mail_owner = postfix
myhostname = mx.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtputf8_enable = yes
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
alias_maps =
virtual_mailbox_domains = inside.test
virtual_mailbox_base = $postfix
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
$1
END
	printf '%s\n' "$2" | sed "s/PORT/$smtp_port/; s/BACK/$back_port/" >"$postfix/conf/master.cf"
	cat >>"$postfix/conf/master.cf" <<END
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
END
	postfix -c "$postfix/conf" check >/dev/null 2>&1
	postfix_restart
}
postfix_restart() {
	postfix_stop
	timeout 300 "$postfix_master" -c "$postfix/conf" -d >/dev/null 2>&1 &
	postfix_pid=$!
	wait_for 20 answers "$smtp_port"
}
closed() { ! answers "$1"; }
answers() { perl -MIO::Socket::INET -e "IO::Socket::INET->new('127.0.0.1:$1') or exit 1"; }
queued() { # QUEUE...: messages in these queues
	(cd "$postfix/queue" && find "$@" -type f 2>/dev/null | wc -l)
}
boxed() { find "$postfix/box/new" -type f 2>/dev/null | wc -l; }
# Sends files of mail by SMTP in one session each: envelope sender and recipient are those of
# the file's first lines "MAIL <a@b>" and "RCPT <c@d>", the rest is the message.
inject() { # FILE...
	perl -MIO::Socket::INET -e '
		my $port = shift;
		for my $file (@ARGV) {
			open my $in, "<:raw", $file or die; local $/; my $text = <$in>;
			my $s = IO::Socket::INET->new("127.0.0.1:$port") or die;
			my $say = sub { print $s "$_[0]\r\n" if defined $_[0]; my $r; local $/ = "\n";
				do { $r = <$s> } while $r =~ /^...-/; die "$_[0]: $r" if $r !~ /^[23]/ };
			$say->(); $say->("EHLO sender.example");
			while ($text =~ s/^(MAIL|RCPT) (.*)\n//) {
				$say->($1 eq "MAIL" ? "MAIL FROM:$2" : "RCPT TO:$2");
			}
			$say->("DATA");
			$text =~ s/\r?\n/\r\n/g; $text =~ s/^\./../mg;
			$say->("$text."); $say->("QUIT");
		}' "$smtp_port" "$@"
}
mail() { # N SENDER RECIPIENT...: mail of SES, as inject has it
	number=$1
	printf 'MAIL <%s>\n' "$2"
	shift 2
	printf 'RCPT <%s>\n' "$@"
	ses_mail "$number" "offer $number" | grep -v '^Return-Path:'
}
message() { sed '/^MAIL <\|^RCPT </d' "$1"; } # of such a file
# What Postfix had in its queue of a message, which is what it got behind its own Received field.
behind_received() { awk 'past { print; next } NR > 1 && !/^[ \t]/ { past = 1; print }'; }
# What lazaret(7) shows for main.cf, master.cf and so on, between its comments.
stanza() { # NAME
	awk -v name=".\\\\\" stanza: $1" '$0 == name { on = 1; next } /^\.\\" end/ { on = 0 } on' man/lazaret.7 |
		grep -v '^\.\(Bd\|Ed\)' | sed "s/\\\\e/\\\\/g; s/\\\\&//g; s/\\\\(aq/'/g"
}
# Postfix with the stanzas of lazaret(7); what to do with mail of SES stands in $work/checks.
postfix_start_with_stanzas() {
	postfix_start "header_checks = regexp:$work/checks
$(stanza main.cf | grep -v '^header_checks')" "127.0.0.1:PORT inet n - n - - smtpd
$(stanza master.cf | sed 's/10026/BACK/')"
}
