#include "store/message_links.h"

#include "mail/pack.h"
#include "store/message.h"
#include "store/raw.h"
#include "store/rescore.h"
#include "store/rule_study.h"
#include "store/schema.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

static void
add_string(GPtrArray *strings, const char *string)
{
	g_ptr_array_add(strings, g_strdup(string));
}

static Message *
message_with_links(void)
{
	Message *message = message_new();
	Link *link = arrive_link(
		message, "https://T.example/L0/x", "https://shop.example/\xc3\x9c", "shop.example");

	add_string(link->chain, "https://between.example/?a=\"b\"");
	add_string(link->services, "a service");
	arrive_set(&link->text, "look");
	arrive_set(&link->where, "part 1");
	link->flags = LINK_IMAGE;
	link = arrive_link(message, "mailto:x", "mailto:x", NULL);
	link->flags = LINK_QR;
	arrive_link(message, "https://shop.example/2", "https://shop.example/2", "shop.example");
	return message;
}

static void
fill(Store *store)
{
	g_autoptr(Message) message = message_with_links();
	g_autoptr(Message) none = message_new();
	g_autoptr(Message) other = message_new();

	arrive_link(other, "https://other.example/", "https://other.example/", "other.example");
	arrive(store, message, "1");
	arrive(store, none, "2");
	arrive(store, other, "3");
}

static char *
found(Store *store, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, ARRIVE_NOW, NULL, &error);
	g_autoptr(GArray) ids = query ? store_ids(store, query, &error) : NULL;
	GString *line = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = ids->len; i > 0; i--)
		g_string_append_printf(line, "%d", (int)g_array_index(ids, int64_t, i - 1));
	return g_string_free(line, false);
}

static void
check_found(Store *store)
{
	static const char *const queries[][2] = {
		{ "link:example", "13" },
		{ "link:t.EXAMPLE/l0", "1" },
		{ "link:between", "1" },
		{ "link:/2", "1" },
		{ "link:\xc3\xbc", "1" },
		{ "link:https://o*", "3" },
		{ "link:other.*", "" },
		/* neither shown text, nor what a service is called, nor two that stand side by side */
		{ "link:look", "" },
		{ "link:service", "" },
		{ "link:xhttps", "" },
		{ "-link:shop.example", "23" },
		{ "has:qr", "1" },
		{ "has:link", "13" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autofree char *ids = found(store, queries[i][0]);

		if (strcmp(ids, queries[i][1]) != 0)
			g_error("%s finds '%s', not '%s'", queries[i][0], ids, queries[i][1]);
	}
}

static void
check_loaded(Store *store)
{
	g_autoptr(Message) wanted = message_with_links();
	g_autoptr(Message) message = message_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) a = message_pack_links(wanted);
	g_autoptr(GBytes) b = NULL;
	bool whole = false;

	message_load_links(store, 1, message, &whole, &error);
	g_assert_no_error(error);
	g_assert_true(whole);
	b = message_pack_links(message);
	g_assert_true(g_bytes_equal(a, b));
}

static void
test_links_are_found_and_come_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	check_found(sample->store);
	check_loaded(sample->store);
	g_assert_cmpint(sample_count(sample->store, "SELECT count(*) FROM link"), ==, 0);
	g_assert_cmpint(sample_count(sample->store, "SELECT count(*) FROM link_domain"), ==, 2);
}

/* As versions before wrote them. */
static const char older[] =
	"INSERT INTO campaign (id) VALUES (1);"
	"INSERT INTO raw (id, sha256, size, zstd) VALUES (1, zeroblob(32), 1, x'00'),"
	" (2, zeroblob(31), 1, x'00'), (3, zeroblob(30), 1, x'00');"
	"WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 3)"
	" INSERT INTO message (id, raw, sha256, envelope, ord, score, received, imported, date,"
	"  subject, from_address, from_name, domain, header_to, ses, account_signed,"
	"  authenticated, size, source, links, attachments, campaign)"
	" SELECT id, id, x'00', 'e', (1780000000 << 22) | id, 0, 1780000000, 1, 1, 's', 'f', 'n',"
	"  'd', 't', 0, 1, 1, 1, 'src', CASE id WHEN 1 THEN 3 WHEN 3 THEN 1 ELSE 0 END, 0, 1 FROM n;"
	"INSERT INTO link (message, position, text, url, chain, final, domain, flags, services,"
	" place) VALUES (1, 0, 'look', 'https://T.example/L0/x',"
	" '[\"https://between.example/?a=\\\"b\\\"\"]', 'https://shop.example/\xc3\x9c',"
	" 'shop.example', 32768, '[\"a service\"]', 'part 1'),"
	" (1, 1, '', 'mailto:x', '[]', 'mailto:x', NULL, 1048576, '[]', ''),"
	" (1, 2, '', 'https://shop.example/2', '[]', 'https://shop.example/2', 'shop.example', 0,"
	" '[]', ''), (3, 0, '', 'https://other.example/', '[]', 'https://other.example/',"
	" 'other.example', 0, '[]', '');";

enum {
	BEFORE_LINKS = 17,
};

G_STATIC_ASSERT(LINK_IMAGE == 32768 && LINK_QR == 1048576);

static void
open_older(Sample *sample)
{
	g_autoptr(GError) error = NULL;

	store_close(sample->store);
	g_unlink(sample->path);
	sample->store = db_open(
		sample->path, sample->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
	g_assert_no_error(error);
	g_assert_true(schema_migrate_to(sample->store, BEFORE_LINKS, NULL));
	g_assert_true(db_exec(sample->store, older, &error));
	g_assert_no_error(error);
	g_assert_true(schema_migrate(sample->store, &error));
	g_assert_no_error(error);
}

static int64_t
count_denied(Store *store, const char *link, const char *url)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);
	g_autoptr(GError) error = NULL;
	RuleTest test = { 0 };

	rule->kind = RULE_DENY;
	rule->link = g_strdup(link);
	rule->url = g_strdup(url);
	store_test_rule(store, rule, NULL, &test, &error);
	g_assert_no_error(error);
	return test.matches;
}

static void
test_links_of_an_older_store_are_found_likewise(Sample *sample, G_GNUC_UNUSED const void *data)
{
	open_older(sample);
	check_found(sample->store);
	check_loaded(sample->store);
	g_assert_cmpint(count_denied(sample->store, "shop.example", NULL), ==, 1);
	g_assert_cmpint(count_denied(sample->store, NULL, "https://other.example/"), ==, 1);
}

static void
test_rules_match_packed_links(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	g_assert_cmpint(count_denied(sample->store, "shop.example", NULL), ==, 1);
	g_assert_cmpint(count_denied(sample->store, "between.example", NULL), ==, 0);
	g_assert_cmpint(count_denied(sample->store, NULL, "https://other.example/"), ==, 1);
}

/* Read again, a message of an older store has its links in the new form, and those it no more
 * has are not found by. */
static void
test_rereading_replaces_rows(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) again = message_new();
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	const Rereading reading = { .id = 1, .message = again };
	g_autoptr(GError) error = NULL;
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	open_older(sample);
	g_assert_true(db_exec(sample->store,
		"INSERT INTO body (message, size, zstd) VALUES (1, 1, x'00')", NULL));
	arrive_link(again, "https://new.example/", "https://new.example/", "new.example");
	store_rescore(sample->store, &reading, 1, outcomes, &error);
	g_assert_no_error(error);
	before = found(sample->store, "link:shop.example");
	after = found(sample->store, "link:new.example");
	g_assert_cmpstr(before, ==, "");
	g_assert_cmpstr(after, ==, "1");
	g_assert_cmpint(count_denied(sample->store, "shop.example", NULL), ==, 0);
	g_assert_cmpint(
		sample_count(sample->store, "SELECT count(*) FROM link WHERE message = 1"), ==, 0);
	g_assert_cmpint(
		sample_count(sample->store, "SELECT count(*) FROM link_domain WHERE message = 1"),
		==, 1);
}

static void
put_packed(Store *store, const guint8 *bytes, gsize length, int64_t size)
{
	g_autoptr(sqlite3_stmt) update = db_prepare(
		store, "UPDATE links SET zstd = :zstd, size = :size WHERE message = 1", NULL);

	db_bind_blob(update, ":zstd", bytes, length);
	db_bind_int(update, ":size", size);
	g_assert_true(db_run(store, update, NULL));
}

/* A store from elsewhere may hold anything. */
static void
test_hostile_links_are_damage(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(11);
	g_autoptr(Message) message = message_with_links();
	g_autoptr(GBytes) packed = message_pack_links(message);
	gsize size;
	const guint8 *bytes = g_bytes_get_data(packed, &size);

	fill(sample->store);
	put_packed(sample->store, (const guint8 *)"", 0, 1 << 30);
	g_free(found(sample->store, "link:shop"));
	for (int i = 0; i < 2000; i++) {
		g_autofree guint8 *broken = g_memdup2(bytes, size);
		gsize length = (gsize)g_rand_int_range(rand, 1, (gint32)size + 1);
		g_autoptr(GBytes) frame = NULL;
		g_autoptr(Message) loaded = message_new();
		bool whole = true;

		for (int k = g_rand_int_range(rand, 0, 4); k > 0; k--)
			broken[g_rand_int_range(rand, 0, (gint32)size)] =
				(guint8)g_rand_int_range(rand, 0, 256);
		frame = raw_compress(broken, length);
		put_packed(sample->store, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame),
			(int64_t)length);
		g_assert_true(message_load_links(sample->store, 1, loaded, &whole, NULL));
		g_assert_true(whole || loaded->links->len == 0);
		g_free(found(sample->store, "link:shop.example"));
		g_free(found(sample->store, "link:\xc3\xbc"));
	}
}

/* Of another version, or damaged: reading the mail again mends it. */
static void
test_unreadable_links_are_read_again(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_with_links();
	g_autoptr(GBytes) packed = message_pack_links(message);
	g_autoptr(GBytes) frame = NULL;
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	const Rereading reading = { .id = 1, .message = message };
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) outdated = NULL;
	gsize size = g_bytes_get_size(packed);
	g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(packed, NULL), size);

	fill(sample->store);
	bytes[size - 1]++;
	frame = raw_compress(bytes, size);
	put_packed(sample->store, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame),
		(int64_t)size);
	g_assert_null(store_load(sample->store, 1, &outdated));
	g_assert_error(outdated, STORE_ERROR, STORE_ERROR_OUTDATED);
	store_rescore(sample->store, &reading, 1, outcomes, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(outcomes->len, ==, 1);
	check_found(sample->store);
	check_loaded(sample->store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/links/found-and-come-back", test_links_are_found_and_come_back);
	sample_test("/links/of-an-older-store", test_links_of_an_older_store_are_found_likewise);
	sample_test("/links/rules-match-them", test_rules_match_packed_links);
	sample_test("/links/rereading-replaces-rows", test_rereading_replaces_rows);
	sample_test("/links/unreadable-ones-are-read-again", test_unreadable_links_are_read_again);
	sample_test("/links/hostile-ones-are-damage", test_hostile_links_are_damage);
	return g_test_run();
}
