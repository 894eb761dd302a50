/* schema.h - the tables, and how an older store becomes a newer one; private to store/ */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/store.h"

#define SCHEMA_APPLICATION_ID 0x4c5a5254 /* "LZRT" */

/* The version this program writes: the number of migrations. */
int schema_version(void);

/* Brings @store to schema_version(), one transaction a version; another process
 * may be doing the same. */
bool schema_migrate(Store *store, GError **error);
/* A trigger of somebody else's making would run with each decision: NOT_A_STORE where the
 * triggers and views of @store, which is of schema_version(), are not those that the
 * migrations make. */
bool schema_check_triggers(Store *store, GError **error);
/* A digest of them, as SCHEMA_TRIGGERS in schema.c has it.  Yours. */
char *schema_triggers(Store *store, GError **error);
/* The same up to @version, which may be older than this program's: for tests. */
bool schema_migrate_to(Store *store, int version, GError **error);

#endif
