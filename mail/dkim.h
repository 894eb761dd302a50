/* dkim.h - DKIM verified here (RFC 6376), with keys that are given, never looked up
 *
 * The key that a signature was verified with is kept beside its result, so that the
 * proof can be repeated when the domain has long changed it.
 */
#ifndef MAIL_DKIM_H
#define MAIL_DKIM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Message Message;
typedef struct Site Site;

/* The names of these are in dkim_result_name(): database, jsonl, screen. */
typedef enum {
	DKIM_NO_KEY, /* none was given for this selector and domain */
	DKIM_PASS,
	DKIM_BODY_ALTERED,   /* bh= is not the body's */
	DKIM_HEADER_ALTERED, /* b= is not the header's, or not by this key */
	DKIM_EXPIRED,        /* x= is over, whatever else holds */
	DKIM_REVOKED,        /* the key is there and empty (RFC 6376 section 3.6.1) */
	DKIM_SECOND_FROM,    /* it holds, but another From stands above the signed one */
	DKIM_UNREADABLE,     /* no signature anybody could verify */
	DKIM_RESULTS
} DkimResult;
const char *dkim_result_name(DkimResult result);

typedef struct Signature {
	char *domain;   /* d=, lower-case; "" if there is none */
	char *selector; /* s= */
	char *covered;  /* h=, as written, without blanks */
	DkimResult result;
	int64_t signed_at; /* t=, 0 if there is none */
	int64_t expires;   /* x=, likewise */
	char *key;         /* the TXT record it was verified with, or NULL */
	int field;         /* index in Message.headers */
} Signature;
void signature_free(Signature *signature);

/* The covered header fields include @name, any case. */
bool signature_covers(const Signature *signature, const char *name);

/* Fills @message->signatures from its headers and verifies those that @site has a key
 * for. */
void dkim_read(Message *message, const char *raw, size_t size, const Site *site);

/* A signature of @domain (or below it) that passed here; NULL if there is none. */
const Signature *dkim_passed(const Message *message, const char *domain);

#endif
