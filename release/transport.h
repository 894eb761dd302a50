/* transport.h - ways for a released message to leave
 *
 * One shipment is one message to one recipient in one transaction.  What leaves
 * is one trace field and then the stored bytes, unchanged but for the line ends
 * that SMTP demands.
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
	RELEASE_ERROR_ADDRESS,   /* an address that must not stand in an envelope */
	RELEASE_ERROR_TIMEOUT,   /* the far side is silent */
	RELEASE_ERROR_LOST,      /* it can't be reached, hung up, or talks nonsense */
	RELEASE_ERROR_STOPPED,   /* Shipment.interrupt */
	RELEASE_ERROR_TLS,       /* none with that server, or its certificate is not trusted */
	RELEASE_ERROR_LANDING,   /* no address or key of a landing page */
	RELEASE_ERROR_REWRITE,   /* a message whose links can't all be rewritten */
	RELEASE_ERROR_SECRET,    /* a file of secrets that others can read, or that is none */
	RELEASE_ERROR_NOTICE, /* a template of a notice that is none; the message names the line */
} ReleaseError;

enum {
	SHIPMENT_MAX_BYTES = 256 * 1024 * 1024, /* larger ones are refused */
	SHIPMENT_MAX_SECONDS = 1700, /* no ship() takes longer: a lease must outlast it */
	SHIPMENT_MAX_REPLY = 400,    /* bytes of a reply that are kept */
};

typedef struct SmtpOptions SmtpOptions; /* release/smtp.h */

/* One message to one recipient; all borrowed. */
typedef struct Shipment {
	int64_t delivery;    /* unique in its store: names files and the trace field's id */
	const char *address; /* what follows the transport's prefix: "/srv/box", "host:25" */
	const char *sender;  /* "" is the null sender */
	const char *recipient;
	const char *host; /* this machine's name: trace field, EHLO, file names */
	GBytes *raw;      /* the stored bytes */
	int64_t now;
	int interrupt; /* a descriptor that becomes readable when waiting is to end; 0: none */
	int patience;  /* the longest wait for one answer, in seconds; 0: as long as is usual */
	const SmtpOptions *smtp; /* TLS, passwords; NULL: the defaults */
	const char
		*trace; /* set by transport_ship(): one folded Received field with its line end */
} Shipment;

typedef enum {
	SHIPMENT_ACCEPTED,
	SHIPMENT_DEFERRED, /* this one again later: busy, 4xx, no space */
	SHIPMENT_DOWN,     /* as deferred, and no other has a chance now either */
	SHIPMENT_REFUSED,  /* 5xx, no such mailbox: a repetition would end the same way */
	SHIPMENT_UNKNOWN,  /* all of it was handed over and no answer came: it may have left */
} ShipmentResult;

typedef enum {
	PROBE_GOOD,
	PROBE_DOUBTFUL, /* it would work, and there is something about it */
	PROBE_BAD,      /* nothing would leave */
} ProbeResult;

/* Would a shipment leave?  All borrowed. */
typedef struct Probe {
	const char *address; /* as in Shipment */
	const char *host;
	const SmtpOptions *smtp;
	bool connect; /* greets the server as well; else no socket is opened */
	int patience; /* seconds that may take */
} Probe;

typedef struct Transport {
	const char *name;   /* "maildir", "sendmail", "smtp", "smtps", "lmtp" */
	const char *prefix; /* what stands before the address: "maildir:", "smtp://" */
	const char *form;   /* for help: "maildir:PATH" */
	const char *summary;
	bool repeatable; /* a second ship() of one delivery finds the first, and adds nothing */
	bool (*check)(const char *address, GError **error); /* is the address well formed? */
	/* *reply: the server's words or what failed; yours.  Called by transport_ship() alone. */
	ShipmentResult (*ship)(const Shipment *shipment, char **reply);
	/* Called by transport_probe() alone. */
	ProbeResult (*probe)(const Probe *probe, char **words);
} Transport;

/* Ends with NULL. */
const Transport *const *transports(void);

/* @spec is "maildir:/path", "sendmail", "sendmail:/path/to/it", "smtp://host:port". *address
 * points into @spec. */
const Transport *transport_of(const char *spec, const char **address, GError **error);

/* Sees to it that the envelope is safe, leaves a From_ line out, adds the trace field and
 * sends.  *reply is
 * yours: one line of UTF-8 without control characters, SHIPMENT_MAX_REPLY bytes at most. */
ShipmentResult transport_ship(const Transport *transport, const Shipment *shipment, char **reply);

/* Looks at what a shipment needs; sends, makes and changes nothing.  *words, yours, say what is
 * there or what is wrong, as *reply above. */
ProbeResult transport_probe(const Transport *transport, const Probe *probe, char **words);

#endif
