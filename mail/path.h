/* path.h - the hops a message took, newest first, and which of them to believe */
#ifndef MAIL_PATH_H
#define MAIL_PATH_H

#include <glib.h>
#include <stdint.h>

typedef struct Message Message;

/* The names of these are hop_flag_names[]: jsonl, screen. */
typedef enum {
	HOP_INSIDE = 1 << 0,    /* from one machine of the receiver to another */
	HOP_BOUNDARY = 1 << 1,  /* took the message from outside: what stands below is claimed */
	HOP_SES = 1 << 2,       /* from Amazon's server: name, address and range agree */
	HOP_FORGED = 1 << 3,    /* the client called itself Amazon's server and was not */
	HOP_BACKWARDS = 1 << 4, /* it was received before it was sent, by more than clocks err */
	HOP_BROKEN = 1 << 5,    /* its server is not the client of the hop above */
} HopFlag;

typedef struct HopFlagName {
	HopFlag flag;
	const char *name;
} HopFlagName;
extern const HopFlagName hop_flag_names[]; /* ends with name NULL */

typedef struct Hop {
	char *from;    /* the client's verified name, else what it called itself; "" if unknown */
	char *ip;      /* its address, or NULL */
	char *by;      /* the server; "" if unknown */
	int64_t date;  /* 0 if unreadable */
	int64_t delay; /* seconds since the hop below; 0 where either date is unreadable */
	uint32_t flags;
	int field; /* index in Message.headers */
} Hop;
void hop_free(Hop *hop);

/* Fills @message->hops from its headers. */
void path_read(Message *message);

#endif
