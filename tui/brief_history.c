/* brief_history.c - what became of messages with the same account, sender, links, domain */
#include <string.h>

#include "tui/brief.h"
#include "tui/figures.h"

/* The words for each key of KeyHistory. */
typedef struct KeyWords {
	const char *key;
	const char *label;
	const char *heading;
} KeyWords;

static const KeyWords *
words_of_key(const char *key)
{
	static const KeyWords words[] = {
		{ "account", "Account", "The account" },
		{ "claimed-account", "Account", "The account that it claims" },
		{ "sender", "Sender", "The account together with the signed domain" },
		{ "link", "Links", "What its links lead to" },
		{ "domain", "From", "The From domain, which anybody can write" },
		{ NULL, "", "" },
	};
	const KeyWords *found = words;

	while (found->key && strcmp(found->key, key) != 0)
		found++;
	return found;
}

static char *
value_words(const KeyHistory *history)
{
	const char *domain = strchr(history->value, ' ');

	if (strcmp(history->key, "link") == 0)
		return text_defang(history->value);
	if (strcmp(history->key, "sender") == 0 && domain) {
		g_autofree char *account = brief_account(history->value);

		return g_strconcat(account, domain, NULL);
	}
	return g_strdup(history->value);
}

static void
write_state(const KeyHistory *history, MessageState state, Sheet *sheet)
{
	int64_t count = history->record.by_state[state];
	g_autofree char *text = history_count(history, count);

	sheet_addf(sheet, count > 0 ? brief_state_style(state) : STYLE_DIM, "%s %s", text,
		state_name(state));
}

/* "38 messages: 0 held, 0 released, 38 blocked (36 by people)" */
static void
write_counts(const KeyHistory *history, Sheet *sheet)
{
	int64_t people = history->record.person_released + history->record.person_blocked;

	write_state(history, STATE_HELD, sheet);
	sheet_add(sheet, STYLE_NORMAL, ", ");
	write_state(history, STATE_RELEASED, sheet);
	sheet_add(sheet, STYLE_NORMAL, ", ");
	write_state(history, STATE_BLOCKED, sheet);
	if (people > 0)
		sheet_addf(sheet, STYLE_DIM, " · people decided %" G_GINT64_FORMAT, people);
}

static bool
was_decided(const KeyHistory *history)
{
	return history->record.person_released + history->record.person_blocked > 0;
}

static void
write_seen(const KeyHistory *history, Sheet *sheet)
{
	g_autofree char *first = figure_time(history->record.first);
	g_autofree char *last = figure_time(history->record.last);

	sheet_label(sheet, "Seen");
	sheet_addf(sheet, STYLE_NORMAL, "%s to %s", first, last);
}

static void
write_domains(const KeyHistory *history, Sheet *sheet)
{
	if (history->domains->len == 0)
		return;
	sheet_label(sheet, "From");
	for (guint i = 0; i < history->domains->len; i++)
		sheet_item(sheet, STYLE_NORMAL, g_ptr_array_index(history->domains, i));
	if (history->domains->len >= HISTORY_DOMAINS)
		sheet_item(sheet, STYLE_DIM, "perhaps more");
}

static void
write_brands(const KeyHistory *history, Sheet *sheet)
{
	g_autofree char *brands = history_brands(history);

	if (!brands)
		return;
	sheet_label(sheet, "Borrows");
	sheet_wrap(sheet, STYLE_DANGER, brands);
}

static void
write_decision(const KeyDecision *decision, Sheet *sheet)
{
	g_autofree char *when = figure_time(decision->at);
	g_autofree char *messages = figure_count(decision->messages, "message");

	sheet_line(sheet);
	sheet_to(sheet, SHEET_VALUE);
	sheet_addf(sheet, STYLE_DIM, "%s  ", when);
	sheet_addf(sheet, decision->undone ? STYLE_DIM : STYLE_NORMAL, "%s by %s, %s%s",
		decision->verb, decision->actor, messages, decision->undone ? ", undone" : "");
	if (decision->reason) {
		sheet_add(sheet, STYLE_DIM, ": ");
		sheet_wrap(sheet, STYLE_NORMAL, decision->reason);
	}
}

static void
write_key(const KeyHistory *history, Sheet *sheet)
{
	g_autofree char *value = value_words(history);

	sheet_heading(sheet, words_of_key(history->key)->heading);
	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_wrap(sheet, STYLE_STRONG, value);
	sheet_label(sheet, "Messages");
	write_counts(history, sheet);
	write_seen(history, sheet);
	write_domains(history, sheet);
	write_brands(history, sheet);
	for (guint i = 0; i < history->decisions->len; i++)
		write_decision(g_ptr_array_index(history->decisions, i), sheet);
}

/* NULL where it is not there yet, or can't be: that is said. */
static const GPtrArray *
keys_of(const Dossier *dossier, Sheet *sheet)
{
	if (dossier->history)
		return dossier->history;
	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	if (dossier->history_trouble)
		sheet_wrap(sheet, STYLE_ERROR, dossier->history_trouble);
	else
		sheet_add(sheet, STYLE_DIM, "reading…");
	return NULL;
}

void
brief_history(const Dossier *dossier, Sheet *sheet)
{
	const GPtrArray *keys = keys_of(dossier, sheet);

	for (guint i = 0; keys && i < keys->len; i++)
		write_key(g_ptr_array_index(keys, i), sheet);
}

/* A line each, of those that people decided about; the account's stands above. */
void
brief_keys(const Dossier *dossier, Sheet *sheet)
{
	const GPtrArray *keys = keys_of(dossier, sheet);

	for (guint i = 0; keys && i < keys->len; i++) {
		const KeyHistory *history = g_ptr_array_index(keys, i);
		const KeyWords *words = words_of_key(history->key);
		g_autofree char *value = value_words(history);

		write_brands(history, sheet);
		if (!was_decided(history) || strstr(history->key, "account"))
			continue;
		sheet_label(sheet, words->label);
		sheet_addf(sheet, STYLE_NORMAL, "%s: ", value);
		write_counts(history, sheet);
	}
}
