#include "importer/import_envelope.h"

Envelope *
import_envelope_known(const ImportOptions *options, const SourceItem *item)
{
	const Envelope *kept = item->envelope;
	Envelope *envelope = envelope_new();

	if (options->sender)
		envelope->sender = g_strdup(options->sender);
	else if (kept)
		envelope->sender = g_strdup(kept->sender);
	for (const char *const *one = options->recipients; one && *one; one++)
		g_ptr_array_add(envelope->recipients, g_strdup(*one));
	for (guint i = 0; kept && !options->recipients && i < kept->recipients->len; i++)
		g_ptr_array_add(
			envelope->recipients, g_strdup(g_ptr_array_index(kept->recipients, i)));
	return envelope;
}

void
import_envelope_settle(const ImportOptions *options, const Parcel *parcel)
{
	g_autoptr(Envelope) known = import_envelope_known(options, &parcel->item);
	Envelope *envelope = parcel->reply.message->envelope;

	if (!known->sender && !envelope->sender)
		known->sender = g_strdup(parcel->item.sender);
	if (known->sender) {
		g_free(envelope->sender);
		envelope->sender = g_steal_pointer(&known->sender);
	}
	/* What an export destroyed is not what its recipients were sent: it is kept without them,
	 * so that only a release to someone named can send it. */
	if (message_has_defect(parcel->reply.message, DEFECT_BYTES_LOST)) {
		g_ptr_array_set_size(envelope->recipients, 0);
		return;
	}
	if (known->recipients->len == 0)
		return;
	g_ptr_array_unref(envelope->recipients);
	envelope->recipients = g_steal_pointer(&known->recipients);
	known->recipients = g_ptr_array_new();
}
