#include "release/cargo.h"

#include <string.h>

#include "mail/digest.h"
#include "store/message.h"

void
cargo_clear(Cargo *cargo)
{
	g_clear_pointer(&cargo->raw, g_bytes_unref);
	g_clear_pointer(&cargo->notes, g_free);
}

ShipmentResult
cargo_fault(const GError *error, char **reply)
{
	*reply = g_strdup(error->message);
	return g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND) ||
			g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE) ||
			g_error_matches(error, STORE_ERROR, STORE_ERROR_PURGED)
		? SHIPMENT_REFUSED
		: SHIPMENT_DEFERRED;
}

/* What was read and judged has the body that was signed; has what would leave as well? */
static ShipmentResult
check_body(const Message *message, GBytes *raw, char **reply)
{
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	const Signature *signature = dkim_body_changed(message, bytes, size);

	if (!signature)
		return SHIPMENT_ACCEPTED;
	*reply = g_strdup_printf("the stored bytes are not what %s signed: their body hash is not "
				 "the one of the DKIM signature that held at the import; nothing "
				 "was sent",
		signature->domain);
	return SHIPMENT_REFUSED;
}

/* ---- altered copies ---- */

/* What says so in the copy: behind the trace field, before all that came.  Its line end is
 * that of the message's first line. */
static GBytes *
marked(GBytes *altered, GBytes *raw, int links)
{
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];
	const char *end;
	GString *text = g_string_new(NULL);

	digest_sha256(bytes, size, digest);
	digest_hex(digest, hex);
	bytes = g_bytes_get_data(altered, &size);
	end = size ? memchr(bytes, '\n', size) : NULL;
	g_string_printf(text, "X-Lazaret-Rewritten: links=%d; original-sha256=%s%s", links, hex,
		end && end > bytes && end[-1] == '\r' ? "\r\n" : "\n");
	g_string_append_len(text, bytes, (gssize)size);
	return g_string_free_to_bytes(text);
}

static char *
notes_of(const Message *message, int links)
{
	g_autoptr(GString) notes = g_string_new(NULL);

	if (links == 0)
		return g_strdup("it has no link to rewrite: sent as it came");
	g_string_printf(notes, "%d link%s rewritten", links, links == 1 ? "" : "s");
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		g_string_append_printf(notes, "%s%s",
			i == 0 ? "; no longer verifies: DKIM of " : ", ", signature->domain);
		if (notes->len > SHIPMENT_MAX_REPLY)
			break;
	}
	return g_strdup(notes->str);
}

static ShipmentResult
alter(const DeliverOptions *options, const Message *message, Cargo *cargo, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) original = NULL;
	g_autoptr(GBytes) altered = NULL;
	int links = 0;

	if (!options->rewrite) {
		*reply = g_strdup("its links are to be rewritten, and no landing page is set");
		return SHIPMENT_DEFERRED;
	}
	altered = options->rewrite(cargo->raw, &links, options->rewrite_data, &error);
	if (!altered) {
		*reply = g_strdup_printf("%s; nothing was sent", error->message);
		return g_error_matches(error, RELEASE_ERROR, RELEASE_ERROR_REWRITE)
			? SHIPMENT_REFUSED
			: SHIPMENT_DEFERRED;
	}
	cargo->notes = notes_of(message, links);
	if (links == 0)
		return SHIPMENT_ACCEPTED;
	original = g_steal_pointer(&cargo->raw);
	cargo->raw = marked(altered, original, links);
	return SHIPMENT_ACCEPTED;
}

ShipmentResult
cargo_load(Store *store, const Delivery *delivery, const DeliverOptions *options, Cargo *cargo,
	char **reply)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = NULL;
	ShipmentResult result;

	cargo->raw = store_raw(store, delivery->message, &error);
	message = cargo->raw ? store_load(store, delivery->message, &error) : NULL;
	if (!message)
		return cargo_fault(error, reply);
	result = check_body(message, cargo->raw, reply);
	if (result != SHIPMENT_ACCEPTED || !delivery->rewrite)
		return result;
	return alter(options, message, cargo, reply);
}

ShipmentResult
cargo_ship(GBytes *raw, const Delivery *delivery, const DeliverOptions *options, char **reply)
{
	g_autoptr(GError) error = NULL;
	Shipment shipment = {
		.delivery = delivery->id,
		.sender = delivery->sender,
		.recipient = delivery->recipient,
		.host = options->host,
		.raw = raw,
		.now = options->clock(),
		.interrupt = options->interrupt,
		.patience = options->patience,
		.smtp = options->smtp,
	};
	const Transport *transport = transport_of(delivery->transport, &shipment.address, &error);

	if (transport)
		return transport_ship(transport, &shipment, reply);
	*reply = g_strdup(error->message);
	return SHIPMENT_REFUSED;
}
