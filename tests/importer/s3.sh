# s3.sh - a store of the test's own that speaks S3: source it behind tap.sh
#
# Its files are in $s3, and s3_server.py says what they are.  It knows two keys, which $work/keys
# has: [default] for ever, [role] with a session token.
s3=$work/s3
python=
for one in /usr/bin/python3 python3; do
	[ -n "$python" ] || ! "$one" -c 'import botocore.auth' 2>/dev/null || python=$one
done
s3_skip_reason() { # why there can be none; nothing where there can
	[ -n "$python" ] || echo 'package python3-botocore is not installed'
}
s3_object() { # BUCKET KEY: standard input
	mkdir -p "$s3/objects/$1"
	cat >"$s3/objects/$1/$(printf %s "$2" | perl -pe 's/([^A-Za-z0-9._~-])/sprintf "%%%02X", ord $1/ge')"
}
s3_start() { # [CERTIFICATE KEY]
	rm -f "$s3/ready"
	timeout 300 "$python" tests/importer/s3_server.py "$s3" "$@" >>"$s3/out" 2>&1 &
	s3_server=$!
	wait_for 20 test -e "$s3/ready"
	s3_port=$(cat "$s3/port")
}
s3_stop() {
	[ -n "$s3_server" ] || return 0
	kill "$s3_server" 2>/dev/null
	wait "$s3_server" 2>/dev/null
	s3_server=
}
s3_stall() { # AFTER: objects, from now on, and only while it is asked for
	rm -f "$s3/stalled"
	stalls=$((stalls + 1))
	echo "$1 $stalls" >"$s3/stall.new"
	mv "$s3/stall.new" "$s3/stall"
}
s3_go_on() { rm -f "$s3/stall" "$s3/stalled"; }
s3_server=
stalls=0
trap 's3_stop; rm -rf "$work"' EXIT
mkdir -p "$s3/objects"
cat >"$work/keys" <<'END'
# ours
[other]
aws_access_key_id = AKIAOTHER
[default]
region = nowhere
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[role]
aws_access_key_id=ASIAOFAROLE7EXAMPLES
aws_secret_access_key=a+secret/of+a+role/EXAMPLE
aws_session_token=FwoGZXIvYXdzEXAMPLE//////////wEaDA==
END
chmod 600 "$work/keys"
