/* maillog_find.h - which of the mails in a log a message is; private to store/ */
#ifndef STORE_MAILLOG_FIND_H
#define STORE_MAILLOG_FIND_H

#include "store/logged.h"

/* A message, as far as it says how it came. */
typedef struct Sought {
	int64_t id;
	int64_t raw;
	char *sender;     /* NULL: unknown */
	bool addressed;   /* its recipients are known */
	bool destroyed;   /* it is not the mail that was sent: DEFECT_BYTES_LOST */
	bool taken_back;  /* somebody did not want what a log had given it */
	int64_t joined;   /* the logged mail that it is; 0: not known yet */
	char *message_id; /* text_as_logged() */
	int64_t received; /* as the message says; 0: it does not */
	GPtrArray *marks; /* of SoughtMark, the outermost server's first */
	Message *message; /* NULL: it lacks nothing, or can't be read any more */
} Sought;

/* What one of the receiver's own servers wrote into the message. */
typedef struct SoughtMark {
	char *queue_id;
	char *only;   /* its one recipient; NULL: there may be several */
	char *ip;     /* its client's; NULL: it does not say */
	bool own;     /* nobody else wrote it: it is the file's name */
	int64_t date; /* 0: none */
} SoughtMark;

void sought_free(Sought *sought);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sought, sought_free)

Sought *sought_load(Store *store, int64_t message, GError **error);

/* No log can tell anything more of it. */
bool sought_lacks_nothing(const Sought *sought);

typedef struct Found {
	Logged *logged; /* NULL: none of them */
	LogMatch match;
	char *only; /* as SoughtMark.only */
	char *why;  /* none, or why it is not; NULL: nothing is to be said */
	bool later; /* ask again when there is more of the log */
} Found;
void found_clear(Found *found);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

/* @until as in LogJoin. */
bool maillog_find(Store *store, const Sought *sought, int64_t until, Found *found, GError **error);

#endif
