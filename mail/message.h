/* message.h - one mail: what it says, what it carries, what is wrong with it
 *
 * Parsing never fails: what is broken is a Defect.  All strings are UTF-8
 * without NUL; where a mail had other bytes, text_utf8() says how they are
 * read.  The bytes themselves are only in the raw message.
 *
 * message_read() runs in the box; message_pack() and message_unpack() carry the
 * result out of it.  A Message that came out of a box or the store has the same
 * fields but no Part bodies.
 */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "mail/auth.h"
#include "mail/dkim.h"
#include "mail/finding.h"
#include "mail/link.h"
#include "mail/path.h"
#include "mail/ses.h"
#include "mail/site.h"

/* No mail has these many; what is beyond is cut and is a defect. */
enum {
	MESSAGE_MAX_HEADERS = 4000,
	MESSAGE_MAX_PARTS = 10000,
	MESSAGE_MAX_DEPTH = 100,
	MESSAGE_MAX_LINKS = 5000,
	MESSAGE_MAX_TEXT = 2 * 1024 * 1024, /* bytes of one text part that are read */
};

typedef struct Address {
	char *name;    /* display name, decoded; NULL if none */
	char *address; /* addr-spec as written; "" if there is none */
} Address;

typedef struct HeaderField {
	char *name;  /* as sent */
	char *raw;   /* as sent, folds and all, without the name and the last line end */
	char *value; /* unfolded, RFC 2047 words decoded, outer blanks gone */
} HeaderField;

/* What the envelope was, as far as the gateway left it.  Unknown is not empty. */
typedef struct Envelope {
	char *sender;          /* RFC 5321 MAIL FROM; "" is the null sender, NULL unknown */
	GPtrArray *recipients; /* of char *: RFC 5321 RCPT TO; empty means unknown */
} Envelope;

typedef struct Part {
	char *path;      /* IMAP numbering, "1.2" (RFC 3501 section 6.4.5); mail/tree.h has more */
	char *type;      /* declared, lower-case: "text/html" */
	char *charset;   /* declared, or NULL */
	char *name;      /* file name, decoded, or NULL */
	bool attachment; /* disposition says so, or it is not text and not a container */
	GBytes *body;    /* decoded; NULL outside the box */
} Part;

/* One text part as the analyst reads it; HTML is drawn, links numbered [n] as
 * in Message.links, counted from 1. */
typedef struct PartText {
	char *path;
	char *type;
	char *text;
} PartText;

typedef struct Attachment {
	char *path;        /* the part's; what message_extract() takes */
	char *name;        /* as declared, decoded; NULL if none */
	char *declared;    /* type in the header */
	char *detected;    /* type of the bytes */
	int64_t size;      /* decoded bytes */
	char *sha256;      /* of the decoded bytes, hex */
	uint32_t flags;    /* of AttachmentFlag */
	GPtrArray *inside; /* of char *: a line each: what shows a flag, "macros:
	                    * word/vbaProject.bin", then what is there, "invoice.js, 3 kB" */
} Attachment;

/* The names of these are attachment_flag_names[]: in jsonl and, in words, on the screen. */
typedef enum {
	ATTACHMENT_ENCRYPTED = 1 << 0,    /* a password is needed to see inside */
	ATTACHMENT_MACROS = 1 << 1,       /* VBA, XLM or DDE */
	ATTACHMENT_EXTERNAL = 1 << 2,     /* loads something from elsewhere when opened */
	ATTACHMENT_SCRIPT = 1 << 3,       /* a page or drawing with a program in it */
	ATTACHMENT_SMUGGLES = 1 << 4,     /* a page that makes a file on the reader's machine */
	ATTACHMENT_PROGRAM = 1 << 5,      /* runs when opened, or holds what does */
	ATTACHMENT_NAME_LIES = 1 << 6,    /* double extension, reversed text, type mismatch */
	ATTACHMENT_LIMIT = 1 << 7,        /* a cap was reached: not all was looked at */
	ATTACHMENT_UNREADABLE = 1 << 8,   /* claims to be an archive or document and is none */
	ATTACHMENT_MALWARE = 1 << 9,      /* a scanner named it: .inside says what */
	ATTACHMENT_NOT_SCANNED = 1 << 10, /* a scanner was asked for and could not say */
	ATTACHMENT_RULE = 1 << 11,        /* a YARA rule of the site matches */
} AttachmentFlag;

typedef struct AttachmentFlagName {
	AttachmentFlag flag;
	const char *name;
	const char *words; /* what an analyst reads */
} AttachmentFlagName;
extern const AttachmentFlagName attachment_flag_names[]; /* ends with name NULL */
const char *attachment_flag_name(AttachmentFlag flag);

/* What @flag of @attachment was set for, from Attachment.inside; NULL if it was not
 * or nothing more is known. */
const char *attachment_evidence(const Attachment *attachment, AttachmentFlag flag);

typedef enum {
	DEFECT_UNPARSED,           /* the box had to give up; only the header is known */
	DEFECT_DUPLICATE_HEADER,   /* a singleton of RFC 5322 section 3.6 stands twice */
	DEFECT_DATA_AFTER_PADDING, /* base64 goes on behind its padding */
	DEFECT_TWO_BOUNDARIES,     /* readers differ on which one they take (CVE-2024-28054) */
	DEFECT_UNKNOWN_ENCODING,   /* Content-Transfer-Encoding nobody knows */
	DEFECT_UNKNOWN_CHARSET,
	DEFECT_TOO_MANY_HEADERS,
	DEFECT_TOO_MANY_PARTS,
	DEFECT_TOO_DEEP,
	DEFECT_TOO_MANY_LINKS,
	DEFECT_TEXT_CUT,          /* text beyond MESSAGE_MAX_TEXT was not read */
	DEFECT_CONTROL_IN_HEADER, /* NUL, CR, ESC or a bidi control after decoding */
	DEFECT_NO_FROM,
	DEFECT_SEVERAL_FROM,        /* several mailboxes in the one From field */
	DEFECT_UUENCODE,            /* uuencoded file inside text */
	DEFECT_PARTIAL,             /* message/partial or message/external-body */
	DEFECT_HIDDEN_AROUND_PARTS, /* text in a preamble or epilogue */
	DEFECT_UTF7,                /* a charset that hides markup from scanners */
	DEFECT_MALFORMED_HEADER,    /* a line that is no field, or one for some readers only */
	DEFECT_LONG_LINE,           /* of over 998 bytes in a field people read */
	DEFECT_PADDED_HEADER,       /* blanks that push text out of sight */
	DEFECT_INVISIBLE_IN_HEADER, /* characters inside a word that are not drawn */
	DEFECT_GROUP_FROM,          /* From is a group: RFC 6854 */
	DEFECT_ODD_FROM,            /* readers can differ on which address From has */
	DEFECT_BYTES_LOST,          /* '?' stands for 8-bit bytes: not what was sent */
	DEFECT_PARSER_ATTACKED,     /* its parser tried a system call that no parser makes */
	DEFECT_KINDS
} DefectKind;

typedef struct Defect {
	DefectKind kind;
	char *evidence; /* quoted from the mail */
	char *where;    /* "header Subject", "part 1.2" */
} Defect;

typedef struct Message {
	GPtrArray *headers; /* of HeaderField, top first */
	Address *from;      /* first mailbox of the first From field; never NULL */
	char *from_domain;  /* registrable domain of it, or NULL */
	Address *reply_to;  /* NULL if none */
	char *to;           /* To and Cc, decoded, for reading and search */
	char *subject;      /* decoded; "" if none */
	char *message_id;   /* without <>, or NULL */
	int64_t date;       /* Date field, Unix time; 0 if none or unreadable */
	int64_t received;   /* topmost readable Received date; 0 if none */
	Envelope *envelope; /* from the gateway's header fields */
	SesOrigin *ses;
	GPtrArray *auth;        /* of AuthResult */
	GPtrArray *signatures;  /* of Signature, top first */
	GPtrArray *hops;        /* of Hop, newest first */
	GPtrArray *parts;       /* of Part, in order; NULL outside the box */
	GPtrArray *texts;       /* of PartText */
	GPtrArray *links;       /* of Link */
	GPtrArray *attachments; /* of Attachment */
	int remote_images;      /* that a reader would fetch */
	int open_pixels;        /* of those: too small to see */
	int forms, passwords;   /* form elements; fields that ask for a password */
	GPtrArray *defects;     /* of Defect */
	GPtrArray *findings;    /* of Finding, heaviest first */
	GPtrArray *edges;       /* of Edge: what others may share; none out of the store */
	int score;              /* 0-100, from the findings */
	char *account_domain;   /* Identity's second half: the aligned DKIM domain, or NULL */
	bool authenticated;     /* a trusted result, or a signature verified here,
	                         * vouches for account_domain */
	const Site *site;       /* lent to the detectors while they run; NULL elsewhere */
} Message;

typedef enum {
	MESSAGE_FULL,
	MESSAGE_HEADER_ONLY, /* when MESSAGE_FULL overran: linear: no MIME, no HTML, only
	                      * the URLs in the bytes */
} MessageDepth;

/* Reads and judges @raw.  Not for the main process: mail is hostile. */
Message *message_read(const char *raw, size_t size, const Site *site, MessageDepth depth);

/* The decoded body of the part at @path, or NULL if there is none. */
GBytes *message_extract(const char *raw, size_t size, const char *path);

/* Load what message_read() and message_extract() need from files: character set
 * converters, the file type database.  Call before the box closes. */
void message_prepare(void);

/* Of the MIME parser: what runs, "3.2.13", for the caller to free; *@built (yours) is what this
 * program was built with. */
char *message_parser_version(char **built);

/* QR codes in pictures are read: a build option. */
bool message_reads_qr(void);

/* A Date field's or Received clause's time (RFC 5322 section 3.3); 0 if unreadable. */
int64_t message_parse_date(const char *text);

/* First value of header @name (any case), or NULL. */
const char *message_header(const Message *message, const char *name);

/* A field @name may stand once in a message (RFC 5322 section 3.6). */
bool message_header_is_single(const char *name);

/* "3 remote images, 1 open pixel (not fetched)", or NULL if there are none.  Yours. */
char *message_loads(const Message *message);

Message *message_new(void);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

void message_add_defect(Message *message, DefectKind kind, const char *evidence, const char *where);
bool message_has_defect(const Message *message, DefectKind kind);
void address_free(Address *address);
Envelope *envelope_new(void);
/* Keeps of the recipients that are the same the first.  However many there are: who wrote them
 * down may have written a million. */
void envelope_drop_doubles(Envelope *envelope);
void envelope_free(Envelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelope, envelope_free)
void header_field_free(HeaderField *field);
void part_free(Part *part);
void part_text_free(PartText *text);
Attachment *attachment_new(void);
void attachment_free(Attachment *attachment);
void defect_free(Defect *defect);

#endif
