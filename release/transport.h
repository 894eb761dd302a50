/* transport.h - ways for a released message to leave
 *
 * To add one: write release/transport_NAME.c, add its row in release/transport.c.
 */
#ifndef RELEASE_TRANSPORT_H
#define RELEASE_TRANSPORT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define RELEASE_ERROR (release_error_quark())
GQuark release_error_quark(void);

typedef enum {
	RELEASE_ERROR_TRANSPORT, /* no such transport, or not a valid form of it */
} ReleaseError;

/* One message to one recipient. */
typedef struct Shipment {
	int64_t delivery;    /* unique: names files, ids */
	const char *address; /* what follows the transport's name: "/srv/box", "host:25" */
	const char *sender;  /* "" is the null sender */
	const char *recipient;
	const char *trace; /* one folded Received field with its last line end (LF) */
	GBytes *raw;       /* the stored bytes */
	int64_t now;
} Shipment;

typedef enum {
	SHIPMENT_ACCEPTED,
	SHIPMENT_DEFERRED, /* down, busy, 4xx: again later */
	SHIPMENT_REFUSED,  /* 5xx, no such mailbox */
} ShipmentResult;

typedef struct Transport {
	const char *name; /* "maildir", "sendmail", "smtp" */
	const char *summary;
	bool (*check)(const char *address, GError **error); /* is the address well formed? */
	/* *reply: the server's words or what failed, one line; yours. */
	ShipmentResult (*ship)(const Shipment *shipment, char **reply);
} Transport;

const Transport *const *transports(void);

/* @spec is "maildir:/path", "sendmail", "sendmail:/path/to/it", "smtp://host:port". *address
 * points into @spec. */
const Transport *transport_of(const char *spec, const char **address, GError **error);

#endif
