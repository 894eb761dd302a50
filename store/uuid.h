/* uuid.h - names as UUIDs (RFC 9562, version 5): the same name is the same UUID everywhere
 */
#ifndef STORE_UUID_H
#define STORE_UUID_H

/* Of @name, in lazaret's own namespace: "xxxxxxxx-xxxx-5xxx-xxxx-xxxxxxxxxxxx".  Yours. */
char *uuid_of_name(const char *name);

#endif
