/* deliverer.h - who has leased a delivery, and whether it still lives */
#ifndef RELEASE_DELIVERER_H
#define RELEASE_DELIVERER_H

#include <stdbool.h>

/* This process, for LeaseRequest.deliverer; it begins with "HOST:PID " and is that of no
 * other process, past or present.  NULL where the kernel does not say enough.  Yours. */
char *deliverer_self(const char *host);

/* It was a process of this machine and is gone.  False when that can't be known. */
bool deliverer_is_dead(const char *deliverer, const char *host);

#endif
