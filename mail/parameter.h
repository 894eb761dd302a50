/* parameter.h - the parameters of a structured field, all of them; private to mail/ */
#ifndef MAIL_PARAMETER_H
#define MAIL_PARAMETER_H

#include <glib.h>

/* Adds each value (char *) that parameter @name has in the field's @value, quotes
 * undone, as often as it stands there.  The pieces of a continued one (RFC 2231:
 * name*0, name*1) are one value. */
void parameter_values(const char *value, const char *name, GPtrArray *values);

#endif
