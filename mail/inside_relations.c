/* inside_relations.c - what an Office document refers to (ECMA-376 part 2, section 9) */
#include <string.h>

#include "mail/extension.h"
#include "mail/inside.h"
#include "mail/markup.h"

static bool
knows(const char *name, const char *head G_GNUC_UNUSED, size_t length G_GNUC_UNUSED)
{
	return g_ascii_strcasecmp(extension_of(name), ".rels") == 0;
}

/* A hyperlink waits for a click; a template, picture or object is fetched as soon as
 * the document opens. */
static void
read_relation(Inside *inside, const InsideFile *file, const MarkupTag *tag)
{
	g_autofree char *mode = markup_attribute(tag, "TargetMode");
	g_autofree char *type = markup_attribute(tag, "Type");
	g_autofree char *target = markup_attribute(tag, "Target");
	const char *kind = type ? strrchr(type, '/') : NULL;

	if (!target || !mode || g_ascii_strcasecmp(mode, "External") != 0)
		return;
	kind = kind ? kind + 1 : "reference";
	if (strcmp(kind, "hyperlink") == 0) {
		inside_link(inside, "", target, 0, file->where);
		return;
	}
	inside_link(inside, "", target, LINK_IMAGE, file->where);
	inside_flag(inside, ATTACHMENT_EXTERNAL, "%s %s", kind, target);
}

static void
read_relations(Inside *inside, const InsideFile *file)
{
	g_autofree char *text = inside_text(inside, file);
	const char *at = text;
	MarkupTag tag;

	while (markup_next(&at, &tag))
		if (markup_is(&tag, "Relationship"))
			read_relation(inside, file, &tag);
}

extern const InsideReader inside_relations;
const InsideReader inside_relations = {
	.name = "relations",
	.knows = knows,
	.read = read_relations,
};
