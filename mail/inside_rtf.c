/* inside_rtf.c - Rich Text: objects that are embedded and templates that are fetched */
#include <string.h>

#include "mail/inside.h"

enum {
	MAX_WORD = 200, /* bytes of an argument that are quoted */
};

static bool
knows(const char *name G_GNUC_UNUSED, const char *head, size_t length G_GNUC_UNUSED)
{
	/* Word takes "{\rt" for it. */
	return g_str_has_prefix(head, "{\\rt");
}

/* What stands behind the control word at @at, up to the end of its group. */
static char *
argument(const char *at)
{
	size_t length = strcspn(at, "{}\\\r\n");
	g_autofree char *text = g_strndup(at, MIN(length, MAX_WORD));

	return g_strdup(g_strstrip(text));
}

static void
read_word(Inside *inside, const char *at)
{
	if (g_str_has_prefix(at, "\\objclass")) {
		g_autofree char *class = argument(at + strlen("\\objclass"));

		inside_note(inside, "embedded: object of class %s", class);
		/* Both have been used to run programs ever since they were found to do so. */
		if (g_str_has_prefix(class, "Package") || g_str_has_prefix(class, "Equation"))
			inside_flag(inside, ATTACHMENT_PROGRAM, "object of class %s", class);
	} else if (g_str_has_prefix(at, "\\objdata")) {
		inside_note(inside, "embedded: object");
	} else if (g_str_has_prefix(at, "\\objautlink") || g_str_has_prefix(at, "\\objupdate")) {
		inside_flag(inside, ATTACHMENT_EXTERNAL, "an object that is loaded on opening");
	} else if (g_str_has_prefix(at, "\\template")) {
		g_autofree char *target = argument(at + strlen("\\template"));

		if (strstr(target, "://") || g_str_has_prefix(target, "\\\\"))
			inside_flag(inside, ATTACHMENT_EXTERNAL, "template %s", target);
	} else if (g_str_has_prefix(at, "\\fldinst")) {
		if (g_strstr_len(at, MAX_WORD, "DDE"))
			inside_flag(inside, ATTACHMENT_MACROS, "a DDE field");
	}
}

static void
read_rtf(Inside *inside, const InsideFile *file)
{
	g_autofree char *text = inside_text(inside, file);

	for (const char *at = strchr(text, '\\'); at; at = strchr(at + 1, '\\'))
		read_word(inside, at);
	/* What ends a word of RTF ends a URL in it. */
	g_strdelimit(text, "{}\\", '\n');
	inside_scan(inside, text, file->shown ? LINK_SCAN : 0, file->where);
}

extern const InsideReader inside_rtf;
const InsideReader inside_rtf = {
	.name = "rtf",
	.knows = knows,
	.read = read_rtf,
};
