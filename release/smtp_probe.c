#include "release/smtp_probe.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FAREWELL_SECONDS = 2,
};

static const char *
tls_of(const SmtpServer *server)
{
	static const char *const words[] = {
		[SMTP_TLS_MAY] = "TLS where it is offered, whatever the certificate",
		[SMTP_TLS_VERIFY] = "verified TLS or nothing",
		[SMTP_TLS_OFF] = "no TLS",
	};

	return server->tls_at_once ? "verified TLS from the first byte on"
				   : words[server->options.tls];
}

/* What leaves may be read on its way by whoever stands there, and altered. */
static bool
may_be_overheard(const SmtpServer *server)
{
	return !server->tls_at_once && server->options.tls != SMTP_TLS_VERIFY;
}

/* By its name alone: to ask for its address would be a question to the network. */
static bool
is_this_machine(const char *host)
{
	return g_ascii_strcasecmp(host, "localhost") == 0 || g_str_has_prefix(host, "127.") ||
		strcmp(host, "[::1]") == 0;
}

static ProbeResult
look_at_socket(const char *path, char **words)
{
	struct stat status;

	if (stat(path, &status) < 0 || (S_ISSOCK(status.st_mode) && access(path, W_OK) < 0)) {
		*words = g_strdup_printf("%s: %s", path, g_strerror(errno));
		return PROBE_BAD;
	}
	if (!S_ISSOCK(status.st_mode)) {
		*words = g_strdup_printf("%s: not a socket", path);
		return PROBE_BAD;
	}
	*words = g_strdup_printf("%s is there", path);
	return PROBE_GOOD;
}

static ProbeResult
look_at_host(const SmtpServer *server, char **words)
{
	const Endpoint *endpoint = &server->endpoint;
	bool here = is_this_machine(endpoint->host);
	const Credential *credential = credentials_for(server->options.credentials, endpoint);

	*words = g_strdup_printf("%s%s:%d, %s; %s, %s", server->scheme, endpoint->host,
		endpoint->port, here ? "this machine" : "over the network", tls_of(server),
		credential ? "with a password" : "without a password");
	return may_be_overheard(server) && !here ? PROBE_DOUBTFUL : PROBE_GOOD;
}

static ProbeResult
greet(const SmtpServer *server, const Probe *probe, char **words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Smtp) smtp = smtp_open(server, probe->patience, 0, &error);
	g_auto(SmtpReply) farewell = { 0 };
	g_autofree char *before = g_steal_pointer(words);

	if (!smtp) {
		*words = g_strdup(error->message);
		return PROBE_BAD;
	}
	*words = g_strdup_printf("%s: it answers%s%s", before, smtp_security(smtp) ? ", " : "",
		smtp_security(smtp) ? smtp_security(smtp) : "");
	smtp_command(smtp, "QUIT", FAREWELL_SECONDS, &farewell, NULL);
	return PROBE_GOOD;
}

ProbeResult
smtp_probe(SmtpServer *server, const Probe *probe, char **words)
{
	ProbeResult looked;

	server->helo = probe->host;
	if (probe->smtp)
		server->options = *probe->smtp;
	looked = server->endpoint.host ? look_at_host(server, words)
				       : look_at_socket(server->endpoint.path, words);
	if (looked == PROBE_BAD || !probe->connect)
		return looked;
	return MAX(looked, greet(server, probe, words));
}
