# dovecot.sh - a Dovecot of the test's own that speaks IMAP: source it behind tap.sh
#
# Its files are in $work/dovecot; anna's password is "correct horse", her mail in
# $work/dovecot/mail/anna, a Maildir with Quarantine below it.  $imaps speaks TLS at once, $imap
# offers STARTTLS; ca.pem vouches for "localhost" alone.
. tests/importer/certificates.sh
imap_folder=$work/dovecot/mail/anna/.Quarantine
imap_skip_reason() { # why there can be none; nothing where there can
	[ "$(id -u)" = 0 ] || echo 'a Dovecot of its own takes root'
	[ -x /usr/lib/dovecot/imap ] || echo 'package dovecot-imapd is not installed'
	command -v openssl >/dev/null || echo 'openssl is not installed'
}
imap_prepare() {
	imaps=$(free_port) imap=$(free_port)
	mkdir -p "$imap_folder/cur" "$imap_folder/new" "$imap_folder/tmp"
	chmod 755 "$work" "$work/dovecot"
	(cd "$work/dovecot" && make_certificates) >/dev/null 2>&1
	echo 'anna:correct horse::::::' >"$work/dovecot/users"
	printf 'Quarantine\n' >"$work/dovecot/mail/anna/subscriptions"
	cat >"$work/dovecot/dovecot.conf" <<END
base_dir = $work/dovecot/run
log_path = $work/dovecot/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <$work/dovecot/cert.pem
ssl_key = <$work/dovecot/key.pem
auth_failure_delay = 0
mail_max_userip_connections = 100
mail_location = maildir:$work/dovecot/mail/%n
passdb {
 driver = passwd-file
 args = scheme=PLAIN username_format=%n $work/dovecot/users
}
userdb {
 driver = passwd-file
 args = username_format=%n $work/dovecot/users
 default_fields = uid=65534 gid=65534 home=$work/dovecot/mail
}
first_valid_uid = 1
service anvil {
 unix_listener anvil-auth-penalty {
  mode = 0
 }
}
service stats {
 unix_listener stats-writer {
  mode = 0666
 }
}
service imap-login {
 inet_listener imap {
  port = $imap
 }
 inet_listener imaps {
  port = $imaps
  ssl = yes
 }
}
END
	chown -R 65534:65534 "$work/dovecot/mail"
}
imap_answers() { perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new("127.0.0.1:'"$1"'")'; }
# Without a connection: one would count.
imap_listens() { grep -qi ":$(printf '%04X' "$1") 00000000:0000 0A" /proc/net/tcp; }
imap_start() {
	timeout 300 /usr/sbin/dovecot -F -c "$work/dovecot/dovecot.conf" >"$work/dovecot/out" 2>&1 &
	imap_server=$!
	wait_for 20 imap_answers "$imaps"
}
imap_stop() {
	[ -n "$imap_server" ] || return 0
	kill "$imap_server" 2>/dev/null
	wait "$imap_server" 2>/dev/null
	imap_server=
}
imap_server=
trap 'imap_stop; rm -rf "$work"' EXIT

imap_say() { # COMMAND...: the answers of the server, in the Quarantine
	perl - "$imap" "$@" <<'END'
use IO::Socket::INET;
my $port = shift;
my $server = IO::Socket::INET->new("127.0.0.1:$port") or die;
<$server>;
for ('LOGIN anna "correct horse"', 'SELECT Quarantine', @ARGV) {
	print $server "x $_\r\n";
	while (my $line = <$server>) { print $line =~ s/\r//r; last if $line =~ /^x / }
}
END
}
