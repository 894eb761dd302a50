#!/bin/sh
# The architecture, as a test: who may include what, and what nobody calls.
n=0 status=0
verdict() { # what it says; $bad holds the offending lines
	n=$((n + 1))
	if [ -z "$bad" ]; then
		echo "ok $n - $1"
	else
		status=1
		echo "not ok $n - $1"
		echo "$bad" | sed 's/^/# /'
	fi
}
only() { # HEADER-PATTERN  PLACES  what it says
	bad=$(grep -rnE "#include [<\"]($1)" --include='*.[ch]' cli tui release importer store system mail |
		grep -vE "^($2)")
	verdict "$3"
}
never() { # FUNCTION-PATTERN  what it says
	bad=$(grep -rnE "(^|[^_[:alnum:]])($1)[[:space:]]*\(" --include='*.[ch]' cli tui release importer store system mail)
	verdict "$2"
}
only 'n?curses'     'tui/screen\.c|tui/key\.c'  'only tui/screen.c and tui/key.c see ncurses'
only 'sqlite3\.h'   'store/'                    'only store/ sees SQLite'
only 'gmime/'       'mail/message\.c|mail/tree\.c' 'only mail/message.c and mail/tree.c see GMime'
only 'magic\.h'     'mail/filetype\.c'          'only mail/filetype.c sees libmagic'
only 'libxml/'      'mail/html|importer/aws_xml\.c' 'only mail/html*.c and importer/aws_xml.c see libxml2'
only 'libpsl'       'mail/domain\.c'            'only mail/domain.c sees the public suffix list'
only 'unicode/'     'mail/lookalike\.c'         'only mail/lookalike.c sees ICU'
only 'openssl/'     'mail/digest\.c|mail/dkim_|release/tls\.c' 'only mail/digest.c, mail/dkim_*.c and release/tls.c see OpenSSL'
only 'resolv\.h|arpa/nameser' 'importer/resolve\.c'  'only importer/resolve.c asks the DNS'
only 'archive(_entry)?\.h' 'mail/inside_archive\.c|mail/bundle_zip\.c' 'only mail/inside_archive.c and mail/bundle_zip.c see libarchive'
only 'zbar\.h|png\.h|turbojpeg\.h' 'mail/inside_picture\.c|mail/picture\.c' 'only the reader of pictures sees zbar, libpng and libjpeg'
bad=$(grep -rn '#include <yara' --include='*.[ch]' cli tui release importer store system mail | grep -v '^mail/yara\.c')
verdict 'only mail/yara.c sees libyara'
only 'zlib\.h'      'mail/pdf_stream\.c|importer/' 'only mail/pdf_stream.c inflates mail'
only 'mimalloc\.h'  'system/memory\.c'         'only system/memory.c speaks to the allocator'
only 'jansson\.h'   'store/(json|export_intel)\.h|mail/(bundle_json|unwrap_mandrill)\.c|importer/rspamd_metadata\.c|release/abuse_api\.c' 'JSON is read in boxes, and where docs/SECURITY.md says so'
only 'curl/'        'importer/|system/peer|release/stream\.c|release/abuse_api\.c' 'only what speaks a protocol sees libcurl'
only 'microhttpd'   'importer/http\.c'           'only importer/http.c serves HTTP'
only 'seccomp|linux/landlock' 'importer/box'    'only the box sees seccomp and landlock'
only 'store/'       'store/|importer/|release/|tui/|cli/' 'mail/ does not know the store'
only 'system/'      'system/|importer/|release/|store/|tui/|cli/' 'mail/ asks nothing of the system'
only 'spawn\.h'     'system/spawn\.c'        'programs are started in one place'
only 'importer/'    'importer/|cli/'            'only cli/ drives the importer'
only 'release/'     'release/|cli/'             'only cli/ drives the releases'
only 'tui/'         'tui/|cli/'                 'only cli/ starts the console'
only 'cli/'         'cli/'                      'nothing depends on cli/'
bad=$(grep -rnEi 'mailcap|xdg-open|"(PAGER|VISUAL|EDITOR|BROWSER)"' --include='*.[ch]' cli tui release importer store system mail)
verdict 'no pager, editor or opener is asked for'
never 'fnmatch|glob|regcomp|g_regex_new|g_pattern_match_simple' 'no pattern is matched by going back and forth'
never 'system|popen|gets|strcpy|strcat|sprintf|vsprintf|strtok' 'no shell, no unbounded copy'
bad=$(grep -nE '^#include [<"](sys/socket|sys/stat|fcntl|unistd|dirent|time|gio)' mail/*.c)
verdict 'mail/ opens nothing and asks no clock'
bad=$(grep -nE '(^|[^_[:alnum:]])(time|g_get_real_time|g_date_time_new_now[a-z_]*)[[:space:]]*\(' \
	mail/*.c store/*.c importer/*.c release/*.c tui/*.c | grep -v '^tui/tui\.c')
verdict 'only cli/ and tui/tui.c read the clock'
bad=$(grep -nE '#include (<sqlite3|"store/db\.h)|sqlite3_|SELECT |INSERT ' $(grep -L 'private to store/' store/*.h))
verdict 'no SQL and no SQLite type in the public headers of store/'
bad=$(for header in */*.h; do
	folder=$(sed -n 's,.*private to \([a-z]*\)/.*,\1,p' "$header" | head -1)
	grep -n 'private to$' "$header" # on one line, to be seen here
	[ -z "$folder" ] || grep -rn "#include \"$header\"" --include='*.[ch]' cli tui release importer store system mail |
		grep -v "^$folder/"
done)
verdict 'a header that says it is private to a folder is included there alone'
bad=$(wc -l $(git ls-files '*.c' '*.h' 2>/dev/null || find . -name '*.[ch]' -not -path './build/*') |
	awk '$2 != "total" && $1 > 800')
verdict 'no file over 800 lines'
echo "1..$n"
exit $status
