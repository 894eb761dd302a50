/* spawn.h - starts other programs
 *
 * From an argv, never through a shell, with no signal blocked or ignored and no file but
 * 0, 1 and 2.
 */
#ifndef SYSTEM_SPAWN_H
#define SYSTEM_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct Spawning {
	const char *file;        /* where it has no slash it is looked for in PATH */
	const char *const *argv; /* ends with NULL */
	int input, output;       /* descriptors that become 0 and 1; -1: /dev/null */
	int words;               /* becomes 2; -1: ours */
	/* From us: a clean environment, the folder /, and a session of its own, so that a key
	 * that ends us does not end it in the middle. */
	bool apart;
} Spawning;

/* 0, or an errno: then nothing was started, and *pid is -1. */
int spawn_program(const Spawning *spawning, pid_t *pid);

#endif
