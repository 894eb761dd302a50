/* notice.h - a quarantine to write notices of */
#ifndef TESTS_RELEASE_NOTICE_H
#define TESTS_RELEASE_NOTICE_H

#include <string.h>

#include "mail/brands.h"
#include "mail/message.h"
#include "release/notice.h"
#include "store/decision.h"
#include "store/outbox.h"
#include "tests/store/sample.h"

#define NOTICE_NOW 1780000000 /* Thu 2026-05-28 20:26:40 UTC */

/* Reads and adds it as an import would; its id. */
static inline int64_t
notice_add(Sample *sample, const char *raw, gsize length)
{
	static const char *const own[] = { "here.example", NULL };
	g_autoptr(Brands) brands = brands_shipped();
	const Site site = { .own_domains = own, .brands = brands, .now = NOTICE_NOW };
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = message_read(raw, length, &site, MESSAGE_FULL);
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);
	g_autoptr(GBytes) bytes = g_bytes_new(raw, length);
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "eml:/quarantine",
		.now = NOTICE_NOW,
		.transport = "maildir:/out",
	};

	g_assert_no_error(error);
	message_find_edges(message, NULL);
	digest_sha256(raw, length, digest);
	store_batch_add(batch, &arrival, &outcome, &error);
	g_assert_no_error(error);
	g_assert_true(store_batch_commit(batch, &error));
	return ++sample->count;
}

static inline int64_t
notice_add_file(Sample *sample, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *raw = NULL;
	gsize length;

	g_file_get_contents(path, &raw, &length, &error);
	g_assert_no_error(error);
	return notice_add(sample, raw, length);
}

static inline int64_t
notice_campaign(const Sample *sample, int64_t message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) row = store_row(sample->store, message, &error);

	g_assert_no_error(error);
	return row->campaign;
}

static inline NoticeRequest
notice_request(int64_t campaign, NoticeAudience audience, NoticeLanguage language, GTimeZone *zone)
{
	return (NoticeRequest){
		.campaign = campaign,
		.audience = audience,
		.language = language,
		.name = "shipped",
		.template = notice_template_shipped(audience, language),
		.signs_name = "signs",
		.signs = notice_signs_shipped(language),
		.now = NOTICE_NOW,
		.zone = zone,
	};
}

static inline Notice *
notice_make(const Sample *sample, const NoticeRequest *request)
{
	g_autoptr(GError) error = NULL;
	Notice *notice = notice_new(sample->store, request, &error);

	g_assert_no_error(error);
	return notice;
}

/* The message is released, and its deliveries leave. */
static inline void
notice_deliver(const Sample *sample, int64_t message)
{
	const LeaseRequest lease = { .now = NOTICE_NOW, .seconds = 60, .hurry = true };
	const Settlement sent = { .outcome = OUTCOME_SENT, .reply = "250 ok", .now = NOTICE_NOW };
	OperationRequest request = sample_request(DECISION_RELEASE, message, message);
	g_autoptr(GError) error = NULL;

	request.hold = 0;
	sample_decide(sample, request, &error);
	g_assert_no_error(error);
	for (;;) {
		g_autoptr(Delivery) delivery = store_lease(sample->store, &lease, &error);

		g_assert_no_error(error);
		if (!delivery)
			break;
		g_assert_true(store_settle(sample->store, delivery, &sent, &error));
	}
}

#endif
