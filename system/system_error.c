#include "system/system_error.h"

GQuark
system_error_quark(void)
{
	return g_quark_from_static_string("system-error");
}
