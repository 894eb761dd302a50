/* notice.h - a warning about a campaign, to be sent round by a person
 *
 * A notice is a draft: it says so at its top, whatever its template holds.  What it takes from
 * mail is without those the mail was for (mail/redact.h), defanged, visible and cut, and can't
 * hold a place of the template's.  Its priority and deadline come from the campaign, unless
 * they are given.
 */
#ifndef RELEASE_NOTICE_H
#define RELEASE_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/site.h"
#include "store/store.h"

typedef enum {
	NOTICE_STAFF,  /* everybody who may have got such a mail */
	NOTICE_ADMINS, /* who run the mail servers */
	NOTICE_AUDIENCES
} NoticeAudience;
const char *notice_audience_name(NoticeAudience audience); /* "staff", "admins" */

typedef enum {
	NOTICE_EN,
	NOTICE_JA,
	NOTICE_LANGUAGES
} NoticeLanguage;
const char *notice_language_name(NoticeLanguage language); /* "en", "ja" */

typedef enum {
	NOTICE_URGENT, /* something dangerous reached people */
	NOTICE_HIGH,
	NOTICE_NORMAL,
	NOTICE_PRIORITIES
} NoticePriority;
const char *notice_priority_name(NoticePriority priority); /* "urgent", "high", "normal" */

/* What a template can have filled in: notice_places[] says what each is. */
typedef enum {
	NOTICE_CAMPAIGN,
	NOTICE_PRIORITY,
	NOTICE_DEADLINE,
	NOTICE_DATE,
	NOTICE_CONTACT,
	NOTICE_MESSAGES,
	NOTICE_RECIPIENTS,
	NOTICE_VOLUME,
	NOTICE_FIRST,
	NOTICE_LAST,
	NOTICE_ONCE,
	NOTICE_SPAN,
	NOTICE_HELD,
	NOTICE_RELEASED,
	NOTICE_BLOCKED,
	NOTICE_DELIVERED,
	NOTICE_DELIVERED_TO,
	NOTICE_BRANDS,
	NOTICE_SECRETS,
	NOTICE_FILES_RUN,
	NOTICE_MONEY,
	NOTICE_LOOKED_AT,
	NOTICE_SUBJECTS,
	NOTICE_SENDERS,
	NOTICE_SIGNS,
	NOTICE_ACCOUNTS,
	NOTICE_DOMAINS,
	NOTICE_SITES,
	NOTICE_URLS,
	NOTICE_FILES,
	NOTICE_VALUE,
	NOTICE_EXAMPLE,
	NOTICE_COUNT,
	NOTICE_ID,
	NOTICE_PROVEN,
	NOTICE_REGION,
	NOTICE_NAME,
	NOTICE_PLACES
} NoticePlace;

typedef struct NoticePlaceName {
	const char *name;
	const char *help;
	bool list;
	bool item; /* only within a list */
} NoticePlaceName;
extern const NoticePlaceName notice_places[NOTICE_PLACES];

/* What the program ships with below share/notices. */
const char *notice_template_shipped(NoticeAudience audience, NoticeLanguage language);
const char *notice_signs_shipped(NoticeLanguage language);

/* What is asked for; all borrowed. */
typedef struct NoticeRequest {
	int64_t campaign;
	NoticeAudience audience;
	NoticeLanguage language;
	const char *name, *template;    /* the template, and what errors call it */
	const char *signs_name, *signs; /* likewise the sentences for what was found */
	const Site *site;               /* own domains and brands' are no indicators; or NULL */
	const char *contact;            /* whom to turn to; or NULL */
	bool priority_given;            /* priority counts */
	NoticePriority priority;
	int64_t deadline; /* 0: by the priority */
	int64_t now;
	GTimeZone *zone; /* dates are written in it */
} NoticeRequest;

typedef struct Notice {
	NoticeLanguage language;
	NoticePriority priority;
	int64_t deadline;
	char *subject; /* one line */
	char *body;    /* UTF-8, lines of at most NOTICE_COLUMNS but where a word is longer */
} Notice;

enum {
	NOTICE_COLUMNS = 76, /* as a terminal counts them: a wide character is two */
};

/* NOT_FOUND if there is no such campaign; RELEASE_ERROR_NOTICE for a template that is none. */
Notice *notice_new(Store *store, const NoticeRequest *request, GError **error);
void notice_free(Notice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notice, notice_free)

/* The notice to be read: its subject, labelled, and its body.  Yours. */
char *notice_text(const Notice *notice);
/* The same as a draft (RFC 5322, with X-Unsent as mail programs take it): no recipient, no sender,
 * no date; ASCII, lines of at most 76 bytes that end with CRLF.  Yours. */
char *notice_draft(const Notice *notice);

#endif
