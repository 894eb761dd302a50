/* Whom mail was for is in no list; and whoever sends it decides nothing by that. */
#include "store/indicator.h"

#include "tests/store/ask.h"

static void
lead_to_places(Message *message)
{
	indicators_link(message, "https://www.team.github.io/page");
	indicators_link(message, "https://evil.github.io/");
	indicators_link(message, "https://firm.sharepoint.com/s/1");
	indicators_link(message, "https://evil.sharepoint.com/s/1");
}

/* Below a suffix that a service has put into the public suffix list, and on a host of many that it
 * has not. */
static void
test_where_recipients_are(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mail = { .recipients = "ann@mail.team.github.io bob@Firm.sharepoint.com",
		.enrich = lead_to_places };

	sample_do(sample, DECISION_BLOCK, sample_add(sample, &mail));
	deny(sample, (Rule){ .domain = (char *)"mail.team.github.io" });
	deny(sample, (Rule){ .link = (char *)"wiki.team.github.io" });
	deny(sample, (Rule){ .url = (char *)"https://x.firm.sharepoint.com/1" });
	assert_told(sample, &whole, DOMAINS | LINKS | URLS,
		"not mail.team.github.io; block shop.example; block evil.github.io;"
		" not sharepoint.com; not team.github.io; not wiki.team.github.io;"
		" block https://evil.sharepoint.com/s/1; not https://firm.sharepoint.com/s/1;"
		" not https://x.firm.sharepoint.com/1");
	assert_left_out(sample, "mail.team.github.io", "is where recipients of mail are");
}

#define PAGE "https://storage.googleapis.com/kit/forms.html"

static void
lead_to_page(Message *message)
{
	indicators_link(message, PAGE);
}

/* Words of the page's address as names of people. */
static void
name_page_in_to(Message *message)
{
	lead_to_page(message);
	g_free(message->to);
	message->to = g_strdup("\"storage googleapis com kit forms html\" <ann@here.example>,"
			       " kit@here.example, forms@elsewhere.example");
}

static void
write_to_thousands(Message *message)
{
	g_autoptr(GString) to = g_string_new("ann@here.example");

	lead_to_page(message);
	for (int i = 0; i < 12000; i++)
		g_string_append_printf(to, ", a%d@here.example", i);
	g_free(message->to);
	message->to = g_string_free(g_steal_pointer(&to), false);
}

static void
lead_to_hundreds_before(Message *message)
{
	g_autofree char *long_path = g_strnfill(4000, 'x');

	for (int i = 0; i < 300; i++) {
		g_autofree char *url =
			g_strdup_printf("https://storage.googleapis.com/%d/%s", i, long_path);

		indicators_link(message, url);
	}
	lead_to_page(message);
}

static char *
many_recipients(int count)
{
	g_autoptr(GString) list = g_string_new("ann@here.example");

	for (int i = 0; i < count; i++)
		g_string_append_printf(list, " person%d@here.example", i);
	return g_string_free(g_steal_pointer(&list), false);
}

/* Whoever writes the mail must not be able to keep it out of lists. */
static void
test_sender_hides_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *many = many_recipients(600);
	const SampleMail mails[] = {
		{ .enrich = name_page_in_to },
		{ .enrich = name_page_in_to, .recipients = "" },
		{ .enrich = write_to_thousands },
		{ .enrich = write_to_thousands, .recipients = "" },
		{ .enrich = lead_to_page, .recipients = "forms@here.example" },
		{ .enrich = lead_to_hundreds_before, .recipients = many },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		int64_t block = sample_do(sample, DECISION_BLOCK, sample_add(sample, &mails[i]));

		assert_left_out(sample, PAGE, NULL);
		undo(sample, block);
	}
}

static void
lead_personally(Message *message)
{
	/* MD5 of it, base64 of it, another one there, and whom To alone names. */
	indicators_link(
		message, "https://storage.googleapis.com/1?e=a782be058af5ced2a80d050d4fe9748d");
	indicators_link(message, "https://storage.googleapis.com/2?e=YW5uQGhlcmUuZXhhbXBsZQ==");
	indicators_link(message, "https://storage.googleapis.com/3?e=Ann.Miller%40Here.example");
	indicators_link(message, "https://storage.googleapis.com/4?e=tom%40own.example");
	indicators_link(message, "https://storage.googleapis.com/5?e=c3VlQGZhci5leGFtcGxl");
	g_free(message->to);
	message->to = g_strdup("Sue <sue@far.example>");
}

static void
test_urls_that_name_somebody(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char known[] =
		"not https://storage.googleapis.com/1?e=recipient-1;"
		" not https://storage.googleapis.com/2?e=recipient-1==;"
		" not https://storage.googleapis.com/3?e=%3Credacted%3E%40Here.example;"
		" not https://storage.googleapis.com/4?e=%3Credacted%3E%40own.example;"
		" block https://storage.googleapis.com/5?e=c3VlQGZhci5leGFtcGxl";
	static const char unknown[] =
		"block https://storage.googleapis.com/1?e=a782be058af5ced2a80d050d4fe9748d;"
		" block https://storage.googleapis.com/2?e=YW5uQGhlcmUuZXhhbXBsZQ==;"
		" block https://storage.googleapis.com/3?e=Ann.Miller%40Here.example;"
		" not https://storage.googleapis.com/4?e=%3Credacted%3E%40own.example;"
		" not https://storage.googleapis.com/5?e=recipient-1";
	SampleMail mail = { .enrich = lead_personally };
	int64_t block = sample_do(sample, DECISION_BLOCK, sample_add(sample, &mail));

	assert_told(sample, &whole, URLS, known);
	undo(sample, block);
	mail.recipients = "";
	sample_do(sample, DECISION_BLOCK, sample_add(sample, &mail));
	assert_told(sample, &whole, URLS, unknown);
}

static void
lead_from_elsewhere(Message *message)
{
	indicators_link(message, "https://storage.googleapis.com/b/?u=tom-miller");
	indicators_link(message, "https://storage.googleapis.com/b/?cc=bob@elsewhere.example");
}

/* Nobody of here; but who forwards mail is somebody too, and others need not read of him. */
static void
test_urls_that_name_strangers(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char others[] =
		"not https://storage.googleapis.com/b/?cc=recipient-2;"
		" not https://storage.googleapis.com/b/?u=recipient-1-recipient-1";

	sample_do(sample, DECISION_BLOCK,
		sample_add(sample,
			&(SampleMail){ .recipients = "tom.miller@here.example",
				.enrich = lead_from_elsewhere }));
	assert_told(sample, &whole, URLS,
		"block https://storage.googleapis.com/b/?cc=bob@elsewhere.example;"
		" block https://storage.googleapis.com/b/?u=tom-miller");
	assert_told(sample, &(Ask){ .abroad = true }, URLS, others);
	assert_told(sample, &(Ask){ .redact = true }, URLS, others);
}

static void
hide_links(Message *message)
{
	for (guint i = 0; i < message->links->len; i++)
		((Link *)g_ptr_array_index(message->links, i))->flags |= LINK_HIDDEN;
}

static void
lead_in_hiding(Message *message)
{
	lead_to_page(message);
	indicators_link(message, "https://kit.example/");
	hide_links(message);
}

/* White on a colour that is not known looks as if it were hidden: real lures have that. */
static void
test_hidden_links(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_do(sample, DECISION_BLOCK, add_mail(sample, "evil.example", "A", lead_in_hiding));
	assert_told(sample, &whole, LINKS | URLS,
		"block kit.example; not storage.googleapis.com; block " PAGE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/indicator-victims/where-recipients-are", test_where_recipients_are);
	sample_test("/indicator-victims/urls-that-name-somebody", test_urls_that_name_somebody);
	sample_test("/indicator-victims/urls-that-name-strangers", test_urls_that_name_strangers);
	sample_test("/indicator-victims/sender-keeps-nothing-out", test_sender_hides_nothing);
	sample_test("/indicator-victims/hidden-links-count", test_hidden_links);
	return g_test_run();
}
