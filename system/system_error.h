/* system_error.h - what goes wrong between this process and the machine it runs on */
#ifndef SYSTEM_SYSTEM_ERROR_H
#define SYSTEM_SYSTEM_ERROR_H

#include <glib.h>

#define SYSTEM_ERROR (system_error_quark())
GQuark system_error_quark(void);

typedef enum {
	SYSTEM_ERROR_NO_INPUT, /* a file or command that tells nothing, or what it must not */
	SYSTEM_ERROR_STOPPED,  /* an interrupt: the wait was ended */
} SystemError;

#endif
