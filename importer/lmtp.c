#include "importer/lmtp.h"

#include <string.h>

/* Where in a message the next byte stands. */
typedef enum {
	AT_LINE, /* a line begins */
	AT_DOT,  /* behind a dot that a line began with */
	AT_DOT_CR,
	AT_CR,
	AT_TEXT,
} Place;

typedef enum {
	FITS,
	TOO_LARGE,
	NO_ROOM, /* not with what all the others have sent */
} Fit;

struct Lmtp {
	char *host;
	size_t largest;
	Budget *budget;
	LmtpState state;
	GString *output;
	GString *line; /* of a command, as far as it has come */
	bool greeted;
	int faults;
	Envelope *envelope;  /* NULL: no transaction */
	GByteArray *message; /* NULL: commands come */
	size_t counted;      /* of the budget */
	Place place;
	Fit fit;
};

Lmtp *
lmtp_new(const char *host, size_t largest, Budget *budget)
{
	Lmtp *lmtp = g_new0(Lmtp, 1);

	lmtp->host = g_strdup(host);
	lmtp->largest = largest;
	lmtp->budget = budget;
	lmtp->output = g_string_new(NULL);
	lmtp->line = g_string_new(NULL);
	g_string_printf(lmtp->output, "220 %s LMTP lazaret\r\n", host);
	return lmtp;
}

static void
drop_message(Lmtp *lmtp)
{
	budget_give(lmtp->budget, lmtp->counted);
	lmtp->counted = 0;
	g_clear_pointer(&lmtp->message, g_byte_array_unref);
}

static void
reset(Lmtp *lmtp)
{
	drop_message(lmtp);
	g_clear_pointer(&lmtp->envelope, envelope_free);
}

void
lmtp_free(Lmtp *lmtp)
{
	if (!lmtp)
		return;
	reset(lmtp);
	g_free(lmtp->host);
	g_string_free(lmtp->output, TRUE);
	g_string_free(lmtp->line, TRUE);
	g_free(lmtp);
}

LmtpState
lmtp_state(const Lmtp *lmtp)
{
	return lmtp->state;
}

bool
lmtp_is_inside(const Lmtp *lmtp)
{
	return lmtp->message || lmtp->line->len > 0;
}

GString *
lmtp_output(Lmtp *lmtp)
{
	return lmtp->output;
}

static void
say(Lmtp *lmtp, const char *reply)
{
	g_string_append(lmtp->output, reply);
	g_string_append(lmtp->output, "\r\n");
}

void
lmtp_end(Lmtp *lmtp, const char *reply)
{
	say(lmtp, reply);
	reset(lmtp);
	lmtp->state = LMTP_OVER;
}

static void
refuse(Lmtp *lmtp, const char *reply)
{
	if (++lmtp->faults >= LMTP_MAX_FAULTS)
		lmtp_end(lmtp, "421 4.7.0 too many errors");
	else
		say(lmtp, reply);
}

/* ---- commands ---- */

/* Behind the path at @text, which begins with its angle bracket; NULL where none ends.  A
 * quoted local part may have brackets of its own. */
static const char *
path_end(const char *text)
{
	bool quoted = false;

	for (const char *at = text + 1; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (*at == '>' && !quoted)
			return at + 1;
	}
	return NULL;
}

/* A source route says how a mail came to be here, and is no part of the address (RFC 5321
 * appendix C). */
static const char *
behind_route(const char *path)
{
	const char *colon = *path == '@' ? strchr(path, ':') : NULL;

	return colon ? colon + 1 : path;
}

/* The address of "FROM:<a@b> PARAMETERS" behind @keyword, and *@parameters; NULL: it is none
 * of these.  Yours. */
static char *
read_path(const char *text, const char *keyword, const char **parameters)
{
	size_t length = strlen(keyword);
	const char *end;
	g_autofree char *path = NULL;

	if (g_ascii_strncasecmp(text, keyword, length) != 0)
		return NULL;
	text += length;
	text += strspn(text, " ");
	end = *text == '<' ? path_end(text) : NULL;
	if (!end || (*end && *end != ' '))
		return NULL;
	*parameters = end;
	path = g_strndup(text + 1, (size_t)(end - text) - 2);
	return g_strdup(behind_route(path));
}

/* A reply that refuses @parameter of MAIL; NULL: it is welcome. */
static const char *
parameter_fault(const Lmtp *lmtp, const char *parameter)
{
	static const char *const welcome[] = { "BODY=7BIT", "BODY=8BITMIME", "SMTPUTF8" };

	for (size_t i = 0; i < G_N_ELEMENTS(welcome); i++)
		if (g_ascii_strcasecmp(parameter, welcome[i]) == 0)
			return NULL;
	if (g_ascii_strncasecmp(parameter, "SIZE=", 5) != 0)
		return "555 5.5.4 no such parameter";
	if (!parameter[5] || strspn(parameter + 5, G_CSET_DIGITS) != strlen(parameter + 5))
		return "501 5.5.4 SIZE is a number";
	if (g_ascii_strtoull(parameter + 5, NULL, 10) > lmtp->largest)
		return "552 5.3.4 larger than is kept here";
	return NULL;
}

static const char *
parameters_fault(const Lmtp *lmtp, const char *parameters)
{
	g_auto(GStrv) words = g_strsplit(parameters, " ", -1);

	for (char **word = words; *word; word++) {
		const char *fault = **word ? parameter_fault(lmtp, *word) : NULL;

		if (fault)
			return fault;
	}
	return NULL;
}

static void
run_lhlo(Lmtp *lmtp, const char *rest)
{
	if (!*rest) {
		refuse(lmtp, "501 5.5.4 LHLO wants a name");
		return;
	}
	reset(lmtp);
	lmtp->greeted = true;
	g_string_append_printf(lmtp->output,
		"250-%s\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
		"250-ENHANCEDSTATUSCODES\r\n250 SIZE %zu\r\n",
		lmtp->host, lmtp->largest);
}

static void
run_helo(Lmtp *lmtp, G_GNUC_UNUSED const char *rest)
{
	refuse(lmtp, "500 5.5.1 this is LMTP: say LHLO");
}

static void
run_mail(Lmtp *lmtp, const char *rest)
{
	const char *parameters = "";
	g_autofree char *sender = read_path(rest, "FROM:", &parameters);
	const char *fault =
		sender ? parameters_fault(lmtp, parameters) : "501 5.5.4 MAIL FROM:<address>";

	if (!lmtp->greeted)
		fault = "503 5.5.1 LHLO first";
	else if (lmtp->envelope)
		fault = "503 5.5.1 there is a sender already";
	if (fault) {
		refuse(lmtp, fault);
		return;
	}
	lmtp->envelope = envelope_new();
	lmtp->envelope->sender = g_steal_pointer(&sender);
	say(lmtp, "250 2.1.0 Ok");
}

static void
run_rcpt(Lmtp *lmtp, const char *rest)
{
	const char *parameters = "";
	g_autofree char *recipient = read_path(rest, "TO:", &parameters);
	const char *fault = NULL;

	if (!lmtp->envelope)
		fault = "503 5.5.1 MAIL first";
	else if (!recipient || !*recipient)
		fault = "501 5.5.4 RCPT TO:<address>";
	else if (parameters[strspn(parameters, " ")])
		fault = "555 5.5.4 no such parameter";
	if (fault) {
		refuse(lmtp, fault);
		return;
	}
	/* No fault of the client's, who brings the others next. */
	if (lmtp->envelope->recipients->len >= LMTP_MAX_RECIPIENTS) {
		say(lmtp, "452 4.5.3 too many recipients");
		return;
	}
	g_ptr_array_add(lmtp->envelope->recipients, g_steal_pointer(&recipient));
	say(lmtp, "250 2.1.5 Ok");
}

static void
run_data(Lmtp *lmtp, const char *rest)
{
	if (*rest) {
		refuse(lmtp, "501 5.5.4 DATA stands alone");
		return;
	}
	if (!lmtp->envelope || lmtp->envelope->recipients->len == 0) {
		refuse(lmtp, "503 5.5.1 no valid recipients");
		return;
	}
	lmtp->message = g_byte_array_new();
	lmtp->place = AT_LINE;
	lmtp->fit = FITS;
	say(lmtp, "354 end with a dot alone");
}

static void
run_rset(Lmtp *lmtp, G_GNUC_UNUSED const char *rest)
{
	reset(lmtp);
	say(lmtp, "250 2.0.0 Ok");
}

static void
run_noop(Lmtp *lmtp, G_GNUC_UNUSED const char *rest)
{
	say(lmtp, "250 2.0.0 Ok");
}

static void
run_vrfy(Lmtp *lmtp, G_GNUC_UNUSED const char *rest)
{
	say(lmtp, "252 2.0.0 nobody is looked up here");
}

static void
run_quit(Lmtp *lmtp, G_GNUC_UNUSED const char *rest)
{
	lmtp_end(lmtp, "221 2.0.0 Bye");
}

typedef struct Verb {
	const char *name;
	void (*run)(Lmtp *lmtp, const char *rest); /* without the blank between */
} Verb;

/* clang-format off */
static const Verb verbs[] = {
	{ "LHLO", run_lhlo },
	{ "HELO", run_helo },
	{ "EHLO", run_helo },
	{ "MAIL", run_mail },
	{ "RCPT", run_rcpt },
	{ "DATA", run_data },
	{ "RSET", run_rset },
	{ "NOOP", run_noop },
	{ "VRFY", run_vrfy },
	{ "QUIT", run_quit },
};
/* clang-format on */

static bool
is_text(const GString *line)
{
	for (size_t i = 0; i < line->len; i++)
		if ((unsigned char)line->str[i] < ' ' || line->str[i] == 0x7f)
			return false;
	return g_utf8_validate(line->str, (gssize)line->len, NULL);
}

static void
run_line(Lmtp *lmtp)
{
	size_t length = strcspn(lmtp->line->str, " ");
	const char *rest = lmtp->line->str + length;

	if (!is_text(lmtp->line)) {
		refuse(lmtp, "500 5.5.2 a command is a line of text");
		return;
	}
	rest += strspn(rest, " ");
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		if (length != strlen(verbs[i].name) ||
			g_ascii_strncasecmp(lmtp->line->str, verbs[i].name, length) != 0)
			continue;
		verbs[i].run(lmtp, rest);
		return;
	}
	refuse(lmtp, "500 5.5.1 no such command");
}

static bool
ends_with_cr(const GString *line)
{
	return line->len > 0 && line->str[line->len - 1] == '\r';
}

static size_t
feed_command(Lmtp *lmtp, const char *bytes, size_t length)
{
	size_t used = 0;

	while (used < length) {
		char byte = bytes[used++];

		if (byte == '\n' && ends_with_cr(lmtp->line)) {
			g_string_truncate(lmtp->line, lmtp->line->len - 1);
			run_line(lmtp);
			g_string_truncate(lmtp->line, 0);
			break;
		}
		g_string_append_c(lmtp->line, byte);
		if (lmtp->line->len > LMTP_MAX_LINE) {
			lmtp_end(lmtp, "500 5.5.2 line too long");
			break;
		}
	}
	return used;
}

/* ---- a message ---- */

static void
does_not_fit(Lmtp *lmtp, Fit fit)
{
	drop_message(lmtp);
	lmtp->message = g_byte_array_new();
	lmtp->fit = fit;
}

static void
keep(Lmtp *lmtp, const char *bytes, size_t length)
{
	if (lmtp->fit != FITS)
		return;
	if (length > lmtp->largest - lmtp->counted) {
		does_not_fit(lmtp, TOO_LARGE);
		return;
	}
	if (!budget_take(lmtp->budget, length)) {
		does_not_fit(lmtp, NO_ROOM);
		return;
	}
	lmtp->counted += length;
	g_byte_array_append(lmtp->message, (const guint8 *)bytes, (guint)length);
}

/* Behind the end: what does not fit is answered here, the rest by who takes it. */
static void
end_message(Lmtp *lmtp)
{
	lmtp->state = LMTP_WAITS;
	if (lmtp->fit == TOO_LARGE)
		lmtp_answer(lmtp, "552 5.3.4 larger than is kept here");
	else if (lmtp->fit == NO_ROOM)
		lmtp_answer(lmtp, "452 4.3.1 too much at once; try again");
	else if (lmtp->message->len == 0)
		lmtp_answer(lmtp, "554 5.6.0 there is no message");
}

/* One byte that a line's beginning or end is about. */
static void
step(Lmtp *lmtp, char byte)
{
	if (lmtp->place == AT_LINE && byte == '.') {
		lmtp->place = AT_DOT;
		return;
	}
	if (lmtp->place == AT_DOT && byte == '\r') {
		lmtp->place = AT_DOT_CR;
		return;
	}
	if (lmtp->place == AT_DOT_CR) {
		if (byte == '\n') {
			end_message(lmtp);
			return;
		}
		keep(lmtp, "\r", 1);
		lmtp->place = AT_CR;
	}
	keep(lmtp, &byte, 1);
	if (byte == '\r')
		lmtp->place = AT_CR;
	else
		lmtp->place = lmtp->place == AT_CR && byte == '\n' ? AT_LINE : AT_TEXT;
}

static size_t
feed_message(Lmtp *lmtp, const char *bytes, size_t length)
{
	size_t used = 0;

	while (used < length && lmtp->state == LMTP_TALKS && lmtp->message) {
		const char *cr;
		size_t run;

		if (lmtp->place != AT_TEXT) {
			step(lmtp, bytes[used++]);
			continue;
		}
		cr = memchr(bytes + used, '\r', length - used);
		run = cr ? (size_t)(cr + 1 - bytes) - used : length - used;
		keep(lmtp, bytes + used, run);
		used += run;
		if (cr)
			lmtp->place = AT_CR;
	}
	return used;
}

size_t
lmtp_feed(Lmtp *lmtp, const char *bytes, size_t length)
{
	size_t used = 0;

	while (used < length && lmtp->state == LMTP_TALKS && lmtp->output->len < LMTP_MAX_OUTPUT) {
		if (lmtp->message)
			used += feed_message(lmtp, bytes + used, length - used);
		else
			used += feed_command(lmtp, bytes + used, length - used);
	}
	return used;
}

GBytes *
lmtp_take(Lmtp *lmtp, Envelope **envelope)
{
	g_assert(lmtp->state == LMTP_WAITS && lmtp->message);
	budget_give(lmtp->budget, lmtp->counted);
	lmtp->counted = 0;
	*envelope = envelope_new();
	(*envelope)->sender = g_strdup(lmtp->envelope->sender);
	for (guint i = 0; i < lmtp->envelope->recipients->len; i++)
		g_ptr_array_add((*envelope)->recipients,
			g_strdup(g_ptr_array_index(lmtp->envelope->recipients, i)));
	envelope_drop_doubles(*envelope);
	return g_byte_array_free_to_bytes(g_steal_pointer(&lmtp->message));
}

void
lmtp_answer(Lmtp *lmtp, const char *reply)
{
	const GPtrArray *recipients = lmtp->envelope->recipients;
	/* "250 2.0.0 " */
	const char *words = strchr(strchr(reply, ' ') + 1, ' ') + 1;

	g_assert(lmtp->state == LMTP_WAITS);
	for (guint i = 0; i < recipients->len; i++)
		g_string_append_printf(lmtp->output, "%.*s<%s> %s\r\n", (int)(words - reply), reply,
			(const char *)g_ptr_array_index(recipients, i), words);
	reset(lmtp);
	lmtp->state = LMTP_TALKS;
}
