/* dkim.h - DKIM verified here (RFC 6376), with keys that are given, never looked up
 *
 * The key that a signature was verified with is kept beside its result, so that the
 * proof can be repeated when the domain has long changed it.
 *
 * libopendkim is not used, but in the tests, to check this against: it judges x= by the
 * clock and does not look at the rest of a signature that is over, where we judge by the
 * time a message came; one From field that it can't read makes it refuse all; and a
 * field of many tags takes it time that grows with their square.
 */
#ifndef MAIL_DKIM_H
#define MAIL_DKIM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Message Message;
typedef struct Site Site;

/* The names of these are in dkim_result_name(): database, jsonl, screen.  Each says the
 * first thing that is wrong, in this order but for DKIM_PASS. */
typedef enum {
	DKIM_NO_KEY, /* none was given for this selector and domain */
	DKIM_PASS,
	DKIM_BODY_ALTERED,   /* the header is what was signed, the body is another */
	DKIM_HEADER_ALTERED, /* b= is not the header's, or not by this key; of the body
	                      * nothing is proven then */
	DKIM_EXPIRED,        /* it holds, but x= was over when the message came */
	DKIM_REVOKED,        /* the key is there and empty (RFC 6376 section 3.6.1) */
	DKIM_SECOND_FROM,    /* it holds, but another From stands above the signed one */
	DKIM_UNREADABLE,     /* no signature anybody could verify */
	DKIM_WEAK_KEY,       /* it holds, but anybody can compute such a key (RFC 8301) */
	DKIM_RESULTS
} DkimResult;
const char *dkim_result_name(DkimResult result);
/* "the body was altered after it was signed" */
const char *dkim_result_words(DkimResult result);

typedef struct Signature {
	char *domain;   /* d=, lower-case; "" if there is none */
	char *selector; /* s= */
	char *covered;  /* h=, as written, without blanks */
	DkimResult result;
	int64_t signed_at; /* t=, 0 if there is none */
	int64_t expires;   /* x=, likewise */
	char *key;         /* the TXT record it was verified with, or NULL */
	int bits;          /* of that key; 0 if there is none */
	int64_t added;     /* bytes behind the part of the body that l= covers; 0 where it
	                    * covers all, or does not hold */
	int field;         /* index in Message.headers */
} Signature;
void signature_free(Signature *signature);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signature, signature_free)

/* The covered header fields include @name, any case. */
bool signature_covers(const Signature *signature, const char *name);

/* "SELECTOR._domainkey.DOMAIN", lower-case: where its key is published.  NULL when that
 * is no name in the DNS.  Yours. */
char *signature_key_name(const Signature *signature);

/* Fills @message->signatures from its headers and verifies those that @site has a key
 * for.  What says when the message came must be filled. */
void dkim_read(Message *message, const char *raw, size_t size, const Site *site);

/* A signature of @domain (or below it) that passed here; NULL if there is none. */
const Signature *dkim_passed(const Message *message, const char *domain);

/* "shop.example, selector s1, 2048 bits: verified here; not covered: Subject": of the
 * fields that matter those are named that @message has and @signature leaves out.
 * Yours. */
char *signature_text(const Message *message, const Signature *signature);

/* Who says that @domain signed: "verified here", "says mx.example.net", "claimed, not
 * verified".  Yours. */
char *dkim_vouched_text(const Message *message, const char *domain);

/* The keys @message was verified with, as text that keys_parse() reads: with them, and
 * no others, its proofs can be repeated.  Yours. */
char *dkim_keys_used(const Message *message);

/* Of the signatures that held when @message was read (as DKIM_PASS, or with a but) the first
 * whose body hash is not that of @raw, the bytes it is said to have been read from; NULL
 * when @raw has the body that was signed.  Reads the bytes, and no structure in them. */
const Signature *dkim_body_changed(const Message *message, const char *raw, size_t size);

/* Load what verifying needs from files.  Before the box closes. */
void dkim_prepare(void);

#endif
