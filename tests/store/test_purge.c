#include "store/purge.h"

#include <zstd.h>

#include "store/bale.h"
#include "store/campaign.h"
#include "store/ledger.h"
#include "store/maillog.h"
#include "store/outbox.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

enum {
	DAY = 24 * 60 * 60,
	LATER = SAMPLE_NOW + 30 * DAY,
	MANY = 400,
	BATCH = 40,
	MARK = 24, /* characters; FTS5 and b-trees leave out how words begin, so the end is sought */
	MARK_END = 12,
	MAX_FRAME = 4 * 1024 * 1024,
};

/* ---- what a message says of whom it is for ---- */

/* A word that is like no other: number @kind of what message @number says. */
static char *
mark(int number, int kind)
{
	g_autofree char *seed = g_strdup_printf("%d of %d", kind, number);
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	digest_sha256(seed, strlen(seed), digest);
	digest_hex(digest, hex);
	hex[MARK] = '\0';
	return g_strdup(hex);
}

/* Places where a mail may tell whom it is for. */
enum {
	IN_SUBJECT,
	IN_RECIPIENT,
	IN_TEXT,
	IN_RAW,
	IN_LINK,
	IN_NAME,
	IN_SENDER,
	IN_FILE,
	IN_FINDING,
	IN_HEADER,
	IN_TO,
	IN_MESSAGE_ID,
	IN_REPLY_TO,
	IN_SOURCE,
	IN_LARGE, /* every tenth message has a text that goes into no bale */
	PLACES
};

static void
set_marked(char **field, const char *format, int number, int kind)
{
	g_autofree char *word = mark(number, kind);
	g_auto(GStrv) parts = g_strsplit(format, "*", 2);

	g_free(*field);
	*field = g_strjoinv(word, parts);
}

static void
mark_details(Message *message, int number)
{
	Finding *finding;
	HeaderField *field = g_new0(HeaderField, 1);
	Attachment *attachment;

	arrive_finding(message, "links-leave", 20);
	finding = g_ptr_array_index(message->findings, 0);
	set_marked(&finding->evidence, "href *", number, IN_FINDING);
	arrive_attachment(message, "", (char)('0' + number % 10));
	attachment = g_ptr_array_index(message->attachments, 0);
	set_marked(&attachment->name, "invoice of *.pdf", number, IN_FILE);
	field->name = g_strdup("X-For");
	set_marked(&field->value, "*", number, IN_HEADER);
	set_marked(&field->raw, "X-For: *\r\n", number, IN_HEADER);
	g_ptr_array_add(message->headers, field);
}

static Message *
marked_message(int number)
{
	Message *message = sample_message(&(SampleMail){ .domain = "shop.example" }, number);
	g_autofree char *recipient = NULL;
	g_autofree char *text = NULL;
	g_autofree char *url = NULL;

	set_marked(&message->subject, "Dear *, your parcel", number, IN_SUBJECT);
	set_marked(&recipient, "*@here.example", number, IN_RECIPIENT);
	arrive_recipient(message, recipient);
	set_marked(&text, "Hello *, we could not reach you.", number, IN_TEXT);
	arrive_text(message, text);
	set_marked(&url, "https://lure.example/u/*", number, IN_LINK);
	arrive_link(message, url, url, "lure.example");
	set_marked(&message->from->name, "Parcels for *", number, IN_NAME);
	set_marked(&message->envelope->sender, "bounce+*@mail.shop.example", number, IN_SENDER);
	set_marked(&message->to, "*@here.example", number, IN_TO);
	set_marked(&message->message_id, "*@mail.shop.example", number, IN_MESSAGE_ID);
	message->reply_to = g_new0(Address, 1);
	set_marked(&message->reply_to->address, "reply+*@shop.example", number, IN_REPLY_TO);
	mark_details(message, number);
	return message;
}

/* Large ones are compressed by themselves, and what was read of them behind these bytes. */
static GBytes *
marked_raw(Message *message, int number)
{
	g_autofree char *word = mark(number, IN_RAW);
	g_autofree char *large = mark(number, IN_LARGE);
	GString *raw = g_string_new(NULL);

	g_string_append_printf(raw, "Subject: x\r\nX-Raw: %s\r\n\r\nhello %d\r\n", word, number);
	if (number % 10 == 0) {
		while (raw->len < 300 * 1024)
			g_string_append_printf(raw, "%s line %zu\r\n", large, raw->len);
		arrive_text(message, raw->str);
	}
	return g_string_free_to_bytes(raw);
}

static void
put_marked(StoreBatch *batch, int number)
{
	g_autoptr(Message) message = marked_message(number);
	g_autoptr(GBytes) raw = marked_raw(message, number);
	g_autofree char *source = NULL;
	g_autoptr(GError) error = NULL;
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = raw,
		.now = SAMPLE_NOW,
		.transport = "maildir",
	};

	set_marked(&source, "maildir:/home/*/Maildir", number, IN_SOURCE);
	arrival.source = source;
	message_find_edges(message, NULL);
	digest_sha256(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw), digest);
	store_batch_add(batch, &arrival, &outcome, &error);
	g_assert_no_error(error);
	g_assert_cmpint(outcome, ==, ADDED_NEW);
}

static void
add_marked(Sample *sample, int count)
{
	for (int i = 0; i < count; i += BATCH) {
		g_autoptr(GError) error = NULL;
		g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);

		g_assert_no_error(error);
		for (int k = 0; k < BATCH && i + k < count; k++)
			put_marked(batch, ++sample->count);
		g_assert_true(store_batch_commit(batch, &error));
		g_assert_no_error(error);
	}
}

/* ---- purging ---- */

static PurgeRequest
request_of(const GArray *ids)
{
	PurgeRequest request = {
		.before = { PURGE_NEVER, LATER, LATER },
		.ids = ids,
		.actor = "alice",
		.now = LATER,
	};

	return request;
}

static PurgeSummary
purge_watched(Sample *sample, const PurgeRequest *request, const PurgeWatch *watch)
{
	g_autoptr(GError) error = NULL;
	g_auto(PurgePlan) plan = { 0 };
	PurgeSummary summary;

	store_plan_purge(sample->store, request, &plan, &error);
	g_assert_no_error(error);
	store_purge(sample->store, request, &plan, watch, &summary, &error);
	g_assert_no_error(error);
	return summary;
}

static PurgeSummary
purge(Sample *sample, const PurgeRequest *request)
{
	return purge_watched(sample, request, &(PurgeWatch){ 0 });
}

/* All but every third are blocked, and so purged. */
static bool
is_purged(int number)
{
	return number % 3 != 0;
}

static void
block_most(Sample *sample)
{
	OperationRequest request = sample_request(DECISION_BLOCK, 1, 0);
	g_autoptr(GError) error = NULL;

	for (int i = 1; i <= sample->count; i++) {
		const Target target = { .message = i, .version = -1 };

		if (is_purged(i))
			g_array_append_val(request.targets, target);
	}
	sample_decide(sample, request, &error);
	g_assert_no_error(error);
}

/* ---- what is in the files ---- */

static void
append_frames(GByteArray *all, const char *bytes, gsize size)
{
	g_autofree char *out = g_malloc(MAX_FRAME);

	for (gsize at = 0; at + 4 <= size; at++) {
		size_t length;

		if (memcmp(bytes + at, "\x28\xb5\x2f\xfd", 4) != 0)
			continue;
		length = ZSTD_findFrameCompressedSize(bytes + at, size - at);
		if (!ZSTD_isError(length))
			length = ZSTD_decompress(out, MAX_FRAME, bytes + at, length);
		if (!ZSTD_isError(length))
			g_byte_array_append(all, (const guint8 *)out, (guint)length);
	}
}

/* Frames as SQLite gives them: in the file they are parted over pages. */
static void
append_blobs(GByteArray *all, Store *store)
{
	static const char sql[] =
		"SELECT zstd FROM bale UNION ALL SELECT zstd FROM raw"
		" UNION ALL SELECT zstd FROM body UNION ALL SELECT zstd FROM links";
	g_autoptr(Kept) select = db_kept(store, sql, NULL);

	while (db_step(store, select, NULL) == STEP_ROW)
		append_frames(all, sqlite3_column_blob(select, 0),
			(gsize)sqlite3_column_bytes(select, 0));
}

static GByteArray *
all_bytes(Sample *sample)
{
	static const char *const names[] = { "", "-wal", "-shm" };
	GByteArray *all = g_byte_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *file = g_strconcat(sample->path, names[i], NULL);
		g_autofree char *bytes = NULL;
		gsize size = 0;

		if (!g_file_get_contents(file, &bytes, &size, NULL))
			continue;
		g_byte_array_append(all, (const guint8 *)bytes, (guint)size);
		append_frames(all, bytes, size);
	}
	append_blobs(all, sample->store);
	return all;
}

/* Ends of marks that stand in @all: "kind of number". */
static GHashTable *
ends_in(const GByteArray *all)
{
	GHashTable *ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gsize run = 0;

	for (guint i = 0; i < all->len; i++) {
		run = g_ascii_isxdigit(all->data[i]) ? run + 1 : 0;
		if (run >= MARK_END)
			g_hash_table_add(ends,
				g_strndup((const char *)all->data + i + 1 - MARK_END, MARK_END));
	}
	return ends;
}

static bool
is_in(GHashTable *ends, int number, int kind)
{
	g_autofree char *word = mark(number, kind);

	return g_hash_table_contains(ends, word + MARK - MARK_END);
}

/* What was read of a large one can be read only behind its bytes. */
static bool
has_mark(int number, int kind)
{
	bool large = number % 10 == 0;

	return kind == IN_LARGE ? large : kind != IN_HEADER || !large;
}

static void
assert_only_living(Sample *sample)
{
	g_autoptr(GByteArray) all = all_bytes(sample);
	g_autoptr(GHashTable) ends = ends_in(all);
	int left = 0;

	for (int number = 1; number <= sample->count; number++) {
		for (int kind = 0; kind < PLACES; kind++) {
			bool found = is_in(ends, number, kind);

			if (is_purged(number) && found) {
				left++;
				g_test_message("mark %d of message %d is left", kind, number);
			}
			if (!is_purged(number) && has_mark(number, kind))
				g_assert_true(found);
		}
	}
	g_assert_cmpint(left, ==, 0);
}

/* ---- tests ---- */

static void
test_nothing_is_left_in_any_file(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	PurgeSummary summary;

	add_marked(sample, MANY);
	block_most(sample);
	summary = purge(sample, &request);
	g_assert_cmpint(summary.messages, ==, MANY - MANY / 3);
	g_assert_false(summary.pending);
	assert_only_living(sample);
	sample_assert_sound(sample);
}

static int64_t
value_of(const Sample *sample, const char *sql)
{
	int64_t value = -1;

	g_assert_true(db_value(sample->store, sql, &value, NULL));
	return value;
}

static PurgePlan
plan_of(const Sample *sample, const PurgeRequest *request)
{
	g_autoptr(GError) error = NULL;
	PurgePlan plan;

	store_plan_purge(sample->store, request, &plan, &error);
	g_assert_no_error(error);
	return plan;
}

/* One message, blocked and then purged. */
static PurgeSummary
purge_first(Sample *sample)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	const int64_t first = 1;
	const PurgeRequest request = request_of(ids);

	g_array_append_val(ids, first);
	sample_do(sample, DECISION_BLOCK, first);
	return purge(sample, &request);
}

static void
test_what_shares_a_bale_comes_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);

	add_marked(sample, BATCH);
	block_most(sample);
	purge(sample, &request);
	for (int number = 3; number <= BATCH; number += 3) {
		g_autoptr(GBytes) kept = store_raw(sample->store, number, NULL);
		g_autoptr(Message) message = store_load(sample->store, number, NULL);
		g_autoptr(Message) other = message_new();
		g_autoptr(GBytes) raw = marked_raw(other, number);

		g_assert_nonnull(kept);
		g_assert_true(g_bytes_equal(kept, raw));
		g_assert_nonnull(message);
		g_assert_cmpuint(message->headers->len, ==, 1);
	}
}

static void
test_bytes_that_another_has_stay_for_that(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) first = message_new();
	g_autoptr(Message) second = message_new();
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(GError) error = NULL;

	arrive_recipient(first, "ann@here.example");
	arrive_recipient(second, "bob@here.example");
	arrive(sample->store, first, "the same");
	arrive(sample->store, second, "the same");
	g_assert_cmpint(purge_first(sample).messages, ==, 1);
	raw = store_raw(sample->store, 2, NULL);
	g_assert_nonnull(raw);
	g_assert_null(store_raw(sample->store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_PURGED);
	sample_assert_sound(sample);
}

static void
test_it_comes_again_and_stays_purged(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(Message) other = message_new();
	g_autoptr(GBytes) raw = NULL;
	uint8_t digest[DIGEST_SIZE];
	bool purged = false;

	digest_sha256("it", 2, digest);
	arrive_recipient(message, "ann@here.example");
	arrive_recipient(other, "bob@here.example");
	arrive(sample->store, message, "it");
	purge_first(sample);
	g_assert_cmpint(arrive(sample->store, message, "it"), ==, ADDED_KNOWN);
	g_assert_true(store_knows_purged(sample->store, digest, &purged, NULL));
	g_assert_true(purged);
	/* What somebody else got of the same bytes is another message. */
	g_assert_cmpint(arrive(sample->store, other, "it"), ==, ADDED_NEW);
	raw = store_raw(sample->store, 2, NULL);
	g_assert_nonnull(raw);
	g_assert_true(store_knows_purged(sample->store, digest, &purged, NULL));
	g_assert_false(purged);
	g_assert_null(store_raw(sample->store, 1, NULL));
	sample_assert_sound(sample);
}

static void
test_what_is_not_settled_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_auto(PurgePlan) plan = { 0 };
	g_auto(PurgePlan) held = { 0 };

	sample_add_plain(sample, 4);
	sample_do(sample, DECISION_RELEASE, 2); /* its delivery waits */
	sample_do(sample, DECISION_BLOCK, 3);
	sample_do(sample, DECISION_BLOCK, 4);
	g_assert_true(db_exec(sample->store,
		"UPDATE message SET claimed_by = 'bob',"
		" claimed_until = 1 << 40 WHERE id = 4",
		NULL));
	plan = plan_of(sample, &request);
	g_assert_cmpuint(plan.targets->len, ==, 1);
	g_assert_cmpint(g_array_index(plan.targets, PurgeTarget, 0).message, ==, 3);
	g_assert_cmpint(plan.kept[KEPT_UNFINISHED], ==, 1);
	g_assert_cmpint(plan.kept[KEPT_CLAIMED], ==, 1);

	request.before[STATE_HELD] = LATER;
	request.claimed = true;
	held = plan_of(sample, &request);
	g_assert_cmpuint(held.targets->len, ==, 3);
	g_assert_cmpint(held.by_state[STATE_HELD], ==, 1);
}

/* An old message that was decided about today was looked at today. */
static void
test_age_counts_from_the_last_decision(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	OperationRequest late = { 0 };
	g_auto(PurgePlan) plan = { 0 };
	g_auto(PurgePlan) later = { 0 };

	sample_add_plain(sample, 2);
	sample_do(sample, DECISION_BLOCK, 1);
	late = sample_request(DECISION_BLOCK, 2, 2);
	late.now = SAMPLE_NOW + 10 * DAY;
	sample_decide(sample, late, NULL);
	request.before[STATE_BLOCKED] = SAMPLE_NOW + 5 * DAY;
	plan = plan_of(sample, &request);
	g_assert_cmpuint(plan.targets->len, ==, 1);
	g_assert_cmpint(plan.kept[KEPT_YOUNG], ==, 1);
	request.before[STATE_BLOCKED] = SAMPLE_NOW + 11 * DAY;
	later = plan_of(sample, &request);
	g_assert_cmpuint(later.targets->len, ==, 2);
}

static void
test_what_changed_since_the_plan_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const PurgeRequest request = request_of(NULL);
	g_auto(PurgePlan) plan = { 0 };
	PurgeSummary summary;

	sample_add_plain(sample, 2);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	plan = plan_of(sample, &request);
	sample_do(sample, DECISION_HOLD, 1);
	g_assert_true(
		store_purge(sample->store, &request, &plan, &(PurgeWatch){ 0 }, &summary, NULL));
	g_assert_cmpint(summary.messages, ==, 1);
	g_assert_cmpint(summary.changed, ==, 1);
	g_assert_nonnull(store_load(sample->store, 1, NULL));
}

/* ---- a record is left ---- */

static void
test_its_record_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(MessageRow) row = NULL;
	g_autoptr(Message) record = NULL;
	g_autoptr(GPtrArray) decisions = NULL;
	g_autoptr(GError) error = NULL;

	add_marked(sample, 1);
	purge_first(sample);
	row = store_row(sample->store, 1, NULL);
	g_assert_cmpstr(row->purged, ==, "purged 2026-06-27 by alice (operation 2)");
	g_assert_cmpstr(message_row_title(row), ==, row->purged);
	g_assert_cmpstr(row->account, ==, SAMPLE_ACCOUNT);
	g_assert_cmpstr(row->domain, ==, "shop.example");
	g_assert_cmpstr(row->identity_domain, ==, "mail.shop.example");
	g_assert_cmpint(row->score, ==, 42);
	g_assert_cmpint(row->state, ==, STATE_BLOCKED);
	g_assert_cmpint(strlen(row->sha256), ==, DIGEST_HEX - 1);
	record = store_load_record(sample->store, 1, NULL);
	g_assert_cmpuint(record->findings->len, >=, 1);
	g_assert_cmpuint(record->attachments->len, ==, 1);
	g_assert_cmpint(value_of(sample, "SELECT count(*) FROM link_domain"), ==, 1);
	decisions = store_decisions(sample->store, 1, NULL);
	g_assert_cmpuint(decisions->len, ==, 1);
	g_assert_null(store_load(sample->store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_PURGED);
}

static int64_t
count_found(const Sample *sample, const char *text)
{
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, NULL);

	g_assert_nonnull(query);
	return store_count(sample->store, query, NULL);
}

static void
test_only_its_record_finds_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *recipient = mark(1, IN_RECIPIENT);
	int64_t counts[STATES];

	add_marked(sample, 2);
	g_assert_cmpint(count_found(sample, recipient), ==, 1);
	g_assert_cmpint(count_found(sample, "\"could not reach\""), ==, 2);
	purge_first(sample);
	g_assert_cmpint(count_found(sample, recipient), ==, 0);
	g_assert_cmpint(count_found(sample, "\"could not reach\""), ==, 1);
	g_assert_cmpint(count_found(sample, "is:purged"), ==, 1);
	g_assert_cmpint(count_found(sample, "account:" SAMPLE_ACCOUNT), ==, 2);
	g_assert_cmpint(count_found(sample, "link:lure.example"), ==, 1);
	g_assert_cmpint(count_found(sample, "finding:links-leave"), ==, 2);
	g_assert_true(store_counts(sample->store, counts, NULL));
	g_assert_cmpint(counts[STATE_BLOCKED], ==, 1);
}

/* ---- a purge in the history ---- */

static void
test_it_is_an_operation_that_stands(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) operations = NULL;
	const Operation *last;
	g_autoptr(GError) purge_undone = NULL;
	g_autoptr(GError) block_undone = NULL;
	g_autoptr(GError) nothing = NULL;

	sample_add_plain(sample, 1);
	g_assert_cmpint(purge_first(sample).operation, ==, 2);
	operations = store_operations(sample->store, 0, 1, NULL);
	last = g_ptr_array_index(operations, 0);
	g_assert_cmpstr(last->verb, ==, "purge");
	g_assert_cmpstr(last->actor, ==, "alice");
	g_assert_cmpint(last->messages, ==, 1);
	g_assert_cmpint(store_undo(sample->store, 2, "alice", LATER, &purge_undone), ==, 0);
	g_assert_error(purge_undone, STORE_ERROR, STORE_ERROR_REFUSED);
	/* Nor what was decided about mail that nobody can look at any more. */
	g_assert_cmpint(store_undo(sample->store, 1, "alice", LATER, &block_undone), ==, 0);
	g_assert_error(block_undone, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_assert_cmpint(store_undo(sample->store, 0, "alice", LATER, &nothing), ==, 0);
	sample_assert_sound(sample);
}

static void
test_it_is_not_released_but_may_be_blocked(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_autoptr(GError) release = NULL;
	g_autoptr(GError) block = NULL;
	int64_t operation;

	sample_add_plain(sample, 2);
	request.before[STATE_HELD] = SAMPLE_NOW;
	purge(sample, &request);
	g_assert_cmpint(
		sample_decide(sample, sample_request(DECISION_RELEASE, 1, 2), &release), ==, 0);
	g_assert_error(release, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_nonnull(strstr(release->message, "there is nothing to release"));
	operation = sample_decide(sample, sample_request(DECISION_BLOCK, 1, 2), &block);
	g_assert_no_error(block);
	g_assert_cmpint(store_undo(sample->store, operation, "alice", LATER, NULL), >, 0);
	sample_assert_sound(sample);
}

typedef struct Faults {
	int count;
	char *first;
} Faults;

static void
note_fault(const char *words, void *data)
{
	Faults *faults = data;

	if (faults->count++ == 0)
		faults->first = g_strdup(words);
}

static void
assert_fault(Sample *sample, const char *damage, const char *words)
{
	Faults faults = { 0 };
	const VerifyOptions options = { .fault = note_fault, .data = &faults };
	VerifySummary summary;

	g_assert_true(db_exec(sample->store, "SAVEPOINT damage", NULL));
	g_assert_true(db_exec(sample->store, damage, NULL));
	g_assert_true(store_verify(sample->store, &options, &summary, NULL));
	g_assert_true(db_exec(sample->store, "ROLLBACK TO damage; RELEASE damage", NULL));
	g_assert_cmpint(faults.count, >, 0);
	g_test_message("%s", faults.first);
	g_assert_nonnull(strstr(faults.first, words));
	g_free(faults.first);
}

static void
test_verify_finds_what_was_done_to_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);

	sample_add_plain(sample, 6);
	block_most(sample);
	purge(sample, &request);
	sample_do(sample, DECISION_BLOCK, 3);
	sample_assert_sound(sample);
	assert_fault(sample,
		"DROP TRIGGER purged_stands; UPDATE purged SET message = 6 WHERE message = 5",
		"purged_stands");
	assert_fault(sample, "UPDATE message SET subject = 'Dear Ann' WHERE id = 1",
		"message 1 was purged, but its texts are left");
	assert_fault(sample, "INSERT INTO recipient VALUES (1, 0, 'ann@here.example')",
		"message 1 was purged, but its recipients are left");
	assert_fault(sample, "UPDATE raw SET zstd = x'00' WHERE id = 1",
		"message 1 was purged, but its raw mail are left");
	assert_fault(sample, "UPDATE raw SET zstd = x'', bale = NULL WHERE id = 6",
		"message 6 (raw 6) is not the bytes that came");
	/* Somebody removed it, and wrote down that it was purged. */
	assert_fault(sample, "INSERT INTO purged VALUES (6, 2, x'00')",
		"purged message 6 is not what was written");
}

/* ---- an interrupted purge ---- */

static bool
stop_soon(void *data)
{
	int *left = data;

	return (*left)-- <= 0;
}

/* Stopped at each place where one can be, and gone on with by one that is asked for nothing. */
static void
test_it_goes_on_where_it_was_stopped(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const PurgeRequest request = request_of(NULL);
	PurgeRequest nothing = request_of(NULL);
	bool stopped = true;
	int stops = 0;

	nothing.before[STATE_RELEASED] = nothing.before[STATE_BLOCKED] = PURGE_NEVER;
	while (stopped) {
		int left = stops++;
		const PurgeWatch watch = { .stop = stop_soon, .data = &left };

		add_marked(sample, BATCH);
		block_most(sample);
		stopped = purge_watched(sample, &request, &watch).stopped;
		sample_assert_sound(sample);
		g_assert_false(purge(sample, &nothing).stopped);
		g_assert_cmpint(value_of(sample, "SELECT count(*) FROM purging"), ==, 0);
	}
	g_assert_cmpint(stops, >, 3);
	purge(sample, &request);
	assert_only_living(sample);
	sample_assert_sound(sample);
}

/* Its reader sees what was, and the file has that until then. */
static void
test_a_reader_keeps_the_log_file(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_autoptr(Store) other = store_open(sample->path, STORE_READ, NULL);
	g_autoptr(Snapshot) look = NULL;

	add_marked(sample, 3);
	block_most(sample);
	look = store_snapshot(other, NULL);
	g_assert_cmpint(store_count(other, NULL, NULL), ==, 3);
	store_set_patience(sample->store, 0);
	g_assert_true(purge(sample, &request).pending);
	g_clear_pointer(&look, snapshot_end);
	g_assert_false(purge(sample, &request).pending);
	assert_only_living(sample);
}

/* Another process has the old bale in memory. */
static void
test_a_reader_of_the_old_bale_is_not_misled(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_autoptr(Store) other = store_open(sample->path, STORE_READ, NULL);

	add_marked(sample, 6);
	block_most(sample);
	g_assert_nonnull(store_load(other, 6, NULL));
	purge(sample, &request);
	add_marked(sample, 2);
	for (int64_t id = 3; id <= 8; id++) {
		g_autoptr(GBytes) raw = id % 3 == 0 || id > 6 ? store_raw(other, id, NULL) : NULL;

		g_assert_true(raw || (id % 3 != 0 && id <= 6));
	}
}

/* What came before is still there, smaller. */
static void
test_its_space_is_given_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	int64_t before, after;
	g_autoptr(GError) error = NULL;

	add_marked(sample, MANY);
	block_most(sample);
	purge(sample, &request);
	before = value_of(sample, "PRAGMA page_count");
	g_assert_cmpint(value_of(sample, "PRAGMA freelist_count"), >, 0);
	store_vacuum(sample->store, &error);
	g_assert_no_error(error);
	after = value_of(sample, "PRAGMA page_count");
	g_assert_cmpint(after, <, before);
	g_assert_cmpint(value_of(sample, "PRAGMA freelist_count"), ==, 0);
	assert_only_living(sample);
	sample_assert_sound(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/purge/nothing-is-left-in-any-file", test_nothing_is_left_in_any_file);
	sample_test("/purge/what-shares-a-bale-comes-back", test_what_shares_a_bale_comes_back);
	sample_test("/purge/bytes-that-another-has-stay-for-that",
		test_bytes_that_another_has_stay_for_that);
	sample_test("/purge/it-comes-again-and-stays-purged", test_it_comes_again_and_stays_purged);
	sample_test("/purge/what-is-not-settled-is-left", test_what_is_not_settled_is_left);
	sample_test(
		"/purge/age-counts-from-the-last-decision", test_age_counts_from_the_last_decision);
	sample_test("/purge/what-changed-since-the-plan-is-left",
		test_what_changed_since_the_plan_is_left);
	sample_test("/purge/its-record-is-left", test_its_record_is_left);
	sample_test("/purge/only-its-record-finds-it", test_only_its_record_finds_it);
	sample_test("/purge/it-is-an-operation-that-stands", test_it_is_an_operation_that_stands);
	sample_test("/purge/it-is-not-released-but-may-be-blocked",
		test_it_is_not_released_but_may_be_blocked);
	sample_test(
		"/purge/verify-finds-what-was-done-to-it", test_verify_finds_what_was_done_to_it);
	sample_test("/purge/it-goes-on-where-it-was-stopped", test_it_goes_on_where_it_was_stopped);
	sample_test("/purge/a-reader-keeps-the-log-file", test_a_reader_keeps_the_log_file);
	sample_test("/purge/a-reader-of-the-old-bale-is-not-misled",
		test_a_reader_of_the_old_bale_is_not_misled);
	sample_test("/purge/its-space-is-given-back", test_its_space_is_given_back);
	return g_test_run();
}
