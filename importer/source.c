#include "importer/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "importer/file.h"
#include "mail/from_line.h"
#include "system/system_error.h"

extern const SourceKind source_maildir, source_mbox, source_zip, source_json, source_amavis,
	source_mailscanner, source_pmg, source_defender, source_eml, source_imaps, source_imap,
	source_s3, source_hold, source_lmtp, source_rspamd, source_stdin;

/* In the order they are asked: the narrow ones first. */
static const SourceKind *const kinds[] = {
	&source_maildir,
	&source_mbox,
	&source_zip,
	&source_json,
	&source_amavis,
	&source_mailscanner,
	&source_pmg,
	&source_defender,
	&source_eml,
	&source_imaps,
	&source_imap,
	&source_s3,
	&source_hold,
	&source_lmtp,
	&source_rspamd,
	&source_stdin,
	NULL,
};

G_DEFINE_QUARK(import_error, import_error)

struct Source {
	const SourceKind *kind;
	char *path; /* as in SourceOpening */
	char *name;
	void *state; /* NULL: not started */
};

void
source_item_clear(SourceItem *item)
{
	g_clear_pointer(&item->raw, g_bytes_unref);
	g_clear_pointer(&item->origin, g_free);
	g_clear_pointer(&item->sender, g_free);
	g_clear_pointer(&item->envelope, envelope_free);
	g_clear_pointer(&item->mark, g_free);
}

bool
source_seen_ask(const SourceSeen *seen, int64_t key, Fate *fate)
{
	return seen && seen->ask && key != 0 && seen->ask(key, fate, seen->data);
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

const char *
source_place(const char *spec)
{
	const char *place = spec;

	(void)named_kind(spec, &place);
	return place;
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

const char *
source_kind_of_several(const char *path, const char *head, size_t length)
{
	const SourceProbe probe = { .path = path, .head = head, .length = length };

	for (size_t i = 0; kinds[i]; i++) {
		if (kinds[i]->several && kinds[i]->detect(&probe))
			return kinds[i]->name;
	}
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
source_new(const SourceKind *kind, const char *path)
{
	Source *source = g_new0(Source, 1);

	source->kind = kind;
	source->path = g_strdup(path);
	source->name = path ? g_strconcat(kind->name, ":", path, NULL) : NULL;
	return source;
}

Source *
source_find(const char *spec, GError **error)
{
	const char *path = spec;
	const SourceKind *kind = named_kind(spec, &path);
	g_autofree char *real = NULL;

	if (strcmp(spec, "-") == 0)
		return source_new(&source_stdin, NULL);
	if (kind && kind->check)
		return kind->check(path, error) ? source_new(kind, path) : NULL;
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
	return kind ? source_new(kind, real) : NULL;
}

unsigned
source_takes(const Source *source)
{
	return source->kind->takes;
}

bool
source_stays(const Source *source)
{
	return source->kind->stays;
}

bool
source_is_swift(const Source *source)
{
	return source->kind->swift;
}

SourceNews
source_news(const Source *source)
{
	return source->kind->news;
}

const char *
source_path(const Source *source)
{
	return source->path;
}

const char *
source_kind_name(const Source *source)
{
	return source->kind->name;
}

const char *
source_name(const Source *source)
{
	return source->name;
}

/* The option that stands for each of SourceTakes, where @options ask for it. */
static const char *
asked_for(const SourceOptions *options, SourceTakes takes)
{
	switch (takes) {
	case TAKES_MOVE:
		return options->move_to ? "--move" : NULL;
	case TAKES_FLAG:
		return options->flag ? "--flag" : NULL;
	case TAKES_CREDENTIALS:
		return options->credentials ? "--credentials" : NULL;
	case TAKES_PASSWORD:
		return options->password ? "--password-file" : NULL;
	case TAKES_REMOVE:
		return options->remove ? "--delete" : NULL;
	case TAKES_GROUP:
		return options->group ? "--group" : NULL;
	case TAKES_PATIENCE:
		return options->patience ? "--idle" : NULL;
	}
	g_assert_not_reached();
}

static bool
check_options(const SourceKind *kind, const SourceOptions *options, GError **error)
{
	for (unsigned bit = 1; bit <= TAKES_LAST; bit <<= 1) {
		const char *option = asked_for(options, (SourceTakes)bit);

		if (!option || kind->takes & bit)
			continue;
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
			"%s: a source of kind %s can't do that", option, kind->name);
		return false;
	}
	return true;
}

bool
source_start(Source *source, const char *mark, const SourceOptions *options, const SourceSeen *seen,
	GError **error)
{
	static const SourceOptions none = { 0 };
	const SourceOpening opening = {
		.path = source->path,
		.mark = mark,
		.options = options ? options : &none,
		.seen = seen,
	};

	g_assert(!source->state);
	if (!check_options(source->kind, opening.options, error))
		return false;
	source->state = source->kind->open(&opening, error);
	return source->state != NULL;
}

Source *
source_open(const char *spec, GError **error)
{
	g_autoptr(Source) source = source_find(spec, error);

	return source && source_start(source, NULL, NULL, NULL, error) ? g_steal_pointer(&source)
								       : NULL;
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
	g_assert(!item->raw && !item->origin && !item->sender && !item->envelope && !item->mark);
	return source->kind->next(source->state, item, error);
}

bool
source_settle(Source *source, const Settled *settled, size_t count, GError **error)
{
	return !source->kind->settle || count == 0 ||
		source->kind->settle(source->state, settled, count, error);
}

int
source_descriptor(Source *source)
{
	return source->kind->descriptor ? source->kind->descriptor(source->state) : -1;
}

int64_t
source_total(Source *source)
{
	return source->kind->total ? source->kind->total(source->state) : -1;
}

char *
source_stand(Source *source)
{
	return source->kind->stand ? source->kind->stand(source->state) : NULL;
}

void
source_close(Source *source)
{
	if (!source)
		return;
	if (source->state)
		source->kind->close(source->state);
	g_free(source->path);
	g_free(source->name);
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

bool
import_error_of_system(GError **error)
{
	if (error && *error && (*error)->domain == SYSTEM_ERROR) {
		(*error)->code = (*error)->code == SYSTEM_ERROR_STOPPED
			? (int)IMPORT_ERROR_STOPPED
			: (int)IMPORT_ERROR_NO_INPUT;
		(*error)->domain = IMPORT_ERROR;
	}
	return false;
}
