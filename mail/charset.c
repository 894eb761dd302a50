/* charset.c - text_from_charset(): bytes in the charsets of real mail as UTF-8 */
#include "mail/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum {
	NAME_MAX_LENGTH = 40,
	CONVERTED_AT_ONCE = 8192,
};

#define REPLACEMENT     "\uFFFD"
#define BYTE_ORDER_MARK "\uFEFF"

/* Read without a converter. */
#define AS_GUESSED "guessed"
#define AS_UTF8    "utf-8"

typedef struct Charset {
	const char *name;      /* as mail declares it: lower-case, '-' for '_' */
	const char *converter; /* iconv's name of what it is read as */
} Charset;

typedef iconv_t Converter;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Converter, iconv_close, (Converter)-1)

/* Rows of one converter stand together.  Only names in this table ever reach
 * iconv: a mail must not choose which file of the system is loaded. */
// clang-format off
static const Charset charsets[] = {
	{ "us-ascii", AS_GUESSED },
	{ "ascii", AS_GUESSED },
	{ "ansi-x3.4-1968", AS_GUESSED },
	{ "iso646-us", AS_GUESSED },
	{ "utf-8", AS_UTF8 },
	{ "utf8", AS_UTF8 },
	{ "unicode-1-1-utf-8", AS_UTF8 },
	{ "windows-1252", "CP1252" },
	{ "cp1252", "CP1252" },
	{ "ansi", "CP1252" },
	{ "iso-8859-1", "CP1252" },
	{ "iso8859-1", "CP1252" },
	{ "8859-1", "CP1252" },
	{ "latin1", "CP1252" },
	{ "latin-1", "CP1252" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "iso8859-2", "ISO-8859-2" },
	{ "latin2", "ISO-8859-2" },
	{ "iso-8859-3", "ISO-8859-3" },
	{ "iso-8859-4", "ISO-8859-4" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-6", "ISO-8859-6" },
	{ "iso-8859-6-i", "ISO-8859-6" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-8", "ISO-8859-8" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-9", "CP1254" },
	{ "iso8859-9", "CP1254" },
	{ "latin5", "CP1254" },
	{ "windows-1254", "CP1254" },
	{ "cp1254", "CP1254" },
	{ "iso-8859-10", "ISO-8859-10" },
	{ "iso-8859-11", "CP874" },
	{ "tis-620", "CP874" },
	{ "tis620", "CP874" },
	{ "windows-874", "CP874" },
	{ "cp874", "CP874" },
	{ "iso-8859-13", "ISO-8859-13" },
	{ "iso-8859-14", "ISO-8859-14" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "iso8859-15", "ISO-8859-15" },
	{ "latin9", "ISO-8859-15" },
	{ "latin-9", "ISO-8859-15" },
	{ "iso-8859-16", "ISO-8859-16" },
	{ "windows-1250", "CP1250" },
	{ "cp1250", "CP1250" },
	{ "windows-1251", "CP1251" },
	{ "cp1251", "CP1251" },
	{ "windows-1253", "CP1253" },
	{ "cp1253", "CP1253" },
	{ "windows-1255", "CP1255" },
	{ "cp1255", "CP1255" },
	{ "windows-1256", "CP1256" },
	{ "cp1256", "CP1256" },
	{ "windows-1257", "CP1257" },
	{ "cp1257", "CP1257" },
	{ "windows-1258", "CP1258" },
	{ "cp1258", "CP1258" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "cp866", "CP866" },
	{ "ibm866", "CP866" },
	{ "ibm437", "CP437" },
	{ "cp437", "CP437" },
	{ "ibm850", "CP850" },
	{ "cp850", "CP850" },
	{ "ibm852", "CP852" },
	{ "cp852", "CP852" },
	{ "macintosh", "MACINTOSH" },
	{ "mac", "MACINTOSH" },
	{ "x-mac-roman", "MACINTOSH" },
	{ "iso-2022-jp", "ISO-2022-JP-3" },
	{ "iso-2022-jp-1", "ISO-2022-JP-3" },
	{ "iso-2022-jp-3", "ISO-2022-JP-3" },
	{ "iso-2022-jp-ms", "ISO-2022-JP-3" },
	{ "cp50220", "ISO-2022-JP-3" },
	{ "cp50221", "ISO-2022-JP-3" },
	{ "iso-2022-jp-2", "ISO-2022-JP-2" },
	{ "euc-jp", "EUC-JP-MS" },
	{ "eucjp", "EUC-JP-MS" },
	{ "x-euc-jp", "EUC-JP-MS" },
	{ "eucjp-ms", "EUC-JP-MS" },
	{ "shift-jis", "CP932" },
	{ "shiftjis", "CP932" },
	{ "sjis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "ms-kanji", "CP932" },
	{ "windows-31j", "CP932" },
	{ "cp932", "CP932" },
	{ "gb2312", "GB18030" },
	{ "gb-2312-80", "GB18030" },
	{ "x-gb2312", "GB18030" },
	{ "euc-cn", "GB18030" },
	{ "x-euc-cn", "GB18030" },
	{ "gbk", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "cp936", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "iso-2022-cn", "ISO-2022-CN" },
	{ "big5", "BIG5-HKSCS" },
	{ "big-5", "BIG5-HKSCS" },
	{ "x-big5", "BIG5-HKSCS" },
	{ "cn-big5", "BIG5-HKSCS" },
	{ "cp950", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "euc-tw", "EUC-TW" },
	{ "euc-kr", "UHC" },
	{ "euckr", "UHC" },
	{ "ks-c-5601-1987", "UHC" },
	{ "ks-c-5601", "UHC" },
	{ "ksc5601", "UHC" },
	{ "cp949", "UHC" },
	{ "windows-949", "UHC" },
	{ "uhc", "UHC" },
	{ "iso-2022-kr", "ISO-2022-KR" },
	{ "utf-7", "UTF-7" },
	{ "unicode-1-1-utf-7", "UTF-7" },
	{ "utf-16", "UTF-16" },
	{ "utf16", "UTF-16" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-16be", "UTF-16BE" },
	{ "utf-32", "UTF-32" },
	{ "utf-32le", "UTF-32LE" },
	{ "utf-32be", "UTF-32BE" },
};
// clang-format on

static bool
is_converted(const Charset *charset)
{
	return strcmp(charset->converter, AS_GUESSED) != 0 &&
		strcmp(charset->converter, AS_UTF8) != 0;
}

void
text_preload_charsets(void)
{
	/* glibc unloads a converter that nobody has open.  Held by a static, as
	 * they are meant to stay and no caller could do anything with them. */
	static Converter held[G_N_ELEMENTS(charsets)];

	for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
		const char *converter = charsets[i].converter;

		if (i > 0 && strcmp(charsets[i - 1].converter, converter) == 0)
			continue;
		if (is_converted(&charsets[i]) && !held[i])
			held[i] = iconv_open("UTF-8", converter);
	}
}

/* Quotes and blanks round the name are left over from broken parameters, what
 * follows '*' is a language (RFC 2231 section 5). */
static void
read_name(const char *declared, char name[NAME_MAX_LENGTH])
{
	size_t length;

	declared += strspn(declared, " \t\"'<");
	length = strcspn(declared, " \t\"'>;*");
	if (length >= NAME_MAX_LENGTH)
		length = 0;
	for (size_t i = 0; i < length; i++)
		name[i] = g_ascii_tolower(declared[i]);
	name[length] = '\0';
	g_strdelimit(name, "_", '-');
}

static const Charset *
find_charset(const char *declared)
{
	char name[NAME_MAX_LENGTH];

	if (!declared)
		return &charsets[0];
	read_name(declared, name);
	for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++)
		if (strcmp(charsets[i].name, name) == 0)
			return &charsets[i];
	return NULL;
}

static void
append_without_nul(GString *text, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	while (bytes < end) {
		const char *nul = memchr(bytes, '\0', (size_t)(end - bytes));
		const char *stop = nul ? nul : end;

		g_string_append_len(text, bytes, stop - bytes);
		if (nul)
			g_string_append(text, REPLACEMENT);
		bytes = stop + 1;
	}
}

/* Bytes of the smallest unit, so that one broken unit costs no other. */
static size_t
unit_of(const Charset *charset)
{
	if (g_str_has_prefix(charset->converter, "UTF-16"))
		return 2;
	return g_str_has_prefix(charset->converter, "UTF-32") ? 4 : 1;
}

static char *
convert(Converter converter, const Charset *charset, const char *bytes, size_t length)
{
	size_t unit = unit_of(charset);
	char *input = (char *)bytes; /* iconv's prototype; it does not write there */
	GString *text = g_string_sized_new(length + length / 2);
	char converted[CONVERTED_AT_ONCE];
	bool ended;

	do {
		char *output = converted;
		size_t room = sizeof converted;
		size_t result;
		int reason;

		ended = length == 0; /* one more turn gives what it held back */
		result = iconv(converter, ended ? NULL : &input, &length, &output, &room);
		reason = result == (size_t)-1 ? errno : 0;
		append_without_nul(text, converted, (size_t)(output - converted));
		if (reason == EILSEQ || reason == EINVAL) {
			size_t skipped = MIN(unit, length);

			g_string_append(text, REPLACEMENT);
			input += skipped;
			length -= skipped;
		}
	} while (!ended);
	return g_string_free(text, FALSE);
}

static char *
make_valid(const char *bytes, size_t length)
{
	return text_is_valid(bytes, length, NULL) ? text_utf8(bytes, length)
						  : g_utf8_make_valid(bytes, (gssize)length);
}

static char *
read_charset(const Charset *charset, const char *bytes, size_t length)
{
	g_auto(Converter) converter = (Converter)-1;

	if (strcmp(charset->converter, AS_UTF8) == 0)
		return make_valid(bytes, length);
	if (!is_converted(charset))
		return text_utf8(bytes, length);
	converter = iconv_open("UTF-8", charset->converter);
	if (converter == (Converter)-1)
		return text_utf8(bytes, length);
	return convert(converter, charset, bytes, length);
}

char *
text_from_charset(const char *bytes, size_t length, const char *charset, bool *known)
{
	const Charset *found = find_charset(charset);
	g_autofree char *text =
		found ? read_charset(found, bytes, length) : text_utf8(bytes, length);

	*known = found != NULL;
	if (*text == BYTE_ORDER_MARK[0] && g_str_has_prefix(text, BYTE_ORDER_MARK))
		return g_strdup(text + strlen(BYTE_ORDER_MARK));
	return g_steal_pointer(&text);
}
