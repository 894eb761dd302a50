#include "importer/source.h"

#include <string.h>

#include "importer/program.h"
#include "mail/address.h"
#include "mail/queue_id.h"

/* The hold queue is read by Postfix' own programs: postqueue lists it, postcat shows a
 * message and its envelope, postsuper deletes.  An id of a long kind is never used again
 * (enable_long_queue_ids of postconf(5)); a short one may be another message tomorrow, so such a
 * message is read each time, and never deleted. */

enum {
	MAX_LIST = 512 * 1024 * 1024,
	MAX_ENVELOPE = 16 * 1024 * 1024,
	MAX_ID = 63,
};

typedef struct Hold {
	char *folder; /* of the configuration; "" is Postfix' own */
	const SourceSeen *seen;
	int interrupt;
	bool remove;
	bool listed;
	GString *kept;  /* ids of messages that were kept before, and are to be deleted */
	GPtrArray *ids; /* in the order postqueue has them */
	guint next;
	bool has_short; /* ids that are used again, and nobody was told yet */
} Hold;

/* ---- Postfix' programs ---- */

static GBytes *
run(const Hold *hold, const char *const *words, const char *input, size_t most, GError **error)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	ProgramRun program = { .input = input, .most = most, .interrupt = hold->interrupt };

	g_ptr_array_add(argv, (void *)words[0]);
	if (*hold->folder) {
		g_ptr_array_add(argv, (void *)"-c");
		g_ptr_array_add(argv, hold->folder);
	}
	for (size_t i = 1; words[i]; i++)
		g_ptr_array_add(argv, (void *)words[i]);
	g_ptr_array_add(argv, NULL);
	program.argv = (const char *const *)argv->pdata;
	return program_run(&program, error);
}

/* A line of 'postqueue -j' begins with these two, in this order (postqueue(1)); what strangers
 * wrote stands behind them, and never begins a line. */
static void
note_line(Hold *hold, const char *line)
{
	static const char begins[] = "{\"queue_name\": \"hold\", \"queue_id\": \"";
	const char *id = line + strlen(begins);
	size_t length;

	if (!g_str_has_prefix(line, begins))
		return;
	length = strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS);
	if (length == 0 || length > MAX_ID || id[length] != '"')
		return;
	g_ptr_array_add(hold->ids, g_strndup(id, length));
	hold->has_short |= !queue_id_is_long(g_ptr_array_index(hold->ids, hold->ids->len - 1));
}

static bool
list(Hold *hold, GError **error)
{
	static const char *const words[] = { "postqueue", "-j", NULL };
	g_autoptr(GBytes) output = run(hold, words, NULL, MAX_LIST, error);
	g_autofree char *text = NULL;
	size_t size;
	const char *bytes;

	if (!output)
		return false;
	bytes = g_bytes_get_data(output, &size);
	text = g_strndup(bytes, size);
	for (char *line = text; line && *line;) {
		char *newline = strchr(line, '\n');

		if (newline)
			*newline = '\0';
		note_line(hold, line);
		line = newline ? newline + 1 : NULL;
	}
	hold->listed = true;
	return true;
}

/* ---- one message ---- */

static bool
fail(const char *id, const char *fault, GError **error)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: %s", id, fault);
	return false;
}

/* A line of 'postcat -e', which has addresses without quotes; the first sender counts. */
static bool
read_record(Envelope *envelope, const char *line)
{
	static const char sender[] = "sender: ";
	static const char recipient[] = "recipient: ";
	char *address;

	if (g_str_has_prefix(line, sender) && !envelope->sender) {
		line += strlen(sender);
		envelope->sender = *line ? address_for_envelope(line) : g_strdup("");
		return envelope->sender != NULL;
	}
	if (!g_str_has_prefix(line, recipient))
		return true;
	address = address_for_envelope(line + strlen(recipient));
	if (address)
		g_ptr_array_add(envelope->recipients, address);
	return address != NULL;
}

static Envelope *
read_envelope(const Hold *hold, const char *id, GError **error)
{
	static const char begins[] = "*** ENVELOPE RECORDS hold/";
	const char *const words[] = { "postcat", "-qe", id, NULL };
	g_autoptr(GBytes) output = run(hold, words, NULL, MAX_ENVELOPE, error);
	g_autoptr(Envelope) envelope = envelope_new();
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	size_t size;
	const char *bytes;

	if (!output)
		return NULL;
	bytes = g_bytes_get_data(output, &size);
	text = g_strndup(bytes, size);
	lines = g_strsplit(text, "\n", -1);
	if (!lines[0] || !g_str_has_prefix(lines[0], begins)) {
		fail(id, "is on hold no more", error);
		return NULL;
	}
	for (char **line = lines; *line; line++) {
		if (read_record(envelope, *line))
			continue;
		fail(id, "has an address that nothing can be sent to", error);
		return NULL;
	}
	envelope_drop_doubles(envelope);
	if (envelope->sender && envelope->recipients->len > 0)
		return g_steal_pointer(&envelope);
	fail(id, "has no whole envelope any more", error);
	return NULL;
}

static GBytes *
read_message(const Hold *hold, const char *id, GError **error)
{
	const char *const words[] = { "postcat", "-qbh", id, NULL };
	g_autoptr(GBytes) output = run(hold, words, NULL, SOURCE_MAX_MESSAGE, error);

	if (output && g_bytes_get_size(output) == 0) {
		fail(id, "is empty", error);
		return NULL;
	}
	return g_steal_pointer(&output);
}

/* What stands for a message that is read already; 0: it may be another tomorrow. */
static int64_t
key_of(const Hold *hold, const char *id)
{
	g_autofree char *name = NULL;
	g_autofree char *digest = NULL;

	if (!queue_id_is_long(id))
		return 0;
	name = g_strconcat("postfix-hold:", hold->folder, ":", id, NULL);
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
	digest[15] = '\0';
	return (int64_t)g_ascii_strtoull(digest, NULL, 16);
}

static bool
remove_ids(const Hold *hold, const char *ids, GError **error)
{
	static const char *const words[] = { "postsuper", "-d", "-", "hold", NULL };
	g_autoptr(GBytes) output = run(hold, words, ids, MAX_ENVELOPE, error);

	return output != NULL;
}

/* Once; what can't be done then is done by the next import. */
static bool
remove_kept(Hold *hold, GError **error)
{
	g_autofree char *ids = g_strdup(hold->kept->str);

	g_string_truncate(hold->kept, 0);
	return !*ids || remove_ids(hold, ids, error);
}

static SourceNext
take(Hold *hold, guint index, SourceItem *item, GError **error)
{
	const char *id = g_ptr_array_index(hold->ids, index);
	int64_t key = key_of(hold, id);
	Fate fate = FATE_LEFT_OUT;

	if (source_seen_ask(hold->seen, key, &fate)) {
		if (fate == FATE_KEPT && hold->remove)
			g_string_append_printf(hold->kept, "%s\n", id);
		return SOURCE_SEEN;
	}
	item->envelope = read_envelope(hold, id, error);
	item->raw = item->envelope ? read_message(hold, id, error) : NULL;
	if (!item->raw)
		return SOURCE_SKIP;
	item->origin = g_strdup_printf("postfix-hold:%s#%s", hold->folder, id);
	item->key = key;
	item->token = index;
	return SOURCE_ITEM;
}

/* ---- the source ---- */

/* Empty, or a folder. */
static bool
hold_check(const char *place, GError **error)
{
	g_autofree char *file = g_build_filename(place, "main.cf", NULL);

	if (!*place || (g_path_is_absolute(place) && g_file_test(file, G_FILE_TEST_EXISTS)))
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
		"postfix-hold:%s: not the whole path of a folder with main.cf", place);
	return false;
}

static void *
hold_open(const SourceOpening *opening, G_GNUC_UNUSED GError **error)
{
	Hold *hold = g_new0(Hold, 1);

	hold->folder = g_strdup(opening->path);
	hold->seen = opening->seen;
	hold->remove = opening->options->remove;
	hold->kept = g_string_new(NULL);
	hold->ids = g_ptr_array_new_with_free_func(g_free);
	return hold;
}

/* Said once, and no reason to stop. */
static SourceNext
advise_long_ids(Hold *hold, GError **error)
{
	hold->has_short = false;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
		"short queue ids are used again for other messages; better set "
		"enable_long_queue_ids = yes in main.cf");
	return SOURCE_ADVICE;
}

static SourceNext
hold_next(void *state, SourceItem *item, GError **error)
{
	Hold *hold = state;
	g_autoptr(GError) problem = NULL;
	SourceNext next;

	if (!hold->listed && !list(hold, error))
		return SOURCE_FAILED;
	if (hold->has_short)
		return advise_long_ids(hold, error);
	if (hold->next == hold->ids->len)
		return remove_kept(hold, error) ? SOURCE_END : SOURCE_SKIP;
	next = take(hold, hold->next++, item, &problem);
	if (!problem)
		return next;
	if (g_error_matches(problem, IMPORT_ERROR, IMPORT_ERROR_STOPPED))
		next = SOURCE_FAILED;
	g_propagate_error(error, g_steal_pointer(&problem));
	return next;
}

static bool
hold_settle(void *state, const Settled *settled, size_t count, GError **error)
{
	Hold *hold = state;
	g_autoptr(GString) ids = g_string_new(NULL);
	bool kept_short = false;

	if (!hold->remove)
		return true;
	for (size_t i = 0; i < count; i++) {
		const char *id = g_ptr_array_index(hold->ids, (guint)settled[i].token);

		if (settled[i].fate != FATE_KEPT)
			continue;
		if (queue_id_is_long(id))
			g_string_append_printf(ids, "%s\n", id);
		else
			kept_short = true;
	}
	if (ids->len > 0 && !remove_ids(hold, ids->str, error))
		return false;
	if (!kept_short)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
		"short queue ids are used again, so their messages stay on hold; set "
		"enable_long_queue_ids = yes in main.cf");
	return false;
}

static void
hold_heed(void *state, int interrupt)
{
	Hold *hold = state;

	hold->interrupt = interrupt;
}

static int64_t
hold_total(void *state)
{
	const Hold *hold = state;

	return hold->listed ? (int64_t)hold->ids->len : -1;
}

static void
hold_close(void *state)
{
	Hold *hold = state;

	g_ptr_array_unref(hold->ids);
	g_string_free(hold->kept, TRUE);
	g_free(hold->folder);
	g_free(hold);
}

extern const SourceKind source_hold;
const SourceKind source_hold = {
	.name = "postfix-hold",
	.summary = "Postfix' hold queue; what follows is its configuration's folder, or nothing",
	.takes = TAKES_REMOVE,
	.check = hold_check,
	.open = hold_open,
	.next = hold_next,
	.settle = hold_settle,
	.heed = hold_heed,
	.total = hold_total,
	.close = hold_close,
};
