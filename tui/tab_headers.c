#include "tui/tab.h"

#include <string.h>

#include "mail/dmarc.h"

enum {
	MARGIN = 4,
	HOP_COLUMN = 6,
	MOST_RESULTS = 100, /* that are drawn; real mail has a dozen */
};

/* ---- the path ---- */

static Style
hop_style(const Hop *hop)
{
	if (hop->flags & HOP_FORGED)
		return STYLE_DANGER;
	if (hop->flags & (HOP_BROKEN | HOP_BACKWARDS))
		return STYLE_WARN;
	if (hop->flags & HOP_SES && hop->flags & (HOP_INSIDE | HOP_BOUNDARY))
		return STYLE_GOOD;
	return STYLE_DIM;
}

/* "+3 s · inside" */
static char *
hop_facts(const Message *message, guint index)
{
	const Hop *hop = g_ptr_array_index(message->hops, index);
	g_autofree char *delay = path_delay(message, index);
	g_autofree char *remarks = hop_remarks(hop);
	const char *when = hop->date ? delay : "its date can't be read";

	return g_strconcat(when, *when && *remarks ? " · " : "", remarks, NULL);
}

static void
write_hop(const Message *message, guint index, Sheet *sheet)
{
	const Hop *hop = g_ptr_array_index(message->hops, index);
	g_autofree char *client = hop_client(hop);
	g_autofree char *facts = hop_facts(message, index);
	g_autofree char *line = g_strdup_printf("%s → %s", client, *hop->by ? hop->by : "?");

	sheet_line(sheet);
	sheet_addf(sheet, STYLE_DIM, "%*u", MARGIN, message->hops->len - index);
	sheet_to(sheet, HOP_COLUMN);
	sheet_wrap(sheet, STYLE_NORMAL, line);
	if (!*facts)
		return;
	sheet_line(sheet);
	sheet_to(sheet, HOP_COLUMN);
	sheet_wrap(sheet, hop_style(hop), facts);
}

static void
write_boundary(Sheet *sheet)
{
	sheet_line(sheet);
	sheet_to(sheet, 2);
	sheet_add(sheet, STYLE_WARN, path_boundary_line);
}

static void
write_path(const Message *message, Sheet *sheet)
{
	sheet_heading(sheet, "Path, newest hop first");
	if (message->hops->len == 0) {
		sheet_line(sheet);
		sheet_to(sheet, MARGIN);
		sheet_add(sheet, STYLE_WARN, "no server says that it received this");
	}
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);

		write_hop(message, i, sheet);
		if (hop->flags & HOP_BOUNDARY)
			write_boundary(sheet);
	}
}

/* ---- authentication ---- */

static void
write_result(const Message *message, const AuthResult *result, Sheet *sheet)
{
	g_autofree char *text = auth_result_text(result);
	g_autofree char *claimant = auth_claimant(message, result);
	g_autofree char *line =
		g_strdup_printf("%s  %s %s", text, result->trusted ? "says" : "claims", claimant);
	bool passed = strcmp(result->result, "pass") == 0;

	sheet_line(sheet);
	sheet_to(sheet, MARGIN);
	sheet_wrap(sheet, !result->trusted ? STYLE_DIM : passed ? STYLE_GOOD : STYLE_WARN, line);
}

static void
write_results(const Message *message, bool trusted, Sheet *sheet)
{
	int written = 0;

	for (guint i = 0; i < message->auth->len && written <= MOST_RESULTS; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (result->trusted != trusted)
			continue;
		if (written++ < MOST_RESULTS) {
			write_result(message, result, sheet);
			continue;
		}
		sheet_line(sheet);
		sheet_to(sheet, MARGIN);
		sheet_add(sheet, STYLE_DIM, "and more");
	}
}

static Style
signature_style(const Signature *signature)
{
	if (signature->result == DKIM_PASS)
		return signature->added > 0 ? STYLE_WARN : STYLE_GOOD;
	return signature->result == DKIM_NO_KEY ? STYLE_DIM : STYLE_WARN;
}

static void
write_signatures(const Message *message, Sheet *sheet)
{
	for (guint i = 0; i < message->signatures->len && i < MOST_RESULTS; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);
		g_autofree char *text = signature_text(message, signature);

		sheet_line(sheet);
		sheet_to(sheet, MARGIN);
		sheet_wrap(sheet, signature_style(signature), text);
	}
}

static void
write_authentication(const Message *message, Sheet *sheet)
{
	g_autofree char *alignment = dmarc_text(message);

	sheet_heading(sheet, "Who vouches for it");
	sheet_line(sheet);
	sheet_to(sheet, MARGIN);
	sheet_wrap(sheet, dmarc_alignment(message) ? STYLE_GOOD : STYLE_WARN, alignment);
	write_signatures(message, sheet);
	write_results(message, true, sheet);
	write_results(message, false, sheet);
}

/* ---- the fields ---- */

/* Lower-case field names and how often each stands. */
static GHashTable *
count_names(const Message *message)
{
	GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		char *name = g_ascii_strdown(field->name, -1);
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));

		g_hash_table_replace(counts, name, GUINT_TO_POINTER(count + 1));
	}
	return counts;
}

static void
mark_duplicate(const HeaderField *field, GHashTable *counts, Sheet *sheet)
{
	g_autofree char *name = g_ascii_strdown(field->name, -1);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));

	if (count > 1 && message_header_is_single(name))
		sheet_addf(sheet, STYLE_DANGER, " [stands %u times, may stand once]", count);
}

static void
mark_authentication(const Message *message, guint index, Sheet *sheet)
{
	const HeaderField *field = g_ptr_array_index(message->headers, index);
	bool trusted = false;

	if (g_ascii_strncasecmp(field->name, "ARC-", 4) == 0) {
		sheet_add(sheet, STYLE_WARN, " [claimed: nobody here checked it]");
		return;
	}
	if (g_ascii_strcasecmp(field->name, "Authentication-Results") != 0)
		return;
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		trusted = trusted || (result->trusted && result->field == (int)index);
	}
	if (trusted)
		sheet_add(sheet, STYLE_GOOD, " [trusted]");
	else
		sheet_add(sheet, STYLE_WARN, " [claimed: not by a server you trust]");
}

static void
mark_hop(const Message *message, guint index, Sheet *sheet)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);

		if (hop->field == (int)index)
			sheet_addf(sheet, STYLE_DIM, " [hop %u]", message->hops->len - i);
	}
}

/* With its folds; the blank behind the colon is there already. */
static void
write_raw_value(const HeaderField *field, Sheet *sheet)
{
	const char *raw = field->raw[0] == ' ' ? field->raw + 1 : field->raw;
	g_auto(GStrv) lines = g_strsplit(raw, "\n", -1);

	for (gsize i = 0; lines[i]; i++) {
		g_strchomp(lines[i]);
		if (i > 0)
			sheet_line(sheet);
		if (i > 0)
			sheet_to(sheet, MARGIN);
		sheet_below(sheet, STYLE_NORMAL, MARGIN, lines[i]);
	}
}

static void
write_fields(const Message *message, bool as_sent, Sheet *sheet)
{
	g_autoptr(GHashTable) counts = count_names(message);
	int outside = path_first_outside(message);

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (i > 0 && (int)i == outside)
			write_boundary(sheet);
		sheet_line(sheet);
		sheet_mark(sheet, i + 1);
		sheet_addf(sheet, STYLE_HEADING, "%s:", field->name);
		mark_duplicate(field, counts, sheet);
		mark_authentication(message, i, sheet);
		mark_hop(message, i, sheet);
		sheet_to(sheet, MARGIN);
		if (as_sent)
			write_raw_value(field, sheet);
		else
			sheet_below(sheet, STYLE_NORMAL, MARGIN, field->value);
	}
}

static void
write_headers(Dossier *dossier, bool as_sent, Sheet *sheet)
{
	const Message *message = dossier->message;
	g_autofree char *heading = NULL;

	if (!message)
		return;
	write_path(message, sheet);
	write_authentication(message, sheet);
	heading = g_strdup_printf("%u fields, %s (v: %s)", message->headers->len,
		as_sent ? "as sent" : "decoded", as_sent ? "decoded" : "as sent");
	sheet_heading(sheet, heading);
	write_fields(message, as_sent, sheet);
}

static char *
copy_field(const Dossier *dossier, guint mark, char **what)
{
	const HeaderField *field = g_ptr_array_index(dossier->message->headers, mark - 1);

	*what = g_strdup_printf("field %u", mark);
	return g_strdup_printf("%s: %s", field->name, field->value);
}

extern const TabOps tab_headers;
const TabOps tab_headers = {
	.name = "headers",
	.write = write_headers,
	.copy = copy_field,
};
