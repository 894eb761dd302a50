/* Random rules against random messages and a model of what they mean.
 *
 * The model compares strings in C, one message with one rule at a time, and knows neither
 * SQL nor an index: the store must block, release, count and explain the same. */
#include "store/rule_study.h"

#include "mail/domain.h"
#include "mail/link.h"
#include "mail/url.h"
#include "store/explain.h"
#include "tests/store/sample.h"

enum {
	ROUNDS = 6,
	MESSAGES = 30, /* that come before the rules of a round */
	RULES_MADE = 20,
	MOST = 3, /* links, findings, attachments, recipients of a message */
};

/* ---- what messages and rules are made of ---- */

static const char *const accounts[] = { "AcctA", "AcctB", "AcctC" };
static const char *const froms[] = { "news@shop.example", "news@a.mail.shop.example",
	"News@Mail.Shop.Example", "x@evil.example", "x@mail.evil.example", "x@notevil.example",
	"y@shop.co.uk", "\"a@evil.example\"@shop.co.uk",
	"b\xc3\xbc@b\xc3\xbc"
	"cher.example" };
static const char *const identities[] = { NULL, "shop.example", "mail.shop.example",
	"MAIL.shop.example", "x.mail.shop.example", "evil.example", "mail.evil.example",
	"shop.co.uk", "xn--bcher-kva.example" };
static const char *const senders[] = { NULL, "", "bounce@shop.example", "Bounce@SHOP.example",
	"x@evil.example", "0100@amazonses.com" };
static const char *const urls[] = { "https://lure.example/a?b#c", "HTTPS://Lure.Example:443/a?b",
	"https://lure.example/a?c", "http://deep.lure.example/", "http://x.deep.lure.example/",
	"https://good.example/x", "https://tenant.github.io/x", "https://github.io/x",
	"https://192.0.2.7/x", "mailto:x@y.example", "https://x.lure.example.evil.example/a" };
static const char *const findings[] = { "links-leave", "brand-name", "default-envelope", "form" };
static const char *const recipients[] = { "ann@here.example", "Bob@HERE.example",
	"desk@sub.here.example", "eve@there.example", "ann@nowhere.example" };

#define PICK(pool) ((pool)[g_test_rand_int_range(0, G_N_ELEMENTS(pool))])

static bool
chance(int percent)
{
	return g_test_rand_int_range(0, 100) < percent;
}

static void
give_link(Message *message)
{
	g_ptr_array_add(message->links, link_new("", PICK(urls), 0, "part 1", NULL));
}

static void
give_finding(Message *message)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(PICK(findings));
	finding->weight = g_test_rand_int_range(-5, 6);
	finding->text = g_strdup("found");
	finding->evidence = g_strdup("");
	finding->where = g_strdup("");
	g_ptr_array_add(message->findings, finding);
}

static char *
digest_of(int number)
{
	return g_strnfill(64, (char)('a' + number));
}

static void
give_attachment(Message *message)
{
	Attachment *attachment;

	sample_attach(message);
	attachment = g_ptr_array_index(message->attachments, message->attachments->len - 1);
	g_free(attachment->sha256);
	attachment->sha256 = digest_of(g_test_rand_int_range(0, 4));
}

static void
give_some(Message *message, void (*give)(Message *message))
{
	for (int i = g_test_rand_int_range(0, MOST); i > 0; i--)
		give(message);
}

/* Aligned, or it is no identity: mail/identity.c. */
static char *
identity_for(const char *from_domain)
{
	const char *identity = PICK(identities);

	return identity && domain_same_org(identity, from_domain) ? g_strdup(identity) : NULL;
}

static void
randomise(Message *message)
{
	const char *from = PICK(froms);

	g_free(message->from->address);
	message->from->address = g_strdup(from);
	g_free(message->from_domain);
	message->from_domain = domain_registrable(domain_of_address(from));
	g_free(message->account_domain);
	message->account_domain = identity_for(message->from_domain);
	message->authenticated = message->account_domain && chance(80);
	g_free(message->ses->account);
	message->ses->account = chance(90) ? g_strdup(PICK(accounts)) : NULL;
	message->ses->account_signed = message->ses->account && chance(80);
	g_free(message->envelope->sender);
	message->envelope->sender = g_strdup(PICK(senders));
	g_ptr_array_set_size(message->envelope->recipients, 0);
	for (int i = g_test_rand_int_range(0, MOST); i > 0; i--)
		g_ptr_array_add(message->envelope->recipients, g_strdup(PICK(recipients)));
	give_some(message, give_link);
	give_some(message, give_finding);
	give_some(message, give_attachment);
}

static GPtrArray *
some_of(const char *const *pool, gsize count, int most)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	for (int i = g_test_rand_int_range(0, most + 1); i > 0; i--)
		g_ptr_array_add(list, g_strdup(pool[g_test_rand_int_range(0, (gint32)count)]));
	return list;
}

static char *
host_of(const char *address)
{
	const char *host = domain_of_address(address);

	return g_strdup(host ? host : "none.example");
}

/* One of what @message has, as it is or one level up. */
static char *
host_like(const char *host)
{
	const char *dot = strchr(host, '.');

	return g_strdup(dot && strchr(dot + 1, '.') && chance(30) ? dot + 1 : host);
}

static void
randomise_scope(Rule *rule, const Message *like)
{
	const GPtrArray *known = like->envelope->recipients;
	static const char *const scopes[] = { "here.example", "ann@here.example",
		"BOB@here.example", "there.example", "nowhere.example" };

	rule->recipients = some_of(scopes, G_N_ELEMENTS(scopes), 2);
	for (guint i = 0; i < known->len && chance(80); i++) {
		const char *address = g_ptr_array_index(known, i);

		g_ptr_array_add(rule->recipients,
			chance(50) ? g_ascii_strup(address, -1) : host_of(address));
	}
	if (chance(30)) {
		rule->from_domains = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(rule->from_domains, host_of(like->from->address));
	}
}

static void
randomise_allow(Rule *rule, const Message *like)
{
	rule->account =
		g_strdup(like->ses->account && chance(90) ? like->ses->account : PICK(accounts));
	rule->domain = g_strdup(like->account_domain && chance(90)
			? like->account_domain
			: identities[g_test_rand_int_range(1, G_N_ELEMENTS(identities))]);
	randomise_scope(rule, like);
	rule->lifts = some_of(findings, G_N_ELEMENTS(findings), 4);
	rule->lifts_all = chance(10);
}

static void
randomise_deny(Rule *rule, const Message *like, int64_t campaign)
{
	const Link *link = like->links->len ? g_ptr_array_index(like->links, 0) : NULL;
	g_autofree char *from = host_of(like->from->address);
	g_autofree char *host = link ? link_host(link->final) : NULL;

	/* Mostly one thing alone, so that each is an anchor often. */
	do {
		if (chance(15))
			rule->account = g_strdup(PICK(accounts));
		if (chance(20))
			rule->domain = host_like(
				chance(30) && like->account_domain ? like->account_domain : from);
		if (chance(20))
			rule->sender = g_strdup(chance(50) && like->envelope->sender
					? like->envelope->sender
					: like->from->address);
		if (chance(20))
			rule->link = host_like(host ? host : "lure.example");
		if (chance(15))
			rule->url = g_strdup(PICK(urls));
		if (chance(15))
			rule->file = digest_of(g_test_rand_int_range(0, 4));
		if (chance(10))
			rule->campaign = campaign;
	} while (!rule->account && !rule->domain && !rule->sender && !rule->link && !rule->url &&
		!rule->file && !rule->campaign);
}

/* About what @like has, more or less; NULL where what came out may not be a rule. */
static Rule *
random_rule(const Message *like, int64_t campaign)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = chance(50) ? RULE_ALLOW : RULE_DENY;
	if (rule->kind == RULE_ALLOW)
		randomise_allow(rule, like);
	else
		randomise_deny(rule, like, campaign);
	rule->owner = g_strdup("carol");
	rule->reason = g_strdup("random");
	rule->created = SAMPLE_NOW - 1000;
	rule->expires = chance(70) ? SAMPLE_NOW + g_test_rand_int_range(-3, 4) : 0;
	rule->idle = rule->expires == 0 || chance(20) ? g_test_rand_int_range(998, 1003) : 0;
	return rule_check(rule, NULL, NULL) ? g_steal_pointer(&rule) : NULL;
}

/* ---- the model ---- */

static bool
is_same(const char *a, const char *b)
{
	return a && b && g_ascii_strcasecmp(a, b) == 0;
}

static bool
is_host_under(const char *address, const char *domain)
{
	const char *host = address ? domain_of_address(address) : NULL;
	g_autofree char *ascii = host ? domain_to_ascii(host) : NULL;

	return ascii && domain_is_under(ascii, domain);
}

static bool
has_domain(const Message *message, const Rule *rule)
{
	if (rule->kind == RULE_ALLOW)
		return is_same(message->account_domain, rule->domain);
	return is_same(message->from_domain, rule->domain) ||
		is_host_under(message->from->address, rule->domain) ||
		(message->account_domain && domain_is_under(message->account_domain, rule->domain));
}

static bool
has_link(const Message *message, const char *domain)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *host = link_host(link->final);

		if (is_same(link->domain, domain) || (host && domain_is_under(host, domain)))
			return true;
	}
	return false;
}

static bool
has_url(const Message *message, const char *url)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *normal = url_normal(link->final);

		if (g_strcmp0(normal, url) == 0)
			return true;
	}
	return false;
}

static bool
has_file(const Message *message, const char *digest)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);

		if (strcmp(attachment->sha256, digest) == 0)
			return true;
	}
	return false;
}

static bool
model_rests(const Message *message, int64_t campaign, const Rule *rule)
{
	return (!rule->account || g_strcmp0(message->ses->account, rule->account) == 0) &&
		(!rule->domain || has_domain(message, rule)) &&
		(!rule->sender || is_same(message->envelope->sender, rule->sender) ||
			is_same(message->from->address, rule->sender)) &&
		(!rule->link || has_link(message, rule->link)) &&
		(!rule->url || has_url(message, rule->url)) &&
		(!rule->file || has_file(message, rule->file)) &&
		(!rule->campaign || rule->campaign == campaign);
}

static bool
is_covered(const char *address, const GPtrArray *scope)
{
	for (guint i = 0; i < scope->len; i++) {
		const char *entry = g_ptr_array_index(scope, i);

		if (strchr(entry, '@') ? is_same(address, entry) : is_host_under(address, entry))
			return true;
	}
	return false;
}

static bool
is_listed(GPtrArray *list, const char *text)
{
	return list && g_ptr_array_find_with_equal_func(list, text, g_str_equal, NULL);
}

static bool
model_bounds(const Message *message, const Rule *rule)
{
	if (rule->kind == RULE_DENY)
		return true;
	if (!message->ses->account_signed || !message->authenticated)
		return false;
	for (guint i = 0; i < message->envelope->recipients->len; i++)
		if (rule->recipients->len > 0 &&
			!is_covered(g_ptr_array_index(message->envelope->recipients, i),
				rule->recipients))
			return false;
	if (rule->from_domains && rule->from_domains->len > 0 &&
		!is_covered(message->from->address, rule->from_domains))
		return false;
	for (guint i = 0; !rule->lifts_all && i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (finding->weight > 0 && !is_listed(rule->lifts, finding->id))
			return false;
	}
	return true;
}

static bool
model_lives(const Rule *rule, int64_t now)
{
	int64_t last = rule->last_hit > rule->created ? rule->last_hit : rule->created;

	return (rule->expires == 0 || now < rule->expires) &&
		(rule->idle == 0 || now < last + rule->idle);
}

static bool
model_matches(const Message *message, int64_t campaign, const Rule *rule)
{
	return model_rests(message, campaign, rule) && model_bounds(message, rule);
}

/* ---- both side by side ---- */

static int64_t
campaign_of(const Sample *sample, int64_t id)
{
	g_autoptr(MessageRow) row = store_row(sample->store, id, NULL);

	return row->campaign;
}

static Message *
load(const Sample *sample, int64_t id)
{
	g_autoptr(GError) error = NULL;
	Message *message = store_load(sample->store, id, &error);

	g_assert_no_error(error);
	return message;
}

static void
compare_test(const Sample *sample, Rule *rule)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *words = rule_words(rule);
	g_autofree char *bounds = rule_bounds(rule);
	int matches = 0, held = 0;
	RuleTest test;

	store_test_rule(sample->store, rule, NULL, &test, &error);
	g_assert_no_error(error);
	for (int64_t id = 1; id <= sample->count; id++) {
		g_autoptr(Message) message = load(sample, id);
		bool match = model_matches(message, campaign_of(sample, id), rule);

		matches += match;
		held += match && sample_state(sample, id) == STATE_HELD;
	}
	if (test.matches != matches || test.held != held)
		g_test_message("%s %s", words, bounds);
	g_assert_cmpint(test.matches, ==, matches);
	g_assert_cmpint(test.held, ==, held);
}

/* A deny rule blocks what is held and matches, and nothing else changes. */
static void
compare_added(const Sample *sample, Rule *rule)
{
	g_autofree MessageState *wanted = g_new(MessageState, sample->count + 1);
	g_autoptr(GError) error = NULL;

	for (int64_t id = 1; id <= sample->count; id++) {
		g_autoptr(Message) message = load(sample, id);

		wanted[id] = sample_state(sample, id);
		if (rule->kind == RULE_DENY && wanted[id] == STATE_HELD &&
			model_matches(message, campaign_of(sample, id), rule))
			wanted[id] = STATE_BLOCKED;
	}
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, &error), >, 0);
	g_assert_no_error(error);
	for (int64_t id = 1; id <= sample->count; id++)
		g_assert_cmpint(sample_state(sample, id), ==, wanted[id]);
}

static const Rule *
model_decides(const Message *message, int64_t campaign, const GPtrArray *rules)
{
	const Rule *best = NULL;

	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);

		if (model_lives(rule, SAMPLE_NOW) && model_matches(message, campaign, rule) &&
			(!best || (best->kind == RULE_ALLOW && rule->kind == RULE_DENY)))
			best = rule;
	}
	if (best && best->kind == RULE_ALLOW && message->envelope->recipients->len == 0)
		return NULL;
	return best;
}

/* Each rule that rests on the message is told of, and no other. */
static void
compare_explanation(const Sample *sample, int64_t id, const Message *message,
	const GPtrArray *rules, const Rule *decided)
{
	g_autoptr(GPtrArray) sentences = store_explain(sample->store, id, SAMPLE_NOW, NULL);
	int64_t campaign = campaign_of(sample, id);
	guint others = 0;

	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);

		others += model_rests(message, campaign, rule) &&
			(!decided || rule->id != decided->id);
	}
	g_assert_cmpuint(sentences->len, ==, 1 + others + (!decided && others == 0));
}

static void
compare_arrival(Sample *sample)
{
	/* As they were before it: a hit puts an idle rule's end off. */
	g_autoptr(GPtrArray) before = store_rules(sample->store, SAMPLE_NOW, NULL);
	int64_t id = sample_add(sample, &(SampleMail){ .enrich = randomise, .no_sender = true });
	g_autoptr(GPtrArray) rules = store_rules(sample->store, SAMPLE_NOW, NULL);
	g_autoptr(GPtrArray) decisions = store_decisions(sample->store, id, NULL);
	g_autoptr(Message) message = load(sample, id);
	const Rule *decided;

	for (guint i = 0; i < rules->len; i++) /* a campaign may have been joined meanwhile */
		((Rule *)g_ptr_array_index(before, i))->campaign =
			((Rule *)g_ptr_array_index(rules, i))->campaign;
	decided = model_decides(message, campaign_of(sample, id), before);
	g_assert_cmpuint(decisions->len, ==, decided ? 1 : 0);
	if (decided) {
		const Decision *decision = g_ptr_array_index(decisions, 0);

		g_assert_cmpint(decision->rule, ==, decided->id);
		g_assert_cmpint(decision->after, ==,
			decided->kind == RULE_ALLOW ? STATE_RELEASED : STATE_BLOCKED);
	}
	compare_explanation(sample, id, message, rules, decided);
}

static void
test_model(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < MESSAGES; i++)
			compare_arrival(sample);
		for (int i = 0; i < RULES_MADE; i++) {
			int64_t some = g_test_rand_int_range(1, sample->count + 1);
			g_autoptr(Message) like = load(sample, some);
			g_autoptr(Rule) rule = random_rule(like, campaign_of(sample, some));

			if (!rule)
				continue;
			compare_test(sample, rule);
			compare_added(sample, rule);
			/* So that later ones still find something. */
			if (chance(60))
				store_remove_rule(
					sample->store, rule->id, "carol", SAMPLE_NOW, NULL);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/rule-model/store-matches-as-the-model-does", test_model);
	return g_test_run();
}
