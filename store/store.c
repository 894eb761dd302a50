#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/bulk.h"
#include "store/db.h"
#include "store/schema.h"

G_DEFINE_QUARK(lazaret_store_error, store_error)

enum {
	/* Another process may be turning the same new file into a store. */
	CREATE_TRIES = 50,
	CREATE_PAUSE = 20 * 1000, /* microseconds */
};

static StoreError
code_of_errno(int number)
{
	switch (number) {
	case EACCES:
	case EPERM:
	case EROFS:
		return STORE_ERROR_PERMISSION;
	case ENOSPC:
	case EDQUOT:
		return STORE_ERROR_FULL;
	case ENOENT:
	case ENOTDIR:
		return STORE_ERROR_NO_STORE;
	default:
		return STORE_ERROR_IO;
	}
}

static bool
fail_errno(const char *path, GError **error)
{
	int number = errno;

	g_set_error(error, STORE_ERROR, code_of_errno(number), "%s: %s", path, g_strerror(number));
	return false;
}

static bool
fail_missing(const char *path, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_NO_STORE,
		"%s: no quarantine there yet; `lazaret import SOURCE` makes one", path);
	return false;
}

/* SQLite takes a store's rights for its -wal and -shm files, so the umask can only
 * narrow them. */
static bool
make_file(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int file;

	if (g_mkdir_with_parents(folder, 0700) < 0)
		return fail_errno(folder, error);
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 && errno != EEXIST)
		return fail_errno(path, error);
	/* A file that was there already is never opened and closed here: that would drop
	 * the locks of this process's other connections to it (fcntl(2)). */
	if (file >= 0)
		close(file);
	return true;
}

static bool
look_at_file(const char *path, StoreMode mode, GError **error)
{
	struct stat info;

	if (stat(path, &info) < 0) {
		if (errno != ENOENT)
			return fail_errno(path, error);
		return mode == STORE_CREATE ? make_file(path, error) : fail_missing(path, error);
	}
	if (!S_ISREG(info.st_mode)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
			"%s: not a lazaret store but a %s", path,
			S_ISDIR(info.st_mode) ? "folder" : "device");
		return false;
	}
	return true;
}

static Store *
open_for_reading(const char *path, const char *location, int flags, GError **error)
{
	g_autoptr(Store) store = db_open(path, location, SQLITE_OPEN_READONLY | flags, error);
	int64_t version;

	/* The -shm file is not looked for before the first read. */
	if (!store || !db_value(store, "PRAGMA schema_version", &version, error))
		return NULL;
	store->read_only = true;
	return g_steal_pointer(&store);
}

static char *
uri_of(const char *location, const char *parameter)
{
	g_autofree char *escaped = g_uri_escape_string(location, "/", false);

	return g_strconcat("file:", escaped, "?", parameter, NULL);
}

/* WAL needs a -shm file beside the store.  Where none can be made and no other
 * process has one, what the file holds is all there is. */
static Store *
open_immutable(const char *path, const char *location, GError **error)
{
	g_autofree char *wal = g_strconcat(location, "-wal", NULL);
	g_autofree char *uri = uri_of(location, "immutable=1");

	if (access(wal, F_OK) == 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_PERMISSION,
			"%s: its last changes are in %s-wal, which may not be read", path, path);
		return NULL;
	}
	return open_for_reading(path, uri, SQLITE_OPEN_URI, error);
}

/* What is in the -wal file is read through the -shm file that whoever wrote it has; where there
 * is nothing in it, all is in the store itself, and neither is asked for. */
static Store *
open_untouched(const char *path, const char *location, GError **error)
{
	g_autofree char *wal = g_strconcat(location, "-wal", NULL);
	g_autofree char *shm = g_strconcat(location, "-shm", NULL);
	g_autofree char *uri = NULL;
	struct stat info;
	bool logged = stat(wal, &info) == 0 && info.st_size > 0;

	if (access(location, R_OK) < 0) {
		fail_errno(path, error);
		return NULL;
	}
	if (logged && access(shm, F_OK) < 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_PERMISSION,
			"%s: its last changes are in %s-wal, which a command that may write takes over",
			path, path);
		return NULL;
	}
	uri = uri_of(location, logged ? "readonly_shm=1" : "immutable=1");
	return open_for_reading(path, uri, SQLITE_OPEN_URI, error);
}

static Store *
open_read_only(const char *path, const char *location, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(Store) store = NULL;

	if (access(location, R_OK) < 0) {
		fail_errno(path, error);
		return NULL;
	}
	store = open_for_reading(path, location, 0, &problem);
	if (!store &&
		(g_error_matches(problem, STORE_ERROR, STORE_ERROR_PERMISSION) ||
			g_error_matches(problem, STORE_ERROR, STORE_ERROR_IO)))
		return open_immutable(path, location, error);
	if (!store)
		g_propagate_error(error, g_steal_pointer(&problem));
	return g_steal_pointer(&store);
}

static bool
only_reads(StoreMode mode)
{
	return mode == STORE_READ || mode == STORE_GLANCE || mode == STORE_UNTOUCHED;
}

/* SQLite quietly opens what may not be written for reading, hence access(). */
static Store *
open_connection(const char *path, StoreMode mode, GError **error)
{
	g_autofree char *location = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(location);
	bool writable = access(location, W_OK) == 0 && access(folder, W_OK) == 0;

	if (mode == STORE_UNTOUCHED)
		return open_untouched(path, location, error);
	if (!writable && only_reads(mode))
		return open_read_only(path, location, error);
	if (!writable) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_PERMISSION,
			"%s: the store, or the folder it is in, may not be written", path);
		return NULL;
	}
	return db_open(path, location, SQLITE_OPEN_READWRITE, error);
}

static bool
configure(Store *store, GError **error)
{
	return db_exec(store,
		       "PRAGMA foreign_keys = ON;"
		       /* so that INSERT OR REPLACE does not get round the triggers on DELETE */
		       "PRAGMA recursive_triggers = ON;"
		       "PRAGMA cell_size_check = ON;"
		       /* What is removed is overwritten: most of it is somebody's mail. */
		       "PRAGMA secure_delete = ON;"
		       /* What a statement would undo is kept for as long as it runs: in a file, that
		 * is half of the time of a large operation, and mail in a temporary folder. */
		       "PRAGMA temp_store = MEMORY;",
		       error) &&
		bulk_usual(store, error);
}

/* The page size must stand before the first page does; both statements do nothing
 * in a store that another process has made meanwhile. */
static bool
make_store(Store *store, GError **error)
{
	for (int i = 0;; i++) {
		g_autoptr(GError) problem = NULL;

		if (db_exec(store, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL", &problem))
			return schema_migrate(store, error);
		if (i == CREATE_TRIES || !g_error_matches(problem, STORE_ERROR, STORE_ERROR_BUSY)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return false;
		}
		g_usleep(CREATE_PAUSE);
	}
}

typedef struct Identity {
	int64_t application, version, tables;
} Identity;

static bool
read_identity(Store *store, Identity *identity, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);

	return snapshot &&
		db_value(store, "PRAGMA application_id", &identity->application, error) &&
		db_value(store, "PRAGMA user_version", &identity->version, error) &&
		db_value(store, "SELECT count(*) FROM sqlite_schema", &identity->tables, error);
}

static bool
fail_version(Store *store, int64_t version, GError **error)
{
	bool newer = version > schema_version();

	g_set_error(error, STORE_ERROR, newer ? STORE_ERROR_NEWER : STORE_ERROR_PERMISSION,
		newer ? "%s: written by a newer lazaret (schema %d, this one knows %d)"
		      : "%s: written by an older lazaret (schema %d, this one reads %d); open it "
			"once where it may be written",
		store->path, (int)version, schema_version());
	return false;
}

static bool
check_identity(Store *store, StoreMode mode, GError **error)
{
	Identity identity = { 0 };
	bool empty;

	if (!read_identity(store, &identity, error))
		return false;
	empty = identity.application == 0 && identity.version == 0 && identity.tables == 0;
	if (empty)
		return mode == STORE_CREATE ? make_store(store, error)
					    : fail_missing(store->path, error);
	if (identity.application != SCHEMA_APPLICATION_ID || identity.version < 1) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
			"%s: a database, but not a lazaret store", store->path);
		return false;
	}
	if (identity.version == schema_version())
		return true;
	if (identity.version > schema_version() || store->read_only || mode == STORE_GLANCE)
		return fail_version(store, identity.version, error);
	return schema_migrate(store, error);
}

Store *
store_open(const char *path, StoreMode mode, GError **error)
{
	g_autoptr(Store) store = NULL;

	if (!look_at_file(path, mode, error))
		return NULL;
	store = open_connection(path, mode, error);
	if (!store || !configure(store, error) || !check_identity(store, mode, error))
		return NULL;
	if (!only_reads(mode) && !schema_check_triggers(store, error))
		return NULL;
	if (only_reads(mode) && !db_exec(store, "PRAGMA query_only = ON", error))
		return NULL;
	store->read_only = only_reads(mode);
	store->version = schema_version();
	return g_steal_pointer(&store);
}

void
store_spare_memory(Store *store)
{
	db_exec(store, "PRAGMA cache_size = -4096", NULL);
}

void
store_close(Store *store)
{
	db_close(store);
}

const char *
store_path(const Store *store)
{
	return store->path;
}

int64_t
store_generation(Store *store)
{
	int64_t others = 0;

	db_value(store, "PRAGMA data_version", &others, NULL);
	return (others << 32) + sqlite3_total_changes64(store->db);
}
