/* campaigns.h - messages with edges by hand, and what must hold of campaigns whatever happens */
#ifndef TESTS_STORE_CAMPAIGNS_H
#define TESTS_STORE_CAMPAIGNS_H

#include "mail/edge.h"
#include "store/campaign.h"
#include "store/db.h"
#include "store/rescore.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

/* The first integer that @sql gives. */
static inline int64_t
campaigns_value(Store *store, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, &error);

	g_assert_no_error(error);
	g_assert_cmpint(db_step(store, stmt, &error), ==, STEP_ROW);
	return db_int(stmt, 0);
}

static inline EdgeKind
campaigns_kind(const char *name)
{
	for (int kind = 0; kind < EDGE_KINDS; kind++) {
		if (g_str_equal(edge_kind_names[kind].name, name))
			return (EdgeKind)kind;
	}
	g_assert_not_reached();
}

/* @edges: "account:A link:evil.test". */
static inline void
campaigns_add_edges(Message *message, const char *edges)
{
	g_auto(GStrv) words = g_strsplit(edges, " ", -1);

	for (char **word = words; *word && **word; word++) {
		g_auto(GStrv) pair = g_strsplit(*word, ":", 2);

		message_add_edge(message, campaigns_kind(pair[0]), pair[1]);
	}
}

/* A message from @domain with @edges and a score. */
static inline Message *
campaigns_message(const char *domain, const char *edges, int score)
{
	Message *message = message_new();

	message->from_domain = g_strdup(domain);
	message->score = score;
	message->received = ARRIVE_NOW - 1000 + score;
	campaigns_add_edges(message, edges);
	return message;
}

/* Puts it in; its id. */
static inline int64_t
campaigns_put(Sample *sample, const Message *message)
{
	g_autofree char *raw = g_strdup_printf("message %d", ++sample->count);

	g_assert_cmpint(arrive(sample->store, message, raw), ==, ADDED_NEW);
	return sample->count;
}

static inline int64_t
campaigns_add(Sample *sample, const char *edges)
{
	g_autoptr(Message) message = campaigns_message("shop.example", edges, 42);

	return campaigns_put(sample, message);
}

static inline int64_t
campaigns_add_from(Sample *sample, const char *domain, const char *edges)
{
	g_autoptr(Message) message = campaigns_message(domain, edges, 42);

	return campaigns_put(sample, message);
}

static inline int64_t
campaigns_of(const Sample *sample, int64_t message)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT campaign FROM message WHERE id = %" G_GINT64_FORMAT, message);

	return campaigns_value(sample->store, sql);
}

static inline bool
campaigns_together(const Sample *sample, int64_t a, int64_t b)
{
	return campaigns_of(sample, a) == campaigns_of(sample, b);
}

/* 0 if there is none. */
static inline int64_t
campaigns_edge(const Sample *sample, EdgeKind kind, const char *value)
{
	g_autofree char *sql = sqlite3_mprintf(
		"SELECT ifnull(max(id), 0) FROM edge WHERE kind = %d AND value = %Q", (int)kind,
		value);
	g_autofree char *copy = g_strdup(sql);

	sqlite3_free(g_steal_pointer(&sql));
	return campaigns_value(sample->store, copy);
}

/* What must hold, each as the number of rows where it does not. */
static const char *const campaigns_laws[] = {
	/* every message is in a campaign that stands */
	"SELECT count(*) FROM message m LEFT JOIN campaign c ON c.id = m.campaign"
	" WHERE c.id IS NULL OR c.joined IS NOT NULL",
	/* of an edge that binds several messages, all are in the campaign that it names */
	"SELECT count(*) FROM message_edge me JOIN edge e ON e.id = me.edge"
	" JOIN message m ON m.id = me.message WHERE e.state = 0 AND e.messages > 1"
	" AND m.campaign IS NOT e.campaign",
	/* one that does not bind, or that one message has at most, names none */
	"SELECT count(*) FROM edge e WHERE campaign IS NOT NULL AND (state <> 0"
	" OR (SELECT count(*) FROM message_edge me WHERE me.edge = e.id) < 2)",
	/* an edge counts its messages */
	"SELECT count(*) FROM edge e WHERE messages <>"
	" (SELECT count(*) FROM message_edge me WHERE me.edge = e.id)",
	/* counts and order are those of its messages */
	"SELECT count(*) FROM campaign c WHERE"
	" held <> (SELECT count(*) FROM message m WHERE m.campaign = c.id AND state = 0)"
	" OR released <> (SELECT count(*) FROM message m WHERE m.campaign = c.id AND state = 1)"
	" OR blocked <> (SELECT count(*) FROM message m WHERE m.campaign = c.id AND state = 2)"
	" OR ord IS NOT (SELECT max(ord) FROM message m WHERE m.campaign = c.id)"
	" OR held_ord IS NOT"
	"  (SELECT max(ord) FROM message m WHERE m.campaign = c.id AND state = 0)"
	" OR first IS NOT (SELECT min(received) FROM message m WHERE m.campaign = c.id)"
	" OR last IS NOT (SELECT max(received) FROM message m WHERE m.campaign = c.id)",
	/* what was joined leads to one that stands, at once */
	"SELECT count(*) FROM campaign c JOIN campaign o ON o.id = c.joined"
	" WHERE o.joined IS NOT NULL OR c.held + c.released + c.blocked > 0",
	/* what stands has messages */
	"SELECT count(*) FROM campaign WHERE joined IS NULL AND held + released + blocked = 0",
};

static inline void
campaigns_check(const Sample *sample)
{
	g_assert_true(store_part_campaigns(sample->store, NULL));
	g_assert_true(store_part_campaigns(sample->store, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(campaigns_laws); i++) {
		int64_t broken = campaigns_value(sample->store, campaigns_laws[i]);

		if (broken != 0)
			g_test_message("law %zu is broken: %s", i, campaigns_laws[i]);
		g_assert_cmpint(broken, ==, 0);
	}
}

/* ---- what people do, which must work ---- */

static inline int64_t
campaigns_cut(const Sample *sample, EdgeKind kind, const char *value)
{
	g_autoptr(GError) error = NULL;
	int64_t operation = store_cut_edge(sample->store, campaigns_edge(sample, kind, value),
		"alice", NULL, SAMPLE_NOW, &error);

	g_assert_no_error(error);
	g_assert_cmpint(operation, >, 0);
	campaigns_check(sample);
	return operation;
}

static inline int64_t
campaigns_join(const Sample *sample, int64_t a, int64_t b)
{
	g_autoptr(GError) error = NULL;
	const int64_t two[] = { campaigns_of(sample, a), campaigns_of(sample, b) };
	int64_t operation =
		store_join_campaigns(sample->store, two, "alice", "one sender", SAMPLE_NOW, &error);

	g_assert_no_error(error);
	g_assert_cmpint(operation, >, 0);
	campaigns_check(sample);
	return operation;
}

static inline int64_t
campaigns_undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t id = store_undo(sample->store, operation, "alice", SAMPLE_NOW, &error);

	g_assert_no_error(error);
	campaigns_check(sample);
	return id;
}

static inline CampaignRow *
campaigns_row(const Sample *sample, int64_t id)
{
	g_autoptr(GError) error = NULL;
	CampaignRow *row = store_campaign(sample->store, id, NULL, &error);

	g_assert_no_error(error);
	return row;
}

static inline void
campaigns_reread(const Sample *sample, int64_t id, const char *edges)
{
	g_autoptr(Message) message = campaigns_message("shop.example", edges, 77);
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	const Rereading reading = { .id = id, .message = message, .basis = "new" };
	g_autoptr(GError) error = NULL;

	store_rescore(sample->store, &reading, 1, outcomes, &error);
	g_assert_no_error(error);
	campaigns_check(sample);
}

static inline void
campaigns_add_many(Sample *sample, const char *kind, int count, int domains)
{
	for (int i = 0; i < count; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i % domains);

		campaigns_add_from(sample, domain, kind);
	}
	campaigns_check(sample);
}

#endif
