/* haul.h - all that a source gives, for the tests of sources */
#ifndef TESTS_IMPORTER_HAUL_H
#define TESTS_IMPORTER_HAUL_H

#include <string.h>

#include "importer/source.h"

/* What a source gives: the raw messages, and how often it gave something else. */
typedef struct Haul {
	GPtrArray *raws;      /* of char * */
	GPtrArray *origins;   /* of char *, from the place's folder on */
	GPtrArray *senders;   /* of char *, "-" for none */
	GPtrArray *envelopes; /* of char *: "a@b > c@d e@f", the null sender as <>, ? for unknown */
	GPtrArray *errors;    /* of char * */
	int others;
	bool failed;
} Haul;

static inline void
haul_free(Haul *haul)
{
	g_ptr_array_unref(haul->raws);
	g_ptr_array_unref(haul->origins);
	g_ptr_array_unref(haul->senders);
	g_ptr_array_unref(haul->envelopes);
	g_ptr_array_unref(haul->errors);
	g_free(haul);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Haul, haul_free)

static inline Haul *
haul_new(void)
{
	Haul *haul = g_new0(Haul, 1);

	haul->raws = g_ptr_array_new_with_free_func(g_free);
	haul->origins = g_ptr_array_new_with_free_func(g_free);
	haul->senders = g_ptr_array_new_with_free_func(g_free);
	haul->envelopes = g_ptr_array_new_with_free_func(g_free);
	haul->errors = g_ptr_array_new_with_free_func(g_free);
	return haul;
}

static inline char *
haul_envelope(const Envelope *envelope)
{
	GString *text = g_string_new(NULL);

	if (!envelope || !envelope->sender)
		g_string_append(text, "?");
	else
		g_string_append(text, *envelope->sender ? envelope->sender : "<>");
	g_string_append(text, " >");
	for (guint i = 0; envelope && i < envelope->recipients->len; i++)
		g_string_append_printf(
			text, " %s", (char *)g_ptr_array_index(envelope->recipients, i));
	return g_string_free(text, FALSE);
}

static inline void
haul_item(Haul *haul, const SourceItem *item)
{
	size_t length;
	const char *bytes = g_bytes_get_data(item->raw, &length);

	g_ptr_array_add(haul->raws, g_strndup(bytes, length));
	g_ptr_array_add(haul->origins, g_strdup(item->origin));
	g_ptr_array_add(haul->envelopes, haul_envelope(item->envelope));
	g_ptr_array_add(haul->senders, g_strdup(item->sender ? item->sender : "-"));
}

static inline Haul *
haul_of_source(Source *source)
{
	Haul *haul = haul_new();

	for (;;) {
		g_autoptr(GError) failure = NULL;
		g_auto(SourceItem) item = { 0 };

		switch (source_next(source, &item, &failure)) {
		case SOURCE_ITEM:
			haul_item(haul, &item);
			continue;
		case SOURCE_FAILED:
			haul->failed = true;
			g_ptr_array_add(haul->errors, g_strdup(failure->message));
			return haul;
		case SOURCE_ADVICE:
		case SOURCE_SKIP:
			g_ptr_array_add(haul->errors, g_strdup(failure->message));
			continue;
		case SOURCE_OTHER:
			haul->others++;
			continue;
		case SOURCE_SEEN:
		case SOURCE_LATER:
		case SOURCE_WAIT:
			g_assert_not_reached();
		case SOURCE_END:
			return haul;
		}
	}
}

static inline Haul *
haul_of(const char *spec)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = source_open(spec, &error);

	g_assert_no_error(error);
	return haul_of_source(source);
}

static inline const char *
raw(const Haul *haul, guint index)
{
	g_assert_cmpuint(index, <, haul->raws->len);
	return g_ptr_array_index(haul->raws, index);
}

static inline void
assert_origin(const Haul *haul, guint index, const char *end)
{
	g_assert_cmpuint(index, <, haul->origins->len);
	if (!g_str_has_suffix(g_ptr_array_index(haul->origins, index), end))
		g_error("%s is not ...%s", (char *)g_ptr_array_index(haul->origins, index), end);
}

static inline void
assert_said(const Haul *haul, const char *what)
{
	for (guint i = 0; i < haul->errors->len; i++) {
		if (strstr(g_ptr_array_index(haul->errors, i), what))
			return;
	}
	g_error("nothing said about '%s'", what);
}

static inline const char *
envelope_at(const Haul *haul, guint index)
{
	g_assert_cmpuint(index, <, haul->envelopes->len);
	return g_ptr_array_index(haul->envelopes, index);
}

#endif
