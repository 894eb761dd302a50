#include <string.h>

#include "store/decision.h"
#include "store/export.h"
#include "store/json.h"
#include "store/uuid.h"
#include "tests/store/indicators.h"

static bool
append(const char *bytes, size_t length, void *data)
{
	g_string_append_len(data, bytes, (gssize)length);
	return true;
}

/* The document, which must be one. */
static json_t *
exported(const Sample *sample, const char *format, Tlp tlp, int64_t since)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	const char *const own[] = { "here.example", NULL };
	const Site site = { .own_domains = own };
	const Export export = {
		.store = sample->store,
		.since = since,
		.site = &site,
		.tlp = tlp,
		.now = SAMPLE_NOW,
		.write = append,
		.data = text,
	};
	json_t *document;

	g_assert_true(export_format(format)->run(&export, &error));
	g_assert_no_error(error);
	document = json_loads(text->str, JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(document);
	return document;
}

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void
test_uuid(void)
{
	g_autofree char *uuid = uuid_of_name("a");
	g_autofree char *same = uuid_of_name("a");
	g_autofree char *other = uuid_of_name("b");

	g_assert_true(g_uuid_string_is_valid(uuid));
	g_assert_cmpint(uuid[14], ==, '5');
	g_assert_nonnull(strchr("89ab", uuid[19]));
	g_assert_cmpstr(uuid, ==, same);
	g_assert_cmpstr(uuid, !=, other);
}

/* ---- stix ---- */

/* What each object says of others must stand in the bundle. */
static void
test_refs(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const refs[] = { "created_by_ref", "source_ref", "target_ref" };
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(json_t) bundle = NULL;
	const json_t *object;
	size_t i;

	indicators_fill(sample);
	bundle = exported(sample, "stix", TLP_AMBER, 0);
	json_array_foreach(json_object_get(bundle, "objects"), i, object)
		g_assert_true(g_hash_table_add(ids, (gpointer)text_of(object, "id")));
	g_assert_cmpuint(i, >, 10);
	json_array_foreach(json_object_get(bundle, "objects"), i, object)
	{
		for (size_t k = 0; k < G_N_ELEMENTS(refs); k++) {
			const char *ref = text_of(object, refs[k]);

			g_assert_true(!ref || g_hash_table_contains(ids, ref));
		}
		g_assert_cmpstr(text_of(object, "spec_version"), ==, "2.1");
	}
}

static void
test_markings(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (Tlp tlp = 0; tlp < TLPS; tlp++) {
		g_autoptr(json_t) bundle = exported(sample, "stix", tlp, 0);
		json_t *objects = json_object_get(bundle, "objects");
		size_t count = tlp == TLP_AMBER_STRICT ? 2 : 1;
		const json_t *identity = json_array_get(objects, count);
		const json_t *refs = json_object_get(identity, "object_marking_refs");

		g_assert_cmpstr(text_of(identity, "type"), ==, "identity");
		g_assert_cmpuint(json_array_size(refs), ==, count);
		for (size_t i = 0; i < count; i++)
			g_assert_cmpstr(json_string_value(json_array_get(refs, i)), ==,
				text_of(json_array_get(objects, i), "id"));
	}
}

/* The object of @array whose @key has @part in it; NULL: there is none. */
static const json_t *
object_with(const json_t *array, const char *key, const char *part)
{
	const json_t *object;
	size_t i;

	json_array_foreach(array, i, object)
	{
		const char *text = text_of(object, key);

		if (text && strstr(text, part))
			return object;
	}
	return NULL;
}

static int64_t
deny_link(const Sample *sample, const char *link)
{
	return indicators_rule(sample, (Rule){ .kind = RULE_DENY, .link = (char *)link });
}

/* Under the id that it had, made when it was, and later than it was. */
static void
test_revoked(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t operation = deny_link(sample, "wrong.example");
	g_autoptr(json_t) before = exported(sample, "stix", TLP_AMBER, 0);
	g_autoptr(json_t) after = NULL;
	const json_t *said =
		object_with(json_object_get(before, "objects"), "name", "wrong.example");
	const json_t *revoked;

	g_assert_null(json_object_get(said, "revoked"));
	store_undo(sample->store, operation, "alice", SAMPLE_NOW + 60, NULL);
	after = exported(sample, "stix", TLP_AMBER, operation);
	revoked = object_with(json_object_get(after, "objects"), "name", "wrong.example");
	g_assert_true(json_is_true(json_object_get(revoked, "revoked")));
	g_assert_cmpstr(text_of(revoked, "id"), ==, text_of(said, "id"));
	g_assert_cmpstr(text_of(revoked, "created"), ==, text_of(said, "created"));
	g_assert_cmpstr(text_of(revoked, "modified"), >, text_of(said, "modified"));
	g_assert_cmpstr(text_of(revoked, "valid_until"), >, text_of(revoked, "valid_from"));
}

static void
test_quoting(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(json_t) bundle = NULL;
	const json_t *objects;

	indicators_fill(sample);
	bundle = exported(sample, "stix", TLP_AMBER, 0);
	objects = json_object_get(bundle, "objects");
	g_assert_nonnull(object_with(
		objects, "pattern", "[url:value = 'https://lure.example/p?a=\\'b\\'&c=%22d%22']"));
	g_assert_nonnull(object_with(
		objects, "pattern", "[email-message:from_ref.value = 'o\\'hare+%n${id}|`id`/*@"));
	g_assert_nonnull(
		object_with(objects, "pattern", "MATCHES '(?i)[@.]xn--bcher-kva\\\\.example$']"));
}

/* ---- misp ---- */

static void
test_deleted(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t operation = deny_link(sample, "wrong.example");
	g_autoptr(json_t) before = exported(sample, "misp", TLP_RED, 0);
	g_autoptr(json_t) after = NULL;
	const json_t *event = json_object_get(before, "Event");
	const json_t *tag = json_array_get(json_object_get(event, "Tag"), 0);
	const json_t *said = object_with(json_object_get(event, "Attribute"), "value", "wrong.");
	const json_t *deleted;

	g_assert_cmpstr(text_of(tag, "name"), ==, "tlp:red");
	g_assert_true(json_is_true(json_object_get(said, "to_ids")));
	store_undo(sample->store, operation, "alice", SAMPLE_NOW + 60, NULL);
	after = exported(sample, "misp", TLP_RED, operation);
	event = json_object_get(after, "Event");
	deleted = object_with(json_object_get(event, "Attribute"), "value", "wrong.");
	g_assert_true(json_is_true(json_object_get(deleted, "deleted")));
	g_assert_cmpstr(text_of(deleted, "uuid"), ==, text_of(said, "uuid"));
	g_assert_cmpstr(text_of(deleted, "timestamp"), >, text_of(said, "timestamp"));
}

/* Neither whom mail was for, nor who decided why. */
static void
test_nobody(Sample *sample, const void *data)
{
	g_autoptr(json_t) document = NULL;
	g_autofree char *line = NULL;

	indicators_fill(sample);
	document = exported(sample, data, TLP_AMBER, 0);
	line = json_line(document);
	g_assert_null(strstr(line, "ann@"));
	g_assert_null(strstr(line, "Ann%40"));
	g_assert_null(strstr(line, "carol"));
	g_assert_null(strstr(line, "seen before"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export-intel/uuid-is-the-name's", test_uuid);
	sample_test("/export-intel/stix-refers-to-what-it-has", test_refs);
	sample_test("/export-intel/stix-markings", test_markings);
	sample_test("/export-intel/stix-revokes-what-is-withdrawn", test_revoked);
	sample_test("/export-intel/stix-patterns-are-quoted", test_quoting);
	sample_test("/export-intel/misp-deletes-what-is-withdrawn", test_deleted);
	g_test_add("/export-intel/stix-names-nobody", Sample, "stix", sample_setup, test_nobody,
		sample_teardown);
	g_test_add("/export-intel/misp-names-nobody", Sample, "misp", sample_setup, test_nobody,
		sample_teardown);
	return g_test_run();
}
