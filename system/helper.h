/* helper.h - a command that tells a secret: a password manager, a broker of credentials */
#ifndef SYSTEM_HELPER_H
#define SYSTEM_HELPER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Runs @command, words as in a shell's but without a shell, with no signal ignored or blocked
 * and no file of ours, and puts what it prints, up to its end, into @bytes, which has @room
 * for it and a NUL.  @setting, which names it, is for errors: nothing that it prints is in
 * them.  @interrupt is a descriptor that becomes readable when waiting is to end, 0: none.
 * SYSTEM_ERROR_STOPPED, SYSTEM_ERROR_NO_INPUT; the caller overwrites @bytes in any case. */
bool helper_run(const char *setting, const char *command, int interrupt, char *bytes, size_t room,
	GError **error);

#endif
