#include "store/message.h"

#include <string.h>

#include "mail/digest.h"
#include "store/message_sql.h"

static const char *const state_names[] = {
	[STATE_HELD] = "held",
	[STATE_RELEASED] = "released",
	[STATE_BLOCKED] = "blocked",
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_names) == STATES);

static const char *const sort_names[] = {
	[SORT_SCORE] = "score",
	[SORT_RECEIVED] = "received",
	[SORT_ID] = "id",
};
G_STATIC_ASSERT(G_N_ELEMENTS(sort_names) == SORTS);

static int
index_of(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	return -1;
}

const char *
state_name(MessageState state)
{
	g_assert(state < STATES);
	return state_names[state];
}

bool
state_from_name(const char *name, MessageState *state)
{
	int index = index_of(state_names, STATES, name);

	if (index >= 0)
		*state = (MessageState)index;
	return index >= 0;
}

const char *
sort_name(ListSort sort)
{
	g_assert(sort < SORTS);
	return sort_names[sort];
}

bool
sort_from_name(const char *name, ListSort *sort)
{
	int index = index_of(sort_names, SORTS, name);

	if (index >= 0)
		*sort = (ListSort)index;
	return index >= 0;
}

int64_t
message_order(int score, int64_t received, int64_t id)
{
	const int64_t latest = (INT64_C(1) << (ORDER_SCORE_SHIFT - ORDER_ARRIVED_SHIFT)) - 1;
	const int64_t id_bits = (INT64_C(1) << ORDER_ARRIVED_SHIFT) - 1;

	return (int64_t)CLAMP(score, 0, 100) << ORDER_SCORE_SHIFT |
		CLAMP(received, 0, latest) << ORDER_ARRIVED_SHIFT | (id & id_bits);
}

void
message_row_free(MessageRow *row)
{
	if (!row)
		return;
	g_free(row->subject);
	g_free(row->from);
	g_free(row->from_name);
	g_free(row->domain);
	g_free(row->sender);
	g_strfreev(row->recipients);
	g_free(row->to);
	g_free(row->region);
	g_free(row->account);
	g_free(row->identity_domain);
	g_free(row->ip);
	g_free(row->config_set);
	g_free(row->message_id);
	g_free(row->sha256);
	g_free(row->source);
	g_free(row->link_domain);
	g_free(row->finding);
	g_free(row->claimed_by);
	g_free(row->purged);
	message_log_free(row->log);
	g_free(row);
}

/* In the order of MESSAGE_ROW_COLUMNS. */
enum {
	COLUMN_POSITION,
	COLUMN_ID,
	COLUMN_VERSION,
	COLUMN_STATE,
	COLUMN_SCORE,
	COLUMN_RECEIVED,
	COLUMN_DATE,
	COLUMN_SUBJECT,
	COLUMN_FROM,
	COLUMN_FROM_NAME,
	COLUMN_DOMAIN,
	COLUMN_SENDER,
	COLUMN_RECIPIENTS,
	COLUMN_TO,
	COLUMN_REGION,
	COLUMN_ACCOUNT,
	COLUMN_IDENTITY_DOMAIN,
	COLUMN_IP,
	COLUMN_CONFIG_SET,
	COLUMN_MESSAGE_ID,
	COLUMN_ACCOUNT_SIGNED,
	COLUMN_AUTHENTICATED,
	COLUMN_SEEN,
	COLUMN_SES,
	COLUMN_SHA256,
	COLUMN_SIZE,
	COLUMN_CAMPAIGN,
	COLUMN_SOURCE,
	COLUMN_LINKS,
	COLUMN_ATTACHMENTS,
	COLUMN_LINK_DOMAIN,
	COLUMN_FINDING,
	COLUMN_CLAIMED_BY,
	COLUMN_CLAIMED_UNTIL,
	COLUMN_PURGED,
	COLUMN_LOG,
};

static char **
read_recipients(sqlite3_stmt *stmt)
{
	const char *text = (const char *)sqlite3_column_text(stmt, COLUMN_RECIPIENTS);
	const char *end = text + sqlite3_column_bytes(stmt, COLUMN_RECIPIENTS);
	GPtrArray *recipients = g_ptr_array_new();

	for (const char *at = text; at && at <= end; at += strlen(at) + 1)
		g_ptr_array_add(recipients, g_strdup(at));
	g_ptr_array_add(recipients, NULL);
	return (char **)g_ptr_array_free(recipients, false);
}

static char *
read_digest(sqlite3_stmt *stmt)
{
	const uint8_t *digest = sqlite3_column_blob(stmt, COLUMN_SHA256);
	char hex[DIGEST_HEX] = "";

	if (sqlite3_column_bytes(stmt, COLUMN_SHA256) == DIGEST_SIZE)
		digest_hex(digest, hex);
	return g_strdup(hex);
}

/* A store from elsewhere may hold other values than we wrote. */
static int
read_enum(sqlite3_stmt *stmt, int column, int count)
{
	int64_t value = db_int(stmt, column);

	return value >= 0 && value < count ? (int)value : 0;
}

/* What the schema says is never NULL. */
static char *
read_text(sqlite3_stmt *stmt, int column)
{
	char *text = db_text(stmt, column);

	return text ? text : g_strdup("");
}

char *
purge_mark_words(int64_t at, const char *actor, int64_t operation)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
	g_autofree char *day = time ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("once");

	return g_strdup_printf("purged %s by %s (operation %" G_GINT64_FORMAT ")", day,
		actor ? actor : "", operation);
}

static char *
read_purged(sqlite3_stmt *stmt)
{
	const char *text = (const char *)sqlite3_column_text(stmt, COLUMN_PURGED);
	g_auto(GStrv) parts = text ? g_strsplit(text, " ", 3) : NULL;

	if (!parts || g_strv_length(parts) < 3)
		return NULL;
	return purge_mark_words(
		g_ascii_strtoll(parts[0], NULL, 10), parts[2], g_ascii_strtoll(parts[1], NULL, 10));
}

const char *
message_row_title(const MessageRow *row)
{
	if (row->purged)
		return row->purged;
	return *row->subject ? row->subject : "(no subject)";
}

MessageRow *
message_row_read(sqlite3_stmt *stmt)
{
	MessageRow row = {
		.id = db_int(stmt, COLUMN_ID),
		.position = db_int(stmt, COLUMN_POSITION),
		.version = db_int(stmt, COLUMN_VERSION),
		.state = (MessageState)read_enum(stmt, COLUMN_STATE, STATES),
		.score = (int)db_int(stmt, COLUMN_SCORE),
		.received = db_int(stmt, COLUMN_RECEIVED),
		.date = db_int(stmt, COLUMN_DATE),
		.subject = read_text(stmt, COLUMN_SUBJECT),
		.from = read_text(stmt, COLUMN_FROM),
		.from_name = read_text(stmt, COLUMN_FROM_NAME),
		.domain = read_text(stmt, COLUMN_DOMAIN),
		.sender = db_text(stmt, COLUMN_SENDER),
		.recipients = read_recipients(stmt),
		.to = read_text(stmt, COLUMN_TO),
		.region = db_text(stmt, COLUMN_REGION),
		.account = db_text(stmt, COLUMN_ACCOUNT),
		.identity_domain = db_text(stmt, COLUMN_IDENTITY_DOMAIN),
		.ip = db_text(stmt, COLUMN_IP),
		.config_set = db_text(stmt, COLUMN_CONFIG_SET),
		.message_id = db_text(stmt, COLUMN_MESSAGE_ID),
		.account_signed = db_int(stmt, COLUMN_ACCOUNT_SIGNED),
		.authenticated = db_int(stmt, COLUMN_AUTHENTICATED),
		.seen = db_int(stmt, COLUMN_SEEN),
		.ses = (SesClass)read_enum(stmt, COLUMN_SES, SES_CLASSES),
		.sha256 = read_digest(stmt),
		.size = db_int(stmt, COLUMN_SIZE),
		.campaign = db_int(stmt, COLUMN_CAMPAIGN),
		.source = read_text(stmt, COLUMN_SOURCE),
		.links = (int)db_int(stmt, COLUMN_LINKS),
		.attachments = (int)db_int(stmt, COLUMN_ATTACHMENTS),
		.link_domain = db_text(stmt, COLUMN_LINK_DOMAIN),
		.finding = db_text(stmt, COLUMN_FINDING),
		.claimed_by = db_text(stmt, COLUMN_CLAIMED_BY),
		.claimed_until = db_int(stmt, COLUMN_CLAIMED_UNTIL),
		.purged = read_purged(stmt),
		.log = message_log_read(stmt, COLUMN_LOG),
	};

	return g_memdup2(&row, sizeof(row));
}
