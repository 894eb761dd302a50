#include "store/vfs.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum {
	FRAME_HEADER = 24, /* before each page: the file format, section 4.1 */
	COMMITS_AT = 4,    /* in it: the size of the database, 0 where it commits nothing */
	WRITE_LOCK = 0,    /* of those of the -shm file: the WAL-mode file format, section 2.1.3 */
	ROOM = 15 * (FRAME_HEADER + 8192), /* under the 128 KiB that SQLite writes at most */
};

/* The end of a -wal file that is not written yet. */
typedef struct Gathered {
	uint8_t *bytes; /* ROOM; NULL: nothing was ever gathered */
	size_t length;
	sqlite3_int64 offset; /* in the file */
	sqlite3_int64 next;   /* where the next frame is expected; -1: anywhere */
	bool commits;         /* the page that comes next */
	int failure;          /* of writing them, until the right to write is given back */
} Gathered;

/* Behind it in memory is SQLite's own. */
typedef struct File {
	sqlite3_file base;
	sqlite3_file *real;
	struct File *log;   /* of a store: its -wal file while that is open */
	struct File *store; /* of a -wal file */
	bool gathers;       /* of a store */
	Gathered gathered;  /* of a -wal file */
} File;

static sqlite3_file *
real(sqlite3_file *file)
{
	return ((File *)file)->real;
}

/* ---- gathering ---- */

static int
write_gathered(File *file)
{
	Gathered *gathered = &file->gathered;
	size_t length = gathered->length;

	if (gathered->failure == SQLITE_OK && length > 0)
		gathered->failure = file->real->pMethods->xWrite(
			file->real, gathered->bytes, (int)length, gathered->offset);
	gathered->length = 0;
	return gathered->failure;
}

/* Whoever has the right to write next may write to the same place. */
static void
drop_gathered(File *file)
{
	file->gathered.length = 0;
	file->gathered.next = -1;
	file->gathered.commits = false;
	file->gathered.failure = SQLITE_OK;
}

static bool
is_frame_header(const uint8_t *bytes, int length, bool *commits)
{
	static const uint8_t nothing[sizeof(uint32_t)] = { 0 };

	if (length != FRAME_HEADER)
		return false;
	*commits = memcmp(bytes + COMMITS_AT, nothing, sizeof(nothing)) != 0;
	return true;
}

/* A header that is written anew, and whatever else is no end of the file, is not gathered. */
static bool
is_gathered(const File *file, int length, sqlite3_int64 offset)
{
	return file->store->gathers && offset == file->gathered.next && length <= ROOM;
}

static void
gather(Gathered *gathered, const void *bytes, int length, sqlite3_int64 offset)
{
	if (!gathered->bytes)
		gathered->bytes = g_malloc(ROOM);
	if (gathered->length == 0)
		gathered->offset = offset;
	memcpy(gathered->bytes + gathered->length, bytes, (size_t)length);
	gathered->length += (size_t)length;
}

/* What follows on a failure may be gathered, but never written: the commit fails. */
static int
write_log(File *file, const void *bytes, int length, sqlite3_int64 offset)
{
	Gathered *gathered = &file->gathered;
	bool is_header = is_frame_header(bytes, length, &gathered->commits);
	bool gathers = is_gathered(file, length, offset);
	bool fits = gathers && gathered->length + (size_t)length <= ROOM;
	int result = fits ? SQLITE_OK : write_gathered(file);

	if (result != SQLITE_OK)
		return result;
	gathered->next = offset + length;
	if (!gathers)
		return file->real->pMethods->xWrite(file->real, bytes, length, offset);
	gather(gathered, bytes, length, offset);
	return gathered->commits && !is_header ? write_gathered(file) : SQLITE_OK;
}

static bool
is_written(const Gathered *gathered, int length, sqlite3_int64 offset)
{
	return gathered->failure == SQLITE_OK &&
		(gathered->length == 0 || offset + length <= gathered->offset);
}

/* ---- SQLite's calls ---- */

static int
close_file(sqlite3_file *base)
{
	File *file = (File *)base;

	if (file->store)
		file->store->log = NULL;
	g_free(file->gathered.bytes);
	return file->real->pMethods->xClose(file->real);
}

static int
read_file(sqlite3_file *base, void *bytes, int length, sqlite3_int64 offset)
{
	File *file = (File *)base;
	int result = is_written(&file->gathered, length, offset) ? SQLITE_OK : write_gathered(file);

	return result == SQLITE_OK ? file->real->pMethods->xRead(file->real, bytes, length, offset)
				   : result;
}

static int
write_file(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset)
{
	File *file = (File *)base;

	return file->store ? write_log(file, bytes, length, offset)
			   : file->real->pMethods->xWrite(file->real, bytes, length, offset);
}

static int
truncate_file(sqlite3_file *base, sqlite3_int64 size)
{
	int result = write_gathered((File *)base);

	return result == SQLITE_OK ? real(base)->pMethods->xTruncate(real(base), size) : result;
}

static int
sync_file(sqlite3_file *base, int flags)
{
	int result = write_gathered((File *)base);

	return result == SQLITE_OK ? real(base)->pMethods->xSync(real(base), flags) : result;
}

static int
size_file(sqlite3_file *base, sqlite3_int64 *size)
{
	int result = write_gathered((File *)base);

	return result == SQLITE_OK ? real(base)->pMethods->xFileSize(real(base), size) : result;
}

static int
lock_file(sqlite3_file *base, int lock)
{
	return real(base)->pMethods->xLock(real(base), lock);
}

static int
unlock_file(sqlite3_file *base, int lock)
{
	return real(base)->pMethods->xUnlock(real(base), lock);
}

static int
check_lock(sqlite3_file *base, int *reserved)
{
	return real(base)->pMethods->xCheckReservedLock(real(base), reserved);
}

static int
control_file(sqlite3_file *base, int operation, void *argument)
{
	return real(base)->pMethods->xFileControl(real(base), operation, argument);
}

static int
sector_size(sqlite3_file *base)
{
	return real(base)->pMethods->xSectorSize(real(base));
}

static int
characteristics(sqlite3_file *base)
{
	return real(base)->pMethods->xDeviceCharacteristics(real(base));
}

static int
map_shared(sqlite3_file *base, int page, int size, int extend, void volatile **memory)
{
	return real(base)->pMethods->xShmMap(real(base), page, size, extend, memory);
}

static int
lock_shared(sqlite3_file *base, int offset, int count, int flags)
{
	File *file = (File *)base;
	const int given_back = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE;

	if (file->log && offset == WRITE_LOCK && (flags & given_back) == given_back)
		drop_gathered(file->log);
	return file->real->pMethods->xShmLock(file->real, offset, count, flags);
}

static void
order_shared(sqlite3_file *base)
{
	real(base)->pMethods->xShmBarrier(real(base));
}

static int
unmap_shared(sqlite3_file *base, int remove)
{
	return real(base)->pMethods->xShmUnmap(real(base), remove);
}

static int
fetch(sqlite3_file *base, sqlite3_int64 offset, int length, void **bytes)
{
	return real(base)->pMethods->xFetch(real(base), offset, length, bytes);
}

static int
unfetch(sqlite3_file *base, sqlite3_int64 offset, void *bytes)
{
	return real(base)->pMethods->xUnfetch(real(base), offset, bytes);
}

static const sqlite3_io_methods methods = {
	.iVersion = 3,
	.xClose = close_file,
	.xRead = read_file,
	.xWrite = write_file,
	.xTruncate = truncate_file,
	.xSync = sync_file,
	.xFileSize = size_file,
	.xLock = lock_file,
	.xUnlock = unlock_file,
	.xCheckReservedLock = check_lock,
	.xFileControl = control_file,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
	.xShmMap = map_shared,
	.xShmLock = lock_shared,
	.xShmBarrier = order_shared,
	.xShmUnmap = unmap_shared,
	.xFetch = fetch,
	.xUnfetch = unfetch,
};

static sqlite3_vfs *
usual(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

/* Who is not opened closes nothing: then it has no methods. */
static int
open_behind(sqlite3_vfs *vfs, const char *name, File *file, int flags, int *given)
{
	int result;

	*file = (File){ .real = (sqlite3_file *)(file + 1), .gathered = { .next = -1 } };
	result = usual(vfs)->xOpen(usual(vfs), name, file->real, flags, given);
	if (file->real->pMethods)
		file->base.pMethods = &methods;
	return result;
}

/* Journals and files of a moment are SQLite's own. */
static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *given)
{
	File *file = (File *)base;
	int result;

	if (!(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
		return usual(vfs)->xOpen(usual(vfs), name, base, flags, given);
	result = open_behind(vfs, name, file, flags, given);
	if (result == SQLITE_OK && (flags & SQLITE_OPEN_WAL)) {
		file->store = (File *)sqlite3_database_file_object(name);
		file->store->log = file;
	}
	return result;
}

/* Each is handed the one it belongs to. */
static int
delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
	return usual(vfs)->xDelete(usual(vfs), name, sync);
}

static int
access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	return usual(vfs)->xAccess(usual(vfs), name, flags, result);
}

static int
full_name(sqlite3_vfs *vfs, const char *name, int room, char *full)
{
	return usual(vfs)->xFullPathname(usual(vfs), name, room, full);
}

/* ---- to others ---- */

/* What is no file's is that of the usual one. */
const char *
vfs_name(void)
{
	static sqlite3_vfs vfs;
	static gsize registered;

	if (g_once_init_enter(&registered)) {
		sqlite3_vfs *found = sqlite3_vfs_find(NULL);

		vfs = *found;
		vfs.zName = "lazaret";
		vfs.pAppData = found;
		vfs.szOsFile += (int)sizeof(File);
		vfs.xOpen = open_file;
		vfs.xDelete = delete_file;
		vfs.xAccess = access_file;
		vfs.xFullPathname = full_name;
		sqlite3_vfs_register(&vfs, false);
		g_once_init_leave(&registered, 1);
	}
	return vfs.zName;
}

/* Where a page must be followed by others up to the end of a sector, SQLite writes in other pieces. */
static bool
is_gatherable(File *file)
{
	return file && file->base.pMethods == &methods &&
		characteristics(&file->base) & SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

void
vfs_gather(sqlite3 *db, bool gather)
{
	File *file = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (is_gatherable(file))
		file->gathers = gather;
}
