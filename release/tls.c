#include "release/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "release/transport.h"

struct Tls {
	SSL_CTX *context;
	BIO_METHOD *method;
	SSL *ssl;
	short events;
};

static bool
fail(GError **error, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *why = code ? ERR_reason_error_string(code) : NULL;

	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TLS, "%s%s%s", what, why ? ": " : "",
		why ? why : "");
	return false;
}

/* ---- the socket, as OpenSSL sees it; its own would raise SIGPIPE ---- */

static int
socket_of(BIO *bio)
{
	return GPOINTER_TO_INT(BIO_get_data(bio));
}

static bool
is_again(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static int
write_socket(BIO *bio, const char *bytes, int length)
{
	ssize_t sent = send(socket_of(bio), bytes, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);

	BIO_clear_retry_flags(bio);
	if (sent < 0 && is_again())
		BIO_set_retry_write(bio);
	return (int)sent;
}

static int
read_socket(BIO *bio, char *bytes, int length)
{
	ssize_t got = recv(socket_of(bio), bytes, (size_t)length, MSG_DONTWAIT);

	BIO_clear_retry_flags(bio);
	if (got < 0 && is_again())
		BIO_set_retry_read(bio);
	return (int)got;
}

static long
control_socket(BIO *bio, int command, long number, void *data)
{
	(void)bio, (void)number, (void)data;
	return command == BIO_CTRL_FLUSH;
}

static bool
attach(Tls *tls, int handle)
{
	BIO *bio;

	/* The number of a kind of one's own is never given back, and there are 127 of them in a
	 * process: a deliverer that watches would run out. */
	tls->method = BIO_meth_new(BIO_TYPE_SOCKET, "socket");
	if (!tls->method || !BIO_meth_set_write(tls->method, write_socket) ||
		!BIO_meth_set_read(tls->method, read_socket) ||
		!BIO_meth_set_ctrl(tls->method, control_socket))
		return false;
	bio = BIO_new(tls->method);
	if (!bio)
		return false;
	BIO_set_data(bio, GINT_TO_POINTER(handle));
	BIO_set_init(bio, 1);
	SSL_set_bio(tls->ssl, bio, bio);
	return true;
}

/* ---- whom we trust ---- */

/* A certificate of its own in @ca_file is trust enough: no authority above it is asked
 * for. */
static bool
trust(Tls *tls, const TlsRequest *request, GError **error)
{
	X509_VERIFY_PARAM *rules = SSL_CTX_get0_param(tls->context);

	X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
	if (!request->ca_file)
		return SSL_CTX_set_default_verify_paths(tls->context) == 1
			? true
			: fail(error, "the system's certificates can't be read");
	if (SSL_CTX_load_verify_file(tls->context, request->ca_file) == 1)
		return true;
	fail(error, "no certificate can be read");
	g_prefix_error(error, "%s: ", request->ca_file);
	return false;
}

/* Brackets, as in a transport's name, off. */
static char *
bare_host(const char *host)
{
	size_t length = strlen(host);

	return *host == '[' ? g_strndup(host + 1, length - 2) : g_strdup(host);
}

static bool
expect_host(Tls *tls, const char *host)
{
	g_autofree char *bare = bare_host(host);

	if (g_hostname_is_ip_address(bare))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls->ssl), bare) == 1;
	SSL_set_hostflags(tls->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(tls->ssl, bare) == 1 && SSL_set_tlsext_host_name(tls->ssl, bare) == 1;
}

Tls *
tls_new(int handle, const TlsRequest *request, GError **error)
{
	g_autoptr(Tls) tls = g_new0(Tls, 1);

	ERR_clear_error();
	tls->context = SSL_CTX_new(TLS_client_method());
	g_assert(tls->context);
	SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION);
	SSL_CTX_set_mode(
		tls->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_verify(tls->context, request->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (request->verify && !trust(tls, request, error))
		return NULL;
	tls->ssl = SSL_new(tls->context);
	if (!tls->ssl || !attach(tls, handle) || !expect_host(tls, request->host)) {
		fail(error, "TLS can't be set up");
		return NULL;
	}
	SSL_set_connect_state(tls->ssl);
	return g_steal_pointer(&tls);
}

void
tls_free(Tls *tls)
{
	if (!tls)
		return;
	if (tls->ssl && SSL_is_init_finished(tls->ssl))
		SSL_shutdown(tls->ssl);
	SSL_free(tls->ssl);
	BIO_meth_free(tls->method);
	SSL_CTX_free(tls->context);
	ERR_clear_error();
	g_free(tls);
}

/* ---- what it does ---- */

static TlsState
state_of(Tls *tls, int result)
{
	if (result > 0)
		return TLS_DONE;
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		tls->events = POLLIN;
		return TLS_WAIT;
	case SSL_ERROR_WANT_WRITE:
		tls->events = POLLOUT;
		return TLS_WAIT;
	default:
		return TLS_OVER;
	}
}

short
tls_events(const Tls *tls)
{
	return tls->events;
}

static void
set_shake_error(const Tls *tls, GError **error)
{
	long fault = SSL_get_verify_result(tls->ssl);

	if (fault == X509_V_OK || SSL_get_verify_mode(tls->ssl) == SSL_VERIFY_NONE)
		fail(error, "no TLS with the server");
	else
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TLS,
			"the server's certificate is not trusted: %s",
			X509_verify_cert_error_string(fault));
}

TlsState
tls_shake(Tls *tls, GError **error)
{
	TlsState state;

	ERR_clear_error();
	state = state_of(tls, SSL_do_handshake(tls->ssl));
	if (state == TLS_OVER)
		set_shake_error(tls, error);
	return state;
}

TlsState
tls_send(Tls *tls, const void *bytes, size_t length, size_t *sent)
{
	ERR_clear_error();
	return state_of(tls, SSL_write_ex(tls->ssl, bytes, length, sent));
}

TlsState
tls_receive(Tls *tls, void *bytes, size_t length, size_t *got)
{
	ERR_clear_error();
	return state_of(tls, SSL_read_ex(tls->ssl, bytes, length, got));
}

const char *
tls_version(const Tls *tls)
{
	return SSL_get_version(tls->ssl);
}
