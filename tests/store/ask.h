/* ask.h - which indicators a sample has */
#ifndef TESTS_STORE_ASK_H
#define TESTS_STORE_ASK_H

#include "mail/brands.h"
#include "store/indicator.h"
#include "tests/store/indicators.h"

typedef struct Ask {
	const char *query;
	int64_t since;
	int64_t now; /* 0: SAMPLE_NOW */
	bool redact;
	bool abroad;
} Ask;

static const Ask whole = { 0 };

enum {
	ACCOUNTS = 1 << INDICATOR_ACCOUNT,
	DOMAINS = 1 << INDICATOR_DOMAIN,
	SENDERS = 1 << INDICATOR_SENDER,
	LINKS = 1 << INDICATOR_LINK,
	URLS = 1 << INDICATOR_URL,
	FILES = 1 << INDICATOR_FILE,
};

static inline Indicators *
find(const Sample *sample, const Ask *ask)
{
	static const char *const own[] = { "own.example", NULL };
	g_autoptr(Brands) brands = brands_shipped();
	g_autoptr(Redaction) redaction = ask->redact ? redaction_new() : NULL;
	g_autoptr(Query) query =
		ask->query ? query_parse(ask->query, SAMPLE_NOW, NULL, NULL) : NULL;
	g_autoptr(GError) error = NULL;
	const Site site = { .own_domains = own, .brands = brands };
	const IndicatorRequest request = {
		.query = query,
		.since = ask->since,
		.site = &site,
		.redaction = redaction,
		.abroad = ask->abroad,
		.now = ask->now ? ask->now : SAMPLE_NOW,
	};
	Indicators *indicators = indicators_find(sample->store, &request, &error);

	g_assert_no_error(error);
	return indicators;
}

static inline const char *
status_of(const Indicator *indicator)
{
	if (indicator->withdrawn)
		return "withdrawn";
	return indicator->left_out ? "not" : indicator_action_name(indicator->action);
}

/* "block evil.example; not bit.ly": what is found of @kinds. */
static inline char *
told(const Sample *sample, const Ask *ask, unsigned kinds)
{
	g_autoptr(Indicators) indicators = find(sample, ask);
	g_autoptr(GString) text = g_string_new(NULL);
	const Indicator *indicator;

	while (indicators_next(indicators, &indicator, NULL) && indicator) {
		if (kinds & (1U << indicator->kind))
			g_string_append_printf(text, "%s%s %s", text->len ? "; " : "",
				status_of(indicator), indicator->value);
	}
	return g_string_free(g_steal_pointer(&text), false);
}

#define assert_told(sample, ask, kinds, expected)                  \
	do {                                                       \
		g_autofree char *told_ = told(sample, ask, kinds); \
		g_assert_cmpstr(told_, ==, expected);              \
	} while (0)

/* The one with @value, behind which the search stands then. */
static const Indicator *
seek(Indicators *indicators, const char *value)
{
	const Indicator *indicator;

	while (indicators_next(indicators, &indicator, NULL) && indicator) {
		if (g_str_equal(indicator->value, value))
			return indicator;
	}
	g_assert_not_reached();
}

static inline void
assert_left_out(const Sample *sample, const char *value, const char *words)
{
	g_autoptr(Indicators) indicators = find(sample, &whole);

	g_assert_cmpstr(seek(indicators, value)->left_out, ==, words);
}

static inline int64_t
through(const Sample *sample)
{
	g_autoptr(Indicators) indicators = find(sample, &whole);

	return indicators_through(indicators);
}

static inline int64_t
undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t undone = store_undo(sample->store, operation, "dave", SAMPLE_NOW + 5, &error);

	g_assert_no_error(error);
	return undone;
}

/* Of @domain, with a link to @url, or none. */
static inline int64_t
add_mail(Sample *sample, const char *domain, const char *account, void (*enrich)(Message *))
{
	g_autofree char *from = g_strdup_printf("kit@%s", domain);

	return sample_add(sample,
		&(SampleMail){ .account = account,
			.identity = domain,
			.from = from,
			.domain = domain,
			.enrich = enrich });
}

static inline int64_t
deny(const Sample *sample, Rule rule)
{
	rule.kind = RULE_DENY;
	return indicators_rule(sample, rule);
}

#endif
