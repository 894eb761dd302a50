#include "system/flag.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
flag_new(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* A counter that is full is up as well. */
void
flag_raise(int flag)
{
	const uint64_t one = 1;

	(void)!write(flag, &one, sizeof(one));
}

void
flag_lower(int flag)
{
	uint64_t count;

	(void)!read(flag, &count, sizeof(count));
}
