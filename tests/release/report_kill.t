#!/bin/sh
# A report's deliverer is killed at any call of a delivery: nothing is lost, and nothing leaves twice
# that nobody is told of.  POINTS=100 tries more of them.
. tests/tap.sh
. tests/cli/mails.sh
need jq
python=
for one in /usr/bin/python3 python3; do
	[ -n "$python" ] || ! "$one" -c 'import botocore.auth' 2>/dev/null || python=$one
done
[ -n "$python" ] || skip_all 'package python3-botocore is not installed'
library=${B:-build}/tests/faults/fault.so
[ -e "$library" ] || skip_all 'the library that kills is not built'
case $library in /*) ;; *) library=$PWD/$library ;; esac
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0:detect_leaks=0"
points=${POINTS:-5}
api=$work/api
mkdir "$api"
timeout 300 "$python" tests/release/abuse_server.py "$api" >/dev/null 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
wait_for 20 test -e "$api/ready"

# It takes a report each time it is asked to, as a mail server does, be its deliverer alive or not.
cat >"$work/sendmail" <<'END'
#!/bin/sh
sed -n 's/.*abuse@\(acme[0-9]*\)[.]test.*/\1/p' | sort -u >>"${0%/*}/taken"
END
chmod 700 "$work/sendmail"
printf '%s\n' '[default]' 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE' \
	'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' >"$work/keys"
chmod 600 "$work/keys"
trust_the_gateway >/dev/null
while read -r setting; do
	"$lazaret" config $setting >/dev/null
done <<END
hold-window 0s
report-org Acme
report-contact abuse@acme0.test
report-domain acme0.test
report-by mail
report-transport sendmail:$work/sendmail
report-credentials $work/keys
report-endpoint http://127.0.0.1:$(cat "$api/port")
END
ses_mail 1 offer >"$work/1.eml"
"$lazaret" import "$work/1.eml" >/dev/null
store=$LAZARET_STORE
settings=$XDG_CONFIG_HOME/lazaret/config
cp "$store" "$work/before.db"

begin() { # WAY: a report by it waits to be delivered, which names itself by who sends it
	self=$((self + 1))
	rm -f "$store" "$store"-wal "$store"-shm
	cp "$work/before.db" "$store"
	sed -i "s/^report-by.*/report-by = $1/; s/acme[0-9]*[.]/acme$self./" "$settings"
	"$lazaret" report 1 --yes >/dev/null
}
calls() { # how many a delivery makes
	FAULT_COUNT="$work/count" LD_PRELOAD="$library" "$lazaret" deliver >/dev/null 2>&1
	cat "$work/count"
}
killed_at() { # CALL
	FAULT=kill:$1 LD_PRELOAD="$library" "$lazaret" deliver >/dev/null 2>&1
	[ "$?" = 137 ]
}
state() { "$lazaret" outbox --format jsonl | jq -r .state; }
taken() { # WAY: how often it was taken
	case $1 in
	mail) grep -cx "acme$self" "$work/taken" ;;
	api) grep -rl "abuse@acme$self[.]test" "$api/reports" | wc -l ;;
	esac
}
self=0
: >"$work/taken"
for way in mail api; do
	begin $way
	all=$(calls)
	is "$(state) $(taken $way)" 'sent 1' "by $way a report leaves, undisturbed"
	tried=$((points < all ? points : all))
	kills=0 wrong=
	: >"$work/states"
	point=0
	while [ $point -lt $tried ]; do
		call=$((point * all / tried + 1))
		point=$((point + 1))
		begin $way
		killed_at $call || continue
		kills=$((kills + 1))
		"$lazaret" deliver >/dev/null 2>&1
		end="$(state) $(taken $way)"
		echo "$end" >>"$work/states"
		case $way:$end in
		*:'sent 1' | mail:'unknown 0' | mail:'unknown 1') ;;
		*) wrong="$wrong $call: $end" ;;
		esac
	done
	ok "$([ "$kills" -ge $((tried / 2)) ]; echo $?)" "by $way it is killed at $kills of $all calls"
	is "$wrong" '' 'then it has left once, or a person is to look'
	sort "$work/states" | uniq -c | sed 's/^/# /'
done
finish
