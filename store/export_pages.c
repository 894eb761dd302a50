#include "store/export_pages.h"

struct Pages {
	const PageSize *size;
	char *header;
	GPtrArray *texts; /* of GString */
	size_t lines;     /* on the last one, */
	size_t all;       /* and on all of them */
};

static void
free_text(void *text)
{
	g_string_free(text, true);
}

static void
begin_text(Pages *pages)
{
	g_ptr_array_add(pages->texts, g_string_new(pages->header));
	pages->lines = 0;
}

static GString *
last_text(const Pages *pages)
{
	return g_ptr_array_index(pages->texts, pages->texts->len - 1);
}

Pages *
pages_new(const PageSize *size, const char *header)
{
	Pages *pages = g_new0(Pages, 1);

	pages->size = size;
	pages->header = g_strdup(header);
	pages->texts = g_ptr_array_new_with_free_func(free_text);
	begin_text(pages);
	return pages;
}

void
pages_free(Pages *pages)
{
	if (!pages)
		return;
	g_ptr_array_unref(pages->texts);
	g_free(pages->header);
	g_free(pages);
}

void
pages_add(Pages *pages, const GString *line)
{
	size_t bytes = pages->size->bytes;

	if (pages->lines == pages->size->lines ||
		(bytes > 0 && last_text(pages)->len + line->len > bytes))
		begin_text(pages);
	g_string_append_len(last_text(pages), line->str, (gssize)line->len);
	pages->lines++;
	pages->all++;
}

size_t
pages_lines(const Pages *pages)
{
	return pages->all;
}

bool
pages_write(const Pages *pages, const Export *export, const char *name, GError **error)
{
	for (guint i = 0; i < pages->texts->len; i++) {
		g_autofree char *file =
			g_strdup_printf("%s-%03u%s", name, i + 1, pages->size->suffix);

		if (!export->begin(file, export->data, error) ||
			!export_write(export, g_ptr_array_index(pages->texts, i), error))
			return false;
	}
	return true;
}
