/* abuse_api.h - the AWS Abuse Signal API: a report is handed over, and asked about
 *
 * Source: AWS Abuse Signal API Reference, CreateAbuseReport and GetAbuseReportStatus; User
 * Guide, "Submitting reports".  A report that was handed over is known by its clientToken for
 * a day (REPORT_KNOWN): to hand it over again then is no second report.
 *
 * Who we are is read for each request and forgotten behind it, in memory that no child
 * inherits: system/aws_keys.h.
 */
#ifndef RELEASE_ABUSE_API_H
#define RELEASE_ABUSE_API_H

#include "release/transport.h"

/* Of Delivery.transport: it leaves by the API, and Delivery.recipient is the endpoint. */
#define ABUSE_API "abuse-api"

/* All borrowed. */
typedef struct AbuseApi {
	const char *credentials;         /* as AwsKeysFrom.path */
	const char *credentials_command; /* likewise */
	const char *ca_file; /* who may vouch for the server; NULL: whom the system trusts */
	const char *region;  /* where the endpoint's name does not say */
	int interrupt;       /* as Shipment has it, and so the next one */
	int patience;
	int64_t (*clock)(void);
} AbuseApi;

/* "https://HOST[:PORT]", "http://" of this machine alone: RELEASE_ERROR_TRANSPORT. */
bool abuse_endpoint_check(const char *endpoint, GError **error);

typedef struct AbuseAnswer {
	ShipmentResult result;
	char *reply;  /* for a person: one line */
	char *remote; /* the API's name of the report; NULL: it gave none */
	int64_t wait; /* seconds that the server wants to be left alone; 0: it does not say */
} AbuseAnswer;
void abuse_answer_clear(AbuseAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AbuseAnswer, abuse_answer_clear)

/* @body is what report.h makes.  UNKNOWN where it was sent and no answer came. */
void abuse_submit(const AbuseApi *api, const char *endpoint, GBytes *body, AbuseAnswer *answer);

typedef struct AbuseStatus {
	char *status;  /* "QUEUED", "PROCESSING", "COMPLETED" */
	char *outcome; /* "ACTIONED", ...; NULL: it is not completed */
} AbuseStatus;
void abuse_status_clear(AbuseStatus *status);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AbuseStatus, abuse_status_clear)

/* RELEASE_ERROR_LOST, in words, where it can't be told now; STOPPED. */
bool abuse_ask(const AbuseApi *api, const char *endpoint, const char *remote, AbuseStatus *status,
	GError **error);

#endif
