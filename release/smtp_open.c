#include <string.h>

#include "release/smtp_private.h"
#include "release/transport.h"

static const char *const policy_names[SMTP_TLS_POLICIES] = {
	[SMTP_TLS_MAY] = "may",
	[SMTP_TLS_VERIFY] = "verify",
	[SMTP_TLS_OFF] = "off",
};

const char *
smtp_tls_name(SmtpTls policy)
{
	g_assert(policy < SMTP_TLS_POLICIES);
	return policy_names[policy];
}

bool
smtp_tls_from_name(const char *name, SmtpTls *policy)
{
	for (SmtpTls i = 0; i < SMTP_TLS_POLICIES; i++) {
		if (strcmp(name, policy_names[i]) != 0)
			continue;
		*policy = i;
		return true;
	}
	return false;
}

/* A conversation while it is opened. */
typedef struct Opening {
	const SmtpServer *server;
	const Credential *credential; /* for it, or NULL */
	Smtp *smtp;
	int64_t deadline;
	bool in_the_open; /* no TLS though it may: it was tried, and failed */
} Opening;

static bool
refused(const SmtpReply *reply, const char *step, GError **error)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "%s (%s)", reply->text->str, step);
	return false;
}

static bool
expect_greeting(const Opening *opening, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };

	if (!smtp_read_until(opening->smtp, opening->deadline, &reply, error))
		return false;
	return reply.code / 100 == 2 || refused(&reply, "greeting", error);
}

static bool
say_hello_as(const Opening *opening, const char *verb, SmtpReply *reply, GError **error)
{
	g_autofree char *line = g_strdup_printf("%s %s", verb, opening->server->helo);

	return smtp_say_hello(opening->smtp, line, opening->deadline, reply, error);
}

/* A server that knows no EHLO knows HELO (RFC 5321 section 3.2); of LMTP there is but one. */
static bool
say_hello(const Opening *opening, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };
	const char *verb = opening->server->lmtp ? "LHLO" : "EHLO";

	if (!say_hello_as(opening, verb, &reply, error))
		return false;
	if (reply.code >= 500 && !opening->server->lmtp) {
		verb = "HELO";
		if (!say_hello_as(opening, verb, &reply, error))
			return false;
	}
	if (strcmp(verb, "HELO") == 0)
		g_ptr_array_set_size(opening->smtp->offers, 0);
	return reply.code / 100 == 2 || refused(&reply, verb, error);
}

/* ---- TLS ---- */

/* Where there is a password to say, or someone wants proof whom we talk to. */
static bool
must_verify(const Opening *opening)
{
	const SmtpServer *server = opening->server;

	if (!server->endpoint.host)
		return false;
	return server->tls_at_once || server->options.tls == SMTP_TLS_VERIFY ||
		(opening->credential && !stream_is_local(opening->smtp->stream));
}

static bool
secure(const Opening *opening, GError **error)
{
	const SmtpServer *server = opening->server;
	Smtp *smtp = opening->smtp;
	bool verify = must_verify(opening);

	if (smtp->pending->len > 0) {
		/* Said in the open by whoever wants it heard as said inside (CVE-2011-0411). */
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST,
			"the server said more than it was asked before TLS began");
		return false;
	}
	if (!stream_secure(smtp->stream, server->endpoint.host, verify, server->options.ca_file,
		    opening->deadline, error))
		return false;
	smtp->security = g_strdup_printf("%s, certificate %s", stream_tls(smtp->stream),
		verify ? "verified" : "not verified");
	return true;
}

/* *ready when the server waits for the handshake. */
static bool
ask_for_tls(const Opening *opening, bool *ready, GError **error)
{
	g_auto(SmtpReply) reply = { 0 };

	if (!smtp_say(opening->smtp, "STARTTLS", opening->deadline, &reply, error))
		return false;
	*ready = reply.code == 220;
	return *ready || !must_verify(opening) || refused(&reply, "STARTTLS", error);
}

static bool
refuse_open(const Opening *opening, GError **error)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST,
		"the server offers no TLS, which %s asks for",
		opening->server->options.tls == SMTP_TLS_VERIFY ? "the setting smtp-tls"
								: "the password for it");
	return false;
}

static bool
start_tls(const Opening *opening, GError **error)
{
	const SmtpServer *server = opening->server;
	bool must = must_verify(opening);
	bool ready = false;

	if (!server->endpoint.host || stream_tls(opening->smtp->stream) || opening->in_the_open ||
		(server->options.tls == SMTP_TLS_OFF && !must))
		return true;
	if (!smtp_offers(opening->smtp, "STARTTLS"))
		return !must || refuse_open(opening, error);
	if (!ask_for_tls(opening, &ready, error))
		return false;
	return !ready || (secure(opening, error) && say_hello(opening, error));
}

/* ---- all of it ---- */

static bool
open_steps(Opening *opening, int interrupt, GError **error)
{
	const SmtpServer *server = opening->server;
	Smtp *smtp = opening->smtp;

	smtp->stream = stream_open(&server->endpoint, opening->deadline, interrupt, error);
	if (!smtp->stream || (server->tls_at_once && !secure(opening, error)) ||
		!expect_greeting(opening, error) || !say_hello(opening, error) ||
		!start_tls(opening, error))
		return false;
	return !opening->credential ||
		smtp_authenticate(smtp, opening->credential, opening->deadline, error);
}

static Smtp *
open_once(Opening *opening, int interrupt, GError **error)
{
	g_autoptr(Smtp) smtp = g_new0(Smtp, 1);

	smtp->pending = g_string_new(NULL);
	smtp->offers = g_ptr_array_new_with_free_func(g_free);
	opening->smtp = smtp;
	return open_steps(opening, interrupt, error) ? g_steal_pointer(&smtp) : NULL;
}

/* May what TLS kept from being said be said in the open? */
static bool
may_go_open(const Opening *opening, const GError *error)
{
	const SmtpServer *server = opening->server;

	return g_error_matches(error, RELEASE_ERROR, RELEASE_ERROR_TLS) && !server->tls_at_once &&
		server->options.tls == SMTP_TLS_MAY && !opening->credential;
}

static void
name_server(const SmtpServer *server, GError **error)
{
	const Endpoint *endpoint = &server->endpoint;

	if (endpoint->host)
		g_prefix_error(error, "%s%s:%d: ", server->scheme, endpoint->host, endpoint->port);
	else
		g_prefix_error(error, "%s%s: ", server->scheme, endpoint->path);
}

Smtp *
smtp_open(const SmtpServer *server, int seconds, int interrupt, GError **error)
{
	g_autoptr(GError) fault = NULL;
	g_autofree char *words = NULL;
	Opening opening = {
		.server = server,
		.credential = credentials_for(server->options.credentials, &server->endpoint),
		.deadline = g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC,
	};
	Smtp *smtp = open_once(&opening, interrupt, &fault);

	if (!smtp && may_go_open(&opening, fault)) {
		words = g_strdup_printf("in the open, for TLS failed: %s", fault->message);
		g_clear_error(&fault);
		opening.in_the_open = true;
		smtp = open_once(&opening, interrupt, &fault);
		if (smtp)
			smtp->security = g_steal_pointer(&words);
	}
	if (!smtp) {
		name_server(server, &fault);
		g_propagate_error(error, g_steal_pointer(&fault));
	}
	return smtp;
}
