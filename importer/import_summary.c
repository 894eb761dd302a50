#include "importer/import_summary.h"

#include <string.h>

void
import_summary_clear(ImportSummary *summary)
{
	g_clear_pointer(&summary->untrusted_id, g_free);
	g_clear_pointer(&summary->untrusted_ids, g_hash_table_unref);
}

static void
count_untrusted_id(ImportSummary *summary, const char *id, int64_t times)
{
	int64_t *count;

	if (!summary->untrusted_ids)
		summary->untrusted_ids =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	count = g_hash_table_lookup(summary->untrusted_ids, id);
	if (!count) {
		count = g_new0(int64_t, 1);
		g_hash_table_insert(summary->untrusted_ids, g_strdup(id), count);
	}
	*count += times;
}

void
import_summary_choose(ImportSummary *summary)
{
	const char *best = NULL;
	int64_t most = 0;
	GHashTableIter iterator;
	void *id;
	void *count;

	if (!summary->untrusted_ids)
		return;
	g_hash_table_iter_init(&iterator, summary->untrusted_ids);
	while (g_hash_table_iter_next(&iterator, &id, &count)) {
		int64_t times = *(const int64_t *)count;

		if (!best || times > most || (times == most && strcmp(id, best) < 0)) {
			best = id;
			most = times;
		}
	}
	g_free(summary->untrusted_id);
	summary->untrusted_id = g_strdup(best);
}

void
import_summary_add(ImportSummary *to, const ImportSummary *from)
{
	GHashTableIter iterator;
	void *id;
	void *count;

	to->fresh += from->fresh;
	to->known += from->known;
	to->purged += from->purged;
	to->not_ses += from->not_ses;
	to->broken += from->broken;
	to->bytes += from->bytes;
	to->untrusted_results += from->untrusted_results;
	for (int i = 0; i < SES_CLASSES; i++)
		to->ses[i] += from->ses[i];
	if (!from->untrusted_ids)
		return;
	g_hash_table_iter_init(&iterator, from->untrusted_ids);
	while (g_hash_table_iter_next(&iterator, &id, &count))
		count_untrusted_id(to, id, *(const int64_t *)count);
}

static void
count_auth(ImportSummary *summary, const GPtrArray *results)
{
	const AuthResult *top;

	if (results->len == 0)
		return;
	for (guint i = 0; i < results->len; i++) {
		const AuthResult *result = g_ptr_array_index(results, i);

		if (result->trusted)
			return;
	}
	top = g_ptr_array_index(results, 0);
	summary->untrusted_results++;
	count_untrusted_id(summary, *top->authserv_id ? top->authserv_id : "-", 1);
}

void
import_summary_fresh(ImportSummary *summary, const Parcel *parcel)
{
	const Message *message = parcel->reply.message;

	summary->fresh++;
	summary->ses[message->ses->class]++;
	if (parcel->reason)
		summary->broken++;
	count_auth(summary, message->auth);
}
