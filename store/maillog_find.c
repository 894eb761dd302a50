#include "store/maillog_find.h"

#include <string.h>

#include "mail/queue_id.h"
#include "mail/received.h"
#include "store/message_sql.h"

enum {
	/* How far the time in the message may be from the log's: where queue ids are used again,
	 * and where nothing but the Message-ID is known. */
	SHORT_ID_WINDOW = 60 * 60,
	TIME_WINDOW = 5 * 60,
	MAX_MARKS = 20,
	MAX_CANDIDATES = 1000, /* mails with one Message-ID */
};

static const char hold_source[] = "postfix-hold:";

/* ---- what the message says ---- */

static void
mark_free(SoughtMark *mark)
{
	g_free(mark->queue_id);
	g_free(mark->only);
	g_free(mark->ip);
	g_free(mark);
}

void
sought_free(Sought *sought)
{
	if (!sought)
		return;
	g_free(sought->sender);
	g_free(sought->message_id);
	g_ptr_array_unref(sought->marks);
	message_free(sought->message);
	g_free(sought);
}

void
found_clear(Found *found)
{
	g_clear_pointer(&found->logged, logged_free);
	g_clear_pointer(&found->only, g_free);
	g_clear_pointer(&found->why, g_free);
}

/* NULL where @queue_id is none. */
static SoughtMark *
add_mark(Sought *sought, const char *queue_id, int64_t date)
{
	SoughtMark *mark;

	if (!queue_id || !queue_id_is(queue_id) || sought->marks->len >= MAX_MARKS)
		return NULL;
	mark = g_new0(SoughtMark, 1);
	mark->queue_id = g_strdup(queue_id);
	mark->date = date;
	g_ptr_array_add(sought->marks, mark);
	return mark;
}

static void
add_file(Sought *sought, const char *queue_id)
{
	SoughtMark *mark = add_mark(sought, queue_id, sought->received);

	if (mark)
		mark->own = true;
}

static void
read_mark(Sought *sought, const Hop *hop)
{
	const HeaderField *field;
	g_autoptr(Received) received = NULL;
	SoughtMark *mark;

	if (hop->field < 0 || (guint)hop->field >= sought->message->headers->len)
		return;
	field = g_ptr_array_index(sought->message->headers, hop->field);
	received = received_parse(field->value);
	mark = add_mark(sought, received->id, received->date);
	if (!mark)
		return;
	mark->only = g_steal_pointer(&received->for_whom);
	mark->ip = g_steal_pointer(&received->ip);
}

/* The server that took it from outside comes first: what it logs is what the sender said. */
static void
read_marks(Sought *sought, const char *source)
{
	const GPtrArray *hops = sought->message->hops;

	if (g_str_has_prefix(source, hold_source) && strrchr(source, '#'))
		add_file(sought, strrchr(source, '#') + 1);
	for (guint i = hops->len; i > 0; i--) {
		const Hop *hop = g_ptr_array_index(hops, i - 1);

		if (hop->flags & (HOP_BOUNDARY | HOP_INSIDE))
			read_mark(sought, hop);
	}
}

static bool
load_row(Store *store, Sought *sought, char **source, GError **error)
{
	static const char sql[] =
		"SELECT m.raw, m.sender, EXISTS (SELECT 1 FROM recipient r WHERE r.message = m.id),"
		" EXISTS (SELECT 1 FROM restored r WHERE r.message = m.id AND r.removed),"
		" ifnull((SELECT logged FROM message_log l WHERE l.message = m.id), 0),"
		" m.message_id, m.source, iif(m.received = m.imported, 0, m.received) FROM message m WHERE m.id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	g_autofree char *message_id = NULL;

	if (!select)
		return false;
	db_bind_int(select, ":id", sought->id);
	if (!db_row(store, select, error))
		return false;
	sought->raw = db_int(select, 0);
	sought->sender = db_text(select, 1);
	sought->addressed = db_int(select, 2) != 0;
	sought->taken_back = db_int(select, 3) != 0;
	sought->joined = db_int(select, 4);
	message_id = db_text(select, 5);
	sought->message_id = text_as_logged(message_id ? message_id : "");
	*source = db_text(select, 6);
	sought->received = db_int(select, 7);
	return true;
}

bool
sought_lacks_nothing(const Sought *sought)
{
	return sought->joined && sought->sender && sought->addressed;
}

Sought *
sought_load(Store *store, int64_t message, GError **error)
{
	g_autoptr(Sought) sought = g_new0(Sought, 1);
	g_autofree char *source = NULL;
	bool whole = false;

	sought->id = message;
	sought->marks = g_ptr_array_new_with_free_func((GDestroyNotify)mark_free);
	if (!load_row(store, sought, &source, error))
		return NULL;
	if (sought_lacks_nothing(sought))
		return g_steal_pointer(&sought);
	sought->message = message_load_parts(store, message, &whole, error);
	if (!sought->message)
		return NULL;
	if (!whole) {
		g_clear_pointer(&sought->message, message_free);
		return g_steal_pointer(&sought);
	}
	sought->destroyed = message_has_defect(sought->message, DEFECT_BYTES_LOST);
	read_marks(sought, source);
	return g_steal_pointer(&sought);
}

/* ---- which mail it is ---- */

static GPtrArray *
candidates(Store *store, const Sought *sought, GError **error)
{
	static const char sql[] = "SELECT " LOGGED_COLUMNS " FROM logged l"
				  " WHERE l.key = :key AND l.message_id = :message_id ORDER BY l.id"
				  " LIMIT :limit";
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)logged_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":key", logged_key(sought->message_id));
	db_bind_text(select, ":message_id", sought->message_id);
	db_bind_int(select, ":limit", MAX_CANDIDATES);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(rows, logged_read(select));
	return step == STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

static bool
is_near(const Logged *logged, int64_t date, int64_t window)
{
	return date != 0 && ABS(logged->at - date) <= window;
}

/* A field that a client wrote passes for a server's where all clients have one address, as behind
 * a balancer.  It may name the queue id that another mail of the client's got, and not so easily
 * that address. */
static bool
is_of_client(const Logged *logged, const SoughtMark *mark)
{
	return mark->own || !logged->ip ||
		(mark->ip && g_ascii_strcasecmp(mark->ip, logged->ip) == 0);
}

/* A long queue id is never used again, whatever the clocks say. */
static bool
fits(const Logged *logged, const SoughtMark *mark)
{
	return strcmp(logged->queue_id, mark->queue_id) == 0 && is_of_client(logged, mark) &&
		(queue_id_is_long(mark->queue_id) || is_near(logged, mark->date, SHORT_ID_WINDOW));
}

static void
take(Found *found, GPtrArray *rows, guint index, LogMatch match)
{
	found->logged = g_ptr_array_steal_index(rows, index);
	found->match = match;
}

static bool
find_by_mark(GPtrArray *rows, const SoughtMark *mark, Found *found)
{
	guint place = 0;
	int fitting = 0;

	for (guint i = 0; i < rows->len; i++) {
		if (!fits(g_ptr_array_index(rows, i), mark))
			continue;
		place = i;
		fitting++;
	}
	if (fitting == 0)
		return false;
	if (fitting > 1) {
		found->why = g_strdup_printf("the log has queue id %s with its Message-ID %d times",
			mark->queue_id, fitting);
		return true;
	}
	found->only = g_strdup(mark->only);
	take(found, rows, place, MATCH_QUEUE_ID);
	return true;
}

static void
find_by_marks(GPtrArray *rows, const Sought *sought, Found *found)
{
	const SoughtMark *first = g_ptr_array_index(sought->marks, 0);

	for (guint i = 0; i < sought->marks->len; i++) {
		if (find_by_mark(rows, g_ptr_array_index(sought->marks, i), found))
			return;
	}
	found->why = g_strdup_printf(
		"the log has its Message-ID, but not with its queue id %s at that time",
		first->queue_id);
}

/* With nothing but the Message-ID, which its sender chose, there must be no other. */
static void
find_by_time(GPtrArray *rows, const Sought *sought, int64_t until, Found *found)
{
	guint place = 0;
	int near = 0;

	for (guint i = 0; i < rows->len; i++) {
		if (!is_near(g_ptr_array_index(rows, i), sought->received, TIME_WINDOW))
			continue;
		place = i;
		near++;
	}
	if (strchr(sought->message_id, '?'))
		found->why = g_strdup("it bears no queue id, and a Message-ID that is not unique");
	else if (sought->received == 0)
		found->why = g_strdup("it bears no queue id, and does not say when it came");
	else if (near == 0)
		found->why = g_strdup("it bears no queue id, and the log has its Message-ID at "
				      "another time");
	else if (near > 1)
		found->why = g_strdup_printf("it bears no queue id, and the log has %d mails with "
					     "its Message-ID at that time",
			near);
	else if (until < sought->received + TIME_WINDOW)
		found->later = true;
	else
		take(found, rows, place, MATCH_TIME);
}

/* What else is known must agree. */
static void
check_found(const Sought *sought, Found *found)
{
	const Logged *logged = found->logged;

	if (sought->joined && sought->joined != logged->id)
		found->why = g_strdup_printf("it was found to be another mail of the log before, "
					     "and seems to be queue id %s now",
			logged->queue_id);
	else if (sought->sender && logged->sender &&
		g_ascii_strcasecmp(sought->sender, logged->sender) != 0)
		found->why = g_strdup_printf(
			"the log names another envelope sender of queue id %s: <%s>",
			logged->queue_id, logged->sender);
	if (found->why)
		g_clear_pointer(&found->logged, logged_free);
}

bool
maillog_find(Store *store, const Sought *sought, int64_t until, Found *found, GError **error)
{
	g_autoptr(GPtrArray) rows = candidates(store, sought, error);

	if (!rows)
		return false;
	if (rows->len == 0)
		return true;
	if (!sought->message)
		found->why = g_strdup("it was read by another version of lazaret: rescore it");
	else if (rows->len == MAX_CANDIDATES)
		found->why = g_strdup("the log has its Message-ID a thousand times and more");
	else if (sought->marks->len > 0)
		find_by_marks(rows, sought, found);
	else
		find_by_time(rows, sought, until, found);
	if (found->logged)
		check_found(sought, found);
	return true;
}
