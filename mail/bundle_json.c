/* bundle_json.c - mail that a service hands out as JSON
 *
 * Sources of the shapes: Gmail API reference, users.messages (field raw, base64url); Amazon
 * SES Developer Guide, "Contents of notifications for email receiving"; Amazon SNS, SQS and
 * Lambda for the envelopes around those; Exchange PowerShell, Export-QuarantineMessage.  What
 * only says where a message is becomes an entry with that place. */
#include <jansson.h>
#include <string.h>

#include "mail/bundle.h"
#include "mail/text.h"

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

enum {
	MAX_DEPTH = 6, /* envelopes in envelopes */
};

static void read_value(const Json *value, GPtrArray *bundle, int depth);

/* The seed of jansson's tables: a file says it best. */
void
bundle_prepare(void)
{
	json_object_seed(0);
}

static const char *
text_of(const Json *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static Bundled *
add(GPtrArray *bundle, const char *name)
{
	g_autofree char *valid = text_utf8(name ? name : "", name ? strlen(name) : 0);
	Bundled *bundled = bundled_new(valid);

	g_ptr_array_add(bundle, bundled);
	return bundled;
}

static void
add_fault(GPtrArray *bundle, const char *name, char *fault)
{
	add(bundle, name)->fault = fault;
}

/* Base64 or base64url (RFC 4648), with padding or without, lines or none; NULL: it is neither.
 * All of it has to be: half a message must not be taken for a whole. */
static GBytes *
decoded(const char *text, size_t length)
{
	g_autofree char *plain = g_malloc(length + 4);
	size_t count = 0;
	size_t end = length;
	gsize size;
	guchar *bytes;

	while (end > 0 && strchr("=\r\n \t", text[end - 1]))
		end--;
	for (size_t i = 0; i < end; i++) {
		char c = text[i];

		if (c == '\r' || c == '\n')
			continue;
		if (!g_ascii_isalnum(c) && !strchr("+/-_", c))
			return NULL;
		plain[count++] = (char)(c == '-' ? '+' : c == '_' ? '/' : c);
	}
	if (count % 4 == 1)
		return NULL;
	while (count % 4)
		plain[count++] = '=';
	plain[count] = '\0';
	bytes = g_base64_decode(plain, &size);
	return g_bytes_new_take(bytes, size);
}

static void
add_message(Bundled *bundled, const char *text, size_t length, bool encoded)
{
	bundled->raw = encoded ? decoded(text, length) : g_bytes_new(text, length);
	if (!bundled->raw)
		bundled->fault = g_strdup("what should be Base64 is not");
	else if (g_bytes_get_size(bundled->raw) == 0)
		bundled->fault = g_strdup("empty, no message in it");
	else if (g_bytes_get_size(bundled->raw) > BUNDLE_MAX_MESSAGE)
		bundled->fault = g_strdup_printf("larger than %d MiB", BUNDLE_MAX_MESSAGE >> 20);
	if (bundled->fault)
		g_clear_pointer(&bundled->raw, g_bytes_unref);
}

/* ---- Amazon SES receiving ---- */

/* "a@b", "<a@b>"; "" and "<>" are the null sender. */
static char *
bare(const char *text)
{
	size_t length = strlen(text);

	if (length >= 2 && text[0] == '<' && text[length - 1] == '>')
		return g_strndup(text + 1, length - 2);
	return g_strdup(text);
}

/* The recipients that the receipt rule was about; .mail.destination is all that the header
 * and the envelope together name. */
static void
read_envelope(const Json *notification, Envelope *envelope)
{
	const char *source = text_of(json_object_get(notification, "mail"), "source");
	const Json *recipients =
		json_object_get(json_object_get(notification, "receipt"), "recipients");

	envelope->sender = source ? bare(source) : NULL;
	for (size_t i = 0; i < json_array_size(recipients); i++) {
		const char *text = json_string_value(json_array_get(recipients, i));

		if (text)
			g_ptr_array_add(envelope->recipients, bare(text));
	}
}

/* It is in a bucket, or nobody knows where. */
static void
set_place(Bundled *bundled, const char *what, const char *bucket, const char *key)
{
	bool known = bucket && key;

	bundled->fault = known ? g_strdup_printf("%s without its message, which is in s3://%s/%s",
					 what, bucket, key)
			       : g_strdup_printf("%s without its message", what);
	bundled->bucket = known ? g_strdup(bucket) : NULL;
	bundled->key = known ? g_strdup(key) : NULL;
}

static void
read_received(const Json *notification, GPtrArray *bundle)
{
	const Json *action = json_object_get(json_object_get(notification, "receipt"), "action");
	const Json *content = json_object_get(notification, "content");
	const char *encoding = text_of(action, "encoding");
	Bundled *bundled = add(bundle, text_of(json_object_get(notification, "mail"), "messageId"));

	read_envelope(notification, bundled->envelope);
	if (!json_is_string(content))
		set_place(bundled, "a notification", text_of(action, "bucketName"),
			text_of(action, "objectKey"));
	else
		add_message(bundled, json_string_value(content), json_string_length(content),
			encoding && g_ascii_strcasecmp(encoding, "BASE64") == 0);
}

/* ---- what is what ---- */

/* JSON in a string of JSON, as SNS and SQS have it. */
static void
read_inner(const Json *text, const char *name, GPtrArray *bundle, int depth)
{
	g_autoptr(Json) inner =
		json_loadb(json_string_value(text), json_string_length(text), 0, NULL);

	if (inner)
		read_value(inner, bundle, depth);
	else
		add_fault(bundle, name, g_strdup("a notification about something else than mail"));
}

static bool
read_raw(const Json *object, GPtrArray *bundle)
{
	const Json *raw = json_object_get(object, "raw");
	const Json *export = json_object_get(object, "Eml");
	const char *encoding = text_of(object, "BodyEncoding");

	if (json_is_string(raw))
		add_message(add(bundle, text_of(object, "id")), json_string_value(raw),
			json_string_length(raw), true);
	else if (json_is_string(export))
		add_message(add(bundle, text_of(object, "Identity")), json_string_value(export),
			json_string_length(export),
			!encoding || g_ascii_strcasecmp(encoding, "Base64") == 0);
	else
		return false;
	return true;
}

/* Lists and envelopes around it. */
static bool
read_around(const Json *object, GPtrArray *bundle, int depth)
{
	static const char *const lists[] = { "Records", "Messages", "messages", "Sns" };
	static const char *const texts[] = { "Message", "body", "Body" };

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		const Json *inner = json_object_get(object, lists[i]);

		if (json_is_array(inner) || json_is_object(inner)) {
			read_value(inner, bundle, depth);
			return true;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const Json *inner = json_object_get(object, texts[i]);

		if (json_is_string(inner)) {
			read_inner(inner, text_of(object, "MessageId"), bundle, depth);
			return true;
		}
	}
	return false;
}

static char *
what_else(const Json *object)
{
	const char *event = text_of(object, "eventType");

	if (!event)
		event = text_of(object, "notificationType");
	if (event)
		return g_strdup_printf("an event (%s) without its message", event);
	if (json_object_get(object, "payload") || json_object_get(object, "snippet"))
		return g_strdup("a message without its bytes; get it with format=raw");
	return g_strdup("no message in this JSON");
}

/* An event of the bucket itself, which has the key as a form on the web has it (Amazon S3 User
 * Guide, "Event message structure"). */
static bool
read_stored(const Json *object, GPtrArray *bundle)
{
	const Json *stored = json_object_get(object, "s3");
	const char *key = text_of(json_object_get(stored, "object"), "key");
	const char *event = text_of(object, "eventName");
	g_autofree char *form = key ? g_strdelimit(g_strdup(key), "+", ' ') : NULL;
	g_autofree char *plain = form ? g_uri_unescape_string(form, NULL) : NULL;

	if (!plain || !g_utf8_validate(plain, -1, NULL))
		return false;
	if (event && !strstr(event, "ObjectCreated"))
		add_fault(
			bundle, plain, g_strdup_printf("an event (%s) without its message", event));
	else
		set_place(add(bundle, plain), "an event",
			text_of(json_object_get(stored, "bucket"), "name"), plain);
	return true;
}

static void
read_object(const Json *object, GPtrArray *bundle, int depth)
{
	const char *type = text_of(object, "notificationType");

	if (type && strcmp(type, "Received") == 0)
		read_received(object, bundle);
	else if (!read_raw(object, bundle) && !read_around(object, bundle, depth) &&
		!read_stored(object, bundle))
		add_fault(bundle, text_of(object, "id"), what_else(object));
}

static void
read_value(const Json *value, GPtrArray *bundle, int depth)
{
	if (depth >= MAX_DEPTH) {
		add_fault(bundle, NULL, g_strdup("too many envelopes around it"));
	} else if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value); i++)
			read_value(json_array_get(value, i), bundle, depth + 1);
	} else if (json_is_object(value)) {
		read_object(value, bundle, depth + 1);
	} else {
		add_fault(bundle, NULL, g_strdup("no message in this JSON"));
	}
}

GPtrArray *
bundle_read_json(const char *bytes, size_t size)
{
	GPtrArray *bundle = g_ptr_array_new_with_free_func((GDestroyNotify)bundled_free);
	const char *end = bytes + size;

	for (const char *next; bytes < end; bytes = next) {
		const char *nul = memchr(bytes, '\0', (size_t)(end - bytes));
		size_t length = (size_t)((nul ? nul : end) - bytes);
		json_error_t failure = { .text = "" };
		g_autoptr(Json) value = json_loadb(bytes, length, 0, &failure);

		if (value)
			read_value(value, bundle, 0);
		else
			add_fault(bundle, NULL, g_strdup_printf("no JSON: %s", failure.text));
		next = bytes + length + 1;
	}
	return bundle;
}
