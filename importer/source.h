/* source.h - where messages come from
 *
 * To add one: write importer/source_NAME.c, add its row in importer/source.c.
 * A source of files waits for nothing but a disk: FIFOs, devices and sockets are named and
 * passed over, and symbolic links followed only where they are what was asked for.  One
 * that waits for others (standard input, a server, a client) ends its wait when it is told
 * to, as source_heed() says.
 *
 * A source is told what became of its messages once that is committed (settle), never
 * before: then it may flag or move them, or answer whoever brought them.  Where it stood is
 * a text of its own (a mark), kept in the store in the same transaction as the messages, so
 * that a killed import goes on where the last commit was.
 */
#ifndef IMPORTER_SOURCE_H
#define IMPORTER_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "importer/s3_place.h"
#include "mail/digest.h"
#include "mail/message.h"

#define IMPORT_ERROR (import_error_quark())
GQuark import_error_quark(void);

typedef enum {
	IMPORT_ERROR_NO_INPUT, /* no such file, or not to be read */
	IMPORT_ERROR_DATA,     /* it is there, and is no mail or mailbox */
	IMPORT_ERROR_USAGE,    /* no such kind of source */
	IMPORT_ERROR_BOX,      /* no box could be started, or it broke */
	IMPORT_ERROR_ATTACK,   /* it broke in trying what no parser does */
	IMPORT_ERROR_IO,
	IMPORT_ERROR_VANISHED, /* the entry was there when the folder was listed */
	IMPORT_ERROR_STOPPED,  /* source_heed(): the wait was ended */
	IMPORT_ERROR_LOST,     /* a server hung up, or none listens */
	IMPORT_ERROR_REFUSED,  /* a server says no */
} ImportError;

/* Makes what system/ says of a secret, NO_INPUT or STOPPED, an error of this folder; false. */
bool import_error_of_system(GError **error);

enum {
	SOURCE_MAX_MESSAGE = 64 * 1024 * 1024
}; /* larger ones are named and skipped: */
#define SOURCE_TOO_LARGE "larger than 64 MiB"

typedef struct SourceItem {
	GBytes *raw; /* the message, byte for byte as it was quarantined; of an mbox
	               * without the From_ line that parts it from others */
	bool hashed; /* @sha256 is its digest; else whoever needs that works it out */
	uint8_t sha256[DIGEST_SIZE];
	char *origin; /* where it is: "maildir:/q/cur/17.a", "mbox:/q/box#12" */
	char *sender; /* envelope sender the source has a word of ("" is the null sender);
	               * counts where the mail itself names none; or NULL */
	/* What the gateway kept of the envelope outside the message: goes before what the
	 * mail says, part by part (no sender, no recipients: unknown).  NULL: nothing. */
	Envelope *envelope;
	int64_t key;   /* of the file as it is, as SourceSeen has it; 0: none */
	int64_t token; /* the source's own name of it, for settle() */
	char *mark;    /* where the source stands once this and all before it are kept; NULL:
	                * as before */
} SourceItem;
void source_item_clear(SourceItem *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SourceItem, source_item_clear)

typedef enum {
	SOURCE_ITEM,   /* *item is filled */
	SOURCE_SEEN,   /* one entry was read before, as it is; go on */
	SOURCE_LATER,  /* one entry may be half written, as SourceSeen.changing said; go on */
	SOURCE_SKIP,   /* one entry could not be read: *error names it; go on */
	SOURCE_OTHER,  /* one entry is no mail, as LABELS.tsv beside messages; go on */
	SOURCE_ADVICE, /* *error is worth saying, and nothing was skipped; go on */
	SOURCE_WAIT,   /* nothing at the moment: ask again when descriptor() can be read */
	SOURCE_FAILED, /* *error says why nothing more comes */
	SOURCE_END,
} SourceNext;

/* What became of a message, committed. */
typedef enum {
	FATE_KEPT,     /* it is in the store, now or since before */
	FATE_LEFT_OUT, /* it is no SES mail, and those are not kept */
	FATE_PUT_OFF,  /* the store could not take it: told where .stays alone */
} Fate;

typedef struct Settled {
	int64_t token; /* SourceItem.token */
	Fate fate;
} Settled;

/* What the site says of IMAP servers. */
typedef struct ImapSettings {
	const char *credentials;      /* as SourceOptions.credentials, where that is NULL */
	const char *password_command; /* prints the password, where neither is; NULL: none */
	const char *ca_file;          /* of certificates; NULL: the system's */
	int patience;                 /* seconds that a server may be silent; 0: a minute */
} ImapSettings;

/* What the site says of Amazon S3, or of a store that speaks as it does. */
typedef struct S3Settings {
	const char *endpoint;            /* URL; NULL: Amazon's own of that */
	const char *region;              /* NULL: the usual one */
	S3Addressing addressing;         /* whether a bucket is a host or a path */
	const char *credentials;         /* as SourceOptions.credentials, where that is NULL */
	const char *credentials_command; /* prints such a file; NULL, all: the environment */
	const char *ca_file;             /* of certificates; NULL: the system's */
	const char *const *buckets;      /* BUCKET or BUCKET/PREFIX that notifications may send us
	                                  * to, NULL-terminated; NULL: none */
	int patience;                    /* seconds that a server may be silent; 0: a minute */
	int64_t (*clock)(void);          /* Unix time, which requests are signed with */
} S3Settings;

/* What is asked of a source besides its messages; each kind says in .takes what it can do. */
typedef struct SourceOptions {
	const char *move_to; /* folder of the source that kept messages go to; NULL: they stay */
	bool flag;           /* mark there what is kept */
	const char *credentials; /* file, of 0600, that says user and password; NULL: none */
	const char *password;    /* file, likewise, with the password of archives; NULL: none */
	ImapSettings imap;
	S3Settings s3;
	bool remove;       /* take out of the source what is kept */
	const char *group; /* who may bring messages beside us; NULL: nobody */
	int patience;      /* seconds of silence before a client is sent away; 0: as usual */
} SourceOptions;

typedef enum {
	TAKES_MOVE = 1 << 0,
	TAKES_FLAG = 1 << 1,
	TAKES_CREDENTIALS = 1 << 2,
	TAKES_PASSWORD = 1 << 3,
	TAKES_REMOVE = 1 << 4,
	TAKES_GROUP = 1 << 5,
	TAKES_PATIENCE = 1 << 6,
	TAKES_LAST = TAKES_PATIENCE,
} SourceTakes;

/* Which files were read before as they are now, and which are not to be read yet. */
typedef struct SourceSeen {
	/* *fate is what became of it then; NULL: none was. */
	bool (*ask)(int64_t key, Fate *fate, void *data);
	/* The file at @path, as @status has it, may be half written; or may be written to by
	 * another when one has closed it, where @several is true.  NULL: nobody watches, and all
	 * that is there is read. */
	bool (*changing)(const char *path, const struct stat *status, bool several, void *data);
	void *data;
	/* Absolute paths: only those entries are to be read, as far as they are there; ends with
	 * NULL.  NULL: all.  A kind that can't single them out reads all. */
	const char *const *only;
	int64_t before; /* Unix time: a file that changed since then has no key, for it may
	                 * change again within the same tick of the file system's clock */
	bool ahead;     /* files may be read by a thread, before they are asked for */
} SourceSeen;

/* False where nobody can be asked, or @key is 0. */
bool source_seen_ask(const SourceSeen *seen, int64_t key, Fate *fate);

typedef struct SourceOpening {
	const char *path;             /* absolute and physical; of a place that is no file
	                               * what follows the kind's colon; NULL: standard input */
	const char *mark;             /* as the last message had it that was kept, or NULL */
	const SourceOptions *options; /* never NULL */
	const SourceSeen *seen;       /* NULL: everything is read */
} SourceOpening;

/* What is at a path, looked at once for all kinds. */
typedef struct SourceProbe {
	const char *path;
	bool folder;
	const char *head; /* how the file begins, unpacked when it is gzip */
	size_t length;
} SourceProbe;

/* Where to look for word of what came. */
typedef enum {
	NEWS_NONE,     /* nowhere: it has to be asked again */
	NEWS_OF_FILE,  /* at its path, a file */
	NEWS_OF_BOXES, /* in cur and new of its path */
	NEWS_OF_TREE,  /* in all folders below its path, as folder_add_tree() walks; or as a file */
} SourceNews;

typedef struct Source Source;
typedef struct SourceKind {
	const char *name; /* "maildir": what stands before the colon in maildir:PATH */
	const char *summary;
	unsigned takes; /* of SourceTakes */
	bool stays;     /* clients wait for word of what they bring, and others come after them:
	                 * what the store can't take is FATE_PUT_OFF and no end.  No marks. */
	bool swift;     /* next() is over as soon as a disk has answered: it starts no box and no
	                 * program, and waits for nobody; so the store may be held meanwhile */
	bool several;   /* its files hold several messages: in a tree each is a source itself */
	SourceNews news;
	bool (*detect)(const SourceProbe *probe); /* is it of this kind?  NULL: only by name */
	/* Checks what stands behind the kind's colon and is no path of a source that is there;
	 * may be empty.  NULL: it is such a path. */
	bool (*check)(const char *place, GError **error);
	void *(*open)(const SourceOpening *opening, GError **error); /* NULL on error */
	SourceNext (*next)(void *state, SourceItem *item, GError **error);
	/* Once a commit, in the order the messages came.  What can't be done is said, and done
	 * for the rest all the same; NULL: nobody is told. */
	bool (*settle)(void *state, const Settled *settled, size_t count, GError **error);
	/* To poll for reading after SOURCE_WAIT; NULL: it never says that. */
	int (*descriptor)(void *state);
	void (*heed)(void *state, int interrupt); /* source_heed(); NULL: it never waits */
	int64_t (*total)(void *state); /* entries in all, for progress; NULL or -1: unknown */
	/* Where it stands once nothing more is read of it and what it gave is settled, with what
	 * it skipped behind the last message: as SourceItem.mark.  NULL: as that says. */
	char *(*stand)(void *state);
	void (*close)(void *state);
} SourceKind;

/* All kinds, NULL-terminated. */
const SourceKind *const *source_kinds(void);

/* The name of the kind whose files hold several messages, when the one at @path, which begins
 * with @head, is of it; or NULL. */
const char *source_kind_of_several(const char *path, const char *head, size_t length);

/* What @spec stands for: PATH (its kind is detected), KIND:PATH, KIND://PLACE, or "-" for
 * one message on standard input.  Nothing is opened yet. */
Source *source_find(const char *spec, GError **error);
/* What follows the kind in @spec, or all of it; borrowed. */
const char *source_place(const char *spec);
/* Of SourceTakes: what its kind can do beside. */
unsigned source_takes(const Source *source);
bool source_stays(const Source *source);
bool source_is_swift(const Source *source);
SourceNews source_news(const Source *source);
/* As SourceOpening has it; borrowed. */
const char *source_path(const Source *source);
const char *source_kind_name(const Source *source);
/* What the source's mark is kept under; NULL: it has none.  Borrowed. */
const char *source_name(const Source *source);
/* IMPORT_ERROR_USAGE when @options (NULL: none) ask for what its kind can't do. */
bool source_start(Source *source, const char *mark, const SourceOptions *options,
	const SourceSeen *seen, GError **error);
/* Both, without mark and options. */
Source *source_open(const char *spec, GError **error);
/* @interrupt is a descriptor that becomes readable when waiting is to end; 0: none. */
void source_heed(Source *source, int interrupt);
SourceNext source_next(Source *source, SourceItem *item, GError **error);
bool source_settle(Source *source, const Settled *settled, size_t count, GError **error);
/* -1: it never waits. */
int source_descriptor(Source *source);
int64_t source_total(Source *source);
/* NULL: as the last mark says. */
char *source_stand(Source *source);
void source_close(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_close)

/* For sources of single messages: the envelope sender in the From_ line that @raw begins
 * with, as SourceItem.sender; NULL where there is no such line.  Yours. */
char *source_from_line_sender(GBytes *raw);

#endif
