#include "system/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static void
set_attributes(posix_spawnattr_t *attributes, bool apart)
{
	sigset_t all, none;
	int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setflags(attributes, (short)(apart ? flags | POSIX_SPAWN_SETSID : flags));
}

static void
set_file(posix_spawn_file_actions_t *files, int own, int given, int mode)
{
	if (given >= 0)
		posix_spawn_file_actions_adddup2(files, given, own);
	else
		posix_spawn_file_actions_addopen(files, own, "/dev/null", mode, 0);
}

int
spawn_program(const Spawning *spawning, pid_t *pid)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char locale[] = "LC_ALL=C";
	char *const clean[] = { path, locale, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int fault;

	posix_spawnattr_init(&attributes);
	set_attributes(&attributes, spawning->apart);
	posix_spawn_file_actions_init(&files);
	set_file(&files, STDIN_FILENO, spawning->input, O_RDONLY);
	set_file(&files, STDOUT_FILENO, spawning->output, O_WRONLY);
	if (spawning->words >= 0)
		posix_spawn_file_actions_adddup2(&files, spawning->words, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	if (spawning->apart)
		posix_spawn_file_actions_addchdir_np(&files, "/");
	fault = posix_spawnp(pid, spawning->file, &files, &attributes,
		(char *const *)spawning->argv, spawning->apart ? clean : environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (fault)
		*pid = -1;
	return fault;
}
