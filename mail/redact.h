/* redact.h - texts and mails without those they were for
 *
 * Whom a mail was for stands in it in many ways: the address in a field or a greeting, with
 * capitals, with a +tag, as ann=here.example in a bounce address, folded, with %40, =40 or
 * &#64; for its @, doubly so, in base64 or hex in a link, as a digest of it; and the name.  Each
 * becomes `recipient-1`: the same one for the same address in all that one Redaction makes.
 *
 * What is redacted is for people to read, and is no mail that can be sent or verified: it says so
 * at its beginning.  Domains of recipients, and hosts that their mail passed, stay.
 */
#ifndef MAIL_REDACT_H
#define MAIL_REDACT_H

#include "mail/message.h"

/* One per export or report. */
typedef struct Redaction Redaction;
Redaction *redaction_new(void);
void redaction_free(Redaction *redaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Redaction, redaction_free)

/* The organisation's own: whoever has an address at these, or below them, is one of those that
 * lures are for, also where no field says so.  What is before the @ becomes `<redacted>`.  May be
 * NULL. */
void redaction_add_domains(Redaction *redaction, const char *const *domains);

/* From here on it is about another message: nobody is looked for but these. */
void redaction_begin(Redaction *redaction);
/* Somebody it is for: looked for from here on.  Numbers stay from message to message. */
void redaction_add_address(Redaction *redaction, const char *address);
/* The same, by the address alone, however it is written, and by its digests: not by words of it,
 * which may stand anywhere. */
void redaction_add_bare(Redaction *redaction, const char *address);
/* The first @most addresses of a To or Cc field as MessageRow.to has it, likewise. */
void redaction_add_list_bare(Redaction *redaction, const char *list, guint most);
/* All that stand in a To or Cc field as MessageRow.to has it, and the names there, which are those
 * of the addresses behind them. */
void redaction_add_list(Redaction *redaction, const char *list);

/* All that @message was for, as its envelope and its header name them: looked for as well. */
void redaction_add_message(Redaction *redaction, const Message *message);

/* What was searched until now does not count as work of this message: for texts that each have a
 * bound of their own. */
void redaction_renew(Redaction *redaction);

/* "recipient-3": the address, whether it is looked for or not.  Yours. */
char *redact_address(Redaction *redaction, const char *address);
/* @text, UTF-8, without these.  Text that is too long to be searched (REDACT_LONGEST) goes whole,
 * and so does all of a message that names thousands, or has very much text.
 * NULL gives NULL.  Yours. */
char *redact_text(Redaction *redaction, const char *text);
/* The same, and without what only its sender can tell whom it is for by: long opaque words in
 * URLs, behind the host.  Yours. */
char *redact_links(Redaction *redaction, const char *text);
/* An envelope sender without these, and without what is in it of a message's id: that of SES is its
 * Message-ID at another domain. */
char *redact_sender(Redaction *redaction, const char *sender);

enum {
	REDACT_LONGEST = 4 * 1024 * 1024, /* bytes */
};

/* For whom a mail is redacted. */
typedef enum {
	REDACT_FOR_ANYONE,
	REDACT_FOR_AMAZON, /* the ids that Amazon gave the mail stay: it finds it by them */
} RedactReader;

/* What was read of a mail, as one to be shown to others: its header, but for Message-IDs and what
 * tells how to unsubscribe, and its texts, both without its recipients (it begins with @message,
 * and adds those that this names) and without tokens; of attachments type, size and SHA-256.
 * The first field says that it is not the original, and what the original's @sha256 (hex) is.
 * Yours. */
char *redact_message(
	Redaction *redaction, const Message *message, const char *sha256, RedactReader reader);

#endif
