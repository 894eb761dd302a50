/* What an LMTP client says, whole and torn: lmtp.h. */
#include "importer/lmtp.h"

#include "tests/fuzz/fuzz.h"

enum {
	LARGEST = 4096,
};

typedef struct Session {
	Budget budget;
	Lmtp *lmtp;
	GString *heard;    /* all replies */
	GString *messages; /* all messages, with their envelopes */
} Session;

static void
take_message(Session *session)
{
	g_autoptr(Envelope) envelope = NULL;
	g_autoptr(GBytes) raw = lmtp_take(session->lmtp, &envelope);
	gsize size = 0;
	const char *bytes = g_bytes_get_data(raw, &size);

	g_assert_cmpuint(size, <=, LARGEST);
	g_assert_cmpuint(envelope->recipients->len, >=, 1);
	g_assert_cmpuint(envelope->recipients->len, <=, LMTP_MAX_RECIPIENTS);
	g_assert_null(strpbrk(envelope->sender, "\r\n"));
	g_string_append_printf(session->messages, "%s|", envelope->sender);
	for (guint i = 0; i < envelope->recipients->len; i++) {
		const char *recipient = g_ptr_array_index(envelope->recipients, i);

		g_assert_true(*recipient && !strpbrk(recipient, "\r\n"));
		g_string_append_printf(session->messages, "%s|", recipient);
	}
	g_string_append_len(session->messages, bytes, (gssize)size);
	lmtp_answer(session->lmtp, "250 2.0.0 kept");
}

static void
listen_to(Session *session)
{
	GString *output = lmtp_output(session->lmtp);

	g_string_append_len(session->heard, output->str, (gssize)output->len);
	g_string_truncate(output, 0);
}

/* Feeds all of it, at most @piece bytes at a time. */
static void
hold_session(Session *session, const char *bytes, size_t length, size_t piece)
{
	session->budget = (Budget){ .most = 2 * LARGEST };
	session->lmtp = lmtp_new("mx.example", LARGEST, &session->budget);
	session->heard = g_string_new(NULL);
	session->messages = g_string_new(NULL);
	listen_to(session);
	while (length > 0 && lmtp_state(session->lmtp) != LMTP_OVER) {
		size_t used = lmtp_feed(session->lmtp, bytes, MIN(piece, length));
		bool waits = lmtp_state(session->lmtp) == LMTP_WAITS;

		g_assert_true(used > 0 || waits || lmtp_state(session->lmtp) == LMTP_OVER ||
			lmtp_output(session->lmtp)->len > 0);
		bytes += used;
		length -= used;
		if (waits)
			take_message(session);
		listen_to(session);
	}
	lmtp_free(session->lmtp);
	g_assert_cmpuint(session->budget.held, ==, 0);
}

static void
session_clear(Session *session)
{
	g_string_free(session->heard, TRUE);
	g_string_free(session->messages, TRUE);
}

/* How it is torn makes no difference. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Session whole = { 0 }, torn = { 0 };

	hold_session(&whole, (const char *)data, size, size);
	hold_session(&torn, (const char *)data, size, 1 + size % 7);
	g_assert_cmpstr(whole.heard->str, ==, torn.heard->str);
	g_assert_true(g_string_equal(whole.messages, torn.messages));
	session_clear(&whole);
	session_clear(&torn);
	return 0;
}
