/* reads - what the console's reads cost on a store
 *
 *   reads STORE [NAME]
 *
 * A line a read (or those whose name contains NAME): its name, the median and the 99th
 * percentile in milliseconds, the median of the processor's time, how many runs these are
 * of, and what it gave: rows or ids.  The last line is the largest memory the program had,
 * in KiB.  Decisions are made and taken back again, so the store should be one of its own:
 * tests/bench/fill makes one. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "store/burst.h"
#include "store/campaign.h"
#include "store/db.h"
#include "store/outbox.h"
#include "store/rule.h"
#include "tui/campaign_dossier.h"
#include "tui/dossier.h"

enum {
	PAGE = 50,
	MANY = 10000,
	ROUNDS = 100,
	FEW = 5,
	ENOUGH = 2 * G_USEC_PER_SEC, /* after that long it is not run again, */
};

typedef struct Bench {
	Store *store;
	GRand *rand;
	int64_t now;
	int64_t largest;      /* campaign */
	int64_t newest_ord;   /* of the messages */
	GPtrArray *campaigns; /* of CampaignRow, to look at */
	GArray *held;         /* int64_t: messages to look at and to decide about */
} Bench;

typedef struct Read {
	const char *name;
	const char *query;                                            /* NULL: what makes none */
	int (*run)(Bench *bench, const Query *query, GError **error); /* -1 on error */
	int rounds;                                                   /* 0: ROUNDS */
} Read;

/* ---- lists ---- */

static int
count_campaigns(Bench *bench, CampaignList *list, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	list->limit = PAGE;
	rows = store_campaigns(bench->store, list, error);
	return rows ? (int)rows->len : -1;
}

static int
count_messages(Bench *bench, StoreList *list, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	list->limit = PAGE;
	rows = store_list(bench->store, list, error);
	return rows ? (int)rows->len : -1;
}

/* Anywhere in the order of the queue. */
static int64_t
somewhere(const Bench *bench)
{
	return (int64_t)((double)bench->newest_ord * g_rand_double(bench->rand));
}

static int
campaigns_first(Bench *bench, const Query *query, GError **error)
{
	return count_campaigns(bench, &(CampaignList){ .query = query }, error);
}

static int
campaigns_last(Bench *bench, const Query *query, GError **error)
{
	return count_campaigns(bench, &(CampaignList){ .query = query, .backwards = true }, error);
}

static int
campaigns_next(Bench *bench, const Query *query, GError **error)
{
	return count_campaigns(bench,
		&(CampaignList){ .query = query, .from_position = true, .after = somewhere(bench) },
		error);
}

static int
campaigns_previous(Bench *bench, const Query *query, GError **error)
{
	return count_campaigns(bench,
		&(CampaignList){ .query = query,
			.from_position = true,
			.after = somewhere(bench),
			.backwards = true },
		error);
}

static int
campaigns_all_ids(Bench *bench, const Query *query, GError **error)
{
	g_autoptr(GArray) ids = store_campaign_ids(bench->store, query, error);

	return ids ? (int)ids->len : -1;
}

static int
messages_first(Bench *bench, const Query *query, GError **error)
{
	return count_messages(bench, &(StoreList){ .query = query }, error);
}

static int
messages_last(Bench *bench, const Query *query, GError **error)
{
	return count_messages(bench, &(StoreList){ .query = query, .backwards = true }, error);
}

static int
messages_next(Bench *bench, const Query *query, GError **error)
{
	return count_messages(bench,
		&(StoreList){ .query = query, .from_position = true, .after = somewhere(bench) },
		error);
}

static int
messages_previous(Bench *bench, const Query *query, GError **error)
{
	return count_messages(bench,
		&(StoreList){ .query = query,
			.from_position = true,
			.after = somewhere(bench),
			.backwards = true },
		error);
}

static int
messages_all_ids(Bench *bench, const Query *query, GError **error)
{
	g_autoptr(GArray) ids = store_ids(bench->store, query, error);

	return ids ? (int)ids->len : -1;
}

static Query *
parse_members(const Bench *bench, const char *within, GError **error)
{
	g_autofree char *text =
		g_strdup_printf("%s campaign:%" G_GINT64_FORMAT, within, bench->largest);

	return query_parse(text, bench->now, NULL, error);
}

static int
members_first(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(Query) members = parse_members(bench, "", error);

	return members ? messages_first(bench, members, error) : -1;
}

static int
members_next(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(Query) members = parse_members(bench, "", error);

	return members ? messages_next(bench, members, error) : -1;
}

static int
members_held(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(Query) members = parse_members(bench, "(state:held)", error);

	return members ? messages_first(bench, members, error) : -1;
}

static int
members_ids(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(GArray) campaigns = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(GArray) ids = NULL;

	g_array_append_val(campaigns, bench->largest);
	ids = store_campaign_members(bench->store, campaigns, NULL, error);
	return ids ? (int)ids->len : -1;
}

/* ---- what stands beside the lists ---- */

/* What the top line says. */
static int
counters(Bench *bench, const Query *query, GError **error)
{
	int64_t counts[STATES];
	int64_t pending, due, campaigns;

	if (!store_counts(bench->store, counts, error))
		return -1;
	campaigns = store_count_campaigns(bench->store, query, error);
	if (campaigns < 0 || !store_outbox_due(bench->store, &pending, &due, error))
		return -1;
	return (int)campaigns;
}

/* As the console begins, but for the screen. */
static int
open_first(Bench *bench, const Query *query, GError **error)
{
	g_autoptr(Store) store = store_open(store_path(bench->store), STORE_READ, error);
	Bench fresh = *bench;

	fresh.store = store;
	if (!store || counters(&fresh, query, error) < 0)
		return -1;
	return campaigns_first(&fresh, query, error);
}

static int
preview_of(Bench *bench, const CampaignRow *row, GError **error)
{
	g_autoptr(CampaignDossier) dossier =
		campaign_dossier_load(bench->store, row->id, row->top ? row->top->id : 0, error);

	return dossier ? (int)campaign_total(row) : -1;
}

static int
preview_any(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	guint which = (guint)g_rand_int_range(bench->rand, 0, (gint32)bench->campaigns->len);

	return preview_of(bench, g_ptr_array_index(bench->campaigns, which), error);
}

static int
preview_largest(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(CampaignRow) row = store_campaign(bench->store, bench->largest, NULL, error);

	return row ? preview_of(bench, row, error) : -1;
}

static int64_t
any_held(const Bench *bench)
{
	return g_array_index(
		bench->held, int64_t, g_rand_int_range(bench->rand, 0, (gint32)bench->held->len));
}

static int
message_first(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(Dossier) dossier = dossier_load(bench->store, any_held(bench), bench->now, error);

	return dossier ? 1 : -1;
}

static int
message_history(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(GPtrArray) history = store_history(bench->store, any_held(bench), error);

	return history ? (int)history->len : -1;
}

static int
log_first(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(GPtrArray) rows = store_operations(bench->store, 0, PAGE, error);

	return rows ? (int)rows->len : -1;
}

static int
outbox_first(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(GPtrArray) rows = store_deliveries(bench->store, 0, PAGE, error);

	return rows ? (int)rows->len : -1;
}

static int
rules_all(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	g_autoptr(GPtrArray) rows = store_rules(bench->store, bench->now, error);

	return rows ? (int)rows->len : -1;
}

static int
bursts(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	const BurstList list = {
		.key = BURST_ACCOUNT, .window = BURST_WINDOW, .now = bench->now, .limit = 200
	};
	int64_t end;
	g_autoptr(GPtrArray) rows = store_bursts(bench->store, &list, &end, error);

	return rows ? (int)rows->len : -1;
}

/* ---- deciding ---- */

static OperationRequest
request_of(const Bench *bench, DecisionKind kind)
{
	OperationRequest request = {
		.kind = kind,
		.targets = g_array_new(false, false, sizeof(Target)),
		.actor = "alice",
		.transport = "maildir",
		.hold = 30,
		.now = bench->now,
	};

	for (guint i = 0; i < bench->held->len; i++) {
		Target target = { g_array_index(bench->held, int64_t, i), -1 };

		g_array_append_val(request.targets, target);
	}
	return request;
}

static int
plan_release(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	OperationRequest request = request_of(bench, DECISION_RELEASE);
	g_autoptr(GArray) targets = request.targets;
	g_auto(OperationPlan) plan = { 0 };

	return store_plan(bench->store, &request, &plan, error) ? plan.messages : -1;
}

static int
decide_and_undo(Bench *bench, G_GNUC_UNUSED const Query *query, GError **error)
{
	OperationRequest request = request_of(bench, DECISION_BLOCK);
	g_autoptr(GArray) targets = request.targets;
	int64_t operation = store_decide(bench->store, &request, error);

	if (operation == 0 || store_undo(bench->store, operation, "alice", bench->now, error) == 0)
		return -1;
	return (int)targets->len;
}

/* ---- which ---- */

/* clang-format off */
static const Read reads[] = {
	{ "open, counters, first page", "state:held", open_first, 0 },
	{ "counters", "state:held", counters, 0 },
	{ "campaigns held, first", "state:held", campaigns_first, 0 },
	{ "campaigns held, next", "state:held", campaigns_next, 0 },
	{ "campaigns held, previous", "state:held", campaigns_previous, 0 },
	{ "campaigns held, last", "state:held", campaigns_last, 0 },
	{ "campaigns all, first", "", campaigns_first, 0 },
	{ "campaigns all, next", "", campaigns_next, 0 },
	{ "campaigns released, first", "state:released", campaigns_first, 0 },
	{ "campaigns released, next", "state:released", campaigns_next, 0 },
	{ "campaigns released, last", "state:released", campaigns_last, 0 },
	{ "campaigns blocked, first", "state:blocked", campaigns_first, 0 },
	{ "campaigns blocked, last", "state:blocked", campaigns_last, 0 },
	{ "campaigns common word", "ka", campaigns_first, 0 },
	{ "campaigns word, held", "state:held sanlo", campaigns_first, 0 },
	{ "campaigns word, held, next", "state:held sanlo", campaigns_next, 0 },
	{ "campaigns rare word", "lasanterka", campaigns_first, 0 },
	{ "campaigns score", "score:>90", campaigns_first, 0 },
	{ "campaigns score, held", "state:held score:>70", campaigns_first, 0 },
	{ "campaigns name", "name:metamask", campaigns_first, 0 },
	{ "campaigns subject", "subject:verify", campaigns_first, 0 },
	{ "campaigns subject, none", "subject:nowhere-to-be", campaigns_first, 0 },
	{ "campaigns attachment", "has:attachment", campaigns_first, 0 },
	{ "campaigns finding", "finding:brand-name", campaigns_first, 0 },
	{ "campaigns finding, held", "state:held finding:brand-name", campaigns_first, 0 },
	{ "campaigns link, none", "link:nowhere-to-be", campaigns_first, 0 },
	{ "campaigns ids, held", "state:held", campaigns_all_ids, FEW },
	{ "messages held, first", "state:held", messages_first, 0 },
	{ "messages held, next", "state:held", messages_next, 0 },
	{ "messages held, previous", "state:held", messages_previous, 0 },
	{ "messages held, last", "state:held", messages_last, 0 },
	{ "messages all, next", "", messages_next, 0 },
	{ "messages common word", "ka", messages_first, 0 },
	{ "messages common word, next", "ka", messages_next, 0 },
	{ "messages word, held", "state:held sanlo", messages_first, 0 },
	{ "messages rare word", "lasanterka", messages_first, 0 },
	{ "messages score, held", "state:held score:>70", messages_first, 0 },
	{ "messages name", "name:metamask", messages_first, 0 },
	{ "messages subject", "subject:verify", messages_first, 0 },
	{ "messages subject, none", "subject:nowhere-to-be", messages_first, 0 },
	{ "messages to", "to:user7@", messages_first, 0 },
	{ "messages to, none", "to:nowhere-to-be", messages_first, 0 },
	{ "messages attachment", "has:attachment", messages_first, 0 },
	{ "messages finding, held", "state:held finding:brand-name", messages_first, 0 },
	{ "messages link, none", "link:nowhere-to-be", messages_first, 0 },
	{ "messages new account", "state:held is:new-account", messages_first, 0 },
	{ "largest campaign, first", NULL, members_first, 0 },
	{ "largest campaign, next", NULL, members_next, 0 },
	{ "largest campaign, held", NULL, members_held, 0 },
	{ "largest campaign, ids", NULL, members_ids, 0 },
	{ "preview, any", NULL, preview_any, 0 },
	{ "preview, largest", NULL, preview_largest, 0 },
	{ "message", NULL, message_first, 0 },
	{ "message, history", NULL, message_history, 0 },
	{ "log, first", NULL, log_first, 0 },
	{ "outbox, first", NULL, outbox_first, 0 },
	{ "rules", NULL, rules_all, 0 },
	{ "bursts", NULL, bursts, FEW },
	{ "tag by word", "state:held mian", messages_all_ids, FEW },
	{ "tag by score", "state:held score:>70", messages_all_ids, FEW },
	{ "plan 10,000", NULL, plan_release, FEW },
	{ "decide 10,000 and undo", NULL, decide_and_undo, FEW },
};
/* clang-format on */

static int
compare_times(gconstpointer a, gconstpointer b)
{
	int64_t first = *(const int64_t *)a;
	int64_t second = *(const int64_t *)b;

	return (first > second) - (first < second);
}

/* Milliseconds. */
static double
share_of(GArray *times, guint percent)
{
	g_array_sort(times, compare_times);
	return (double)g_array_index(times, int64_t, (times->len - 1) * percent / 100) / 1000;
}

/* This thread's, in microseconds. */
static int64_t
processor_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (int64_t)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static bool
measure(Bench *bench, const Read *read, GError **error)
{
	g_autoptr(Query) query =
		read->query ? query_parse(read->query, bench->now, NULL, error) : NULL;
	g_autoptr(GArray) times = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(GArray) busy = g_array_new(false, false, sizeof(int64_t));
	int64_t begin = g_get_monotonic_time();
	int rounds = read->rounds ? read->rounds : ROUNDS;
	int given = 0;

	if (read->query && !query)
		return false;
	for (int i = 0; i < rounds && (i == 0 || g_get_monotonic_time() - begin < ENOUGH); i++) {
		int64_t time = g_get_monotonic_time();
		int64_t processor = processor_time();

		given = read->run(bench, query, error);
		time = g_get_monotonic_time() - time;
		processor = processor_time() - processor;
		if (given < 0)
			return false;
		g_array_append_val(times, time);
		g_array_append_val(busy, processor);
	}
	printf("%-30s %9.3f %9.3f %9.3f %5u %8d\n", read->name, share_of(times, 50),
		share_of(times, 99), share_of(busy, 50), times->len, given);
	fflush(stdout);
	return true;
}

/* ---- what is looked at ---- */

static bool
prepare(Bench *bench, GError **error)
{
	const StoreList many = { .limit = MANY };
	g_autoptr(Query) held = query_parse("state:held", bench->now, NULL, error);
	const CampaignList campaigns = { .query = held, .limit = 500 };
	StoreList list = many;
	g_autoptr(GPtrArray) rows = NULL;

	if (!held ||
		!db_value(bench->store,
			"SELECT id FROM campaign ORDER BY held + released + blocked DESC LIMIT 1",
			&bench->largest, error) ||
		!db_value(bench->store, "SELECT max(ord) FROM message", &bench->newest_ord, error))
		return false;
	list.query = held;
	rows = store_list(bench->store, &list, error);
	bench->campaigns = rows ? store_campaigns(bench->store, &campaigns, error) : NULL;
	if (!bench->campaigns)
		return false;
	bench->held = g_array_new(false, false, sizeof(int64_t));
	for (guint i = 0; i < rows->len; i++)
		g_array_append_val(bench->held, ((MessageRow *)g_ptr_array_index(rows, i))->id);
	return true;
}

static bool
run_all(Bench *bench, const char *name, GError **error)
{
	if (!prepare(bench, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
		if (strstr(reads[i].name, name) && !measure(bench, &reads[i], error))
			return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = argc > 1 ? store_open(argv[1], STORE_WRITE, &error) : NULL;
	Bench bench = { .store = store, .now = 1780000000 };
	struct rusage usage;
	bool done;

	if (argc < 2) {
		fprintf(stderr, "usage: reads STORE [NAME]\n");
		return 64;
	}
	bench.rand = g_rand_new_with_seed(1);
	done = store && run_all(&bench, argc > 2 ? argv[2] : "", &error);
	g_clear_pointer(&bench.campaigns, g_ptr_array_unref);
	g_clear_pointer(&bench.held, g_array_unref);
	g_rand_free(bench.rand);
	if (!done) {
		fprintf(stderr, "reads: %s\n", error->message);
		return 74;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%-30s %10ld\n", "memory KiB", usage.ru_maxrss);
	return 0;
}
