/* notice_words.h - what a notice says in each language beside its template; private to release/ */
#ifndef RELEASE_NOTICE_WORDS_H
#define RELEASE_NOTICE_WORDS_H

#include <glib.h>

#include "release/notice.h"

/* "1 message", "12 messages", "12通".  Yours. */
char *notice_messages(NoticeLanguage language, int64_t count);
/* "1 person", "12 people", "12名".  Yours. */
char *notice_people(NoticeLanguage language, int64_t count);
/* "12 messages to 7 people", "12 messages to at least 7 people", "12 messages" where none is
 * known; "7名宛てに計12通".  Yours. */
char *notice_volume(NoticeLanguage language, int64_t messages, int64_t people, bool more);
/* "seen in 3 of 12", "12通中3通".  Yours. */
char *notice_share(NoticeLanguage language, int count, int of);
/* "Thu 28 May 2026, 17:00 (JST)", "2026年5月28日（木）17:00（JST）".  Yours. */
char *notice_when(NoticeLanguage language, int64_t at, GTimeZone *zone);
/* The same without the time of day. */
char *notice_day(NoticeLanguage language, int64_t at, GTimeZone *zone);
const char *notice_priority_words(NoticeLanguage language, NoticePriority priority);

/* Borrowed words that stand for themselves. */
typedef struct NoticeWords {
	const char *subject;     /* before a subject that is shown */
	const char *check[3];    /* that a person must check it, around the campaign's number */
	const char *why[2];      /* around the reasons for the priority */
	const char *and;         /* between two reasons */
	const char *comma;       /* between two names */
	const char *given;       /* reason: a person said so */
	const char *reached[2];  /* reason: around to how many people it was delivered */
	const char *secrets;     /* reason: it asks for passwords or the like */
	const char *files_run;   /* reason: what is attached or linked can run a program */
	const char *recent;      /* reason: it came within the last day */
	const char *quiet;       /* reason: none of these */
	const char *unlooked[3]; /* warning: only so many messages of so many were looked at */
	const char *purged[2];   /* warning: the mail of so many was removed */
	const char *proven, *claimed; /* of a domain: DKIM vouches for it, nobody does */
	const char *proven_account, *claimed_account; /* likewise Amazon's signature */
	const char *more[2];                          /* around how many more there are */
} NoticeWords;
const NoticeWords *notice_words(NoticeLanguage language);

#endif
