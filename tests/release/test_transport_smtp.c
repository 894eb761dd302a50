#include "release/transport.h"

#include "mail/from_line.h"
#include "tests/release/shipment.h"
#include "tests/release/sink.h"

enum {
	LARGE = 3 * 1024 * 1024,
	BEYOND_BUFFERS = 32 * 1024 * 1024, /* more than a kernel takes off one's hands */
};

typedef struct Piece {
	const char *bytes;
	size_t length;
} Piece;

/* A literal with NULs inside. */
#define PIECE(text)                      \
	{                                \
		(text), sizeof(text) - 1 \
	}

static ShipmentResult
ship_as(const Sink *sink, const char *sender, const char *recipient, GBytes *raw, char **reply)
{
	g_autofree char *spec = g_strconcat("smtp://", sink->address, NULL);
	g_autoptr(GError) error = NULL;
	const char *address = NULL;
	const Transport *transport = transport_of(spec, &address, &error);
	Shipment shipment = shipment_of(raw, address);

	g_assert_no_error(error);
	shipment.sender = sender;
	shipment.recipient = recipient;
	shipment.patience = 2;
	return transport_ship(transport, &shipment, reply);
}

static ShipmentResult
ship(const Sink *sink, GBytes *raw, char **reply)
{
	return ship_as(sink, "bounce+7@mail.example", "anna@example.org", raw, reply);
}

/* The one mail the sink has, without its own lines. */
static GBytes *
only_mail(const Sink *sink)
{
	g_autoptr(GPtrArray) mails = sink_mails(sink);

	g_assert_cmpuint(mails->len, ==, 1);
	return sink_message(mails->pdata[0]);
}

static void
assert_arrived(const Sink *sink, GBytes *raw)
{
	g_autoptr(GBytes) message = only_mail(sink);
	g_autoptr(GBytes) rest = without_trace(message);
	g_autoptr(GBytes) wanted = with_plain_lines(raw);

	assert_bytes(rest, wanted);
}

static void
test_bytes_and_envelope_arrive(void)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autoptr(GBytes) raw = bytes_of("From: a@b\n\nbody\n..\n.\nend\n");
	g_autoptr(GPtrArray) mails = NULL;
	g_autofree char *reply = NULL;
	g_autofree char *from = NULL;
	g_autofree char *to = NULL;
	g_autofree char *helo = NULL;

	if (!sink)
		return;
	g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_cmpstr(reply, ==, "250 2.0.0 Ok");
	assert_arrived(sink, raw);
	mails = sink_mails(sink);
	from = sink_argument(mails->pdata[0], "Mail");
	to = sink_argument(mails->pdata[0], "Rcpt");
	helo = sink_argument(mails->pdata[0], "Helo");
	g_assert_cmpstr(from, ==, "<bounce+7@mail.example>");
	g_assert_cmpstr(to, ==, "<anna@example.org>");
	g_assert_cmpstr(helo, ==, "mx.example.net");
}

static void
test_null_sender(void)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autoptr(GBytes) raw = bytes_of("a: b\n\n");
	g_autoptr(GPtrArray) mails = NULL;
	g_autofree char *reply = NULL;
	g_autofree char *from = NULL;

	if (!sink)
		return;
	g_assert_cmpint(ship_as(sink, "", "\"a b\"@x", raw, &reply), ==, SHIPMENT_ACCEPTED);
	mails = sink_mails(sink);
	g_assert_cmpuint(mails->len, ==, 1);
	from = sink_argument(mails->pdata[0], "Mail");
	g_assert_cmpstr(from, ==, "<>");
}

/* SMTP smuggling: what some servers take for the end, with a second mail behind it. */
static void
test_each_end_variant_is_one_mail(void)
{
	static const Piece ends[] = { PIECE("\n.\n"), PIECE("\n.\r\n"), PIECE("\r.\r"),
		PIECE("\r.\r\n"), PIECE("\r\n.\r"), PIECE("\r\n.\n"), PIECE("\r\n.\r\n"),
		PIECE("\r\n\0.\r\n"), PIECE("\r\n.leading dot\r\n"), PIECE("\r\n..\r\n"),
		PIECE("") };
	static const char head[] = "From: a@b\r\nSubject: x\r\n\r\nbody";
	static const char smuggled[] = "MAIL FROM:<evil@x>\r\nRCPT TO:<victim@y>\r\nDATA\r\n"
				       "From: boss@y\r\n\r\npay\r\n.\r\nno newline at the end";

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autoptr(Sink) sink = sink_start(NULL);
		g_autoptr(GByteArray) mail = g_byte_array_new();
		g_autoptr(GBytes) raw = NULL;
		g_autofree char *reply = NULL;

		if (!sink)
			return;
		g_byte_array_append(mail, (const guint8 *)head, sizeof(head) - 1);
		g_byte_array_append(mail, (const guint8 *)ends[i].bytes, (guint)ends[i].length);
		g_byte_array_append(mail, (const guint8 *)smuggled, sizeof(smuggled) - 1);
		raw = g_bytes_new(mail->data, mail->len);
		g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
		assert_arrived(sink, raw);
	}
}

static void
test_reply_notes_what_was_altered_or_odd(void)
{
	static const char text[] = "a: b\r\n\r\nx\ry\0\r\n";
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autoptr(GBytes) raw = g_bytes_new(text, sizeof(text) - 1);
	g_autofree char *reply = NULL;

	if (!sink)
		return;
	g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "250 "));
	g_assert_nonnull(strstr(reply, "1 lone CR"));
	g_assert_nonnull(strstr(reply, "1 NUL"));
}

static void
test_eight_bit_is_declared_where_it_is_offered(void)
{
	static const char *const not_offered[] = { "-8", NULL };
	static const struct {
		const char *const *options;
		const char *from;
		bool noted;
	} cases[] = {
		{ NULL, "<bounce+7@mail.example> BODY=8BITMIME", false },
		{ not_offered, "<bounce+7@mail.example>", true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Sink) sink = sink_start(cases[i].options);
		g_autoptr(GBytes) raw = bytes_of("a: \303\251\n\n\377\200\n");
		g_autoptr(GPtrArray) mails = NULL;
		g_autofree char *reply = NULL;
		g_autofree char *from = NULL;

		if (!sink)
			return;
		g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
		g_assert_cmpint(strstr(reply, "8BITMIME") != NULL, ==, cases[i].noted);
		assert_arrived(sink, raw);
		mails = sink_mails(sink);
		from = sink_argument(mails->pdata[0], "Mail");
		g_assert_cmpstr(from, ==, cases[i].from);
	}
}

static void
test_refusals_at_each_step(void)
{
	static const struct {
		const char *option, *command;
		ShipmentResult result;
		const char *words;
	} cases[] = {
		{ "-f", "CONNECT", SHIPMENT_DOWN, "500 5.3.0" },
		{ "-f", "EHLO,HELO", SHIPMENT_DOWN, "500 5.3.0" },
		{ "-f", "MAIL", SHIPMENT_REFUSED, "500 5.3.0 Error: command failed (MAIL)" },
		{ "-f", "RCPT", SHIPMENT_REFUSED, "500 5.3.0 Error: command failed (RCPT)" },
		{ "-f", "DATA", SHIPMENT_REFUSED, "500 5.3.0 Error: command failed (DATA)" },
		{ "-f", ".", SHIPMENT_REFUSED, "500 5.3.0 Error: command failed" },
		{ "-r", "CONNECT", SHIPMENT_DOWN, "450 4.3.0" },
		{ "-r", "MAIL", SHIPMENT_DEFERRED, "450 4.3.0 Error: command failed (MAIL)" },
		{ "-r", "RCPT", SHIPMENT_DEFERRED, "450 4.3.0 Error: command failed (RCPT)" },
		{ "-r", "DATA", SHIPMENT_DEFERRED, "450 4.3.0 Error: command failed (DATA)" },
		{ "-r", ".", SHIPMENT_DEFERRED, "450 4.3.0 Error: command failed" },
		{ "-Q", "CONNECT", SHIPMENT_DOWN, "421" },
		{ "-Q", "RCPT", SHIPMENT_DOWN, "421" },
		{ "-Q", ".", SHIPMENT_DOWN, "421" },
		{ "-q", "CONNECT", SHIPMENT_DOWN, "" },
		{ "-q", "EHLO", SHIPMENT_DOWN, "" },
		{ "-q", "MAIL", SHIPMENT_DEFERRED, "hung up (MAIL)" },
		{ "-q", "RCPT", SHIPMENT_DEFERRED, "hung up (RCPT)" },
		{ "-q", "DATA", SHIPMENT_DEFERRED, "hung up (DATA)" },
		{ "-q", ".", SHIPMENT_UNKNOWN, "hung up (behind the end of the message)" },
		{ "-q", "QUIT", SHIPMENT_ACCEPTED, "250 2.0.0 Ok" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const options[] = { cases[i].option, cases[i].command, NULL };
		g_autoptr(Sink) sink = sink_start(options);
		g_autoptr(GBytes) raw = bytes_of("a: b\n\nc\n");
		g_autofree char *reply = NULL;

		if (!sink)
			return;
		g_test_message("%s %s", cases[i].option, cases[i].command);
		g_assert_cmpint(ship(sink, raw, &reply), ==, cases[i].result);
		g_test_message("%s", reply);
		g_assert_nonnull(strstr(reply, cases[i].words));
	}
}

static gpointer
ship_to(gpointer sink)
{
	g_autoptr(GBytes) raw = bytes_of("a: b\n\nc\n");
	g_autofree char *reply = NULL;

	return GINT_TO_POINTER(ship(sink, raw, &reply));
}

/* All wait at the same time. */
static void
test_silence_is_unknown_only_behind_the_end(void)
{
	static const struct {
		const char *wait;
		ShipmentResult result;
	} cases[] = {
		{ "CONNECT:20", SHIPMENT_DOWN },
		{ "RCPT:20", SHIPMENT_DOWN },
		{ ".:20", SHIPMENT_UNKNOWN },
	};

	Sink *sinks[G_N_ELEMENTS(cases)] = { NULL };
	GThread *threads[G_N_ELEMENTS(cases)] = { NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const options[] = { "-W", cases[i].wait, NULL };

		sinks[i] = sink_start(options);
		if (!sinks[i])
			return;
		threads[i] = g_thread_new(cases[i].wait, ship_to, sinks[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].wait);
		g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(threads[i])), ==, cases[i].result);
		sink_free(sinks[i]);
	}
}

/* Each wait ends at once; behind the end of the data the server has a moment more. */
static void
test_interrupt_ends_each_wait(void)
{
	static const struct {
		const char *wait;
		ShipmentResult result;
	} cases[] = {
		{ "CONNECT:20", SHIPMENT_DEFERRED },
		{ "MAIL:20", SHIPMENT_DEFERRED },
		{ "DATA:20", SHIPMENT_DEFERRED },
		{ ".:20", SHIPMENT_UNKNOWN }, /* two waits, each as long as our patience */
		{ ".:1", SHIPMENT_ACCEPTED },
	};
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const options[] = { "-W", cases[i].wait, NULL };
		g_autoptr(Sink) sink = sink_start(options);
		g_autofree char *spec = sink ? g_strconcat("smtp://", sink->address, NULL) : NULL;
		const char *address = NULL;
		const Transport *transport = sink ? transport_of(spec, &address, NULL) : NULL;
		g_autoptr(GBytes) raw = bytes_of("a: b\n\nc\n");
		Shipment shipment = shipment_of(raw, address);
		int64_t begun = g_get_monotonic_time();
		g_autofree char *reply = NULL;
		GThread *thread;

		if (!sink)
			break;
		shipment.interrupt = ends[0];
		shipment.patience = 2;
		thread = g_thread_new("later", press_later, GINT_TO_POINTER(ends[1]));
		g_test_message("%s", cases[i].wait);
		g_assert_cmpint(transport_ship(transport, &shipment, &reply), ==, cases[i].result);
		g_assert_cmpint(g_get_monotonic_time() - begun, <, 10 * G_USEC_PER_SEC);
		g_thread_join(thread);
		g_assert_cmpint(read(ends[0], &(char){ 0 }, 1), ==, 1);
	}
	close(ends[0]);
	close(ends[1]);
}

/* -A 0: "354", then at once "550" and the line is cut, while the message is on its way. */
static void
test_words_of_a_server_that_breaks_off(void)
{
	static const char *const options[] = { "-A", "0", NULL };
	g_autoptr(Sink) sink = sink_start(options);
	g_autofree char *text = g_strnfill(BEYOND_BUFFERS, 'x');
	g_autoptr(GBytes) raw = bytes_of(text);
	g_autofree char *reply = NULL;
	ShipmentResult result;

	if (!sink)
		return;
	result = ship(sink, raw, &reply);
	g_test_message("%s", reply);
	/* Whether its words survive the reset of the connection is the kernel's to say. */
	g_assert_true(result == SHIPMENT_REFUSED || result == SHIPMENT_DEFERRED);
	g_assert_nonnull(strstr(reply, "(in the message)"));
}

static void
test_nobody_listens(void)
{
	Sink nobody = { .port = sink_free_port() };
	g_autoptr(GBytes) raw = bytes_of("a: b\n\nc\n");
	g_autofree char *reply = NULL;

	nobody.address = g_strdup_printf("127.0.0.1:%d", nobody.port);
	g_assert_cmpint(ship(&nobody, raw, &reply), ==, SHIPMENT_DOWN);
	g_assert_nonnull(strstr(reply, "connect"));
	g_free(nobody.address);
}

static void
test_utf8_addresses_need_smtputf8(void)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autoptr(GBytes) raw = bytes_of("a: b\n\nc\n");
	g_autofree char *sender_reply = NULL;
	g_autofree char *reply = NULL;
	g_autoptr(GPtrArray) mails = NULL;

	if (!sink)
		return;
	g_assert_cmpint(
		ship_as(sink, "jos\303\251@x", "a@b", raw, &sender_reply), ==, SHIPMENT_REFUSED);
	g_assert_cmpint(ship_as(sink, "a@b", "jos\303\251@x", raw, &reply), ==, SHIPMENT_REFUSED);
	g_assert_nonnull(strstr(reply, "SMTPUTF8"));
	mails = sink_mails(sink);
	g_assert_cmpuint(mails->len, ==, 0);
}

static void
test_environment_is_not_asked(void)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autoptr(GBytes) raw = bytes_of("a: b\n\nc\n");
	g_autofree char *reply = NULL;

	if (!sink)
		return;
	g_setenv("ALL_PROXY", "http://127.0.0.1:1", TRUE);
	g_setenv("all_proxy", "socks5://127.0.0.1:1", TRUE);
	g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_unsetenv("ALL_PROXY");
	g_unsetenv("all_proxy");
}

static void
test_large_mail(void)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autoptr(GByteArray) mail = g_byte_array_new();
	g_autoptr(GBytes) raw = NULL;
	g_autofree char *reply = NULL;

	if (!sink)
		return;
	while (mail->len < LARGE)
		g_byte_array_append(mail, (const guint8 *)".line\n\n.\n", 9);
	raw = g_bytes_new(mail->data, mail->len);
	g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
	assert_arrived(sink, raw);
}

/* Every mail that broke something somewhere, through a real server and back. */
static void
test_torture_mails_arrive(void)
{
	const char *corpus = g_getenv("CORPUS") ? g_getenv("CORPUS") : "../shared/corpus";
	g_autofree char *path = g_build_filename(corpus, "torture", NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	g_autoptr(Sink) sink = folder ? sink_start(NULL) : NULL;
	g_autoptr(GHashTable) sent = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	g_autoptr(GPtrArray) mails = NULL;
	const char *name;
	guint count = 0;

	if (!folder)
		g_test_skip("no folder of real mail: set CORPUS");
	if (!sink)
		return;
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		g_autofree char *reply = NULL;
		g_autoptr(GBytes) raw = NULL;
		g_autoptr(GBytes) alone = NULL;
		char *text = NULL;
		size_t length = 0;
		size_t before;

		if (!g_file_get_contents(file, &text, &length, NULL))
			continue;
		before = from_line_length(text, length);
		raw = g_bytes_new_take(text, length);
		alone = g_bytes_new_from_bytes(raw, before, length - before);
		g_assert_cmpint(ship(sink, raw, &reply), ==, SHIPMENT_ACCEPTED);
		g_hash_table_add(sent, with_plain_lines(alone));
		count++;
	}
	mails = sink_mails(sink);
	g_assert_cmpuint(count, >, 0);
	g_assert_cmpuint(mails->len, ==, count);
	for (guint i = 0; i < mails->len; i++) {
		g_autoptr(GBytes) message = sink_message(mails->pdata[i]);
		g_autoptr(GBytes) rest = without_trace(message);

		g_assert_true(g_hash_table_contains(sent, rest));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smtp/bytes-and-envelope-arrive", test_bytes_and_envelope_arrive);
	g_test_add_func("/smtp/null-sender", test_null_sender);
	g_test_add_func("/smtp/each-end-variant-is-one-mail", test_each_end_variant_is_one_mail);
	g_test_add_func("/smtp/reply-notes-what-was-altered-or-odd",
		test_reply_notes_what_was_altered_or_odd);
	g_test_add_func("/smtp/eight-bit-is-declared-where-it-is-offered",
		test_eight_bit_is_declared_where_it_is_offered);
	g_test_add_func("/smtp/refusals-at-each-step", test_refusals_at_each_step);
	g_test_add_func("/smtp/silence-is-unknown-only-behind-the-end",
		test_silence_is_unknown_only_behind_the_end);
	g_test_add_func(
		"/smtp/words-of-a-server-that-breaks-off", test_words_of_a_server_that_breaks_off);
	g_test_add_func("/smtp/interrupt-ends-each-wait", test_interrupt_ends_each_wait);
	g_test_add_func("/smtp/nobody-listens", test_nobody_listens);
	g_test_add_func("/smtp/utf8-addresses-need-smtputf8", test_utf8_addresses_need_smtputf8);
	g_test_add_func("/smtp/environment-is-not-asked", test_environment_is_not_asked);
	g_test_add_func("/smtp/large-mail", test_large_mail);
	g_test_add_func("/smtp/torture-mails-arrive", test_torture_mails_arrive);
	return g_test_run();
}
