#include "mail/inside.h"

#include <string.h>

#include "mail/extension.h"
#include "mail/filetype.h"
#include "mail/html.h"
#include "mail/link_set.h"
#include "mail/text.h"
#include "mail/yara.h"

enum {
	MAX_LINES = 200,        /* of one attachment */
	MAX_LINE = 300,         /* bytes of one */
	MAX_FILES = 2000,       /* looked into, of one message */
	MAX_STRINGS = 16 << 20, /* bytes of one file that are searched for URLs */
	LONGEST_URL = 4096,     /* that may begin in text that is read and end behind it */
};

struct Inside {
	Message *message;
	LinkSet links;
	Attachment *attachment; /* the one that is looked into */
	GQueue *files;          /* of InsideFile: still to be looked at */
	guint notes;            /* lines of the attachment that say what shows a flag */
	guint dropped;          /* lines beyond MAX_LINES */
	size_t taken;           /* bytes expanded, of all attachments */
	size_t pixels;          /* of pictures, likewise */
	int entries;            /* likewise */
	int looked;             /* files, likewise */
	const YaraRules *rules; /* or NULL */
	YaraBudget budget;
};

extern const InsideReader inside_archive;
extern const InsideReader inside_pdf;
extern const InsideReader inside_compound;
extern const InsideReader inside_relations;
extern const InsideReader inside_document;
extern const InsideReader inside_rtf;
extern const InsideReader inside_onenote;
extern const InsideReader inside_calendar;
extern const InsideReader inside_page;
extern const InsideReader inside_mail;
extern const InsideReader inside_picture; /* where it is built in: see Makefile, QR */
extern const InsideReader inside_plain;

/* Each that knows a file reads it: one file can be of two kinds, and is to one
 * reader this and to another that.  The last takes what nobody knows. */
static const InsideReader *const readers[] = {
	&inside_archive,
	&inside_pdf,
	&inside_compound,
	&inside_relations,
	&inside_document,
	&inside_rtf,
	&inside_onenote,
	&inside_calendar,
	&inside_page,
	&inside_mail,
#ifdef WITH_QR
	&inside_picture,
#endif
};

static void
file_free(InsideFile *file)
{
	g_free(file->name);
	g_free(file->where);
	g_bytes_unref(file->bytes);
	g_free(file);
}

Inside *
inside_new(Message *message, const Site *site)
{
	Inside *inside = g_new0(Inside, 1);

	inside->message = message;
	inside->rules = site ? site->yara_rules : NULL;
	inside->budget.left = (int64_t)YARA_SECONDS * G_USEC_PER_SEC;
	inside->files = g_queue_new();
	link_set_init(&inside->links, message);
	return inside;
}

void
inside_free(Inside *inside)
{
	if (!inside)
		return;
	link_set_clear(&inside->links);
	g_queue_free_full(inside->files, (GDestroyNotify)file_free);
	g_free(inside);
}

bool
message_reads_qr(void)
{
#ifdef WITH_QR
	return true;
#else
	return false;
#endif
}

/* ---- lines ---- */

static bool
has_line(const Attachment *attachment, const char *line)
{
	return g_ptr_array_find_with_equal_func(attachment->inside, line, g_str_equal, NULL);
}

/* What shows a flag stands before what is merely there. */
static void
add_line(Inside *inside, const char *text, bool first)
{
	GPtrArray *lines = inside->attachment->inside;
	g_autofree char *line = finding_quote(text, MAX_LINE);

	if (lines->len >= MAX_LINES) {
		inside->dropped++;
		return;
	}
	if (!first)
		g_ptr_array_add(lines, g_steal_pointer(&line));
	else if (!has_line(inside->attachment, line))
		g_ptr_array_insert(lines, (gint)inside->notes++, g_steal_pointer(&line));
}

void
inside_flag(Inside *inside, AttachmentFlag flag, const char *format, ...)
{
	g_autofree char *text = NULL;
	g_autofree char *line = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	line = g_strdup_printf("%s: %s", attachment_flag_name(flag), text);
	/* The first of each flag is its evidence and never among those dropped. */
	if (!(inside->attachment->flags & flag) && inside->attachment->inside->len >= MAX_LINES)
		g_ptr_array_set_size(inside->attachment->inside, MAX_LINES - 1);
	inside->attachment->flags |= flag;
	add_line(inside, line, true);
}

void
inside_note(Inside *inside, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	add_line(inside, text, false);
}

/* ---- caps ---- */

bool
inside_take(Inside *inside, size_t packed, size_t before, size_t bytes)
{
	if (bytes > INSIDE_MAX_BYTES - inside->taken) {
		inside_flag(
			inside, ATTACHMENT_LIMIT, "holds more than %d MB", INSIDE_MAX_BYTES >> 20);
		return false;
	}
	inside->taken += bytes;
	if (before + bytes <= INSIDE_FREE_BYTES || (before + bytes) / INSIDE_MAX_RATIO <= packed)
		return true;
	inside_flag(inside, ATTACHMENT_LIMIT, "expands to more than %d times its size",
		INSIDE_MAX_RATIO);
	return false;
}

bool
inside_take_pixels(Inside *inside, size_t pixels)
{
	if (pixels > INSIDE_MAX_PIXELS - inside->pixels) {
		inside_flag(inside, ATTACHMENT_LIMIT, "pictures of more than %d million pixels",
			INSIDE_MAX_PIXELS / 1000000);
		return false;
	}
	inside->pixels += pixels;
	return true;
}

/* ---- entries ---- */

static void
judge_name(Inside *inside, const char *name)
{
	if (extension_is_reversed(name))
		inside_flag(inside, ATTACHMENT_NAME_LIES, "written backwards in places: %s", name);
	else if (extension_is_double(name))
		inside_flag(
			inside, ATTACHMENT_NAME_LIES, "hides its ending behind another: %s", name);
}

bool
inside_entry(
	Inside *inside, const InsideFile *file, const char *name, const char *head, size_t length)
{
	if (++inside->entries > INSIDE_MAX_ENTRIES) {
		inside_flag(
			inside, ATTACHMENT_LIMIT, "holds more than %d files", INSIDE_MAX_ENTRIES);
		return false;
	}
	judge_name(inside, name);
	if (extension_is_program(extension_of(name)) || filetype_is_program_head(head, length))
		inside_flag(inside, ATTACHMENT_PROGRAM, "%s%s%s", file->depth > 0 ? file->name : "",
			file->depth > 0 ? ", " : "", name);
	return true;
}

static const InsideReader *
reader_of(size_t index, const char *name, const char *head, size_t length)
{
	return readers[index]->knows(name, head, length) ? readers[index] : NULL;
}

bool
inside_wants(const Inside *inside, const char *name, const char *head, size_t length)
{
	if (inside->rules)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++)
		if (reader_of(i, name, head, length))
			return true;
	return inside_plain.knows(name, head, length);
}

void
inside_push(Inside *inside, const InsideFile *container, const char *name, GBytes *bytes)
{
	InsideFile *file;

	if (container->depth >= INSIDE_MAX_DEPTH) {
		inside_flag(inside, ATTACHMENT_LIMIT, "files in files in files: %s", name);
		return;
	}
	if (inside->looked + (int)inside->files->length >= MAX_FILES) {
		inside_flag(inside, ATTACHMENT_LIMIT, "more than %d files to look into", MAX_FILES);
		return;
	}
	file = g_new0(InsideFile, 1);
	file->name = g_strdup(name);
	file->where = g_strdup_printf("%s, %s", container->where, name);
	file->bytes = g_bytes_ref(bytes);
	file->depth = container->depth + 1;
	g_queue_push_tail(inside->files, file);
}

/* ---- links ---- */

LinkSet *
inside_links(Inside *inside)
{
	return &inside->links;
}

void
inside_link(Inside *inside, const char *text, const char *url, uint32_t flags, const char *where)
{
	link_set_add(&inside->links, text, url, flags, where);
}

void
inside_scan(Inside *inside, const char *text, uint32_t flags, const char *where)
{
	link_set_scan(&inside->links, text, flags, where);
}

/* @bytes's printable characters, one of every @step bytes; line ends for the rest. */
static char *
printable(const guint8 *bytes, size_t length, size_t step)
{
	GString *text = g_string_sized_new(length / step + 1);

	for (size_t i = 0; i + step <= length; i += step) {
		bool plain = g_ascii_isprint((char)bytes[i]) && (step == 1 || bytes[i + 1] == 0);

		g_string_append_c(text, plain ? (char)bytes[i] : '\n');
	}
	return g_string_free(text, FALSE);
}

void
inside_scan_binary(Inside *inside, const InsideFile *file)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(file->bytes, &length);
	g_autofree char *narrow = NULL;
	g_autofree char *even = NULL;
	g_autofree char *odd = NULL;

	if (length > MAX_STRINGS)
		inside_flag(inside, ATTACHMENT_LIMIT, "bytes beyond %d MB: %s", MAX_STRINGS >> 20,
			*file->name ? file->name : file->where);
	length = MIN(length, MAX_STRINGS);
	if (length < 2)
		return;
	narrow = printable(bytes, length, 1);
	even = printable(bytes, length, 2);
	odd = printable(bytes + 1, length - 1, 2);
	inside_scan(inside, narrow, LINK_SCAN, file->where);
	inside_scan(inside, even, LINK_SCAN, file->where);
	inside_scan(inside, odd, LINK_SCAN, file->where);
}

void
inside_draw(Inside *inside, const char *source, const char *where)
{
	g_autoptr(Html) html = html_draw(source, strlen(source), 0);

	for (guint i = 0; i < html->links->len; i++) {
		const HtmlLink *link = g_ptr_array_index(html->links, i);

		inside_link(inside, link->text, link->url, link->flags, where);
	}
	inside->message->forms += html->forms;
	inside->message->passwords += html->passwords;
	inside_scan(inside, source, LINK_SCAN, where);
}

static void
scan_rest(Inside *inside, const InsideFile *file, const char *rest, size_t length)
{
	g_autofree char *text = text_utf8(rest, MIN(length, MAX_STRINGS));

	inside_flag(inside, ATTACHMENT_LIMIT, "text beyond %d MB: %s", MESSAGE_MAX_TEXT >> 20,
		*file->name ? file->name : file->where);
	inside_scan(inside, text, LINK_SCAN, file->where);
}

char *
inside_text(Inside *inside, const InsideFile *file)
{
	gsize length = 0;
	const char *bytes = g_bytes_get_data(file->bytes, &length);
	bool known;

	if (length > MESSAGE_MAX_TEXT) {
		size_t read = MESSAGE_MAX_TEXT - LONGEST_URL;

		scan_rest(inside, file, bytes + read, length - read);
		length = MESSAGE_MAX_TEXT;
	}
	if (length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
		return text_from_charset(bytes, length, "utf-16le", &known);
	if (length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		return text_from_charset(bytes, length, "utf-16be", &known);
	return text_utf8(bytes ? bytes : "", length);
}

/* ---- rules ---- */

/* Where a match is, and in what. */
typedef struct RuleMatch {
	Inside *inside;
	const InsideFile *file;
} RuleMatch;

static void
on_rule(const char *rule, const char *source, const char *shown, void *data)
{
	const RuleMatch *match = data;
	const char *name = match->file->depth > 0 ? match->file->name : "";

	inside_flag(match->inside, ATTACHMENT_RULE, "%s (%s)%s%s%s%s", rule, source,
		*name ? " in " : "", name, *shown ? ", " : "", shown);
}

static void
apply_rules(Inside *inside, const InsideFile *file)
{
	RuleMatch match = { inside, file };
	const YaraListener listener = { on_rule, &match };
	g_autofree char *words = NULL;

	if (inside->rules &&
		!yara_rules_apply(
			inside->rules, &inside->budget, file->name, file->bytes, &listener, &words))
		inside_flag(inside, ATTACHMENT_NOT_SCANNED, "%s", words);
}

/* ---- one attachment ---- */

static void
look(Inside *inside, const InsideFile *file)
{
	gsize length = 0;
	const char *bytes = g_bytes_get_data(file->bytes, &length);
	size_t head_length = MIN(length, INSIDE_HEAD);
	g_autofree char *head = g_strndup("", INSIDE_HEAD);
	bool known = false;

	if (length == 0)
		return;
	apply_rules(inside, file);
	memcpy(head, bytes, head_length);
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		const InsideReader *reader = reader_of(i, file->name, head, head_length);

		if (reader)
			reader->read(inside, file);
		known = known || reader;
	}
	if (!known && inside_plain.knows(file->name, head, head_length))
		inside_plain.read(inside, file);
}

/* The parts' reader has taken it apart, or drawn it. */
static bool
is_shown(const Part *part)
{
	if (strcmp(part->type, "message/partial") == 0)
		return false;
	return g_str_has_prefix(part->type, "text/") || g_str_has_prefix(part->type, "message/") ||
		(part->name && g_ascii_strcasecmp(extension_of(part->name), ".eml") == 0);
}

static InsideFile *
file_of(const Part *part)
{
	InsideFile *file = g_new0(InsideFile, 1);

	file->name = g_strdup(part->name ? part->name : "");
	file->where = g_strdup_printf("part %s", part->path);
	file->bytes = g_bytes_ref(part->body);
	file->shown = is_shown(part);
	return file;
}

/* What the attachment itself says, before anything in it. */
static void
judge_attachment(Inside *inside, Attachment *attachment)
{
	const char *name = attachment->name;

	if (name)
		judge_name(inside, name);
	if (attachment->size > 0 &&
		!filetype_agrees(attachment->declared, name, attachment->detected))
		inside_flag(inside, ATTACHMENT_NAME_LIES, "it is %s", attachment->detected);
	if (filetype_is_program(attachment->detected) ||
		(name && extension_is_program(extension_of(name))))
		inside_flag(inside, ATTACHMENT_PROGRAM, "%s", attachment->detected);
}

void
inside_read(Inside *inside, Attachment *attachment, const Part *part)
{
	inside->attachment = attachment;
	inside->notes = 0;
	inside->dropped = 0;
	judge_attachment(inside, attachment);
	g_queue_push_tail(inside->files, file_of(part));
	while (inside->files->length > 0) {
		InsideFile *file = g_queue_pop_head(inside->files);

		inside->looked++;
		look(inside, file);
		file_free(file);
	}
	if (inside->dropped > 0)
		g_ptr_array_add(
			attachment->inside, g_strdup_printf("and %u more", inside->dropped));
}
