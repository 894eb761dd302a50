/* inside_document.c - the parts of Office and OpenDocument files: text, fields, macros */
#include <string.h>

#include "mail/extension.h"
#include "mail/inside.h"
#include "mail/markup.h"

static bool
contains(const char *name, const char *wanted)
{
	return strstr(name, wanted) != NULL;
}

static bool
is_in_document(const char *name)
{
	static const char *const folders[] = { "word/", "xl/", "ppt/", "visio/", "customXml/" };

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
		if (g_str_has_prefix(name, folders[i]))
			return true;
	return strcmp(name, "content.xml") == 0 || strcmp(name, "META-INF/manifest.xml") == 0 ||
		g_str_has_prefix(name, "Basic/") || g_str_has_prefix(name, "Scripts/");
}

/* Themes and styles are large and hold nothing. */
static bool
knows(const char *name, const char *head G_GNUC_UNUSED, size_t length G_GNUC_UNUSED)
{
	return is_in_document(name) && !contains(name, "/theme") && !contains(name, "styles.xml") &&
		(g_ascii_strcasecmp(extension_of(name), ".xml") == 0 ||
			g_ascii_strcasecmp(extension_of(name), ".bin") == 0);
}

/* ---- by name ---- */

static void
judge_name(Inside *inside, const char *name)
{
	if (g_str_has_suffix(name, "vbaProject.bin") || contains(name, "macrosheets/") ||
		g_str_has_prefix(name, "Basic/") || g_str_has_prefix(name, "Scripts/"))
		inside_flag(inside, ATTACHMENT_MACROS, "%s", name);
	else if (contains(name, "/embeddings/"))
		inside_note(inside, "embedded: %s", name);
	else if (contains(name, "/activeX/") && g_str_has_suffix(name, ".bin"))
		inside_flag(inside, ATTACHMENT_SCRIPT, "ActiveX control %s", name);
}

/* ---- by content ---- */

typedef struct Content {
	GString *text;   /* of the whole part, tags left out */
	GString *fields; /* Word's field codes, which may be split over many elements */
} Content;

/* Elements that end a line for the reader. */
static bool
ends_line(const MarkupTag *tag)
{
	static const char *const names[] = { "p", "si", "c", "row" };

	for (size_t i = 0; tag->closing && i < G_N_ELEMENTS(names); i++)
		if (markup_is(tag, names[i]))
			return true;
	return markup_is(tag, "br");
}

static void
append_resolved(GString *to, const char *text, size_t length)
{
	g_autofree char *resolved = markup_resolve(text, length);

	g_string_append(to, resolved);
}

static void
read_tag(Inside *inside, const InsideFile *file, const MarkupTag *tag, Content *content)
{
	g_autofree char *instruction = NULL;
	g_autofree char *target = NULL;

	if (ends_line(tag))
		g_string_append_c(content->text, '\n');
	if (tag->closing)
		return;
	if (markup_is(tag, "fldSimple")) {
		instruction = markup_attribute(tag, "instr");
		g_string_append_printf(content->fields, "\n%s\n", instruction ? instruction : "");
	} else if (markup_is(tag, "fldChar")) {
		g_string_append_c(content->fields, '\n');
	} else if (markup_is(tag, "ddeLink")) {
		instruction = markup_attribute(tag, "ddeService");
		inside_flag(inside, ATTACHMENT_MACROS, "DDE link to %s",
			instruction ? instruction : "a program");
	} else if (markup_is(tag, "encryption-data")) {
		inside_flag(inside, ATTACHMENT_ENCRYPTED, "%s", file->name);
	} else if ((target = markup_attribute(tag, "href")) && contains(target, "://")) {
		inside_link(inside, "", target, 0, file->where);
	}
}

static void
read_content(Inside *inside, const InsideFile *file, const char *source, Content *content)
{
	const char *at = source;
	bool field = false;
	MarkupTag tag;

	while (markup_next(&at, &tag)) {
		size_t length = strcspn(at, "<");

		read_tag(inside, file, &tag, content);
		field = markup_is(&tag, "instrText") && !tag.closing;
		append_resolved(field ? content->fields : content->text, at, length);
	}
}

/* A field code that starts a program, or has Excel do so. */
static void
judge_fields(Inside *inside, const char *fields)
{
	g_auto(GStrv) lines = g_strsplit(fields, "\n", -1);

	for (char **line = lines; *line; line++) {
		const char *code = g_strstrip(*line);

		if (g_ascii_strncasecmp(code, "DDE", 3) == 0)
			inside_flag(inside, ATTACHMENT_MACROS, "%s", code);
		else if (g_ascii_strncasecmp(code, "INCLUDEPICTURE", 14) == 0 ||
			g_ascii_strncasecmp(code, "INCLUDETEXT", 11) == 0)
			inside_flag(inside, ATTACHMENT_EXTERNAL, "%s", code);
	}
}

static void
content_clear(Content *content)
{
	g_string_free(content->text, TRUE);
	g_string_free(content->fields, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Content, content_clear)

static void
read_document(Inside *inside, const InsideFile *file)
{
	g_autofree char *source = NULL;
	g_auto(Content) content = { g_string_new(NULL), g_string_new(NULL) };

	judge_name(inside, file->name);
	if (g_ascii_strcasecmp(extension_of(file->name), ".xml") != 0)
		return;
	source = inside_text(inside, file);
	read_content(inside, file, source, &content);
	judge_fields(inside, content.fields->str);
	inside_scan(inside, content.fields->str, 0, file->where);
	inside_scan(inside, content.text->str, 0, file->where);
}

extern const InsideReader inside_document;
const InsideReader inside_document = {
	.name = "document",
	.knows = knows,
	.read = read_document,
};
