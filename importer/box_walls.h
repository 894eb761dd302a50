/* box_walls.h - what this kernel has to close a box off with */
#ifndef IMPORTER_BOX_WALLS_H
#define IMPORTER_BOX_WALLS_H

#include <stdbool.h>

typedef struct BoxWalls {
	bool no_new_privs;
	bool seccomp; /* filters, and one that kills the process */
	int landlock; /* its ABI; 0: not built in, or not switched on */
} BoxWalls;

/* Asks the kernel; nothing is closed off by it. */
BoxWalls box_walls(void);
/* Its .landlock alone. */
int box_landlock(void);

#endif
