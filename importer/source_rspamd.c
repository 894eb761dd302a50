#include "importer/source.h"

#include <string.h>

#include "importer/http.h"
#include "importer/listening.h"
#include "importer/password.h"
#include "importer/rspamd_metadata.h"

enum {
	PATIENCE = 30, /* seconds of silence: rspamd itself gives up after 5 */
	LONGEST = 300, /* seconds for one request, however it drips */
	EVENTS = 2,    /* the server's, and the end */
};

typedef struct Gateway {
	Listening listening;
	HttpServer *server;
	GHashTable *posts; /* token to HttpPost: those that wait for their fate */
	int64_t token;     /* the last */
} Gateway;

/* ---- one message ---- */

/* The field, which is to stand there once; NULL and *fault where it does more often. */
static const char *
only_field(const HttpPost *post, const char *name, const char **fault)
{
	unsigned count;
	const char *value = http_post_field(post, name, &count);

	if (count > 1)
		*fault = "a field of the metadata stands there twice";
	return value;
}

static Envelope *
envelope_of(const HttpPost *post, const char **fault)
{
	const char *from = only_field(post, "X-Rspamd-From", fault);
	const char *rcpt = only_field(post, "X-Rspamd-Rcpt", fault);

	return *fault ? NULL : rspamd_envelope(from, rcpt, fault);
}

static char *
origin_of(const Gateway *gateway, const HttpPost *post)
{
	const char *qid = http_post_field(post, "X-Rspamd-Qid", NULL);
	bool named = qid && rspamd_is_queue_id(qid);

	return g_strconcat(
		"rspamd:", gateway->listening.place, named ? "#" : "", named ? qid : "", NULL);
}

/* Broken mail is mail; what other formatters make of it is not: JSON, msgpack with its maps, and
 * forms. */
static bool
is_message(const HttpPost *post, GBytes *raw)
{
	const char *type = http_post_field(post, "Content-Type", NULL);
	gsize length;
	const unsigned char *bytes = g_bytes_get_data(raw, &length);

	if (length == 0 || *bytes == '{' || (*bytes & 0xf0) == 0x80 || (*bytes & 0xfe) == 0xde)
		return false;
	return !type || g_ascii_strncasecmp(type, "multipart/", 10) != 0;
}

static bool
is_received(const HttpPost *post, GBytes *raw, const char **fault)
{
	const char *ip = only_field(post, "X-Rspamd-Ip", fault);
	gsize length;
	const char *bytes = g_bytes_get_data(raw, &length);

	if (!*fault && !rspamd_is_received(ip, bytes, length))
		*fault = "it does not begin with a Received field of its client: the rule wants "
			 "the formatter of lazaret(7)";
	return !*fault;
}

static SourceNext
refuse(HttpPost *post, HttpStatus status, const char *fault, GError **error)
{
	http_post_answer(post, status, fault);
	g_set_error_literal(error, IMPORT_ERROR, IMPORT_ERROR_DATA, fault);
	return SOURCE_SKIP;
}

static SourceNext
take(Gateway *gateway, HttpPost *post, SourceItem *item, GError **error)
{
	g_autoptr(GBytes) raw = http_post_take(post);
	const char *fault = NULL;
	g_autoptr(Envelope) envelope = envelope_of(post, &fault);

	if (!envelope)
		return refuse(post, HTTP_BAD_REQUEST, fault, error);
	if (!is_message(post, raw))
		return refuse(post, HTTP_NO_MEDIA,
			"this is no message: the rule wants a formatter that gives one", error);
	if (!is_received(post, raw, &fault))
		return refuse(post, HTTP_BAD_REQUEST, fault, error);
	item->raw = g_steal_pointer(&raw);
	item->envelope = g_steal_pointer(&envelope);
	item->origin = origin_of(gateway, post);
	item->token = ++gateway->token;
	g_hash_table_insert(gateway->posts, g_memdup2(&item->token, sizeof(item->token)), post);
	return SOURCE_ITEM;
}

/* ---- the source ---- */

static void
gateway_close(void *state)
{
	Gateway *gateway = state;

	http_server_free(gateway->server);
	g_hash_table_unref(gateway->posts);
	listening_clear(&gateway->listening);
	g_free(gateway);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gateway, gateway_close)

/* "USER PASSWORD" of the file as HttpRules.login; for password_free(). */
static char *
read_login(const char *path, GError **error)
{
	g_autoptr(Password) line = password_read(path, error);
	char *blank = line ? strchr(line, ' ') : NULL;

	if (!line)
		return NULL;
	if (!blank || blank == line || !blank[1] || memchr(line, ':', (size_t)(blank - line))) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"%s: its first line is not USER PASSWORD", path);
		return NULL;
	}
	*blank = ':';
	return g_steal_pointer(&line);
}

static bool
serve(Gateway *gateway, const char *credentials, GError **error)
{
	Listening *listening = &gateway->listening;
	g_autoptr(Password) login = credentials ? read_login(credentials, error) : NULL;
	const HttpRules rules = {
		.clients = LISTENING_CLIENTS,
		.patience = (unsigned)(listening->patience / G_USEC_PER_SEC),
		.longest = LONGEST,
		.largest = SOURCE_MAX_MESSAGE,
		.budget = &listening->budget,
		.login = login,
	};

	if (credentials && !login)
		return false;
	gateway->server = http_server_new(listening->socket.descriptor, &rules);
	if (!gateway->server) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO, "%s: no HTTP can be spoken here",
			listening->place);
		return false;
	}
	listening_watch(listening, EPOLL_CTL_ADD, http_server_descriptor(gateway->server), EPOLLIN,
		gateway);
	return true;
}

static void *
gateway_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Gateway) gateway = g_new0(Gateway, 1);

	gateway->posts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	if (!listening_open(&gateway->listening, opening, PATIENCE, error) ||
		!serve(gateway, opening->options->credentials, error))
		return NULL;
	return g_steal_pointer(&gateway);
}

/* Silence has no event: the server is run whenever we are asked. */
static void
look_around(Gateway *gateway)
{
	struct epoll_event events[EVENTS];

	(void)listening_look(&gateway->listening, events, EVENTS);
	http_server_run(gateway->server);
	if (listening_is_to_sweep(&gateway->listening, g_get_monotonic_time()))
		http_server_sweep(gateway->server);
}

static SourceNext
gateway_next(void *state, SourceItem *item, GError **error)
{
	Gateway *gateway = state;
	HttpPost *post;
	const char *fault;
	SourceNext word;

	look_around(gateway);
	word = listening_state(&gateway->listening, error);
	if (word != SOURCE_WAIT)
		return word;
	fault = http_server_refusal(gateway->server);
	if (fault) {
		g_set_error_literal(error, IMPORT_ERROR, IMPORT_ERROR_DATA, fault);
		return SOURCE_SKIP;
	}
	post = http_server_next(gateway->server);
	return post ? take(gateway, post, item, error) : SOURCE_WAIT;
}

/* rspamd takes 200 alone as kept; what it does then is up to its rule. */
static void
answer(HttpPost *post, Fate fate)
{
	switch (fate) {
	case FATE_KEPT:
		http_post_answer(post, HTTP_OK, "kept in quarantine");
		return;
	case FATE_LEFT_OUT:
		http_post_answer(post, HTTP_NOT_FOR_US,
			"not sent through Amazon SES, and others are not kept here");
		return;
	case FATE_PUT_OFF:
		http_post_answer(post, HTTP_LATER, "the quarantine can't be written to; try again");
		return;
	}
	g_assert_not_reached();
}

static bool
gateway_settle(void *state, const Settled *settled, size_t count, G_GNUC_UNUSED GError **error)
{
	Gateway *gateway = state;

	for (size_t i = 0; i < count; i++) {
		HttpPost *post = g_hash_table_lookup(gateway->posts, &settled[i].token);

		g_assert(post);
		g_hash_table_remove(gateway->posts, &settled[i].token);
		answer(post, settled[i].fate);
	}
	http_server_run(gateway->server);
	return true;
}

static int
gateway_descriptor(void *state)
{
	const Gateway *gateway = state;

	return gateway->listening.epoll;
}

static void
gateway_heed(void *state, int interrupt)
{
	Gateway *gateway = state;

	listening_heed(&gateway->listening, interrupt);
}

extern const SourceKind source_rspamd;
const SourceKind source_rspamd = {
	.name = "rspamd",
	.summary = "what rspamd's metadata_exporter brings by HTTP; lazaret rspamd listens",
	.takes = TAKES_GROUP | TAKES_PATIENCE | TAKES_CREDENTIALS,
	.stays = true,
	.check = listen_place_check,
	.open = gateway_open,
	.next = gateway_next,
	.settle = gateway_settle,
	.descriptor = gateway_descriptor,
	.heed = gateway_heed,
	.close = gateway_close,
};
