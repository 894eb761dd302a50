/* finding.h - what a detector found, with the evidence */
#ifndef MAIL_FINDING_H
#define MAIL_FINDING_H

#include <glib.h>

typedef struct Finding {
	char *id;       /* the detector's, or the defect's: stable, in the database */
	int weight;     /* what it adds to the score; may be negative or 0 */
	char *text;     /* one sentence, lower case, no full stop */
	char *evidence; /* quoted from the mail, at most FINDING_MAX_EVIDENCE bytes */
	char *where;    /* "header From", "link 3", "part 1.2", "" */
} Finding;

enum {
	FINDING_MAX_EVIDENCE = 400
};

void finding_free(Finding *finding);

/* The sum of the weights of @findings: the score is what of it lies from 0 to 100. */
int findings_sum(const GPtrArray *findings);
/* Heaviest first; equals keep their order. */
void findings_sort(GPtrArray *findings);
/* How a score came from the @sum of points: "the sum of all points", or what kept it
 * from being that.  Yours. */
char *findings_sum_words(int sum);

/* The first @most bytes of @text at the most, whole characters, for evidence. Yours. */
char *finding_quote(const char *text, size_t most);

/* Its evidence to be shown: defanged where it holds a link, for a file name or an address
 * reads better as it is.  Yours; not yet Visible. */
char *finding_evidence(const Finding *finding);

#endif
