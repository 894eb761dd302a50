fails() { # STATUS PATTERN NAME COMMAND...
	wanted=$1 pattern=$2 name=$3
	shift 3
	"$@" >"$work/out" 2>&1 </dev/null
	is "$?" "$wanted" "$name"
	has "$(cat "$work/out")" "$pattern" "said: $name"
}
