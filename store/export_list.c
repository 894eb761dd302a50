#include "store/export_list.h"

#include <string.h>

#include "mail/text.h"

enum {
	FULL = 64 * 1024, /* bytes that are written at once */
	LONGEST = 160,    /* characters of a reason that another system keeps */
};

/* ---- what is left over ---- */

static void G_GNUC_PRINTF(3, 4)
	append_words(GString *words, const char *between, const char *format, ...)
{
	va_list arguments;

	if (words->len > 0)
		g_string_append(words, between);
	va_start(arguments, format);
	g_string_append_vprintf(words, format, arguments);
	va_end(arguments);
}

static void
append_unfit(GString *words, const ExportTally *tally)
{
	g_autoptr(GString) unfit = g_string_new(NULL);

	for (IndicatorAction action = 0; action < INDICATOR_ACTIONS; action++) {
		for (IndicatorKind kind = 0; kind < INDICATOR_KINDS; kind++) {
			int64_t count = tally->unfit[action][kind];

			if (count > 0)
				append_words(unfit, ", ", "%" G_GINT64_FORMAT " to %s by %s", count,
					indicator_action_name(action), indicator_kind_name(kind));
		}
	}
	if (unfit->len > 0)
		append_words(words, "; ", "no words for %s", unfit->str);
}

char *
export_tally_words(const ExportTally *tally)
{
	g_autoptr(GString) words = g_string_new(NULL);

	append_unfit(words, tally);
	if (tally->over > 0)
		append_words(words, "; ", "%" G_GINT64_FORMAT " more than it takes", tally->over);
	if (tally->untold > 0)
		append_words(words, "; ", "%" G_GINT64_FORMAT " withdrawn that it can't take back",
			tally->untold);
	if (tally->left_out > 0)
		append_words(words, "; ", "%" G_GINT64_FORMAT " left out that would do harm",
			tally->left_out);
	return words->len > 0 ? g_string_free(g_steal_pointer(&words), false) : NULL;
}

/* ---- a list ---- */

Indicators *
export_indicators(const Export *export, bool abroad, GError **error)
{
	const IndicatorRequest request = {
		.query = export->query,
		.since = export->since,
		.site = export->site,
		.redaction = export->redaction,
		.abroad = abroad,
		.now = export->now,
	};

	return indicators_find(export->store, &request, error);
}

/* Whether @indicator is a line, counted where it is none. */
static bool
is_line(const ExportList *list, const Indicator *indicator, ExportTally *tally)
{
	unsigned kinds = indicator->action == INDICATOR_BLOCK ? list->blocks : list->allows;
	bool fits = kinds & KIND_BIT(indicator->kind);

	if (indicator->withdrawn) {
		tally->untold += !(fits && list->withdrawn);
		return fits && list->withdrawn;
	}
	if (indicator->left_out) {
		tally->left_out++;
		return list->left_out;
	}
	tally->unfit[indicator->action][indicator->kind] += !fits;
	return fits;
}

static void
add_line(GString *out, const ExportList *list, const Indicator *indicator, void *data,
	ExportTally *tally)
{
	if (!is_line(list, indicator, tally))
		return;
	if (list->full && list->full(indicator, data))
		tally->over++;
	else if (!list->line(out, indicator, data))
		tally->unfit[indicator->action][indicator->kind]++;
	else if (indicator->withdrawn)
		tally->withdrawn++;
	else if (!indicator->left_out)
		tally->written++;
}

static void
add_head(GString *out, const Export *export, const Indicators *indicators, const ExportList *list)
{
	if (!list->comment)
		return;
	g_string_append_printf(out, "%sMade by lazaret from its decisions", list->comment);
	if (export->since > 0)
		g_string_append_printf(out, " after operation %" G_GINT64_FORMAT, export->since);
	g_string_append_printf(
		out, " up to operation %" G_GINT64_FORMAT "\n", indicators_through(indicators));
}

static void
add_tail(GString *out, const ExportList *list, const ExportTally *tally)
{
	g_autofree char *words = list->comment ? export_tally_words(tally) : NULL;

	if (words)
		g_string_append_printf(out, "%sNot here: %s\n", list->comment, words);
}

bool
export_list(const Export *export, Indicators *indicators, const ExportList *list, void *data,
	ExportTally *tally, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const Indicator *indicator = NULL;

	indicators_rewind(indicators);
	add_head(out, export, indicators, list);
	do {
		if (!indicators_next(indicators, &indicator, error))
			return false;
		if (indicator)
			add_line(out, list, indicator, data, tally);
		else
			add_tail(out, list, tally);
		if (!indicator || out->len >= FULL) {
			if (!export_write(export, out, error))
				return false;
			g_string_truncate(out, 0);
		}
	} while (indicator);
	return true;
}

/* ---- several lists ---- */

static bool
takes(const ExportPart *part, const Indicator *indicator, GString *out)
{
	unsigned kinds =
		indicator->action == INDICATOR_BLOCK ? part->list.blocks : part->list.allows;

	return (kinds & KIND_BIT(indicator->kind)) && part->list.line(out, indicator, NULL);
}

static void
count_one(const ExportPart *parts, size_t count, const Indicator *indicator, ExportTally *tally)
{
	g_autoptr(GString) out = g_string_new(NULL);
	bool taken = false;

	if (indicator->withdrawn)
		tally->untold++;
	else if (indicator->left_out)
		tally->left_out++;
	if (indicator->withdrawn || indicator->left_out)
		return;
	for (size_t i = 0; i < count && !taken; i++)
		taken = takes(&parts[i], indicator, out);
	tally->written += taken;
	tally->unfit[indicator->action][indicator->kind] += !taken;
}

static bool
count_parts(Indicators *indicators, const ExportPart *parts, size_t count, ExportTally *tally,
	GError **error)
{
	const Indicator *indicator;

	do {
		if (!indicators_next(indicators, &indicator, error))
			return false;
		if (indicator)
			count_one(parts, count, indicator, tally);
	} while (indicator);
	return true;
}

static bool
write_part(const Export *export, Indicators *indicators, const ExportPart *part,
	const ExportTally *tally, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const Indicator *indicator = NULL;

	if (part->file && !export->begin(part->file, export->data, error))
		return false;
	indicators_rewind(indicators);
	add_head(out, export, indicators, &part->list);
	add_tail(out, &part->list, tally);
	g_string_append(out, part->head ? part->head : "");
	do {
		if (!indicators_next(indicators, &indicator, error))
			return false;
		if (indicator && !indicator->left_out && !indicator->withdrawn)
			takes(part, indicator, out);
		else if (!indicator)
			g_string_append(out, part->tail ? part->tail : "");
		if (!indicator || out->len >= FULL) {
			if (!export_write(export, out, error))
				return false;
			g_string_truncate(out, 0);
		}
	} while (indicator);
	return true;
}

bool
export_run_parts(const Export *export, const ExportPart *parts, size_t count, GError **error)
{
	g_autoptr(Indicators) indicators = export_indicators(export, false, error);
	ExportTally tally = { 0 };

	if (!indicators || !count_parts(indicators, parts, count, &tally, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!write_part(export, indicators, &parts[i], &tally, error))
			return false;
	}
	export_note(export, indicators, &tally);
	return true;
}

/* ---- values in grammars ---- */

bool
export_is_plain_address(const char *address)
{
	return g_str_is_ascii(address) && !strpbrk(address, " \"\\,;:()[]");
}

void
export_quote_regex(GString *out, const char *text)
{
	for (; *text; text++) {
		if (!g_ascii_isalnum(*text))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
}

void
export_account_regex(GString *out, const char *account)
{
	g_string_append(out, ":1\\.[^:]+\\.");
	export_quote_regex(out, account);
	g_string_append(out, ":AmazonSES\\s*");
}

/* ---- why ---- */

static void
append_reason(GString *why, const char *reason)
{
	g_autoptr(Visible) visible = text_visible(reason, -1);
	const char *text = visible_string(visible);
	bool cut = g_utf8_strlen(text, -1) > LONGEST;

	g_string_append(why, ": ");
	if (cut)
		g_string_append_len(why, text, g_utf8_offset_to_pointer(text, LONGEST) - text);
	g_string_append(why, cut ? " ..." : text);
}

char *
export_why(const Indicator *indicator)
{
	g_autoptr(GString) why = g_string_new("lazaret");

	if (indicator->operation > 0)
		g_string_append_printf(why, " operation %" G_GINT64_FORMAT, indicator->operation);
	if (indicator->campaign > 0)
		g_string_append_printf(why, ", campaign %" G_GINT64_FORMAT, indicator->campaign);
	if (indicator->rule > 0)
		g_string_append_printf(why, ", rule %" G_GINT64_FORMAT, indicator->rule);
	if (indicator->reason)
		append_reason(why, indicator->reason);
	return g_string_free(g_steal_pointer(&why), false);
}

void
export_note(const Export *export, const Indicators *indicators, const ExportTally *tally)
{
	g_autofree char *words = export_tally_words(tally);
	g_autofree char *note = g_strdup_printf("up to operation %" G_GINT64_FORMAT
						": %" G_GINT64_FORMAT " written%s%s",
		indicators_through(indicators), tally->written + tally->withdrawn,
		words ? "; " : "", words ? words : "");

	if (export->note)
		export->note(note, export->data);
}

bool
export_run_list(const Export *export, const ExportList *list, void *data, GError **error)
{
	g_autoptr(Indicators) indicators = export_indicators(export, false, error);
	ExportTally tally = { 0 };

	if (!indicators || !export_list(export, indicators, list, data, &tally, error))
		return false;
	export_note(export, indicators, &tally);
	return true;
}
