#include "cli/leased.h"

#include <string.h>

#include "cli/when.h"
#include "store/outbox.h"

/* The first word of a deliverer says who it is; the rest tells it from its namesakes. */
static char *
name_of(const Delivery *delivery)
{
	const char *words = delivery->deliverer ? delivery->deliverer : "unnamed";

	return g_strndup(words, strcspn(words, " "));
}

bool
print_leased(Session *session, int64_t *count, GError **error)
{
	g_autoptr(GPtrArray) leased = store_leased(session->store, error);
	const Delivery *last = NULL;
	g_autofree char *until = NULL;
	g_autofree char *who = NULL;

	if (!leased)
		return false;
	if (count)
		*count = leased->len;
	for (guint i = 0; i < leased->len; i++) {
		const Delivery *delivery = g_ptr_array_index(leased, i);

		if (!last || delivery->lease > last->lease)
			last = delivery;
	}
	if (!last)
		return true;
	until = when_text(last->lease);
	who = name_of(last);
	output_line(session->output, "  %u %s with a deliverer (%s) until %s UTC at the latest",
		leased->len, leased->len == 1 ? "is" : "are", who, until);
	return true;
}
