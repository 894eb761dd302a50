/* memory.h - what the allocator does with freed memory */
#ifndef SYSTEM_MEMORY_H
#define SYSTEM_MEMORY_H

/* What is freed from here on is kept for what comes next, not given back to the system: for a
 * process that takes and frees the same again and again.  Its children do likewise. */
void memory_keep_freed(void);

#endif
