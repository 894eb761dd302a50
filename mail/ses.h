/* ses.h - was it sent through Amazon SES, by which account, and how sure is that
 *
 * All rules here are observed on real mail, none is documented by Amazon unless
 * it says so; docs in lazaret(7).
 */
#ifndef MAIL_SES_H
#define MAIL_SES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Message Message;
typedef struct Received Received;
typedef struct Signature Signature;

typedef enum {
	SES_NONE,    /* not SES mail; a mention at most */
	SES_CLAIMED, /* it bears marks of SES that do not hold together */
	SES_LIKELY, /* all marks agree, but only others say that they took it from Amazon's server */
	SES_CONFIRMED, /* the receiver's own server took it from Amazon's, or its signature holds */
	SES_CLASSES
} SesClass;

typedef struct SesOrigin {
	SesClass class;
	char *region;               /* "us-east-1", or NULL */
	char *account;              /* Feedback-ID's 44 characters, or NULL */
	bool account_signed;        /* Amazon's signature covers Feedback-ID, and it passed:
	                             * here, or a trusted result says so */
	char *ip;                   /* sending address, or NULL */
	char *config_set;           /* X-SES-CONFIGURATION-SET, where a receiver left it; or NULL */
	char *mail_from;            /* custom MAIL FROM domain, or NULL */
	char *tracking_label;       /* LABEL.r.REGION.awstrack.me, or NULL */
	char *message_id;           /* the id part of an SES Message-ID, or NULL */
	GPtrArray *inconsistencies; /* of char *: one sentence each, with the two values */
} SesOrigin;

SesOrigin *ses_origin_new(void);
void ses_origin_free(SesOrigin *origin);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SesOrigin, ses_origin_free)

/* Reads @message's headers, signatures and auth results (all must be filled). */
void ses_read(Message *message);

/* It claims to be Amazon's, and has the shape of those. */
bool ses_is_amazons(const Signature *signature);

/* Amazon's signature over Feedback-ID: one that passed here, else one that claims to
 * be it; NULL if there is none. */
const Signature *ses_account_signature(const Message *message);

/* "none", "claimed", "likely", "confirmed". */
const char *ses_class_name(SesClass class);

/* @hop's client is Amazon's server: name, address and published range agree. */
bool ses_is_egress(const Received *hop);

/* @hop's client bears the name of a server of Amazon's that it is not. */
bool ses_is_forged(const Received *hop);

/* The address in @ip lies in a range Amazon publishes for SES. */
bool ses_owns_address(const char *ip);

#endif
