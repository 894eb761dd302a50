#include "store/bloom.h"

#include <string.h>

enum {
	LEAST_BITS = 1 << 20,
	MOST_BITS = 1 << 26, /* 8 MiB of memory */
	BITS = 8,            /* an entry, when it is made; then one in forty says yes wrongly */
	LEAST_PER_ENTRY = 4, /* with fewer it is made anew */
	HASHES = 3,
	MOST_ENTRIES = 1 << 30, /* that one is believed to have */
	PART = 1 << 16,         /* bytes of a row */
	/* Messages of an import before it is read, and entries a message before it is made: ten
	 * milliseconds for the largest, and a quarter of a microsecond an entry; without it a
	 * message of a large store takes a fifth of a millisecond more. */
	WORTH_READING = 64,
	WORTH_MAKING = 1024,
};

struct Bloom {
	uint8_t *bits;
	uint64_t mask;   /* number of bits, less one */
	int64_t entries; /* noted by now */
	int64_t merges;  /* that it knows of */
	int64_t kept;    /* merges that the one in the store knows of; -1: there is none */
};

/* ---- bits ---- */

static Bloom *
bloom_new(uint64_t bits)
{
	Bloom *bloom = g_new0(Bloom, 1);

	bloom->bits = g_malloc0(bits / 8);
	bloom->mask = bits - 1;
	bloom->kept = -1;
	return bloom;
}

static void
bloom_free(Bloom *bloom)
{
	if (!bloom)
		return;
	g_free(bloom->bits);
	g_free(bloom);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bloom, bloom_free)

static uint64_t
bits_for(int64_t entries)
{
	uint64_t bits = LEAST_BITS;

	while (bits < MOST_BITS && bits < (uint64_t)entries * BITS)
		bits *= 2;
	return bits;
}

/* Keys are the beginnings of digests, and as good as random themselves. */
static uint64_t
hash_of(int64_t space, int64_t key)
{
	return (uint64_t)key ^ (uint64_t)space * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
}

static uint64_t
bit_at(const Bloom *bloom, uint64_t hash, int i)
{
	return (hash + (uint64_t)i * (hash >> 32 | 1)) & bloom->mask;
}

static void
set(Bloom *bloom, int64_t space, int64_t key)
{
	uint64_t hash = hash_of(space, key);

	for (int i = 0; i < HASHES; i++) {
		uint64_t bit = bit_at(bloom, hash, i);

		bloom->bits[bit / 8] |= (uint8_t)(1U << bit % 8);
	}
	bloom->entries++;
}

bool
bloom_may_have(const Store *store, int64_t space, int64_t key)
{
	const Bloom *bloom = store->bloom;
	uint64_t hash = hash_of(space, key);

	for (int i = 0; bloom && i < HASHES; i++) {
		uint64_t bit = bit_at(bloom, hash, i);

		if (!(bloom->bits[bit / 8] & 1U << bit % 8))
			return false;
	}
	return true;
}

void
bloom_note(Store *store, int64_t space, int64_t key)
{
	if (store->bloom)
		set(store->bloom, space, key);
}

void
bloom_forget(Store *store)
{
	g_clear_pointer(&store->bloom, bloom_free);
	store->bloom_sought = false;
}

/* ---- in the store ---- */

static bool
read_merges(Store *store, int64_t *merges, GError **error)
{
	return db_value(store, "SELECT merges FROM lookup_merged", merges, error);
}

static int64_t
parts_of(const Bloom *bloom)
{
	return (int64_t)((bloom->mask + 1) / 8 / PART);
}

static bool
is_size(int64_t bytes)
{
	return bytes >= LEAST_BITS / 8 && bytes <= MOST_BITS / 8 && (bytes & (bytes - 1)) == 0;
}

/* A store from elsewhere may have other rows now than it was measured by. */
static bool
take_parts(Store *store, Bloom *bloom, bool *whole, GError **error)
{
	static const char sql[] = "SELECT part, bits FROM lookup_bloom ORDER BY part";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	int64_t parts = parts_of(bloom);
	int64_t part = 0;
	Step step;

	*whole = false;
	if (!select)
		return false;
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		const void *bits = sqlite3_column_blob(select, 1);

		if (part == parts || !bits || sqlite3_column_bytes(select, 1) != PART)
			return true;
		memcpy(bloom->bits + part++ * PART, bits, PART);
	}
	*whole = part == parts;
	return step == STEP_DONE;
}

/* Its bytes where all of it is there, as one that knows of @merges; else 0. */
static bool
measure_kept(Store *store, int64_t merges, int64_t *bytes, int64_t *entries, GError **error)
{
	static const char sql[] =
		"SELECT CASE WHEN min(merges) = :merges AND max(merges) = :merges"
		" AND min(length(bits)) = :part AND max(length(bits)) = :part AND min(part) = 0"
		" AND max(part) = count(*) - 1 THEN count(*) * :part ELSE 0 END, max(entries)"
		" FROM lookup_bloom";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":merges", merges);
	db_bind_int(select, ":part", PART);
	if (!db_row(store, select, error))
		return false;
	*bytes = db_int(select, 0);
	*entries = db_int(select, 1);
	return true;
}

bool
bloom_read(Store *store, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(Bloom) bloom = NULL;
	int64_t merges, bytes, entries;
	bool whole;

	bloom_forget(store);
	if (!look || !read_merges(store, &merges, error) ||
		!measure_kept(store, merges, &bytes, &entries, error))
		return false;
	if (!is_size(bytes) || entries < 0 || entries > MOST_ENTRIES)
		return true;
	bloom = bloom_new((uint64_t)bytes * 8);
	bloom->merges = bloom->kept = merges;
	bloom->entries = entries;
	if (!take_parts(store, bloom, &whole, error))
		return false;
	if (whole)
		store->bloom = g_steal_pointer(&bloom);
	return true;
}

static bool
fill(Store *store, Bloom *bloom, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, "SELECT space, key FROM lookup", error);
	Step step;

	if (!select || !read_merges(store, &bloom->merges, error))
		return false;
	while ((step = db_step(store, select, error)) == STEP_ROW)
		set(bloom, db_int(select, 0), db_int(select, 1));
	return step == STEP_DONE;
}

/* One that is filled in part would say no of what is there. */
static bool
make(Store *store, int64_t entries, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(Bloom) bloom = NULL;

	bloom_forget(store);
	if (!look)
		return false;
	bloom = bloom_new(bits_for(entries));
	if (!fill(store, bloom, error))
		return false;
	store->bloom = g_steal_pointer(&bloom);
	return true;
}

static bool
put_parts(Store *store, const Bloom *bloom, GError **error)
{
	static const char sql[] = "INSERT INTO lookup_bloom (part, merges, entries, bits)"
				  " VALUES (:part, :merges, :entries, :bits)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);
	int64_t parts = parts_of(bloom);

	if (!insert)
		return false;
	for (int64_t part = 0; part < parts; part++) {
		db_bind_int(insert, ":part", part);
		db_bind_int(insert, ":merges", bloom->merges);
		db_bind_int(insert, ":entries", bloom->entries);
		db_bind_blob(insert, ":bits", bloom->bits + part * PART, PART);
		if (!db_run(store, insert, error))
			return false;
	}
	return true;
}

static const char clear[] = "DELETE FROM lookup_bloom";

/* For each entry that a purge removes: it is to cost as little. */
bool
bloom_drop(Store *store, GError **error)
{
	/* Counted as a merge, so that who has it in memory does not keep it. */
	static const char count[] = "UPDATE lookup_merged SET merges = merges + 1";

	bloom_forget(store);
	return db_run_kept(store, clear, error) && db_run_kept(store, count, error);
}

static bool
keep(Store *store, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);

	return transaction && bloom_check(store, error) &&
		(!store->bloom ||
			(db_run_kept(store, clear, error) &&
				put_parts(store, store->bloom, error) &&
				transaction_commit(transaction, error)));
}

void
bloom_keep(Store *store)
{
	if (store->bloom && store->bloom->kept != store->bloom->merges)
		keep(store, NULL);
}

/* ---- while much is imported ---- */

static bool
is_full(const Bloom *bloom)
{
	return bloom->mask + 1 < MOST_BITS &&
		bloom->mask + 1 < (uint64_t)bloom->entries * LEAST_PER_ENTRY;
}

bool
bloom_fetch(Store *store, GError **error)
{
	if (!store->bulk || store->bloom || store->bloom_sought)
		return true;
	if (!bloom_read(store, error))
		return false;
	store->bloom_sought = true;
	return true;
}

bool
bloom_prepare(Store *store, int64_t entries, GError **error)
{
	if (!store->bulk || store->added < WORTH_READING ||
		(store->bloom && !is_full(store->bloom)))
		return true;
	if (store->bloom)
		return make(store, 2 * store->bloom->entries, error);
	if (!bloom_fetch(store, error))
		return false;
	return store->bloom || store->added * WORTH_MAKING < entries || make(store, entries, error);
}

bool
bloom_check(Store *store, GError **error)
{
	int64_t merges;

	if (!store->bloom)
		return true;
	if (!read_merges(store, &merges, error))
		return false;
	if (merges != store->bloom->merges)
		bloom_forget(store);
	return true;
}

bool
bloom_follow(Store *store, GError **error)
{
	return !store->bloom || read_merges(store, &store->bloom->merges, error);
}
