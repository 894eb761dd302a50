#include "importer/s3_follow.h"

#include <string.h>

#include "importer/bundled.h"
#include "importer/s3.h"
#include "importer/sniff.h"

struct S3Follow {
	S3Wire *wire;   /* NULL: nothing is followed */
	char **buckets; /* as S3Settings.buckets */
	const SourceSeen *seen;
};

void
s3_follow_free(S3Follow *follow)
{
	if (!follow)
		return;
	s3_wire_free(follow->wire);
	g_strfreev(follow->buckets);
	g_free(follow);
}

S3Follow *
s3_follow_new(const SourceOpening *opening, GError **error)
{
	const S3Settings *settings = &opening->options->s3;
	g_autoptr(S3Follow) follow = g_new0(S3Follow, 1);

	follow->seen = opening->seen;
	if (!settings->buckets || !*settings->buckets)
		return g_steal_pointer(&follow);
	follow->buckets = g_strdupv((char **)settings->buckets);
	follow->wire = s3_wire_new(settings, opening->options->credentials, error);
	return follow->wire ? g_steal_pointer(&follow) : NULL;
}

void
s3_follow_heed(S3Follow *follow, int interrupt)
{
	if (follow->wire)
		s3_wire_heed(follow->wire, interrupt);
}

static SourceNext
skip(const char *origin, const Bundled *bundled, const char *why, GError **error)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: %s%s%s", origin, bundled->fault,
		*why ? "; " : "", why);
	return SOURCE_SKIP;
}

static SourceNext
take_failure(const char *origin, const Bundled *bundled, const GError *failure, GError **error)
{
	if (g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_REFUSED) ||
		g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_VANISHED) ||
		g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_DATA))
		return skip(origin, bundled, failure->message, error);
	g_set_error(error, IMPORT_ERROR, failure->code, "%s: s3://%s: %s", origin, bundled->bucket,
		failure->message);
	return SOURCE_FAILED;
}

/* What the notification says of the envelope is what SES saw of it. */
static SourceNext
fetch(S3Follow *follow, Bundled *bundled, const char *origin, SourceItem *item, GError **error)
{
	const S3Object object = { .key = bundled->key };
	g_autoptr(GError) failure = NULL;
	g_autoptr(S3Exchange) exchange = NULL;
	g_autofree char *place = g_strconcat("//", bundled->bucket, "/", bundled->key, NULL);
	Fate fate = FATE_LEFT_OUT;
	gsize size = 0;
	const char *bytes;

	item->key = follow->seen && follow->seen->ask
		? s3_seen_key(follow->wire, bundled->bucket, &object, bundled->envelope)
		: 0;
	if (source_seen_ask(follow->seen, item->key, &fate))
		return SOURCE_SEEN;
	exchange = s3_begin_get(follow->wire, bundled->bucket, &object);
	bundled->raw = s3_wire_finish(follow->wire, exchange, &failure);
	if (!bundled->raw)
		return take_failure(origin, bundled, failure, error);
	bytes = g_bytes_get_data(bundled->raw, &size);
	if (size > 0 && !sniff_message(bytes, size))
		return SOURCE_OTHER;
	g_clear_pointer(&bundled->fault, g_free);
	return bundled_take(bundled, "s3", place, item, error);
}

SourceNext
s3_follow_take(
	S3Follow *follow, Bundled *bundled, const char *origin, SourceItem *item, GError **error)
{
	const char *const *buckets = (const char *const *)follow->buckets;

	if (s3_is_no_mail(bundled->key, 0))
		return SOURCE_OTHER;
	if (!s3_places_have(buckets, bundled->bucket, bundled->key))
		return skip(origin, bundled, "the setting s3-buckets says where to look", error);
	if (!s3_key_is_plain(bundled->key))
		return skip(origin, bundled, "no object is asked for by such a name", error);
	return fetch(follow, bundled, origin, item, error);
}
