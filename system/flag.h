/* flag.h - what a thread raises and another one polls for: eventfd(2) */
#ifndef SYSTEM_FLAG_H
#define SYSTEM_FLAG_H

/* A descriptor that can be read while the flag is up, to be closed; -1 with errno where none can be
 * had. */
int flag_new(void);
/* Neither waits nor fails. */
void flag_raise(int flag);
void flag_lower(int flag);

#endif
