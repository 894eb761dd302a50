#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/target.h"
#include "importer/box.h"
#include "store/message.h"
#include "system/new_file.h"
#include "system/whole.h"

/* Where attachments go. */
typedef struct Folder {
	char *path;
	int fd;
} Folder;

static void
folder_clear(Folder *folder)
{
	g_free(folder->path);
	if (folder->fd >= 0)
		close(folder->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)

static bool
create_failed(const char *folder, const char *name, GError **error)
{
	g_set_error(
		error, CLI_ERROR, CLI_ERROR_CREATE, "%s/%s: %s", folder, name, g_strerror(errno));
	return false;
}

static bool
folder_open(Folder *folder, const char *path, GError **error)
{
	folder->path = g_strdup(path);
	if (g_mkdir_with_parents(path, 0700) == 0)
		folder->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return folder->fd >= 0 || create_failed(path, "", error);
}

/* A new file of that name inside the folder: never through a link, never over
 * what is there, never outside. */
static int
folder_create(const Folder *folder, const char *name)
{
	struct open_how how = {
		.flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		.mode = 0600,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	g_assert(!strchr(name, '/'));
	fd = syscall(SYS_openat2, folder->fd, name, &how, sizeof how);
	/* Kernels before 5.6, and containers that forbid it: a name without a slash can
	 * only mean a file in the folder itself. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(folder->fd, name, (int)how.flags, 0600);
	return (int)fd;
}

static bool
save_bytes(const Folder *folder, const char *name, GBytes *bytes, GError **error)
{
	int fd = folder_create(folder, name);
	size_t length;
	const void *data = g_bytes_get_data(bytes, &length);
	bool written;

	if (fd < 0)
		return create_failed(folder->path, name, error);
	written = write_whole(fd, data, length) && fsync(fd) == 0;
	if (close(fd) == 0 && written)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_WRITE, "%s/%s: %s", folder->path, name,
		g_strerror(errno));
	unlinkat(folder->fd, name, 0);
	return false;
}

/* What is saved, and from where. */
typedef struct Saving {
	int64_t id;
	const Message *message;
	GBytes *raw;
	const Site *site;
} Saving;

static bool
save_attachment(
	Session *session, const Folder *folder, const Saving *saving, guint number, GError **error)
{
	const Attachment *attachment = g_ptr_array_index(saving->message->attachments, number - 1);
	g_auto(BoxReply) reply = { 0 };
	/* Neither name nor type of the mail's choosing: nothing opens it by itself. */
	g_autofree char *name =
		g_strdup_printf("message-%" G_GINT64_FORMAT "-%u.bin", saving->id, number);

	if (!box_run(saving->site, BOX_EXTRACT, saving->raw, attachment->path, &reply, error) ||
		!save_bytes(folder, name, reply.bytes, error))
		return false;
	output_line(session->output, "%s/%s: %" G_GSIZE_FORMAT " bytes, declared %s \"%s\", is %s",
		folder->path, name, g_bytes_get_size(reply.bytes), attachment->declared,
		attachment->name ? attachment->name : "", attachment->detected);
	return true;
}

static bool
save_numbered(Session *session, const Folder *folder, const Saving *saving, GError **error)
{
	guint count = saving->message->attachments->len;

	for (char **word = session->arguments + 1; *word; word++) {
		guint64 number;

		if (!g_ascii_string_to_unsigned(*word, 10, 1, MAX(count, 1), &number, NULL) ||
			count == 0) {
			g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT,
				"message %" G_GINT64_FORMAT " has no attachment %s, but %u in all",
				saving->id, *word, count);
			return false;
		}
		if (!save_attachment(session, folder, saving, (guint)number, error))
			return false;
	}
	return true;
}

static bool
save_all(Session *session, const Folder *folder, const Saving *saving, GError **error)
{
	if (saving->message->attachments->len == 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT,
			"message %" G_GINT64_FORMAT " has no attachments", saving->id);
		return false;
	}
	for (guint i = 1; i <= saving->message->attachments->len; i++)
		if (!save_attachment(session, folder, saving, i, error))
			return false;
	return true;
}

static bool
save_message(Session *session, int64_t id, const char *to, GError **error)
{
	g_auto(Folder) folder = { .fd = -1 };
	g_autoptr(Message) message = store_load(session->store, id, error);
	g_autoptr(GBytes) raw = message ? store_raw(session->store, id, error) : NULL;
	const Site site = {
		.authserv_ids = settings_list(session->settings, SETTING_TRUSTED_AUTHSERV_IDS),
	};
	const Saving saving = { id, message, raw, &site };

	if (!raw || !folder_open(&folder, to, error))
		return false;
	box_prepare();
	return session->arguments[1] ? save_numbered(session, &folder, &saving, error)
				     : save_all(session, &folder, &saving, error);
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *to = NULL;
	int64_t id;
	const GOptionEntry entries[] = {
		{ "to", 't', 0, G_OPTION_ARG_FILENAME, &to,
			"folder to save in, made when missing; else the setting save-to", "DIR" },
		G_OPTION_ENTRY_NULL,
	};

	if (!session_options(session, entries, NULL, error))
		return false;
	if (session_operands(session) == 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "save: name one message by its id");
		return false;
	}
	return id_parse(session->arguments[0], &id, error) && session_open(session, error) &&
		save_message(session, id,
			to ? to : settings_text(session->settings, SETTING_SAVE_TO), error);
}

const Command cmd_save = {
	.name = "save",
	.opens = OPENS_READ,
	.usage = "ID [N...]",
	.summary = "save attachments under names that open nothing",
	.run = run,
};
