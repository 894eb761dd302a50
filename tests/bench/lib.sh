# What the parts of the bench share; sourced.  B is where it is built.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data"
lazaret=$B/lazaret measure=$B/tests/bench/measure

# Runs a command; field N is then a number of measure's.
figures() { "$measure" "$@" 3>"$work/figures" >"$work/said" 2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }; }
field() { cut -d' ' -f"$1" "$work/figures"; }

# As a gateway's own lazaret is set up.
"$lazaret" config trusted-authserv-ids mx.example.net

bytes_of() { find "$1" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%d", s }'; }

# Into the page cache: what the disk takes is not what is measured.
warm() { find "$1" -type f -exec cat {} + >/dev/null; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }'; }

machine() {
	printf '%s, %s processors, %s, load %s, %s\n' \
		"$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" "$(nproc)" "$(uname -sr)" \
		"$(cut -d' ' -f1-3 /proc/loadavg)" "$("$lazaret" --version | head -1)"
}
