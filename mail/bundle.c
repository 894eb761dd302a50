#include "mail/bundle.h"

#include <string.h>

#include "mail/address.h"

#define ENTRY  "(smsasmaymaymsms)"
#define BUNDLE "(ixa" ENTRY ")"

void
bundled_free(Bundled *bundled)
{
	g_free(bundled->name);
	g_clear_pointer(&bundled->envelope, envelope_free);
	g_clear_pointer(&bundled->raw, g_bytes_unref);
	g_free(bundled->fault);
	g_free(bundled->bucket);
	g_free(bundled->key);
	g_free(bundled);
}

Bundled *
bundled_new(const char *name)
{
	Bundled *bundled = g_new0(Bundled, 1);

	bundled->name = g_strdup(name);
	bundled->envelope = envelope_new();
	return bundled;
}

/* ---- in and out of the box ---- */

static GVariant *
pack_bytes(const void *bytes, size_t length)
{
	return g_variant_new_maybe(G_VARIANT_TYPE_BYTESTRING,
		bytes ? g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, length, 1) : NULL);
}

static void
pack_one(GVariantBuilder *builder, const Bundled *bundled)
{
	const GPtrArray *recipients = bundled->envelope->recipients;
	const char *fault = bundled->fault;
	gsize length = 0;
	const void *raw = bundled->raw ? g_bytes_get_data(bundled->raw, &length) : NULL;

	g_variant_builder_open(builder, G_VARIANT_TYPE(ENTRY));
	g_variant_builder_add(builder, "s", bundled->name);
	g_variant_builder_add(builder, "ms", bundled->envelope->sender);
	g_variant_builder_open(builder, G_VARIANT_TYPE("as"));
	for (guint i = 0; i < recipients->len; i++)
		g_variant_builder_add(builder, "s", g_ptr_array_index(recipients, i));
	g_variant_builder_close(builder);
	g_variant_builder_add_value(builder, pack_bytes(raw, length));
	g_variant_builder_add_value(builder, pack_bytes(fault, fault ? strlen(fault) : 0));
	g_variant_builder_add(builder, "ms", bundled->bucket);
	g_variant_builder_add(builder, "ms", bundled->key);
	g_variant_builder_close(builder);
}

GBytes *
bundle_pack(const GPtrArray *bundle, int next, int64_t expanded)
{
	g_autoptr(GVariant) packed = NULL;
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(BUNDLE));
	g_variant_builder_add(&builder, "i", next);
	g_variant_builder_add(&builder, "x", expanded);
	g_variant_builder_open(&builder, G_VARIANT_TYPE("a" ENTRY));
	for (guint i = 0; i < bundle->len; i++)
		pack_one(&builder, g_ptr_array_index(bundle, i));
	g_variant_builder_close(&builder);
	packed = g_variant_ref_sink(g_variant_builder_end(&builder));
	return g_variant_get_data_as_bytes(packed);
}

/* The bytes in the maybe @value, or NULL. */
static GBytes *
unpack_bytes(GVariant *value)
{
	g_autoptr(GVariant) inner = g_variant_get_maybe(value);
	const void *bytes;
	gsize length;

	if (!inner)
		return NULL;
	bytes = g_variant_get_fixed_array(inner, &length, 1);
	return g_bytes_new(bytes, length);
}

/* What the box says is no better than what it read. */
static char *
address_or_null(char *address, bool may_be_empty)
{
	if (address && (*address ? address_fault(address) != NULL : !may_be_empty))
		g_clear_pointer(&address, g_free);
	return address;
}

static void
unpack_recipients(GVariant *recipients, Envelope *envelope)
{
	for (gsize i = 0; i < g_variant_n_children(recipients); i++) {
		char *recipient = NULL;

		g_variant_get_child(recipients, i, "s", &recipient);
		recipient = address_or_null(recipient, false);
		if (recipient)
			g_ptr_array_add(envelope->recipients, recipient);
	}
}

static Bundled *
unpack_one(GVariant *value)
{
	Bundled *bundled = bundled_new(NULL);
	g_autoptr(GVariant) recipients = NULL;
	g_autoptr(GVariant) raw = NULL;
	g_autoptr(GVariant) words = NULL;
	g_autoptr(GBytes) fault = NULL;

	g_variant_get(value, "(sms@as@may@maymsms)", &bundled->name, &bundled->envelope->sender,
		&recipients, &raw, &words, &bundled->bucket, &bundled->key);
	bundled->envelope->sender = address_or_null(bundled->envelope->sender, true);
	unpack_recipients(recipients, bundled->envelope);
	bundled->raw = unpack_bytes(raw);
	fault = unpack_bytes(words);
	if (fault)
		bundled->fault = g_utf8_make_valid(
			g_bytes_get_data(fault, NULL), (gssize)g_bytes_get_size(fault));
	return bundled;
}

GPtrArray *
bundle_unpack(GBytes *packed, int *next, int64_t *expanded)
{
	g_autoptr(GVariant) value =
		g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(BUNDLE), packed, FALSE));
	g_autoptr(GVariant) entries = NULL;
	GPtrArray *bundle;

	if (!g_variant_is_normal_form(value))
		return NULL;
	g_variant_get(value, "(ix@a" ENTRY ")", next, expanded, &entries);
	bundle = g_ptr_array_new_with_free_func((GDestroyNotify)bundled_free);
	for (gsize i = 0; i < g_variant_n_children(entries); i++) {
		g_autoptr(GVariant) entry = g_variant_get_child_value(entries, i);

		g_ptr_array_add(bundle, unpack_one(entry));
	}
	return bundle;
}
