#include "store/tlp.h"

#include <glib.h>

static const char *const names[TLPS] = {
	[TLP_AMBER] = "amber",
	[TLP_AMBER_STRICT] = "amber+strict",
	[TLP_RED] = "red",
	[TLP_GREEN] = "green",
	[TLP_CLEAR] = "clear",
};

const char *
tlp_name(Tlp tlp)
{
	return names[tlp];
}

bool
tlp_of_name(const char *name, Tlp *tlp)
{
	for (Tlp one = 0; one < TLPS; one++) {
		if (g_str_equal(names[one], name)) {
			*tlp = one;
			return true;
		}
	}
	return false;
}
