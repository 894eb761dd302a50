#include "importer/tree.h"

#include <string.h>

/* What amavis puts before a message in its quarantine, read out of amavisd-new 2.13
 * (do_quarantine, prepare_header_edits_for_quarantine and, for the way back,
 * msg_from_quarantine): its own notes, each once, and nothing that the sender wrote.  Then
 * its own Received field, which stays, and the message as it came but for Return-Path. */
typedef enum {
	FIELD_RETURN_PATH,
	FIELD_DELIVERED_TO, /* the quarantine's own name: nobody's address */
	FIELD_ENVELOPE_FROM,
	FIELD_ENVELOPE_TO,
	FIELD_BLOCKED_TO, /* those of Envelope-To that did not get it; absent before 2.6: all */
	FIELD_ID,
	FIELD_HOLD,
	FIELD_ALERT,
	FIELD_MODIFIED,
	FIELD_PEN_PALS,
	FIELD_POLICY_BANK,
	FIELD_FINGERPRINT,
	FIELD_CRM114,
	FIELD_SPAM, /* X-Spam-ANYTHING */
	FIELDS
} Field;

static const char *const names[FIELDS] = {
	[FIELD_RETURN_PATH] = "Return-Path",
	[FIELD_DELIVERED_TO] = "Delivered-To",
	[FIELD_ENVELOPE_FROM] = "X-Envelope-From",
	[FIELD_ENVELOPE_TO] = "X-Envelope-To",
	[FIELD_BLOCKED_TO] = "X-Envelope-To-Blocked",
	[FIELD_ID] = "X-Quarantine-ID",
	[FIELD_HOLD] = "X-Amavis-Hold",
	[FIELD_ALERT] = "X-Amavis-Alert",
	[FIELD_MODIFIED] = "X-Amavis-Modified",
	[FIELD_PEN_PALS] = "X-Amavis-PenPals",
	[FIELD_POLICY_BANK] = "X-Amavis-PolicyBank",
	[FIELD_FINGERPRINT] = "X-Amavis-OS-Fingerprint",
	[FIELD_CRM114] = "X-CRM114-",
	[FIELD_SPAM] = "X-Spam-",
};

/* amavis' words for why, before the id in a file's name; as amavisd.conf-default has them. */
static const char *const reasons[] = { "virus-", "banned-", "spam-", "badh-", "clean-",
	"unchecked-", "archive-", "mime-", NULL };

typedef struct Prefix {
	size_t length;        /* of all of it: where the message begins */
	char *values[FIELDS]; /* unfolded; NULL: not there */
	bool cut;             /* it goes on behind the bytes at hand */
} Prefix;

static void
prefix_clear(Prefix *prefix)
{
	for (int field = 0; field < FIELDS; field++)
		g_free(prefix->values[field]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Prefix, prefix_clear)

/* FIELDS: none of these. */
static Field
field_named(const char *name, size_t length)
{
	Field field = 0;

	for (; field < FIELDS; field++) {
		size_t known = strlen(names[field]);
		bool stem = names[field][known - 1] == '-';

		if ((stem ? length > known : length == known) &&
			g_ascii_strncasecmp(name, names[field], known) == 0)
			break;
	}
	return field;
}

/* A field of amavis' that stands there already is the sender's: only X-Spam-* of different
 * names and alerts come in several. */
static bool
is_repeated(const Prefix *prefix, Field field)
{
	return field != FIELD_SPAM && field != FIELD_CRM114 && field != FIELD_ALERT &&
		prefix->values[field];
}

static void
read_prefix(const char *bytes, size_t length, Prefix *prefix)
{
	while (prefix->length < length) {
		g_autofree char *value = NULL;
		size_t name = 0;
		const char *line = bytes + prefix->length;
		size_t whole = form_field(line, length - prefix->length, &name, &value);
		Field field = whole > 0 ? field_named(line, name) : FIELDS;

		if (field == FIELDS || is_repeated(prefix, field))
			return;
		g_free(prefix->values[field]);
		prefix->values[field] = g_steal_pointer(&value);
		prefix->length += whole;
	}
	prefix->cut = true;
}

/* Other gateways write X-Envelope-From as well; with the id behind it, it is amavis'. */
static bool
detect(G_GNUC_UNUSED const char *path, const char *bytes, size_t length)
{
	g_auto(Prefix) prefix = { 0 };

	read_prefix(bytes, length, &prefix);
	return prefix.values[FIELD_ENVELOPE_FROM] && prefix.values[FIELD_ENVELOPE_TO] &&
		(prefix.values[FIELD_ID] || prefix.cut);
}

/* ---- whose file it is ---- */

/* The mail_id without its brackets; base64url, so it can be shown.  NULL: that is none. */
static char *
mail_id(const char *value)
{
	size_t length = strlen(value);

	if (length < 3 || value[0] != '<' || value[length - 1] != '>')
		return NULL;
	if (strspn(value + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") != length - 2)
		return NULL;
	return g_strndup(value + 1, length - 2);
}

/* The id that amavis gave the file, from a name of amavis' pattern; NULL: it has another name.
 * With subfolders the file lies in that of its id's first character. */
static char *
id_in_name(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	if (g_str_has_suffix(name, ".gz"))
		name[strlen(name) - 3] = '\0';
	if (strchr(name, '.'))
		return NULL;
	for (const char *const *reason = reasons; *reason; reason++) {
		if (g_str_has_prefix(name, *reason))
			return g_strdup(name + strlen(*reason));
	}
	return NULL;
}

/* amavis refuses to release a file whose header has another id, and so do we: its envelope
 * may be another message's. */
static bool
check_id(const char *path, const Prefix *prefix, GError **error)
{
	g_autofree char *id = prefix->values[FIELD_ID] ? mail_id(prefix->values[FIELD_ID]) : NULL;
	g_autofree char *named = id_in_name(path);

	if (!id)
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: its X-Quarantine-ID is no id of amavis'", path);
	else if (named && strcmp(named, id) != 0)
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: its X-Quarantine-ID is %s: the file or its header is another's", path,
			id);
	return id && (!named || strcmp(named, id) == 0);
}

static Envelope *
envelope_of(const Prefix *prefix)
{
	Envelope *envelope = envelope_new();
	const char *to = prefix->values[FIELD_BLOCKED_TO];

	envelope->sender = form_address(prefix->values[FIELD_ENVELOPE_FROM]);
	form_add_recipients(envelope, to ? to : prefix->values[FIELD_ENVELOPE_TO]);
	return envelope;
}

static bool
open_file(const char *path, SourceItem *item, GError **error)
{
	g_auto(Prefix) prefix = { 0 };
	size_t length;
	const char *bytes = g_bytes_get_data(item->raw, &length);

	read_prefix(bytes, length, &prefix);
	if (!prefix.values[FIELD_ENVELOPE_FROM] || !prefix.values[FIELD_ENVELOPE_TO]) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: no file of amavis' quarantine, it does not begin with X-Envelope-From "
			"and -To",
			path);
		return false;
	}
	if (!check_id(path, &prefix, error))
		return false;
	item->envelope = envelope_of(&prefix);
	form_keep_from(item, prefix.length);
	return true;
}

extern const Form form_amavis;
const Form form_amavis = {
	.name = "amavis",
	.detect = detect,
	.open = open_file,
};

static bool
amavis_detect(const SourceProbe *probe)
{
	return !probe->folder && detect(probe->path, probe->head, probe->length);
}

static void *
amavis_open(const SourceOpening *opening, GError **error)
{
	return tree_open(opening, &form_amavis, error);
}

extern const SourceKind source_amavis;
const SourceKind source_amavis = {
	.name = "amavis",
	.summary = "amavis' quarantine, plain and .gz: a file or the folder",
	.takes = TAKES_MOVE,
	.swift = true,
	.news = NEWS_OF_TREE,
	.detect = amavis_detect,
	.open = amavis_open,
	.next = tree_next,
	.settle = tree_settle,
	.total = tree_total,
	.close = tree_close,
};
