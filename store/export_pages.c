#include "store/export_pages.h"

struct Pages {
	const PageSize *size;
	const Export *export;
	char *name;
	GString *text;  /* of the file at hand, with its header */
	size_t header;  /* bytes of that */
	unsigned files; /* written */
	size_t lines;   /* in text, */
	size_t all;     /* and in all files */
	GError *fault;  /* the first; nothing is written behind it */
};

Pages *
pages_new(const PageSize *size, const char *header, const Export *export, const char *name)
{
	Pages *pages = g_new0(Pages, 1);

	pages->size = size;
	pages->export = export;
	pages->name = g_strdup(name);
	pages->text = g_string_new(header);
	pages->header = pages->text->len;
	return pages;
}

void
pages_free(Pages *pages)
{
	if (!pages)
		return;
	g_string_free(pages->text, true);
	g_free(pages->name);
	g_clear_error(&pages->fault);
	g_free(pages);
}

static void
write_file(Pages *pages)
{
	const Export *export = pages->export;
	g_autofree char *file =
		g_strdup_printf("%s-%03u%s", pages->name, ++pages->files, pages->size->suffix);

	if (!pages->fault && export->begin(file, export->data, &pages->fault))
		export_write(export, pages->text, &pages->fault);
	g_string_truncate(pages->text, pages->header);
	pages->lines = 0;
}

void
pages_add(Pages *pages, const GString *line)
{
	size_t bytes = pages->size->bytes;

	if (pages->lines == pages->size->lines ||
		(bytes > 0 && pages->lines > 0 && pages->text->len + line->len > bytes))
		write_file(pages);
	g_string_append_len(pages->text, line->str, (gssize)line->len);
	pages->lines++;
	pages->all++;
}

size_t
pages_lines(const Pages *pages)
{
	return pages->all;
}

bool
pages_end(Pages *pages, GError **error)
{
	if (pages->lines > 0 || pages->files == 0)
		write_file(pages);
	if (!pages->fault)
		return true;
	g_propagate_error(error, g_steal_pointer(&pages->fault));
	return false;
}
