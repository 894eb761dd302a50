#include "release/abuse_api.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "mail/digest.h"
#include "system/peer.h"
#include "system/server.h"
#include "system/sigv4.h"
#include "system/system_error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

enum {
	CONNECT_TIME = 30,      /* seconds */
	ANSWER_TIME = 300,      /* likewise, for all of it */
	PATIENCE = 60,          /* likewise, without a byte */
	MAX_ANSWER = 64 * 1024, /* bytes */
	MAX_WORDS = 300,        /* of what the server says */
	MAX_WAIT = 24 * 60 * 60,
	SHORTEST_ID = 20, /* API Reference: reportId */
	LONGEST_ID = 64,
};

static const char service[] = "abuse";
static const char path[] = "/v1/abuse";

/* ---- where it is ---- */

typedef struct Place {
	char *host; /* as the Host field has it */
	char *region;
	bool tls;
} Place;

static void
place_clear(Place *place)
{
	g_free(place->host);
	g_free(place->region);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static bool
refuse_endpoint(const char *endpoint, const char *why, GError **error)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT, "'%.80s': %s", endpoint, why);
	return false;
}

/* "abuse.us-east-1.amazonaws.com"; yours, NULL where it does not say. */
static char *
region_of(const char *host)
{
	const char *start = host + strlen("abuse.");
	const char *end = strstr(host, ".amazonaws.com");

	return g_str_has_prefix(host, "abuse.") && end > start
		? g_strndup(start, (gsize)(end - start))
		: NULL;
}

static bool
place_read(const char *endpoint, const char *region, Place *place, GError **error)
{
	g_autofree char *host = NULL;
	const char *server;
	int port = 0;

	place->tls = g_str_has_prefix(endpoint, "https://");
	server = endpoint + strlen(place->tls ? "https://" : "http://");
	if (!place->tls && !g_str_has_prefix(endpoint, "http://"))
		return refuse_endpoint(endpoint, "not of the form https://HOST[:PORT]", error);
	if (server_read(server, &host, &port) != SERVER_GOOD)
		return refuse_endpoint(endpoint, "not of the form https://HOST[:PORT]", error);
	if (!place->tls && !peer_is_local(host))
		return refuse_endpoint(
			endpoint, "without TLS it must be this machine: https://", error);
	place->host = port ? g_strdup_printf("%s:%d", host, port) : g_strdup(host);
	place->region = region_of(host);
	if (!place->region)
		place->region = g_strdup(region);
	return true;
}

bool
abuse_endpoint_check(const char *endpoint, GError **error)
{
	g_auto(Place) place = { 0 };

	return place_read(endpoint, "", &place, error);
}

/* ---- one exchange ---- */

typedef struct Exchange {
	const AbuseApi *api;
	const char *method;
	const char *tail; /* of the path, behind /v1/abuse: "/ID"; or "" */
	GBytes *body;     /* NULL: none */
	long status;      /* of HTTP; 0: no answer came */
	GByteArray *answer;
	int64_t retry_after;
	bool sent; /* it may have arrived */
	CURLcode code;
	char words[CURL_ERROR_SIZE];
} Exchange;

static void
exchange_clear(Exchange *exchange)
{
	if (exchange->answer)
		g_byte_array_unref(exchange->answer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Exchange, exchange_clear)

typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)

static size_t
on_bytes(char *bytes, size_t size, size_t count, void *data)
{
	Exchange *exchange = data;
	size_t length = size * count;

	if (exchange->answer->len + length > MAX_ANSWER)
		return 0;
	g_byte_array_append(exchange->answer, (const guint8 *)bytes, (guint)length);
	return length;
}

static int
is_interrupted(void *data, G_GNUC_UNUSED curl_off_t down_total, G_GNUC_UNUSED curl_off_t down,
	G_GNUC_UNUSED curl_off_t up_total, G_GNUC_UNUSED curl_off_t up)
{
	const Exchange *exchange = data;
	struct pollfd watched = { exchange->api->interrupt, POLLIN, 0 };

	return exchange->api->interrupt && poll(&watched, 1, 0) > 0;
}

/* What is signed, by name. */
static char **
headers_of(const Exchange *exchange, const Place *place, const AwsKeys *keys, const char *date)
{
	g_autofree char *hash = exchange->body
		? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, exchange->body)
		: g_strdup(SIGV4_NO_BODY);
	GPtrArray *headers = g_ptr_array_new();

	if (exchange->body)
		g_ptr_array_add(headers, g_strdup("content-type:application/json"));
	g_ptr_array_add(headers, g_strconcat("host:", place->host, NULL));
	g_ptr_array_add(headers, g_strconcat("x-amz-content-sha256:", hash, NULL));
	g_ptr_array_add(headers, g_strconcat("x-amz-date:", date, NULL));
	if (*keys->token)
		g_ptr_array_add(headers, g_strconcat("x-amz-security-token:", keys->token, NULL));
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_free(headers, FALSE);
}

static CurlList *
sign(const Exchange *exchange, const Place *place, const AwsKeys *keys)
{
	char date[SIGV4_DATE];
	g_auto(GStrv) headers = NULL;
	g_autofree char *where = g_strconcat(path, exchange->tail, NULL);
	g_autofree char *authorization = NULL;
	g_autofree char *line = NULL;
	CurlList *lines = NULL;

	sigv4_date(exchange->api->clock(), date);
	headers = headers_of(exchange, place, keys, date);
	authorization = sigv4_authorization(&(SigV4){ .method = exchange->method,
						    .path = where,
						    .query = "",
						    .headers = (const char *const *)headers,
						    .date = date,
						    .region = place->region,
						    .service = service },
		keys);
	line = g_strconcat("authorization:", authorization, NULL);
	for (char **header = headers; *header; header++)
		lines = curl_slist_append(lines, *header);
	lines = curl_slist_append(lines, line);
	return curl_slist_append(lines, "expect:");
}

static void
set_options(CURL *curl, Exchange *exchange, const Place *place, CurlList *lines)
{
	const AbuseApi *api = exchange->api;
	const char *scheme = place->tls ? "https" : "http";
	long patience = api->patience ? api->patience : PATIENCE;
	g_autofree char *url = g_strconcat(scheme, "://", place->host, path, exchange->tail, NULL);

	peer_set(curl, scheme, api->ca_file);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->words);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_interrupted);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, MIN(patience, CONNECT_TIME));
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, patience);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, MIN(patience * 5, ANSWER_TIME));
	if (!exchange->body)
		return;
	curl_easy_setopt(
		curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)g_bytes_get_size(exchange->body));
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, g_bytes_get_data(exchange->body, NULL));
}

/* RFC 9110 section 10.2.3: seconds; a date is not waited for. */
static int64_t
retry_after(CURL *curl)
{
	curl_off_t seconds = 0;

	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
	return CLAMP((int64_t)seconds, 0, MAX_WAIT);
}

static bool
fail(GError **error, ReleaseError code, const char *words)
{
	g_set_error_literal(error, RELEASE_ERROR, (int)code, words);
	return false;
}

static bool
load_keys(const AbuseApi *api, AwsKeys *keys, GError **error)
{
	g_autoptr(GError) fault = NULL;
	const AwsKeysFrom from = { .path = api->credentials,
		.command = api->credentials_command,
		.command_setting = "report-credentials-command",
		.ways = "the setting report-credentials or report-credentials-command",
		.interrupt = api->interrupt };

	if (aws_keys_load(keys, &from, &fault))
		return true;
	return fail(error,
		g_error_matches(fault, SYSTEM_ERROR, SYSTEM_ERROR_STOPPED) ? RELEASE_ERROR_STOPPED
									   : RELEASE_ERROR_SECRET,
		fault->message);
}

/* False where nothing was sent at all. */
static bool
run(Exchange *exchange, const char *endpoint, GError **error)
{
	g_auto(Place) place = { 0 };
	g_autoptr(AwsKeys) keys = aws_keys_new();
	g_autoptr(CURL) curl = curl_easy_init();
	g_autoptr(CurlList) lines = NULL;
	curl_off_t uploaded = 0;

	g_assert(curl);
	exchange->answer = g_byte_array_new();
	if (!place_read(endpoint, exchange->api->region, &place, error) ||
		!load_keys(exchange->api, keys, error))
		return false;
	lines = sign(exchange, &place, keys);
	set_options(curl, exchange, &place, lines);
	exchange->code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &uploaded);
	exchange->sent = uploaded > 0;
	if (exchange->code == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &exchange->status);
	exchange->retry_after = retry_after(curl);
	return true;
}

/* ---- what it says ---- */

static json_t *
json_of(const Exchange *exchange)
{
	return json_loadb((const char *)exchange->answer->data, exchange->answer->len,
		JSON_REJECT_DUPLICATES, NULL);
}

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* A name of Amazon's: letters, digits and underscores, of that length; yours, or NULL. */
static char *
word_of(const json_t *object, const char *name, size_t least, size_t most)
{
	const char *word = text_of(object, name);
	size_t length = word ? strlen(word) : 0;

	if (length < least || length > most)
		return NULL;
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isalnum(word[i]) && word[i] != '_')
			return NULL;
	return g_strdup(word);
}

/* "403 AccessDeniedException: ..."; yours. */
static char *
words_of(const Exchange *exchange)
{
	g_autoptr(json_t) body = json_of(exchange);
	const char *type = text_of(body, "__type");
	const char *message = text_of(body, "message");
	GString *words = g_string_new(NULL);

	if (!message)
		message = text_of(body, "Message");
	g_string_printf(words, "HTTP %ld", exchange->status);
	if (type)
		g_string_append_printf(words, " %.80s", type);
	if (message)
		g_string_append_printf(words, ": %.*s", MAX_WORDS, message);
	for (char *at = words->str; *at; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	return g_string_free(words, FALSE);
}

/* Who is not let in may be tomorrow, by other keys: that is nothing about the report. */
static ShipmentResult
result_of_status(long status)
{
	if (status >= 200 && status < 300)
		return SHIPMENT_ACCEPTED;
	switch (status) {
	case 401:
	case 403:
	case 408:
	case 429:
		return SHIPMENT_DOWN;
	default:
		return status >= 500 ? SHIPMENT_DOWN : SHIPMENT_REFUSED;
	}
}

static void
judge_break(const Exchange *exchange, AbuseAnswer *answer)
{
	const char *words = *exchange->words ? exchange->words : curl_easy_strerror(exchange->code);

	answer->result = exchange->sent ? SHIPMENT_UNKNOWN : SHIPMENT_DOWN;
	answer->reply = g_strdup_printf("%s%s", words, exchange->sent ? " (no answer came)" : "");
}

static void
judge_answer(const Exchange *exchange, AbuseAnswer *answer)
{
	g_autoptr(json_t) body = json_of(exchange);
	g_autofree char *words = words_of(exchange);

	answer->result = result_of_status(exchange->status);
	answer->wait = exchange->retry_after;
	if (answer->result == SHIPMENT_ACCEPTED)
		answer->remote = word_of(body, "reportId", SHORTEST_ID, LONGEST_ID);
	answer->reply = answer->remote ? g_strdup_printf("%s report %s", words, answer->remote)
				       : g_steal_pointer(&words);
}

void
abuse_answer_clear(AbuseAnswer *answer)
{
	g_free(answer->reply);
	g_free(answer->remote);
}

void
abuse_submit(const AbuseApi *api, const char *endpoint, GBytes *body, AbuseAnswer *answer)
{
	g_auto(Exchange) exchange = { .api = api, .method = "POST", .tail = "", .body = body };
	g_autoptr(GError) error = NULL;

	*answer = (AbuseAnswer){ .result = SHIPMENT_DOWN };
	if (!run(&exchange, endpoint, &error))
		answer->reply = g_strdup(error->message);
	else if (exchange.code != CURLE_OK)
		judge_break(&exchange, answer);
	else
		judge_answer(&exchange, answer);
}

void
abuse_status_clear(AbuseStatus *status)
{
	g_free(status->status);
	g_free(status->outcome);
}

static bool
read_status(const Exchange *exchange, AbuseStatus *status, GError **error)
{
	g_autoptr(json_t) body = json_of(exchange);
	g_autofree char *words = words_of(exchange);

	if (exchange->status != 200)
		return fail(error, RELEASE_ERROR_LOST, words);
	status->status = word_of(body, "status", 1, LONGEST_ID);
	status->outcome = word_of(body, "reasonCode", 1, LONGEST_ID);
	return status->status || fail(error, RELEASE_ERROR_LOST, "the answer names no status");
}

bool
abuse_ask(const AbuseApi *api, const char *endpoint, const char *remote, AbuseStatus *status,
	GError **error)
{
	g_autofree char *escaped = sigv4_escape(remote, "");
	g_autofree char *tail = g_strconcat("/", escaped, NULL);
	g_auto(Exchange) exchange = { .api = api, .method = "GET", .tail = tail };

	if (!run(&exchange, endpoint, error))
		return false;
	if (exchange.code == CURLE_ABORTED_BY_CALLBACK)
		return fail(error, RELEASE_ERROR_STOPPED, "interrupted");
	if (exchange.code != CURLE_OK)
		return fail(error, RELEASE_ERROR_LOST,
			*exchange.words ? exchange.words : curl_easy_strerror(exchange.code));
	return read_status(&exchange, status, error);
}
