/* imports.h - what the tests of whole imports have in common */
#ifndef TESTS_IMPORTER_IMPORTS_H
#define TESTS_IMPORTER_IMPORTS_H

#include "importer/importer.h"
#include "store/message.h"
#include "tests/importer/place.h"

/* What the callbacks saw. */
typedef struct Seen {
	GPtrArray *skipped; /* of char * */
	int progress;
	int64_t bytes;         /* told last */
	const int64_t *enough; /* stop once it is not 0; or NULL */
} Seen;

static inline void
seen_clear(Seen *seen)
{
	g_clear_pointer(&seen->skipped, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

static inline int64_t
a_time(void)
{
	return 1780000000;
}

static inline void
see_skipped(const GError *error, void *data)
{
	Seen *seen = data;

	if (!seen->skipped)
		seen->skipped = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(seen->skipped, g_strdup(error->message));
}

static inline void
see_progress(const ImportProgress *progress, void *data)
{
	Seen *seen = data;

	g_assert_cmpint(progress->messages, >=, 0);
	seen->progress++;
	seen->bytes = progress->bytes;
}

static inline bool
stop_now(void *data)
{
	const Seen *seen = data;

	return seen->enough && *seen->enough > 0;
}

static inline ImportOptions
options_for(Seen *seen)
{
	return (ImportOptions){
		.all = true,
		.clock = a_time,
		.skipped = see_skipped,
		.progress = see_progress,
		.stop = stop_now,
		.data = seen,
	};
}

static inline Store *
open_store(const Place *place)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = place_path(place, "store/quarantine.db");
	Store *store = store_open(path, STORE_CREATE, &error);

	g_assert_no_error(error);
	return store;
}

static inline void
import(Store *store, const char *spec, const ImportOptions *options, ImportSummary *summary)
{
	g_autoptr(GError) error = NULL;

	import_source(store, spec, options, summary, &error);
	g_assert_no_error(error);
}

/* All rows, the first imported first. */
static inline GPtrArray *
rows_of(Store *store)
{
	static const StoreList list = { .sort = SORT_ID, .reverse = true };
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_list(store, &list, &error);

	g_assert_no_error(error);
	return rows;
}

static inline const MessageRow *
row_at(const GPtrArray *rows, guint index)
{
	g_assert_cmpuint(index, <, rows->len);
	return g_ptr_array_index(rows, index);
}

static inline char *
mail_of(int number, int size)
{
	g_autofree char *body = g_strnfill((gsize)size, 'x');

	return g_strdup_printf("From: Alice <alice@example.com>\r\nTo: bob@example.org\r\n"
			       "Subject: number %d\r\nMessage-ID: <%d@example.com>\r\n\r\n%s\r\n",
		number, number, body);
}

static inline void
add_mails_to(const Place *place, const char *folder, int count)
{
	for (int i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("%s/%05d.eml", folder, i);
		g_autofree char *mail = mail_of(i, i * 7919 % 20000);

		place_add_only(place, name, mail);
	}
}

static inline void
add_mails(const Place *place, int count)
{
	add_mails_to(place, "mail", count);
}

#endif
