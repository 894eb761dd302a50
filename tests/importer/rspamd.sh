# rspamd.sh - an rspamd of the test's own, with what lazaret(7) shows: source it behind postfix.sh
#
# Its rules are those that take mail to lazaret, and one that finds "offer" in a subject bad.
rspamd_pid=
rspamd_stop() {
	[ -n "$rspamd_pid" ] || return 0
	kill "$rspamd_pid" 2>/dev/null
	wait "$rspamd_pid" 2>/dev/null
	rspamd_pid=
}
rspamd_start() { # PORT of lazaret; MORE of the rule
	rspamd=$work/rspamd
	milter_port=$(free_port)
	mkdir -p "$rspamd/db" "$rspamd/local.d"
	printf 'com\nexample\ntest\n' >"$rspamd/tld"
	for file in regexp actions metadata_exporter; do
		# Copied from a page, it is indented.
		stanza $file.conf | sed "s/^/     /; s/127.0.0.1:11380/127.0.0.1:$1/; s/defer = true;/& $2/" >"$rspamd/local.d/$file.conf"
	done
	echo 'BAD_OFFER { re = "Subject=/offer/H"; score = 20.0; }' >>"$rspamd/local.d/regexp.conf"
	cat >"$rspamd/rspamd.conf" <<END
options {
	pidfile = "$rspamd/pid"; tempdir = "$rspamd"; url_tld = "$rspamd/tld"; filters = "regexp";
	dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; }
	control_socket = "$rspamd/db/rspamd.sock mode=0600"; history_file = "$rspamd/db/history";
	dynamic_conf = "$rspamd/db/dynamic"; cache_file = "$rspamd/db/cache"; hs_cache_dir = "$rspamd/db/";
	stats_file = "$rspamd/db/stats"; rrd = "$rspamd/db/rrd"; task_timeout = 20s;
}
logging { type = "file"; filename = "$rspamd/log"; level = "info"; }
worker "rspamd_proxy" {
	bind_socket = "127.0.0.1:$milter_port"; count = 1; milter = yes; timeout = 20s;
	upstream "local" { default = yes; self_scan = yes; }
}
lua = "/usr/share/rspamd/rules/rspamd.lua";
modules { path = "/usr/share/rspamd/plugins/"; }
actions { reject = 15; .include "$rspamd/local.d/actions.conf" }
regexp { .include "$rspamd/local.d/regexp.conf" }
metadata_exporter { .include "$rspamd/local.d/metadata_exporter.conf" }
END
	/usr/bin/rspamd -c "$rspamd/rspamd.conf" -i -f >"$rspamd/out" 2>&1 &
	rspamd_pid=$!
	wait_for 60 answers "$milter_port"
}
