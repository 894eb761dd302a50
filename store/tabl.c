#include "store/tabl.h"

#include <string.h>

#include "store/moment.h"

enum {
	URL_LONGEST = 250, /* characters of an entry */
	/* Entries of a list, to block or to allow, without Defender for Office 365; 1,000 with its
	 * Plan 1; with Plan 2: */
	ROOM_SMALLEST = 500,
	ROOM_BLOCK = 10000,
	ROOM_ALLOW = 5000,
};

const char *const tabl_warnings[] = {
	"A sender that is blocked is one that nobody here can write to either: such mail comes back",
	"with 550 5.7.703, for all whom it is for.",
	"What is allowed here is wider than in lazaret: every account that sends from the domain, not",
	"one; and it overrides no malware or high-confidence phishing verdict.  An allowance ends at",
	"most 30 days from now or, where it has no end, 45 days after its last use; a block that ends",
	"does at most 90 days from now.",
	"A tenant has room for 500 entries a list to block and 500 to allow; 1,000 and 1,000 with",
	"Defender for Office 365 Plan 1; 10,000 and 5,000 with Plan 2.",
	NULL,
};

struct Tabl {
	bool notes;
	GHashTable *groups; /* of TablGroup by what they share; owns both */
	/* Several indicators may be one entry: a page by http and https, a domain that is allowed to
	 * several accounts.  Both hold keys of key_of(). */
	GHashTable *told;     /* by verb */
	GHashTable *standing; /* by action: of what is still said, whenever it was told */
	int64_t counts[TABL_VERBS][TABL_LISTS];
};

const char *
tabl_list_name(TablList list)
{
	static const char *const names[TABL_LISTS] = {
		[TABL_SENDER] = "Sender",
		[TABL_URL] = "Url",
		[TABL_FILE] = "FileHash",
	};

	return names[list];
}

const char *
tabl_verb_name(TablVerb verb)
{
	static const char *const names[TABL_VERBS] = {
		[TABL_REMOVE] = "remove",
		[TABL_BLOCK] = "block",
		[TABL_ALLOW] = "allow",
	};

	return names[verb];
}

static void
free_group(void *data)
{
	TablGroup *group = data;

	g_free(group->until);
	g_free(group->note);
	g_ptr_array_unref(group->entries);
	g_free(group);
}

Tabl *
tabl_new(bool notes)
{
	Tabl *tabl = g_new0(Tabl, 1);

	tabl->notes = notes;
	tabl->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_group);
	tabl->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tabl->standing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return tabl;
}

void
tabl_free(Tabl *tabl)
{
	if (!tabl)
		return;
	g_hash_table_unref(tabl->groups);
	g_hash_table_unref(tabl->told);
	g_hash_table_unref(tabl->standing);
	g_free(tabl);
}

/* ---- entries ---- */

static TablList
list_of(IndicatorKind kind)
{
	switch (kind) {
	case INDICATOR_DOMAIN:
	case INDICATOR_SENDER:
		return TABL_SENDER;
	case INDICATOR_LINK:
	case INDICATOR_URL:
		return TABL_URL;
	case INDICATOR_FILE:
		return TABL_FILE;
	case INDICATOR_ACCOUNT:
	case INDICATOR_KINDS:
		break;
	}
	g_assert_not_reached();
}

static TablVerb
verb_of(const Indicator *indicator)
{
	if (indicator->withdrawn)
		return TABL_REMOVE;
	return indicator->action == INDICATOR_BLOCK ? TABL_BLOCK : TABL_ALLOW;
}

/* "o%27hare%2B1@shop.example"; NULL where it is no address. */
static char *
sender_entry(const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *local = at ? g_strndup(address, (gsize)(at - address)) : NULL;
	g_autofree char *escaped = local ? g_uri_escape_string(local, NULL, false) : NULL;

	return escaped ? g_strconcat(escaped, at, NULL) : NULL;
}

/* Without its scheme; NULL where the list has no words for it. */
static char *
url_entry(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *rest = scheme ? scheme + 3 : url;
	size_t host = strcspn(rest, "/?#");

	if (strlen(rest) > URL_LONGEST || strpbrk(rest, "'\"*~") || host == 0 ||
		memchr(rest, ':', host) || memchr(rest, '@', host) || memchr(rest, '[', host))
		return NULL;
	return g_strdup(rest);
}

/* Of char *: empty where the list has no words for it. */
static GPtrArray *
entries_of(const Indicator *indicator)
{
	const char *value = indicator->value;
	GPtrArray *entries = g_ptr_array_new_with_free_func(g_free);
	char *entry = NULL;

	switch (indicator->kind) {
	case INDICATOR_DOMAIN:
		entry = g_strdup(value);
		break;
	case INDICATOR_SENDER:
		entry = sender_entry(value);
		break;
	case INDICATOR_LINK:
		entry = g_strdup_printf(g_hostname_is_ip_address(value) ? "%s/*" : "~%s~", value);
		break;
	case INDICATOR_URL:
		entry = url_entry(value);
		break;
	case INDICATOR_FILE:
		entry = g_strdup(value);
		break;
	case INDICATOR_ACCOUNT:
	case INDICATOR_KINDS:
		break;
	}
	if (entry && g_str_is_ascii(entry))
		g_ptr_array_add(entries, g_steal_pointer(&entry));
	/* To block is to block all below; to allow, that domain alone. */
	if (indicator->kind == INDICATOR_DOMAIN && indicator->action == INDICATOR_BLOCK)
		g_ptr_array_add(entries, g_strconcat("*.", value, NULL));
	g_free(entry);
	return entries;
}

/* ---- groups ---- */

static TablGroup *
group_of(Tabl *tabl, const Indicator *indicator)
{
	TablVerb verb = verb_of(indicator);
	TablList list = list_of(indicator->kind);
	g_autofree char *until = verb == TABL_REMOVE ? NULL : moment_text(indicator->expires);
	g_autofree char *note = tabl->notes && verb != TABL_REMOVE ? export_why(indicator) : NULL;
	g_autofree char *key = g_strdup_printf(
		"%d %d %s %s", (int)verb, (int)list, until ? until : "", note ? note : "");
	TablGroup *group = g_hash_table_lookup(tabl->groups, key);

	if (group)
		return group;
	group = g_new0(TablGroup, 1);
	group->verb = verb;
	group->list = list;
	group->until = g_steal_pointer(&until);
	group->note = g_steal_pointer(&note);
	group->entries = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_insert(tabl->groups, g_steal_pointer(&key), group);
	return group;
}

static char *
key_of(unsigned what, const char *entry)
{
	return g_strdup_printf("%u %s", what, entry);
}

/* An entry is told once, and not removed as long as anything says it. */
static void
drop_entries(Tabl *tabl, const Indicator *indicator, GPtrArray *entries)
{
	for (guint i = 0; i < entries->len;) {
		const char *entry = g_ptr_array_index(entries, i);
		g_autofree char *said = key_of(indicator->action, entry);

		if ((indicator->withdrawn && g_hash_table_contains(tabl->standing, said)) ||
			!g_hash_table_add(tabl->told, key_of(verb_of(indicator), entry)))
			g_ptr_array_remove_index(entries, i);
		else
			i++;
	}
}

static bool
find_standing(Tabl *tabl, const Export *export, GError **error)
{
	Export whole = *export;
	g_autoptr(Indicators) indicators = NULL;
	const Indicator *indicator = NULL;

	if (export->since == 0)
		return true;
	whole.since = 0;
	whole.query = NULL;
	indicators = export_indicators(&whole, false, error);
	while (indicators && indicators_next(indicators, &indicator, error)) {
		g_autoptr(GPtrArray) entries = NULL;

		if (!indicator)
			return true;
		if (indicator->left_out)
			continue;
		entries = entries_of(indicator);
		for (guint i = 0; i < entries->len; i++)
			g_hash_table_add(tabl->standing,
				key_of(indicator->action, g_ptr_array_index(entries, i)));
	}
	return false;
}

static bool
add_line(G_GNUC_UNUSED GString *out, const Indicator *indicator, void *data)
{
	Tabl *tabl = data;
	g_autoptr(GPtrArray) entries = entries_of(indicator);
	TablGroup *group;

	if (entries->len == 0)
		return false;
	drop_entries(tabl, indicator, entries);
	if (entries->len == 0)
		return true;
	group = group_of(tabl, indicator);
	tabl->counts[group->verb][group->list] += entries->len;
	g_ptr_array_extend_and_steal(group->entries, g_steal_pointer(&entries));
	return true;
}

static bool
is_full(const Indicator *indicator, void *data)
{
	Tabl *tabl = data;
	TablVerb verb = verb_of(indicator);
	int64_t room = verb == TABL_ALLOW ? ROOM_ALLOW : ROOM_BLOCK;
	int64_t more = indicator->kind == INDICATOR_DOMAIN && verb == TABL_BLOCK ? 2 : 1;

	return verb != TABL_REMOVE && tabl->counts[verb][list_of(indicator->kind)] + more > room;
}

/* "Sender: 7 to block", each behind @before and with a line end. */
static void
append_counts(GString *out, const Tabl *tabl, const char *before)
{
	for (TablVerb verb = 0; verb < TABL_VERBS; verb++) {
		for (TablList list = 0; list < TABL_LISTS; list++) {
			int64_t count = tabl->counts[verb][list];

			if (count > 0)
				g_string_append_printf(out, "%s%s: %" G_GINT64_FORMAT " to %s\n",
					before, tabl_list_name(list), count, tabl_verb_name(verb));
		}
	}
}

static void
note_room(const Tabl *tabl, const Export *export)
{
	for (TablVerb verb = TABL_BLOCK; verb < TABL_VERBS; verb++) {
		for (TablList list = 0; list < TABL_LISTS; list++) {
			int64_t count = tabl->counts[verb][list];
			g_autofree char *words = g_strdup_printf(
				"%s: %" G_GINT64_FORMAT
				" to %s, more than the %d that every tenant has room for",
				tabl_list_name(list), count, tabl_verb_name(verb), ROOM_SMALLEST);

			if (count > ROOM_SMALLEST && export->note)
				export->note(words, export->data);
		}
	}
}

bool
tabl_fill(Tabl *tabl, const Export *export, const char *comment, GError **error)
{
	const ExportList list = {
		.blocks = KINDS_ALL & ~KIND_BIT(INDICATOR_ACCOUNT),
		.allows = KIND_BIT(INDICATOR_DOMAIN),
		.withdrawn = true,
		.comment = comment,
		.line = add_line,
		.full = is_full,
	};
	g_autoptr(GString) counts = g_string_new(NULL);
	g_autoptr(Indicators) indicators = export_indicators(export, false, error);
	ExportTally tally = { 0 };

	/* What is said no more by the second look is withdrawn by the next export. */
	if (!indicators || !find_standing(tabl, export, error) ||
		!export_list(export, indicators, &list, tabl, &tally, error))
		return false;
	export_note(export, indicators, &tally);
	append_counts(counts, tabl, comment);
	note_room(tabl, export);
	return export_write(export, counts, error);
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
tabl_groups(Tabl *tabl)
{
	g_autofree const char **keys =
		(const char **)g_hash_table_get_keys_as_array(tabl->groups, NULL);
	guint length = g_hash_table_size(tabl->groups);
	GPtrArray *groups = g_ptr_array_new();

	qsort(keys, length, sizeof *keys, compare_keys);
	for (guint i = 0; i < length; i++)
		g_ptr_array_add(groups, g_hash_table_lookup(tabl->groups, keys[i]));
	return groups;
}
