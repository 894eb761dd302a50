/* tlp.h - whom what leaves may be handed on to: the Traffic Light Protocol 2.0 of FIRST
 */
#ifndef STORE_TLP_H
#define STORE_TLP_H

#include <stdbool.h>

typedef enum {
	TLP_AMBER, /* the recipients' organisations, and their clients */
	TLP_AMBER_STRICT,
	TLP_RED,
	TLP_GREEN,
	TLP_CLEAR,
	TLPS
} Tlp;
const char *tlp_name(Tlp tlp); /* "amber", "amber+strict", ... */
bool tlp_of_name(const char *name, Tlp *tlp);

#endif
