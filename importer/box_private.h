/* box_private.h - both ends of a box's socket; private to box*.c and their tests */
#ifndef IMPORTER_BOX_PRIVATE_H
#define IMPORTER_BOX_PRIVATE_H

#include "importer/box.h"
#include "importer/nursery.h"

enum {
	BOX_SOCKET = 3, /* the one descriptor in a box that leads anywhere */
	BOX_MAX_PACKED = 32 * 1024 * 1024,
};

/* On the socket: this, then @detail bytes, then @raw bytes. */
typedef struct BoxRequest {
	uint32_t job;
	uint32_t detail;
	uint64_t raw;
} BoxRequest;

typedef enum {
	ANSWER_READY,   /* the first one: the box is closed */
	ANSWER_REFUSED, /* or that: .bytes says why it could not be closed */
	ANSWER_RESULT,
	ANSWER_NO_PART,
	ANSWER_FAULT,     /* it can't be done: .bytes says why */
	ANSWER_TOO_LARGE, /* what came out is above BOX_MAX_PACKED */
} AnswerKind;

/* On the socket: this, then @packed bytes, then @bytes bytes. */
typedef struct BoxAnswer {
	uint64_t kind;
	uint64_t packed;
	uint64_t bytes;
} BoxAnswer;

typedef struct BoxTask {
	BoxJob job;
	const char *detail;
	const char *raw;
	size_t size;
	const Site *site;
} BoxTask;

typedef struct BoxProduct {
	AnswerKind kind;
	GBytes *packed; /* message_pack(), or NULL */
	GBytes *bytes;  /* the part, or NULL */
} BoxProduct;

/* What runs inside.  Tests put code of their own there. */
typedef void (*BoxWorker)(const BoxTask *task, BoxProduct *product);
void box_inspect(const BoxTask *task, BoxProduct *product);

/* The part of it that is BOX_LINKS and BOX_REWRITE. */
void box_rewrite_worker(const BoxTask *task, BoxProduct *product);

Box *box_start_worker(BoxWorker worker, const Site *site, const BoxLimits *limits, GError **error);

/* Waits for the reply to the oldest message pending, or the box's end. */
BoxState box_wait(Box *box, BoxReply *reply, GError **error);

/* The child's life.  @limits is complete. */
G_NORETURN void box_serve(int socket, BoxWorker worker, const Site *site, const BoxLimits *limits);

/* What is found in a mail that is read by @job because it broke a box, which @why says. */
void box_add_defects(Message *message, BoxJob job, const char *why);

/* @limits (or NULL) with the defaults in the place of what is 0. */
BoxLimits box_limits(const BoxLimits *limits);
/* IMPORT_ERROR_BOX with @what; false. */
bool box_fail_start(GError **error, const char *what);

/* How nice the session of a nursery and its boxes is, as a whole. */
#define NURSERY_NICENESS "5"

Nursery *nursery_start_worker(
	BoxWorker worker, const Site *site, const BoxLimits *limits, GError **error);
const BoxLimits *nursery_limits(const Nursery *nursery);
/* A box at the other end of @socket, which stays yours to close: its pid; -1 on error. */
pid_t nursery_bear(Nursery *nursery, int socket, GError **error);
/* Ends one that it bore: its wait status. */
int nursery_bury(Nursery *nursery, pid_t pid);

/* Take from the calling process, a child, what it has of its parent: signals, descriptors but
 * BOX_SOCKET, shared memory, its session.  It is called @name and dies with its parent. */
bool box_part(const char *name, GError **error);
/* Close off the calling process for ever; of its descriptors BOX_SOCKET stays. */
bool box_lock(const BoxLimits *limits, GError **error);
/* The last step of it: only the system calls that parsing needs. */
bool box_filter_syscalls(GError **error);

#endif
