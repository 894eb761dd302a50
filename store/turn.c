#include "store/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static int
open_folder(Store *store)
{
	/* As SQLite resolved it: whatever names a store is opened by, it is one folder. */
	const char *file = sqlite3_db_filename(store->db, "main");
	g_autofree char *folder = file && *file ? g_path_get_dirname(file) : NULL;

	return folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

void
turn_wait(Store *store)
{
	if (store->waits)
		return;
	if (store->folder < 0)
		store->folder = open_folder(store);
	/* It fails while another process asks, and is tried again. */
	store->waits = store->folder >= 0 && flock(store->folder, LOCK_SH | LOCK_NB) == 0;
}

void
turn_comes(Store *store)
{
	if (store->waits)
		flock(store->folder, LOCK_UN);
	store->waits = false;
}

bool
store_is_awaited(Store *store)
{
	if (store->folder < 0)
		store->folder = open_folder(store);
	if (store->folder < 0)
		return false;
	if (flock(store->folder, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	flock(store->folder, LOCK_UN);
	return false;
}
