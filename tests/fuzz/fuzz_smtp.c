/* What a server answers to a release by SMTP or LMTP: smtp.h, smtp_ship.h. */
#include "release/smtp.h"

#include "release/stream.h"
#include "release/transport.h"
#include "tests/fuzz/fuzz.h"
#include "tests/release/shipment.h"

static const char raw[] = "From: a@x.example\r\nSubject: s\r\n\r\n.hi\r\n";
static const char end_of_data[] = "\r\n.\r\n";

/* In the place of release/stream.c: a server that says a line of the input each time it is
 * listened to, with the next where that begins with AT_ONCE, and hangs up at a HANG_UP.  A new
 * connection goes on behind it. */
enum {
	AT_ONCE = 1,
	HANG_UP = 2,
};

typedef struct Server {
	Fuzz says;
	bool local, secures; /* this machine; STARTTLS goes well */
	GString *heard;
} Server;

static Server server;

struct Stream {
	bool secure;
};

Stream *
stream_open(const Endpoint *endpoint, int64_t deadline, int interrupt, GError **error)
{
	(void)endpoint, (void)deadline, (void)interrupt;
	if (server.says.left > 0)
		return g_new0(Stream, 1);
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "nobody there");
	return NULL;
}

void
stream_free(Stream *stream)
{
	g_free(stream);
}

void
stream_ignore_interrupt(Stream *stream)
{
	(void)stream;
}

bool
stream_is_local(const Stream *stream)
{
	(void)stream;
	return server.local;
}

bool
stream_secure(Stream *stream, const char *host, bool verify, const char *ca_file, int64_t deadline,
	GError **error)
{
	(void)host, (void)verify, (void)ca_file, (void)deadline;
	stream->secure = server.secures;
	if (!server.secures)
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TLS, "no");
	return server.secures;
}

const char *
stream_tls(const Stream *stream)
{
	return stream->secure ? "TLSv1.3" : NULL;
}

bool
stream_send(Stream *stream, const void *bytes, size_t length, int64_t deadline, GError **error)
{
	(void)stream, (void)deadline, (void)error;
	g_string_append_len(server.heard, bytes, (gssize)length);
	return true;
}

bool
stream_receive(Stream *stream, GString *received, int64_t deadline, GError **error)
{
	(void)stream, (void)deadline;
	if (server.says.left == 0 || *server.says.at == HANG_UP) {
		fuzz_byte(&server.says);
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "the server hung up");
		return false;
	}
	do {
		uint8_t byte;

		do {
			byte = fuzz_byte(&server.says);
			g_string_append_c(received, (char)byte);
		} while (server.says.left > 0 && byte != '\n');
	} while (server.says.left > 0 && *server.says.at == AT_ONCE);
	return true;
}

static bool
was_handed_over(void)
{
	return strstr(server.heard->str, end_of_data) != NULL;
}

/* It left only if it was sent, and was taken by what the server said behind that; one line of
 * what it said is kept. */
static void
check(ShipmentResult result, const char *reply)
{
	fuzz_assert_utf8(reply);
	g_assert_cmpuint(strlen(reply), <=, SHIPMENT_MAX_REPLY);
	for (const char *at = reply; *at; at = g_utf8_next_char(at))
		g_assert_false(g_unichar_iscntrl(g_utf8_get_char(at)));
	if (result == SHIPMENT_ACCEPTED || result == SHIPMENT_UNKNOWN)
		g_assert_true(was_handed_over());
	if (result == SHIPMENT_ACCEPTED)
		g_assert_true(*reply == '2');
}

/* The input: a byte that says how it is asked, then all that the server says. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const addresses[] = { "smtp://127.0.0.1:25", "lmtp://127.0.0.1:24" };
	Fuzz fuzz = { data, size };
	uint8_t how = fuzz_byte(&fuzz);
	SmtpOptions options = { .tls = (SmtpTls)(how / 8 % SMTP_TLS_POLICIES) };
	g_autoptr(GBytes) bytes = g_bytes_new_static(raw, sizeof(raw) - 1);
	g_autoptr(GError) error = NULL;
	const char *address = NULL;
	const Transport *transport = transport_of(addresses[how % 2], &address, &error);
	Shipment shipment = shipment_of(bytes, address);
	g_autofree char *reply = NULL;
	ShipmentResult result;

	g_assert_no_error(error);
	shipment.smtp = &options;
	shipment.patience = 1;
	server = (Server){ fuzz, how & 2, how & 4, g_string_new(NULL) };
	result = transport_ship(transport, &shipment, &reply);
	check(result, reply);
	g_string_free(server.heard, TRUE);
	return 0;
}
