/* tabl.h - entries of the Tenant Allow/Block List of Microsoft 365; private to store/
 *
 * What it takes, from Microsoft's own pages on it (learn.microsoft.com/defender-office-365,
 * "Allow or block email", "... URLs", "... files using the Tenant Allow/Block List"):
 *   - senders: addresses, with %XX for what is neither letter, digit nor one of . _ -, and
 *     domains, which are without those below them: `*.shop.example` is these;
 *   - URLs: at most 250 characters without scheme, port, user and quotes; `~shop.example~` is a
 *     domain, all below it, and all paths; no * or ~ elsewhere;
 *   - files: SHA-256.
 */
#ifndef STORE_TABL_H
#define STORE_TABL_H

#include "store/export_list.h"

typedef enum {
	TABL_SENDER,
	TABL_URL,
	TABL_FILE,
	TABL_LISTS
} TablList;
const char *tabl_list_name(TablList list); /* "Sender", "Url", "FileHash": -ListType */

typedef enum {
	TABL_REMOVE, /* first, so that what changed sides can be added anew */
	TABL_BLOCK,
	TABL_ALLOW,
	TABL_VERBS
} TablVerb;
const char *tabl_verb_name(TablVerb verb); /* "remove", "block", "allow" */

/* Entries that are added together. */
typedef struct TablGroup {
	TablVerb verb;
	TablList list;
	char *until;        /* "2026-06-27T20:26:40Z"; NULL: no end is known */
	char *note;         /* visible, in one line; NULL: they share none */
	GPtrArray *entries; /* of char *, in visible ASCII without quotes of any kind but ' */
} TablGroup;

typedef struct Tabl Tabl;
/* @notes: what has different notes is not one group. */
Tabl *tabl_new(bool notes);
void tabl_free(Tabl *tabl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tabl, tabl_free)

/* Takes all that @export is about; comments go out, each behind @comment: up to where it went, what
 * it can't carry, and how many there are. */
bool tabl_fill(Tabl *tabl, const Export *export, const char *comment, GError **error);
/* Of TablGroup, in the order of verb, list, until and note; lent. */
GPtrArray *tabl_groups(Tabl *tabl);

/* What whoever uses the list must know: lines, the last one NULL. */
extern const char *const tabl_warnings[];
enum {
	TABL_CHUNK = 20,       /* entries that it takes at once */
	TABL_BLOCK_DAYS = 90,  /* a block's end is at most so far off, */
	TABL_ALLOW_DAYS = 30,  /* and an allowance's */
	TABL_UNUSED_DAYS = 45, /* an allowance with no end stands so long after its last use */
};

#endif
