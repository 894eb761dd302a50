/* TLS and passwords, with a Postfix and a Dovecot of the test's own, and with servers that
 * mean ill. */
#include "release/smtp.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "tests/release/dovecot.h"
#include "tests/release/postfix.h"
#include "tests/release/script.h"
#include "tests/release/shipment.h"

/* Further listeners of the Postfix; its first one offers STARTTLS. */
enum {
	PLAIN_ONLY,
	TLS_AT_ONCE,
	AUTH_NEEDED,
	AUTH_LOGIN_ONLY,
	AUTH_IN_THE_OPEN,
};
static const char *const listeners[] = {
	[PLAIN_ONLY] = "-o smtpd_tls_security_level=none",
	[TLS_AT_ONCE] = "-o smtpd_tls_wrappermode=yes",
	[AUTH_NEEDED] = "-o smtpd_sasl_auth_enable=yes -o mynetworks=192.0.2.1"
			" -o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
	[AUTH_LOGIN_ONLY] = "-o smtpd_sasl_auth_enable=yes -o mynetworks=192.0.2.1"
			    " -o smtpd_sasl_mechanism_filter=login"
			    " -o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
	[AUTH_IN_THE_OPEN] = "-o smtpd_sasl_auth_enable=yes -o mynetworks=192.0.2.1"
			     " -o smtpd_tls_security_level=none -o smtpd_tls_auth_only=no"
			     " -o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
	NULL,
};
static const char main_cf[] = "smtpd_tls_security_level = may\n"
			      "smtpd_error_sleep_time = 0\n"
			      "smtpd_tls_cert_file = @FOLDER@/cert.pem\n"
			      "smtpd_tls_key_file = @FOLDER@/key.pem\n"
			      "smtpd_tls_received_header = yes\n"
			      "smtpd_tls_auth_only = yes\n"
			      "smtpd_sasl_type = dovecot\n"
			      "smtpd_sasl_path = @FOLDER@/auth\n";

typedef struct Servers {
	Postfix *postfix; /* NULL: the tests are skipped */
	Dovecot *dovecot;
	char *certificate; /* it signed itself, for the name localhost alone */
	char *secrets;     /* file of credentials */
} Servers;

static void
make_certificate(const Postfix *postfix)
{
	g_autofree char *key = g_build_filename(postfix->folder, "key.pem", NULL);
	g_autofree char *certificate = g_build_filename(postfix->folder, "cert.pem", NULL);
	const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		"ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
		"-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
		NULL };
	int status = 0;

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
		NULL));
	g_assert_cmpint(status, ==, 0);
}

static void
servers_start(Servers *servers)
{
	g_autofree char *openssl = g_find_program_in_path("openssl");

	servers->postfix = openssl ? postfix_new() : NULL;
	if (!servers->postfix)
		return;
	make_certificate(servers->postfix);
	servers->certificate = g_build_filename(servers->postfix->folder, "cert.pem", NULL);
	servers->secrets = g_build_filename(servers->postfix->folder, "secrets", NULL);
	servers->dovecot = dovecot_start(servers->postfix->folder);
	postfix_run(servers->postfix, main_cf, listeners);
}

static void
servers_stop(Servers *servers)
{
	dovecot_free(servers->dovecot);
	if (servers->postfix)
		postfix_free(servers->postfix);
	g_free(servers->certificate);
	g_free(servers->secrets);
}

static bool
is_missing(const Servers *servers)
{
	if (!servers->postfix)
		g_test_skip("a Postfix of one's own takes root, postfix and openssl");
	return !servers->postfix;
}

static bool
has_no_passwords(const Servers *servers)
{
	if (is_missing(servers))
		return true;
	if (!servers->dovecot)
		g_test_skip("passwords take packages dovecot-core and dovecot-lmtpd");
	return !servers->dovecot;
}

static int
port_of(const Servers *servers, int listener)
{
	return servers->postfix->ports[listener + 1];
}

static const char body[] = "From: a@b\n\nx\n.\ny\n";

static ShipmentResult
ship_to(const char *spec, const SmtpOptions *options, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = bytes_of(body);
	const char *address = NULL;
	const Transport *transport = transport_of(spec, &address, &error);
	Shipment shipment = shipment_of(raw, address);
	ShipmentResult result;

	g_assert_no_error(error);
	shipment.smtp = options;
	shipment.patience = 20;
	result = transport_ship(transport, &shipment, reply);
	g_test_message("%s: %s", spec, *reply);
	return result;
}

static ShipmentResult
ship(const char *scheme, const char *host, int port, const SmtpOptions *options, char **reply)
{
	g_autofree char *spec = g_strdup_printf("%s%s:%d", scheme, host, port);

	return ship_to(spec, options, reply);
}

static void
assert_arrived(const Servers *servers, const char *how)
{
	g_autoptr(GBytes) mail = take_mail(servers->postfix);
	g_autofree char *text = NULL;

	g_assert_nonnull(mail);
	text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
	g_test_message("%s", text);
	g_assert_nonnull(strstr(text, how));
	g_assert_true(g_str_has_suffix(text, "\n\nx\n.\ny\n"));
}

/* Nothing is in the box, nor will be: the server has taken nothing. */
static void
assert_nothing_was_taken(ShipmentResult result, char *const *reply, const char *words)
{
	g_assert_cmpint(result, ==, SHIPMENT_DOWN);
	g_assert_nonnull(strstr(*reply, words));
}

/* ---- TLS ---- */

static void
test_starttls_is_used_where_it_is_offered(gconstpointer data)
{
	const Servers *servers = data;
	g_autofree char *reply = NULL;

	if (is_missing(servers))
		return;
	g_assert_cmpint(ship("smtp://", "127.0.0.1", servers->postfix->ports[0], NULL, &reply), ==,
		SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "250 2.0.0 Ok: queued as "));
	g_assert_nonnull(strstr(reply, "(TLSv1.3, certificate not verified)"));
	assert_arrived(servers, "using TLSv1.3");
}

static void
test_off_is_in_the_open(gconstpointer data)
{
	const Servers *servers = data;
	const SmtpOptions options = { .tls = SMTP_TLS_OFF };
	g_autofree char *reply = NULL;

	if (is_missing(servers))
		return;
	g_assert_cmpint(ship("smtp://", "127.0.0.1", servers->postfix->ports[0], &options, &reply),
		==, SHIPMENT_ACCEPTED);
	g_assert_null(strstr(reply, "TLS"));
	assert_arrived(servers, "with ESMTP id");
}

static void
test_verified_server(gconstpointer data)
{
	const Servers *servers = data;
	g_autofree char *reply = NULL;
	SmtpOptions options = { .tls = SMTP_TLS_VERIFY };

	if (is_missing(servers))
		return;
	options.ca_file = servers->certificate;
	g_assert_cmpint(ship("smtp://", "localhost", servers->postfix->ports[0], &options, &reply),
		==, SHIPMENT_ACCEPTED);
	g_assert_nonnull(strstr(reply, "(TLSv1.3, certificate verified)"));
	assert_arrived(servers, "using TLSv1.3");
}

static void
test_verify_refuses_whom_it_can_not_trust(gconstpointer data)
{
	const Servers *servers = data;
	static const struct {
		const char *host;
		bool known;
		const char *words;
	} cases[] = {
		{ "localhost", false, "certificate is not trusted: self-signed certificate" },
		{ "127.0.0.1", true, "certificate is not trusted: IP address mismatch" },
	};

	if (is_missing(servers))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		SmtpOptions options = { .tls = SMTP_TLS_VERIFY };
		g_autofree char *reply = NULL;
		ShipmentResult result;

		options.ca_file = cases[i].known ? servers->certificate : NULL;
		result = ship(
			"smtp://", cases[i].host, servers->postfix->ports[0], &options, &reply);
		assert_nothing_was_taken(result, &reply, cases[i].words);
	}
}

static void
test_verify_refuses_a_server_without_tls(gconstpointer data)
{
	const Servers *servers = data;
	const SmtpOptions options = { .tls = SMTP_TLS_VERIFY };
	g_autofree char *reply = NULL;
	ShipmentResult result;

	if (is_missing(servers))
		return;
	result = ship("smtp://", "localhost", port_of(servers, PLAIN_ONLY), &options, &reply);
	assert_nothing_was_taken(
		result, &reply, "offers no TLS, which the setting smtp-tls asks for");
}

static void
test_certificates_that_can_not_be_read(gconstpointer data)
{
	const Servers *servers = data;
	const SmtpOptions options = { .tls = SMTP_TLS_VERIFY, .ca_file = "/nonexistent.pem" };
	g_autofree char *reply = NULL;
	ShipmentResult result;

	if (is_missing(servers))
		return;
	result = ship("smtp://", "localhost", servers->postfix->ports[0], &options, &reply);
	assert_nothing_was_taken(result, &reply, "/nonexistent.pem: no certificate can be read");
}

/* Whoever asks for TLS from the first byte on is not content with anybody's. */
static void
test_tls_at_once_is_always_verified(gconstpointer data)
{
	const Servers *servers = data;
	const SmtpOptions strangers = { .tls = SMTP_TLS_MAY };
	SmtpOptions known = { .tls = SMTP_TLS_MAY };
	g_autofree char *refusal = NULL;
	g_autofree char *reply = NULL;
	int port;

	if (is_missing(servers))
		return;
	port = port_of(servers, TLS_AT_ONCE);
	known.ca_file = servers->certificate;
	assert_nothing_was_taken(
		ship("smtps://", "localhost", port, &strangers, &refusal), &refusal, "not trusted");
	g_assert_cmpint(ship("smtps://", "localhost", port, &known, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_nonnull(strstr(reply, "certificate verified)"));
	assert_arrived(servers, "using TLSv1.3");
}

/* ---- passwords ---- */

static Credentials *
credentials_of(const Servers *servers, int port, const char *password)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf("# ours\n\nother.example anna other\n"
						"127.0.0.1:%d anna %s\nlocalhost:%d anna %s\n",
		port, password, port, password);
	Credentials *credentials;

	g_assert_true(g_file_set_contents_full(
		servers->secrets, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
	g_assert_cmpint(chmod(servers->secrets, 0600), ==, 0);
	credentials = credentials_load(servers->secrets, &error);
	g_assert_no_error(error);
	return credentials;
}

static void
test_password_lets_us_in(gconstpointer data)
{
	const Servers *servers = data;
	static const int ways[] = { AUTH_NEEDED, AUTH_LOGIN_ONLY, AUTH_IN_THE_OPEN };

	if (has_no_passwords(servers))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		int port = port_of(servers, ways[i]);
		g_autoptr(Credentials) credentials = credentials_of(servers, port, "correct horse");
		const SmtpOptions with = { .credentials = credentials };
		g_autofree char *refusal = NULL;
		g_autofree char *reply = NULL;

		g_assert_cmpint(
			ship("smtp://", "127.0.0.1", port, NULL, &refusal), ==, SHIPMENT_REFUSED);
		g_assert_cmpint(
			ship("smtp://", "127.0.0.1", port, &with, &reply), ==, SHIPMENT_ACCEPTED);
		assert_arrived(servers, "for <anna@example.org>");
	}
}

static void
test_wrong_password_waits_and_is_not_repeated(gconstpointer data)
{
	const Servers *servers = data;
	static const int ways[] = { AUTH_NEEDED, AUTH_LOGIN_ONLY };

	if (has_no_passwords(servers))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		int port = port_of(servers, ways[i]);
		g_autoptr(Credentials) credentials =
			credentials_of(servers, port, "battery staple");
		const SmtpOptions with = { .credentials = credentials };
		g_autofree char *reply = NULL;
		ShipmentResult result = ship("smtp://", "127.0.0.1", port, &with, &reply);

		assert_nothing_was_taken(result, &reply, "535 5.7.8: our credentials (AUTH ");
		g_assert_null(strstr(reply, "battery"));
	}
}

static void
test_password_is_for_its_server_alone(gconstpointer data)
{
	const ScriptLine lines[] = { { "EHLO", "250-me\r\n250 AUTH PLAIN LOGIN\r\n" },
		{ "DATA", "354 go\r\n" }, { NULL, NULL } };
	const Servers *servers = data;
	g_autoptr(Script) script = NULL;
	g_autoptr(Credentials) credentials = NULL;
	g_autofree char *reply = NULL;
	SmtpOptions with = { 0 };

	if (is_missing(servers))
		return;
	script = script_start(lines, "127.0.0.1");
	credentials = credentials_of(servers, script->port == 1 ? 2 : 1, "correct horse");
	with.credentials = credentials;
	g_assert_cmpint(
		ship("smtp://", "127.0.0.1", script->port, &with, &reply), ==, SHIPMENT_ACCEPTED);
	script_end(script);
	g_assert_null(strstr(script->heard->str, "AUTH"));
}

static void
test_no_auth_offered_is_not_gone_without(gconstpointer data)
{
	const ScriptLine lines[] = { { "EHLO", "250-me\r\n250 AUTH CRAM-MD5\r\n" },
		{ NULL, NULL } };
	const Servers *servers = data;
	g_autoptr(Script) script = NULL;
	g_autoptr(Credentials) credentials = NULL;
	g_autofree char *reply = NULL;
	SmtpOptions with = { 0 };
	ShipmentResult result;

	if (is_missing(servers))
		return;
	script = script_start(lines, "127.0.0.1");
	credentials = credentials_of(servers, script->port, "correct horse");
	with.credentials = credentials;
	result = ship("smtp://", "127.0.0.1", script->port, &with, &reply);
	assert_nothing_was_taken(result, &reply, "neither AUTH PLAIN nor AUTH LOGIN");
}

/* A server that says our password back has it in no reply of ours. */
static void
test_password_in_a_reply_is_not_kept(gconstpointer data)
{
	const ScriptLine lines[] = { { "EHLO", "250-me\r\n250 AUTH PLAIN\r\n" },
		{ "AUTH", "535-5.7.8 wrong: correct horse\r\n535 5.7.8 AGFubmEA\r\n" },
		{ NULL, NULL } };
	const Servers *servers = data;
	g_autoptr(Script) script = NULL;
	g_autoptr(Credentials) credentials = NULL;
	g_autofree char *reply = NULL;
	SmtpOptions with = { 0 };

	if (is_missing(servers))
		return;
	script = script_start(lines, "127.0.0.1");
	credentials = credentials_of(servers, script->port, "correct horse");
	with.credentials = credentials;
	ship("smtp://", "127.0.0.1", script->port, &with, &reply);
	g_assert_true(g_str_has_suffix(reply, "535 5.7.8: our credentials (AUTH PLAIN)"));
	script_end(script);
	g_assert_nonnull(strstr(script->heard->str, "AUTH PLAIN AGFubmEAY29ycmVjdCBob3JzZQ==\r\n"));
}

static void
test_files_of_passwords_must_be_ours_alone(gconstpointer data)
{
	g_autofree char *folder = g_dir_make_tmp("lazaret-secret-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "secrets", NULL);
	static const struct {
		const char *text;
		mode_t mode;
		const char *words; /* NULL: it is taken */
	} cases[] = {
		{ "mx.example a b\n", 0600, NULL },
		{ "mx.example:587 a b c", 0400, NULL },
		{ "# nothing yet\n", 0600, NULL },
		{ "mx.example a b\n", 0640, "others may read or write it" },
		{ "mx.example a b\n", 0602, "others may read or write it" },
		{ "", 0600, "it is empty" },
		{ "mx.example a\n", 0600, "line 1 is not of the form" },
		{ "\nmx.example\n", 0600, "line 2 is not of the form" },
		{ "u:p@mx.example a b\n", 0600, "line 1 is not of the form" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Credentials) credentials = NULL;

		g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
		g_assert_cmpint(chmod(path, cases[i].mode), ==, 0);
		credentials = credentials_load(path, &error);
		g_assert_cmpint(credentials != NULL, ==, cases[i].words == NULL);
		if (cases[i].words) {
			g_assert_error(error, RELEASE_ERROR, RELEASE_ERROR_SECRET);
			g_test_message("%s", error->message);
			g_assert_nonnull(strstr(error->message, cases[i].words));
		}
	}
	if (geteuid() == 0) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(chown(path, 65534, 65534), ==, 0);
		g_assert_null(credentials_load(path, &error));
		g_assert_nonnull(strstr(error->message, "belongs to another user"));
	}
	g_assert_null(credentials_load(folder, NULL));
	unlink(path);
	rmdir(folder);
}

/* ---- servers, and people between, that mean ill ---- */

/* What is said in the open before TLS began must not count as said inside. */
static void
test_words_before_tls_are_not_taken_for_inside(gconstpointer data)
{
	static const ScriptLine lines[] = { { "EHLO", "250-me\r\n250 STARTTLS\r\n" },
		{ "STARTTLS", "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n" }, { NULL, NULL } };
	g_autoptr(Script) script = script_start(lines, "127.0.0.1");
	g_autofree char *reply = NULL;

	(void)data;
	assert_nothing_was_taken(ship("smtp://", "127.0.0.1", script->port, NULL, &reply), &reply,
		"said more than it was asked before TLS began");
	script_end(script);
	g_assert_null(strstr(script->heard->str, "MAIL"));
}

/* Opportunistic is better than nothing, and nothing better than none (RFC 7435). */
static void
test_broken_tls_falls_back_to_the_open_and_says_so(gconstpointer data)
{
	static const ScriptLine lines[] = { { "EHLO", "250-me\r\n250 STARTTLS\r\n" },
		{ "STARTTLS", "220 go\r\n" }, { "DATA", "354 go\r\n" },
		{ ".", "250 2.0.0 taken\r\n" }, { "MAIL", "250 ok\r\n" }, { "RCPT", "250 ok\r\n" },
		{ "QUIT", "221 bye\r\n" }, { "", "500 what?\r\n" }, { NULL, NULL } };
	g_autoptr(Script) script = script_start(lines, "127.0.0.1");
	g_autofree char *reply = NULL;

	(void)data;
	g_assert_cmpint(
		ship("smtp://", "127.0.0.1", script->port, NULL, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_nonnull(strstr(reply, "250 2.0.0 taken (in the open, for TLS failed: "));
}

/* In a network of its own, where 192.0.2.1 is ours and no loopback address. */
static bool
enter_far_network(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	struct sockaddr_in address = { .sin_family = AF_INET };
	int handle;
	bool done;

	if (unshare(CLONE_NEWNET) < 0)
		return false;
	handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
	memcpy(&request.ifr_addr, &address, sizeof(address));
	done = ioctl(handle, SIOCSIFADDR, &request) == 0;
	request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	done = done && ioctl(handle, SIOCSIFFLAGS, &request) == 0;
	close(handle);
	return done;
}

/* 0: no word of AUTH or mail was said in the open; 77: there can be no such network. */
static int
tempt_far_away(const Servers *servers, const ScriptLine *lines, const char *words)
{
	g_autoptr(Script) script = NULL;
	g_autofree char *text = NULL;
	g_autofree char *reply = NULL;
	g_autoptr(Credentials) credentials = NULL;
	SmtpOptions with = { .tls = SMTP_TLS_OFF };

	if (!enter_far_network())
		return 77;
	script = script_start(lines, "192.0.2.1");
	text = g_strdup_printf("192.0.2.1:%d anna correct horse\n", script->port);
	dovecot_write(servers->postfix->folder, "secrets", text);
	chmod(servers->secrets, 0600);
	credentials = credentials_load(servers->secrets, NULL);
	with.credentials = credentials;
	if (ship("smtp://", "192.0.2.1", script->port, &with, &reply) != SHIPMENT_DOWN ||
		!strstr(reply, words))
		return 1;
	script_end(script);
	return strstr(script->heard->str, "AUTH") || strstr(script->heard->str, "MAIL") ? 2 : 0;
}

static void
test_password_is_never_said_where_others_can_hear_it(gconstpointer data)
{
	static const ScriptLine bare[] = { { "EHLO", "250-me\r\n250 AUTH PLAIN LOGIN\r\n" },
		{ NULL, NULL } };
	static const ScriptLine refusing[] = {
		{ "EHLO", "250-me\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n" },
		{ "STARTTLS", "454 4.7.0 not now\r\n" }, { NULL, NULL }
	};
	static const ScriptLine broken[] = {
		{ "EHLO", "250-me\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n" },
		{ "STARTTLS", "220 go\r\n" }, { "", "500 what?\r\n" }, { NULL, NULL }
	};
	static const struct {
		const ScriptLine *lines;
		const char *words;
	} cases[] = {
		{ bare, "offers no TLS, which the password for it asks for" },
		{ refusing, "454 4.7.0 not now (STARTTLS)" },
		{ broken, "no TLS with the server" },
	};
	const Servers *servers = data;

	if (is_missing(servers))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		pid_t child = fork();
		int status = 0;

		if (child == 0)
			_exit(tempt_far_away(servers, cases[i].lines, cases[i].words));
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 77) {
			g_test_skip("no network of one's own can be made here");
			return;
		}
		g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	}
}

/* ---- LMTP ---- */

static void
assert_in_mailbox(const Servers *servers)
{
	g_autofree char *path =
		g_build_filename(servers->postfix->folder, "mail", "anna", "new", NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name = folder ? g_dir_read_name(folder) : NULL;
	g_autofree char *file = name ? g_build_filename(path, name, NULL) : NULL;
	g_autofree char *text = NULL;

	g_assert_nonnull(file);
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, "\nReceived: by mx.example.net (lazaret) id 42"));
	g_assert_true(g_str_has_suffix(text, "\n\nx\n.\ny\n"));
	g_assert_null(g_dir_read_name(folder));
	g_assert_cmpint(unlink(file), ==, 0);
}

static void
test_lmtp_over_the_network_and_by_socket(gconstpointer data)
{
	const Servers *servers = data;
	g_autofree char *socket = NULL;
	g_autofree char *network = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	if (has_no_passwords(servers))
		return;
	network = g_strdup_printf("lmtp://127.0.0.1:%d", servers->dovecot->port);
	socket = g_strdup_printf("lmtp:%s/lmtp", servers->postfix->folder);
	g_assert_cmpint(ship_to(network, NULL, &first), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(first, "250 2.0.0 <anna@example.org>"));
	g_assert_nonnull(strstr(first, " Saved"));
	assert_in_mailbox(servers);
	g_assert_cmpint(ship_to(socket, NULL, &second), ==, SHIPMENT_ACCEPTED);
	assert_in_mailbox(servers);
}

static void
test_lmtp_recipient_that_is_not_there(gconstpointer data)
{
	const Servers *servers = data;
	g_autoptr(GBytes) raw = bytes_of(body);
	g_autofree char *socket = NULL;
	g_autofree char *reply = NULL;
	const char *address;
	const Transport *transport;
	Shipment shipment;

	if (has_no_passwords(servers))
		return;
	socket = g_strdup_printf("lmtp:%s/lmtp", servers->postfix->folder);
	transport = transport_of(socket, &address, NULL);
	shipment = shipment_of(raw, address);
	shipment.recipient = "nobody@example.org";
	g_assert_cmpint(transport_ship(transport, &shipment, &reply), ==, SHIPMENT_REFUSED);
	g_assert_true(g_str_has_prefix(reply, "550 5.1.1 "));
}

static void
test_lmtp_says_lhlo_and_nothing_else(gconstpointer data)
{
	static const ScriptLine lines[] = { { "LHLO", "500 5.5.1 no LMTP here\r\n" },
		{ NULL, NULL } };
	g_autoptr(Script) script = script_start(lines, "127.0.0.1");
	g_autofree char *reply = NULL;

	(void)data;
	assert_nothing_was_taken(ship("lmtp://", "127.0.0.1", script->port, NULL, &reply), &reply,
		"500 5.5.1 no LMTP here (LHLO)");
	script_end(script);
	g_assert_null(strstr(script->heard->str, "HELO"));
	g_assert_null(strstr(script->heard->str, "EHLO"));
}

/* All of it was handed over and no answer came: by LMTP as by SMTP. */
static void
test_lmtp_without_an_answer_is_unknown(gconstpointer data)
{
	static const char *const options[] = { "-L", "-q", ".", NULL };
	g_autoptr(Sink) sink = sink_start(options);
	g_autofree char *reply = NULL;

	(void)data;
	if (!sink)
		return;
	g_assert_cmpint(
		ship("lmtp://", "127.0.0.1", sink->port, NULL, &reply), ==, SHIPMENT_UNKNOWN);
	g_assert_nonnull(strstr(reply, "behind the end of the message"));
}

static void
test_lmtp_socket_that_is_not_there(gconstpointer data)
{
	g_autofree char *reply = NULL;

	(void)data;
	assert_nothing_was_taken(ship_to("lmtp:/nonexistent/lmtp", NULL, &reply), &reply,
		"lmtp:/nonexistent/lmtp: ");
}

static void
add(const Servers *servers, const char *path, void (*test)(gconstpointer data))
{
	g_test_add_data_func(path, servers, test);
}

int
main(int argc, char **argv)
{
	Servers servers = { 0 };
	int status;

	g_test_init(&argc, &argv, NULL);
	servers_start(&servers);
	add(&servers, "/tls/starttls-is-used-where-it-is-offered",
		test_starttls_is_used_where_it_is_offered);
	add(&servers, "/tls/off-is-in-the-open", test_off_is_in_the_open);
	add(&servers, "/tls/verified-server", test_verified_server);
	add(&servers, "/tls/verify-refuses-whom-it-can-not-trust",
		test_verify_refuses_whom_it_can_not_trust);
	add(&servers, "/tls/verify-refuses-a-server-without-tls",
		test_verify_refuses_a_server_without_tls);
	add(&servers, "/tls/certificates-that-can-not-be-read",
		test_certificates_that_can_not_be_read);
	add(&servers, "/tls/at-once-is-always-verified", test_tls_at_once_is_always_verified);
	add(&servers, "/tls/words-before-it-are-not-taken-for-inside",
		test_words_before_tls_are_not_taken_for_inside);
	add(&servers, "/tls/broken-falls-back-to-the-open-and-says-so",
		test_broken_tls_falls_back_to_the_open_and_says_so);
	add(&servers, "/password/lets-us-in", test_password_lets_us_in);
	add(&servers, "/password/wrong-waits-and-is-not-repeated",
		test_wrong_password_waits_and_is_not_repeated);
	add(&servers, "/password/is-for-its-server-alone", test_password_is_for_its_server_alone);
	add(&servers, "/password/no-auth-offered-is-not-gone-without",
		test_no_auth_offered_is_not_gone_without);
	add(&servers, "/password/in-a-reply-is-not-kept", test_password_in_a_reply_is_not_kept);
	add(&servers, "/password/files-must-be-ours-alone",
		test_files_of_passwords_must_be_ours_alone);
	add(&servers, "/password/is-never-said-where-others-can-hear-it",
		test_password_is_never_said_where_others_can_hear_it);
	add(&servers, "/lmtp/over-the-network-and-by-socket",
		test_lmtp_over_the_network_and_by_socket);
	add(&servers, "/lmtp/recipient-that-is-not-there", test_lmtp_recipient_that_is_not_there);
	add(&servers, "/lmtp/says-lhlo-and-nothing-else", test_lmtp_says_lhlo_and_nothing_else);
	add(&servers, "/lmtp/without-an-answer-is-unknown", test_lmtp_without_an_answer_is_unknown);
	add(&servers, "/lmtp/socket-that-is-not-there", test_lmtp_socket_that_is_not_there);
	status = g_test_run();
	servers_stop(&servers);
	return status;
}
