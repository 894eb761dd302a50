#include "importer/http.h"

#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>

#include "mail/digest.h"

enum {
	TURNS = 1000,       /* of the library in one go */
	LAST_TURNS = 16,    /* in which farewells are sent */
	MAX_REFUSALS = 100, /* to be told of */
};

#define RETRY_AFTER "10" /* seconds */

/* Who is connected. */
typedef struct Client {
	int descriptor;
	int64_t turn; /* when it began what it is at */
	bool waits;   /* for us */
} Client;

struct HttpPost {
	HttpServer *server;
	struct MHD_Connection *connection;
	Client *client;
	GByteArray *body; /* NULL: taken, or refused */
	size_t counted;   /* of the budget */
	size_t dropped;   /* bytes that came all the same */
	HttpStatus status;
	const char *text; /* NULL: no answer yet.  A constant */
};

struct HttpServer {
	struct MHD_Daemon *daemon;
	HttpRules rules;
	bool asks; /* for a login, of which this is kept alone: boxes are children of ours */
	uint8_t login[DIGEST_SIZE];
	GPtrArray *clients; /* of Client, owned */
	GQueue *ready;      /* of HttpPost: whole, and not given yet */
	GPtrArray *waiting; /* of HttpPost, suspended: all without an answer */
	GQueue *refusals;   /* of const char * */
};

/* ---- what comes ---- */

static void
drop_body(HttpPost *post)
{
	budget_give(post->server->rules.budget, post->counted);
	post->counted = 0;
	g_clear_pointer(&post->body, g_byte_array_unref);
}

static void
settle(HttpPost *post, HttpStatus status, const char *text)
{
	post->status = status;
	post->text = text;
	drop_body(post);
}

static void
refuse(HttpPost *post, HttpStatus status, const char *text)
{
	GQueue *refusals = post->server->refusals;

	settle(post, status, text);
	if (refusals->length < MAX_REFUSALS)
		g_queue_push_tail(refusals, (char *)text);
}

static bool
is_known(const HttpPost *post)
{
	const HttpServer *server = post->server;
	char *password = NULL;
	char *user = NULL;
	g_autofree char *login = NULL;
	uint8_t digest[DIGEST_SIZE];

	if (!server->asks)
		return true;
	user = MHD_basic_auth_get_username_password(post->connection, &password);
	login = g_strconcat(user ? user : "", ":", password ? password : "", NULL);
	digest_sha256(login, strlen(login), digest);
	explicit_bzero(login, strlen(login));
	MHD_free(user);
	MHD_free(password);
	/* How far two digests are alike tells nothing of what they are of. */
	return memcmp(digest, server->login, DIGEST_SIZE) == 0;
}

/* The declared length; -1: none. */
static int64_t
declared_length(const HttpPost *post)
{
	const char *text = http_post_field(post, MHD_HTTP_HEADER_CONTENT_LENGTH, NULL);
	guint64 length;

	if (!text || !g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &length, NULL))
		return -1;
	return (int64_t)length;
}

/* By its head alone.  A browser says where its request is from, and no one else does: a page
 * that it shows must not bring us messages. */
static void
judge(HttpPost *post, const char *method)
{
	if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
		refuse(post, HTTP_NO_METHOD, "bring a message, by POST");
	else if (http_post_field(post, MHD_HTTP_HEADER_ORIGIN, NULL))
		refuse(post, HTTP_FORBIDDEN, "not for browsers");
	else if (!is_known(post))
		refuse(post, HTTP_UNAUTHORIZED, "user and password are not those of --credentials");
	else if (http_post_field(post, MHD_HTTP_HEADER_CONTENT_ENCODING, NULL))
		refuse(post, HTTP_NO_MEDIA, "bring it as it is, without Content-Encoding");
	else if (declared_length(post) > (int64_t)post->server->rules.largest)
		refuse(post, HTTP_TOO_LARGE, "larger than is kept here");
}

static HttpPost *
post_new(HttpServer *server, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	HttpPost *post = g_new0(HttpPost, 1);

	post->server = server;
	post->connection = connection;
	post->client = info->socket_context;
	post->body = g_byte_array_new();
	return post;
}

/* What is refused is read all the same: who is still sending does not hear an answer.  False:
 * it brings more than anyone waits for. */
static bool
keep(HttpPost *post, const char *bytes, size_t length)
{
	const HttpRules *rules = &post->server->rules;

	if (!post->text && length > rules->largest - post->counted)
		refuse(post, HTTP_TOO_LARGE, "larger than is kept here");
	else if (!post->text && !budget_take(rules->budget, length))
		refuse(post, HTTP_LATER, "too much at once; try again");
	if (post->text) {
		post->dropped += length;
		return post->dropped <= rules->largest + HTTP_MAX_HEADER;
	}
	post->counted += length;
	g_byte_array_append(post->body, (const guint8 *)bytes, (guint)length);
	return true;
}

static enum MHD_Result
send_answer(HttpPost *post)
{
	g_autofree char *line = g_strconcat(post->text, "\n", NULL);
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(line), line, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
	if (post->status == HTTP_LATER)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, RETRY_AFTER);
	if (post->status == HTTP_NO_METHOD)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
	if (post->status == HTTP_UNAUTHORIZED)
		result = MHD_queue_basic_auth_fail_response(post->connection, "lazaret", response);
	else
		result = MHD_queue_response(post->connection, post->status, response);
	MHD_destroy_response(response);
	return result;
}

/* It is whole: it waits for its answer, and its client is not heard meanwhile. */
static void
suspend(HttpPost *post)
{
	g_queue_push_tail(post->server->ready, post);
	g_ptr_array_add(post->server->waiting, post);
	post->client->waits = true;
	MHD_suspend_connection(post->connection);
}

/* ---- what the library calls ---- */

/* Of a request: with its head, with each piece of its body, behind that, and once more when it
 * is resumed. */
/* NOLINTBEGIN(readability-function-size): the library says what it is given */
static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, G_GNUC_UNUSED const char *url,
	const char *method, G_GNUC_UNUSED const char *version, const char *bytes, size_t *length,
	void **request)
{
	HttpPost *post = *request;

	if (!post) {
		*request = post = post_new(data, connection);
		judge(post, method);
		return post->status == HTTP_TOO_LARGE ? send_answer(post) : MHD_YES;
	}
	if (*length > 0) {
		size_t came = *length;

		*length = 0;
		return keep(post, bytes, came) ? MHD_YES : MHD_NO;
	}
	if (post->text)
		return send_answer(post);
	suspend(post);
	return MHD_YES;
}
/* NOLINTEND(readability-function-size) */

static void
on_end(void *data, G_GNUC_UNUSED struct MHD_Connection *connection, void **request,
	G_GNUC_UNUSED enum MHD_RequestTerminationCode code)
{
	HttpServer *server = data;
	HttpPost *post = *request;

	if (!post)
		return;
	g_queue_remove(server->ready, post);
	g_ptr_array_remove_fast(server->waiting, post);
	post->client->turn = g_get_monotonic_time();
	drop_body(post);
	g_free(post);
	*request = NULL;
}

static void
on_client(void *data, struct MHD_Connection *connection, void **client,
	enum MHD_ConnectionNotificationCode code)
{
	HttpServer *server = data;
	const union MHD_ConnectionInfo *info;
	Client *fresh;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		g_ptr_array_remove_fast(server->clients, *client);
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	*client = fresh = g_new0(Client, 1);
	fresh->descriptor = info->connect_fd;
	fresh->turn = g_get_monotonic_time();
	g_ptr_array_add(server->clients, fresh);
}

/* ---- the server ---- */

static struct MHD_Daemon *
start(HttpServer *server, int listener)
{
	const HttpRules *rules = &server->rules;

	/* clang-format off */
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		on_request, server,
		MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
		MHD_OPTION_NOTIFY_CONNECTION, on_client, server,
		MHD_OPTION_CONNECTION_LIMIT, rules->clients,
		MHD_OPTION_CONNECTION_TIMEOUT, rules->patience,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MAX_HEADER,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_END);
	/* clang-format on */
}

HttpServer *
http_server_new(int listener, const HttpRules *rules)
{
	g_autoptr(HttpServer) server = g_new0(HttpServer, 1);

	server->rules = *rules;
	server->asks = rules->login != NULL;
	if (rules->login)
		digest_sha256(rules->login, strlen(rules->login), server->login);
	server->rules.login = NULL;
	server->clients = g_ptr_array_new_with_free_func(g_free);
	server->ready = g_queue_new();
	server->waiting = g_ptr_array_new();
	server->refusals = g_queue_new();
	server->daemon = start(server, listener);
	return server->daemon ? g_steal_pointer(&server) : NULL;
}

/* Without quiescing, the library would close the socket as well. */
static void
stop(HttpServer *server)
{
	(void)MHD_quiesce_daemon(server->daemon);
	while (server->waiting->len > 0)
		http_post_answer(g_ptr_array_index(server->waiting, 0), HTTP_LATER,
			"this listener ends, and nothing is kept; try again");
	for (int i = 0; i < LAST_TURNS; i++)
		(void)MHD_run(server->daemon);
	MHD_stop_daemon(server->daemon);
}

void
http_server_free(HttpServer *server)
{
	if (!server)
		return;
	if (server->daemon)
		stop(server);
	g_ptr_array_unref(server->clients);
	g_queue_free(server->ready);
	g_ptr_array_unref(server->waiting);
	g_queue_free(server->refusals);
	g_free(server);
}

int
http_server_descriptor(const HttpServer *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void
http_server_run(HttpServer *server)
{
	MHD_UNSIGNED_LONG_LONG pause;
	int turns = 0;

	do
		(void)MHD_run(server->daemon);
	while (++turns < TURNS && MHD_get_timeout(server->daemon, &pause) == MHD_YES && pause == 0);
}

const char *
http_server_refusal(HttpServer *server)
{
	return g_queue_pop_head(server->refusals);
}

/* The library sees that it hung up. */
void
http_server_sweep(HttpServer *server)
{
	int64_t longest = (int64_t)server->rules.longest * G_USEC_PER_SEC;
	int64_t now = g_get_monotonic_time();

	for (guint i = 0; i < server->clients->len; i++) {
		const Client *client = g_ptr_array_index(server->clients, i);

		if (!client->waits && now - client->turn > longest)
			(void)shutdown(client->descriptor, SHUT_RDWR);
	}
}

/* ---- requests ---- */

HttpPost *
http_server_next(HttpServer *server)
{
	return g_queue_pop_head(server->ready);
}

typedef struct Field {
	const char *name;
	const char *value;
	unsigned count;
} Field;

static enum MHD_Result
on_field(void *data, G_GNUC_UNUSED enum MHD_ValueKind kind, const char *name, const char *value)
{
	Field *field = data;

	if (g_ascii_strcasecmp(name, field->name) != 0)
		return MHD_YES;
	field->value = value ? value : "";
	field->count++;
	return MHD_YES;
}

const char *
http_post_field(const HttpPost *post, const char *name, unsigned *count)
{
	Field field = { .name = name };

	MHD_get_connection_values(post->connection, MHD_HEADER_KIND, on_field, &field);
	if (count)
		*count = field.count;
	return field.value;
}

GBytes *
http_post_take(HttpPost *post)
{
	g_assert(post->body);
	budget_give(post->server->rules.budget, post->counted);
	post->counted = 0;
	return g_byte_array_free_to_bytes(g_steal_pointer(&post->body));
}

void
http_post_answer(HttpPost *post, HttpStatus status, const char *text)
{
	g_assert(!post->text);
	settle(post, status, text);
	post->client->waits = false;
	post->client->turn = g_get_monotonic_time();
	g_queue_remove(post->server->ready, post);
	g_ptr_array_remove_fast(post->server->waiting, post);
	MHD_resume_connection(post->connection);
}
