#include "store/plan_identity.h"

#include "store/history.h"
#include "store/plan_rows.h"

enum {
	ACCOUNT_SHOWN = 8, /* characters, as everywhere that people only have to tell them apart */
};

void
plan_identity_clear(PlanIdentity *identity)
{
	g_clear_pointer(&identity->account, g_free);
	g_clear_pointer(&identity->aligned, g_free);
	g_clear_pointer(&identity->domain, g_free);
}

void
plan_identity_free(PlanIdentity *identity)
{
	if (!identity)
		return;
	plan_identity_clear(identity);
	g_free(identity);
}

static void
say_account(GString *words, const PlanIdentity *identity)
{
	const char *end = identity->account;

	if (!identity->account) {
		g_string_append(words, "no SES account");
		return;
	}
	for (int i = 0; i < ACCOUNT_SHOWN && *end; i++)
		end = g_utf8_next_char(end);
	g_string_append(words, "account ");
	g_string_append_len(words, identity->account, end - identity->account);
	if (!identity->proven)
		g_string_append(words, " (claimed)");
}

char *
plan_identity_words(const PlanIdentity *identity)
{
	GString *words = g_string_new(NULL);

	g_string_append_printf(
		words, "score %s%d from ", identity->messages > 1 ? "up to " : "", identity->score);
	say_account(words, identity);
	if (identity->aligned)
		g_string_append_printf(words, " for %s", identity->aligned);
	if (identity->domain && *identity->domain &&
		g_strcmp0(identity->domain, identity->aligned) != 0)
		g_string_append_printf(words, ", From %s", identity->domain);
	if (identity->person_released > 0 || identity->person_blocked > 0)
		g_string_append_printf(words,
			"; of that account people released %" G_GINT64_FORMAT
			", blocked %" G_GINT64_FORMAT,
			identity->person_released, identity->person_blocked);
	return g_string_free(words, FALSE);
}

static guint
hash_text(const char *text)
{
	return text ? g_str_hash(text) : 0;
}

static guint
hash_identity(gconstpointer key)
{
	const PlanIdentity *identity = key;

	return hash_text(identity->account) * 31 + hash_text(identity->aligned) * 17 +
		hash_text(identity->domain) + identity->proven;
}

static gboolean
is_same(gconstpointer left, gconstpointer right)
{
	const PlanIdentity *a = left;
	const PlanIdentity *b = right;

	return a->proven == b->proven && g_strcmp0(a->account, b->account) == 0 &&
		g_strcmp0(a->aligned, b->aligned) == 0 && g_strcmp0(a->domain, b->domain) == 0;
}

GHashTable *
plan_identities_new(void)
{
	return g_hash_table_new_full(
		hash_identity, is_same, (GDestroyNotify)plan_identity_free, NULL);
}

void
plan_identities_count(GHashTable *identities, PlanIdentity *one)
{
	PlanIdentity *known = g_hash_table_lookup(identities, one);

	if (!known) {
		known = g_memdup2(one, sizeof *one);
		*one = (PlanIdentity){ 0 };
		g_hash_table_add(identities, known);
	} else if (one->score > known->score) {
		known->score = one->score;
		known->example = one->example;
	}
	known->messages++;
}

static int
compare(gconstpointer left, gconstpointer right)
{
	const PlanIdentity *a = *(PlanIdentity *const *)left;
	const PlanIdentity *b = *(PlanIdentity *const *)right;

	if (a->score != b->score)
		return b->score - a->score;
	if (a->messages != b->messages)
		return a->messages - b->messages;
	return (a->example > b->example) - (a->example < b->example);
}

static bool
read_past(Store *store, PlanIdentity *identity, GError **error)
{
	KeyRecord record;

	if (!store_account_record(store, identity->example, &record, error))
		return false;
	identity->person_released = record.person_released;
	identity->person_blocked = record.person_blocked;
	return true;
}

GPtrArray *
plan_identities_pick(Store *store, GHashTable *identities, int limit, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autoptr(GPtrArray) picked =
		g_ptr_array_new_with_free_func((GDestroyNotify)plan_identity_free);
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, identities);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(all, key);
	g_ptr_array_sort(all, compare);
	for (guint i = 0; i < all->len && (int)i < limit; i++) {
		PlanIdentity *identity = g_ptr_array_index(all, i);

		g_hash_table_steal(identities, identity);
		g_ptr_array_add(picked, identity);
		if (!read_past(store, identity, error))
			return NULL;
	}
	return g_steal_pointer(&picked);
}
