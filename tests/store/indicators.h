/* indicators.h - a store whose decisions and rules have something of everything to tell
 *
 * What export formats are tested with: values that are to be told, values that would do harm,
 * and values that somebody wrote to break out of a grammar.
 */
#ifndef TESTS_STORE_INDICATORS_H
#define TESTS_STORE_INDICATORS_H

#include "store/rule.h"
#include "tests/store/sample.h"

#define INDICATORS_ACCOUNT "ThIeFxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx="

static inline void
indicators_link(Message *message, const char *url)
{
	g_ptr_array_add(message->links, link_new("", url, 0, "part 1", NULL));
}

static inline void
indicators_file(Message *message, char digit, const char *type, int64_t size)
{
	Attachment *attachment = attachment_new();

	attachment->path = g_strdup("2");
	attachment->name = g_strdup("\"; $(id) .pdf");
	attachment->declared = g_strdup(type);
	attachment->detected = g_strdup(type);
	attachment->size = size;
	attachment->sha256 = g_strnfill(64, digit);
	g_ptr_array_add(message->attachments, attachment);
}

static inline void
indicators_lure(Message *message)
{
	indicators_link(message, "https://login.evil-kit.example/a?b=c");
	indicators_link(message, "https://docs.google.com/forms/d/1AbC/viewform");
	indicators_link(message, "https://docs.google.com/");
	indicators_link(message, "https://bit.ly/3xYz");
	indicators_link(message, "https://www.facebook.com/legit");
	indicators_link(message, "http://192.0.2.66/login");
	indicators_link(message, "https://shop.example/logo");
	indicators_link(message, "https://portal.here.example/");
	indicators_file(message, 'b', "application/pdf", 4096);
	indicators_file(message, 'c', "image/png", 900);
}

static inline void
indicators_hostile(Message *message)
{
	indicators_link(message,
		"https://storage.googleapis.com/b/x'\");$(id)`id`%0a%22,*~\\|&<b>=cmd.html#f");
	indicators_link(message,
		"https://storage.googleapis.com/b/\xe2\x80\xae"
		"fdp/%00x y");
	indicators_link(message, "https://storage.googleapis.com/b/?to=Ann%40here.example");
	indicators_link(message, "https://storage.googleapis.com/b/?cc=bob@elsewhere.example");
	indicators_link(message, "https://evil.web.app/");
}

static inline int64_t
indicators_rule(const Sample *sample, Rule rule)
{
	g_autoptr(Rule) copy = g_new0(Rule, 1);
	g_autoptr(GError) error = NULL;
	int64_t operation;

	copy->kind = rule.kind;
	copy->account = g_strdup(rule.account);
	copy->domain = g_strdup(rule.domain);
	copy->sender = g_strdup(rule.sender);
	copy->link = g_strdup(rule.link);
	copy->url = g_strdup(rule.url);
	copy->file = g_strdup(rule.file);
	if (rule.recipients)
		copy->recipients = g_ptr_array_ref(rule.recipients);
	copy->owner = g_strdup("carol");
	copy->reason = g_strdup(rule.reason ? rule.reason : "seen before");
	copy->created = rule.created ? rule.created : SAMPLE_NOW;
	copy->expires = rule.expires;
	copy->idle = rule.idle;
	operation = store_add_rule(sample->store, copy, NULL, &error);
	g_assert_no_error(error);
	return operation;
}

static inline void
indicators_rules(const Sample *sample)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *digest = g_strnfill(64, 'd');
	const Rule rules[] = {
		{ .kind = RULE_DENY, .account = (char *)"a'b\"c;$(id)\\.*|<x>" },
		{ .kind = RULE_DENY,
			.domain = (char *)"xn--bcher-kva.example",
			.reason = (char *)"=cmd|' /C calc'!A0" },
		{ .kind = RULE_DENY, .domain = (char *)"gmail.com" },
		{ .kind = RULE_DENY,
			.sender = (char *)"o'hare+%n${id}|`id`/*@lure.example",
			.reason = (char *)"a\nb\r\n.c # d" },
		{ .kind = RULE_DENY,
			.link = (char *)"kit.lure.example",
			.reason = (char *)"\xe2\x80\xae"
					  "evil \033[2J" },
		{ .kind = RULE_DENY, .url = (char *)"https://lure.example/p?a='b'&c=\"d\"" },
		{ .kind = RULE_DENY, .url = (char *)"https://lure.example/?u=ann@here.example" },
		{ .kind = RULE_DENY, .file = digest },
		{ .kind = RULE_DENY, .account = (char *)"Both", .link = (char *)"half.example" },
		{ .kind = RULE_DENY,
			.link = (char *)"soon.example",
			.expires = SAMPLE_NOW + 86400 },
		{ .kind = RULE_DENY,
			.link = (char *)"gone.example",
			.created = SAMPLE_NOW - 86400,
			.expires = SAMPLE_NOW - 1 },
		{ .kind = RULE_ALLOW,
			.account = (char *)SAMPLE_ACCOUNT,
			.domain = (char *)"mail.good.example",
			.expires = SAMPLE_NOW + 30 * 86400 },
		{ .kind = RULE_ALLOW,
			.account = (char *)"For-One",
			.domain = (char *)"news.good.example",
			.expires = SAMPLE_NOW + 30 * 86400,
			.recipients = one },
	};

	g_ptr_array_add(one, g_strdup("ann@here.example"));
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		indicators_rule(sample, rules[i]);
}

static inline void
indicators_shop(Message *message)
{
	indicators_link(message, "https://shop.example/");
}

/* Messages that are @sample's next ones; the first three are blocked, the last is released. */
static inline void
indicators_fill(Sample *sample)
{
	const SampleMail mails[] = {
		{ .account = INDICATORS_ACCOUNT,
			.identity = "evil-kit.example",
			.from = "Zahlung@Evil-Kit.example",
			.domain = "evil-kit.example",
			.subject = "\"; $(id) \\ %n",
			.enrich = indicators_lure },
		{ .account = "Claimed",
			.identity = "bank.example",
			.from = "security@bank.example",
			.domain = "bank.example",
			.unproven = true },
		{ .account = INDICATORS_ACCOUNT,
			.identity = "gmail.com",
			.from = "kit+1@gmail.com",
			.domain = "gmail.com",
			.enrich = indicators_hostile },
		{ .account = "Shop", .enrich = indicators_shop },
	};
	int first = sample->count + 1;

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
		sample_add(sample, &mails[i]);
	sample_do(sample, DECISION_RELEASE, first + 3);
	sample_decide(sample, sample_request(DECISION_BLOCK, first, first + 2), NULL);
	indicators_rules(sample);
}

#endif
