/* report_rows.h - what a report is made of, and its rows; private to store/ */
#ifndef STORE_REPORT_ROWS_H
#define STORE_REPORT_ROWS_H

#include "store/db.h"
#include "store/report.h"

/* A message as a report tells of it: no text names whom it was for, unless that was asked. */
typedef struct ReportedMail {
	int64_t received;
	char *ses_id; /* and so down to mail_from: NULL where it is not known */
	char *ip;
	char *region;
	char *mail_from;
	char *to; /* envelope recipients, where they are named; else NULL */
	char *from;
	char *subject;
	char *link_domain;
	char *sha256; /* of the original, hex */
	int64_t size;
	GBytes *copy; /* what it says; NULL: it is listed alone */
} ReportedMail;
void reported_mail_free(ReportedMail *mail);

/* A report before it takes a form. */
typedef struct ReportFacts {
	const ReportRequest *request;
	ReportDraft *draft;
	GPtrArray *mails; /* of ReportedMail */
} ReportFacts;

/* Fill draft->body and draft->shown. */
void report_write_arf(const ReportFacts *facts);
void report_write_xarf(const ReportFacts *facts);

/* Sentences for a person at the other end: what is reported, and a line a message. */
char *report_summary(const ReportFacts *facts);
char *report_listing(const ReportFacts *facts);

/* Lines of at most RFC 5322's length: a field is folded, what is no field is broken. */
GBytes *report_lines(const char *mail);

/* Has it what leaves still?  PURGED. */
bool report_is_whole(Store *store, int64_t id, GError **error);

#endif
