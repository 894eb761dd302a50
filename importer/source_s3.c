#include <string.h>

#include "importer/s3.h"
#include "importer/sniff.h"
#include "importer/source.h"
#include "mail/text.h"

enum {
	AHEAD = 16,                    /* objects that come at once, */
	AHEAD_BYTES = 8 * 1024 * 1024, /* and what they have together; one may have more */
	AT_ONCE = 16,                  /* objects that are moved or deleted at once */
	OVERDUE = 64,                  /* of those that should have been before */
	LOSSES = 3,                    /* objects in a row over which the server is lost */
};

/* SES gives its objects random names: what is new stands among the old.  So there is no mark
 * behind which to go on; the whole list is read, and what was read before as it is, by its
 * ETag, is not fetched again. */
typedef struct S3Source {
	char *name; /* "s3://BUCKET/PREFIX" */
	S3Place place;
	S3Wire *wire;
	int interrupt;
	char *move; /* prefix of the keys there; NULL: they stay */
	bool remove;
	const SourceSeen *seen;

	S3Exchange *listing; /* the next page; NULL: there is none */
	S3Page page;
	guint next;        /* of its objects */
	GQueue *coming;    /* of Coming, in the order they are given */
	int64_t bytes;     /* of those */
	int losses;        /* in a row */
	GHashTable *taken; /* of S3Object by token, where something is to be done with them */
	int64_t token;
	GError *failure;    /* why the list ends too early, to be said behind what comes */
	GPtrArray *overdue; /* of S3Object: kept before, and should have been moved then */
} S3Source;

typedef struct Coming {
	S3Object *object;
	S3Exchange *exchange;
	int64_t key; /* as SourceItem.key */
} Coming;

static void
coming_free(Coming *coming)
{
	s3_exchange_free(coming->exchange);
	s3_object_free(coming->object);
	g_free(coming);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Coming, coming_free)

static void
s3_close(void *state)
{
	S3Source *source = state;

	if (!source)
		return;
	g_queue_free_full(source->coming, (GDestroyNotify)coming_free);
	s3_exchange_free(source->listing);
	s3_page_clear(&source->page);
	s3_wire_free(source->wire);
	s3_place_clear(&source->place);
	g_hash_table_unref(source->taken);
	g_ptr_array_unref(source->overdue);
	g_clear_error(&source->failure);
	g_free(source->name);
	g_free(source->move);
	g_free(source);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(S3Source, s3_close)

/* ---- to open ---- */

static bool
s3_check(const char *text, GError **error)
{
	g_auto(S3Place) place = { 0 };

	return s3_place_parse(g_str_has_prefix(text, "//") ? text + 2 : "", &place, error);
}

/* What is moved must not come in again: what has the prefix that is moved to is passed over,
 * so that is not to be all. */
static bool
check_move(const S3Source *source, GError **error)
{
	const char *why = NULL;

	if (!source->move)
		return true;
	if (source->remove)
		why = "moved and deleted is one too many";
	else if (!*source->move || !s3_key_is_plain(source->move))
		why = "not the beginning of a key";
	else if (g_str_has_prefix(source->place.prefix, source->move))
		why = "where messages come from; name another prefix of the bucket";
	if (!why)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE, "--move: %s: %s", source->move, why);
	return false;
}

/* Nothing is connected to yet: source_heed() comes first. */
static void *
s3_open(const SourceOpening *opening, GError **error)
{
	const SourceOptions *options = opening->options;
	g_autoptr(S3Source) source = g_new0(S3Source, 1);

	source->name = g_strconcat("s3:", opening->path, NULL);
	source->seen = opening->seen;
	source->move = g_strdup(options->move_to);
	source->remove = options->remove;
	source->coming = g_queue_new();
	source->overdue = g_ptr_array_new_with_free_func((GDestroyNotify)s3_object_free);
	source->taken = g_hash_table_new_full(
		g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)s3_object_free);
	if (!s3_place_parse(opening->path + 2, &source->place, error) || !check_move(source, error))
		return NULL;
	source->wire = s3_wire_new(&options->s3, options->credentials, error);
	if (!source->wire)
		return NULL;
	source->listing = s3_begin_list(source->wire, &source->place, NULL);
	return g_steal_pointer(&source);
}

/* ---- what is to be done with those that are kept ---- */

static bool
acts(const S3Source *source)
{
	return source->move || source->remove;
}

/* Below the new prefix as it was below the last slash of the old one. */
static char *
target_of(const S3Source *source, const S3Object *object)
{
	const char *slash = strrchr(source->place.prefix, '/');
	size_t folder = slash ? (size_t)(slash - source->place.prefix) + 1 : 0;

	return g_strconcat(source->move, object->key + folder, NULL);
}

/* Those that something could not be done with. */
typedef struct Failed {
	guint count;
	GError *first;
} Failed;

static void
note_failure(const S3Object *object, GError *failure, Failed *failed)
{
	failed->count++;
	g_prefix_error(&failure, "%s: ", object->key);
	if (failed->first)
		g_error_free(failure);
	else
		failed->first = failure;
}

/* Finishes what was begun for each of @objects; where it failed, no exchange is left. */
static void
finish_all(const S3Source *source, S3Object *const *objects, S3Exchange **exchanges, guint count,
	Failed *failed)
{
	for (guint i = 0; i < count; i++) {
		GError *failure = NULL;

		if (!exchanges[i] || s3_finish(source->wire, exchanges[i], &failure))
			continue;
		note_failure(objects[i], failure, failed);
		g_clear_pointer(&exchanges[i], s3_exchange_free);
	}
}

/* What is moved is deleted where it was once its copy is there. */
static void
act_on(const S3Source *source, S3Object *const *objects, guint count, Failed *failed)
{
	const char *bucket = source->place.bucket;
	S3Exchange *exchanges[AT_ONCE] = { NULL };

	for (guint i = 0; source->move && i < count; i++) {
		g_autofree char *target = target_of(source, objects[i]);

		exchanges[i] = s3_begin_copy(source->wire, bucket, objects[i], target);
	}
	finish_all(source, objects, exchanges, count, failed);
	for (guint i = 0; i < count; i++) {
		if (source->move && !exchanges[i])
			continue;
		s3_exchange_free(exchanges[i]);
		exchanges[i] = s3_begin_delete(source->wire, bucket, objects[i]);
	}
	finish_all(source, objects, exchanges, count, failed);
	for (guint i = 0; i < count; i++)
		s3_exchange_free(exchanges[i]);
}

/* What is committed is moved and deleted, whoever ends the import meanwhile.  Where all of
 * those at once fail, the rest is not tried. */
static bool
act_on_all(const S3Source *source, const GPtrArray *objects, GError **error)
{
	Failed failed = { 0 };
	bool hopeless = false;

	s3_wire_heed(source->wire, 0);
	for (guint i = 0; i < objects->len; i += AT_ONCE) {
		guint count = MIN(objects->len - i, AT_ONCE);
		guint before = failed.count;

		if (hopeless)
			failed.count += count;
		else
			act_on(source, (S3Object *const *)objects->pdata + i, count, &failed);
		hopeless |= failed.count - before == count;
	}
	s3_wire_heed(source->wire, source->interrupt);
	if (failed.count == 0)
		return true;
	g_propagate_prefixed_error(error, failed.first,
		"%s: %u messages neither moved nor deleted: ", source->name, failed.count);
	return false;
}

static bool
s3_settle(void *state, const Settled *settled, size_t count, GError **error)
{
	S3Source *source = state;
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)s3_object_free);

	for (size_t i = 0; acts(source) && i < count; i++) {
		void *token = NULL;
		void *object = NULL;

		if (!g_hash_table_steal_extended(source->taken, &settled[i].token, &token, &object))
			continue;
		g_free(token);
		if (settled[i].fate == FATE_KEPT)
			g_ptr_array_add(kept, object);
		else
			s3_object_free(object);
	}
	return act_on_all(source, kept, error);
}

/* ---- what comes next ---- */

static SourceNext
skip(const S3Source *source, const S3Object *object, ImportError code, const char *why,
	GError **error)
{
	g_autofree char *key = text_utf8(object->key, strlen(object->key));

	g_set_error(
		error, IMPORT_ERROR, (int)code, "s3://%s/%s: %s", source->place.bucket, key, why);
	return SOURCE_SKIP;
}

/* What was kept before, and should have been moved then. */
static SourceNext
take_seen(S3Source *source, S3Object *object, Fate fate)
{
	if (fate == FATE_KEPT && acts(source))
		g_ptr_array_add(source->overdue, object);
	else
		s3_object_free(object);
	return SOURCE_SEEN;
}

/* ITEM: it was begun to come. */
static SourceNext
look_at(S3Source *source, S3Object *object, GError **error)
{
	g_autoptr(S3Object) owned = object;
	int64_t key = source->seen && source->seen->ask
		? s3_seen_key(source->wire, source->place.bucket, object, NULL)
		: 0;
	Fate fate = FATE_LEFT_OUT;
	Coming *coming;

	if (s3_is_no_mail(object->key, object->size))
		return SOURCE_OTHER;
	if (!s3_key_is_plain(object->key))
		return skip(source, object, IMPORT_ERROR_DATA, "not to be asked for by such a name",
			error);
	if (object->size == 0)
		return skip(source, object, IMPORT_ERROR_DATA, "it is empty", error);
	if (object->size > SOURCE_MAX_MESSAGE)
		return skip(source, object, IMPORT_ERROR_DATA, "too large for a message", error);
	if (source_seen_ask(source->seen, key, &fate))
		return take_seen(source, g_steal_pointer(&owned), fate);
	coming = g_new0(Coming, 1);
	coming->key = key;
	coming->exchange = s3_begin_get(source->wire, source->place.bucket, object);
	coming->object = g_steal_pointer(&owned);
	source->bytes += object->size;
	g_queue_push_tail(source->coming, coming);
	return SOURCE_ITEM;
}

/* The page behind is asked for while this one is read. */
static bool
turn_page(S3Source *source, GError **error)
{
	g_autoptr(S3Exchange) listing = g_steal_pointer(&source->listing);
	g_autofree char *token = g_steal_pointer(&source->page.next);

	s3_page_clear(&source->page);
	source->next = 0;
	if (!s3_finish_list(source->wire, listing, &source->page, error))
		return false;
	if (token && g_strcmp0(source->page.next, token) == 0) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"the server's list of objects goes in circles");
		return false;
	}
	if (source->page.next)
		source->listing = s3_begin_list(source->wire, &source->place, source->page.next);
	return true;
}

/* The next object of the list that is not to be passed over; NULL at its end, or on error. */
static S3Object *
next_object(S3Source *source, GError **error)
{
	for (;;) {
		while (source->page.objects && source->next < source->page.objects->len) {
			void **place = &source->page.objects->pdata[source->next++];
			g_autoptr(S3Object) object = g_steal_pointer(place);

			if (!source->move || !g_str_has_prefix(object->key, source->move))
				return g_steal_pointer(&object);
		}
		if (!source->listing || !turn_page(source, error))
			return NULL;
	}
}

static bool
has_room(const S3Source *source)
{
	return source->coming->length == 0 ||
		(source->coming->length < AHEAD && source->bytes < AHEAD_BYTES);
}

/* One object that the server can't give, or is lost over, is not to stand in the way of those
 * behind it; it is looked at again in the next import. */
static SourceNext
take_failure(S3Source *source, const S3Object *object, GError *failure, GError **error)
{
	g_autoptr(GError) owned = failure;
	bool lost = g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_LOST);
	bool single = g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_REFUSED) ||
		g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_VANISHED) ||
		g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_DATA);

	source->losses = lost ? source->losses + 1 : 0;
	if (single || (lost && source->losses < LOSSES))
		return skip(source, object, (ImportError)failure->code, failure->message, error);
	g_propagate_prefixed_error(error, g_steal_pointer(&owned), "%s: ", source->name);
	return SOURCE_FAILED;
}

static SourceNext
give(S3Source *source, SourceItem *item, GError **error)
{
	g_autoptr(Coming) coming = g_queue_pop_head(source->coming);
	S3Object *object = coming->object;
	GError *failure = NULL;
	gsize size = 0;
	const char *bytes;

	source->bytes -= object->size;
	item->raw = s3_wire_finish(source->wire, coming->exchange, &failure);
	if (!item->raw)
		return take_failure(source, object, failure, error);
	source->losses = 0;
	bytes = g_bytes_get_data(item->raw, &size);
	if (!sniff_message(bytes, size)) {
		g_clear_pointer(&item->raw, g_bytes_unref);
		return SOURCE_OTHER;
	}
	item->origin = g_strconcat("s3://", source->place.bucket, "/", object->key, NULL);
	item->key = coming->key;
	if (acts(source)) {
		item->token = ++source->token;
		g_hash_table_insert(source->taken, g_memdup2(&item->token, sizeof(item->token)),
			g_steal_pointer(&coming->object));
	}
	return SOURCE_ITEM;
}

/* Those that were kept before, once they are many, or the last. */
static bool
settle_overdue(S3Source *source, GError **error)
{
	bool done = act_on_all(source, source->overdue, error);

	g_ptr_array_set_size(source->overdue, 0);
	return done;
}

/* Behind all that comes. */
static SourceNext
finish(S3Source *source, GError **error)
{
	if (source->overdue->len > 0 && !settle_overdue(source, error))
		return SOURCE_SKIP;
	if (!source->failure)
		return SOURCE_END;
	g_propagate_prefixed_error(error, g_steal_pointer(&source->failure), "%s: ", source->name);
	return SOURCE_FAILED;
}

static SourceNext
s3_next(void *state, SourceItem *item, GError **error)
{
	S3Source *source = state;

	if (source->overdue->len >= OVERDUE && !settle_overdue(source, error))
		return SOURCE_SKIP;
	while (has_room(source) && !source->failure) {
		S3Object *object = next_object(source, &source->failure);
		SourceNext next = object ? look_at(source, object, error) : SOURCE_END;

		if (next == SOURCE_END)
			break;
		if (next != SOURCE_ITEM)
			return next;
	}
	return source->coming->length > 0 ? give(source, item, error) : finish(source, error);
}

static void
s3_heed(void *state, int interrupt)
{
	S3Source *source = state;

	source->interrupt = interrupt;
	s3_wire_heed(source->wire, interrupt);
}

extern const SourceKind source_s3;
const SourceKind source_s3 = {
	.name = "s3",
	.summary = "s3://BUCKET/PREFIX: a bucket that Amazon SES receiving delivers to",
	.takes = TAKES_MOVE | TAKES_REMOVE | TAKES_CREDENTIALS,
	.check = s3_check,
	.open = s3_open,
	.next = s3_next,
	.settle = s3_settle,
	.heed = s3_heed,
	.close = s3_close,
};
