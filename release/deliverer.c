#include "release/deliverer.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* What a deliverer is known by, one word each. */
enum {
	WORD_PLACE,     /* "HOST:PID", for people */
	WORD_BOOT,      /* of the kernel: a process does not outlive it */
	WORD_NAMESPACE, /* in which its number is that of a process: containers have their own */
	WORD_START,     /* in ticks since the boot: numbers are used again */
	WORDS
};

static char *
boot_id(void)
{
	char *text = NULL;

	if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
		return NULL;
	return g_strstrip(text);
}

/* Field 22 of proc(5)'s stat, behind a name in parentheses that may hold anything; "" for
 * a process that has ended and is not reaped; NULL when it is not to be read. */
static char *
start_of(long pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%ld/stat", pid);
	g_autofree char *text = NULL;
	g_auto(GStrv) fields = NULL;
	const char *name_end;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	name_end = strrchr(text, ')');
	fields = g_strsplit(name_end ? name_end : "", " ", -1);
	if (g_strv_length(fields) < 21)
		return NULL;
	return g_strdup(strchr("ZX", *fields[1]) ? "" : fields[20]);
}

char *
deliverer_self(const char *host)
{
	g_autofree char *boot = boot_id();
	g_autofree char *namespace = g_file_read_link("/proc/self/ns/pid", NULL);
	g_autofree char *start = start_of(getpid());

	if (!boot || !namespace || !start)
		return NULL;
	return g_strdup_printf("%s:%ld %s %s %s", host, (long)getpid(), boot, namespace, start);
}

static bool
is_gone(long pid, const char *start)
{
	g_autofree char *found = NULL;

	if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
		return true;
	found = start_of(pid);
	return found && strcmp(found, start) != 0;
}

bool
deliverer_is_dead(const char *deliverer, const char *host)
{
	g_auto(GStrv) words = g_strsplit(deliverer ? deliverer : "", " ", WORDS);
	g_autofree char *boot = boot_id();
	g_autofree char *namespace = g_file_read_link("/proc/self/ns/pid", NULL);
	size_t length = strlen(host);
	gint64 pid = 0;

	if (g_strv_length(words) != WORDS || !boot || !namespace ||
		strncmp(words[WORD_PLACE], host, length) != 0 || words[WORD_PLACE][length] != ':' ||
		!g_ascii_string_to_signed(
			words[WORD_PLACE] + length + 1, 10, 1, G_MAXINT, &pid, NULL))
		return false;
	if (strcmp(words[WORD_BOOT], boot) != 0)
		return true;
	return strcmp(words[WORD_NAMESPACE], namespace) == 0 &&
		is_gone((long)pid, words[WORD_START]);
}
