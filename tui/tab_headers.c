#include "tui/tab.h"

#include "mail/received.h"

enum {
	MARGIN = 4,
};

/* RFC 5322 section 3.6 and RFC 2045: may stand once. */
static const char *const singletons[] = { "from", "sender", "reply-to", "to", "cc", "bcc",
	"message-id", "in-reply-to", "references", "subject", "date", "mime-version",
	"content-type", "content-transfer-encoding", "return-path" };

static bool
is_singleton(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(singletons); i++) {
		if (g_ascii_strcasecmp(name, singletons[i]) == 0)
			return true;
	}
	return false;
}

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

	if (count > 1 && is_singleton(name))
		sheet_addf(sheet, STYLE_DANGER, " [stands %u times, may stand once]", count);
}

static void
mark_authentication(const Message *message, guint index, Sheet *sheet)
{
	const HeaderField *field = g_ptr_array_index(message->headers, index);
	bool trusted = false;

	if (g_ascii_strcasecmp(field->name, "authentication-results") != 0)
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

/* The hop before is the next Received field below. */
static int64_t
date_of_hop_below(const Message *message, guint index)
{
	for (guint i = index + 1; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		g_autoptr(Received) received = NULL;

		if (g_ascii_strcasecmp(field->name, "received") != 0)
			continue;
		received = received_parse(field->value);
		return received->date;
	}
	return 0;
}

static void
mark_hop(const Message *message, guint index, int *hop, Sheet *sheet)
{
	const HeaderField *field = g_ptr_array_index(message->headers, index);
	g_autoptr(Received) received = NULL;
	int64_t below;

	if (g_ascii_strcasecmp(field->name, "received") != 0)
		return;
	received = received_parse(field->value);
	below = date_of_hop_below(message, index);
	sheet_addf(sheet, STYLE_DIM, " [hop %d", (*hop)--);
	if (received->date == 0)
		sheet_add(sheet, STYLE_WARN, ", its date can't be read");
	else if (below > 0)
		sheet_addf(sheet, received->date < below ? STYLE_WARN : STYLE_DIM,
			", %+" G_GINT64_FORMAT " s", received->date - below);
	sheet_add(sheet, STYLE_DIM, "]");
}

static int
count_hops(const Message *message)
{
	int hops = 0;

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, "received") == 0)
			hops++;
	}
	return hops;
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
write_headers(Dossier *dossier, bool as_sent, Sheet *sheet)
{
	const Message *message = dossier->message;
	g_autoptr(GHashTable) counts = NULL;
	int hop;

	if (!message)
		return;
	counts = count_names(message);
	hop = count_hops(message);
	sheet_line(sheet);
	sheet_addf(sheet, STYLE_DIM, "%u fields, %s (v: %s)", message->headers->len,
		as_sent ? "as sent" : "decoded", as_sent ? "decoded" : "as sent");
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		sheet_line(sheet);
		sheet_addf(sheet, STYLE_HEADING, "%s:", field->name);
		mark_duplicate(field, counts, sheet);
		mark_authentication(message, i, sheet);
		mark_hop(message, i, &hop, sheet);
		sheet_to(sheet, MARGIN);
		if (as_sent)
			write_raw_value(field, sheet);
		else
			sheet_below(sheet, STYLE_NORMAL, MARGIN, field->value);
	}
}

extern const TabOps tab_headers;
const TabOps tab_headers = {
	.name = "headers",
	.help = "every header field, decoded or as sent (v); duplicates, claims and delays are marked",
	.write = write_headers,
};
