/* extension.h - what the end of a file name makes a reader's machine do */
#ifndef MAIL_EXTENSION_H
#define MAIL_EXTENSION_H

#include <stdbool.h>

/* The last "." of @name and what follows, or "".  Points into @name. */
const char *extension_of(const char *name);

bool extension_is_program(const char *extension);  /* a double click runs it */
bool extension_is_page(const char *extension);     /* a browser opens it, scripts and all */
bool extension_is_document(const char *extension); /* what people expect to be sent */

#endif
