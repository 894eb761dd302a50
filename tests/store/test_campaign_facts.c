#include "store/campaign_facts.h"

#include "store/outbox.h"
#include "tests/store/campaigns.h"

static CampaignFacts
facts_of(const Sample *sample, int64_t message)
{
	g_autoptr(GError) error = NULL;
	CampaignFacts facts;

	g_assert_true(
		store_campaign_facts(sample->store, campaigns_of(sample, message), &facts, &error));
	g_assert_no_error(error);
	return facts;
}

static void
exec(const Sample *sample, const char *sql)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(db_exec(sample->store, sql, &error));
	g_assert_no_error(error);
}

static void
test_counts(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mails[] = {
		{ .recipients = "ann@here.example bob@here.example" },
		{ .recipients = "Ann@here.example" },
		{ .recipients = "" },
		{ .account = "another", .from = "a@other.example", .domain = "other.example" },
	};
	CampaignFacts facts;

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
		sample_add(sample, &mails[i]);
	sample_do(sample, DECISION_BLOCK, 1);
	facts = facts_of(sample, 1);
	g_assert_cmpint(facts.messages, ==, 3);
	g_assert_cmpint(facts.by_state[STATE_HELD], ==, 2);
	g_assert_cmpint(facts.by_state[STATE_BLOCKED], ==, 1);
	g_assert_cmpint(facts.recipients, ==, 2);
	g_assert_cmpint(facts.unaddressed, ==, 1);
	g_assert_cmpint(facts.accounts, ==, 1);
	g_assert_cmpint(facts.domains, ==, 1);
	g_assert_cmpint(facts.first, ==, SAMPLE_NOW - 3000 + 1);
	g_assert_cmpint(facts.last, ==, SAMPLE_NOW - 3000 + 3);
	g_assert_cmpint(facts.departed, ==, 0);
}

/* Only what may be in a mailbox counts: of messages, and for their recipients. */
static void
test_departed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	CampaignFacts facts;

	sample_add(sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	sample_add(sample, &(SampleMail){ .recipients = "carl@here.example" });
	sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_RELEASE, 2);
	g_assert_cmpint(facts_of(sample, 1).departed, ==, 0);
	exec(sample, "UPDATE delivery SET state = 2 WHERE recipient = 'ann@here.example'");
	exec(sample,
		"UPDATE delivery SET state = 4, changed = 99 WHERE recipient = 'bob@here.example'");
	exec(sample, "UPDATE delivery SET state = 3 WHERE recipient = 'carl@here.example'");
	facts = facts_of(sample, 1);
	g_assert_cmpint(facts.departed, ==, 1);
	g_assert_cmpint(facts.departed_to, ==, 2);
	exec(sample,
		"UPDATE delivery SET state = 2, copy = 1 WHERE recipient = 'carl@here.example'");
	g_assert_cmpint(facts_of(sample, 1).departed, ==, 1);
	/* About the message, to somebody else: it reached nobody it was for. */
	exec(sample, "INSERT INTO operation (at, actor, verb) VALUES (1, 'alice', 'report')");
	exec(sample,
		"UPDATE delivery SET copy = 0, operation = (SELECT max(id) FROM operation)"
		" WHERE recipient = 'carl@here.example'");
	g_assert_cmpint(facts_of(sample, 1).departed, ==, 1);
}

static void
test_none(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	CampaignFacts facts;

	g_assert_false(store_campaign_facts(sample->store, 7, &facts, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/campaign-facts/counts", test_counts);
	sample_test("/campaign-facts/what-may-be-in-a-mailbox", test_departed);
	sample_test("/campaign-facts/no-campaign", test_none);
	return g_test_run();
}
