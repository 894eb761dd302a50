/* listening.h - what all listeners have in common: a place, one descriptor that all they wait
 * for is seen by, and an end that they are told of */
#ifndef IMPORTER_LISTENING_H
#define IMPORTER_LISTENING_H

#include <stdint.h>
#include <sys/epoll.h>

#include "importer/budget.h"
#include "importer/listen_socket.h"
#include "importer/source.h"

enum {
	LISTENING_CLIENTS = 100, /* at once */
};

typedef struct Listening {
	char *place;
	ListenSocket socket;
	int epoll; /* to poll for reading */
	int interrupt;
	int64_t patience; /* microseconds of silence */
	Budget budget;
	int64_t swept;   /* when slow clients were last looked for */
	bool told_place; /* who started it waits for that word */
	bool told_to_end;
} Listening;

/* Of @opening's place, group and patience; @patience, in seconds, where that names none. */
bool listening_open(
	Listening *listening, const SourceOpening *opening, int patience, GError **error);
void listening_clear(Listening *listening);

/* As epoll_ctl(); what can't be watched is silent, and sent away in the end. */
void listening_watch(
	const Listening *listening, int operation, int descriptor, uint32_t events, void *data);
/* What happened, without waiting; an end is noted here.  At most @count events. */
int listening_look(Listening *listening, struct epoll_event *events, int count);
void listening_heed(Listening *listening, int interrupt); /* as SourceKind.heed */

/* Once, that it listens, and then whether it was told to end: SOURCE_ADVICE, SOURCE_FAILED,
 * both with *error; else SOURCE_WAIT. */
SourceNext listening_state(Listening *listening, GError **error);

/* Once a second. */
bool listening_is_to_sweep(Listening *listening, int64_t now);

#endif
