#include "importer/log_line.h"

#include <string.h>

#include "mail/address.h"
#include "mail/queue_id.h"

enum {
	MAX_ID = 32,     /* no queue id is longer */
	MAX_DIGITS = 12, /* nor a size or number of recipients */
};

void
log_line_clear(LogLine *line)
{
	g_free(line->server);
	g_free(line->queue_id);
	g_free(line->name);
	g_free(line->ip);
	g_free(line->login);
	g_free(line->text);
	g_free(line->address);
	g_free(line->original);
}

void
log_held_clear(LogHeld *held)
{
	g_free(held->sender);
	g_free(held->recipient);
	g_free(held->helo);
}

/* ---- what lines are made of ---- */

static bool
take(const char **at, const char *literal)
{
	if (!g_str_has_prefix(*at, literal))
		return false;
	*at += strlen(literal);
	return true;
}

/* All up to @end, which must follow; not empty. */
static char *
take_until(const char **at, const char *end)
{
	const char *found = strstr(*at, end);
	char *text;

	if (!found || found == *at)
		return NULL;
	text = g_strndup(*at, (gsize)(found - *at));
	*at = found + strlen(end);
	return text;
}

static bool
take_count(const char **at, int64_t *count)
{
	char *end;

	if (!g_ascii_isdigit(**at) || strspn(*at, G_CSET_DIGITS) > MAX_DIGITS)
		return false;
	*count = (int64_t)g_ascii_strtoull(*at, &end, 10);
	*at = end;
	return true;
}

/* A quoted local part, or one that has nothing that would need it. */
static size_t
local_length(const char *text)
{
	size_t length = 1;

	if (*text != '"')
		return strcspn(text, " <>\"\\,;:()[]@");
	while (text[length] && text[length] != '"')
		length += text[length] == '\\' && text[length + 1] ? 2 : 1;
	return text[length] ? length + 1 : 0;
}

/* What can't be printed is '?' in the log, or #ooo where rsyslog escapes it: then it is
 * another address than it says. */
static bool
is_mangled(const char *address)
{
	const char *at = strchr(address, '#');

	for (; at; at = strchr(at + 1, '#')) {
		if (strspn(at + 1, "01234567") >= 3)
			return true;
	}
	return strchr(address, '?') != NULL;
}

/* "<address>" or "<>".  Postfix before 3.5 logs addresses without quotes: those that need them
 * are not read. */
static char *
take_address(const char **at)
{
	const char *text = *at;
	g_autofree char *address = NULL;
	size_t length;

	if (!take(&text, "<"))
		return NULL;
	if (take(&text, ">")) {
		*at = text;
		return g_strdup("");
	}
	length = local_length(text);
	if (length == 0)
		return NULL;
	if (text[length] == '@')
		length += 1 + strcspn(text + length + 1, " <>\"\\,;()@");
	address = g_strndup(text, length);
	if (text[length] != '>' || address_fault(address) || is_mangled(address))
		return NULL;
	*at = text + length + 1;
	return g_steal_pointer(&address);
}

/* "name[address]", whatever follows. */
static bool
take_client(const char **at, char **name, char **ip)
{
	const char *text = *at;
	size_t length = strcspn(text, "[ ,<>\"");
	size_t address;

	if (length == 0 || text[length] != '[')
		return false;
	address = strspn(text + length + 1, G_CSET_DIGITS "abcdefABCDEFIPv.:%");
	if (address == 0 || text[length + 1 + address] != ']')
		return false;
	g_free(*name);
	g_free(*ip);
	*name = g_strndup(text, length);
	*ip = g_strndup(text + length + 1, address);
	*at = text + length + 1 + address + 1;
	return true;
}

/* ---- the forms, by the program that writes them ---- */

/* smtpd: "client=name[address]", then perhaps the port, then what SASL and XFORWARD said. */
static LogKind
read_client(const char *text, LogLine *line)
{
	if (!take(&text, "client="))
		return LOG_OTHER;
	if (!take_client(&text, &line->name, &line->ip))
		return LOG_BROKEN;
	if (take(&text, ":"))
		text += strspn(text, G_CSET_DIGITS);
	if (take(&text, ", sasl_method=")) {
		text += strcspn(text, ",");
		if (take(&text, ", sasl_username="))
			line->login = g_strdup(text);
		return LOG_BEGUN;
	}
	if (take(&text, ", orig_queue_id="))
		text += strcspn(text, ",");
	if (take(&text, ", orig_client="))
		(void)take_client(&text, &line->name, &line->ip);
	/* What later versions may say beside that. */
	return !*text || take(&text, ", ") ? LOG_BEGUN : LOG_BROKEN;
}

static LogKind
read_pickup(const char *text, G_GNUC_UNUSED LogLine *line)
{
	return take(&text, "uid=") ? LOG_BEGUN : LOG_OTHER;
}

static char *
bare_id(const char *text)
{
	size_t length = strlen(text);

	return length > 2 && text[0] == '<' && text[length - 1] == '>'
		? g_strndup(text + 1, length - 2)
		: g_strdup(text);
}

static LogKind
read_cleanup(const char *text, LogLine *line)
{
	if (take(&text, "message-id=")) {
		g_autofree char *bare = bare_id(text);

		line->text = text_as_logged(bare);
		return LOG_MESSAGE_ID;
	}
	if (take(&text, "redirect: ") || take(&text, "milter-redirect: "))
		return LOG_REDIRECTED;
	if (!take(&text, "hold: ") && !take(&text, "milter-hold: "))
		return LOG_OTHER;
	line->text = g_strdup(text);
	return LOG_HELD;
}

static LogKind
read_queue_manager(const char *text, LogLine *line)
{
	int64_t size;

	if (strcmp(text, "removed") == 0)
		return LOG_REMOVED;
	if (!take(&text, "from="))
		return LOG_OTHER;
	line->address = take_address(&text);
	if (!line->address)
		return LOG_BROKEN;
	if (take(&text, ", status="))
		return LOG_OTHER;
	if (!take(&text, ", size=") || !take_count(&text, &size) || !take(&text, ", nrcpt=") ||
		!take_count(&text, &line->total) || !take(&text, " (queue active)") || *text)
		return LOG_BROKEN;
	return LOG_ACTIVE;
}

/* Postfix before 3.5, and later with info_log_address_format=internal, logs "a> b"@c as <a> b@c>:
 * what stands between can look like the line itself.  Then its own words stand behind that; a line
 * that was cut may have lost them. */
static bool
is_said_once(const char *rest)
{
	return g_str_has_suffix(rest, ")") && !strstr(rest, ">, relay=") &&
		!strstr(rest, ">, orig_to=");
}

static LogKind
read_delivery(const char *text, LogLine *line)
{
	g_autofree char *relay = NULL;

	if (!take(&text, "to="))
		return LOG_OTHER;
	line->address = take_address(&text);
	if (!line->address || !*line->address)
		return LOG_BROKEN;
	if (take(&text, ", orig_to=")) {
		line->original = take_address(&text);
		if (!line->original)
			return LOG_BROKEN;
	}
	relay = take(&text, ", relay=") ? take_until(&text, ", ") : NULL;
	if (!relay || !(take(&text, "delay=") || take(&text, "conn_use=")))
		return LOG_BROKEN;
	return is_said_once(text) ? LOG_RECIPIENT : LOG_BROKEN;
}

static const struct {
	const char *name;
	LogKind (*read)(const char *text, LogLine *line);
	bool local;
} programs[] = {
	{ "smtpd", read_client, false },
	{ "qmqpd", read_client, false },
	{ "pickup", read_pickup, false },
	{ "cleanup", read_cleanup, false },
	{ "qmgr", read_queue_manager, false },
	{ "oqmgr", read_queue_manager, false },
	{ "smtp", read_delivery, false },
	{ "lmtp", read_delivery, false },
	{ "local", read_delivery, true },
	{ "virtual", read_delivery, false },
	{ "pipe", read_delivery, false },
	{ "error", read_delivery, false },
	{ "retry", read_delivery, false },
	{ "discard", read_delivery, false },
};

/* "postfix/submission/smtpd[123]: ": the first part is the instance's, the last the program.
 * *@place is where the program is in the table; false where it is none of these. */
static bool
take_tag(const char **at, const char *host, char **server, size_t *place)
{
	size_t length = strcspn(*at, "[: ");
	g_autofree char *tag = g_strndup(*at, length);
	const char *program = strrchr(tag, '/');
	g_autofree char *instance = g_strndup(tag, strcspn(tag, "/"));
	const char *text = *at + length;

	if (!program || !take(&text, "["))
		return false;
	text += strspn(text, G_CSET_DIGITS);
	if (!take(&text, "]: "))
		return false;
	*place = 0;
	while (*place < G_N_ELEMENTS(programs) && strcmp(programs[*place].name, program + 1) != 0)
		(*place)++;
	if (*place == G_N_ELEMENTS(programs))
		return false;
	*server = strcmp(instance, "postfix") == 0 ? g_strdup(host)
						   : g_strconcat(host, "/", instance, NULL);
	*at = text;
	return true;
}

static LogKind
read_message(const char *text, size_t place, LogLine *line)
{
	g_autofree char *id = g_strndup(text, MIN(strcspn(text, ":"), MAX_ID + 1));

	text += strlen(id);
	if (!queue_id_is(id) || !take(&text, ": "))
		return LOG_OTHER;
	line->queue_id = g_steal_pointer(&id);
	line->local = programs[place].local;
	return programs[place].read(text, line);
}

LogKind
log_line_read(const char *text, LogClock *clock, LogLine *line)
{
	g_autofree char *host = NULL;
	size_t place = 0;

	/* journalctl's own word on when the journal begins */
	if (!*text || g_str_has_prefix(text, "-- "))
		return line->kind = LOG_OTHER;
	if (!log_time_take(clock, &text, &line->at))
		return line->kind = LOG_BROKEN;
	host = take_until(&text, " ");
	if (!host)
		return line->kind = LOG_BROKEN;
	line->kind = LOG_OTHER;
	if (take_tag(&text, host, &line->server, &place))
		line->kind = read_message(text, place, line);
	return line->kind;
}

/* ---- what was put on hold ---- */

/* "from=<sender> to=<recipient> proto=ESMTP helo=<name>", then perhaps ": text".  smtpd(8)
 * leaves neither blanks nor brackets in what a client calls itself. */
static bool
read_held(const char *text, LogHeld *held)
{
	g_autofree char *protocol = NULL;
	size_t length;

	held->sender = take_address(&text);
	if (!held->sender || !take(&text, " to="))
		return false;
	held->recipient = take_address(&text);
	if (!held->recipient || !*held->recipient || !take(&text, " proto="))
		return false;
	protocol = take_until(&text, " helo=<");
	if (!protocol || strchr(protocol, ' '))
		return false;
	length = strcspn(text, "<> ");
	if (text[length] != '>' || (text[length + 1] && text[length + 1] != ':') ||
		strstr(text + length, " helo=<"))
		return false;
	held->helo = g_strndup(text, length);
	return true;
}

bool
log_held_read(const char *text, const char *name, const char *ip, LogHeld *held)
{
	g_autofree char *milter = g_strdup_printf(
		"END-OF-MESSAGE from %s[%s]: milter triggers HOLD action; from=", name, ip);
	g_autofree char *origin = g_strdup_printf(" from %s[%s]; from=", name, ip);
	const char *found;

	if (take(&text, milter))
		return read_held(text, held);
	found = strstr(text, origin);
	if (!found || strstr(found + 1, origin))
		return false;
	return read_held(found + strlen(origin), held);
}
