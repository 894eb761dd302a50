#include "importer/s3.h"

#include <string.h>

#include "importer/aws_xml.h"
#include "mail/digest.h"
#include "system/sigv4.h"

enum {
	PAGE = 1000,                   /* objects, which is the most there may be */
	PAGE_BYTES = 16 * 1024 * 1024, /* with keys of nothing but %XX they are 4 MB */
	MAX_ANSWER = 64 * 1024,
	MAX_ETAG = 200,
};

void
s3_object_free(S3Object *object)
{
	if (!object)
		return;
	g_free(object->key);
	g_free(object->etag);
	g_free(object->modified);
	g_free(object);
}

void
s3_page_clear(S3Page *page)
{
	g_clear_pointer(&page->objects, g_ptr_array_unref);
	g_clear_pointer(&page->next, g_free);
}

/* ---- a page of the list ---- */

S3Exchange *
s3_begin_list(S3Wire *wire, const S3Place *place, const char *token)
{
	g_autofree char *prefix = sigv4_escape(place->prefix, "");
	g_autofree char *next = token ? sigv4_escape(token, "") : NULL;
	g_autofree char *query = g_strdup_printf(
		"%s%s%sencoding-type=url&list-type=2&max-keys=%d&prefix=%s",
		next ? "continuation-token=" : "", next ? next : "", next ? "&" : "", PAGE, prefix);
	const S3Request request = {
		.method = "GET", .bucket = place->bucket, .query = query, .most = PAGE_BYTES
	};

	return s3_wire_begin(wire, &request);
}

typedef struct Listing {
	GPtrArray *objects;
	S3Object *object; /* that is read */
	bool is_list;     /* it is the answer that was asked for */
	bool truncated;
	bool encoded; /* keys have %XX */
	char *next;
} Listing;

static void
listing_clear(Listing *listing)
{
	g_clear_pointer(&listing->objects, g_ptr_array_unref);
	g_clear_pointer(&listing->object, s3_object_free);
	g_clear_pointer(&listing->next, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listing, listing_clear)

/* It goes into a header. */
static bool
is_etag(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isgraph(text[i]))
			return false;
	return length > 0 && length < MAX_ETAG;
}

static void
read_object(S3Object *object, const char *name, const char *text)
{
	if (strcmp(name, "Key") == 0 && !object->key)
		object->key = g_strdup(text);
	else if (strcmp(name, "ETag") == 0 && !object->etag && is_etag(text))
		object->etag = g_strdup(text);
	else if (strcmp(name, "LastModified") == 0 && !object->modified)
		object->modified = g_strdup(text);
	else if (strcmp(name, "Size") == 0)
		object->size = (int64_t)MIN(g_ascii_strtoull(text, NULL, 10), G_MAXINT64);
}

static void
end_object(Listing *listing)
{
	if (listing->object && listing->object->key)
		g_ptr_array_add(listing->objects, g_steal_pointer(&listing->object));
	g_clear_pointer(&listing->object, s3_object_free);
}

static void
on_end(const char *parent, const char *name, const char *text, void *data)
{
	Listing *listing = data;

	if (text && strcmp(parent, "Contents") == 0) {
		if (!listing->object)
			listing->object = g_new0(S3Object, 1);
		read_object(listing->object, name, text);
	} else if (strcmp(parent, "ListBucketResult") == 0) {
		if (strcmp(name, "Contents") == 0)
			end_object(listing);
		else if (text && strcmp(name, "IsTruncated") == 0)
			listing->truncated = strcmp(text, "true") == 0;
		else if (text && strcmp(name, "EncodingType") == 0)
			listing->encoded = strcmp(text, "url") == 0;
		else if (text && strcmp(name, "NextContinuationToken") == 0 && !listing->next)
			listing->next = g_strdup(text);
	} else if (*parent == '\0') {
		listing->is_list = strcmp(name, "ListBucketResult") == 0;
	}
}

/* What has a NUL, or %XX that are none, becomes no key. */
static void
decode_keys(GPtrArray *objects)
{
	for (guint i = 0; i < objects->len; i++) {
		S3Object *object = g_ptr_array_index(objects, i);
		char *plain;

		g_strdelimit(object->key, "+", ' ');
		plain = g_uri_unescape_string(object->key, NULL);
		g_free(object->key);
		object->key = plain ? plain : g_strdup("");
	}
}

bool
s3_finish_list(S3Wire *wire, S3Exchange *exchange, S3Page *page, GError **error)
{
	g_autoptr(GBytes) body = s3_wire_finish(wire, exchange, error);
	g_auto(Listing) listing = { 0 };

	if (!body)
		return false;
	listing.objects = g_ptr_array_new_with_free_func((GDestroyNotify)s3_object_free);
	if (!aws_xml_read(body, on_end, &listing) || !listing.is_list ||
		(listing.truncated && !listing.next)) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"the server answers with what is no list of objects");
		return false;
	}
	if (listing.encoded)
		decode_keys(listing.objects);
	page->objects = g_steal_pointer(&listing.objects);
	page->next = listing.truncated ? g_steal_pointer(&listing.next) : NULL;
	return true;
}

/* ---- an object ---- */

S3Exchange *
s3_begin_get(S3Wire *wire, const char *bucket, const S3Object *object)
{
	g_autofree char *match = object->etag ? g_strconcat("if-match:", object->etag, NULL) : NULL;
	const char *const headers[] = { match, NULL };
	const S3Request request = {
		.method = "GET",
		.bucket = bucket,
		.key = object->key,
		.headers = headers,
		.most = object->etag ? (size_t)object->size : SOURCE_MAX_MESSAGE,
		.whole = object->etag != NULL,
	};

	return s3_wire_begin(wire, &request);
}

S3Exchange *
s3_begin_copy(S3Wire *wire, const char *bucket, const S3Object *object, const char *target)
{
	g_autofree char *escaped = sigv4_escape(object->key, "/");
	g_autofree char *source = g_strconcat("x-amz-copy-source:/", bucket, "/", escaped, NULL);
	g_autofree char *match = object->etag
		? g_strconcat("x-amz-copy-source-if-match:", object->etag, NULL)
		: NULL;
	const char *const headers[] = { source, match, NULL };
	const S3Request request = { .method = "PUT",
		.bucket = bucket,
		.key = target,
		.headers = headers,
		.most = MAX_ANSWER };

	return s3_wire_begin(wire, &request);
}

S3Exchange *
s3_begin_delete(S3Wire *wire, const char *bucket, const S3Object *object)
{
	const S3Request request = {
		.method = "DELETE", .bucket = bucket, .key = object->key, .most = MAX_ANSWER
	};

	return s3_wire_begin(wire, &request);
}

bool
s3_finish(S3Wire *wire, S3Exchange *exchange, GError **error)
{
	g_autoptr(GBytes) body = s3_wire_finish(wire, exchange, error);

	return body != NULL;
}

/* ---- what an object is ---- */

static void
add_fact(GString *facts, const char *fact)
{
	g_string_append(facts, fact ? fact : "");
	g_string_append_c(facts, '\0');
}

int64_t
s3_seen_key(
	const S3Wire *wire, const char *bucket, const S3Object *object, const Envelope *envelope)
{
	g_autofree char *host = s3_wire_host(wire, bucket);
	g_autoptr(GString) facts = g_string_new(NULL);
	uint8_t digest[DIGEST_SIZE];
	int64_t key;

	add_fact(facts, host);
	add_fact(facts, bucket);
	add_fact(facts, object->key);
	add_fact(facts, object->etag);
	add_fact(facts, object->modified);
	g_string_append_printf(facts, "%" G_GINT64_FORMAT, object->size);
	if (envelope)
		add_fact(facts, envelope->sender);
	for (guint i = 0; envelope && i < envelope->recipients->len; i++)
		add_fact(facts, g_ptr_array_index(envelope->recipients, i));
	digest_sha256(facts->str, facts->len, digest);
	memcpy(&key, digest, sizeof(key));
	return key ? key : 1;
}

/* Source of the name: SES Developer Guide, "Deliver to S3 bucket action". */
bool
s3_is_no_mail(const char *key, int64_t size)
{
	const char *slash = strrchr(key, '/');
	const char *name = slash ? slash + 1 : key;

	return strcmp(name, "AMAZON_SES_SETUP_NOTIFICATION") == 0 || (!*name && size == 0);
}
