#include "importer/s3_wire.h"

#include <string.h>

#include "importer/connection.h"
#include "importer/s3_answer.h"
#include "system/aws_keys.h"
#include "system/peer.h"
#include "system/sigv4.h"

enum {
	CONNECTIONS = 16,
	CONNECT_TIME = 30,     /* seconds */
	PATIENCE = 60,         /* likewise, without a byte */
	ANSWER_TIME = 300,     /* likewise, for an answer, */
	SLOWEST = 16 * 1024,   /* and one more for so many bytes */
	TRIES = 6,             /* of one request */
	FIRST_PAUSE = 250,     /* milliseconds behind the first, and twice as long each time */
	LONGEST_WAIT = 1000,   /* likewise, until all is looked at again */
	MAX_ERROR = 64 * 1024, /* bytes of an answer that is none */
};

typedef enum {
	EXCHANGE_DUE, /* from .due on */
	EXCHANGE_RUNNING,
	EXCHANGE_DONE,
} ExchangeState;

struct S3Exchange {
	S3Wire *wire;
	char *method, *bucket, *key, *query;
	char **headers;
	size_t most;
	bool whole;

	ExchangeState state;
	int64_t due; /* monotonic microseconds */
	int tries;
	unsigned generation; /* of the keys that the last try was signed with */
	CURL *curl;
	struct curl_slist *lines;
	char words[CURL_ERROR_SIZE]; /* libcurl's */
	GByteArray *body;
	bool too_large;
	GError *failure; /* of the last try; NULL: it was good, or there was none */
};

struct S3Wire {
	S3Endpoint endpoint;
	char *credentials, *command, *ca_file; /* NULL: none */
	AwsKeys *keys;                         /* NULL: not asked for yet */
	unsigned generation;                   /* of those */
	int patience;
	int interrupt;
	int64_t (*clock)(void);
	CURLM *multi;
	GPtrArray *exchanges; /* those not done */
	int64_t quiet_until;  /* monotonic: the server wants a pause */
	bool answered;        /* it ever did */
};

/* ---- the wire ---- */

void
s3_wire_free(S3Wire *wire)
{
	if (!wire)
		return;
	g_assert(wire->exchanges->len == 0);
	g_ptr_array_unref(wire->exchanges);
	curl_multi_cleanup(wire->multi);
	s3_endpoint_clear(&wire->endpoint);
	g_free(wire->credentials);
	g_free(wire->command);
	g_free(wire->ca_file);
	aws_keys_free(wire->keys);
	g_free(wire);
}

S3Wire *
s3_wire_new(const S3Settings *settings, const char *credentials, GError **error)
{
	g_autoptr(S3Wire) wire = g_new0(S3Wire, 1);

	wire->exchanges = g_ptr_array_new();
	wire->multi = curl_multi_init();
	g_assert(wire->multi);
	curl_multi_setopt(wire->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
	wire->credentials = g_strdup(credentials ? credentials : settings->credentials);
	wire->command = g_strdup(settings->credentials_command);
	wire->ca_file = g_strdup(settings->ca_file);
	wire->patience = settings->patience > 0 ? settings->patience : PATIENCE;
	wire->clock = settings->clock;
	if (!s3_endpoint_parse(settings->endpoint, settings->region, settings->addressing,
		    &wire->endpoint, error))
		return NULL;
	return g_steal_pointer(&wire);
}

void
s3_wire_heed(S3Wire *wire, int interrupt)
{
	wire->interrupt = interrupt;
}

char *
s3_wire_host(const S3Wire *wire, const char *bucket)
{
	return s3_endpoint_host(&wire->endpoint, bucket);
}

static bool
load_keys(S3Wire *wire, AwsKeys *keys, GError **error)
{
	const AwsKeysFrom from = { .path = wire->credentials,
		.command = wire->command,
		.command_setting = "s3-credentials-command",
		.ways = "--credentials, the setting s3-credentials or s3-credentials-command",
		.interrupt = wire->interrupt };

	return aws_keys_load(keys, &from, error) || import_error_of_system(error);
}

static bool
find_keys(S3Wire *wire, GError **error)
{
	g_autoptr(AwsKeys) keys = wire->keys ? NULL : aws_keys_new();

	if (keys && !load_keys(wire, keys, error))
		return false;
	if (keys)
		wire->keys = g_steal_pointer(&keys);
	return true;
}

/* Whether there are others by now than a try was signed with: those of a role last some hours. */
static bool
renew_keys(S3Wire *wire, unsigned generation)
{
	g_autoptr(AwsKeys) keys = NULL;

	if (generation != wire->generation)
		return true;
	keys = aws_keys_new();
	if (!load_keys(wire, keys, NULL) || memcmp(keys, wire->keys, sizeof(*keys)) == 0)
		return false;
	aws_keys_free(wire->keys);
	wire->keys = g_steal_pointer(&keys);
	wire->generation++;
	return true;
}

/* ---- one exchange ---- */

static void
forget_try(S3Exchange *exchange)
{
	if (exchange->state == EXCHANGE_RUNNING)
		curl_multi_remove_handle(exchange->wire->multi, exchange->curl);
	g_clear_pointer(&exchange->curl, curl_easy_cleanup);
	g_clear_pointer(&exchange->lines, curl_slist_free_all);
}

void
s3_exchange_free(S3Exchange *exchange)
{
	if (!exchange)
		return;
	forget_try(exchange);
	if (exchange->state != EXCHANGE_DONE)
		g_ptr_array_remove(exchange->wire->exchanges, exchange);
	g_clear_pointer(&exchange->body, g_byte_array_unref);
	g_clear_error(&exchange->failure);
	g_free(exchange->method);
	g_free(exchange->bucket);
	g_free(exchange->key);
	g_free(exchange->query);
	g_strfreev(exchange->headers);
	g_free(exchange);
}

static void
end(S3Exchange *exchange)
{
	forget_try(exchange);
	exchange->state = EXCHANGE_DONE;
	g_ptr_array_remove(exchange->wire->exchanges, exchange);
}

static long
status_of(const S3Exchange *exchange)
{
	long status = 0;

	curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* libcurl's callback.  Room is made at once where the server says a length that may be. */
static size_t
on_bytes(char *bytes, size_t size, size_t count, void *data)
{
	S3Exchange *exchange = data;
	size_t length = size * count;
	size_t most = status_of(exchange) == 200 ? exchange->most : MAX_ERROR;
	curl_off_t said = 0;

	if (!exchange->body) {
		curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &said);
		exchange->body = g_byte_array_sized_new(
			said > 0 && (guint64)said <= most ? (guint)said : (guint)length);
	}
	exchange->too_large = exchange->body->len + length > most;
	if (exchange->too_large)
		return 0;
	g_byte_array_append(exchange->body, (const guint8 *)bytes, (guint)length);
	return length;
}

/* By name: one may begin another's. */
static int
compare_headers(const void *a, const void *b)
{
	const char *one = *(const char *const *)a;
	const char *other = *(const char *const *)b;
	size_t length = strcspn(one, ":");
	size_t others = strcspn(other, ":");
	int order = strncmp(one, other, MIN(length, others));

	return order ? order : (length > others) - (length < others);
}

/* All that are signed. */
static char **
headers_of(const S3Exchange *exchange, const char *host, const char *date)
{
	const AwsKeys *keys = exchange->wire->keys;
	GPtrArray *headers = g_ptr_array_new();

	g_ptr_array_add(headers, g_strconcat("host:", host, NULL));
	g_ptr_array_add(headers, g_strdup("x-amz-content-sha256:" SIGV4_NO_BODY));
	g_ptr_array_add(headers, g_strconcat("x-amz-date:", date, NULL));
	if (*keys->token)
		g_ptr_array_add(headers, g_strconcat("x-amz-security-token:", keys->token, NULL));
	for (char **header = exchange->headers; header && *header; header++)
		g_ptr_array_add(headers, g_strdup(*header));
	g_ptr_array_sort(headers, compare_headers);
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

static void
sign(S3Exchange *exchange, const char *host, const char *path)
{
	char date[SIGV4_DATE];
	g_auto(GStrv) headers = NULL;
	g_autofree char *authorization = NULL;
	g_autofree char *line = NULL;
	SigV4 request = { .method = exchange->method,
		.path = path,
		.query = exchange->query,
		.date = date,
		.region = exchange->wire->endpoint.region,
		.service = "s3" };

	sigv4_date(exchange->wire->clock(), date);
	headers = headers_of(exchange, host, date);
	request.headers = (const char *const *)headers;
	authorization = sigv4_authorization(&request, exchange->wire->keys);
	line = g_strconcat("authorization:", authorization, NULL);
	for (char **header = headers; *header; header++)
		exchange->lines = curl_slist_append(exchange->lines, *header);
	exchange->lines = curl_slist_append(exchange->lines, line);
	exchange->lines = curl_slist_append(exchange->lines, "content-type:");
}

static void
set_options(S3Exchange *exchange)
{
	const S3Wire *wire = exchange->wire;
	const char *scheme = wire->endpoint.tls ? "https" : "http";
	g_autofree char *host = s3_endpoint_host(&wire->endpoint, exchange->bucket);
	g_autofree char *path = s3_endpoint_path(&wire->endpoint, exchange->bucket, exchange->key);
	g_autofree char *url = g_strconcat(
		scheme, "://", host, path, *exchange->query ? "?" : "", exchange->query, NULL);
	CURL *curl = exchange->curl;

	peer_set(curl, scheme, wire->ca_file);
	sign(exchange, host, path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange->lines);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->words);
	curl_easy_setopt(curl, CURLOPT_PRIVATE, exchange);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)MIN(wire->patience, CONNECT_TIME));
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)wire->patience);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)(ANSWER_TIME + exchange->most / SLOWEST));
	/* A body of no bytes, and not no body. */
	if (strcmp(exchange->method, "PUT") == 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, 0L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, exchange->method);
}

static void
start(S3Exchange *exchange)
{
	g_clear_error(&exchange->failure);
	g_clear_pointer(&exchange->body, g_byte_array_unref);
	if (!find_keys(exchange->wire, &exchange->failure)) {
		end(exchange);
		return;
	}
	exchange->tries++;
	exchange->generation = exchange->wire->generation;
	*exchange->words = '\0';
	exchange->curl = curl_easy_init();
	g_assert(exchange->curl);
	set_options(exchange);
	curl_multi_add_handle(exchange->wire->multi, exchange->curl);
	exchange->state = EXCHANGE_RUNNING;
}

S3Exchange *
s3_wire_begin(S3Wire *wire, const S3Request *request)
{
	S3Exchange *exchange = g_new0(S3Exchange, 1);

	exchange->wire = wire;
	exchange->method = g_strdup(request->method);
	exchange->bucket = g_strdup(request->bucket);
	exchange->key = g_strdup(request->key);
	exchange->query = g_strdup(request->query ? request->query : "");
	exchange->headers = g_strdupv((char **)request->headers);
	exchange->most = request->most;
	exchange->whole = request->whole;
	g_ptr_array_add(wire->exchanges, exchange);
	return exchange;
}

/* ---- what became of it ---- */

static S3Verdict
fail(S3Exchange *exchange, S3Verdict verdict, ImportError code, const char *words)
{
	g_set_error_literal(&exchange->failure, IMPORT_ERROR, (int)code, words);
	return verdict;
}

/* A server that never answered is more likely not there than restarted. */
static S3Verdict
judge_break(S3Exchange *exchange, CURLcode code)
{
	const char *words = *exchange->words ? exchange->words : curl_easy_strerror(code);

	if (connection_is_distrusted(code, "s3-ca", words, &exchange->failure))
		return S3_BAD;
	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_SSL_CONNECT_ERROR:
		return fail(exchange, exchange->wire->answered ? S3_AGAIN : S3_BAD,
			IMPORT_ERROR_LOST, words);
	case CURLE_OPERATION_TIMEDOUT:
		return fail(
			exchange, S3_AGAIN, IMPORT_ERROR_LOST, "the server did not answer in time");
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		return fail(exchange, S3_AGAIN, IMPORT_ERROR_LOST, "the server hung up");
	case CURLE_WRITE_ERROR:
		if (exchange->too_large)
			return fail(exchange, S3_BAD, IMPORT_ERROR_DATA,
				"the server sends more than it may");
		return fail(exchange, S3_BAD, IMPORT_ERROR_IO, words);
	default:
		return fail(exchange, S3_BAD, IMPORT_ERROR_IO, words);
	}
}

static const char *
header_of(const S3Exchange *exchange, const char *name)
{
	struct curl_header *header;

	return curl_easy_header(exchange->curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
		? header->value
		: NULL;
}

/* By the client of Amazon's that SES encrypts with, whose key is in KMS. */
static bool
is_encrypted(const S3Exchange *exchange)
{
	return header_of(exchange, "x-amz-meta-x-amz-key-v2") ||
		header_of(exchange, "x-amz-meta-x-amz-key");
}

static S3Verdict
judge_answer(S3Exchange *exchange)
{
	g_autoptr(GBytes) body = exchange->body
		? g_bytes_new_static(exchange->body->data, exchange->body->len)
		: g_bytes_new_static("", 0);
	const S3Answer answer = {
		.status = status_of(exchange),
		.body = body,
		.region = header_of(exchange, "x-amz-bucket-region"),
		.about_object = exchange->key != NULL,
		.may_fail_late = strcmp(exchange->method, "PUT") == 0,
	};
	S3Verdict verdict = s3_answer_judge(&answer, &exchange->failure);

	/* Where no length was said, its end is where the connection broke. */
	if (verdict == S3_GOOD && exchange->whole && g_bytes_get_size(body) < exchange->most)
		return fail(exchange, S3_AGAIN, IMPORT_ERROR_LOST, "the server hung up");
	if (verdict == S3_GOOD && is_encrypted(exchange))
		return fail(exchange, S3_BAD, IMPORT_ERROR_REFUSED,
			"Amazon SES encrypted it with a key of AWS KMS, which only a client with "
			"that key undoes; take the key out of the receipt rule");
	return verdict;
}

static void
try_again(S3Exchange *exchange, int64_t milliseconds)
{
	forget_try(exchange);
	exchange->state = EXCHANGE_DUE;
	exchange->due = g_get_monotonic_time() + milliseconds * 1000;
}

/* One that is busy is let alone by all. */
static void
spare(S3Wire *wire, const S3Exchange *exchange)
{
	long status = status_of(exchange);

	if (status == 429 || status == 503)
		wire->quiet_until = g_get_monotonic_time() + (int64_t)FIRST_PAUSE * 1000;
}

static void
take_end(S3Exchange *exchange, CURLcode code)
{
	S3Wire *wire = exchange->wire;
	S3Verdict verdict = code == CURLE_OK ? judge_answer(exchange) : judge_break(exchange, code);
	bool may = exchange->tries < TRIES;

	wire->answered |= code == CURLE_OK;
	if (verdict == S3_AGAIN && code == CURLE_OK)
		spare(wire, exchange);
	if (verdict == S3_AGAIN && may)
		try_again(exchange, (int64_t)FIRST_PAUSE << (exchange->tries - 1));
	else if (verdict == S3_STALE_KEYS && may && renew_keys(wire, exchange->generation))
		try_again(exchange, 0);
	else
		end(exchange);
}

/* ---- all of them ---- */

/* When the next one is due, in milliseconds. */
static int
start_due(S3Wire *wire)
{
	int64_t now = g_get_monotonic_time();
	int64_t next = now + (int64_t)LONGEST_WAIT * 1000;
	guint i = 0;

	while (i < wire->exchanges->len) {
		S3Exchange *exchange = g_ptr_array_index(wire->exchanges, i);
		int64_t due = MAX(exchange->due, wire->quiet_until);

		i++;
		if (exchange->state != EXCHANGE_DUE)
			continue;
		if (due > now) {
			next = MIN(next, due);
			continue;
		}
		start(exchange);
		i -= exchange->state == EXCHANGE_DONE;
	}
	return (int)((next - now) / 1000 + 1);
}

static void
take_ends(S3Wire *wire)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(wire->multi, &left))) {
		S3Exchange *exchange = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
		take_end(exchange, message->data.result);
	}
}

static bool
wait_for(S3Wire *wire, int milliseconds, GError **error)
{
	struct curl_waitfd interrupt = { .fd = wire->interrupt, .events = CURL_WAIT_POLLIN };

	curl_multi_poll(wire->multi, wire->interrupt ? &interrupt : NULL, wire->interrupt ? 1 : 0,
		milliseconds, NULL);
	if (!interrupt.revents)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_STOPPED, "interrupted");
	return false;
}

GBytes *
s3_wire_finish(S3Wire *wire, S3Exchange *exchange, GError **error)
{
	while (exchange->state != EXCHANGE_DONE) {
		int wait, running;

		curl_multi_perform(wire->multi, &running);
		take_ends(wire);
		wait = start_due(wire);
		if (exchange->state != EXCHANGE_DONE && !wait_for(wire, wait, error))
			return NULL;
	}
	if (exchange->failure) {
		g_propagate_error(error, g_error_copy(exchange->failure));
		return NULL;
	}
	return exchange->body ? g_byte_array_free_to_bytes(g_steal_pointer(&exchange->body))
			      : g_bytes_new(NULL, 0);
}
