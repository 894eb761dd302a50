/* vfs.h - the files of a store, between SQLite and its own way to them; private to store/
 *
 * SQLite writes each page of a transaction into the -wal file by two calls, one for the 24 bytes
 * before it.  Who writes thousands of pages has them gathered here and written many at a time.
 * What is gathered is never more than pages that are not committed: the page that commits is
 * written, with all before it, before SQLite is told that it is (the file format's section 4.1:
 * its frame's header names the size of the database).  What could not be written makes
 * the commit fail; what is left when the right to write is given back was rolled back, and is
 * dropped, for the place is anybody's from then on.
 */
#ifndef STORE_VFS_H
#define STORE_VFS_H

#include <sqlite3.h>
#include <stdbool.h>

/* Registers it with SQLite, once; what sqlite3_open_v2() takes. */
const char *vfs_name(void);

/* Whether @db, opened by that name, has its pages gathered; at first it has not.  Not within a
 * transaction, nor in SQLite's exclusive locking mode, where no right is given back. */
void vfs_gather(sqlite3 *db, bool gather);

#endif
