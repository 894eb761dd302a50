/* Campaigns: how messages come together, part and are put together. */
#include "store/campaign.h"

#include "store/schema.h"
#include "tests/store/campaigns.h"

static void
assert_no_undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(store_undo(sample->store, operation, "bob", SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	campaigns_check(sample);
}

static EdgeState
state_of(const Sample *sample, EdgeKind kind, const char *value)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT state FROM edge WHERE id = %" G_GINT64_FORMAT,
			campaigns_edge(sample, kind, value));

	return (EdgeState)campaigns_value(sample->store, sql);
}

/* ---- coming together ---- */

static void
test_what_shares_an_edge_is_together(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:one.test");
	int64_t b = campaigns_add(sample, "account:B link:one.test");
	int64_t c = campaigns_add(sample, "account:C link:two.test");
	/* The same word of another kind is another edge. */
	int64_t d = campaigns_add(sample, "kit:one.test subject:A");

	g_assert_true(campaigns_together(sample, a, b));
	g_assert_false(campaigns_together(sample, a, c));
	g_assert_false(campaigns_together(sample, a, d));
	g_assert_false(campaigns_together(sample, c, d));
	campaigns_check(sample);
}

static void
test_without_edges_each_is_alone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "");
	int64_t b = campaigns_add(sample, "");

	g_assert_false(campaigns_together(sample, a, b));
	campaigns_check(sample);
}

static void
test_the_larger_ones_id_stays(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t few = campaigns_add(sample, "account:A");
	int64_t many = campaigns_add(sample, "account:B");
	int64_t old_few = campaigns_of(sample, few);
	int64_t id_of_many = campaigns_of(sample, many);
	int64_t third;
	int64_t old_third;
	int64_t id;

	campaigns_add(sample, "account:B");
	campaigns_add(sample, "account:A link:x.test");
	campaigns_add(sample, "account:B");
	campaigns_add(sample, "account:B link:x.test");
	g_assert_true(campaigns_together(sample, few, many));
	g_assert_cmpint(campaigns_of(sample, few), ==, id_of_many);

	/* Ids that were joined go on naming it, over several steps too. */
	third = campaigns_add(sample, "account:C");
	old_third = campaigns_of(sample, third);
	for (int i = 0; i < 10; i++)
		campaigns_add(sample, "account:C");
	campaigns_add(sample, "account:C account:A");
	g_assert_cmpint(campaigns_of(sample, many), ==, old_third);
	for (size_t i = 0; i < 2; i++) {
		id = i ? old_few : id_of_many;
		g_assert_true(store_campaign_id(sample->store, &id, NULL));
		g_assert_cmpint(id, ==, old_third);
	}
	campaigns_check(sample);
}

static void
test_of_equals_the_older_stays(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t b = campaigns_add(sample, "account:B");
	int64_t older = campaigns_of(sample, a);

	campaigns_add(sample, "account:B account:A");
	g_assert_cmpint(campaigns_of(sample, b), ==, older);
	campaigns_check(sample);
}

static void
test_unknown_id_is_not_found(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) other = NULL;
	int64_t id = 7;

	g_assert_false(store_campaign_id(sample->store, &id, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
	g_assert_null(store_campaign(sample->store, id, NULL, &other));
	g_assert_error(other, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static int64_t
decisions(const Sample *sample)
{
	return campaigns_value(sample->store, "SELECT count(*) FROM decision");
}

static void
test_merging_decides_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t blocked = campaigns_add(sample, "account:A");
	int64_t held = campaigns_add(sample, "account:B");
	g_autoptr(CampaignRow) row = NULL;

	sample_do(sample, DECISION_BLOCK, blocked);
	campaigns_add(sample, "account:A account:B");
	g_assert_true(campaigns_together(sample, blocked, held));
	g_assert_cmpint(sample_state(sample, blocked), ==, STATE_BLOCKED);
	g_assert_cmpint(sample_state(sample, held), ==, STATE_HELD);
	g_assert_cmpint(sample_state(sample, 3), ==, STATE_HELD);
	g_assert_cmpint(decisions(sample), ==, 1);
	row = campaigns_row(sample, campaigns_of(sample, held));
	g_assert_cmpint(row->counts[STATE_HELD], ==, 2);
	g_assert_cmpint(row->counts[STATE_BLOCKED], ==, 1);
	campaigns_check(sample);

	campaigns_cut(sample, EDGE_ACCOUNT, "A");
	g_assert_cmpint(sample_state(sample, blocked), ==, STATE_BLOCKED);
	g_assert_cmpint(decisions(sample), ==, 1);
}

/* A message that does not get in leaves no campaign and no edge behind. */
static void
test_failed_message_leaves_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) bad = campaigns_message("shop.example", "account:A link:b.test", 1);
	g_autoptr(StoreBatch) batch = NULL;
	AddOutcome outcome;

	campaigns_add(sample, "account:A");
	campaigns_add(sample, "link:b.test");
	arrive_finding(bad, "broken", 1);
	g_clear_pointer(&((Finding *)g_ptr_array_index(bad->findings, 0))->text, g_free);
	batch = store_batch_begin(sample->store, NULL);
	g_assert_false(arrive_in(batch, bad, "bad", &outcome, NULL));
	g_assert_false(store_batch_commit(batch, NULL));
	g_clear_pointer(&batch, store_batch_end);
	g_assert_false(campaigns_together(sample, 1, 2));
	campaigns_check(sample);
}

/* ---- cutting and joining ---- */

static void
test_cut_parts_what_nothing_else_holds(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:x.test");
	int64_t b = campaigns_add(sample, "account:A link:x.test");
	int64_t c = campaigns_add(sample, "account:C link:x.test");
	int64_t d = campaigns_add(sample, "account:D link:x.test");
	int64_t before = campaigns_of(sample, a);
	int64_t e;

	campaigns_cut(sample, EDGE_LINK, "x.test");
	g_assert_true(campaigns_together(sample, a, b));
	g_assert_false(campaigns_together(sample, a, c));
	g_assert_false(campaigns_together(sample, c, d));
	/* The largest part keeps the id. */
	g_assert_cmpint(campaigns_of(sample, a), ==, before);

	/* What comes is not bound by it either. */
	e = campaigns_add(sample, "link:x.test");
	for (int64_t i = a; i < e; i++)
		g_assert_false(campaigns_together(sample, i, e));
	campaigns_check(sample);
}

static void
test_cut_leaves_what_holds_otherwise(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:x.test");
	int64_t b = campaigns_add(sample, "account:A link:x.test");

	campaigns_cut(sample, EDGE_LINK, "x.test");
	g_assert_true(campaigns_together(sample, a, b));
}

static void
test_undo_of_a_cut_and_redo(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:x.test");
	int64_t b = campaigns_add(sample, "account:B link:x.test");
	int64_t operation = campaigns_cut(sample, EDGE_LINK, "x.test");
	int64_t late = campaigns_add(sample, "account:C link:x.test");
	int64_t back;

	g_assert_false(campaigns_together(sample, a, b));
	/* Those that came while it was cut are bound again as well. */
	back = campaigns_undo(sample, operation);
	g_assert_true(campaigns_together(sample, a, b));
	g_assert_true(campaigns_together(sample, a, late));
	campaigns_undo(sample, back);
	g_assert_false(campaigns_together(sample, a, b));
	g_assert_false(campaigns_together(sample, a, late));
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_CUT);
}

static void
test_cut_is_refused_where_nothing_binds(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) alone = NULL;
	g_autoptr(GError) twice = NULL;
	g_autoptr(GError) unknown = NULL;
	int64_t edge;

	campaigns_add(sample, "link:x.test kit:k");
	campaigns_add(sample, "link:x.test");
	edge = campaigns_edge(sample, EDGE_KIT, "k");
	g_assert_cmpint(store_cut_edge(sample->store, edge, "a", NULL, 1, &alone), ==, 0);
	g_assert_error(alone, STORE_ERROR, STORE_ERROR_REFUSED);
	campaigns_cut(sample, EDGE_LINK, "x.test");
	edge = campaigns_edge(sample, EDGE_LINK, "x.test");
	g_assert_cmpint(store_cut_edge(sample->store, edge, "a", NULL, 1, &twice), ==, 0);
	g_assert_error(twice, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_cmpint(store_cut_edge(sample->store, 999, "a", NULL, 1, &unknown), ==, 0);
	g_assert_error(unknown, STORE_ERROR, STORE_ERROR_NOT_FOUND);
	/* What is refused is no operation. */
	g_assert_cmpint(campaigns_value(sample->store, "SELECT count(*) FROM operation"), ==, 1);
}

static void
test_join_and_its_undo_and_redo(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t b = campaigns_add(sample, "account:B");
	int64_t c = campaigns_add(sample, "account:B");
	int64_t operation = campaigns_join(sample, a, b);
	int64_t back;
	int64_t late;

	g_assert_true(campaigns_together(sample, a, c));
	/* What comes to one comes to both. */
	late = campaigns_add(sample, "account:A");
	g_assert_true(campaigns_together(sample, late, c));
	back = campaigns_undo(sample, operation);
	g_assert_false(campaigns_together(sample, a, b));
	g_assert_true(campaigns_together(sample, a, late));
	campaigns_undo(sample, back);
	g_assert_true(campaigns_together(sample, late, c));
}

static void
test_join_is_refused_where_they_are_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t b = campaigns_add(sample, "account:B");
	int64_t id_a = campaigns_of(sample, a);
	int64_t id_b = campaigns_of(sample, b);
	g_autoptr(GError) same = NULL;
	g_autoptr(GError) unknown = NULL;

	campaigns_join(sample, a, b);
	/* By an id that was joined, too. */
	g_assert_cmpint(store_join_campaigns(sample->store, (const int64_t[]){ id_a, id_b },
				"alice", NULL, 1, &same),
		==, 0);
	g_assert_error(same, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_cmpint(store_join_campaigns(sample->store, (const int64_t[]){ id_a, 999 }, "alice",
				NULL, 1, &unknown),
		==, 0);
	g_assert_error(unknown, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

/* A join may be cut like any other edge; the join itself can't be undone then. */
static void
test_what_was_changed_since_is_a_conflict(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t b = campaigns_add(sample, "account:B");
	int64_t joined = campaigns_join(sample, a, b);
	int64_t edge = campaigns_value(sample->store, "SELECT max(id) FROM edge");
	int64_t parted = store_cut_edge(sample->store, edge, "alice", NULL, SAMPLE_NOW, NULL);

	g_assert_cmpint(parted, >, 0);
	g_assert_false(campaigns_together(sample, a, b));
	assert_no_undo(sample, joined);
	campaigns_undo(sample, parted);
	assert_no_undo(sample, parted);
	g_assert_true(campaigns_together(sample, a, b));
	campaigns_undo(sample, joined);
	g_assert_false(campaigns_together(sample, a, b));
}

static void
test_undo_of_the_latest_takes_back_a_cut(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:x.test");
	int64_t b = campaigns_add(sample, "account:B link:x.test");

	sample_do(sample, DECISION_BLOCK, a);
	campaigns_cut(sample, EDGE_LINK, "x.test");
	campaigns_undo(sample, 0);
	g_assert_true(campaigns_together(sample, a, b));
	g_assert_cmpint(sample_state(sample, a), ==, STATE_BLOCKED);
	campaigns_undo(sample, 0);
	g_assert_cmpint(sample_state(sample, a), ==, STATE_HELD);
}

static void
test_changes_of_edges_are_append_only(Sample *sample, G_GNUC_UNUSED const void *data)
{
	campaigns_add(sample, "link:x.test");
	campaigns_add(sample, "link:x.test");
	campaigns_cut(sample, EDGE_LINK, "x.test");
	g_assert_false(db_exec(sample->store, "UPDATE edge_change SET after = 0", NULL));
	g_assert_false(db_exec(sample->store, "DELETE FROM edge_change", NULL));
}

/* ---- common edges ---- */

typedef struct CommonCase {
	const char *name, *edge;
	int messages, domains; /* enough to be common; one less of either is not */
} CommonCase;

static const CommonCase common_cases[] = {
	{ "account", "account:A", 32, 20 },
	{ "claimed-account", "claimed-account:A", 32, 20 },
	{ "link", "link:x.test", 16, 12 },
	{ "subject", "subject:x", 16, 12 },
	{ "text", "text:x", 16, 12 },
};

static void
assert_state(const char *edge, int messages, int domains, EdgeState expected)
{
	Sample sample = { 0 };
	g_auto(GStrv) pair = g_strsplit(edge, ":", 2);
	int64_t parts;

	sample_setup(&sample, NULL);
	campaigns_add_many(&sample, edge, messages, domains);
	g_assert_cmpint(state_of(&sample, campaigns_kind(pair[0]), pair[1]), ==, expected);
	parts = store_count_campaigns(sample.store, NULL, NULL);
	g_assert_cmpint(parts, ==, expected == EDGE_COMMON ? messages : 1);
	sample_teardown(&sample, NULL);
}

static void
test_common(gconstpointer data)
{
	const CommonCase *row = data;

	assert_state(row->edge, row->messages, row->domains, EDGE_COMMON);
	assert_state(row->edge, row->messages - 1, row->domains, EDGE_BINDS);
	assert_state(row->edge, row->messages, row->domains - 1, EDGE_BINDS);
}

static void
test_what_is_never_common(void)
{
	static const char *const edges[] = { "sender:A", "attachment:x", "kit:x" };

	for (size_t i = 0; i < G_N_ELEMENTS(edges); i++)
		assert_state(edges[i], 64, 64, EDGE_BINDS);
}

/* Text that leads away from many senders is what lures are. */
static void
test_lures_from_many_domains_stay_together(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 64; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i);
		g_autoptr(Message) message = campaigns_message(domain, "", 42);

		message_add_edge(message, EDGE_TEXT, EDGE_LEADS_AWAY "0123");
		message_add_edge(message, EDGE_SUBJECT, EDGE_LEADS_AWAY "bank: verify it now");
		campaigns_put(sample, message);
	}
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, NULL), ==, 1);
}

/* The landing page that all lead to is no common host, however many send it. */
static void
test_main_link_is_not_common(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 64; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i);
		g_autoptr(Message) message = campaigns_message(domain, "link:evil.test", 42);

		arrive_link(message, "u", "https://evil.test/", "evil.test");
		campaigns_put(sample, message);
	}
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, NULL), ==, 1);
}

/* However transactions fall, campaigns part behind the same messages. */
static void
test_campaigns_part_at_each_256th_message(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 1; i <= 256; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i % 20);
		int loose = i < 256 ? MIN(i, 16) : 1;

		campaigns_add_from(sample, domain, "link:x.test");
		g_assert_cmpint(
			store_count_campaigns(sample->store, NULL, NULL), ==, i - loose + 1);
	}
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_COMMON);
}

/* It becomes common later as well, when its number has doubled. */
static void
test_common_is_asked_again(Sample *sample, G_GNUC_UNUSED const void *data)
{
	campaigns_add_many(sample, "link:x.test", 16, 1);
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_BINDS);
	campaigns_add_many(sample, "link:x.test", 15, 31);
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_BINDS);
	campaigns_add(sample, "link:x.test");
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_COMMON);
	campaigns_check(sample);
}

static void
test_common_edge_parts_only_what_it_held(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t last;

	for (int i = 0; i < 16; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i);
		g_autofree char *edges = g_strdup_printf("link:x.test account:%d", i / 4);

		last = campaigns_add_from(sample, domain, edges);
	}
	campaigns_check(sample);
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, NULL), ==, 4);
	g_assert_true(campaigns_together(sample, last, last - 3));
	g_assert_false(campaigns_together(sample, last, last - 4));
}

/* What a person cut is cut: no number makes it something else. */
static void
test_cut_edge_does_not_become_common(Sample *sample, G_GNUC_UNUSED const void *data)
{
	campaigns_add_many(sample, "link:x.test", 15, 15);
	campaigns_cut(sample, EDGE_LINK, "x.test");
	campaigns_add_many(sample, "link:x.test", 20, 20);
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_CUT);
}

/* Nor does it bind hundreds when the cut is undone: all that came has it in common. */
static void
test_undone_cut_of_what_is_common_by_now(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t operation;
	int64_t alone;

	campaigns_add_many(sample, "link:x.test", 10, 10);
	operation = campaigns_cut(sample, EDGE_LINK, "x.test");
	campaigns_add_many(sample, "link:x.test", 30, 30);
	alone = store_count_campaigns(sample->store, NULL, NULL);
	/* Undone, redone, undone: each says what it made of it, and so can be taken back. */
	for (int i = 0; i < 2; i++) {
		operation = campaigns_undo(sample, operation);
		g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_COMMON);
		g_assert_cmpint(store_count_campaigns(sample->store, NULL, NULL), ==, alone);
		operation = campaigns_undo(sample, operation);
		g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_CUT);
	}
	g_assert_cmpint(campaigns_value(sample->store, "SELECT max(after) FROM edge_change"), ==,
		EDGE_COMMON);
	campaigns_check(sample);
	sample_assert_sound(sample);
}

/* What bound though many have it binds again: undo makes nothing else of it. */
static void
test_undone_cut_binds_what_bound(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t operation;

	campaigns_add_many(sample, "link:x.test", 16, 1);
	campaigns_add_many(sample, "link:x.test", 14, 14);
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_BINDS);
	operation = campaigns_cut(sample, EDGE_LINK, "x.test");
	campaigns_undo(sample, operation);
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_BINDS);
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, NULL), ==, 1);
	campaigns_add_many(sample, "link:x.test", 2, 2);
	g_assert_cmpint(state_of(sample, EDGE_LINK, "x.test"), ==, EDGE_COMMON);
	campaigns_check(sample);
}

/* ---- read anew ---- */

static void
test_other_edges_other_campaign(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t b = campaigns_add(sample, "account:A");
	int64_t c = campaigns_add(sample, "account:C");
	int64_t id_a = campaigns_of(sample, a);
	int64_t id_c = campaigns_of(sample, c);

	campaigns_reread(sample, b, "account:C link:x.test");
	g_assert_false(campaigns_together(sample, a, b));
	g_assert_true(campaigns_together(sample, b, c));
	/* Neither of those that stayed has got another id. */
	g_assert_cmpint(campaigns_of(sample, a), ==, id_a);
	g_assert_cmpint(campaigns_of(sample, c), ==, id_c);
	campaigns_reread(sample, b, "account:A account:C");
	g_assert_true(campaigns_together(sample, a, c));
}

/* Nobody has the edge any more: what comes with it is not where it once led. */
static void
test_edge_that_nobody_has_leads_nowhere(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:x.test");
	int64_t b;

	campaigns_reread(sample, a, "account:A");
	b = campaigns_add(sample, "link:x.test");
	g_assert_false(campaigns_together(sample, a, b));
	campaigns_check(sample);
}

static void
test_bridge_that_is_read_anew_parts_both(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t bridge = campaigns_add(sample, "account:A account:B");
	int64_t b = campaigns_add(sample, "account:B");

	g_assert_true(campaigns_together(sample, a, b));
	campaigns_reread(sample, bridge, "");
	g_assert_false(campaigns_together(sample, a, b));
	g_assert_false(campaigns_together(sample, a, bridge));
	g_assert_false(campaigns_together(sample, b, bridge));
}

static void
test_join_outlasts_another_reading(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A");
	int64_t b = campaigns_add(sample, "account:B");
	int64_t c = campaigns_add(sample, "account:A");

	campaigns_join(sample, a, b);
	campaigns_reread(sample, a, "link:x.test");
	g_assert_true(campaigns_together(sample, a, b));
	g_assert_false(campaigns_together(sample, a, c));
}

static void
test_same_edges_change_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t a = campaigns_add(sample, "account:A link:x.test");
	int64_t b = campaigns_add(sample, "account:A");
	int64_t id = campaigns_of(sample, a);
	g_autoptr(CampaignRow) row = NULL;

	campaigns_reread(sample, a, "link:x.test account:A");
	g_assert_cmpint(campaigns_of(sample, a), ==, id);
	g_assert_cmpint(campaigns_of(sample, b), ==, id);
	/* The score did change, and with it the order. */
	row = campaigns_row(sample, id);
	g_assert_cmpint(row->top->id, ==, a);
	g_assert_cmpint(row->top->score, ==, 77);
}

/* ---- from before there were edges ---- */

static const char old_store[] =
	"INSERT INTO basis (id, digest) VALUES (1, 'now');"
	"INSERT INTO campaign (id, edge, value) VALUES (3, 'account', 'A'),"
	" (4, 'claimed account', 'A'), (9, 'account', 'B');"
	"WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 8)"
	" INSERT INTO message (id, raw, sha256, envelope, ord, score, received, imported, date,"
	"  subject, from_address, from_name, domain, header_to, ses, account_signed,"
	"  authenticated, size, source, links, attachments, basis, state, campaign)"
	" SELECT id, id, x'00', 'e', (id * 10) << 56 | (1000 + id) << 22 | id, id * 10,"
	"  1000 + id, 1, 1, 's', 'f', 'n', 'd', 't', 0, 1, 1, 1, 'src', 0, 0, 1, id % 3,"
	"  CASE WHEN id < 4 THEN 3 WHEN id < 6 THEN 4 WHEN id = 6 THEN 9 END FROM n;"
	"INSERT INTO operation (id, at, actor, verb) VALUES (1, 5, 'alice', 'block');"
	"INSERT INTO decision (operation, message, kind, before, after) VALUES (1, 2, 1, 0, 2);";

enum {
	BEFORE_EDGES = 4
};

static void
test_older_store_keeps_its_accounts(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;

	store_close(sample->store);
	g_unlink(sample->path);
	sample->store = db_open(
		sample->path, sample->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
	g_assert_no_error(error);
	g_assert_true(schema_migrate_to(sample->store, BEFORE_EDGES, NULL));
	db_exec(sample->store, "PRAGMA foreign_keys = OFF", NULL);
	g_assert_true(db_exec(sample->store, old_store, &error));
	g_assert_no_error(error);
	sample->count = 8;
	g_assert_true(schema_migrate(sample->store, &error));
	g_assert_no_error(error);

	campaigns_check(sample);
	for (int i = 1; i <= 8; i++) {
		for (int j = 1; j < i; j++)
			g_assert_true(
				campaigns_together(sample, i, j) == (i < 4 || (i < 6 && j > 3)));
	}
	g_assert_cmpint(sample_state(sample, 2), ==, STATE_BLOCKED);
	/* It goes on from there, and knows that the rest is to be read. */
	g_assert_cmpint(campaigns_add(sample, "account:A link:x.test"), ==, 9);
	g_assert_true(campaigns_together(sample, 9, 1));
	g_assert_false(campaigns_together(sample, 9, 4));
	g_assert_true(campaigns_together(sample, campaigns_add(sample, "claimed-account:A"), 4));
	g_assert_cmpint(store_count_outdated(sample->store, "now", NULL), ==, 10);
	campaigns_check(sample);
}

/* ---- a store that is damaged ---- */

static void
damage(const Sample *sample, const char *sql)
{
	g_assert_true(db_exec(sample->store, "PRAGMA foreign_keys = OFF", NULL));
	g_assert_true(db_exec(sample->store, sql, NULL));
}

static void
test_edge_of_another_campaign_is_damage(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	int parts = 0;

	campaigns_add(sample, "link:x.test kit:k");
	campaigns_add(sample, "link:x.test kit:k");
	damage(sample, "UPDATE message SET campaign = 999 WHERE id = 1");
	g_assert_false(store_plan_cut(
		sample->store, campaigns_edge(sample, EDGE_KIT, "k"), &parts, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE);
}

static void
test_campaign_that_is_gone_is_damage(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) both = campaigns_message("shop.example", "link:x.test link:y.test", 1);
	g_autoptr(StoreBatch) batch = NULL;
	g_autoptr(GError) error = NULL;
	AddOutcome outcome;

	campaigns_add(sample, "link:x.test");
	campaigns_add(sample, "link:y.test");
	campaigns_add(sample, "link:y.test");
	damage(sample, "UPDATE edge SET campaign = 998 WHERE value = 'y.test'");
	batch = store_batch_begin(sample->store, NULL);
	g_assert_false(arrive_in(batch, both, "both", &outcome, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test(
		"/campaign/what-shares-an-edge-is-together", test_what_shares_an_edge_is_together);
	sample_test("/campaign/without-edges-each-is-alone", test_without_edges_each_is_alone);
	sample_test("/campaign/the-larger-ones-id-stays", test_the_larger_ones_id_stays);
	sample_test("/campaign/of-equals-the-older-stays", test_of_equals_the_older_stays);
	sample_test("/campaign/unknown-id-is-not-found", test_unknown_id_is_not_found);
	sample_test("/campaign/merging-decides-nothing", test_merging_decides_nothing);
	sample_test("/campaign/failed-message-leaves-nothing", test_failed_message_leaves_nothing);
	sample_test("/campaign/cut/parts-what-nothing-else-holds",
		test_cut_parts_what_nothing_else_holds);
	sample_test(
		"/campaign/cut/leaves-what-holds-otherwise", test_cut_leaves_what_holds_otherwise);
	sample_test("/campaign/cut/undo-and-redo", test_undo_of_a_cut_and_redo);
	sample_test("/campaign/cut/refused-where-nothing-binds",
		test_cut_is_refused_where_nothing_binds);
	sample_test("/campaign/join/undo-and-redo", test_join_and_its_undo_and_redo);
	sample_test("/campaign/join/refused-where-they-are-one",
		test_join_is_refused_where_they_are_one);
	sample_test("/campaign/undo/conflict", test_what_was_changed_since_is_a_conflict);
	sample_test("/campaign/undo/of-the-latest", test_undo_of_the_latest_takes_back_a_cut);
	sample_test("/campaign/changes-of-edges-are-append-only",
		test_changes_of_edges_are_append_only);
	for (size_t i = 0; i < G_N_ELEMENTS(common_cases); i++) {
		g_autofree char *path =
			g_strconcat("/campaign/common/", common_cases[i].name, NULL);

		g_test_add_data_func(path, &common_cases[i], test_common);
	}
	g_test_add_func("/campaign/common/never", test_what_is_never_common);
	sample_test("/campaign/common/lures-from-many-domains-stay-together",
		test_lures_from_many_domains_stay_together);
	sample_test("/campaign/common/main-link-is-not", test_main_link_is_not_common);
	sample_test("/campaign/common/asked-again", test_common_is_asked_again);
	sample_test("/campaign/common/parted-at-each-256th-message",
		test_campaigns_part_at_each_256th_message);
	sample_test("/campaign/common/parts-only-what-it-held",
		test_common_edge_parts_only_what_it_held);
	sample_test("/campaign/common/not-what-was-cut", test_cut_edge_does_not_become_common);
	sample_test("/campaign/common/asked-when-a-cut-is-undone",
		test_undone_cut_of_what_is_common_by_now);
	sample_test(
		"/campaign/common/undone-cut-binds-what-bound", test_undone_cut_binds_what_bound);
	sample_test("/campaign/reread/other-edges-other-campaign", test_other_edges_other_campaign);
	sample_test("/campaign/reread/edge-that-nobody-has-leads-nowhere",
		test_edge_that_nobody_has_leads_nowhere);
	sample_test("/campaign/reread/bridge-parts-both", test_bridge_that_is_read_anew_parts_both);
	sample_test("/campaign/reread/join-outlasts", test_join_outlasts_another_reading);
	sample_test("/campaign/reread/same-edges-change-nothing", test_same_edges_change_nothing);
	sample_test(
		"/campaign/older-store-keeps-its-accounts", test_older_store_keeps_its_accounts);
	sample_test("/campaign/damaged/edge-of-another", test_edge_of_another_campaign_is_damage);
	sample_test("/campaign/damaged/campaign-gone", test_campaign_that_is_gone_is_damage);
	return g_test_run();
}
