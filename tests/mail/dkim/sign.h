/* sign.h - mail signed, and verified a second time, by another's program: libopendkim */
#ifndef TESTS_MAIL_DKIM_SIGN_H
#define TESTS_MAIL_DKIM_SIGN_H

#include <opendkim/dkim.h>
#include <string.h>

#include "mail/message.h"

#define SIGN_FOLDER "tests/mail/dkim/"

enum {
	SIGNED_AT = 1704905984, /* 2024-01-10 16:59:44 */
};

typedef struct SignPlan {
	const char *domain;   /* "shop.example" if NULL */
	const char *selector; /* "good" if NULL */
	const char *key;      /* "good.pem" if NULL */
	bool relaxed_header, relaxed_body;
	bool part;                  /* l= says how long the body was */
	int seconds;                /* until x=; none if 0 */
	const char *const *covered; /* fields; the library's choice if NULL */
} SignPlan;

static inline char *
sign_file(const char *name)
{
	g_autofree char *path = g_strconcat(SIGN_FOLDER, name, NULL);
	char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static inline char *
sign_crlf(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	return g_strjoinv("\r\n", lines);
}

static inline DKIM_LIB *
sign_library(const SignPlan *plan)
{
	DKIM_LIB *library = dkim_init(NULL, NULL);
	uint64_t now = SIGNED_AT;
	uint64_t seconds = (uint64_t)plan->seconds;
	unsigned least = 512;
	uint32_t flags = plan->part ? DKIM_LIBFLAGS_SIGNLEN : 0;

	dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FIXEDTIME, &now, sizeof(now));
	dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof(flags));
	dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_MINKEYBITS, &least, sizeof(least));
	if (seconds)
		dkim_options(
			library, DKIM_OP_SETOPT, DKIM_OPTS_SIGNATURETTL, &seconds, sizeof(seconds));
	if (plan->covered)
		dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_SIGNHDRS, (void *)plan->covered,
			sizeof(plan->covered));
	return library;
}

/* @mail (lines end with LF or CRLF) with its signature on top; lines end with CRLF. */
static inline char *
sign(const SignPlan *plan, const char *mail)
{
	g_autofree char *pem = sign_file(plan->key ? plan->key : "good.pem");
	g_autofree char *wire = strstr(mail, "\r\n") ? g_strdup(mail) : sign_crlf(mail);
	DKIM_LIB *library = sign_library(plan);
	DKIM_STAT state;
	unsigned char *header = NULL;
	size_t length = 0;
	char *all;
	DKIM *dkim = dkim_sign(library, (const unsigned char *)"test", NULL, (unsigned char *)pem,
		(const unsigned char *)(plan->selector ? plan->selector : "good"),
		(const unsigned char *)(plan->domain ? plan->domain : "shop.example"),
		plan->relaxed_header ? DKIM_CANON_RELAXED : DKIM_CANON_SIMPLE,
		plan->relaxed_body ? DKIM_CANON_RELAXED : DKIM_CANON_SIMPLE, DKIM_SIGN_RSASHA256,
		-1, &state);

	g_assert_nonnull(dkim);
	g_assert_cmpint(dkim_chunk(dkim, (unsigned char *)wire, strlen(wire)), ==, DKIM_STAT_OK);
	g_assert_cmpint(dkim_chunk(dkim, NULL, 0), ==, DKIM_STAT_OK);
	g_assert_cmpint(dkim_eom(dkim, NULL), ==, DKIM_STAT_OK);
	g_assert_cmpint(dkim_getsighdr_d(dkim, strlen("DKIM-Signature: "), &header, &length), ==,
		DKIM_STAT_OK);
	all = g_strdup_printf("DKIM-Signature: %.*s\r\n%s", (int)length, header, wire);
	dkim_free(dkim);
	dkim_close(library);
	return all;
}

/* ---- the second opinion ---- */

static inline DKIM_CBSTAT
sign_find_key(DKIM *dkim, DKIM_SIGINFO *signature, unsigned char *buffer, size_t size)
{
	GHashTable *keys = dkim_get_user_context(dkim);
	g_autofree char *name =
		g_strdup_printf("%s._domainkey.%s", (const char *)dkim_sig_getselector(signature),
			(const char *)dkim_sig_getdomain(signature));
	const char *record = g_hash_table_lookup(keys, name);

	if (!record)
		return DKIM_CBSTAT_NOTFOUND;
	g_strlcpy((char *)buffer, record, size);
	return DKIM_CBSTAT_CONTINUE;
}

/* The only signature of @wire (lines end with CRLF) holds, says libopendkim. */
static inline bool
sign_other_says_pass(const char *wire, size_t size, GHashTable *keys)
{
	DKIM_LIB *library = dkim_init(NULL, NULL);
	DKIM_STAT state;
	DKIM *dkim;
	g_autofree char *copy = g_memdup2(wire, size + 1);

	dkim_set_key_lookup(library, sign_find_key);
	dkim = dkim_verify(library, (const unsigned char *)"test", NULL, &state);
	dkim_set_user_context(dkim, keys);
	state = dkim_chunk(dkim, (unsigned char *)copy, size);
	if (state == DKIM_STAT_OK)
		state = dkim_chunk(dkim, NULL, 0);
	if (state == DKIM_STAT_OK)
		state = dkim_eom(dkim, NULL);
	dkim_free(dkim);
	dkim_close(library);
	return state == DKIM_STAT_OK;
}

#endif
