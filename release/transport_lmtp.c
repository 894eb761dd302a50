#include "release/smtp_probe.h"
#include "release/smtp_ship.h"

#include <string.h>
#include <sys/un.h>

enum {
	LMTP_PORT = 24, /* RFC 2033 names none, and forbids 25 (section 5) */
	SMTP_PORT = 25,
};

static bool
refuse(GError **error, const char *address, const char *why)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT, "lmtp:%.80s: %s", address, why);
	return false;
}

static bool
parse_path(const char *path, Endpoint *endpoint, GError **error)
{
	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return refuse(error, path, "too long for a socket's name");
	if (!g_utf8_validate(path, -1, NULL) || strpbrk(path, "\r\n"))
		return refuse(error, "", "no such path");
	*endpoint = (Endpoint){ .path = g_strdup(path) };
	return true;
}

/* "//host:port" or "/path/to/socket". */
static bool
parse(const char *address, Endpoint *endpoint, GError **error)
{
	if (g_str_has_prefix(address, "//"))
		return endpoint_parse("lmtp://", address + 2, LMTP_PORT, endpoint, error) &&
			(endpoint->port != SMTP_PORT ||
				refuse(error, address, "port 25 is for SMTP alone"));
	if (*address == '/' && address[1])
		return parse_path(address, endpoint, error);
	return refuse(error, address, "not of the form lmtp://HOST:PORT or lmtp:/PATH");
}

static bool
check(const char *address, GError **error)
{
	g_auto(Endpoint) endpoint = { 0 };

	return parse(address, &endpoint, error);
}

static ShipmentResult
ship(const Shipment *shipment, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_auto(Endpoint) endpoint = { 0 };
	SmtpServer server = { .lmtp = true, .helo = shipment->host };

	if (!parse(shipment->address, &endpoint, &error)) {
		*reply = g_strdup(error->message);
		return SHIPMENT_REFUSED;
	}
	server.scheme = endpoint.host ? "lmtp://" : "lmtp:";
	server.endpoint = endpoint;
	if (shipment->smtp)
		server.options = *shipment->smtp;
	return smtp_ship(&server, shipment, reply);
}

static ProbeResult
probe(const Probe *probe, char **words)
{
	g_autoptr(GError) error = NULL;
	g_auto(Endpoint) endpoint = { 0 };
	SmtpServer server = { .lmtp = true };

	if (!parse(probe->address, &endpoint, &error)) {
		*words = g_strdup(error->message);
		return PROBE_BAD;
	}
	server.scheme = endpoint.host ? "lmtp://" : "lmtp:";
	server.endpoint = endpoint;
	return smtp_probe(&server, probe, words);
}

const Transport transport_lmtp = {
	.name = "lmtp",
	.prefix = "lmtp:",
	.form = "lmtp://HOST[:PORT]|lmtp:/PATH",
	.summary = "an LMTP server, reached over the network or by its socket",
	.check = check,
	.ship = ship,
	.probe = probe,
};
