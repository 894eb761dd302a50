/* link_words.h - links in words, for console and command line alike */
#ifndef MAIL_LINK_WORDS_H
#define MAIL_LINK_WORDS_H

#include "mail/link.h"

enum {
	LINK_SAID_BESIDE = LINK_IMAGE | LINK_OPAQUE | LINK_DEEP, /* flags that the steps say, or
	                                                          * the group the link is in */
};

/* "12 links to 4 domains, 5 images; 3 wrapped and undone; 2 that can't be undone
 * offline".  Yours. */
char *links_summary(const GPtrArray *links);

/* The host of @link's end as it reads, where that is not what its ASCII form
 * (xn--) says; or NULL.  Yours. */
char *link_reading(const Link *link);

/* The URL of step @step: 0 is as written, then each of the chain, then the end;
 * NULL beyond.  A link that is not wrapped has one step. */
const char *link_step(const Link *link, guint step);

/* The service of that step with what can be said of it: "Amazon SES tracking",
 * "a link shortener, can't be undone offline"; NULL if there is none.  Yours. */
char *link_step_service(const Link *link, guint step);

/* What that step is: "written", "through", "ends at"; of a link that is not wrapped "goes to". */
const char *link_step_name(const Link *link, guint step);

#endif
