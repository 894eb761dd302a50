/* detect.h - one detector looks at one message and may report findings
 *
 * To add one: write mail/detect_NAME.c, add its row in mail/detect.c, and put
 * hit-*.eml and miss-*.eml into tests/mail/detect/ID/.
 *
 * Weights add up.  A detector's own is set by hand: no single sign makes a message
 * look dangerous (over 70), borrowing a brand's name with links that leave the sender's
 * domain does, and 0 only tells.  What counts is share/weights, which `make weights`
 * fits to labelled mail and draws towards these.
 */
#ifndef MAIL_DETECT_H
#define MAIL_DETECT_H

#include "mail/message.h"

enum {
	DETECTOR_MAX_FINDINGS = 5 /* of one id on one message; more would say nothing new */
};

typedef struct Detector {
	const char *id;      /* stable; stored with each finding */
	const char *summary; /* one line for the manual and the help view */
	int weight;          /* what the findings of this id, however many, add to the score
	                      * where weights.h has no other */
	void (*run)(const struct Detector *self, Message *message);
} Detector;

/* All of them, ends with NULL; findings of one weight stand in this order. */
const Detector *const *detectors(void);

/* The id, weight and sentence of each defect's finding; run is NULL. */
const Detector *defect_detector(DefectKind kind);

/* Report @self's finding on @message.  @evidence is quoted (cut to fit),
 * @format makes the sentence.  The first finding of an id weighs, the others
 * weigh 0, those over the cap are dropped. */
void detector_found(const Detector *self, Message *message, const char *evidence, const char *where,
	const char *format, ...) G_GNUC_PRINTF(5, 6);

/* @self has reported something on @message. */
bool detector_has_found(const Detector *self, const Message *message);

/* Report each link that has one of @flags: "WHAT: HOST", links in a row to one
 * host once.  Images, which a reader doesn't follow, count only where LINK_IMAGE is
 * among them. */
void detector_found_links(const Detector *self, Message *message, uint32_t flags, const char *what);

/* Report each attachment that has @flag, with what shows it. */
void detector_found_attachments(
	const Detector *self, Message *message, AttachmentFlag flag, const char *what);

/* The final host of @link, or its URL where it has none.  Yours. */
char *detector_target(const Link *link);

/* Runs all detectors, then sorts the findings and sums the score.  @site (or NULL)
 * is what they know beyond the mail: message->site while they run. */
void message_judge(Message *message, const Site *site);

#endif
