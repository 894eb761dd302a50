/* arrive.h - put a hand-made Message into a store */
#ifndef TESTS_STORE_ARRIVE_H
#define TESTS_STORE_ARRIVE_H

#include <string.h>

#include "mail/digest.h"
#include "store/message.h"

#define ARRIVE_NOW 1780000000

static inline void
arrive_set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static inline void
arrive_recipient(Message *message, const char *address)
{
	g_ptr_array_add(message->envelope->recipients, g_strdup(address));
}

static inline void
arrive_text(Message *message, const char *text)
{
	PartText *part = g_new0(PartText, 1);

	part->path = g_strdup("1");
	part->type = g_strdup("text/plain");
	part->text = g_strdup(text);
	g_ptr_array_add(message->texts, part);
}

static inline Link *
arrive_link(Message *message, const char *url, const char *final, const char *domain)
{
	Link *link = g_new0(Link, 1);

	link->text = g_strdup("");
	link->url = g_strdup(url);
	link->chain = g_ptr_array_new_with_free_func(g_free);
	link->services = g_ptr_array_new_with_free_func(g_free);
	link->final = g_strdup(final);
	link->domain = g_strdup(domain);
	link->where = g_strdup("");
	g_ptr_array_add(message->links, link);
	return link;
}

static inline void
arrive_attachment(Message *message, const char *name, char digit)
{
	Attachment *attachment = attachment_new();

	attachment->path = g_strdup("2");
	attachment->name = g_strdup(name);
	attachment->declared = g_strdup("application/pdf");
	attachment->detected = g_strdup("text/html");
	attachment->size = 1234;
	attachment->sha256 = g_strnfill(DIGEST_HEX - 1, digit);
	g_ptr_array_add(message->attachments, attachment);
}

static inline void
arrive_finding(Message *message, const char *id, int weight)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(id);
	finding->weight = weight;
	finding->text = g_strdup_printf("found %s", id);
	finding->evidence = g_strdup("evidence");
	finding->where = g_strdup("header From");
	g_ptr_array_add(message->findings, finding);
}

/* One that covers the account, and that nobody verified. */
static inline void
arrive_amazons_signature(Message *message)
{
	Signature *signature = g_new0(Signature, 1);

	signature->domain = g_strdup("amazonses.com");
	signature->selector = g_strdup("224i4yxa5dv7c2xz3womw6peuasteono");
	signature->covered = g_strdup("From:Feedback-ID");
	g_ptr_array_add(message->signatures, signature);
}

/* Adds @message, whose raw bytes are @raw, to @batch. */
static inline bool
arrive_in(StoreBatch *batch, const Message *message, const char *raw, AddOutcome *outcome,
	GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	uint8_t digest[DIGEST_SIZE];
	const Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "eml:/q/1.eml",
		.now = ARRIVE_NOW,
		.transport = "maildir",
	};

	digest_sha256(raw, strlen(raw), digest);
	return store_batch_add(batch, &arrival, outcome, error);
}

/* The same in a batch of its own, which must work. */
static inline AddOutcome
arrive(Store *store, const Message *message, const char *raw)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(store, &error);
	AddOutcome outcome = ADDED_KNOWN;

	g_assert_no_error(error);
	arrive_in(batch, message, raw, &outcome, &error);
	g_assert_no_error(error);
	store_batch_commit(batch, &error);
	g_assert_no_error(error);
	return outcome;
}

#endif
