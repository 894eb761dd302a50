#include "release/transport.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "release/trace.h"

/* The folders of a Maildir, open; -1 where not. */
typedef struct Maildir {
	int parent, base, tmp, new, cur;
} Maildir;

static void
maildir_clear(Maildir *maildir)
{
	const int folders[] = { maildir->parent, maildir->base, maildir->tmp, maildir->new,
		maildir->cur };

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
		if (folders[i] >= 0)
			close(folders[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Maildir, maildir_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, closedir)

static bool
check(const char *address, GError **error)
{
	if (*address == '/')
		return true;
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT,
		"maildir:%.80s: the path must be absolute, as in maildir:/srv/released", address);
	return false;
}

/* The folder @name in @parent, made (to outlast a crash) when missing; -1 sets errno. */
static int
open_folder(int parent, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int folder = openat(parent, name, flags);

	if (folder >= 0 || errno != ENOENT)
		return folder;
	if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return -1;
	if (fsync(parent) < 0)
		return -1;
	return openat(parent, name, flags);
}

/* A symlink shows as ENOTDIR or ELOOP: what it points to is anybody's guess, and a
 * folder that somebody else can swap is no place for released mail. */
static ShipmentResult
not_a_folder(const char *path, const char *name, char **reply)
{
	int fault = errno;

	if (fault == ENOTDIR || fault == ELOOP) {
		*reply = g_strdup_printf("%s%s is a symlink or no folder", path, name);
		return SHIPMENT_REFUSED;
	}
	*reply = g_strdup_printf("%s%s: %s", path, name, g_strerror(fault));
	return SHIPMENT_DOWN;
}

/* The box may be made; the folder it stands in must be there, for else a mistyped path
 * or a disk that is not mounted would swallow mail. */
static ShipmentResult
maildir_open(Maildir *maildir, const char *path, char **reply)
{
	g_autofree char *parent = g_path_get_dirname(path);
	g_autofree char *base = g_path_get_basename(path);

	maildir->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (maildir->parent < 0)
		return not_a_folder(parent, "", reply);
	maildir->base = open_folder(maildir->parent, base);
	if (maildir->base < 0)
		return not_a_folder(path, "", reply);
	maildir->tmp = open_folder(maildir->base, "tmp");
	if (maildir->tmp < 0)
		return not_a_folder(path, "/tmp", reply);
	maildir->new = open_folder(maildir->base, "new");
	if (maildir->new < 0)
		return not_a_folder(path, "/new", reply);
	maildir->cur = open_folder(maildir->base, "cur");
	if (maildir->cur < 0)
		return not_a_folder(path, "/cur", reply);
	return SHIPMENT_ACCEPTED;
}

/* The same for each try of one delivery, so that a second one finds the first; the digest
 * keeps a new store, whose deliveries count from 1 again, apart from an old one. */
static char *
final_name(const Shipment *shipment)
{
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
	size_t size;
	const void *bytes = g_bytes_get_data(shipment->raw, &size);

	g_checksum_update(
		digest, (const guchar *)shipment->sender, (gssize)strlen(shipment->sender) + 1);
	g_checksum_update(digest, (const guchar *)shipment->recipient,
		(gssize)strlen(shipment->recipient) + 1);
	g_checksum_update(digest, bytes, (gssize)size);
	return g_strdup_printf("lazaret-%" G_GINT64_FORMAT "-%.16s.%s", shipment->delivery,
		g_checksum_get_string(digest), shipment->host);
}

/* Is it in cur, with whatever flags a reader gave it (NAME:2,S)?  0, EEXIST, or what
 * kept from looking. */
static int
look_in_cur(const Maildir *maildir, const char *name)
{
	size_t length = strlen(name);
	int copy = openat(maildir->cur, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(DIR) folder = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int fault = errno;

	if (!folder) {
		if (copy >= 0)
			close(copy);
		return fault;
	}
	errno = 0;
	while ((entry = readdir(folder)))
		if (strncmp(entry->d_name, name, length) == 0 &&
			(entry->d_name[length] == '\0' || entry->d_name[length] == ':'))
			return EEXIST;
	return errno;
}

/* A deliverer that was killed may have put it there.  To read the folder costs less than
 * the fsyncs of one delivery, up to some ten thousand mails.
 * Readers move mail from new to cur and not back: look in that order and none slips by. */
static int
look(const Maildir *maildir, const char *name)
{
	if (faccessat(maildir->new, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return fsync(maildir->new) < 0 ? errno : EEXIST;
	return errno == ENOENT ? look_in_cur(maildir, name) : errno;
}

static bool
fill(const Shipment *shipment, int file)
{
	bool written = trace_write(shipment, file) && fsync(file) == 0;
	int fault = errno;

	if (close(file) < 0 && written)
		return false;
	errno = fault;
	return written;
}

/* Through a name of this process's own in tmp, which readers ignore and clean up after
 * 36 hours; the link makes it appear whole or not at all.  0, or an errno. */
static int
put(const Maildir *maildir, const Shipment *shipment, const char *name)
{
	g_autofree char *draft = g_strdup_printf("%" G_GINT64_FORMAT ".P%ldR%08x.%s", shipment->now,
		(long)getpid(), g_random_int(), shipment->host);
	int file = openat(
		maildir->tmp, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int fault = 0;

	if (file < 0)
		return errno == EEXIST ? EAGAIN : errno; /* EEXIST says 'delivered' here */
	if (!fill(shipment, file) || linkat(maildir->tmp, draft, maildir->new, name, 0) < 0)
		fault = errno;
	unlinkat(maildir->tmp, draft, 0);
	if (fault == 0 && fsync(maildir->new) < 0)
		fault = errno;
	return fault;
}

static ShipmentResult
ship(const Shipment *shipment, char **reply)
{
	/* Without its last slash, behind which O_NOFOLLOW would follow. */
	g_autofree char *path = g_canonicalize_filename(shipment->address, "/");
	g_auto(Maildir) maildir = { -1, -1, -1, -1, -1 };
	g_autofree char *name = final_name(shipment);
	ShipmentResult opened = maildir_open(&maildir, path, reply);
	int fault;

	if (opened != SHIPMENT_ACCEPTED)
		return opened;
	fault = look(&maildir, name);
	if (fault == 0)
		fault = put(&maildir, shipment, name);
	switch (fault) {
	case 0:
		*reply = g_strdup_printf("stored as new/%s", name);
		return SHIPMENT_ACCEPTED;
	case EEXIST:
		*reply = g_strdup_printf("is there already as %s", name);
		return SHIPMENT_ACCEPTED;
	default:
		*reply = g_strdup_printf("%s: %s", path, g_strerror(fault));
		return SHIPMENT_DEFERRED;
	}
}

/* As open_folder() and maildir_open() will find it. */
static bool
probe_folder(const char *path, bool *there, char **words)
{
	struct stat status;

	*there = lstat(path, &status) == 0;
	if (!*there && errno == ENOENT)
		return true;
	if (*there && !S_ISDIR(status.st_mode))
		*words = g_strdup_printf("%s is a symlink or no folder", path);
	else if (!*there || access(path, W_OK | X_OK) < 0)
		*words = g_strdup_printf("%s: %s", path, g_strerror(errno));
	return !*words;
}

static ProbeResult
probe(const Probe *probe, char **words)
{
	static const char *const names[] = { "tmp", "new", "cur" };
	g_autofree char *parent = g_path_get_dirname(probe->address);
	bool there;

	if (!probe_folder(probe->address, &there, words))
		return PROBE_BAD;
	if (!there && access(parent, W_OK | X_OK) < 0) {
		*words = g_strdup_printf(
			"%s, in which it would be made: %s", parent, g_strerror(errno));
		return PROBE_BAD;
	}
	if (!there) {
		*words = g_strdup_printf("%s: will be made with the first release", probe->address);
		return PROBE_GOOD;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *folder = g_build_filename(probe->address, names[i], NULL);

		if (!probe_folder(folder, &there, words))
			return PROBE_BAD;
	}
	*words = g_strdup_printf("%s: may be written", probe->address);
	return PROBE_GOOD;
}

const Transport transport_maildir = {
	.name = "maildir",
	.prefix = "maildir:",
	.form = "maildir:PATH",
	.summary = "a Maildir on this machine, made when missing",
	.repeatable = true,
	.check = check,
	.ship = ship,
	.probe = probe,
};
