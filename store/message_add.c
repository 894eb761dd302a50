#include "store/message.h"

#include <string.h>

#include "mail/digest.h"
#include "mail/domain.h"
#include "store/bloom.h"
#include "store/campaign_rows.h"
#include "store/history_rows.h"
#include "store/lookup.h"
#include "store/message_rows.h"
#include "store/traffic.h"
#include "store/words.h"

enum {
	MAX_PENDING = 32 * 1024 * 1024, /* bytes of words */
	PART_EVERY = 256,               /* messages, by their ids: see campaign_rows.h */
};

struct StoreBatch {
	Store *store;
	Transaction *transaction;
	int64_t next_id;
	Baler *baler;
	GPtrArray *words; /* of Words, not in the index yet */
	size_t pending;   /* their bytes */
	GError *broken;   /* why nothing of it can be committed, NULL while it can */
};

StoreBatch *
store_batch_begin(Store *store, GError **error)
{
	static const char sql[] = "SELECT coalesce(max(id), 0) + 1 FROM message";
	g_autoptr(Transaction) transaction = NULL;
	g_autoptr(Baler) baler = NULL;
	StoreBatch *batch;
	int64_t next_id, entries;

	if (!lookup_count(store, &entries, error) || !bloom_prepare(store, entries, error))
		return NULL;
	transaction = db_begin(store, error);
	baler = transaction ? baler_new(store, error) : NULL;
	if (!baler || !bloom_check(store, error) || !db_value(store, sql, &next_id, error))
		return NULL;
	batch = g_new0(StoreBatch, 1);
	batch->store = store;
	batch->transaction = g_steal_pointer(&transaction);
	batch->baler = g_steal_pointer(&baler);
	batch->next_id = next_id;
	batch->words = g_ptr_array_new_with_free_func((GDestroyNotify)words_free);
	return batch;
}

Store *
store_batch_store(StoreBatch *batch)
{
	return batch->store;
}

static bool
fail_broken(const StoreBatch *batch, GError **error)
{
	g_propagate_error(error, g_error_copy(batch->broken));
	return false;
}

/* A message that no word would find must not get in. */
static bool
add_pending_words(StoreBatch *batch, GError **error)
{
	for (guint i = 0; i < batch->words->len; i++) {
		const Words *words = g_ptr_array_index(batch->words, i);

		if (!words_add(batch->store, words, &batch->broken))
			return fail_broken(batch, error);
	}
	g_ptr_array_set_size(batch->words, 0);
	batch->pending = 0;
	return true;
}

/* Nor one whose bytes are nowhere. */
static bool
write_bale(StoreBatch *batch, GError **error)
{
	return baler_flush(batch->baler, &batch->broken) || fail_broken(batch, error);
}

static bool
write_last_bale(StoreBatch *batch, GError **error)
{
	return baler_finish(batch->baler, &batch->broken) || fail_broken(batch, error);
}

bool
store_batch_commit(StoreBatch *batch, GError **error)
{
	if (batch->broken)
		return fail_broken(batch, error);
	return write_bale(batch, error) && add_pending_words(batch, error) &&
		write_last_bale(batch, error) && history_settle(batch->store, error) &&
		lookup_merge(batch->store, error) && traffic_merge(batch->store, error) &&
		transaction_commit(batch->transaction, error);
}

void
store_batch_end(StoreBatch *batch)
{
	if (!batch)
		return;
	transaction_end(batch->transaction);
	baler_free(batch->baler);
	g_ptr_array_unref(batch->words);
	g_clear_error(&batch->broken);
	g_free(batch);
}

/* ---- is it here already ---- */

/* The host of an address has no case (RFC 5321 section 2.4), its local part may. */
static char *
canonical_address(const char *address)
{
	g_autofree char *canonical = g_strdup(address);
	const char *host = domain_of_address(canonical);

	for (char *p = host ? canonical + (host - canonical) : NULL; p && *p; p++)
		*p = g_ascii_tolower(*p);
	return g_steal_pointer(&canonical);
}

static int
compare_addresses(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sender and recipients, each with its length before it, so that no address can
 * pass for two.  "-" is an unknown sender. */
static char *
envelope_key(const Envelope *envelope)
{
	g_autofree char *sender = envelope->sender ? canonical_address(envelope->sender) : NULL;
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
	GString *key = g_string_new(sender ? NULL : "-");
	const char *last = NULL;

	if (sender)
		g_string_append_printf(key, "%zu:%s", strlen(sender), sender);
	for (guint i = 0; i < envelope->recipients->len; i++)
		g_ptr_array_add(
			recipients, canonical_address(g_ptr_array_index(envelope->recipients, i)));
	g_ptr_array_sort(recipients, compare_addresses);
	for (guint i = 0; i < recipients->len; i++) {
		const char *recipient = g_ptr_array_index(recipients, i);

		if (!last || strcmp(last, recipient) != 0)
			g_string_append_printf(key, " %zu:%s", strlen(recipient), recipient);
		last = recipient;
	}
	return g_string_free(key, false);
}

/* Two addresses of 70 bytes would stand in the row and in its index. */
static void
digest_key(const char *key, uint8_t digest[ENVELOPE_DIGEST])
{
	uint8_t whole[DIGEST_SIZE];

	digest_sha256(key, strlen(key), whole);
	memcpy(digest, whole, ENVELOPE_DIGEST);
}

/* 0 when it is not there.  *here is false where its bytes were purged. */
static bool
find_raw(Store *store, const uint8_t *sha256, int64_t *raw, bool *here, GError **error)
{
	static const LookupSql sql =
		LOOKUP_RAW_SQL("r.id, r.bale IS NOT NULL OR length(r.zstd) > 0", "");
	g_autoptr(Kept) stmt = lookup_prepare_raw(store, &sql, sha256, error);
	Step step;

	if (!stmt)
		return false;
	step = db_step(store, stmt, error);
	*raw = step == STEP_ROW ? db_int(stmt, 0) : 0;
	*here = step == STEP_ROW && db_int(stmt, 1) != 0;
	return step != STEP_ERROR;
}

/* Older stores have the key itself. */
static bool
find_message(Store *store, int64_t raw, const char *envelope, bool *known, GError **error)
{
	static const char sql[] = "SELECT 1 FROM message WHERE raw = :raw"
				  " AND envelope IN (:digest, :envelope)";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	uint8_t digest[ENVELOPE_DIGEST];
	Step step;

	if (!stmt)
		return false;
	db_bind_int(stmt, ":raw", raw);
	digest_key(envelope, digest);
	db_bind_blob(stmt, ":digest", digest, sizeof(digest));
	db_bind_text(stmt, ":envelope", envelope);
	step = db_step(store, stmt, error);
	*known = step == STEP_ROW;
	return step != STEP_ERROR;
}

bool
store_knows(
	Store *store, const uint8_t *sha256, const Envelope *envelope, bool *known, GError **error)
{
	g_autofree char *key = envelope ? envelope_key(envelope) : NULL;
	int64_t raw = 0;
	bool here;

	*known = false;
	if (!find_raw(store, sha256, &raw, &here, error))
		return false;
	*known = raw != 0;
	return !key || raw == 0 || find_message(store, raw, key, known, error);
}

/* ---- in ---- */

static bool
keep_words(StoreBatch *batch, const Addition *add, GError **error)
{
	Words *words = words_new(add->id, add->message, add->arrival->envelope);

	g_ptr_array_add(batch->words, words);
	batch->pending += words_size(words);
	return batch->pending < MAX_PENDING || add_pending_words(batch, error);
}

static bool
add_if_new(
	StoreBatch *batch, Addition *add, const char *envelope, AddOutcome *outcome, GError **error)
{
	bool known = false;
	bool here = false;

	if (!find_raw(batch->store, add->arrival->sha256, &add->raw, &here, error) ||
		(add->raw != 0 && !find_message(batch->store, add->raw, envelope, &known, error)))
		return false;
	*outcome = known ? ADDED_KNOWN : ADDED_NEW;
	if (known)
		return true;
	if (!here) {
		add->purged_raw = add->raw;
		add->raw = 0;
	}
	if (!message_rows_add(add, error))
		return false;
	batch->next_id++;
	batch->store->added++;
	if (baler_is_due(batch->baler) && !write_bale(batch, error))
		return false;
	if (add->id % PART_EVERY == 0 && !campaign_rebuild_loose(add->store, error))
		return false;
	return keep_words(batch, add, error);
}

/* A full disk ends the transaction; going on would write outside of one. */
static void
heed_given_up(StoreBatch *batch)
{
	if (!batch->broken && sqlite3_get_autocommit(db_handle(batch->store)))
		g_set_error(&batch->broken, STORE_ERROR, STORE_ERROR_SQL,
			"%s: what was begun was given up", store_path(batch->store));
}

bool
store_batch_add(StoreBatch *batch, const Arrival *arrival, AddOutcome *outcome, GError **error)
{
	g_autofree char *envelope = envelope_key(arrival->envelope);
	g_auto(Addition) add = {
		.store = batch->store,
		.arrival = arrival,
		.message = arrival->message,
		.baler = batch->baler,
		.id = batch->next_id,
	};
	g_autoptr(GError) problem = NULL;

	digest_key(envelope, add.envelope);
	heed_given_up(batch);
	if (batch->broken)
		return fail_broken(batch, error);
	if (add_if_new(batch, &add, envelope, outcome, &problem))
		return true;
	/* Some of its rows may be there. */
	if (!batch->broken)
		batch->broken = g_error_copy(problem);
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}
