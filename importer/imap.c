#include "importer/imap.h"

#include <string.h>

#include "importer/imap_reply.h"
#include "mail/text.h"

#define KEYWORD "$Quarantined"

enum {
	ANSWER_TIME = 300,    /* seconds for a command's answer, */
	SLOWEST = 16 * 1024,  /* and one more for so many bytes that are asked for */
	MAX_WORDS = 200,      /* bytes of the server's words in an error */
	MAX_REPLIES = 400000, /* to one command: a range that is searched has fewer */
};

struct Imap {
	ImapWire *wire;
	unsigned tag;
	char *move; /* quoted; NULL: nothing is moved */
	bool can_plain, can_login, can_move, can_uidplus, can_sasl_ir;
	bool keeps_keyword;
	guint32 validity, last;
	int64_t count;
};

void
imap_free(Imap *imap)
{
	if (!imap)
		return;
	imap_wire_free(imap->wire);
	g_free(imap->move);
	g_free(imap);
}

void
imap_message_clear(ImapMessage *message)
{
	g_clear_pointer(&message->raw, g_bytes_unref);
}

/* ---- a command and its answer ---- */

/* What is done with each reply before the answer's end. */
typedef bool (*OnReply)(Imap *imap, ImapReply *reply, void *data, GError **error);

typedef struct Command {
	const char *text;   /* without tag and line end */
	const char *more;   /* said when the server asks for it; NULL: it does not */
	bool secret;        /* nothing of the answer's words is repeated */
	int64_t bytes;      /* that are asked for */
	OnReply on_reply;   /* NULL: they say nothing of interest */
	const size_t *room; /* for bodies; NULL: none */
	void *data;
} Command;

static char *
words_of(const char *text)
{
	return text_utf8(text, strnlen(text, MAX_WORDS));
}

static bool
set_refusal(const Command *command, const char *answer, GError **error)
{
	g_autofree char *words = words_of(answer);

	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_REFUSED, "the server says %s",
		command->secret ? "no" : words);
	return false;
}

static bool
send_line(Imap *imap, const char *text, GError **error)
{
	/* All at once: to grow would leave a copy behind. */
	g_autoptr(GString) line = g_string_sized_new(strlen(text) + 3);
	bool sent;

	g_string_append(line, text);
	g_string_append(line, "\r\n");
	sent = imap_wire_send(imap->wire, line->str, line->len, error);
	explicit_bzero(line->str, line->len);
	return sent;
}

/* What it says as it hangs up is worth more than that it did. */
static bool
tell_bye(const char *bye, GError **error)
{
	g_autofree char *words = words_of(bye);

	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_LOST, "the server hung up: %s", words);
	return false;
}

static bool
take_reply(Imap *imap, const Command *command, ImapReply *reply, GError **error)
{
	const char *bye = imap_reply_after(reply, "BYE");

	if (bye)
		return tell_bye(bye, error);
	if (reply->text->str[0] == '+') {
		if (command->more)
			return send_line(imap, command->more, error);
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"the server waits for what it was not to be told");
		return false;
	}
	return !command->on_reply || command->on_reply(imap, reply, command->data, error);
}

static bool
take_answer(Imap *imap, const Command *command, const char *tag, GError **error)
{
	for (int i = 0; i < MAX_REPLIES; i++) {
		g_auto(ImapReply) reply = { 0 };
		const char *text;

		if (!imap_reply_read(imap->wire, command->room ? *command->room : 0, &reply, error))
			return false;
		text = reply.text->str;
		if (g_str_has_prefix(text, tag)) {
			text += strlen(tag);
			return g_ascii_strncasecmp(text, "OK", 2) == 0 ||
				set_refusal(command, text, error);
		}
		if (!take_reply(imap, command, &reply, error))
			return false;
	}
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "the server never ends its answer");
	return false;
}

static bool
run(Imap *imap, const Command *command, GError **error)
{
	g_autofree char *tag = g_strdup_printf("L%u ", ++imap->tag);
	g_autofree char *line = g_strconcat(tag, command->text, NULL);
	bool sent;

	imap_wire_allow(imap->wire, ANSWER_TIME + (int)(command->bytes / SLOWEST));
	sent = send_line(imap, line, error);
	explicit_bzero(line, strlen(line));
	return sent && take_answer(imap, command, tag, error);
}

static bool
say(Imap *imap, const char *text, GError **error)
{
	const Command command = { .text = text };

	return run(imap, &command, error);
}

/* ---- who we are ---- */

static bool
on_capability(Imap *imap, ImapReply *reply, void *data, GError **error)
{
	const char *list = imap_reply_after(reply, "CAPABILITY");
	g_auto(GStrv) names = list ? g_strsplit(list, " ", -1) : NULL;

	(void)data, (void)error;
	if (list)
		imap->can_login = true;
	for (char **name = names; name && *name; name++) {
		imap->can_plain |= g_ascii_strcasecmp(*name, "AUTH=PLAIN") == 0;
		imap->can_sasl_ir |= g_ascii_strcasecmp(*name, "SASL-IR") == 0;
		imap->can_login &= g_ascii_strcasecmp(*name, "LOGINDISABLED") != 0;
		imap->can_move |= g_ascii_strcasecmp(*name, "MOVE") == 0;
		imap->can_uidplus |= g_ascii_strcasecmp(*name, "UIDPLUS") == 0;
	}
	return true;
}

static bool
ask_capabilities(Imap *imap, GError **error)
{
	const Command command = { .text = "CAPABILITY", .on_reply = on_capability };

	return run(imap, &command, error);
}

/* RFC 4616: nobody else's name, ours, the password. */
static bool
authenticate_plain(Imap *imap, const ImapAccess *access, GError **error)
{
	size_t user = strlen(access->user), password = strlen(access->password);
	g_autofree guchar *words = g_malloc0(user + password + 2);
	g_autofree char *base64 = NULL;
	g_autofree char *at_once = NULL;
	Command command = { .text = "AUTHENTICATE PLAIN", .secret = true };
	bool done;

	memcpy(words + 1, access->user, user);
	memcpy(words + user + 2, access->password, password);
	base64 = g_base64_encode(words, user + password + 2);
	at_once = g_strconcat("AUTHENTICATE PLAIN ", base64, NULL);
	if (imap->can_sasl_ir)
		command.text = at_once;
	else
		command.more = base64;
	done = run(imap, &command, error);
	explicit_bzero(words, user + password + 2);
	explicit_bzero(base64, strlen(base64));
	explicit_bzero(at_once, strlen(at_once));
	return done;
}

/* A quoted string holds ASCII (RFC 3501 section 4.3). */
static void
add_quoted(GString *text, const char *word)
{
	g_string_append(text, " \"");
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *word);
	}
	g_string_append_c(text, '"');
}

static bool
log_in_quoted(Imap *imap, const ImapAccess *access, GError **error)
{
	size_t room = 2 * (strlen(access->user) + strlen(access->password)) + 32;
	g_autoptr(GString) text = g_string_sized_new(room);
	Command command = { .secret = true };
	bool done;

	g_string_append(text, "LOGIN");
	add_quoted(text, access->user);
	add_quoted(text, access->password);
	command.text = text->str;
	done = run(imap, &command, error);
	explicit_bzero(text->str, text->len);
	return done;
}

static bool
log_in(Imap *imap, const ImapAccess *access, GError **error)
{
	g_autoptr(GError) refusal = NULL;
	bool quotable =
		imap->can_login && g_str_is_ascii(access->user) && g_str_is_ascii(access->password);
	bool done;

	if (!imap->can_plain && !quotable) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"the server takes no password, by AUTHENTICATE PLAIN or by LOGIN");
		return false;
	}
	done = imap->can_plain ? authenticate_plain(imap, access, &refusal)
			       : log_in_quoted(imap, access, &refusal);
	if (done)
		return true;
	if (g_error_matches(refusal, IMPORT_ERROR, IMPORT_ERROR_REFUSED))
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"the server does not take our user and password");
	else
		g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

/* ---- the folder ---- */

static guint32
number_behind(const char *text, const char *name)
{
	const char *at = text ? strcasestr(text, name) : NULL;
	guint64 number = at ? g_ascii_strtoull(at + strlen(name), NULL, 10) : 0;

	return number <= G_MAXUINT32 ? (guint32)number : 0;
}

static bool
on_folder(Imap *imap, ImapReply *reply, void *data, GError **error)
{
	const char *text = imap_reply_after(reply, "OK");
	const char *flags =
		text && g_ascii_strncasecmp(text, "[PERMANENTFLAGS ", 16) == 0 ? text + 16 : NULL;
	const char *number = reply->text->str + 2;

	(void)data, (void)error;
	if (number_behind(text, "[UIDVALIDITY "))
		imap->validity = number_behind(text, "[UIDVALIDITY ");
	if (number_behind(text, "[UIDNEXT "))
		imap->last = number_behind(text, "[UIDNEXT ") - 1;
	if (flags)
		imap->keeps_keyword = strstr(flags, "\\*") || strcasestr(flags, KEYWORD) != NULL;
	if (g_str_has_prefix(reply->text->str, "* ") && g_ascii_isdigit(*number) &&
		g_str_has_suffix(number, " EXISTS"))
		imap->count = (int64_t)g_ascii_strtoull(number, NULL, 10);
	return true;
}

static bool
refuse(GError **error, const char *why)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE, "%s", why);
	return false;
}

/* Before anything is read: an import that can't do what it is asked does nothing. */
static bool
check_abilities(const Imap *imap, const ImapAccess *access, GError **error)
{
	if (imap->validity == 0) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"the server says no UIDVALIDITY of the folder");
		return false;
	}
	if (access->flag && !imap->keeps_keyword)
		return refuse(error, "--flag: the folder keeps no keyword " KEYWORD);
	if (access->move && !imap->can_move && !imap->can_uidplus)
		return refuse(error,
			"--move: the server has neither MOVE nor UIDPLUS, and without them others' "
			"deleted messages would go as well");
	return true;
}

/* The highest UID, of a server that does not say UIDNEXT. */
static bool
find_last(Imap *imap, GError **error)
{
	g_autoptr(GArray) uids = NULL;

	if (imap->last > 0 || imap->count == 0)
		return true;
	uids = imap_search(imap, G_MAXUINT32, 0, error);
	if (!uids)
		return false;
	imap->last = uids->len > 0 ? g_array_index(uids, guint32, uids->len - 1) : 0;
	return true;
}

static bool
open_folder(Imap *imap, const char *folder, const ImapAccess *access, GError **error)
{
	g_autofree char *quoted = imap_quote_folder(folder);
	g_autofree char *text =
		g_strconcat(access->flag || access->move ? "SELECT " : "EXAMINE ", quoted, NULL);
	const Command command = { .text = text, .on_reply = on_folder };
	g_autoptr(GError) refusal = NULL;

	if (run(imap, &command, &refusal))
		return find_last(imap, error) && check_abilities(imap, access, error);
	if (g_error_matches(refusal, IMPORT_ERROR, IMPORT_ERROR_REFUSED))
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"the folder can't be opened: %s", refusal->message);
	else
		g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

Imap *
imap_open(const ImapPlace *place, const ImapAccess *access, GError **error)
{
	g_autoptr(Imap) imap = g_new0(Imap, 1);

	imap->move = access->move ? imap_quote_folder(access->move) : NULL;
	imap->wire =
		imap_wire_open(place, access->ca_file, access->patience, access->interrupt, error);
	if (!imap->wire || !ask_capabilities(imap, error) || !log_in(imap, access, error) ||
		!ask_capabilities(imap, error) || !open_folder(imap, place->folder, access, error))
		return NULL;
	return g_steal_pointer(&imap);
}

void
imap_heed(Imap *imap, int interrupt)
{
	imap_wire_heed(imap->wire, interrupt);
}

guint32
imap_validity(const Imap *imap)
{
	return imap->validity;
}

guint32
imap_last(const Imap *imap)
{
	return imap->last;
}

int64_t
imap_count(const Imap *imap)
{
	return imap->count;
}

/* ---- what is there ---- */

typedef struct Search {
	guint32 from, to;
	GArray *uids;
} Search;

static bool
on_search(Imap *imap, ImapReply *reply, void *data, GError **error)
{
	const char *at = imap_reply_after(reply, "SEARCH");
	Search *search = data;

	(void)imap, (void)error;
	while (at && *at) {
		char *end;
		guint64 number = g_ascii_strtoull(at, &end, 10);

		if (end == at)
			break;
		/* A server that answers more than it was asked is not believed the rest. */
		if (number >= search->from && number <= search->to &&
			search->uids->len < MAX_REPLIES) {
			guint32 uid = (guint32)number;

			g_array_append_val(search->uids, uid);
		}
		at = end + strspn(end, " ");
	}
	return true;
}

static int
compare_uids(const void *a, const void *b)
{
	guint32 one = *(const guint32 *)a, other = *(const guint32 *)b;

	return (one > other) - (one < other);
}

static void
drop_doubles(GArray *uids)
{
	guint kept = 0;

	g_array_sort(uids, compare_uids);
	for (guint i = 0; i < uids->len; i++) {
		guint32 uid = g_array_index(uids, guint32, i);

		if (kept == 0 || g_array_index(uids, guint32, kept - 1) != uid)
			g_array_index(uids, guint32, kept++) = uid;
	}
	g_array_set_size(uids, kept);
}

/* @from above @to asks for the last one there is. */
GArray *
imap_search(Imap *imap, guint32 from, guint32 to, GError **error)
{
	g_autoptr(GArray) uids = g_array_new(false, false, sizeof(guint32));
	Search search = { .from = from, .to = to, .uids = uids };
	g_autofree char *text = from > to ? g_strdup("UID SEARCH UID *")
					  : g_strdup_printf("UID SEARCH UID %u:%u", from, to);
	const Command command = { .text = text, .on_reply = on_search, .data = &search };

	if (from > to)
		search = (Search){ .from = 1, .to = G_MAXUINT32, .uids = uids };
	if (!run(imap, &command, error))
		return NULL;
	drop_doubles(uids);
	return g_steal_pointer(&uids);
}

/* ---- the messages ---- */

typedef struct Fetch {
	ImapMessage *messages;
	size_t count;
	size_t room; /* for bodies that are still to come */
} Fetch;

static ImapMessage *
message_of(const Fetch *fetch, guint32 uid)
{
	size_t first = 0, behind = fetch->count;

	while (first < behind) {
		size_t middle = first + (behind - first) / 2;

		if (fetch->messages[middle].uid == uid)
			return &fetch->messages[middle];
		if (fetch->messages[middle].uid < uid)
			first = middle + 1;
		else
			behind = middle;
	}
	return NULL;
}

/* Replies that nobody asked for come as well: a flag that another client has set. */
static bool
on_fetched(Imap *imap, ImapReply *reply, void *data, GError **error)
{
	Fetch *fetch = data;
	ImapFetched fetched;
	ImapMessage *message =
		imap_reply_fetched(reply, &fetched) ? message_of(fetch, fetched.uid) : NULL;

	(void)imap, (void)error;
	if (!message)
		return true;
	if (fetched.size >= 0)
		message->size = fetched.size;
	if (fetched.quoted && !message->raw)
		message->raw = imap_unquoted(fetched.quoted);
	if (reply->body && !message->raw) {
		fetch->room -= g_bytes_get_size(reply->body);
		message->raw = g_steal_pointer(&reply->body);
		return true;
	}
	/* What there was no room for beside others is asked for alone. */
	message->too_large |= reply->announced > SOURCE_MAX_MESSAGE;
	return true;
}

/* "3,5:9" */
static char *
set_of(const guint32 *uids, size_t count)
{
	GString *set = g_string_new(NULL);

	for (size_t i = 0; i < count;) {
		size_t last = i;

		while (last + 1 < count && uids[last + 1] == uids[last] + 1)
			last++;
		g_string_append_printf(set, "%s%u", set->len ? "," : "", uids[i]);
		if (last > i)
			g_string_append_printf(set, ":%u", uids[last]);
		i = last + 1;
	}
	return g_string_free(set, FALSE);
}

static char *
set_of_messages(const ImapMessage *messages, size_t count)
{
	g_autofree guint32 *uids = g_new(guint32, count);

	for (size_t i = 0; i < count; i++)
		uids[i] = messages[i].uid;
	return set_of(uids, count);
}

static bool
fetch_all(Imap *imap, const char *what, Fetch *fetch, int64_t bytes, GError **error)
{
	g_autofree char *set = set_of_messages(fetch->messages, fetch->count);
	g_autofree char *text = g_strdup_printf("UID FETCH %s (UID %s)", set, what);
	const Command command = { .text = text,
		.bytes = bytes,
		.on_reply = on_fetched,
		.room = &fetch->room,
		.data = fetch };

	return run(imap, &command, error);
}

bool
imap_sizes(Imap *imap, ImapMessage *messages, size_t count, GError **error)
{
	Fetch fetch = { .messages = messages, .count = count };

	return fetch_all(imap, "RFC822.SIZE", &fetch, 0, error);
}

bool
imap_bodies(Imap *imap, ImapMessage *messages, size_t count, GError **error)
{
	Fetch fetch = { .messages = messages, .count = count, .room = SOURCE_MAX_MESSAGE };
	int64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += MAX(messages[i].size, 0);
	return fetch_all(imap, "BODY.PEEK[]", &fetch, bytes, error);
}

/* ---- what becomes of them ---- */

bool
imap_flag(Imap *imap, const guint32 *uids, size_t count, GError **error)
{
	g_autofree char *set = set_of(uids, count);
	g_autofree char *text = g_strdup_printf("UID STORE %s +FLAGS.SILENT (" KEYWORD ")", set);

	return say(imap, text, error);
}

/* Until it is deleted here it is in both folders, at no moment in none. */
static bool
copy_and_delete(Imap *imap, const char *set, GError **error)
{
	g_autofree char *copy = g_strdup_printf("UID COPY %s %s", set, imap->move);
	g_autofree char *mark = g_strdup_printf("UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
	g_autofree char *expunge = g_strdup_printf("UID EXPUNGE %s", set);

	return say(imap, copy, error) && say(imap, mark, error) && say(imap, expunge, error);
}

static bool
move_set(Imap *imap, const char *set, GError **error)
{
	g_autofree char *text = NULL;

	if (!imap->can_move)
		return copy_and_delete(imap, set, error);
	text = g_strdup_printf("UID MOVE %s %s", set, imap->move);
	return say(imap, text, error);
}

/* A folder that is not there is made when the server says that this would help. */
bool
imap_move(Imap *imap, const guint32 *uids, size_t count, GError **error)
{
	g_autofree char *set = set_of(uids, count);
	g_autofree char *create = g_strconcat("CREATE ", imap->move, NULL);
	g_autoptr(GError) refusal = NULL;

	if (move_set(imap, set, &refusal))
		return true;
	if (!g_error_matches(refusal, IMPORT_ERROR, IMPORT_ERROR_REFUSED) ||
		!strcasestr(refusal->message, "[TRYCREATE]")) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	return say(imap, create, error) && move_set(imap, set, error);
}
