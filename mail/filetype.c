#include "mail/filetype.h"

#include <glib.h>
#include <magic.h>

enum {
	READ = 256 * 1024, /* bytes looked at: archives need more than libmagic's first page */
};

static magic_t
open_database(void)
{
	/* MAGIC_NO_CHECK_COMPRESS: it would run other programs. */
	magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_CDF |
		MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_ENCODING);
	size_t limit = 16;

	if (!magic)
		return NULL;
	magic_setparam(magic, MAGIC_PARAM_INDIR_MAX, &limit);
	magic_setparam(magic, MAGIC_PARAM_NAME_MAX, &limit);
	if (magic_load(magic, NULL) != 0) {
		magic_close(magic);
		return NULL;
	}
	return magic;
}

static void
close_database(void *magic)
{
	magic_close(magic);
}

/* libmagic wants one handle a thread and takes milliseconds to read its file. */
static magic_t
database(void)
{
	static GPrivate handle = G_PRIVATE_INIT(close_database);

	if (!g_private_get(&handle))
		g_private_set(&handle, open_database());
	return g_private_get(&handle);
}

void
filetype_prepare(void)
{
	database();
}

char *
filetype_detect(const void *bytes, size_t length)
{
	magic_t magic = database();
	const char *type = NULL;

	if (length == 0)
		return g_strdup("application/x-empty");
	if (magic)
		type = magic_buffer(magic, bytes, MIN(length, READ));
	return g_strdup(type ? type : "application/octet-stream");
}
