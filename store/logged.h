/* logged.h - a mail as a log tells of it; private to store/ */
#ifndef STORE_LOGGED_H
#define STORE_LOGGED_H

#include "store/db.h"
#include "store/maillog.h"

typedef enum {
	LOGGED_SEVERAL_IDS = 1 << 0, /* it has more than one Message-ID */
	LOGGED_CONTRADICTS = 1 << 1, /* two lines say different things of it */
	LOGGED_REDIRECTED = 1 << 2,  /* its recipients are not those it came for */
	LOGGED_REMOVED = 1 << 3,     /* the queue is done with it */
	LOGGED_HEADLESS = 1 << 4,    /* how it came is not there, nor what was done to it then */
} LoggedFlag;

/* How it was found to be a message's. */
typedef enum {
	MATCH_QUEUE_ID,
	MATCH_TIME,
} LogMatch;

/* What message_log.restored says is known from there alone. */
typedef enum {
	RESTORED_SENDER = 1 << 0,
	RESTORED_RECIPIENTS = 1 << 1,
} Restored;

typedef struct Logged {
	int64_t id;
	char *server;
	char *queue_id;
	int64_t at;
	int64_t ended; /* 0: more may come */
	char *message_id;
	unsigned flags;
	char *sender;  /* NULL: not told */
	int64_t total; /* -1: not told */
	char *held_for;
	char *ip;
} Logged;
void logged_free(Logged *logged);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Logged, logged_free)

/* The columns of logged_read(), of `logged AS l`. */
#define LOGGED_COLUMNS                                                                  \
	"l.id, l.server, l.queue_id, l.at, ifnull(l.ended, 0), l.message_id, l.flags, " \
	"l.sender, ifnull(l.total, -1), l.held_for, l.client_ip"
Logged *logged_read(sqlite3_stmt *stmt);

/* What a Message-ID is found by, text_as_logged(); never 0. */
int64_t logged_key(const char *message_id);

/* Clears it for all that messages are to be asked about again with @key. */
bool logged_touch(Store *store, int64_t key, GError **error);

/* All recipients of @logged as they stood in RCPT TO, of char *, in order.  *why is NULL, or
 * says why the log does not have them all; *later: it may have them yet.  @only is the one
 * recipient that the message itself names; or NULL. */
GPtrArray *logged_recipients(Store *store, const Logged *logged, const char *only, const char **why,
	bool *later, GError **error);

#endif
