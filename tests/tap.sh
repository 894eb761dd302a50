# tap.sh - for the tests written in shell: source it, then plan, ok, is; done at the end
#
# $lazaret is the program, $work a folder that is gone afterwards; the store, the settings and
# everything else the program writes are in it.
lazaret=${B:-build}/lazaret
case $lazaret in /*) ;; *) lazaret=$PWD/$lazaret ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
export HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" LAZARET_STORE="$work/q.db"
export LC_ALL=C.UTF-8 TZ=UTC
count=0 failed=0

ok() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
	fi
}
is() { # GOT WANTED NAME
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || printf '%s\n' "got:" "$1" "wanted:" "$2" | sed 's/^/# /'
}
has() { # TEXT PATTERN NAME
	printf '%s\n' "$1" | grep -qE -- "$2"
	ok $? "$3"
	printf '%s\n' "$1" | grep -qE -- "$2" || printf '%s\n' "no '$2' in:" "$1" | sed 's/^/# /'
}
skip_all() { # REASON
	echo "1..0 # SKIP $1"
	exit 0
}
need() { # PROGRAM...
	for program; do
		command -v "$program" >/dev/null || skip_all "$program is not installed"
	done
}
corpus() { # sets $corpus or skips
	corpus=${CORPUS:-../shared/corpus}
	[ -d "$corpus" ] || skip_all "no folder of real mail: set CORPUS"
}
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen=>1,LocalAddr=>"127.0.0.1")->sockport'
}
wait_for() { # SECONDS COMMAND...: until it succeeds; a busy machine gets four times as long
	tries=$(($1 * 80))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}
finish() {
	echo "1..$count"
	[ $failed = 0 ]
	exit
}
