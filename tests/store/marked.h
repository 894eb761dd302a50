/* marked.h - messages that say in every place whom they are for, each in words of its own, and
 * purges of them */
#ifndef TESTS_STORE_MARKED_H
#define TESTS_STORE_MARKED_H

#include <zstd.h>

#include "store/bale.h"
#include "store/purge.h"
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
static inline char *
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

static inline void
set_marked(char **field, const char *format, int number, int kind)
{
	g_autofree char *word = mark(number, kind);
	g_auto(GStrv) parts = g_strsplit(format, "*", 2);

	g_free(*field);
	*field = g_strjoinv(word, parts);
}

static inline void
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

static inline Message *
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
static inline GBytes *
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

static inline void
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

static inline void
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

static inline PurgeRequest
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

static inline PurgeSummary
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

static inline PurgeSummary
purge(Sample *sample, const PurgeRequest *request)
{
	return purge_watched(sample, request, &(PurgeWatch){ 0 });
}

/* All but every third are blocked, and so purged. */
static inline bool
is_purged(int number)
{
	return number % 3 != 0;
}

static inline void
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

static inline void
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
static inline void
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

static inline GByteArray *
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
static inline GHashTable *
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

static inline bool
is_in(GHashTable *ends, int number, int kind)
{
	g_autofree char *word = mark(number, kind);

	return g_hash_table_contains(ends, word + MARK - MARK_END);
}

/* What was read of a large one can be read only behind its bytes. */
static inline bool
has_mark(int number, int kind)
{
	bool large = number % 10 == 0;

	return kind == IN_LARGE ? large : kind != IN_HEADER || !large;
}

static inline void
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

static inline int64_t
value_of(const Sample *sample, const char *sql)
{
	int64_t value = -1;

	g_assert_true(db_value(sample->store, sql, &value, NULL));
	return value;
}

static inline PurgePlan
plan_of(const Sample *sample, const PurgeRequest *request)
{
	g_autoptr(GError) error = NULL;
	PurgePlan plan;

	store_plan_purge(sample->store, request, &plan, &error);
	g_assert_no_error(error);
	return plan;
}

/* One message, blocked and then purged. */
static inline PurgeSummary
purge_first(Sample *sample)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	const int64_t first = 1;
	const PurgeRequest request = request_of(ids);

	g_array_append_val(ids, first);
	sample_do(sample, DECISION_BLOCK, first);
	return purge(sample, &request);
}

#endif
