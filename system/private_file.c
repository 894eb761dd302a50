#include "system/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/whole.h"

/* Of the open file, not of its name: that could be another's a moment later. */
static const char *
fault_of(int file)
{
	struct stat status;

	if (fstat(file, &status) < 0)
		return g_strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "not a regular file";
	if (status.st_uid != geteuid())
		return "it belongs to another user, who can read what is in it";
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return "others may read or write it; chmod 600 it";
	return NULL;
}

static char *
read_text(int file, size_t limit, const char **fault)
{
	g_autofree char *bytes = g_malloc0(limit + 2);
	ssize_t length = read_whole(file, bytes, limit + 1);

	if (length < 0)
		*fault = g_strerror(errno);
	else if (length == 0)
		*fault = "it is empty";
	else if ((size_t)length > limit)
		*fault = "too large for what it is to hold";
	else if (memchr(bytes, '\0', (size_t)length))
		*fault = "it holds a NUL";
	else
		return g_steal_pointer(&bytes);
	explicit_bzero(bytes, limit + 2);
	return NULL;
}

char *
private_file_read(const char *path, size_t limit, const char **fault)
{
	/* Not blocking, so that a FIFO does not wait for its writer. */
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;

	*fault = file < 0 ? g_strerror(errno) : fault_of(file);
	if (!*fault)
		text = read_text(file, limit, fault);
	if (file >= 0)
		close(file);
	return text;
}

void
private_text_free(char *text)
{
	if (!text)
		return;
	explicit_bzero(text, strlen(text));
	g_free(text);
}
