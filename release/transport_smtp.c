#include "release/smtp_probe.h"
#include "release/smtp_ship.h"

enum {
	SMTP_PORT = 25,
	SMTPS_PORT = 465, /* RFC 8314 section 7.3 */
};

static bool
check(const char *address, GError **error)
{
	g_auto(Endpoint) endpoint = { 0 };

	return endpoint_parse("smtp://", address, SMTP_PORT, &endpoint, error);
}

static bool
check_tls(const char *address, GError **error)
{
	g_auto(Endpoint) endpoint = { 0 };

	return endpoint_parse("smtps://", address, SMTPS_PORT, &endpoint, error);
}

/* Fills @endpoint, which @server then borrows; false where *words say what is wrong. */
static bool
find_server(SmtpServer *server, const char *address, int port, Endpoint *endpoint, char **words)
{
	g_autoptr(GError) error = NULL;

	if (!endpoint_parse(server->scheme, address, port, endpoint, &error)) {
		*words = g_strdup(error->message);
		return false;
	}
	server->endpoint = *endpoint;
	return true;
}

static ShipmentResult
ship_as(SmtpServer *server, int port, const Shipment *shipment, char **reply)
{
	g_auto(Endpoint) endpoint = { 0 };

	if (!find_server(server, shipment->address, port, &endpoint, reply))
		return SHIPMENT_REFUSED;
	server->helo = shipment->host;
	if (shipment->smtp)
		server->options = *shipment->smtp;
	return smtp_ship(server, shipment, reply);
}

static ShipmentResult
ship(const Shipment *shipment, char **reply)
{
	SmtpServer server = { .scheme = "smtp://" };

	return ship_as(&server, SMTP_PORT, shipment, reply);
}

static ShipmentResult
ship_tls(const Shipment *shipment, char **reply)
{
	SmtpServer server = { .scheme = "smtps://", .tls_at_once = true };

	return ship_as(&server, SMTPS_PORT, shipment, reply);
}

static ProbeResult
probe_as(SmtpServer *server, int port, const Probe *probe, char **words)
{
	g_auto(Endpoint) endpoint = { 0 };

	if (!find_server(server, probe->address, port, &endpoint, words))
		return PROBE_BAD;
	return smtp_probe(server, probe, words);
}

static ProbeResult
probe_open(const Probe *probe, char **words)
{
	SmtpServer server = { .scheme = "smtp://" };

	return probe_as(&server, SMTP_PORT, probe, words);
}

static ProbeResult
probe_tls(const Probe *probe, char **words)
{
	SmtpServer server = { .scheme = "smtps://", .tls_at_once = true };

	return probe_as(&server, SMTPS_PORT, probe, words);
}

const Transport transport_smtp = {
	.name = "smtp",
	.prefix = "smtp://",
	.form = "smtp://HOST[:PORT]",
	.summary = "an SMTP server, inside TLS where it offers that",
	.check = check,
	.ship = ship,
	.probe = probe_open,
};

const Transport transport_smtps = {
	.name = "smtps",
	.prefix = "smtps://",
	.form = "smtps://HOST[:PORT]",
	.summary = "an SMTP server, inside TLS from the first byte on",
	.check = check_tls,
	.ship = ship_tls,
	.probe = probe_tls,
};
