/* disk.h - a disk behind SQLite that a test has calls of its own for
 *
 * Stores that are opened after disk_use() have it behind whatever they are opened with. */
#ifndef TESTS_STORE_DISK_H
#define TESTS_STORE_DISK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Disk {
	int (*open)(
		sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out);
	void (*change)(sqlite3_io_methods *log);
	sqlite3_io_methods usual; /* of a -wal file */
	sqlite3_io_methods changed;
} Disk;

static Disk disk;

static inline int
disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out)
{
	int result = disk.open(vfs, name, file, flags, out);

	if (result == SQLITE_OK && flags & SQLITE_OPEN_WAL) {
		disk.usual = *file->pMethods;
		disk.changed = *file->pMethods;
		disk.change(&disk.changed);
		file->pMethods = &disk.changed;
	}
	return result;
}

/* @change puts the test's calls in the place of those of -wal files; what stood there is in
 * disk.usual. */
static inline void
disk_use(void (*change)(sqlite3_io_methods *log))
{
	static sqlite3_vfs vfs;

	sqlite3_initialize();
	vfs = *sqlite3_vfs_find(NULL);
	disk.open = vfs.xOpen;
	disk.change = change;
	vfs.xOpen = disk_open;
	vfs.zName = "disk";
	sqlite3_vfs_register(&vfs, true);
}

#endif
