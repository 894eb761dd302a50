/* scanner.h - has a virus scanner look at attachments; by the importer, never in a box
 *
 * That a scanner knows nothing of an attachment proves nothing and is not noted; that
 * it could not look is: ATTACHMENT_NOT_SCANNED.
 */
#ifndef IMPORTER_SCANNER_H
#define IMPORTER_SCANNER_H

#include "mail/message.h"

typedef struct Scanner Scanner;

/* clamd at @socket, a path; waits for each answer at most @milliseconds, 0 for the
 * default. */
Scanner *scanner_new(const char *socket, int milliseconds);
void scanner_free(Scanner *scanner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scanner, scanner_free)

/* Has @raw looked at, if @message, which is what was read of it, has attachments:
 * marks those that are named, or all that could not be looked at, and judges the
 * message again. */
void scanner_look(Scanner *scanner, GBytes *raw, Message *message, const Site *site);

/* Messages that could not be looked at. */
int scanner_failures(const Scanner *scanner);

#endif
