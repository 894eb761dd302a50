/* maillog.h - logs that tell of mails, and messages whose envelope was lost */
#ifndef TESTS_STORE_MAILLOG_H
#define TESTS_STORE_MAILLOG_H

#include "store/maillog.h"
#include "tests/store/sample.h"

#define SHORT_ID "4ABCDEF012"
#define LONG_ID  "4jdBHB2QvMz1bcM3"

enum {
	CAME = SAMPLE_NOW -
		3000, /* what bears no date of its own is dated so by sample_message() */
};

/* A mail as the log has it; what is left out is plain. */
typedef struct Mail {
	const char *queue_id; /* SHORT_ID */
	const char *ip;       /* the client's: that of RECEIVED() */
	const char *message_id;
	const char *sender;     /* "s@out.example" */
	const char *recipients; /* with blanks between: "ann@here.example" */
	const char *original;   /* of each; NULL: none */
	int64_t total;          /* as many as there are */
	int64_t at;             /* CAME */
	bool local;
	bool redirected;
	bool stays;    /* it is not removed from the queue */
	bool headless; /* the log begins behind its first line */
	const char *held_for;
} Mail;

static inline void
tell_fact(StoreBatch *batch, const LogFact *fact)
{
	g_autoptr(GError) error = NULL;

	store_batch_log(batch, fact, &error);
	g_assert_no_error(error);
}

static inline LogFact
fact_of(const Mail *mail, FactKind kind, const char *text)
{
	return (LogFact){
		.kind = kind,
		.server = "mx",
		.queue_id = sample_or(mail->queue_id, SHORT_ID),
		.at = mail->at ? mail->at : CAME,
		.name = "a8-1.smtp-out.amazonses.com",
		.ip = sample_or(mail->ip, "54.240.8.1"),
		.text = text,
		.original = mail->original,
		.wanted = true,
		.local = mail->local,
	};
}

static inline void
tell_recipients(StoreBatch *batch, const Mail *mail, char *const *recipients)
{
	for (; *recipients; recipients++) {
		const LogFact fact = fact_of(mail, FACT_RECIPIENT, *recipients);

		tell_fact(batch, &fact);
	}
}

static inline void
tell_active(StoreBatch *batch, const Mail *mail, char *const *recipients)
{
	LogFact fact = fact_of(mail, FACT_ACTIVE, sample_or(mail->sender, "s@out.example"));

	fact.total = mail->total ? mail->total : (int64_t)g_strv_length((char **)recipients);
	tell_fact(batch, &fact);
	tell_recipients(batch, mail, recipients);
}

static inline void
tell_held(StoreBatch *batch, const Mail *mail)
{
	LogFact fact = fact_of(mail, FACT_HELD, mail->held_for);

	fact.sender = "s@out.example";
	fact.helo = "a8-1";
	tell_fact(batch, &fact);
}

static inline void
tell_all(StoreBatch *batch, const Mail *mail)
{
	g_auto(GStrv) recipients =
		g_strsplit(sample_or(mail->recipients, "ann@here.example"), " ", -1);
	const LogFact begun = fact_of(mail, FACT_BEGUN, NULL);
	const LogFact id =
		fact_of(mail, FACT_MESSAGE_ID, sample_or(mail->message_id, "1@mail.shop.example"));
	const LogFact redirected = fact_of(mail, FACT_REDIRECTED, NULL);
	LogFact removed = fact_of(mail, FACT_REMOVED, NULL);

	if (!mail->headless)
		tell_fact(batch, &begun);
	if (mail->held_for)
		tell_held(batch, mail);
	tell_fact(batch, &id);
	if (mail->redirected)
		tell_fact(batch, &redirected);
	if (!mail->held_for)
		tell_active(batch, mail, recipients);
	removed.at += 2;
	if (!mail->stays && !mail->held_for)
		tell_fact(batch, &removed);
}

static inline void
tell(Sample *sample, Mail mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);

	g_assert_no_error(error);
	tell_all(batch, &mail);
	g_assert_true(store_batch_commit(batch, &error));
	g_assert_no_error(error);
}

/* ---- messages without an envelope ---- */

static inline void
add_hop(Message *message, const char *received, uint32_t flags)
{
	HeaderField *field = g_new0(HeaderField, 1);
	Hop *hop = g_new0(Hop, 1);

	field->name = g_strdup("Received");
	field->raw = g_strdup(received);
	field->value = g_strdup(received);
	hop->from = g_strdup("a8-1.smtp-out.amazonses.com");
	hop->helo = g_strdup("");
	hop->by = g_strdup("mx.here.example");
	hop->flags = flags;
	hop->field = (int)message->headers->len;
	g_ptr_array_add(message->headers, field);
	g_ptr_array_add(message->hops, hop);
}

/* 2026-05-28 19:36:40 UTC is CAME. */
#define RECEIVED(id, only)                                                                       \
	"from a8-1 (a8-1.smtp-out.amazonses.com [54.240.8.1]) by mx.here.example (Postfix) with" \
	" ESMTPS id " id only "; Thu, 28 May 2026 19:36:40 +0000"

static inline void
with_short_id(Message *message)
{
	add_hop(message, RECEIVED(SHORT_ID, ""), HOP_BOUNDARY);
}

static inline void
with_long_id(Message *message)
{
	add_hop(message, RECEIVED(LONG_ID, ""), HOP_BOUNDARY);
}

static inline void
for_ann(Message *message)
{
	add_hop(message, RECEIVED(SHORT_ID, " for <Ann@here.example>"), HOP_BOUNDARY);
}

static inline void
through_two(Message *message)
{
	add_hop(message, RECEIVED("4000000000", ""), HOP_INSIDE);
	add_hop(message, RECEIVED(SHORT_ID, ""), HOP_BOUNDARY);
}

/* The client is a balancer to its server, which is taken for one of ours. */
static inline void
forges_id(Message *message)
{
	add_hop(message,
		"from x (x [10.0.0.1]) by mx.here.example (Postfix) with ESMTPS id " LONG_ID,
		HOP_INSIDE);
	add_hop(message, RECEIVED(SHORT_ID, ""), HOP_BOUNDARY);
}

static inline void
claims_id(Message *message)
{
	add_hop(message, RECEIVED(SHORT_ID, ""), 0);
}

static inline void
destroyed(Message *message)
{
	with_short_id(message);
	message_add_defect(message, DEFECT_BYTES_LOST, "?", "body");
}

static inline void
without_date(Message *message)
{
	message->received = 0;
}

static inline void
without_address(Message *message)
{
	with_short_id(message);
	g_clear_pointer(&message->ses->ip, g_free);
}

static inline int64_t
lost(Sample *sample, void (*enrich)(Message *message))
{
	return sample_add(
		sample, &(SampleMail){ .recipients = "", .no_sender = true, .enrich = enrich });
}

/* ---- what they get ---- */

typedef struct Told {
	GString *left;
	LogJoinSummary summary;
} Told;

static inline void
on_outcome(const LogOutcome *outcome, void *data)
{
	Told *told = data;

	if (!outcome->left)
		return;
	g_test_message("%" G_GINT64_FORMAT " is left: %s", outcome->message, outcome->left);
	g_string_append_printf(told->left, "%s\n", outcome->left);
}

static inline void
join_until(Sample *sample, Told *told, int64_t until)
{
	g_autoptr(GError) error = NULL;
	static const char *const except[] = { "quarantine@here.example", NULL };
	const LogJoin join = {
		.actor = "root",
		.reason = "mail.log",
		.except = except,
		.now = SAMPLE_NOW,
		.until = until,
		.outcome = on_outcome,
		.data = told,
	};

	told->left = g_string_new(NULL);
	store_join_log(sample->store, &join, &told->summary, &error);
	g_assert_no_error(error);
	sample_assert_sound(sample);
}

/* "SENDER: RECIPIENT RECIPIENT", "-" for unknown. */
static inline char *
envelope(const Sample *sample, int64_t id)
{
	g_autoptr(MessageRow) row = store_row(sample->store, id, NULL);
	g_autofree char *recipients = g_strjoinv(" ", row->recipients);

	return g_strdup_printf("%s: %s", row->sender ? row->sender : "-", recipients);
}

static inline void
assert_envelope(const Sample *sample, int64_t id, const char *wanted)
{
	g_autofree char *found = envelope(sample, id);

	g_assert_cmpstr(found, ==, wanted);
}

/* What is said of those that are left; "" is nothing. */
static inline void
join(Sample *sample, const char *left)
{
	Told told = { 0 };
	g_autoptr(GString) words = NULL;

	join_until(sample, &told, SAMPLE_NOW);
	words = told.left;
	if (*left)
		g_assert_nonnull(strstr(words->str, left));
	else
		g_assert_cmpstr(words->str, ==, "");
}

#endif
