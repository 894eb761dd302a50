#include "system/memory.h"

#include <mimalloc.h>

/* The sanitizers bring an allocator of their own. */
#pragma weak mi_option_disable

void
memory_keep_freed(void)
{
	if (mi_option_disable)
		mi_option_disable(mi_option_allow_decommit);
}
