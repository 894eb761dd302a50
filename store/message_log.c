#include <string.h>

#include "store/logged.h"
#include "store/message_sql.h"

enum {
	LOG_PARTS = 8
};

void
message_log_free(MessageLog *log)
{
	if (!log)
		return;
	g_free(log->server);
	g_free(log->queue_id);
	g_free(log->client_name);
	g_free(log->client_ip);
	g_free(log->helo);
	g_free(log->login);
	g_free(log);
}

static char *
part_or_null(const char *part)
{
	return *part ? g_strdup(part) : NULL;
}

MessageLog *
message_log_read(sqlite3_stmt *stmt, int column)
{
	const char *text = sqlite3_column_blob(stmt, column);
	size_t length = (size_t)sqlite3_column_bytes(stmt, column);
	const char *parts[LOG_PARTS] = { "", "", "", "", "", "", "0", "0" };
	g_autofree char *copy = NULL;
	MessageLog *log;
	const char *at;
	int64_t restored;

	if (!text)
		return NULL;
	copy = g_strndup("", length);
	memcpy(copy, text, length);
	at = copy;
	for (int i = 0; i < LOG_PARTS && at <= copy + length; i++, at += strlen(at) + 1)
		parts[i] = at;
	restored = g_ascii_strtoll(parts[6], NULL, 10);
	log = g_new0(MessageLog, 1);
	log->server = g_strdup(parts[0]);
	log->queue_id = g_strdup(parts[1]);
	log->client_name = part_or_null(parts[2]);
	log->client_ip = part_or_null(parts[3]);
	log->helo = part_or_null(parts[4]);
	log->login = part_or_null(parts[5]);
	log->sender = restored & RESTORED_SENDER;
	log->recipients = restored & RESTORED_RECIPIENTS;
	log->by_time = g_ascii_strtoll(parts[7], NULL, 10) == MATCH_TIME;
	return log;
}
