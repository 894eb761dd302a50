/* extension.h - what the end of a file name makes a reader's machine do */
#ifndef MAIL_EXTENSION_H
#define MAIL_EXTENSION_H

#include <stdbool.h>

/* The last "." of @name and what follows, or "".  Points into @name. */
const char *extension_of(const char *name);

bool extension_is_program(const char *extension);  /* a double click runs it */
bool extension_is_page(const char *extension);     /* a browser opens it, scripts and all */
bool extension_is_document(const char *extension); /* what people expect to be sent */

/* How a name (UTF-8) hides what its file does. */
bool extension_is_double(const char *name);   /* invoice.pdf.exe */
bool extension_is_reversed(const char *name); /* a bidi control turns parts of it round */

#endif
