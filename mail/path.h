/* path.h - the hops a message took, newest first, and which of them to believe */
#ifndef MAIL_PATH_H
#define MAIL_PATH_H

#include <glib.h>
#include <stdint.h>

typedef struct Message Message;
typedef struct Site Site; /* mail/site.h */

/* The names of these are hop_flag_names[]: jsonl, screen. */
typedef enum {
	HOP_INSIDE = 1 << 0,    /* from one machine of the receiver to another */
	HOP_BOUNDARY = 1 << 1,  /* took the message from outside: what stands below is claimed */
	HOP_SES = 1 << 2,       /* from Amazon's server: name, address and range agree */
	HOP_FORGED = 1 << 3,    /* the client called itself Amazon's server and was not */
	HOP_BACKWARDS = 1 << 4, /* it was received before it was sent, by more than clocks err */
	HOP_BROKEN = 1 << 5,    /* outside, and its server is not the client of the hop above */
} HopFlag;

typedef struct HopFlagName {
	HopFlag flag;
	const char *name;
} HopFlagName;
extern const HopFlagName hop_flag_names[]; /* ends with name NULL */

typedef struct Hop {
	char *from;    /* the client's verified name, else what it called itself; "" if unknown */
	char *helo;    /* what it called itself; "" if unknown */
	char *ip;      /* its address, or NULL */
	char *by;      /* the server; "" if unknown */
	int64_t date;  /* 0 if unreadable */
	int64_t delay; /* seconds since the hop below; 0 where either date is unreadable */
	uint32_t flags;
	int field; /* index in Message.headers */
} Hop;
void hop_free(Hop *hop);

/* Fills @message->hops from its headers.  The boundary is the topmost Received field
 * whose client is none of @site's own hosts; where the site names none, whose client
 * has no private address and is another organisation's than the server. */
void path_read(Message *message, const Site *site);

/* Index of the first field in Message.headers that somebody outside can have written;
 * 0 when no hop took the message from outside: then anybody wrote all of it. */
int path_first_outside(const Message *message);

/* "NAME [ADDRESS] that called itself HELO", as far as they are known.  Yours. */
char *hop_client(const Hop *hop);

/* What the flags say, in words, "; " between two; "" if nothing.  Yours. */
char *hop_remarks(const Hop *hop);

/* How long hop @index took: "+3 s", "-2 h"; "" where that can't be known.  Yours. */
char *path_delay(const Message *message, guint index);

/* What stands between the boundary and the hop below it. */
extern const char path_boundary_line[];

#endif
