/* detect.h - one detector looks at one message and may report findings
 *
 * To add one: write mail/detect_NAME.c, add its row in mail/detect.c, and put
 * hit-*.eml and miss-*.eml into tests/mail/detect/ID/.
 */
#ifndef MAIL_DETECT_H
#define MAIL_DETECT_H

#include "mail/message.h"

typedef struct Detector {
	const char *id;      /* stable; stored with each finding */
	const char *summary; /* one line for the manual and the help view */
	int weight;          /* what one finding adds to the score */
	void (*run)(const struct Detector *self, Message *message);
} Detector;

const Detector *const *detectors(void);

/* Report @self's finding on @message.  @evidence is quoted (cut to fit),
 * @format makes the sentence. */
void detector_found(const Detector *self, Message *message, const char *evidence, const char *where,
	const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Runs all detectors, then sorts the findings and sums the score. */
void message_judge(Message *message);

#endif
