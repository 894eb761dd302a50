/* s3_answer.h - what a server's answer means
 *
 * Source of the codes: Amazon S3 API Reference, "Error responses".
 */
#ifndef IMPORTER_S3_ANSWER_H
#define IMPORTER_S3_ANSWER_H

#include <glib.h>
#include <stdbool.h>

typedef struct S3Answer {
	long status; /* of HTTP */
	GBytes *body;
	const char *region; /* where the server says the bucket is; NULL: it says nothing */
	bool about_object;  /* and not about the bucket */
	bool may_fail_late; /* the body says an error behind a 200, as that of a copy does */
} S3Answer;

typedef enum {
	S3_GOOD,
	S3_AGAIN,      /* it may be better in a moment: LOST */
	S3_STALE_KEYS, /* we were who we say: newer keys may do */
	S3_BAD,
} S3Verdict;

/* *error says why it is not good: REFUSED and VANISHED are about the one object; NO_INPUT, IO
 * and the rest about all. */
S3Verdict s3_answer_judge(const S3Answer *answer, GError **error);

#endif
