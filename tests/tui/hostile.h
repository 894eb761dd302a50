/* hostile.h - a quarantine where every field of every mail holds what a terminal obeys
 *
 * Each family of control sequences makes a campaign of two mails, one with its bytes as
 * they are and one with them encoded as mail encodes them.  Every field of both begins
 * with a mark of its own, so that a test can say where on the screen the field got to.
 */
#ifndef TESTS_TUI_HOSTILE_H
#define TESTS_TUI_HOSTILE_H

#include <archive.h>
#include <archive_entry.h>

#include <glib.h>
#include <stdbool.h>
#include <string.h>

typedef struct Family {
	const char *name;
	const char *bytes;
	size_t length;
} Family;

#define FAMILY(name, bytes)                    \
	{                                      \
		name, bytes, sizeof(bytes) - 1 \
	}

// clang-format off
static const Family hostile_families[] = {
	FAMILY("title", "\x1b]0;owned\x07"),
	FAMILY("window title, ended by ST", "\x1b]2;owned\x1b\\"),
	FAMILY("icon", "\x1b]1;owned\x07"),
	FAMILY("clipboard", "\x1b]52;c;b3duZWQ=\x07"),
	FAMILY("clipboard, asked for", "\x1b]52;c;?\x07"),
	FAMILY("hyperlink", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\"),
	FAMILY("colours", "\x1b]4;1;rgb:00/00/00\x07\x1b]11;?\x07"),
	FAMILY("current folder", "\x1b]7;file://evil/etc\x07"),
	FAMILY("iTerm file", "\x1b]1337;File=inline=1:AAAA\x07"),
	FAMILY("iTerm notification", "\x1b]9;owned\x07\x1b]777;notify;a;b\x07"),
	FAMILY("prompt marks", "\x1b]133;A\x07\x1b]133;C\x07"),
	FAMILY("unended OSC", "\x1b]0;owned"),
	FAMILY("erase and home", "\x1b[2J\x1b[H"),
	FAMILY("erase the scrollback", "\x1b[3J"),
	FAMILY("cursor moves", "\x1b[5A\x1b[9D\x1b[1;1H\x1b[9`\x1b[2d"),
	FAMILY("lines and characters", "\x1b[9L\x1b[9M\x1b[9P\x1b[9@\x1b[9X\x1b[9b"),
	FAMILY("scroll", "\x1b[2;3r\x1b[9S\x1b[9T"),
	FAMILY("screens", "\x1b[?1049l\x1b[?47h\x1b[?25l"),
	FAMILY("mouse", "\x1b[?1000h\x1b[?1003h\x1b[?1006h"),
	FAMILY("paste mode", "\x1b[?2004l\x1b[?1004h"),
	FAMILY("paste begins and ends", "\x1b[200~\x1b[201~b\r"),
	FAMILY("looks", "\x1b[?5h\x1b[7m\x1b[31m\x1b[8m"),
	FAMILY("colon colours", "\x1b[38:2::1:2:3m\x1b[4:3m"),
	FAMILY("who are you", "\x1b[c\x1b[>c\x1b[=c\x1b[>q"),
	FAMILY("where are you", "\x1b[5n\x1b[6n\x1b[?6n"),
	FAMILY("window", "\x1b[21t\x1b[8;1;1t\x1b[18t\x1b[2t"),
	FAMILY("modes", "\x1b[20l\x1b[4h\x1b[3g\x1b[?7l\x1b[?6h"),
	FAMILY("mode asked for", "\x1b[?2026$p\x1b[!p\x1b[x"),
	FAMILY("cursor shape", "\x1b[5 q\x1b[\"q"),
	FAMILY("keyboard", "\x1b[>4;2m\x1b[>1u\x1b[?u"),
	FAMILY("half a CSI", "\x1b["),
	FAMILY("CSI of many numbers", "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;99999999999m"),
	FAMILY("DCS question", "\x1bP$q\"p\x1b\\"),
	FAMILY("termcap question", "\x1bP+q544e\x1b\\"),
	FAMILY("sixel", "\x1bPq#0;2;0;0;0#0~~@@vv$-\x1b\\"),
	FAMILY("tmux passes through", "\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\"),
	FAMILY("keys set", "\x1bP1;1|17/6C73\x1b\\"),
	FAMILY("APC of kitty", "\x1b_Gf=24,s=1,v=1;AAAA\x1b\\"),
	FAMILY("PM", "\x1b^pm\x1b\\"),
	FAMILY("SOS", "\x1bXsos\x1b\\"),
	FAMILY("title of screen", "\x1bkowned\x1b\\"),
	FAMILY("single shifts", "\x1bNa\x1bOb"),
	FAMILY("charsets", "\x1b(0\x1b)B\x1b*0\x1b+0\x1b%G\x1b%@"),
	FAMILY("locking shifts", "\x0e\x0f\x1bn\x1bo\x1b|\x1b}\x1b~"),
	FAMILY("reset", "\x1b" "c\x1b#8\x1b=\x1b>"),
	FAMILY("save and restore", "\x1b" "7\x1b" "8\x1b" "D\x1bM\x1b" "E\x1bH"),
	FAMILY("8 or 7 bits", "\x1b G\x1b F"),
	FAMILY("C1 in UTF-8", "\xc2\x9b" "2J\xc2\x9d" "0;owned\xc2\x9c"),
	FAMILY("C1 strings in UTF-8", "\xc2\x90q\xc2\x9c\xc2\x9f" "apc\xc2\x9c\xc2\x9e" "pm\xc2\x9c\xc2\x98" "s\xc2\x9c"),
	FAMILY("C1 lines in UTF-8", "\xc2\x84\xc2\x85\xc2\x8d\xc2\x8e\xc2\x8f"),
	FAMILY("C1 in 8 bits", "\x9b" "2J\x9d" "0;owned\x9c\x90q\x9c"),
	FAMILY("C1 lines in 8 bits", "\x84\x85\x88\x8d\x8e\x8f\x98s\x9c\x9e\x9f\x9c"),
	FAMILY("line goes back", "REAL\rfake"),
	FAMILY("backspaces", "a\x08\x08\x08overwritten"),
	FAMILY("lines", "tab\tand\x0b\x0c\nlines\r\nmore"),
	FAMILY("bell, answerback", "\x07\x05"),
	FAMILY("NUL and DEL", "a\0b\x7f" "c"),
	FAMILY("reversed", "\xe2\x80\xae" "exe.fdp\xe2\x80\xac"),
	FAMILY("isolates", "\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"),
	FAMILY("bidi marks", "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xad"),
	FAMILY("right to left letters", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"),
	FAMILY("zero width", "\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0\xc2\xad"),
	FAMILY("byte order marks", "\xef\xbb\xbf\xff\xfe\xfe\xff"),
	FAMILY("tags", "\xf3\xa0\x80\x81\xf3\xa0\x81\x81\xf3\xa0\x81\xbf"),
	FAMILY("separators", "\xe2\x80\xa8\xe2\x80\xa9\xef\xbf\xb9\xef\xbf\xba\xef\xbf\xbb"),
	FAMILY("blanks", "\xc2\xa0\xe3\x80\x80\xe2\x80\x83\xe3\x85\xa4\xe2\xa0\x80"),
	FAMILY("overlong", "\xc0\x9b\xc1\xbf\xe0\x82\x9b\xf0\x80\x80\x9b"),
	FAMILY("surrogates", "\xed\xa0\x80\xed\xbf\xbf"),
	FAMILY("no characters", "\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf\xf4\x90\x80\x80"),
	FAMILY("cut short", "\xe2\x80\xf0\x9f\x92\xc3"),
	FAMILY("private use", "\xee\x80\x80\xf3\xb0\x80\x80"),
	FAMILY("marks", "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89\xcc\x8a\xcc\x8b"
			"\xcc\x8c\xcc\x8d\xcc\x8e\xcc\x8f\xcc\x90\xcc\x91\xcc\x92\xcc\x93\xcc\x94\xcc\x95\xcc\x96"),
	FAMILY("a mark alone", "\xcc\x81 \xe2\x83\x9d\xe2\x83\x9e"),
	FAMILY("emoji", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xe2\x9c\x88\xef\xb8\x8f" "1\xef\xb8\x8f\xe2\x83\xa3"),
	FAMILY("wide", "\xe5\xa5\x91\xe7\xb4\x84\xe6\x9b\xb8\xed\x95\x9c\xea\xb8\x80\xef\xbc\xa1\xe1\x84\x80\xe1\x85\xa1"),
	FAMILY("indic", "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf\xe0\xaf\x8a\xe0\xb8\xb3\xe0\xb9\x8c"),
	FAMILY("bytes 00 to 0f", "\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"),
	FAMILY("bytes 10 to 1f", "\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"),
	FAMILY("bytes 20 to 2f", "\040\041\042\043\044\045\046\047\050\051\052\053\054\055\056\057"),
	FAMILY("bytes 30 to 3f", "\060\061\062\063\064\065\066\067\070\071\072\073\074\075\076\077"),
	FAMILY("bytes 40 to 4f", "\100\101\102\103\104\105\106\107\110\111\112\113\114\115\116\117"),
	FAMILY("bytes 50 to 5f", "\120\121\122\123\124\125\126\127\130\131\132\133\134\135\136\137"),
	FAMILY("bytes 60 to 6f", "\140\141\142\143\144\145\146\147\150\151\152\153\154\155\156\157"),
	FAMILY("bytes 70 to 7f", "\160\161\162\163\164\165\166\167\170\171\172\173\174\175\176\177"),
	FAMILY("bytes 80 to 8f", "\200\201\202\203\204\205\206\207\210\211\212\213\214\215\216\217"),
	FAMILY("bytes 90 to 9f", "\220\221\222\223\224\225\226\227\230\231\232\233\234\235\236\237"),
	FAMILY("bytes a0 to af", "\240\241\242\243\244\245\246\247\250\251\252\253\254\255\256\257"),
	FAMILY("bytes b0 to bf", "\260\261\262\263\264\265\266\267\270\271\272\273\274\275\276\277"),
	FAMILY("bytes c0 to cf", "\300\301\302\303\304\305\306\307\310\311\312\313\314\315\316\317"),
	FAMILY("bytes d0 to df", "\320\321\322\323\324\325\326\327\330\331\332\333\334\335\336\337"),
	FAMILY("bytes e0 to ef", "\340\341\342\343\344\345\346\347\350\351\352\353\354\355\356\357"),
	FAMILY("bytes f0 to ff", "\360\361\362\363\364\365\366\367\370\371\372\373\374\375\376\377"),
	FAMILY("for a shell, printf, SQL", "%n%s%x$(id)`id`;-- ' OR 1=1"),
};
// clang-format on

enum {
	HOSTILE_FAMILIES = G_N_ELEMENTS(hostile_families),
};

/* Said anew, not asked of mail/text.c, which is what is tested. */
static inline bool
hostile_draws_itself(gunichar character)
{
	static const GUnicodeType others[] = { G_UNICODE_CONTROL, G_UNICODE_FORMAT,
		G_UNICODE_UNASSIGNED, G_UNICODE_PRIVATE_USE, G_UNICODE_SURROGATE,
		G_UNICODE_LINE_SEPARATOR, G_UNICODE_PARAGRAPH_SEPARATOR };
	GUnicodeType type = g_unichar_type(character);

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		if (type == others[i])
			return false;
	return type != G_UNICODE_SPACE_SEPARATOR || character == ' ';
}

/* ---- fields ---- */

/* How a field of a mail carries bytes: as they are, or in the mail's own encoding. */
typedef enum {
	CARRIED_RAW,     /* nothing encodes it */
	CARRIED_WORD,    /* RFC 2047 */
	CARRIED_PERCENT, /* a URL */
	CARRIED_MARKUP,  /* character references */
	CARRIED_NAME,    /* RFC 2231 */
} Carrier;

typedef struct Field {
	const char *mark;
	const char *name;
	Carrier carrier;
	const char *views; /* where it must have been seen: names of Page */
} Field;

// clang-format off
static const Field hostile_fields[] = {
	{ "zqa", "display name", CARRIED_WORD, "campaigns members brief headers as-sent raw messages edges" },
	{ "zqb", "From address", CARRIED_RAW, "brief headers raw" },
	{ "zqd", "To", CARRIED_WORD, "headers raw" },
	{ "zqe", "recipient", CARRIED_RAW, "headers raw" },
	{ "zqf", "subject", CARRIED_WORD, "campaigns members brief headers raw messages log" },
	{ "zqg", "Message-ID", CARRIED_RAW, "headers raw" },
	{ "zqh", "Feedback-ID", CARRIED_RAW, "headers raw" },
	{ "zqi", "Received", CARRIED_RAW, "headers raw" },
	{ "zqj", "header name", CARRIED_RAW, "headers raw" },
	{ "zqk", "header", CARRIED_WORD, "headers raw" },
	{ "zql", "authentication result", CARRIED_RAW, "headers raw" },
	{ "zqm", "text", CARRIED_RAW, "text" },
	{ "zqn", "HTML", CARRIED_MARKUP, "text" },
	{ "zqo", "link text", CARRIED_MARKUP, "text links" },
	{ "zqp", "link path", CARRIED_PERCENT, "links" },
	{ "zqq", "link host", CARRIED_PERCENT, "links" },
	{ "zqr", "attachment name", CARRIED_NAME, "attachments raw" },
	{ "zqs", "attachment type", CARRIED_RAW, "attachments raw" },
	{ "zqt", "archive member", CARRIED_RAW, "attachments" },
	{ "zqu", "Reply-To", CARRIED_WORD, "headers raw" },
	{ "zqv", "hidden text", CARRIED_MARKUP, "text" },
	{ "zqw", "image text", CARRIED_MARKUP, "text" },
	{ "zqx", "envelope sender", CARRIED_RAW, "headers raw" },
	/* what is no mail's */
	{ "zra", "actor", CARRIED_RAW, "history log plan" },
	{ "zrb", "reason", CARRIED_RAW, "history log" },
	{ "zrc", "claim", CARRIED_RAW, "plan brief" },
	{ "zrd", "reply", CARRIED_RAW, "outbox" },
	{ "zrf", "reason of a rule", CARRIED_RAW, "rules log" },
	{ "zrg", "owner of a rule", CARRIED_RAW, "rules log" },
};
// clang-format on

static inline char *
hostile_encoded(const Family *family, const char *mark)
{
	g_autofree char *all = g_malloc(strlen(mark) + family->length + 1);
	g_autofree char *base64 = NULL;

	memcpy(all, mark, strlen(mark));
	memcpy(all + strlen(mark), family->bytes, family->length);
	base64 = g_base64_encode((const guchar *)all, strlen(mark) + family->length);
	return g_strdup_printf("=?utf-8?B?%s?=", base64);
}

static inline void
hostile_append_encoded(GString *text, const Family *family, const Field *field)
{
	g_autofree char *word = NULL;

	switch (field->carrier) {
	case CARRIED_RAW:
		g_string_append(text, field->mark);
		g_string_append_len(text, family->bytes, (gssize)family->length);
		return;
	case CARRIED_WORD:
		word = hostile_encoded(family, field->mark);
		g_string_append(text, word);
		return;
	case CARRIED_PERCENT:
	case CARRIED_NAME:
	case CARRIED_MARKUP:
		g_string_append(text, field->mark);
		for (size_t i = 0; i < family->length; i++)
			g_string_append_printf(text,
				field->carrier == CARRIED_MARKUP ? "&#x%x;" : "%%%02X",
				(unsigned char)family->bytes[i]);
		return;
	}
}

/* @template with each {MARK} as the field of that mark carries @family. */
static inline GString *
hostile_fill(const char *template, const Family *family, bool encoded)
{
	GString *text = g_string_new(NULL);

	for (const char *at = template; *at; at++) {
		const Field *field = NULL;

		for (gsize i = 0; *at == '{' && i < G_N_ELEMENTS(hostile_fields); i++)
			if (g_str_has_prefix(at + 1, hostile_fields[i].mark))
				field = &hostile_fields[i];
		if (!field) {
			g_string_append_c(text, *at);
			continue;
		}
		if (encoded) {
			hostile_append_encoded(text, family, field);
		} else {
			g_string_append(text, field->mark);
			g_string_append_len(text, family->bytes, (gssize)family->length);
		}
		at += strlen(field->mark) + 1;
	}
	return text;
}

/* @mark and the bytes of @family, up to a NUL: what the program's own fields hold.  Yours. */
static inline char *
hostile_marked(const char *mark, const Family *family)
{
	GString *text = g_string_new(mark);

	g_string_append_len(text, family->bytes, (gssize)family->length);
	return g_string_free(text, FALSE);
}

enum {
	HOSTILE_FIELDS = G_N_ELEMENTS(hostile_fields),
};

/* ---- mails ---- */

static inline void
hostile_append_base64(GString *mail, const void *bytes, gsize length)
{
	g_autofree char *base64 = g_base64_encode(bytes, length);

	for (const char *at = base64; *at; at += MIN(strlen(at), 76))
		g_string_append_printf(mail, "%.76s\r\n", at);
}

/* Each place in @bytes that is all @stand_in becomes as many bytes of @name. */
static inline void
hostile_rename(char *bytes, size_t length, const char *stand_in, const GString *name)
{
	char *at = bytes;

	while ((at = memmem(at, length - (size_t)(at - bytes), stand_in, name->len)))
		memcpy(at, name->str, name->len);
}

/* libarchive writes no name that is no text: it gets one, which is then replaced. */
static inline void
hostile_append_zip(GString *mail, const Family *family)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	g_autoptr(GString) name = hostile_fill("{zqt}.js", family, false);
	g_autofree char *stand_in = g_strnfill(name->len, 'X');
	char bytes[8192];
	size_t used = 0;

	archive_write_set_format_zip(archive);
	archive_write_zip_set_compression_store(archive);
	archive_write_open_memory(archive, bytes, sizeof(bytes), &used);
	archive_entry_set_pathname(entry, stand_in);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, 5);
	archive_entry_set_perm(entry, 0644);
	archive_write_header(archive, entry);
	archive_write_data(archive, "run()", 5);
	archive_write_close(archive);
	hostile_rename(bytes, used, stand_in, name);
	hostile_append_base64(mail, bytes, used);
	archive_entry_free(entry);
	archive_write_free(archive);
}

static inline void
hostile_append_part(
	GString *mail, const char *type, const char *body, const Family *family, bool encoded)
{
	g_autoptr(GString) text = hostile_fill(body, family, encoded);

	g_string_append_printf(mail,
		"--bb\r\nContent-Type: text/%s; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\n",
		type);
	hostile_append_base64(mail, text->str, text->len);
}

static inline void
hostile_append_attachment(GString *mail, const Family *family, bool encoded)
{
	g_autoptr(GString) fields = hostile_fill(encoded
			? "--bb\r\nContent-Type: application/{zqs}\r\n"
			  "Content-Transfer-Encoding: base64\r\n"
			  "Content-Disposition: attachment; filename*=utf-8''{zqr}.zip\r\n\r\n"
			: "--bb\r\nContent-Type: application/{zqs}\r\n"
			  "Content-Transfer-Encoding: base64\r\n"
			  "Content-Disposition: attachment; filename=\"{zqr}.zip\"\r\n\r\n",
		family, encoded);

	g_string_append_len(mail, fields->str, (gssize)fields->len);
	hostile_append_zip(mail, family);
	g_string_append(mail, "--bb--\r\n");
}

/* Letters of its own for each @number: what is alike makes one campaign of two. */
static inline char *
hostile_words(int number, int count)
{
	GString *words = g_string_new(NULL);
	guint32 letters = (guint32)number + 1;

	for (int i = 0; i < 8 * count; i++) {
		letters = letters * 1664525 + 1013904223;
		g_string_append_c(words, i % 8 == 7 ? ' ' : (char)('a' + (letters >> 24) % 26));
	}
	return g_string_free(words, FALSE);
}

static inline void
hostile_number(GString *head, int number)
{
	g_autofree char *word = hostile_words(number, 1);
	g_autofree char *serial = g_strdup_printf("%d", number);
	g_autofree char *account = g_strdup_printf(
		"%c%c%cuDVy8ge3hESUZFtbs8t3NKD5vPYKYTk2Jy+XSnLA=", 'A' + number % 26,
		'a' + number / 26, 'N');

	g_string_replace(head, "@SERIAL@", serial, 0);
	g_string_replace(head, "@WORD@", word, 0);
	g_string_replace(head, "@ACCOUNT@", account, 0);
}

/* A mail of SES that came @number hours and ten days and a half ago. */
static inline GString *
hostile_mail(const Family *family, bool encoded, int number)
{
	static const char template[] =
		"Return-Path: <{zqx}@farm.example>\r\n"
		"X-Original-To: {zqe}@example.net, alice@example.net\r\n"
		"Received: from a9-4.smtp-out.amazonses.com (54.240.9.4) by mx.example.net"
		" with ESMTPS id 1; @DATE@\r\n"
		"Authentication-Results: mx.example.net; spf=pass smtp.mailfrom={zql}@farm.example;"
		" dkim=pass header.d=farm.example; dkim=pass header.d=amazonses.com; dmarc=pass\r\n"
		"Received: from {zqi} (app.farm.example [203.0.113.9]) by smtp-out; @DATE@\r\n"
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; s=x; d=farm.example;"
		" h=From:To:Subject:Feedback-ID; bh=aaaa; b=bbbb\r\n"
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; s=y; d=amazonses.com;"
		" h=From:To:Subject:Feedback-ID; bh=aaaa; b=bbbb\r\n"
		"From: \"Ledger {zqa}\" <{zqb}@farm.example>\r\n"
		"Reply-To: \"{zqu}\" <r@elsewhere.example>\r\n"
		"To: \"{zqd}\" <alice@example.net>\r\n"
		"Subject: Verify @SERIAL@ {zqf} @WORD@\r\n"
		"Message-ID: <@SERIAL@@SPELLED@{zqg}@email.amazonses.com>\r\n"
		"Date: @DATE@\r\n"
		"X-{zqj}: v\r\n"
		"X-Mailer: {zqk}\r\n"
		"Feedback-ID: ::1.us-east-1.@ACCOUNT@:AmazonSES\r\n"
		"X-SES-Outgoing: 2025.10.02-54.240.9.4\r\n"
		"X-Feedback: {zqh}\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed; boundary=bb\r\n\r\n";
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) then = g_date_time_add_hours(now, -10 * 24 - 12 - number);
	g_autofree char *date = g_date_time_format(then, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree char *words = hostile_words(number, 20);
	g_autofree char *html = g_strdup_printf(
		"<html><body><p>%s {zqn}</p><p style=\"display:none\">{zqv}</p>"
		"<img src=\"https://img%d.evil.test/i.png\" alt=\"{zqw}\" width=\"99\" height=\"99\">"
		"<a href=\"https://lure%d.evil%d.test/{zqp}\">{zqo}</a>"
		"<a href=\"https://{zqq}.lure%d.evil%d.test/\">more</a></body></html>",
		words, number, number, number, number, number);
	g_autofree char *plain = g_strdup_printf("Look: {zqm}\r\n%s\r\n", words);
	g_autoptr(GString) head = g_string_new(template);
	GString *mail;

	g_string_replace(head, "@DATE@", date, 0);
	hostile_number(head, number);
	g_string_replace(head, "@SPELLED@", encoded ? "e" : "r", 0);
	mail = hostile_fill(head->str, family, encoded);
	hostile_append_part(mail, "plain", plain, family, encoded);
	hostile_append_part(mail, "html", html, family, encoded);
	hostile_append_attachment(mail, family, encoded);
	return mail;
}

#endif
