#include "importer/source.h"

#include <string.h>

#include "importer/connection.h"
#include "importer/imap.h"
#include "importer/imap_login.h"

enum {
	NARROW = 1000,         /* UIDs that are searched at once, */
	WIDE = 256 * 1000,     /* and at most, where many are missing */
	BATCH = 100,           /* messages whose sizes are asked at once */
	FETCH_MESSAGES = 50,   /* that come at once, */
	FETCH_BYTES = 4 << 20, /* and what they have together; one may have more */
	SETTLE_AT_ONCE = 100,  /* messages */
	PATIENCE = 60,         /* seconds */
	REOPENINGS = 6,        /* in a row, with nothing read between; twice as long each time */
	FIRST_PAUSE = 250,     /* milliseconds before the first */
	HANGUPS = 3,           /* messages in a row over which it hangs up */
	LOSSES = 2,            /* times it does so over one of them */
};

typedef struct ImapSource {
	char *name; /* the URL */
	ImapPlace place;
	char *credentials, *command, *ca_file; /* as ImapSettings; NULL: none */
	int patience;
	int interrupt;
	bool flag;
	char *move; /* NULL: they stay */
	char *mark; /* that it began with, or NULL */

	Imap *imap;       /* NULL: not open, or no more */
	guint32 validity; /* 0: it was never open */
	int64_t total;
	guint32 from, last; /* UIDs that are still to be searched */
	guint32 width;
	GArray *found; /* of guint32: searched, from .found_at on not in the batch yet */
	size_t found_at;
	GArray *batch; /* of ImapMessage; up to .fetched they are here, from .at on not given */
	size_t at, fetched;
	size_t singly; /* up to that one of the batch each is fetched alone */
	char *refusal; /* why the last one that was fetched did not come; NULL: it did */

	int reopened; /* times in a row */
	int losses;   /* of the connection, over the message at .fetched */
	int hangups;  /* messages in a row that were given up for it */

	guint32 given;     /* the last one */
	guint32 settled;   /* up to that UID all are */
	guint32 held_from; /* from that UID on the next import has to look again; 0: none */
	bool ended;
} ImapSource;

static void
forget_batch(ImapSource *source)
{
	for (guint i = 0; i < source->batch->len; i++)
		imap_message_clear(&g_array_index(source->batch, ImapMessage, i));
	g_array_set_size(source->batch, 0);
	source->at = source->fetched = source->singly = 0;
}

static void
imap_source_close(void *state)
{
	ImapSource *source = state;

	if (!source)
		return;
	forget_batch(source);
	imap_free(source->imap);
	imap_place_clear(&source->place);
	g_array_unref(source->found);
	g_array_unref(source->batch);
	g_free(source->name);
	g_free(source->credentials);
	g_free(source->command);
	g_free(source->ca_file);
	g_free(source->move);
	g_free(source->mark);
	g_free(source->refusal);
	g_free(source);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSource, imap_source_close)

/* ---- where it stands: "UIDVALIDITY UID", and what was done to all up to there ---- */

static const char did_flag[] = " flag", did_move[] = " move";

static bool
acts(const ImapSource *source)
{
	return source->flag || source->move;
}

static char *
mark_at(const ImapSource *source, guint32 uid)
{
	if (source->held_from)
		uid = MIN(uid, source->held_from - 1);
	return g_strdup_printf("%u %u%s%s", source->validity, uid, source->flag ? did_flag : "",
		source->move ? did_move : "");
}

/* The UID that @source->mark names; 0 when it is of another folder of that name, or what is
 * asked for now was not asked for then. */
static guint32
marked_uid(const ImapSource *source)
{
	char *at = source->mark;
	guint64 validity = at ? g_ascii_strtoull(at, &at, 10) : 0;
	guint64 uid = at ? g_ascii_strtoull(at, &at, 10) : 0;

	if (!at || validity != source->validity || uid > G_MAXUINT32)
		return 0;
	if ((source->flag && !strstr(at, did_flag)) || (source->move && !strstr(at, did_move)))
		return 0;
	return (guint32)uid;
}

static void
hold(ImapSource *source, guint32 uid)
{
	if (source->held_from == 0 || uid < source->held_from)
		source->held_from = uid;
}

/* ---- to open ---- */

static bool
find_login(const ImapSource *source, ImapLogin *login, GError **error)
{
	if (source->credentials)
		return imap_login_read(source->credentials, &source->place, login, error);
	if (source->command)
		return imap_login_ask(
			source->command, &source->place, source->interrupt, login, error);
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
		"nothing says who we are: --credentials, or the setting imap-credentials or "
		"imap-password-command");
	return false;
}

static void
begin(ImapSource *source)
{
	source->validity = imap_validity(source->imap);
	source->last = imap_last(source->imap);
	source->settled = MIN(marked_uid(source), source->last);
	source->from = source->settled + 1;
	source->total = source->settled == 0 ? imap_count(source->imap) : -1;
}

static bool
reach(ImapSource *source, GError **error)
{
	g_auto(ImapLogin) login = { 0 };
	ImapAccess access = {
		.ca_file = source->ca_file,
		.patience = source->patience,
		.interrupt = source->interrupt,
		.flag = source->flag,
		.move = source->move,
	};

	if (source->imap)
		return true;
	if (!find_login(source, &login, error))
		return false;
	access.user = login.user;
	access.password = login.password;
	source->imap = imap_open(&source->place, &access, error);
	if (!source->imap)
		return false;
	if (source->validity == 0)
		begin(source);
	if (imap_validity(source->imap) == source->validity)
		return true;
	g_clear_pointer(&source->imap, imap_free);
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO,
		"the folder became another one while it was read; import it again");
	return false;
}

/* False when that is no use, or was tried often enough. */
static bool
may_reopen(ImapSource *source, const GError *failure, GError **error)
{
	bool useless = source->hangups >= HANGUPS && source->losses >= LOSSES;

	if (!g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_LOST) || source->validity == 0 ||
		useless || source->reopened >= REOPENINGS)
		return false;
	return connection_pause(FIRST_PAUSE << source->reopened++, source->interrupt, error);
}

/* ---- what comes next ---- */

static bool
search(ImapSource *source, GError **error)
{
	guint32 to = source->last - source->from < source->width ? source->last
								 : source->from + source->width - 1;
	GArray *found = imap_search(source->imap, source->from, to, error);

	if (!found)
		return false;
	g_array_unref(source->found);
	source->found = found;
	source->found_at = 0;
	source->width = found->len > 0 ? NARROW : MIN(source->width * 2, WIDE);
	source->ended = to == source->last;
	source->from = to + 1;
	source->reopened = 0;
	return true;
}

static bool
size_up(ImapSource *source, GError **error)
{
	size_t count = MIN(source->found->len - source->found_at, BATCH);

	forget_batch(source);
	for (size_t i = 0; i < count; i++) {
		const ImapMessage message = { .size = -1,
			.uid = g_array_index(source->found, guint32, source->found_at + i) };

		g_array_append_val(source->batch, message);
	}
	if (imap_sizes(source->imap, (ImapMessage *)(void *)source->batch->data, count, error)) {
		source->found_at += count;
		return true;
	}
	forget_batch(source);
	return false;
}

static ImapMessage *
message_at(const ImapSource *source, size_t index)
{
	return &g_array_index(source->batch, ImapMessage, index);
}

static bool
is_to_fetch(const ImapMessage *message)
{
	return message->size >= 0 && message->size <= SOURCE_MAX_MESSAGE && !message->raw;
}

/* How many from .fetched on come at once; 0: the first is not to be fetched. */
static size_t
measure(const ImapSource *source)
{
	size_t most = source->fetched < source->singly ? 1 : FETCH_MESSAGES;
	int64_t bytes = 0;
	size_t count = 0;

	while (count < most && source->fetched + count < source->batch->len) {
		const ImapMessage *message = message_at(source, source->fetched + count);

		if (!is_to_fetch(message))
			break;
		bytes += message->size;
		if (count > 0 && bytes > FETCH_BYTES)
			break;
		count++;
	}
	return count;
}

/* Whether the message at .fetched, asked for alone, is given up. */
static bool
give_up(ImapSource *source, const GError *failure)
{
	if (g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_REFUSED))
		return true;
	if (!g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_LOST) ||
		++source->losses < LOSSES || source->hangups >= HANGUPS)
		return false;
	source->hangups++;
	source->reopened = 0;
	return true;
}

/* Of @count that were asked for, those before the first that did not come. */
static size_t
arrived(const ImapSource *source, size_t count)
{
	size_t came = 0;

	while (came < count && message_at(source, source->fetched + came)->raw)
		came++;
	return came;
}

/* The one message that was asked for is passed over, or asked for once more. */
static void
take_failure(ImapSource *source, const GError *failure)
{
	if (!give_up(source, failure))
		return;
	source->refusal = g_strdup(failure->message);
	source->losses = 0;
	source->fetched++;
}

/* One message that the server can't give, or ends over, is not to stand in the way of those
 * behind it: they are asked for one by one. */
static bool
fetch(ImapSource *source, GError **error)
{
	g_autoptr(GError) failure = NULL;
	size_t count = measure(source);
	bool done = count == 0 ||
		imap_bodies(source->imap, message_at(source, source->fetched), count, &failure);

	g_clear_pointer(&source->refusal, g_free);
	if (done && count > 0)
		source->reopened = source->hangups = source->losses = 0;
	if (count > 1) {
		source->singly = source->fetched + count;
		source->fetched += arrived(source, count);
	} else if (done) {
		source->fetched++;
	} else {
		take_failure(source, failure);
	}
	if (done || g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_REFUSED))
		return true;
	g_propagate_error(error, g_steal_pointer(&failure));
	return false;
}

static bool
advance(ImapSource *source, GError **error)
{
	if (!reach(source, error))
		return false;
	if (source->fetched < source->batch->len)
		return fetch(source, error);
	if (source->found_at < source->found->len)
		return size_up(source, error);
	if (source->from > source->last)
		source->ended = true;
	return source->ended || search(source, error);
}

static bool
is_at_end(const ImapSource *source)
{
	return source->ended && source->found_at == source->found->len &&
		source->at == source->batch->len;
}

/* ---- to give ---- */

static SourceNext
skip(const ImapSource *source, guint32 uid, ImportError code, const char *why, GError **error)
{
	g_set_error(error, IMPORT_ERROR, code, "%s: message %u: %s", source->name, uid, why);
	return SOURCE_SKIP;
}

static SourceNext
skip_held(ImapSource *source, guint32 uid, const char *why, GError **error)
{
	hold(source, uid);
	return skip(source, uid, IMPORT_ERROR_IO, why, error);
}

static SourceNext
give(ImapSource *source, ImapMessage *message, SourceItem *item, GError **error)
{
	guint32 uid = message->uid;

	if (message->size < 0)
		return skip(source, uid, IMPORT_ERROR_VANISHED, "removed while the folder was read",
			error);
	if (message->size > SOURCE_MAX_MESSAGE || message->too_large)
		return skip(source, uid, IMPORT_ERROR_DATA, "too large for a message", error);
	if (!message->raw)
		return skip_held(source, uid,
			source->refusal ? source->refusal : "the server gives nothing of it",
			error);
	if (g_bytes_get_size(message->raw) == 0)
		return skip(source, uid, IMPORT_ERROR_DATA, "it is empty", error);
	item->raw = g_steal_pointer(&message->raw);
	item->origin =
		g_strdup_printf("%s;UIDVALIDITY=%u/;UID=%u", source->name, source->validity, uid);
	item->token = source->given = uid;
	item->mark = mark_at(source, acts(source) ? source->settled : uid);
	return SOURCE_ITEM;
}

static SourceNext
imap_next(void *state, SourceItem *item, GError **error)
{
	ImapSource *source = state;

	while (source->at == source->fetched) {
		g_autoptr(GError) failure = NULL;

		if (is_at_end(source))
			return SOURCE_END;
		if (advance(source, &failure))
			continue;
		g_clear_pointer(&source->imap, imap_free);
		if (source->at < source->fetched || may_reopen(source, failure, error))
			continue;
		if (error && !*error)
			g_propagate_prefixed_error(
				error, g_steal_pointer(&failure), "%s: ", source->name);
		return SOURCE_FAILED;
	}
	return give(source, message_at(source, source->at++), item, error);
}

/* ---- what becomes of them ---- */

static bool
act(ImapSource *source, const guint32 *uids, size_t count, GError **error)
{
	if (!reach(source, error))
		return false;
	imap_heed(source->imap, 0);
	if ((!source->flag || imap_flag(source->imap, uids, count, error)) &&
		(!source->move || imap_move(source->imap, uids, count, error))) {
		imap_heed(source->imap, source->interrupt);
		return true;
	}
	if (!g_error_matches(*error, IMPORT_ERROR, IMPORT_ERROR_REFUSED))
		g_clear_pointer(&source->imap, imap_free);
	return false;
}

/* Once more when the server was restarted meanwhile; whoever ends the import waits for what is
 * committed to be flagged and moved, not for more. */
static bool
act_surely(ImapSource *source, const guint32 *uids, size_t count, GError **error)
{
	int interrupt = source->interrupt;
	g_autoptr(GError) failure = NULL;
	bool done;

	source->interrupt = 0;
	done = act(source, uids, count, &failure);
	while (!done && may_reopen(source, failure, NULL)) {
		g_clear_error(&failure);
		done = act(source, uids, count, &failure);
	}
	source->interrupt = interrupt;
	if (source->imap)
		imap_heed(source->imap, interrupt);
	if (done)
		source->reopened = 0;
	else
		g_propagate_error(error, g_steal_pointer(&failure));
	return done;
}

static GArray *
kept_of(const Settled *settled, size_t count)
{
	GArray *uids = g_array_new(false, false, sizeof(guint32));

	for (size_t i = 0; i < count; i++) {
		guint32 uid = (guint32)settled[i].token;

		if (settled[i].fate == FATE_KEPT)
			g_array_append_val(uids, uid);
	}
	return uids;
}

static bool
imap_settle(void *state, const Settled *settled, size_t count, GError **error)
{
	ImapSource *source = state;
	g_autoptr(GArray) uids = kept_of(settled, count);
	g_autoptr(GError) first = NULL;
	guint failed = 0;

	for (guint i = 0; acts(source) && i < uids->len; i += SETTLE_AT_ONCE) {
		const guint32 *some = &g_array_index(uids, guint32, i);
		guint length = MIN(uids->len - i, SETTLE_AT_ONCE);

		bool goes_on = !first || g_error_matches(first, IMPORT_ERROR, IMPORT_ERROR_REFUSED);

		if (goes_on && act_surely(source, some, length, first ? NULL : &first))
			continue;
		hold(source, *some);
		failed += length;
	}
	source->settled = (guint32)settled[count - 1].token;
	if (failed == 0)
		return true;
	g_propagate_prefixed_error(error, g_steal_pointer(&first),
		"%s: %u messages neither flagged nor moved: ", source->name, failed);
	return false;
}

static char *
imap_stand(void *state)
{
	const ImapSource *source = state;
	bool all = is_at_end(source) && source->settled >= source->given;

	return source->validity ? mark_at(source, all ? source->last : source->settled) : NULL;
}

/* ---- the kinds ---- */

static void
imap_heed_interrupt(void *state, int interrupt)
{
	ImapSource *source = state;

	source->interrupt = interrupt;
}

static int64_t
imap_total(void *state)
{
	return ((const ImapSource *)state)->total;
}

static bool
check_move(const ImapSource *source, GError **error)
{
	g_autofree char *quoted = source->move ? imap_quote_folder(source->move) : NULL;
	bool inbox = source->move && g_ascii_strcasecmp(source->move, "INBOX") == 0 &&
		g_ascii_strcasecmp(source->place.folder, "INBOX") == 0;

	if (!source->move)
		return true;
	if (quoted && !inbox && strcmp(source->move, source->place.folder) != 0)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
		quoted ? "--move: %s is where messages come from; name another folder of the server"
		       : "--move: no folder of a server is called %s",
		source->move);
	return false;
}

/* Nothing is connected to yet: source_heed() comes first. */
static void *
open_source(const SourceOpening *opening, bool tls, GError **error)
{
	const SourceOptions *options = opening->options;
	const ImapSettings *settings = &options->imap;
	g_autoptr(ImapSource) source = g_new0(ImapSource, 1);

	source->found = g_array_new(false, false, sizeof(guint32));
	source->batch = g_array_new(false, false, sizeof(ImapMessage));
	source->name = g_strconcat(tls ? "imaps:" : "imap:", opening->path, NULL);
	source->mark = g_strdup(opening->mark);
	source->width = NARROW;
	source->total = -1;
	source->flag = options->flag;
	source->move = g_strdup(options->move_to);
	source->patience = settings->patience > 0 ? settings->patience : PATIENCE;
	source->ca_file = g_strdup(settings->ca_file);
	source->command = g_strdup(settings->password_command);
	source->credentials =
		g_strdup(options->credentials ? options->credentials : settings->credentials);
	if (!imap_place_parse(opening->path, tls, &source->place, error) ||
		!check_move(source, error))
		return NULL;
	return g_steal_pointer(&source);
}

static bool
check_imaps(const char *place, GError **error)
{
	g_auto(ImapPlace) parsed = { 0 };

	return imap_place_parse(place, true, &parsed, error);
}

static bool
check_imap(const char *place, GError **error)
{
	g_auto(ImapPlace) parsed = { 0 };

	return imap_place_parse(place, false, &parsed, error);
}

static void *
open_imaps(const SourceOpening *opening, GError **error)
{
	return open_source(opening, true, error);
}

static void *
open_imap(const SourceOpening *opening, GError **error)
{
	return open_source(opening, false, error);
}

extern const SourceKind source_imaps, source_imap;
const SourceKind source_imaps = {
	.name = "imaps",
	.summary = "imaps://USER@HOST/FOLDER: a folder on an IMAP server, inside TLS",
	.takes = TAKES_MOVE | TAKES_FLAG | TAKES_CREDENTIALS,
	.check = check_imaps,
	.open = open_imaps,
	.next = imap_next,
	.settle = imap_settle,
	.heed = imap_heed_interrupt,
	.total = imap_total,
	.stand = imap_stand,
	.close = imap_source_close,
};
const SourceKind source_imap = {
	.name = "imap",
	.summary = "imap://USER@HOST/FOLDER: the same, with STARTTLS",
	.takes = TAKES_MOVE | TAKES_FLAG | TAKES_CREDENTIALS,
	.check = check_imap,
	.open = open_imap,
	.next = imap_next,
	.settle = imap_settle,
	.heed = imap_heed_interrupt,
	.total = imap_total,
	.stand = imap_stand,
	.close = imap_source_close,
};
