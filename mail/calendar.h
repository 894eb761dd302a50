/* calendar.h - the links of an iCalendar file (RFC 5545); private to mail/ */
#ifndef MAIL_CALENDAR_H
#define MAIL_CALENDAR_H

#include "mail/link_set.h"

/* Adds the links in each property of @text, folded lines joined and escapes undone;
 * the property is named in the links' place: "part 2, LOCATION". */
void calendar_read(LinkSet *links, const char *text, const char *where);

#endif
