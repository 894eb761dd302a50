/* sample.h - a store of one's own with made-up messages in it */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include <glib/gstdio.h>
#include <string.h>

#include "mail/digest.h"
#include "mail/edge.h"
#include "store/db.h"
#include "store/decision.h"
#include "store/verify.h"

#define SAMPLE_NOW     1780000000
#define SAMPLE_ACCOUNT "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg="

typedef struct Sample {
	char *folder;
	char *path;
	Store *store;
	int count; /* messages added: the last one's id */
} Sample;

static inline void
sample_setup(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;

	sample->folder = g_dir_make_tmp("lazaret-XXXXXX", &error);
	g_assert_no_error(error);
	sample->path = g_build_filename(sample->folder, "quarantine.db", NULL);
	sample->store = store_open(sample->path, STORE_CREATE, &error);
	g_assert_no_error(error);
}

static inline void
sample_teardown(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const names[] = { "", "-wal", "-shm" };

	store_close(sample->store);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *file = g_strconcat(sample->path, names[i], NULL);

		g_unlink(file);
	}
	g_rmdir(sample->folder);
	g_free(sample->path);
	g_free(sample->folder);
}

/* The one integer that @sql gives. */
static inline int64_t
sample_count(Store *store, const char *sql)
{
	int64_t value = -1;

	g_assert_true(db_value(store, sql, &value, NULL));
	return value;
}

#define sample_test(path, function) \
	g_test_add(path, Sample, NULL, sample_setup, function, sample_teardown)

/* What a message is like; what is left out is plain. */
typedef struct SampleMail {
	const char *account;    /* SAMPLE_ACCOUNT; "" for none */
	const char *identity;   /* aligned DKIM domain: "mail.shop.example" */
	const char *from;       /* "news@shop.example" */
	const char *domain;     /* "shop.example" */
	const char *subject;    /* "Message N" */
	const char *recipients; /* with blanks between: "ann@here.example"; "" for none */
	bool no_sender;         /* unknown */
	bool unproven;          /* neither confirmed, signed nor authenticated */
	bool attachment;
	const char *transport;            /* for releases by rule: "maildir" */
	void (*enrich)(Message *message); /* adds what else it has; or NULL */
} SampleMail;

static inline const char *
sample_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static inline Message *
sample_message(const SampleMail *mail, int number)
{
	Message *message = message_new();
	const char *account = sample_or(mail->account, SAMPLE_ACCOUNT);

	g_free(message->subject);
	message->subject =
		mail->subject ? g_strdup(mail->subject) : g_strdup_printf("Message %d", number);
	g_free(message->from->address);
	message->from->address = g_strdup(sample_or(mail->from, "news@shop.example"));
	message->from_domain = g_strdup(sample_or(mail->domain, "shop.example"));
	message->message_id = g_strdup_printf("%d@mail.shop.example", number);
	message->date = SAMPLE_NOW - 3600;
	message->received = SAMPLE_NOW - 3000 + number;
	message->account_domain = g_strdup(sample_or(mail->identity, "mail.shop.example"));
	message->authenticated = !mail->unproven;
	message->ses->class = mail->unproven ? SES_CLAIMED : SES_CONFIRMED;
	message->ses->account = account[0] ? g_strdup(account) : NULL;
	message->ses->account_signed = !mail->unproven;
	message->ses->region = g_strdup("eu-west-1");
	message->ses->ip = g_strdup("54.240.7.1");
	message->score = 42;
	return message;
}

static inline void
sample_attach(Message *message)
{
	Attachment *attachment = attachment_new();

	attachment->path = g_strdup("2");
	attachment->name = g_strdup("invoice.html");
	attachment->declared = g_strdup("application/pdf");
	attachment->detected = g_strdup("text/html");
	attachment->size = 1234;
	attachment->sha256 = g_strnfill(64, 'a');
	g_ptr_array_add(message->attachments, attachment);
}

static inline void
sample_address(Message *message, const SampleMail *mail)
{
	const char *list = sample_or(mail->recipients, "ann@here.example");
	g_auto(GStrv) recipients = g_strsplit(list, " ", -1);

	message->envelope->sender = mail->no_sender ? NULL : g_strdup("bounce@mail.shop.example");
	for (int i = 0; list[0] && recipients[i]; i++)
		g_ptr_array_add(message->envelope->recipients, g_strdup(recipients[i]));
}

static inline void
sample_put(Sample *sample, StoreBatch *batch, const SampleMail *mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = sample_message(mail, ++sample->count);
	g_autofree char *raw = g_strdup_printf("Subject: Message %d\n\nhello\n", sample->count);
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "maildir:/q/cur/1",
		.now = SAMPLE_NOW,
		.transport = sample_or(mail->transport, "maildir"),
		.hold = 60,
	};

	sample_address(message, mail);
	if (mail->attachment)
		sample_attach(message);
	if (mail->enrich)
		mail->enrich(message);
	message_find_edges(message, NULL);
	digest_sha256(raw, strlen(raw), digest);
	store_batch_add(batch, &arrival, &outcome, &error);
	g_assert_no_error(error);
	g_assert_cmpint(outcome, ==, ADDED_NEW);
}

/* Its id. */
static inline int64_t
sample_add(Sample *sample, const SampleMail *mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);

	g_assert_no_error(error);
	sample_put(sample, batch, mail);
	g_assert_true(store_batch_commit(batch, &error));
	g_assert_no_error(error);
	return sample->count;
}

static inline void
sample_add_plain(Sample *sample, int count)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);

	g_assert_no_error(error);
	for (int i = 0; i < count; i++)
		sample_put(sample, batch, &(SampleMail){ 0 });
	g_assert_true(store_batch_commit(batch, &error));
	g_assert_no_error(error);
}

static inline MessageState
sample_state(const Sample *sample, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) row = store_row(sample->store, id, &error);

	g_assert_no_error(error);
	return row->state;
}

/* A request about the messages @first to @last by alice, to be changed at will. */
static inline OperationRequest
sample_request(DecisionKind kind, int64_t first, int64_t last)
{
	OperationRequest request = {
		.kind = kind,
		.targets = g_array_new(false, false, sizeof(Target)),
		.actor = "alice",
		.transport = "maildir",
		.now = SAMPLE_NOW,
		.hold = 60,
	};

	for (int64_t id = first; id <= last; id++) {
		Target target = { .message = id, .version = -1 };

		g_array_append_val(request.targets, target);
	}
	return request;
}

/* The operation's id, or 0 and an error; the request is used up. */
static inline int64_t
sample_decide(const Sample *sample, OperationRequest request, GError **error)
{
	int64_t operation = store_decide(sample->store, &request, error);

	g_array_unref(request.targets);
	return operation;
}

/* One message, which must work. */
static inline int64_t
sample_do(const Sample *sample, DecisionKind kind, int64_t id)
{
	g_autoptr(GError) error = NULL;
	int64_t operation = sample_decide(sample, sample_request(kind, id, id), &error);

	g_assert_no_error(error);
	g_assert_cmpint(operation, >, 0);
	return operation;
}

static inline void
sample_tell_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_test_message("%s", words);
}

/* Whatever was done to it, verify finds nothing. */
static inline void
sample_assert_sound(const Sample *sample)
{
	const VerifyOptions options = { .fault = sample_tell_fault };
	g_autoptr(GError) error = NULL;
	VerifySummary summary;

	g_assert_true(store_verify(sample->store, &options, &summary, &error));
	g_assert_no_error(error);
	g_assert_cmpint(summary.faults, ==, 0);
}

#endif
