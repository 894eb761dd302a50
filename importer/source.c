#include "importer/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "importer/file.h"
#include "mail/from_line.h"

extern const SourceKind source_maildir, source_mbox, source_eml, source_stdin;

/* In the order they are asked: the narrow ones first. */
static const SourceKind *const kinds[] = {
	&source_maildir,
	&source_mbox,
	&source_eml,
	&source_stdin,
	NULL,
};

G_DEFINE_QUARK(import_error, import_error)

struct Source {
	const SourceKind *kind;
	void *state;
};

void
source_item_clear(SourceItem *item)
{
	g_clear_pointer(&item->raw, g_bytes_unref);
	g_clear_pointer(&item->origin, g_free);
	g_clear_pointer(&item->sender, g_free);
}

const SourceKind *const *
source_kinds(void)
{
	return kinds;
}

/* The kind @spec begins with; *@path is what follows. */
static const SourceKind *
named_kind(const char *spec, const char **path)
{
	for (size_t i = 0; kinds[i]; i++) {
		size_t length = strlen(kinds[i]->name);

		if (strncmp(spec, kinds[i]->name, length) == 0 && spec[length] == ':') {
			*path = spec + length + 1;
			return kinds[i];
		}
	}
	return NULL;
}

static const SourceKind *
detect_kind(const char *path, GError **error)
{
	FileHead head = { .length = 0 };
	SourceProbe probe = { .path = path, .head = head.bytes };
	struct stat status;

	probe.folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
	if (!probe.folder && !file_read_head(path, FILE_FOLLOW, &head, error))
		return NULL;
	probe.length = head.length;
	for (size_t i = 0; kinds[i]; i++) {
		if (kinds[i]->detect && kinds[i]->detect(&probe))
			return kinds[i];
	}
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: not a mailbox or message", path);
	return NULL;
}

/* "foo:bar" that is no file is more likely a kind nobody knows. */
static bool
names_unknown_kind(const char *spec)
{
	size_t length = strspn(spec, "abcdefghijklmnopqrstuvwxyz0123456789");

	return length > 0 && spec[length] == ':';
}

static char *
kind_names(void)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (size_t i = 0; kinds[i]; i++)
		g_ptr_array_add(names, (char *)kinds[i]->name);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(", ", (char **)names->pdata);
}

/* Physical and absolute: a message's origin must mean the same tomorrow. */
static char *
real_path(const char *path, const char *spec, GError **error)
{
	char *real = realpath(path, NULL);

	if (real)
		return real;
	if (errno == ENOENT && path == spec && names_unknown_kind(spec)) {
		g_autofree char *names = kind_names();

		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
			"%s: no such file, and no such kind of source; there are %s", spec, names);
	} else {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "%s: %s", path,
			g_strerror(errno));
	}
	return NULL;
}

static Source *
open_kind(const SourceKind *kind, const char *path, GError **error)
{
	g_autoptr(Source) source = g_new0(Source, 1);

	source->kind = kind;
	source->state = kind->open(path, error);
	return source->state ? g_steal_pointer(&source) : NULL;
}

Source *
source_open(const char *spec, GError **error)
{
	const char *path = spec;
	const SourceKind *kind = named_kind(spec, &path);
	g_autofree char *real = NULL;

	if (strcmp(spec, "-") == 0)
		return open_kind(&source_stdin, NULL, error);
	if (!*path || kind == &source_stdin) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
			*path ? "%s: standard input has no path; it is - alone"
			      : "'%s' names no file or folder",
			spec);
		return NULL;
	}
	real = real_path(path, spec, error);
	if (!real)
		return NULL;
	if (!kind)
		kind = detect_kind(real, error);
	return kind ? open_kind(kind, real, error) : NULL;
}

void
source_heed(Source *source, int interrupt)
{
	if (source->kind->heed)
		source->kind->heed(source->state, interrupt);
}

SourceNext
source_next(Source *source, SourceItem *item, GError **error)
{
	g_assert(!item->raw && !item->origin && !item->sender);
	return source->kind->next(source->state, item, error);
}

int64_t
source_total(Source *source)
{
	return source->kind->total ? source->kind->total(source->state) : -1;
}

void
source_close(Source *source)
{
	if (!source)
		return;
	if (source->state)
		source->kind->close(source->state);
	g_free(source);
}

char *
source_from_line_sender(GBytes *raw)
{
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	size_t length = from_line_length(bytes, size);

	return length > 0 ? from_line_sender(bytes, length) : NULL;
}
