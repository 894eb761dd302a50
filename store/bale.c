#include "store/bale.h"

#include <zstd.h>

#include "store/raw.h"
#include "system/thread.h"

enum {
	DUE = 512 * 1024,
	LARGEST = 256 * 1024, /* of what goes into one */
	MAX_BALE =
		DUE + 2 * LARGEST, /* it is nearly due when the largest mail comes, with its body */
	LEVEL = 2,
	LEVEL_OF_SMALL = 1,
};

/* A whole bale, which a thread compresses while the next one is being filled. */
typedef struct Press {
	GThread *thread; /* NULL: there is none */
	int64_t id;
	GByteArray *bytes;
	GByteArray *frame;
	ZSTD_CCtx *context;
} Press;

struct Baler {
	Store *store;
	int64_t id; /* of the one that is being filled */
	GByteArray *bytes;
	GByteArray *frame;
	ZSTD_CCtx *context;
	Press press;
};

static ZSTD_CCtx *
new_context(int level)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	g_assert(context);
	/* Texts and links have no digest of their own, as mails have. */
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
	return context;
}

Baler *
baler_new(Store *store, GError **error)
{
	static const char sql[] = "SELECT coalesce(max(id), 0) + 1 FROM bale";
	Baler *baler;
	int64_t id;

	if (!db_value(store, sql, &id, error))
		return NULL;
	baler = g_new0(Baler, 1);
	baler->store = store;
	baler->id = id;
	baler->bytes = g_byte_array_new();
	baler->frame = g_byte_array_new();
	baler->context = new_context(LEVEL_OF_SMALL);
	baler->press.bytes = g_byte_array_new();
	baler->press.frame = g_byte_array_new();
	baler->press.context = new_context(LEVEL);
	return baler;
}

void
baler_free(Baler *baler)
{
	Press *press;

	if (!baler)
		return;
	press = &baler->press;
	if (press->thread)
		g_thread_join(press->thread);
	g_byte_array_unref(press->bytes);
	g_byte_array_unref(press->frame);
	ZSTD_freeCCtx(press->context);
	g_byte_array_unref(baler->bytes);
	g_byte_array_unref(baler->frame);
	ZSTD_freeCCtx(baler->context);
	g_free(baler);
}

bool
bale_takes(size_t size)
{
	return size <= LARGEST;
}

BalePlace
baler_put(Baler *baler, const void *bytes, size_t size)
{
	BalePlace place = { .bale = baler->id, .at = baler->bytes->len };

	g_assert(bale_takes(size) && baler->bytes->len + size <= MAX_BALE);
	g_byte_array_append(baler->bytes, bytes, (guint)size);
	return place;
}

static void
compress(ZSTD_CCtx *context, GByteArray *frame, const void *bytes, size_t size)
{
	size_t length;

	g_byte_array_set_size(frame, (guint)ZSTD_compressBound(size));
	length = ZSTD_compress2(context, frame->data, frame->len, bytes, size);
	g_assert(!ZSTD_isError(length));
	g_byte_array_set_size(frame, (guint)length);
}

GBytes *
baler_frame(Baler *baler, const void *bytes, size_t size)
{
	compress(baler->context, baler->frame, bytes, size);
	return g_bytes_new(baler->frame->data, baler->frame->len);
}

bool
baler_is_due(const Baler *baler)
{
	return baler->bytes->len >= DUE;
}

static void *
work(void *data)
{
	Press *press = data;

	compress(press->context, press->frame, press->bytes->data, press->bytes->len);
	return NULL;
}

static bool
insert(Baler *baler, GError **error)
{
	static const char sql[] = "INSERT INTO bale (id, size, zstd) VALUES (:id, :size, :zstd)";
	g_autoptr(Kept) stmt = db_kept(baler->store, sql, error);
	const Press *press = &baler->press;

	if (!stmt)
		return false;
	db_bind_int(stmt, ":id", press->id);
	db_bind_int(stmt, ":size", press->bytes->len);
	db_bind_blob(stmt, ":zstd", press->frame->data, press->frame->len);
	return db_run(baler->store, stmt, error);
}

/* Waits for the bale that is being compressed, if one is, and writes it. */
static bool
empty_press(Baler *baler, GError **error)
{
	Press *press = &baler->press;
	bool written = true;

	if (press->thread)
		g_thread_join(press->thread);
	press->thread = NULL;
	if (press->bytes->len > 0)
		written = insert(baler, error);
	g_byte_array_set_size(press->bytes, 0);
	return written;
}

bool
baler_flush(Baler *baler, GError **error)
{
	Press *press = &baler->press;
	GByteArray *emptied = press->bytes;

	if (baler->bytes->len == 0)
		return true;
	if (!empty_press(baler, error))
		return false;
	press->bytes = baler->bytes;
	press->id = baler->id++;
	baler->bytes = emptied;
	press->thread = thread_start("compression", work, press);
	if (!press->thread)
		work(press);
	return true;
}

bool
baler_finish(Baler *baler, GError **error)
{
	return baler_flush(baler, error) && empty_press(baler, error);
}

/* ---- out ---- */

void
bale_forget(Store *store)
{
	g_clear_pointer(&store->bale, g_bytes_unref);
	store->bale_id = 0;
}

/* Keeps what it finds, if anything. */
static bool
expand(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "SELECT zstd, size FROM bale WHERE id = :id";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	int64_t size;
	Step step;

	bale_forget(store);
	if (!stmt)
		return false;
	db_bind_int(stmt, ":id", id);
	step = db_step(store, stmt, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	size = db_int(stmt, 1);
	if (size <= 0 || size > MAX_BALE)
		return true;
	store->bale = raw_expand(
		sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0), (size_t)size);
	store->bale_id = store->bale ? id : 0;
	return true;
}

bool
bale_read(Store *store, BalePlace place, int64_t size, GBytes **bytes, GError **error)
{
	int64_t whole;

	*bytes = NULL;
	if (place.bale <= 0 || (store->bale_id != place.bale && !expand(store, place.bale, error)))
		return place.bale <= 0;
	if (store->bale_id != place.bale)
		return true;
	whole = (int64_t)g_bytes_get_size(store->bale);
	if (place.at >= 0 && size >= 0 && place.at <= whole && size <= whole - place.at)
		*bytes = g_bytes_new(
			(const char *)g_bytes_get_data(store->bale, NULL) + place.at, (gsize)size);
	return true;
}
