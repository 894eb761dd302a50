#include "store/moment.h"
#include "store/rule_rows.h"

/* Behind what stands there already. */
static void
append(GString *words, const char *before, const char *text)
{
	if (text)
		g_string_append_printf(words, "%s%s", before, text);
}

char *
rule_words(const Rule *rule)
{
	GString *words = g_string_new(rule_kind_name(rule->kind));

	append(words, " account ", rule->account);
	append(words, " domain ", rule->domain);
	append(words, " sender ", rule->sender);
	append(words, " link domain ", rule->link);
	append(words, " URL ", rule->url);
	append(words, " attachment ", rule->file);
	if (rule->campaign)
		g_string_append_printf(words, " campaign %" G_GINT64_FORMAT, rule->campaign);
	return g_string_free(words, false);
}

static void
append_list(GString *words, const char *before, const GPtrArray *texts)
{
	for (guint i = 0; i < texts->len; i++)
		append(words, i == 0 ? before : " or ", g_ptr_array_index(texts, i));
}

static bool
is_bounded(const GPtrArray *texts)
{
	return texts && texts->len > 0;
}

char *
rule_bounds(const Rule *rule)
{
	GString *words = g_string_new(NULL);

	if (rule->kind == RULE_DENY)
		return g_string_free(words, false);
	if (is_bounded(rule->recipients))
		append_list(words, "to ", rule->recipients);
	else
		g_string_append(words, "to anyone");
	if (is_bounded(rule->from_domains))
		append_list(words, ", From ", rule->from_domains);
	if (rule->lifts_all)
		g_string_append(words, ", whatever was found");
	else if (is_bounded(rule->lifts))
		append_list(words, ", lifting ", rule->lifts);
	else
		g_string_append(words, ", lifting nothing");
	return g_string_free(words, false);
}

enum {
	DAY = 86400,
};

/* Its end to the second, as people are not told it. */
static void
append_end(GString *words, const Rule *rule)
{
	g_autofree char *moment = moment_text(rule->expires);

	if (moment)
		append(words, ", until ", moment);
	else if (rule->expires)
		g_string_append_printf(words, ", until second %" G_GINT64_FORMAT, rule->expires);
	if (rule->idle && rule->idle % DAY == 0)
		g_string_append_printf(words,
			", until %" G_GINT64_FORMAT " days pass without a hit", rule->idle / DAY);
	else if (rule->idle)
		g_string_append_printf(
			words, ", until %" G_GINT64_FORMAT " s pass without a hit", rule->idle);
	if (!rule->expires && !rule->idle)
		g_string_append(words, ", until it is removed");
}

char *
rule_record(const Rule *rule)
{
	g_autofree char *about = rule_words(rule);
	g_autofree char *bounds = rule_bounds(rule);
	GString *words = g_string_new(NULL);

	g_string_append_printf(words, "rule %" G_GINT64_FORMAT ", %s%s%s", rule->id, about,
		*bounds ? ", " : "", bounds);
	append_end(words, rule);
	g_string_append_printf(words, ": %s", rule->reason);
	return g_string_free(words, false);
}

char *
rule_record_older(const Rule *rule)
{
	g_autofree char *about = rule_words(rule);
	g_autofree char *bounds = rule_bounds(rule);

	return g_strdup_printf("rule %" G_GINT64_FORMAT " (%s%s%s): %s", rule->id, about,
		*bounds ? ", " : "", bounds, rule->reason);
}

char *
rule_record_oldest(const Rule *rule)
{
	g_autofree char *about = rule_words(rule);

	return g_strdup_printf("rule %" G_GINT64_FORMAT " (%s): %s", rule->id, about, rule->reason);
}

char *
rule_term(const Rule *rule)
{
	g_autofree char *day = rule->expires ? moment_text(rule->expires) : NULL;
	g_autofree char *idle = NULL;
	g_autofree char *until = NULL;

	if (day)
		until = g_strdup_printf("until %.10s", day);
	if (rule->idle)
		idle = g_strdup_printf("until %" G_GINT64_FORMAT " days pass without a hit",
			(rule->idle + DAY - 1) / DAY);
	if (until && idle)
		return g_strdup_printf("%s, or %s", until, idle);
	if (until)
		return g_steal_pointer(&until);
	return idle ? g_steal_pointer(&idle) : g_strdup("until it is removed");
}
