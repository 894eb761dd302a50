/* filetype.h - what the bytes of an attachment are, whatever the mail calls them */
#ifndef MAIL_FILETYPE_H
#define MAIL_FILETYPE_H

#include <stddef.h>

/* "application/pdf"; "application/octet-stream" when nobody knows,
 * "application/x-empty" for no bytes.  Yours. */
char *filetype_detect(const void *bytes, size_t length);

/* Reads the database: call before the box closes. */
void filetype_prepare(void);

#endif
