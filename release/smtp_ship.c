#include "release/smtp_ship.h"

#include "release/wire.h"

/* The longest waits, in seconds.  RFC 5321 section 4.5.3.2 asks for more patience with
 * commands; here the server is a house's own.  The end of the data has all of it: to give up
 * there is how messages come twice. */
enum {
	WAIT_OPEN = 120, /* to connect, TLS and AUTH among it */
	WAIT_COMMAND = 120,
	WAIT_DATA = 600,
	WAIT_END = 600,
	WAIT_EARLY = 5, /* for the words of a server that hung up */
	WAIT_QUIT = 2,
	WAIT_LAST = 5, /* for the answer to the end of the data, when we are to end */
};
G_STATIC_ASSERT(
	WAIT_OPEN + 3 * WAIT_COMMAND + WAIT_DATA + WAIT_END + WAIT_EARLY + WAIT_LAST + WAIT_QUIT <
	SHIPMENT_MAX_SECONDS);

static int
patience(const Shipment *shipment, int usual)
{
	return shipment->patience ? MIN(shipment->patience, usual) : usual;
}

/* RFC 5321 section 4.2.1; 421 closes the whole service, and 3xx settles nothing. */
static ShipmentResult
result_of_code(int code)
{
	if (code == 421)
		return SHIPMENT_DOWN;
	if (code >= 500)
		return SHIPMENT_REFUSED;
	if (code >= 400)
		return SHIPMENT_DEFERRED;
	return code < 300 ? SHIPMENT_ACCEPTED : SHIPMENT_UNKNOWN;
}

/* No answer, and the message can't have been taken. */
static ShipmentResult
result_of_error(const GError *error, const char *step, char **reply)
{
	*reply = g_strdup_printf("%s (%s)", error->message, step);
	return g_error_matches(error, RELEASE_ERROR, RELEASE_ERROR_TIMEOUT) ? SHIPMENT_DOWN
									    : SHIPMENT_DEFERRED;
}

/* One step towards the data: accepted when the reply is of the @wanted hundred. */
static ShipmentResult
step(Smtp *smtp, const Shipment *shipment, const char *command, int wanted, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_auto(SmtpReply) answer = { 0 };
	g_autofree char *verb = g_strndup(command, 4);

	if (!smtp_command(smtp, command, patience(shipment, WAIT_COMMAND), &answer, &error))
		return result_of_error(error, verb, reply);
	if (answer.code / 100 == wanted)
		return SHIPMENT_ACCEPTED;
	*reply = g_strdup_printf("%s (%s)", answer.text->str, verb);
	return answer.code >= 400 ? result_of_code(answer.code) : SHIPMENT_DEFERRED;
}

static bool
needs_utf8(const Shipment *shipment)
{
	return !g_str_is_ascii(shipment->sender) || !g_str_is_ascii(shipment->recipient);
}

static char *
mail_command(const Smtp *smtp, const Shipment *shipment, const Wire *wire)
{
	GString *command = g_string_new(NULL);

	g_string_append_printf(command, "MAIL FROM:<%s>", shipment->sender);
	if (smtp_offers(smtp, "SIZE"))
		g_string_append_printf(command, " SIZE=%zu", wire->size);
	if (wire->eight_bit && smtp_offers(smtp, "8BITMIME"))
		g_string_append(command, " BODY=8BITMIME");
	if (needs_utf8(shipment))
		g_string_append(command, " SMTPUTF8");
	return g_string_free(command, FALSE);
}

static ShipmentResult
say_envelope(Smtp *smtp, const Shipment *shipment, const Wire *wire, char **reply)
{
	g_autofree char *mail = mail_command(smtp, shipment, wire);
	g_autofree char *recipient = g_strdup_printf("RCPT TO:<%s>", shipment->recipient);
	ShipmentResult result = SHIPMENT_REFUSED;

	if (needs_utf8(shipment) && !smtp_offers(smtp, "SMTPUTF8")) {
		*reply = g_strdup("the server takes no addresses in UTF-8 (it does not offer "
				  "SMTPUTF8)");
		return result;
	}
	result = step(smtp, shipment, mail, 2, reply);
	if (result == SHIPMENT_ACCEPTED)
		result = step(smtp, shipment, recipient, 2, reply);
	if (result == SHIPMENT_ACCEPTED)
		result = step(smtp, shipment, "DATA", 3, reply);
	return result;
}

/* The line broke before the end of the data was out, so nothing was taken.  A server that
 * breaks it on purpose says why. */
static ShipmentResult
data_refused(Smtp *smtp, const Shipment *shipment, const GError *error, char **reply)
{
	g_auto(SmtpReply) answer = { 0 };

	if (!smtp_read(smtp, patience(shipment, WAIT_EARLY), &answer, NULL) || answer.code < 400)
		return result_of_error(error, "in the message", reply);
	*reply = g_strdup_printf("%s (in the message)", answer.text->str);
	return result_of_code(answer.code);
}

/* What a person should know about how it went. */
static void
append_notes(GString *text, const Smtp *smtp, const Wire *wire)
{
	if (wire->bare_cr > 0)
		g_string_append_printf(
			text, " (%" G_GINT64_FORMAT " lone CR sent as line ends)", wire->bare_cr);
	if (wire->nul > 0)
		g_string_append_printf(
			text, " (%" G_GINT64_FORMAT " NUL sent as they are)", wire->nul);
	if (wire->eight_bit && !smtp_offers(smtp, "8BITMIME"))
		g_string_append(
			text, " (8-bit text sent to a server that does not offer 8BITMIME)");
	if (smtp_security(smtp))
		g_string_append_printf(text, " (%s)", smtp_security(smtp));
}

/* When we are to end, the server's answer is still worth a moment: without it a person has
 * to find out whether the message left. */
static bool
read_verdict(Smtp *smtp, const Shipment *shipment, SmtpReply *answer, GError **error)
{
	g_autoptr(GError) fault = NULL;

	if (smtp_read(smtp, patience(shipment, WAIT_END), answer, &fault))
		return true;
	if (!g_error_matches(fault, RELEASE_ERROR, RELEASE_ERROR_STOPPED)) {
		g_propagate_error(error, g_steal_pointer(&fault));
		return false;
	}
	smtp_ignore_interrupt(smtp);
	if (smtp_read(smtp, patience(shipment, WAIT_LAST), answer, error))
		return true;
	g_prefix_error(error, "interrupted: ");
	return false;
}

static ShipmentResult
say_data(Smtp *smtp, const Shipment *shipment, const Wire *wire, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_auto(SmtpReply) answer = { 0 };

	if (!smtp_send(
		    smtp, wire->data->data, wire->data->len, patience(shipment, WAIT_DATA), &error))
		return data_refused(smtp, shipment, error, reply);
	if (!read_verdict(smtp, shipment, &answer, &error)) {
		*reply = g_strdup_printf("%s (behind the end of the message)", error->message);
		return SHIPMENT_UNKNOWN;
	}
	if (answer.code < 300)
		append_notes(answer.text, smtp, wire);
	*reply = g_strdup(answer.text->str);
	return result_of_code(answer.code);
}

ShipmentResult
smtp_ship(const SmtpServer *server, const Shipment *shipment, char **reply)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Wire) wire = wire_new(shipment->trace, shipment->raw);
	g_autoptr(Smtp) smtp =
		smtp_open(server, patience(shipment, WAIT_OPEN), shipment->interrupt, &error);
	g_auto(SmtpReply) farewell = { 0 };
	ShipmentResult result;

	if (!smtp) {
		*reply = g_strdup(error->message);
		return g_error_matches(error, RELEASE_ERROR, RELEASE_ERROR_STOPPED)
			? SHIPMENT_DEFERRED
			: SHIPMENT_DOWN;
	}
	result = say_envelope(smtp, shipment, wire, reply);
	if (result == SHIPMENT_ACCEPTED)
		result = say_data(smtp, shipment, wire, reply);
	smtp_command(smtp, "QUIT", patience(shipment, WAIT_QUIT), &farewell, NULL);
	return result;
}
