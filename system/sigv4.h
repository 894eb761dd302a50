/* sigv4.h - requests to Amazon are signed (AWS Signature Version 4)
 *
 * Source: IAM User Guide, "Create a signed AWS API request"; Amazon S3 API Reference,
 * "Authenticating Requests: Using the Authorization Header".  The path is signed as it is
 * sent: for S3 that is the rule, and for other services it is the same while a path has no %XX.
 * What signs is by us and not by libcurl, which would keep the secret in memory that the boxes
 * inherit.
 */
#ifndef SYSTEM_SIGV4_H
#define SYSTEM_SIGV4_H

#include <stdint.h>

#include "system/aws_keys.h"

enum {
	SIGV4_DATE = 17, /* "20261130T042100Z" and the NUL */
};

/* SHA-256 of nothing: x-amz-content-sha256 of a request without body. */
#define SIGV4_NO_BODY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

typedef struct SigV4 {
	const char *method;
	const char *path;           /* as sent */
	const char *query;          /* as sent: names ascending, each with its "="; or "" */
	const char *const *headers; /* all that are signed, "name:value", lower-case names
	                             * ascending; with host, x-amz-date, x-amz-content-sha256 */
	const char *date;           /* as sigv4_date() */
	const char *region;
	const char *service; /* "s3", "abuse" */
} SigV4;

/* @now is Unix time. */
void sigv4_date(int64_t now, char date[SIGV4_DATE]);

/* What the Authorization header says.  Yours. */
char *sigv4_authorization(const SigV4 *request, const AwsKeys *keys);

/* @text with all but A-Z a-z 0-9 - . _ ~ as %XX, and but the characters in @kept.  Yours. */
char *sigv4_escape(const char *text, const char *kept);

#endif
