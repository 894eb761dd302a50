#include "importer/bundled.h"

GPtrArray *
bundled_open(
	BoxJob job, GBytes *bytes, const char *detail, int *next, int64_t *expanded, GError **error)
{
	g_auto(BoxReply) reply = { 0 };
	g_autoptr(GPtrArray) bundle = NULL;
	int first = *next;

	if (!box_run(NULL, job, bytes, detail, &reply, error))
		return NULL;
	bundle = reply.bytes ? bundle_unpack(reply.bytes, next, expanded) : NULL;
	/* A box that lies is not to be asked for ever. */
	if (bundle && (*next == 0 || (*next > first && bundle->len > 0)))
		return g_steal_pointer(&bundle);
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "the parser answered with nonsense");
	return NULL;
}

SourceNext
bundled_take(
	Bundled *bundled, const char *kind, const char *origin, SourceItem *item, GError **error)
{
	size_t size = bundled->raw ? g_bytes_get_size(bundled->raw) : 0;

	if (size == 0 || size > SOURCE_MAX_MESSAGE) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: %s", origin,
			bundled->fault ? bundled->fault
				: size ? SOURCE_TOO_LARGE
				       : "empty, no message in it");
		return SOURCE_SKIP;
	}
	item->raw = g_steal_pointer(&bundled->raw);
	item->envelope = g_steal_pointer(&bundled->envelope);
	item->sender = source_from_line_sender(item->raw);
	item->origin = g_strconcat(kind, ":", origin, NULL);
	return SOURCE_ITEM;
}
