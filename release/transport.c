#include "release/transport.h"

#include <string.h>

#include "mail/address.h"
#include "mail/from_line.h"
#include "release/trace.h"

extern const Transport transport_maildir, transport_sendmail, transport_smtp, transport_smtps,
	transport_lmtp;

static const Transport *const table[] = { &transport_maildir, &transport_sendmail, &transport_smtp,
	&transport_smtps, &transport_lmtp, NULL };

const Transport *const *
transports(void)
{
	return table;
}

GQuark
release_error_quark(void)
{
	return g_quark_from_static_string("release-error-quark");
}

static bool
is_spec_of(const Transport *transport, const char *spec, const char **address)
{
	if (g_str_has_prefix(spec, transport->prefix)) {
		*address = spec + strlen(transport->prefix);
		return true;
	}
	*address = spec + strlen(spec);
	return strcmp(spec, transport->name) == 0;
}

static char *
forms(void)
{
	GString *all = g_string_new(NULL);

	for (size_t i = 0; table[i]; i++)
		g_string_append_printf(all, "%s%s", i ? ", " : "", table[i]->form);
	return g_string_free(all, FALSE);
}

const Transport *
transport_of(const char *spec, const char **address, GError **error)
{
	g_autofree char *known = NULL;

	for (size_t i = 0; table[i]; i++)
		if (is_spec_of(table[i], spec, address))
			return table[i]->check(*address, error) ? table[i] : NULL;

	known = forms();
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT,
		"'%.80s' is no transport; there are %s", spec, known);
	return NULL;
}

/* Replies are a far machine's words: one line of text, of a bounded length. */
static char *
reply_line(const char *words)
{
	g_autofree char *text =
		g_utf8_make_valid(words, (gssize)strnlen(words, SHIPMENT_MAX_REPLY));
	GString *line = g_string_new(NULL);

	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (line->len + 6 > SHIPMENT_MAX_REPLY)
			break;
		g_string_append_unichar(line, g_unichar_iscntrl(character) ? ' ' : character);
	}
	return g_strchomp(g_string_free(line, FALSE));
}

static bool
address_check(const char *role, const char *address, GError **error)
{
	const char *fault = address_fault(address);

	if (fault)
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_ADDRESS,
			"%s '%.80s' can't stand in an envelope: %s", role, address, fault);
	return !fault;
}

static bool
envelope_check(const Shipment *shipment, GError **error)
{
	if (*shipment->sender && !address_check("sender", shipment->sender, error))
		return false;
	if (!address_check("recipient", shipment->recipient, error))
		return false;
	if (g_bytes_get_size(shipment->raw) <= SHIPMENT_MAX_BYTES)
		return true;
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_ADDRESS,
		"the message is larger than %d MiB", SHIPMENT_MAX_BYTES >> 20);
	return false;
}

/* A From_ line was quarantined with the message, and is no part of it. */
static GBytes *
message_alone(GBytes *raw)
{
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	size_t before = from_line_length(bytes, size);

	return g_bytes_new_from_bytes(raw, before, size - before);
}

ShipmentResult
transport_ship(const Transport *transport, const Shipment *shipment, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *trace = NULL;
	g_autofree char *words = NULL;
	g_autoptr(GBytes) raw = message_alone(shipment->raw);
	Shipment traced = *shipment;
	ShipmentResult result = SHIPMENT_REFUSED;

	if (!envelope_check(shipment, &error)) {
		*reply = reply_line(error->message);
		return result;
	}
	if (!host_name_is_plain(shipment->host))
		traced.host = "localhost";
	traced.raw = raw;
	trace = trace_field(&traced);
	traced.trace = trace;
	result = transport->ship(&traced, &words);
	*reply = reply_line(words);
	return result;
}

ProbeResult
transport_probe(const Transport *transport, const Probe *probe, char **words)
{
	g_autofree char *said = NULL;
	Probe named = *probe;
	ProbeResult result;

	if (!host_name_is_plain(probe->host))
		named.host = "localhost";
	result = transport->probe(&named, &said);
	*words = reply_line(said);
	return result;
}
