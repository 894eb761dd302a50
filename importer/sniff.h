/* sniff.h - does this look like mail?  Decided from names and first bytes alone */
#ifndef IMPORTER_SNIFF_H
#define IMPORTER_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

/* "*.eml" and "*.eml.gz" are messages, whatever is in them. */
bool sniff_message_name(const char *path);

/* The last part of @path is a day, "20261130", as MailScanner calls its folders. */
bool sniff_day_name(const char *path);

/* It begins with a From_ line, as every mbox does (RFC 4155). */
bool sniff_mbox(const char *head, size_t length);

/* It begins with header fields, one of which mail has and other files do not:
 * a table, a script or a configuration beside the messages is none. */
bool sniff_message(const char *head, size_t length);

#endif
