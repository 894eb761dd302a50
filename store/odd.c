#include "store/odd.h"

#include <string.h>

#include "mail/domain.h"
#include "store/ledger.h"

enum {
	LEAST = 4,  /* messages that can have a rule at all */
	TENTH = 10, /* from so many on, one in ten may differ */
};

typedef enum {
	TRAIT_FROM,
	TRAIT_LINK,
	TRAIT_ATTACHED, /* "yes" or "" */
	TRAIT_FILES,    /* digests */
	TRAIT_ROLE,     /* "yes" or "" */
	TRAIT_RECIPIENT,
	TRAIT_AUTHENTICATED, /* "yes" or "" */
	TRAIT_SES,
	TRAITS
} Trait;

/* What is compared of one message; strings are of the Crowd. */
typedef struct Portrait {
	int64_t message;
	const char *values[TRAITS]; /* equal ones are the same pointer */
	const char *file;           /* name of its first attachment, or its type */
	const char *type;           /* detected, of the same */
	const char *recipient;      /* the role, else the first; "" if unknown */
	int odd;                    /* in how many traits */
} Portrait;

typedef struct Crowd {
	Store *store;
	GStringChunk *strings;
	GArray *portraits;         /* of Portrait */
	const char *rules[TRAITS]; /* the value that is the rule; NULL: there is none */
} Crowd;

void
odd_free(Odd *odd)
{
	if (!odd)
		return;
	g_free(odd->text);
	g_free(odd);
}

static void
crowd_clear(Crowd *crowd)
{
	g_string_chunk_free(crowd->strings);
	g_array_unref(crowd->portraits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Crowd, crowd_clear)

/* ---- what they are like ---- */

/* Local parts of what is no person: RFC 2142, and where money and accounts are. */
static bool
is_role(const char *address)
{
	static const char *const roles[] = { "abuse", "accounting", "accounts", "admin",
		"administrator", "ap", "ar", "billing", "career", "careers", "ceo", "cfo",
		"compliance", "contact", "cto", "dpo", "finance", "helpdesk", "hostmaster", "hr",
		"info", "invoice", "invoices", "it", "jobs", "legal", "marketing", "noc", "office",
		"orders", "payments", "payroll", "postmaster", "press", "privacy", "purchasing",
		"root", "sales", "security", "support", "treasury", "webmaster" };
	const char *at = strrchr(address, '@');
	size_t length = at ? (size_t)(at - address) : strlen(address);

	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (strlen(roles[i]) == length &&
			g_ascii_strncasecmp(roles[i], address, length) == 0)
			return true;
	}
	return false;
}

static const char *
keep(Crowd *crowd, const char *text)
{
	return g_string_chunk_insert_const(crowd->strings, text ? text : "");
}

static bool
read_recipients(Crowd *crowd, Portrait *portrait, GError **error)
{
	g_autoptr(GPtrArray) recipients = ledger_recipients(crowd->store, portrait->message, error);
	const char *shown = "";
	bool role = false;
	g_autofree char *host = NULL;

	if (!recipients)
		return false;
	for (guint i = 0; i < recipients->len && !role; i++) {
		const char *address = g_ptr_array_index(recipients, i);

		role = is_role(address);
		if (role || i == 0)
			shown = address;
	}
	host = recipients->len > 0
		? g_ascii_strdown(domain_of_address(shown) ? domain_of_address(shown) : "", -1)
		: NULL;
	portrait->values[TRAIT_ROLE] = keep(crowd, role ? "yes" : "");
	portrait->values[TRAIT_RECIPIENT] = keep(crowd, host);
	portrait->recipient = keep(crowd, shown);
	return true;
}

static bool
read_files(Crowd *crowd, Portrait *portrait, GError **error)
{
	static const char sql[] = "SELECT sha256, ifnull(name, detected), detected FROM attachment"
				  " WHERE message = :message ORDER BY position";
	g_autoptr(GString) digests = g_string_new(NULL);
	g_autoptr(Kept) select = db_kept(crowd->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", portrait->message);
	while ((step = db_step(crowd->store, select, error)) == STEP_ROW) {
		if (!portrait->file) {
			portrait->file = keep(crowd, (const char *)sqlite3_column_text(select, 1));
			portrait->type = keep(crowd, (const char *)sqlite3_column_text(select, 2));
		}
		g_string_append(digests, keep(crowd, (const char *)sqlite3_column_text(select, 0)));
	}
	portrait->values[TRAIT_ATTACHED] = keep(crowd, digests->len > 0 ? "yes" : "");
	portrait->values[TRAIT_FILES] = keep(crowd, digests->str);
	return step == STEP_DONE;
}

static bool
read_message(Crowd *crowd, Portrait *portrait, bool *found, GError **error)
{
	static const char sql[] = "SELECT domain, link_domain, authenticated, ses FROM message"
				  " WHERE id = :message";
	g_autoptr(Kept) select = db_kept(crowd->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", portrait->message);
	step = db_step(crowd->store, select, error);
	*found = step == STEP_ROW;
	if (!*found)
		return step == STEP_DONE;
	portrait->values[TRAIT_FROM] = keep(crowd, (const char *)sqlite3_column_text(select, 0));
	portrait->values[TRAIT_LINK] = keep(crowd, (const char *)sqlite3_column_text(select, 1));
	portrait->values[TRAIT_AUTHENTICATED] = keep(crowd, db_int(select, 2) ? "yes" : "");
	portrait->values[TRAIT_SES] =
		keep(crowd, ses_class_name((SesClass)ledger_enum(select, 3, SES_CLASSES)));
	return true;
}

static bool
read_all(Crowd *crowd, const GArray *ids, GError **error)
{
	for (guint i = 0; i < ids->len; i++) {
		Portrait portrait = { .message = g_array_index(ids, int64_t, i) };
		bool found = false;

		if (!read_message(crowd, &portrait, &found, error))
			return false;
		if (!found)
			continue;
		if (!read_recipients(crowd, &portrait, error) ||
			!read_files(crowd, &portrait, error))
			return false;
		g_array_append_val(crowd->portraits, portrait);
	}
	return true;
}

/* ---- what is the rule ---- */

static bool
is_rule(guint share, guint all)
{
	return all >= TENTH ? share * TENTH >= all * (TENTH - 1) : all >= LEAST && share + 1 >= all;
}

/* The value that most share; NULL where they are too few for a rule. */
static const char *
find_rule(const Crowd *crowd, Trait trait)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_direct_hash, g_direct_equal);
	const char *most = NULL;
	guint best = 0;

	for (guint i = 0; i < crowd->portraits->len; i++) {
		const char *value = g_array_index(crowd->portraits, Portrait, i).values[trait];
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, value)) + 1;

		g_hash_table_insert(counts, (void *)value, GUINT_TO_POINTER(count));
		if (count > best) {
			best = count;
			most = value;
		}
	}
	return is_rule(best, crowd->portraits->len) ? most : NULL;
}

static bool
is_odd(const Crowd *crowd, const Portrait *portrait, Trait trait)
{
	const char *rule = crowd->rules[trait];

	/* That it has one, or none, says it all. */
	if (trait == TRAIT_FILES && is_odd(crowd, portrait, TRAIT_ATTACHED))
		return false;
	return rule && portrait->values[trait] != rule;
}

/* ---- in words ---- */

static void
say_attached(GString *text, const Portrait *portrait)
{
	if (!portrait->file)
		g_string_append(text, "has no attachment");
	else if (g_str_equal(portrait->type, "application/pdf"))
		g_string_append(text, "has a PDF");
	else
		g_string_append_printf(text, "has an attachment, %s", portrait->file);
}

static void
say_domain(GString *text, const char *verb, const char *domain, const char *none)
{
	if (*domain)
		g_string_append_printf(text, "%s %s", verb, domain);
	else
		g_string_append(text, none);
}

static void
say(GString *text, const Portrait *portrait, Trait trait)
{
	const char *value = portrait->values[trait];

	switch (trait) {
	case TRAIT_FROM:
		say_domain(text, "is from", value, "is from no domain");
		return;
	case TRAIT_LINK:
		say_domain(text, "links to", value, "links nowhere else");
		return;
	case TRAIT_ATTACHED:
		say_attached(text, portrait);
		return;
	case TRAIT_FILES:
		g_string_append_printf(
			text, "has another file, %s", portrait->file ? portrait->file : "none");
		return;
	case TRAIT_ROLE:
		g_string_append(text, *value ? "is to a role" : "is to a person");
		return;
	case TRAIT_RECIPIENT:
		say_domain(text, "is to", value, "is to nobody known");
		return;
	case TRAIT_AUTHENTICATED:
		g_string_append(text, *value ? "is authenticated" : "is not authenticated");
		return;
	case TRAIT_SES:
		g_string_append_printf(text, "came through SES: %s", value);
		return;
	case TRAITS:
		break;
	}
	g_assert_not_reached();
}

/* Who gets it stands before what else it is: "#881 to finance@here.example has a PDF". */
static Odd *
describe(const Crowd *crowd, const Portrait *portrait)
{
	bool role = is_odd(crowd, portrait, TRAIT_ROLE);
	bool elsewhere = is_odd(crowd, portrait, TRAIT_RECIPIENT);
	int others = portrait->odd - role - elsewhere;
	bool named = *portrait->recipient && (role || elsewhere);
	g_autoptr(GString) text = g_string_new(NULL);
	const char *joint = " ";
	Odd *odd = g_new0(Odd, 1);

	g_string_append_printf(text, "#%" G_GINT64_FORMAT, portrait->message);
	if (named)
		g_string_append_printf(
			text, others > 0 ? " to %s" : " is to %s", portrait->recipient);
	for (Trait trait = 0; trait < TRAITS; trait++) {
		bool said = named && (trait == TRAIT_ROLE || trait == TRAIT_RECIPIENT);

		if (said || !is_odd(crowd, portrait, trait))
			continue;
		g_string_append(text, joint);
		say(text, portrait, trait);
		joint = ", ";
	}
	odd->message = portrait->message;
	odd->text = g_string_free(g_steal_pointer(&text), FALSE);
	return odd;
}

static int
compare(const void *left, const void *right)
{
	const Portrait *a = left;
	const Portrait *b = right;

	if (a->odd != b->odd)
		return b->odd - a->odd;
	return (a->message > b->message) - (a->message < b->message);
}

static GPtrArray *
pick(const Crowd *crowd, int limit)
{
	GPtrArray *odd = g_ptr_array_new_with_free_func((GDestroyNotify)odd_free);

	for (guint i = 0; i < crowd->portraits->len; i++) {
		const Portrait *portrait = &g_array_index(crowd->portraits, Portrait, i);

		if (portrait->odd == 0 || (limit > 0 && (int)odd->len == limit))
			break;
		g_ptr_array_add(odd, describe(crowd, portrait));
	}
	return odd;
}

GPtrArray *
store_odd(Store *store, const GArray *ids, int limit, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_auto(Crowd) crowd = {
		.store = store,
		.strings = g_string_chunk_new(4096),
		.portraits = g_array_new(false, false, sizeof(Portrait)),
	};

	if (!snapshot || !read_all(&crowd, ids, error))
		return NULL;
	for (Trait trait = 0; trait < TRAITS; trait++)
		crowd.rules[trait] = find_rule(&crowd, trait);
	for (guint i = 0; i < crowd.portraits->len; i++) {
		Portrait *portrait = &g_array_index(crowd.portraits, Portrait, i);

		for (Trait trait = 0; trait < TRAITS; trait++)
			portrait->odd += is_odd(&crowd, portrait, trait);
	}
	g_array_sort(crowd.portraits, compare);
	return pick(&crowd, limit);
}
