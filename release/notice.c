#include "release/notice.h"

#include <string.h>

#include "mail/text.h"
#include "release/notice_facts.h"
#include "release/notice_signs.h"
#include "release/notice_template.h"
#include "release/notice_words.h"
#include "release/notice_wrap.h"
#include "store/campaign.h"

enum {
	SHOWN_LINE = 100, /* columns of a text of a mail */
	SHOWN_TITLE = 40, /* of one that stands in the subject */
	SHOWN_URL = 400,
	SHOWN_BRANDS = 3,
	DIGIT_COLUMNS = 88, /* an account or digest stays whole */
};

/* How many items of a list are shown. */
static const struct {
	guint texts, indicators, signs;
} most[NOTICE_AUDIENCES] = {
	[NOTICE_STAFF] = { .texts = 5, .indicators = 10, .signs = 8 },
	[NOTICE_ADMINS] = { .texts = 15, .indicators = NOTICE_MOST, .signs = NOTICE_MOST },
};

void
notice_free(Notice *notice)
{
	if (!notice)
		return;
	g_free(notice->subject);
	g_free(notice->body);
	g_free(notice);
}

/* ---- texts of mails ---- */

/* @text, of a mail, as it may stand in a notice: one line that can't be clicked.  Yours. */
static char *
tame(const char *text, int columns)
{
	g_autofree char *defanged = text_defang(text ? text : "");
	g_autoptr(Visible) visible = text_visible(defanged, -1);
	const char *begin = visible_string(visible);
	const char *end = begin;
	int used = 0;

	while (*end && used + text_columns(g_utf8_get_char(end)) <= columns) {
		used += text_columns(g_utf8_get_char(end));
		end = g_utf8_next_char(end);
	}
	return *end ? g_strdup_printf("%.*s…", (int)(end - begin), begin) : g_strdup(begin);
}

/* ---- values ---- */

/* What values are made from. */
typedef struct Filler {
	const NoticeRequest *request;
	const NoticeFacts *facts;
	const NoticeWords *words;
	NoticeValues *values;
} Filler;

static void
set(const Filler *filler, NoticePlace place, char *text)
{
	notice_values_set(filler->values, place, text);
}

/* Something that is there or not. */
static void
set_flag(const Filler *filler, NoticePlace place, bool there)
{
	set(filler, place, there ? g_strdup("") : NULL);
}

static void
set_days(const Filler *filler)
{
	const NoticeRequest *request = filler->request;
	NoticeLanguage language = request->language;
	const CampaignFacts *counts = &filler->facts->counts;
	g_autofree char *first = notice_day(language, counts->first, request->zone);
	g_autofree char *last = notice_day(language, counts->last, request->zone);
	bool once = strcmp(first, last) == 0;
	bool staff = request->audience == NOTICE_STAFF;

	set(filler, NOTICE_DATE, notice_when(language, request->now, request->zone));
	set(filler, once ? NOTICE_ONCE : NOTICE_SPAN, g_strdup(first));
	set(filler, NOTICE_FIRST,
		staff ? g_steal_pointer(&first)
		      : notice_when(language, counts->first, request->zone));
	set(filler, NOTICE_LAST,
		staff ? g_steal_pointer(&last)
		      : notice_when(language, counts->last, request->zone));
}

static void
set_counts(const Filler *filler)
{
	NoticeLanguage language = filler->request->language;
	const CampaignFacts *counts = &filler->facts->counts;

	set(filler, NOTICE_CAMPAIGN, g_strdup_printf("%" G_GINT64_FORMAT, counts->id));
	set(filler, NOTICE_MESSAGES, notice_messages(language, counts->messages));
	set(filler, NOTICE_VOLUME,
		notice_volume(
			language, counts->messages, counts->recipients, counts->unaddressed > 0));
	if (counts->recipients > 0)
		set(filler, NOTICE_RECIPIENTS, notice_people(language, counts->recipients));
	set(filler, NOTICE_HELD, notice_messages(language, counts->by_state[STATE_HELD]));
	set(filler, NOTICE_RELEASED, notice_messages(language, counts->by_state[STATE_RELEASED]));
	set(filler, NOTICE_BLOCKED, notice_messages(language, counts->by_state[STATE_BLOCKED]));
	if (filler->facts->looked_at < counts->messages)
		set(filler, NOTICE_LOOKED_AT, notice_messages(language, filler->facts->looked_at));
	if (counts->departed == 0)
		return;
	set(filler, NOTICE_DELIVERED, notice_messages(language, counts->departed));
	set(filler, NOTICE_DELIVERED_TO, notice_people(language, counts->departed_to));
}

static NoticeValues *
add_item(const Filler *filler, NoticePlace list, char *value, int messages)
{
	NoticeValues *item = notice_values_add(filler->values, list);

	notice_values_set(item, NOTICE_VALUE, value);
	notice_values_set(item, NOTICE_COUNT,
		notice_share(filler->request->language, messages, filler->facts->looked_at));
	return item;
}

/* How many more there are, where not all are shown. */
static void
add_rest(const Filler *filler, NoticePlace list, guint all, guint shown)
{
	NoticeValues *item;

	if (all <= shown)
		return;
	item = notice_values_add(filler->values, list);
	notice_values_set(item, NOTICE_VALUE,
		g_strdup_printf(
			"%s%u%s", filler->words->more[0], all - shown, filler->words->more[1]));
	notice_values_set(item, NOTICE_NAME, g_strdup(item->text[NOTICE_VALUE]));
	notice_values_set(item, NOTICE_COUNT, g_strdup("…"));
	notice_values_set(item, NOTICE_ID, g_strdup("…"));
	notice_values_set(item, NOTICE_PROVEN, g_strdup("…"));
	notice_values_set(item, NOTICE_REGION, g_strdup("…"));
}

/* A list of what is no more than texts. */
static void
add_texts(
	const Filler *filler, NoticePlace list, const GPtrArray *tallies, guint limit, int columns)
{
	for (guint i = 0; i < MIN(limit, tallies->len); i++) {
		const NoticeTally *tally = g_ptr_array_index(tallies, i);

		add_item(filler, list, tame(tally->text, columns), tally->messages);
	}
	add_rest(filler, list, tallies->len, limit);
}

/* Of what is vouched for, or not. */
static void
add_proven(const Filler *filler, NoticePlace list, const GPtrArray *tallies, guint limit)
{
	const NoticeWords *words = filler->words;
	bool account = list == NOTICE_ACCOUNTS;
	const char *proven = account ? words->proven_account : words->proven;
	const char *claimed = account ? words->claimed_account : words->claimed;

	for (guint i = 0; i < MIN(limit, tallies->len); i++) {
		const NoticeTally *tally = g_ptr_array_index(tallies, i);
		NoticeValues *item =
			add_item(filler, list, tame(tally->text, DIGIT_COLUMNS), tally->messages);

		notice_values_set(item, NOTICE_PROVEN, g_strdup(tally->proven ? proven : claimed));
		notice_values_set(
			item, NOTICE_REGION, tame(tally->more ? tally->more : "-", SHOWN_TITLE));
	}
	add_rest(filler, list, tallies->len, limit);
}

static void
add_files(const Filler *filler, guint limit)
{
	const GPtrArray *files = filler->facts->files;

	for (guint i = 0; i < MIN(limit, files->len); i++) {
		const NoticeTally *file = g_ptr_array_index(files, i);
		NoticeValues *item = add_item(
			filler, NOTICE_FILES, tame(file->text, DIGIT_COLUMNS), file->messages);

		notice_values_set(item, NOTICE_NAME,
			tame(file->more && *file->more ? file->more : "-", SHOWN_LINE));
	}
	add_rest(filler, NOTICE_FILES, files->len, limit);
}

static void
set_lists(const Filler *filler)
{
	const NoticeFacts *facts = filler->facts;
	guint texts = most[filler->request->audience].texts;
	guint indicators = most[filler->request->audience].indicators;

	add_texts(filler, NOTICE_SUBJECTS, facts->subjects, texts, SHOWN_LINE);
	add_texts(filler, NOTICE_SENDERS, facts->senders, texts, SHOWN_LINE);
	add_texts(filler, NOTICE_SITES, facts->sites, indicators, SHOWN_LINE);
	add_texts(filler, NOTICE_URLS, facts->urls, indicators, SHOWN_URL);
	add_proven(filler, NOTICE_ACCOUNTS, facts->accounts, indicators);
	add_proven(filler, NOTICE_DOMAINS, facts->domains, indicators);
	add_files(filler, indicators);
}

static void
set_brands(const Filler *filler)
{
	const GPtrArray *brands = filler->facts->brands;
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < MIN(brands->len, SHOWN_BRANDS); i++) {
		const NoticeTally *brand = g_ptr_array_index(brands, i);
		g_autofree char *name = tame(brand->text, SHOWN_TITLE);

		g_string_append_printf(names, "%s%s", i > 0 ? filler->words->comma : "", name);
	}
	if (names->len > 0)
		set(filler, NOTICE_BRANDS, g_strdup(names->str));
}

/* Everybody is told what can be seen, once for each sentence; admins all that was found. */
static bool
set_signs(const Filler *filler, GError **error)
{
	const NoticeRequest *request = filler->request;
	g_autoptr(GHashTable) signs = notice_signs_read(request->signs_name, request->signs, error);
	const GPtrArray *findings = filler->facts->findings;
	guint left = most[request->audience].signs;

	for (guint i = 0; signs && i < findings->len && left > 0; i++) {
		const CampaignFinding *found = g_ptr_array_index(findings, i);
		const NoticeSign *sign = g_hash_table_lookup(signs, found->finding->id);
		g_autofree char *text = NULL;
		NoticeValues *item;

		if (request->audience == NOTICE_STAFF &&
			(!sign || !sign->all || found->finding->weight < 0))
			continue;
		text = sign ? g_strdup(sign->sentence) : tame(found->finding->text, SHOWN_LINE);
		item = add_item(filler, NOTICE_SIGNS, g_steal_pointer(&text), found->messages);
		notice_values_set(item, NOTICE_ID, tame(found->finding->id, SHOWN_LINE));
		if (*found->finding->evidence)
			notice_values_set(
				item, NOTICE_EXAMPLE, tame(found->finding->evidence, SHOWN_LINE));
		left--;
	}
	return signs != NULL;
}

static bool
set_values(const Filler *filler, const Notice *notice, GError **error)
{
	const NoticeRequest *request = filler->request;
	const NoticeFacts *facts = filler->facts;

	set_counts(filler);
	set_days(filler);
	set_lists(filler);
	set(filler, NOTICE_PRIORITY,
		g_strdup(notice_priority_words(request->language, notice->priority)));
	set(filler, NOTICE_DEADLINE,
		notice_when(request->language, notice->deadline, request->zone));
	set(filler, NOTICE_CONTACT, g_strdup(request->contact));
	set_brands(filler);
	set_flag(filler, NOTICE_SECRETS, facts->secrets);
	set_flag(filler, NOTICE_FILES_RUN, facts->files_run);
	set_flag(filler, NOTICE_MONEY, facts->money);
	return set_signs(filler, error);
}

/* ---- what a person must check ---- */

static void
add_reason(GString *out, const char *and, const char *reason)
{
	g_string_append_printf(out, "%s%s", out->len ? and : "", reason);
}

static char *
reason_words(const Filler *filler, unsigned reasons)
{
	const NoticeWords *words = filler->words;
	NoticeLanguage language = filler->request->language;
	g_autofree char *people = notice_people(language, filler->facts->counts.departed_to);
	g_autofree char *reached =
		g_strdup_printf("%s%s%s", words->reached[0], people, words->reached[1]);
	const char *const texts[NOTICE_REASONS] = { reached, words->secrets, words->files_run,
		words->recent };
	g_autoptr(GString) out = g_string_new(NULL);

	if (filler->request->priority_given)
		return g_strdup(words->given);
	if (!(reasons & (1U << NOTICE_REACHED | 1U << NOTICE_IS_RECENT)))
		add_reason(out, words->and, words->quiet);
	for (int i = 0; i < NOTICE_REASONS; i++) {
		if (reasons & 1U << i)
			add_reason(out, words->and, texts[i]);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Stands above the notice, whatever its template says. */
static char *
check_words(const Filler *filler, unsigned reasons)
{
	const NoticeWords *words = filler->words;
	NoticeLanguage language = filler->request->language;
	const NoticeFacts *facts = filler->facts;
	g_autofree char *why = reason_words(filler, reasons);
	g_autofree char *all = notice_messages(language, facts->counts.messages);
	g_autofree char *looked_at = notice_messages(language, facts->looked_at);
	g_autofree char *purged = notice_messages(language, facts->purged);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s%" G_GINT64_FORMAT "%s%s\n", words->check[0],
		facts->counts.id, words->check[1], words->check[2]);
	g_string_append_printf(out, "%s%s%s\n", words->why[0], why, words->why[1]);
	if (facts->looked_at < facts->counts.messages)
		g_string_append_printf(out, "%s%s%s%s%s\n", words->unlooked[0], looked_at,
			words->unlooked[1], all, words->unlooked[2]);
	if (facts->purged > 0)
		g_string_append_printf(out, "%s%s%s\n", words->purged[0], purged, words->purged[1]);
	return g_string_free(out, FALSE);
}

/* ---- the notice ---- */

static unsigned
judge(const NoticeRequest *request, const NoticeFacts *facts, Notice *notice)
{
	unsigned reasons;

	notice->language = request->language;
	notice->priority = notice_priority_of(facts, request->now, &reasons);
	if (request->priority_given)
		notice->priority = request->priority;
	notice->deadline = request->deadline
		? request->deadline
		: notice_deadline_of(notice->priority, request->now, request->zone);
	return reasons;
}

Notice *
notice_new(Store *store, const NoticeRequest *request, GError **error)
{
	g_autoptr(NoticeFacts) facts =
		notice_facts_new(store, request->campaign, request->site, error);
	g_autoptr(Notice) notice = g_new0(Notice, 1);
	g_autoptr(NoticeValues) values = notice_values_new();
	Filler filler = { request, facts, notice_words(request->language), values };
	g_autofree char *check = NULL;
	g_autofree char *body = NULL;
	g_autofree char *whole = NULL;
	g_autofree char *line = g_strnfill(NOTICE_COLUMNS, '-');

	if (!facts)
		return NULL;
	check = check_words(&filler, judge(request, facts, notice));
	if (!set_values(&filler, notice, error) ||
		!notice_template_fill(
			request->name, request->template, values, &notice->subject, &body, error))
		return NULL;
	whole = g_strdup_printf("%s%s\n\n%s", check, line, body);
	notice->body = notice_wrap(whole, NOTICE_COLUMNS);
	return g_steal_pointer(&notice);
}

char *
notice_text(const Notice *notice)
{
	return g_strdup_printf("%s%s\n\n%s", notice_words(notice->language)->subject,
		notice->subject, notice->body);
}
