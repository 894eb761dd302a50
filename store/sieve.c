#include "store/sieve.h"

#include <string.h>

enum {
	LEAST_BITS = 1 << 20,
	MOST_BITS = 1 << 26, /* 8 MiB of memory */
	BITS = 8,            /* an entry, when it is made; then one in forty says yes wrongly */
	LEAST_PER_ENTRY = 4, /* with fewer it is made anew */
	HASHES = 3,
	PART = 1 << 16, /* bytes of a row */
	/* Messages of an import before it is read, and entries a message before it is made:
	 * a millisecond or two, and a quarter of a microsecond an entry. */
	WORTH_READING = 500,
	WORTH_MAKING = 1024,
};

struct Sieve {
	uint8_t *bits;
	uint64_t mask;   /* number of bits, less one */
	int64_t entries; /* noted by now */
	int64_t merges;  /* that it knows of */
	int64_t kept;    /* merges that the one in the store knows of; -1: there is none */
};

/* ---- bits ---- */

static Sieve *
sieve_new(uint64_t bits)
{
	Sieve *sieve = g_new0(Sieve, 1);

	sieve->bits = g_malloc0(bits / 8);
	sieve->mask = bits - 1;
	sieve->kept = -1;
	return sieve;
}

static void
sieve_free(Sieve *sieve)
{
	if (!sieve)
		return;
	g_free(sieve->bits);
	g_free(sieve);
}

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
bit_at(const Sieve *sieve, uint64_t hash, int i)
{
	return (hash + (uint64_t)i * (hash >> 32 | 1)) & sieve->mask;
}

static void
set(Sieve *sieve, int64_t space, int64_t key)
{
	uint64_t hash = hash_of(space, key);

	for (int i = 0; i < HASHES; i++) {
		uint64_t bit = bit_at(sieve, hash, i);

		sieve->bits[bit / 8] |= (uint8_t)(1U << bit % 8);
	}
	sieve->entries++;
}

bool
sieve_may_have(const Store *store, int64_t space, int64_t key)
{
	const Sieve *sieve = store->sieve;
	uint64_t hash = hash_of(space, key);

	for (int i = 0; sieve && i < HASHES; i++) {
		uint64_t bit = bit_at(sieve, hash, i);

		if (!(sieve->bits[bit / 8] & 1U << bit % 8))
			return false;
	}
	return true;
}

void
sieve_note(Store *store, int64_t space, int64_t key)
{
	if (store->sieve)
		set(store->sieve, space, key);
}

void
sieve_forget(Store *store)
{
	g_clear_pointer(&store->sieve, sieve_free);
}

/* ---- in the store ---- */

static bool
read_merges(Store *store, int64_t *merges, GError **error)
{
	return db_value(store, "SELECT merges FROM lookup_merged", merges, error);
}

static bool
is_size(int64_t bytes)
{
	return bytes >= LEAST_BITS / 8 && bytes <= MOST_BITS / 8 && (bytes & (bytes - 1)) == 0;
}

static bool
take_parts(Store *store, Sieve *sieve, GError **error)
{
	static const char sql[] = "SELECT part, bits FROM lookup_sieve ORDER BY part";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	for (int64_t part = 0; (step = db_step(store, select, error)) == STEP_ROW; part++)
		memcpy(sieve->bits + part * PART, sqlite3_column_blob(select, 1), PART);
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
		" FROM lookup_sieve";
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
sieve_read(Store *store, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	int64_t merges, bytes, entries;

	sieve_forget(store);
	if (!look || !read_merges(store, &merges, error) ||
		!measure_kept(store, merges, &bytes, &entries, error))
		return false;
	if (!is_size(bytes))
		return true;
	store->sieve = sieve_new((uint64_t)bytes * 8);
	store->sieve->merges = store->sieve->kept = merges;
	store->sieve->entries = entries;
	if (take_parts(store, store->sieve, error))
		return true;
	sieve_forget(store);
	return false;
}

static bool
make(Store *store, int64_t entries, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(Kept) select =
		look ? db_kept(store, "SELECT space, key FROM lookup", error) : NULL;
	Step step;

	sieve_forget(store);
	if (!select)
		return false;
	store->sieve = sieve_new(bits_for(entries));
	if (!read_merges(store, &store->sieve->merges, error))
		return false;
	while ((step = db_step(store, select, error)) == STEP_ROW)
		set(store->sieve, db_int(select, 0), db_int(select, 1));
	return step == STEP_DONE;
}

static bool
put_parts(Store *store, const Sieve *sieve, GError **error)
{
	static const char sql[] = "INSERT INTO lookup_sieve (part, merges, entries, bits)"
				  " VALUES (:part, :merges, :entries, :bits)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);
	int64_t parts = (int64_t)((sieve->mask + 1) / 8 / PART);

	if (!insert)
		return false;
	for (int64_t part = 0; part < parts; part++) {
		db_bind_int(insert, ":part", part);
		db_bind_int(insert, ":merges", sieve->merges);
		db_bind_int(insert, ":entries", sieve->entries);
		db_bind_blob(insert, ":bits", sieve->bits + part * PART, PART);
		if (!db_run(store, insert, error))
			return false;
	}
	return true;
}

bool
sieve_drop(Store *store, GError **error)
{
	sieve_forget(store);
	return db_exec(store, "DELETE FROM lookup_sieve", error);
}

static bool
keep(Store *store, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);

	return transaction && sieve_check(store, error) &&
		(!store->sieve ||
			(db_exec(store, "DELETE FROM lookup_sieve", error) &&
				put_parts(store, store->sieve, error) &&
				transaction_commit(transaction, error)));
}

/* ---- while much is imported ---- */

void
sieve_allow(Store *store)
{
	store->sieves = true;
	store->brought = 0;
}

/* What can't be kept is made again. */
void
sieve_end(Store *store)
{
	if (store->sieve && store->sieve->kept != store->sieve->merges)
		keep(store, NULL);
	store->sieves = store->sieve_sought = false;
	sieve_forget(store);
	lookup_forget(store);
}

static bool
is_full(const Sieve *sieve)
{
	return sieve->mask + 1 < MOST_BITS &&
		sieve->mask + 1 < (uint64_t)sieve->entries * LEAST_PER_ENTRY;
}

bool
sieve_fetch(Store *store, GError **error)
{
	if (!store->sieves || store->sieve || store->sieve_sought)
		return true;
	store->sieve_sought = true;
	return sieve_read(store, error);
}

bool
sieve_prepare(Store *store, GError **error)
{
	int64_t entries;

	if (!store->sieves || store->brought < WORTH_READING ||
		(store->sieve && !is_full(store->sieve)))
		return true;
	if (store->sieve)
		return make(store, 2 * store->sieve->entries, error);
	if (!sieve_fetch(store, error))
		return false;
	if (store->sieve)
		return true;
	if (!lookup_count(store, &entries, error))
		return false;
	return store->brought * WORTH_MAKING < entries || make(store, entries, error);
}

bool
sieve_check(Store *store, GError **error)
{
	int64_t merges;

	if (!store->sieve)
		return true;
	if (!read_merges(store, &merges, error))
		return false;
	if (merges == store->sieve->merges)
		return true;
	sieve_forget(store);
	store->sieve_sought = false;
	return true;
}

bool
sieve_follow(Store *store, GError **error)
{
	return !store->sieve || read_merges(store, &store->sieve->merges, error);
}
