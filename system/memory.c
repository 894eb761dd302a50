#include "system/memory.h"

#include <mimalloc.h>

/* The sanitizers bring an allocator of their own. */
#pragma weak mi_option_set

void
memory_keep_freed(void)
{
	if (!mi_option_set)
		return;
#if MI_MALLOC_VERSION < 210
	mi_option_set(mi_option_allow_decommit, 0);
#else
	mi_option_set(mi_option_purge_delay, -1);
#endif
}
