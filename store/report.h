/* report.h - a campaign told to those through whom it was sent: reports of abuse to Amazon
 *
 * One report for each SES account of the campaign: its held and blocked messages, the most
 * dangerous first.  What is released, purged, or no mail of SES's is left out.  Those whom
 * the mail was for are not named (mail/redact.h) unless that is asked for.
 *
 * A plan has the reports as they would leave, byte for byte.  To record one writes it down as
 * an operation (verb "report") and queues its reports: what stands in the outbox is what was
 * shown.  A report has a name of its own, made of what it says: Amazon's API, asked again
 * with it within REPORT_KNOWN seconds, takes it for the same report.
 *
 * The forms: ARF (RFC 5965) by mail, XARF v4 by the AWS Abuse Signal API (API Reference,
 * CreateAbuseReport).
 */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "store/message.h"
#include "store/outbox.h"

enum {
	REPORT_MAX_LISTED = 50,            /* messages of a report, */
	REPORT_MAX_SHOWN = 10,             /* of them with what they say */
	REPORT_MAX_COPY = 64 * 1024,       /* bytes of one of these without its recipients, */
	REPORT_MAX_ORIGINAL = 1024 * 1024, /* or as it came; longer ones are cut, or listed alone */
	REPORT_MAX_BYTES = 5 * 1000 * 1000, /* of a report; the API takes 5 MB */
	REPORT_MAX_ACCOUNTS = 50,
	REPORT_KNOWN = 24 * 60 * 60, /* API Reference: clientToken */
};

typedef enum {
	REPORT_MAIL,
	REPORT_API,
	REPORT_WAYS
} ReportWay;
extern const char *const report_way_names[]; /* "mail", "api"; ends with NULL */

typedef enum {
	REPORT_SPAM,
	REPORT_PHISHING,
	REPORT_KINDS
} ReportKind;
extern const char *const report_kind_names[]; /* "spam", "phishing"; ends with NULL */

/* Who reports; all borrowed.  A mail is from @contact. */
typedef struct Reporter {
	const char *org;
	const char *contact; /* an address */
	const char *domain;
} Reporter;

/* What is asked for; all borrowed. */
typedef struct ReportRequest {
	int64_t campaign;
	ReportWay way;
	ReportKind kind;
	Reporter reporter;
	const char *destination;        /* the mailbox, or where the API is */
	const char *transport;          /* how it leaves, as Delivery.transport */
	const char *const *own_domains; /* whoever has an address there is redacted; or NULL */
	bool unredacted;                /* the mail as it came, and whom it was for */
	bool test;                      /* for the API to look at, and to throw away */
	bool again;                     /* though messages of it were reported before */
	const char *actor;
	const char *reason; /* for the log; or NULL */
	int64_t hold;       /* seconds before it may leave */
	int64_t now;
} ReportRequest;

/* REFUSED where a report could not be made with these: what is missing, or is none. */
bool report_check(const ReportRequest *request, GError **error);

/* One report, as it would leave. */
typedef struct ReportDraft {
	char *account;    /* Feedback-ID's; NULL: they name none */
	bool proven;      /* Amazon's signature vouches for it, in all of them */
	GArray *messages; /* of int64_t: listed */
	int64_t unlisted; /* more of them */
	int shown;        /* of those listed, with what they say */
	char *token;      /* its name: a UUID */
	GBytes *body;     /* the mail, or what the API is sent */
} ReportDraft;
void report_draft_free(ReportDraft *draft);

/* Why a message of the campaign is not reported. */
typedef enum {
	UNREPORTED_RELEASED,
	UNREPORTED_NOT_SES,
	UNREPORTED_PURGED,
	UNREPORTED_ACCOUNTS, /* of more accounts than are reported at once */
	UNREPORTED_REASONS
} UnreportedReason;
/* "released, so no abuse" */
const char *unreported_words(UnreportedReason reason);

typedef struct ReportPlan {
	int64_t campaign;
	GPtrArray *drafts; /* of ReportDraft, the account with the most dangerous message first */
	int64_t messages;  /* that they list */
	int64_t bytes;
	int64_t unreported[UNREPORTED_REASONS];
	int earlier;  /* operations that reported messages of it */
	char *before; /* "reported by alice, operation 7" of the last of these; or NULL */
} ReportPlan;
void report_plan_clear(ReportPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportPlan, report_plan_clear)

/* NOT_FOUND where there is no such campaign; REFUSED where nothing of it is to be reported. */
bool store_plan_report(
	Store *store, const ReportRequest *request, ReportPlan *plan, GError **error);

/* Records @plan of @request, and queues it: the operation; 0 on error.  REFUSED where it was
 * reported before and not asked for again, or such a report still waits; CONFLICT where the
 * campaign changed since it was planned, or was reported meanwhile. */
int64_t store_report(
	Store *store, const ReportRequest *request, const ReportPlan *plan, GError **error);

/* ---- those that were made ---- */

typedef struct ReportRow {
	int64_t id;
	int64_t operation;
	int64_t at;
	char *actor;
	int64_t campaign;
	char *account; /* or NULL */
	ReportWay way;
	char *destination;
	char *token;
	bool redacted;
	bool test;
	int64_t messages;
	int64_t size;
	int64_t delivery;
	DeliveryState state;
	char *remote;  /* the API's name of it; NULL: none yet, or it went by mail */
	char *status;  /* what the API said of it last, "PROCESSING"; or NULL */
	char *outcome; /* why it is COMPLETED; or NULL */
	int64_t asked; /* when that was; 0: never */
} ReportRow;
void report_row_free(ReportRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportRow, report_row_free)

/* Newest first; of @campaign alone where that is not 0.  @limit 0 is all. */
GPtrArray *store_reports(Store *store, int64_t campaign, int limit, GError **error);
ReportRow *store_report_row(Store *store, int64_t id, GError **error);
/* What leaves.  PURGED where a message of it was. */
GBytes *store_report_body(Store *store, int64_t id, GError **error);

/* What the API said; NULL: nothing new of that. */
typedef struct ReportNews {
	const char *remote;
	const char *status;
	const char *outcome;
} ReportNews;
bool store_note_report(
	Store *store, int64_t id, const ReportNews *news, int64_t now, GError **error);

#endif
