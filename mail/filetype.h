/* filetype.h - what the bytes of an attachment are, whatever the mail calls them */
#ifndef MAIL_FILETYPE_H
#define MAIL_FILETYPE_H

#include <stdbool.h>
#include <stddef.h>

/* "application/pdf"; "application/octet-stream" when nobody knows,
 * "application/x-empty" for no bytes.  Yours. */
char *filetype_detect(const void *bytes, size_t length);

/* The bytes can be what the mail says they are: @detected fits the name's ending, where
 * that promises one kind of bytes, and the declared type, where it does not merely
 * say that it is some file.  @name may be NULL. */
bool filetype_agrees(const char *declared, const char *name, const char *detected);

/* A double click on bytes of this type runs them. */
bool filetype_is_program(const char *detected);

/* The same by the first bytes alone, for files that are too many to ask libmagic. */
bool filetype_is_program_head(const char *head, size_t length);

/* Reads the database: call before the box closes. */
void filetype_prepare(void);

/* The library's version, 545 for 5.45; *known: it has a database, and knows a PDF by it. */
int filetype_library(bool *known);

#endif
