#include "mail/unwrap.h"

extern const Unwrapper unwrap_ses;

static const Unwrapper *const table[] = {
	&unwrap_ses,
	NULL,
};

const Unwrapper *const *
unwrappers(void)
{
	return table;
}

UnwrapResult
unwrap(const Url *url, Unwrapped *unwrapped)
{
	for (const Unwrapper *const *row = table; *row; row++) {
		UnwrapResult result = (*row)->unwrap(url, unwrapped);

		if (result != UNWRAP_NOT_MINE)
			return result;
	}
	return UNWRAP_NOT_MINE;
}

void
unwrapped_clear(Unwrapped *unwrapped)
{
	g_clear_pointer(&unwrapped->target, g_free);
	g_clear_pointer(&unwrapped->id, g_free);
}
