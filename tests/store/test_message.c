#include "store/message.h"

#include "mail/edge.h"
#include "mail/pack.h"
#include "store/message_sql.h"
#include "store/query_sql.h"
#include "tests/processor.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

static Message *
message_to(const char *sender, const char *first, const char *second)
{
	Message *message = message_new();

	message->envelope->sender = g_strdup(sender);
	if (first)
		arrive_recipient(message, first);
	if (second)
		arrive_recipient(message, second);
	return message;
}

static AddOutcome
arrive_to(Store *store, const char *sender, const char *first, const char *second)
{
	g_autoptr(Message) message = message_to(sender, first, second);

	return arrive(store, message, "the same bytes");
}

static int64_t
value_of(Store *store, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, &error);

	g_assert_no_error(error);
	g_assert_cmpint(db_step(store, stmt, &error), ==, STEP_ROW);
	return db_int(stmt, 0);
}

/* ---- in ---- */

static void
test_same_bytes_and_envelope_are_known(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	g_assert_cmpint(
		arrive_to(store, "s@A.example", "b@x.example", "a@x.example"), ==, ADDED_NEW);
	g_assert_cmpint(
		arrive_to(store, "s@a.example", "a@X.example", "b@x.example"), ==, ADDED_KNOWN);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, 1);
}

static void
test_another_envelope_shares_the_bytes(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	g_assert_cmpint(arrive_to(store, "s@a.example", "a@x.example", NULL), ==, ADDED_NEW);
	g_assert_cmpint(arrive_to(store, "s@a.example", "A@x.example", NULL), ==, ADDED_NEW);
	g_assert_cmpint(arrive_to(store, "", "a@x.example", NULL), ==, ADDED_NEW);
	g_assert_cmpint(arrive_to(store, NULL, "a@x.example", NULL), ==, ADDED_NEW);
	g_assert_cmpint(arrive_to(store, NULL, NULL, NULL), ==, ADDED_NEW);
	g_assert_cmpint(
		arrive_to(store, "s@a.example", "a@x.example 11:b@x.example", NULL), ==, ADDED_NEW);
	g_assert_cmpint(
		arrive_to(store, "s@a.example", "a@x.example", "b@x.example"), ==, ADDED_NEW);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, 7);
	g_assert_cmpint(value_of(store, "SELECT count(*) FROM raw"), ==, 1);
}

static void
test_knows_says_what_add_would(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_to("s@a.example", "a@x.example", NULL);
	g_autoptr(Message) other = message_to("s@a.example", "b@x.example", NULL);
	uint8_t digest[DIGEST_SIZE];
	bool known = true;

	digest_sha256("raw", 3, digest);
	g_assert_true(store_knows(sample->store, digest, message->envelope, &known, NULL));
	g_assert_false(known);
	arrive(sample->store, message, "raw");
	g_assert_true(store_knows(sample->store, digest, message->envelope, &known, NULL));
	g_assert_true(known);
	g_assert_true(store_knows(sample->store, digest, other->envelope, &known, NULL));
	g_assert_false(known);
}

static void
test_uncommitted_batch_leaves_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_to(NULL, NULL, NULL);
	AddOutcome outcome;

	{
		g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);

		g_assert_true(arrive_in(batch, message, "raw", &outcome, NULL));
	}
	g_assert_cmpint(store_count(sample->store, NULL, NULL), ==, 0);
	g_assert_cmpint(value_of(sample->store, "SELECT count(*) FROM raw"), ==, 0);
	g_assert_cmpint(arrive(sample->store, message, "raw"), ==, ADDED_NEW);
}

/* An older store has sender and recipients themselves where a newer one has their digest. */
static void
test_envelope_of_an_older_store_is_known(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_to(NULL, "a@x.example", NULL);
	g_autoptr(Message) other = message_to(NULL, "b@x.example", NULL);

	g_assert_cmpint(arrive(sample->store, message, "raw"), ==, ADDED_NEW);
	g_assert_cmpint(arrive(sample->store, message, "raw"), ==, ADDED_KNOWN);
	g_assert_true(
		db_exec(sample->store, "UPDATE message SET envelope = '- 11:a@x.example'", NULL));
	g_assert_cmpint(arrive(sample->store, message, "raw"), ==, ADDED_KNOWN);
	g_assert_cmpint(arrive(sample->store, other, "raw"), ==, ADDED_NEW);
}

/* A finding without a sentence can't be stored; its message must not go in by half. */
static void
test_message_that_fails_spoils_its_batch(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) good = message_to(NULL, "a@x.example", NULL);
	g_autoptr(Message) bad = message_to(NULL, "a@x.example", NULL);
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) again = NULL;
	g_autoptr(GError) commit = NULL;
	AddOutcome outcome;

	arrive_finding(bad, "broken", 1);
	g_clear_pointer(&((Finding *)g_ptr_array_index(bad->findings, 0))->text, g_free);

	g_assert_true(arrive_in(batch, good, "first", &outcome, NULL));
	g_assert_false(arrive_in(batch, bad, "second", &outcome, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
	g_assert_false(arrive_in(batch, good, "third", &outcome, &again));
	g_assert_error(again, STORE_ERROR, STORE_ERROR_SQL);
	g_assert_false(store_batch_commit(batch, &commit));
	g_assert_error(commit, STORE_ERROR, STORE_ERROR_SQL);
	g_clear_pointer(&batch, store_batch_end);

	g_assert_cmpint(store_count(sample->store, NULL, NULL), ==, 0);
	g_assert_cmpint(value_of(sample->store, "SELECT count(*) FROM raw"), ==, 0);
	g_assert_cmpint(arrive(sample->store, good, "first"), ==, ADDED_NEW);
}

static void
assert_received(Store *store, int64_t claimed, int64_t expected)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *raw = g_strdup_printf("received %" G_GINT64_FORMAT, claimed);
	g_autoptr(MessageRow) row = NULL;

	message->received = claimed;
	arrive(store, message, raw);
	row = store_row(store, store_count(store, NULL, NULL), NULL);
	g_assert_cmpint(row->received, ==, expected);
}

static void
test_received_is_no_time_to_come(Sample *sample, G_GNUC_UNUSED const void *data)
{
	assert_received(sample->store, ARRIVE_NOW - 5, ARRIVE_NOW - 5);
	assert_received(sample->store, ARRIVE_NOW + 86400, ARRIVE_NOW + 86400);
	assert_received(sample->store, ARRIVE_NOW + 86401, ARRIVE_NOW);
	assert_received(sample->store, INT64_MAX, ARRIVE_NOW);
	assert_received(sample->store, 0, ARRIVE_NOW);
	assert_received(sample->store, -7, ARRIVE_NOW);
}

static void
test_campaign_is_a_signed_account(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *account;
		bool is_signed;
		bool is_claimed;
		int64_t campaign;
	} cases[] = { { "A", true, true, 1 }, { "B", true, true, 2 }, { "A", true, true, 1 },
		{ "A", false, false, 3 }, { NULL, true, true, 4 }, { "A", false, true, 5 },
		{ "A", false, true, 5 } };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Message) message = message_new();
		g_autofree char *raw = g_strdup_printf("%zu", i);
		g_autoptr(MessageRow) row = NULL;

		message->ses->account = g_strdup(cases[i].account);
		message->ses->account_signed = cases[i].is_signed;
		if (cases[i].is_claimed)
			arrive_amazons_signature(message);
		message_find_edges(message, NULL);
		arrive(sample->store, message, raw);
		row = store_row(sample->store, (int64_t)i + 1, NULL);
		g_assert_cmpint(row->campaign, ==, cases[i].campaign);
	}
}

static void
test_link_domain_is_where_most_links_go(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(MessageRow) row = NULL;

	message->from_domain = g_strdup("own.example");
	for (int i = 0; i < 3; i++) {
		arrive_link(message, "u", "https://own.example/", "own.example");
		arrive_link(message, "u", "https://pixel.example/", "pixel.example")->flags =
			LINK_IMAGE;
	}
	arrive_link(message, "u", "https://one.example/", "one.example");
	arrive_link(message, "u", "https://two.example/", "two.example");
	arrive_link(message, "u", "https://two.example/", "two.example");
	arrive_link(message, "u", "mailto:x", NULL);
	arrive(sample->store, message, "links");
	row = store_row(sample->store, 1, NULL);
	g_assert_cmpstr(row->link_domain, ==, "two.example");
	g_assert_cmpint(row->links, ==, 10);
}

/* ---- out ---- */

static Message *
message_with_everything(void)
{
	Message *message = message_to("bounce@shop.example", "b@x.example", "a@x.example");
	HeaderField *field = g_new0(HeaderField, 1);
	Link *link;

	field->name = g_strdup("Subject");
	field->raw = g_strdup(" =?utf-8?q?F=C3=BC?=");
	field->value = g_strdup("Fü");
	g_ptr_array_add(message->headers, field);
	arrive_set(&message->subject, "Fü");
	arrive_set(&message->from->address, "news@shop.example");
	arrive_set(&message->from->name, "Shop");
	message->from_domain = g_strdup("shop.example");
	message->reply_to = g_new0(Address, 1);
	message->reply_to->address = g_strdup("thief@evil.example");
	arrive_set(&message->to, "Ann <a@x.example>");
	message->message_id = g_strdup("1@shop.example");
	message->date = ARRIVE_NOW - 100;
	message->received = ARRIVE_NOW - 90;
	message->score = 77;
	message->account_domain = g_strdup("mail.shop.example");
	message->authenticated = true;
	message->ses->class = SES_LIKELY;
	message->ses->region = g_strdup("eu-west-1");
	message->ses->account = g_strdup(SAMPLE_ACCOUNT);
	message->ses->account_signed = true;
	message->ses->ip = g_strdup("192.0.2.1");
	message->ses->config_set = g_strdup("set");
	message->ses->mail_from = g_strdup("bounce.shop.example");
	message->ses->tracking_label = g_strdup("label");
	message->ses->message_id = g_strdup("0100-id");
	arrive_text(message, "a text");
	link = arrive_link(message, "https://a.example/", "https://b.example/", "b.example");
	link->flags = LINK_TRACKED | LINK_SCAN;
	g_ptr_array_add(link->chain, g_strdup("https://\"hop\".example/ü"));
	arrive_attachment(message, "x.pdf", 'c');
	arrive_attachment(message, NULL, 'd');
	arrive_finding(message, "brand", 40);
	return message;
}

static const char *
text_of(const Message *message)
{
	return ((const PartText *)g_ptr_array_index(message->texts, 0))->text;
}

static void
test_load_gives_back_what_came(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = message_with_everything();
	g_autoptr(Message) loaded = NULL;
	const Defect defect = { DEFECT_TOO_DEEP, g_strdup("9"), g_strdup("1.1") };
	const Link *link;
	const Attachment *attachment;
	const Finding *finding;

	g_ptr_array_add(message->ses->inconsistencies, g_strdup("two regions"));
	g_ptr_array_add(message->defects, g_memdup2(&defect, sizeof defect));
	arrive(sample->store, message, "raw");
	loaded = store_load(sample->store, 1, &error);
	g_assert_no_error(error);
	link = g_ptr_array_index(loaded->links, 0);
	attachment = g_ptr_array_index(loaded->attachments, 0);
	finding = g_ptr_array_index(loaded->findings, 0);

	g_assert_cmpstr(loaded->subject, ==, "Fü");
	g_assert_cmpstr(loaded->from->address, ==, "news@shop.example");
	g_assert_cmpstr(loaded->from->name, ==, "Shop");
	g_assert_cmpstr(loaded->from_domain, ==, "shop.example");
	g_assert_cmpstr(loaded->reply_to->address, ==, "thief@evil.example");
	g_assert_null(loaded->reply_to->name);
	g_assert_cmpstr(loaded->to, ==, "Ann <a@x.example>");
	g_assert_cmpstr(loaded->message_id, ==, "1@shop.example");
	g_assert_cmpstr(loaded->envelope->sender, ==, "bounce@shop.example");
	g_assert_cmpint(loaded->envelope->recipients->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(loaded->envelope->recipients, 0), ==, "b@x.example");
	g_assert_cmpint(loaded->date, ==, ARRIVE_NOW - 100);
	g_assert_cmpint(loaded->received, ==, ARRIVE_NOW - 90);
	g_assert_cmpint(loaded->score, ==, 77);
	g_assert_cmpstr(loaded->account_domain, ==, "mail.shop.example");
	g_assert_true(loaded->authenticated);
	g_assert_cmpint(loaded->ses->class, ==, SES_LIKELY);
	g_assert_cmpstr(loaded->ses->account, ==, SAMPLE_ACCOUNT);
	g_assert_true(loaded->ses->account_signed);
	g_assert_cmpstr(loaded->ses->region, ==, "eu-west-1");
	g_assert_cmpstr(loaded->ses->ip, ==, "192.0.2.1");
	g_assert_cmpstr(loaded->ses->config_set, ==, "set");
	g_assert_cmpstr(loaded->ses->mail_from, ==, "bounce.shop.example");
	g_assert_cmpstr(loaded->ses->tracking_label, ==, "label");
	g_assert_cmpstr(loaded->ses->message_id, ==, "0100-id");
	g_assert_cmpstr(g_ptr_array_index(loaded->ses->inconsistencies, 0), ==, "two regions");
	g_assert_cmpint(loaded->defects->len, ==, 1);
	g_assert_cmpstr(message_header(loaded, "subject"), ==, "Fü");
	g_assert_cmpstr(text_of(loaded), ==, "a text");
	g_assert_cmpstr(link->final, ==, "https://b.example/");
	g_assert_cmpint(link->flags, ==, LINK_TRACKED | LINK_SCAN);
	g_assert_cmpstr(g_ptr_array_index(link->chain, 0), ==, "https://\"hop\".example/ü");
	g_assert_cmpstr(attachment->name, ==, "x.pdf");
	g_assert_null(((Attachment *)g_ptr_array_index(loaded->attachments, 1))->name);
	g_assert_cmpstr(finding->id, ==, "brand");
	g_assert_cmpint(finding->weight, ==, 40);
	g_assert_cmpstr(finding->where, ==, "header From");
}

static void
arrive_with_body(Store *store, const Message *message, const char *raw, GBytes *body)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(store, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	const Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.body = body,
		.source = "-",
		.now = ARRIVE_NOW,
	};

	digest_sha256(raw, strlen(raw), digest);
	g_assert_true(store_batch_add(batch, &arrival, &outcome, NULL));
	g_assert_true(store_batch_commit(batch, NULL));
}

static void
test_body_made_elsewhere_is_kept(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(Message) other = message_new();
	g_autoptr(GBytes) body = NULL;
	g_autoptr(Message) first = NULL;

	arrive_text(message, "here");
	arrive_text(other, "elsewhere");
	body = message_pack_body(other);
	arrive_with_body(sample->store, message, "1", body);
	first = store_load(sample->store, 1, NULL);
	g_assert_cmpstr(text_of(first), ==, "elsewhere");
}

static void
test_row_shows_what_came(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_with_everything();
	g_autoptr(MessageRow) row = NULL;
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	arrive(sample->store, message, "raw");
	row = store_row(sample->store, 1, NULL);
	digest_sha256("raw", 3, digest);
	digest_hex(digest, hex);
	g_assert_cmpstr(row->sha256, ==, hex);
	g_assert_cmpint(row->size, ==, 3);
	g_assert_cmpint(g_strv_length(row->recipients), ==, 2);
	g_assert_cmpstr(row->recipients[0], ==, "b@x.example");
	g_assert_cmpstr(row->recipients[1], ==, "a@x.example");
	g_assert_cmpstr(row->finding, ==, "found brand");
	g_assert_cmpint(row->version, ==, 1);
	g_assert_cmpint(row->state, ==, STATE_HELD);
	g_assert_cmpint(row->ses, ==, SES_LIKELY);
	g_assert_cmpint(row->attachments, ==, 2);
	g_assert_cmpstr(row->source, ==, "eml:/q/1.eml");
	g_assert_false(row->seen);
}

static void
test_what_is_not_known_is_not_empty(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_to(NULL, NULL, NULL);
	g_autoptr(Message) null_sender = message_to("", NULL, NULL);
	g_autoptr(MessageRow) unknown = NULL;
	g_autoptr(MessageRow) null = NULL;

	arrive(sample->store, message, "1");
	arrive(sample->store, null_sender, "2");
	unknown = store_row(sample->store, 1, NULL);
	null = store_row(sample->store, 2, NULL);
	g_assert_null(unknown->sender);
	g_assert_cmpstr(null->sender, ==, "");
	g_assert_cmpint(g_strv_length(unknown->recipients), ==, 0);
	g_assert_null(unknown->account);
	g_assert_null(unknown->finding);
	g_assert_cmpstr(unknown->from_name, ==, "");
}

static void
test_unknown_id_is_not_found(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) row = NULL;
	g_autoptr(GError) load = NULL;
	g_autoptr(GError) raw = NULL;
	g_autoptr(GError) seen = NULL;

	g_assert_null(store_row(sample->store, 7, &row));
	g_assert_error(row, STORE_ERROR, STORE_ERROR_NOT_FOUND);
	g_assert_cmpstr(row->message, ==, "no message 7");
	g_assert_null(store_load(sample->store, 7, &load));
	g_assert_error(load, STORE_ERROR, STORE_ERROR_NOT_FOUND);
	g_assert_null(store_raw(sample->store, 7, &raw));
	g_assert_error(raw, STORE_ERROR, STORE_ERROR_NOT_FOUND);
	g_assert_false(store_mark_seen(sample->store, 7, &seen));
	g_assert_error(seen, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_seen_changes_no_version_and_writes_once(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(MessageRow) row = NULL;
	int64_t generation;

	arrive(sample->store, message, "raw");
	g_assert_true(store_mark_seen(sample->store, 1, NULL));
	row = store_row(sample->store, 1, NULL);
	g_assert_true(row->seen);
	g_assert_cmpint(row->version, ==, 1);
	generation = store_generation(sample->store);
	g_assert_true(store_mark_seen(sample->store, 1, NULL));
	g_assert_cmpint(store_generation(sample->store), ==, generation);
}

/* Whoever opens a message while an import writes must not wait for the import. */
static void
test_seen_never_waits(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);
	g_autoptr(StoreBatch) batch = NULL;
	g_autoptr(Message) message = message_new();
	g_autoptr(MessageRow) before = NULL, after = NULL;
	g_autoptr(GError) error = NULL;
	double begun = processor_seconds();

	arrive(sample->store, message, "raw");
	batch = store_batch_begin(other, NULL);
	g_assert_true(store_mark_seen(sample->store, 1, &error));
	g_assert_no_error(error);
	g_assert_cmpfloat(processor_seconds() - begun, <, 5);
	before = store_row(sample->store, 1, NULL);
	g_assert_false(before->seen);
	g_clear_pointer(&batch, store_batch_end);
	g_assert_true(store_mark_seen(sample->store, 1, NULL));
	after = store_row(sample->store, 1, NULL);
	g_assert_true(after->seen);
}

/* ---- lists ---- */

enum {
	MANY = 240
};

static void
add_many(Store *store)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(3);
	g_autoptr(StoreBatch) batch = store_batch_begin(store, NULL);
	AddOutcome outcome;

	for (int i = 0; i < MANY; i++) {
		g_autoptr(Message) message = message_to(NULL, "a@x.example", NULL);
		g_autofree char *raw = g_strdup_printf("%d", i);

		message->score = g_rand_int_range(random, 0, 8) * 10;
		message->received = ARRIVE_NOW - g_rand_int_range(random, 0, 20);
		arrive_text(message, i % 3 ? "even odd" : "third");
		g_assert_true(arrive_in(batch, message, raw, &outcome, NULL));
	}
	g_assert_true(store_batch_commit(batch, NULL));
	g_assert_true(db_exec(store, "UPDATE message SET state = id % 3", NULL));
}

static GPtrArray *
listed(Store *store, StoreList list)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_list(store, &list, &error);

	g_assert_no_error(error);
	return rows;
}

static const MessageRow *
row_at(const GPtrArray *rows, guint i)
{
	return g_ptr_array_index(rows, i);
}

static bool
in_order(const MessageRow *a, const MessageRow *b, ListSort sort)
{
	switch (sort) {
	case SORT_SCORE:
		if (a->score != b->score)
			return a->score > b->score;
		return a->received != b->received ? a->received > b->received : a->id > b->id;
	case SORT_RECEIVED:
		return a->received != b->received ? a->received > b->received : a->id > b->id;
	case SORT_ID:
		return a->id > b->id;
	case SORTS:
		break;
	}
	g_assert_not_reached();
}

/* All rows of @list, page after page, must be the rows that it gives at once. */
static void
assert_pages_meet(Store *store, StoreList list)
{
	g_autoptr(GPtrArray) all = listed(store, list);
	guint at = list.backwards ? all->len : 0;

	list.limit = 7;
	for (;;) {
		g_autoptr(GPtrArray) page = listed(store, list);
		guint start = list.backwards ? at - page->len : at;

		for (guint i = 0; i < page->len; i++)
			g_assert_cmpint(row_at(page, i)->id, ==, row_at(all, start + i)->id);
		at = list.backwards ? start : at + page->len;
		if (page->len == 0)
			break;
		list.from_position = true;
		list.after = row_at(page, list.backwards ? 0 : page->len - 1)->position;
	}
	g_assert_cmpint(at, ==, list.backwards ? 0 : all->len);
}

static void
assert_list(Store *store, const char *text, ListSort sort, guint expected)
{
	g_autoptr(Query) query = query_parse(text, ARRIVE_NOW, NULL, NULL);

	for (int variant = 0; variant < 4; variant++) {
		StoreList list = { .query = query, .sort = sort, .reverse = variant & 1 };
		g_autoptr(GPtrArray) all = listed(store, list);

		g_test_message("%s by %s, %d", text, sort_name(sort), variant);
		g_assert_cmpint(all->len, ==, expected);
		for (guint i = 1; i < all->len; i++) {
			const MessageRow *before = row_at(all, i - 1);
			const MessageRow *after = row_at(all, i);

			g_assert_true(list.reverse ? in_order(after, before, sort)
						   : in_order(before, after, sort));
		}
		list.backwards = variant & 2;
		assert_pages_meet(store, list);
	}
}

static void
test_pages_meet_in_every_order(Sample *sample, G_GNUC_UNUSED const void *data)
{
	add_many(sample->store);
	for (int sort = 0; sort < SORTS; sort++) {
		assert_list(sample->store, "", (ListSort)sort, MANY);
		assert_list(sample->store, "state:held", (ListSort)sort, MANY / 3);
		assert_list(sample->store, "-state:held", (ListSort)sort, MANY / 3 * 2);
		assert_list(sample->store, "third", (ListSort)sort, MANY / 3);
		assert_list(sample->store, "-third -state:blocked", (ListSort)sort, MANY / 3);
		assert_list(sample->store, "state:held state:blocked", (ListSort)sort, 0);
	}
}

static void
test_counts_follow_states(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t counts[STATES];

	add_many(sample->store);
	g_assert_true(db_exec(sample->store, "UPDATE message SET state = 1 WHERE id <= 10", NULL));
	g_assert_true(store_counts(sample->store, counts, NULL));
	for (int state = 0; state < STATES; state++) {
		g_autofree char *sql =
			g_strdup_printf("SELECT count(*) FROM message WHERE state = %d", state);

		g_assert_cmpint(counts[state], ==, value_of(sample->store, sql));
	}
}

/* ---- how a list is found ---- */

static char *
plan_of(Store *store, StoreList list)
{
	g_autofree char *sql = message_list_sql(&list, MESSAGE_ROW_COLUMNS);
	g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, explain, &error);
	GString *plan = g_string_new(NULL);

	g_assert_no_error(error);
	while (db_step(store, stmt, &error) == STEP_ROW) {
		g_autofree char *line = db_text(stmt, 3);

		g_string_append_printf(plan, "%s\n", line);
	}
	return g_string_free(plan, false);
}

static void
test_plain_lists_walk_an_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *query;
		ListSort sort;
		const char *index;
	} cases[] = {
		{ "", SORT_SCORE, "message_by_state (state=? AND ord<?)" },
		{ "state:held", SORT_SCORE, "message_by_state (state=? AND ord<?)" },
		{ "state:held", SORT_RECEIVED, "message_by_state_arrived (state=? AND arrived<?)" },
		{ "state:held", SORT_ID, "message_by_state_id (state=? AND rowid<?)" },
		{ "-state:held", SORT_SCORE, "message_by_state (state=? AND ord<?)" },
		{ "state:held score:>70", SORT_SCORE,
			"message_by_state (state=? AND ord>? AND ord<?)" },
		{ "account:" SAMPLE_ACCOUNT, SORT_SCORE,
			"message_by_account (account=? AND state=? AND ord<?)" },
		{ "domain:x.example", SORT_SCORE,
			"message_by_domain (domain=? AND state=? AND ord<?)" },
		{ "campaign:1", SORT_SCORE,
			"message_by_campaign (campaign=? AND state=? AND ord<?)" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Query) query = query_parse(cases[i].query, ARRIVE_NOW, NULL, NULL);
		const StoreList list = {
			.query = query, .sort = cases[i].sort, .from_position = true, .limit = 50
		};
		g_autofree char *plan = plan_of(sample->store, list);

		g_test_message("%s\n%s", cases[i].query, plan);
		g_assert_nonnull(strstr(plan, cases[i].index));
		g_assert_null(strstr(plan, "ORDER BY"));
	}
}

/* What an index of words or values finds is looked up by id, whatever the list's
 * order: hits are few, messages many. */
static void
test_found_words_begin_the_search(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const queries[] = { "wallet", "state:held wallet", "wallet score:>50",
		"finding:brand -state:held", "id:1,2", "sha256:ab state:held",
		"by:alice after:2026-01-01" };

	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(Query) query = query_parse(queries[i], ARRIVE_NOW, NULL, NULL);
		const StoreList list = { .query = query, .from_position = true, .limit = 50 };
		g_autofree char *plan = plan_of(sample->store, list);

		g_test_message("%s\n%s", queries[i], plan);
		g_assert_null(strstr(plan, "SCAN m\n"));
		g_assert_null(strstr(plan, "message_by_state"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/message/same-bytes-and-envelope-are-known",
		test_same_bytes_and_envelope_are_known);
	sample_test("/message/another-envelope-shares-the-bytes",
		test_another_envelope_shares_the_bytes);
	sample_test("/message/knows-says-what-add-would", test_knows_says_what_add_would);
	sample_test(
		"/message/uncommitted-batch-leaves-nothing", test_uncommitted_batch_leaves_nothing);
	sample_test("/message/envelope-of-an-older-store-is-known",
		test_envelope_of_an_older_store_is_known);
	sample_test("/message/one-that-fails-spoils-its-batch",
		test_message_that_fails_spoils_its_batch);
	sample_test("/message/received-is-no-time-to-come", test_received_is_no_time_to_come);
	sample_test("/message/campaign-is-a-signed-account", test_campaign_is_a_signed_account);
	sample_test("/message/link-domain-is-where-most-links-go",
		test_link_domain_is_where_most_links_go);
	sample_test("/message/load-gives-back-what-came", test_load_gives_back_what_came);
	sample_test("/message/body-made-elsewhere-is-kept", test_body_made_elsewhere_is_kept);
	sample_test("/message/row-shows-what-came", test_row_shows_what_came);
	sample_test("/message/what-is-not-known-is-not-empty", test_what_is_not_known_is_not_empty);
	sample_test("/message/unknown-id-is-not-found", test_unknown_id_is_not_found);
	sample_test("/message/seen-changes-no-version-and-writes-once",
		test_seen_changes_no_version_and_writes_once);
	sample_test("/message/seen-never-waits", test_seen_never_waits);
	sample_test("/message/pages-meet-in-every-order", test_pages_meet_in_every_order);
	sample_test("/message/counts-follow-states", test_counts_follow_states);
	sample_test("/message/plain-lists-walk-an-index", test_plain_lists_walk_an_index);
	sample_test("/message/found-words-begin-the-search", test_found_words_begin_the_search);
	return g_test_run();
}
