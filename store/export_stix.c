/* STIX 2.1 (OASIS, 2021-06-10): a bundle of indicators, and which campaigns they indicate. */
#include <string.h>

#include "store/export_intel.h"
#include "store/json.h"
#include "store/moment.h"

/* ---- properties ---- */

/* 3.2: with milliseconds. */
static void
put_time(json_t *object, const char *key, int64_t at)
{
	g_autofree char *text = moment_text(at);
	g_autoptr(GString) exact = g_string_new(text ? text : "1970-01-01T00:00:00Z");

	g_string_insert(exact, (gssize)exact->len - 1, ".000");
	json_put_text(object, key, exact->str);
}

static char *
id_of(const char *type, const char *uuid)
{
	return g_strdup_printf("%s--%s", type, uuid);
}

static char *
identity_id(const Intel *intel)
{
	g_autofree char *uuid = intel_uuid(intel, "identity");

	return id_of("identity", uuid);
}

/* Takes @uuid. */
static json_t *
object_new(const char *type, char *uuid)
{
	g_autofree char *id = id_of(type, uuid);
	json_t *object = json_object();

	json_put_text(object, "type", type);
	json_put_text(object, "spec_version", "2.1");
	json_put_text(object, "id", id);
	g_free(uuid);
	return object;
}

/* ---- markings ---- */

typedef struct Marking {
	const char *id;
	const char *name;
	const char *tlp; /* of the four of 7.2.1.4; NULL: of TLP 2.0 as an extension */
} Marking;

/* What 2.1 itself defines, which every consumer knows; amber+strict came later, and who does
 * not know it takes it for amber. */
static const Marking amber = {
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
	"TLP:AMBER",
	"amber",
};
static const Marking strict = {
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	"TLP:AMBER+STRICT",
	NULL,
};
static const Marking red = {
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
	"TLP:RED",
	"red",
};
static const Marking green = {
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
	"TLP:GREEN",
	"green",
};
static const Marking white = {
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
	"TLP:WHITE",
	"white",
};

enum {
	MARKINGS = 2, /* of one level */
};

static const Marking *const markings[TLPS][MARKINGS] = {
	[TLP_AMBER] = { &amber },
	[TLP_AMBER_STRICT] = { &amber, &strict },
	[TLP_RED] = { &red },
	[TLP_GREEN] = { &green },
	[TLP_CLEAR] = { &white },
};

static void
put_definition(json_t *object, const Marking *marking)
{
	json_t *inner = json_object();

	if (marking->tlp) {
		json_put_text(object, "definition_type", "tlp");
		json_put_text(inner, "tlp", marking->tlp);
		json_put(object, "definition", inner);
	} else {
		json_t *extensions = json_object();

		json_put_text(inner, "extension_type", "property-extension");
		json_put_text(inner, "tlp_2_0", "amber+strict");
		json_put(extensions, "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d",
			inner);
		json_put(object, "extensions", extensions);
	}
}

static json_t *
marking_object(const Marking *marking)
{
	json_t *object = json_object();

	json_put_text(object, "type", "marking-definition");
	json_put_text(object, "spec_version", "2.1");
	json_put_text(object, "id", marking->id);
	json_put_text(object, "created",
		marking->tlp ? "2017-01-20T00:00:00.000Z" : "2022-10-01T00:00:00.000Z");
	put_definition(object, marking);
	json_put_text(object, "name", marking->name);
	return object;
}

/* Who made it when, and to whom it may go. */
static void
put_common(json_t *object, const Intel *intel, int64_t modified)
{
	g_autofree char *identity = identity_id(intel);
	json_t *refs = json_array();

	json_put_text(object, "created_by_ref", identity);
	put_time(object, "created", intel->origin);
	put_time(object, "modified", MAX(modified, intel->origin));
	for (int i = 0; i < MARKINGS && markings[intel->export->tlp][i]; i++)
		json_array_append_new(refs, json_text(markings[intel->export->tlp][i]->id));
	json_put(object, "object_marking_refs", refs);
}

/* ---- patterns ---- */

/* 9.4: a string literal's ' and \ stand behind a \. */
static void
append_quoted(GString *pattern, const char *text)
{
	g_string_append_c(pattern, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			g_string_append_c(pattern, '\\');
		g_string_append_c(pattern, *text);
	}
	g_string_append_c(pattern, '\'');
}

static void
append_equals(GString *pattern, const char *path, const char *value)
{
	g_string_append_printf(pattern, "%s = ", path);
	append_quoted(pattern, value);
}

/* PATH MATCHES a regular expression in which @value stands for itself. */
static void
append_matches(GString *pattern, const char *path, const char *before, const char *value,
	const char *after)
{
	g_autofree char *escaped = g_regex_escape_string(value, -1);
	g_autofree char *expression = g_strconcat(before, escaped, after, NULL);

	g_string_append_printf(pattern, "%s MATCHES ", path);
	append_quoted(pattern, expression);
}

/* What an account is known by: the Feedback-ID ends with it (mail/ses.c). */
static void
append_account(GString *pattern, const char *account)
{
	append_matches(pattern, "email-message:additional_header_fields.'Feedback-ID'", "\\.",
		account, ":AmazonSES$");
}

static char *
pattern_of(const Indicator *indicator)
{
	const char *value = indicator->value;
	GString *pattern = g_string_new("[");

	switch (indicator->kind) {
	case INDICATOR_ACCOUNT:
		append_account(pattern, value);
		break;
	case INDICATOR_DOMAIN:
		append_matches(pattern, "email-message:from_ref.value", "(?i)[@.]", value, "$");
		break;
	case INDICATOR_SENDER:
		append_equals(pattern, "email-message:from_ref.value", value);
		g_string_append(pattern, " OR ");
		append_equals(pattern, "email-message:sender_ref.value", value);
		break;
	case INDICATOR_LINK:
		append_equals(pattern, "domain-name:value", value);
		g_string_append(pattern, " OR ");
		append_matches(pattern, "domain-name:value", "\\.", value, "$");
		break;
	case INDICATOR_URL:
		append_equals(pattern, "url:value", value);
		break;
	case INDICATOR_FILE:
		append_equals(pattern, "file:hashes.'SHA-256'", value);
		break;
	case INDICATOR_KINDS:
		g_assert_not_reached();
	}
	g_string_append_c(pattern, ']');
	return g_string_free(pattern, false);
}

/* ---- objects ---- */

static const char *const names[INDICATOR_KINDS] = {
	[INDICATOR_ACCOUNT] = "Amazon SES account",
	[INDICATOR_DOMAIN] = "Domain that sends",
	[INDICATOR_SENDER] = "Address that sends",
	[INDICATOR_LINK] = "Domain that links lead to",
	[INDICATOR_URL] = "URL that links lead to",
	[INDICATOR_FILE] = "Attachment",
};

/* What is withdrawn says up to when it was so; since when is not known any more. */
static void
put_validity(json_t *object, const Intel *intel, const Indicator *indicator)
{
	int64_t from = indicator->withdrawn ? intel->origin : indicator->at;
	int64_t until = indicator->withdrawn ? indicator->at : indicator->expires;

	put_time(object, "valid_from", from);
	if (until > from)
		put_time(object, "valid_until", until);
}

static json_t *
indicator_object(const Intel *intel, const Indicator *indicator)
{
	json_t *object = object_new("indicator", intel_indicator_uuid(intel, indicator));
	g_autofree char *pattern = pattern_of(indicator);
	g_autofree char *name = g_strdup_printf("%s: %s", names[indicator->kind], indicator->value);

	put_common(object, intel, indicator->at);
	if (indicator->withdrawn)
		json_put_bool(object, "revoked", true);
	json_put_text(object, "name", name);
	json_put(object, "indicator_types", json_pack("[s]", "malicious-activity"));
	json_put_text(object, "pattern", pattern);
	json_put_text(object, "pattern_type", "stix");
	put_validity(object, intel, indicator);
	return object;
}

static char *
campaign_uuid(const Intel *intel, int64_t campaign)
{
	return intel_uuid(intel, "campaign|%" G_GINT64_FORMAT, campaign);
}

static json_t *
campaign_object(const Intel *intel, int64_t campaign)
{
	json_t *object = object_new("campaign", campaign_uuid(intel, campaign));
	g_autofree char *name =
		g_strdup_printf("Mail sent through Amazon SES: campaign %" G_GINT64_FORMAT " of %s",
			campaign, intel->producer);

	put_common(object, intel, 0);
	json_put_text(object, "name", name);
	return object;
}

static json_t *
relationship_object(const Intel *intel, const Indicator *indicator)
{
	g_autofree char *source_uuid = intel_indicator_uuid(intel, indicator);
	g_autofree char *target_uuid = campaign_uuid(intel, indicator->campaign);
	g_autofree char *source = id_of("indicator", source_uuid);
	g_autofree char *target = id_of("campaign", target_uuid);
	json_t *object = object_new(
		"relationship", intel_uuid(intel, "indicates|%s|%s", source_uuid, target_uuid));

	put_common(object, intel, 0);
	json_put_text(object, "relationship_type", "indicates");
	json_put_text(object, "source_ref", source);
	json_put_text(object, "target_ref", target);
	return object;
}

static bool
add_indicator(GString *out, const Indicator *indicator, void *data)
{
	Intel *intel = data;

	intel_add(out, intel, indicator_object(intel, indicator));
	if (indicator->withdrawn || indicator->campaign == 0)
		return true;
	if (intel_is_new(intel, indicator->campaign))
		intel_add(out, intel, campaign_object(intel, indicator->campaign));
	intel_add(out, intel, relationship_object(intel, indicator));
	return true;
}

static void
begin(GString *out, Intel *intel)
{
	g_autofree char *uuid = intel_uuid(intel, "bundle|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT,
		intel->export->since, intel->through);
	json_t *identity = object_new("identity", intel_uuid(intel, "identity"));

	g_string_append_printf(
		out, "{\"type\":\"bundle\",\"id\":\"bundle--%s\",\"objects\":[", uuid);
	for (int i = 0; i < MARKINGS && markings[intel->export->tlp][i]; i++)
		intel_add(out, intel, marking_object(markings[intel->export->tlp][i]));
	put_common(identity, intel, 0);
	json_put_text(identity, "name", intel->producer);
	json_put_text(identity, "identity_class", "organization");
	intel_add(out, intel, identity);
}

static void
end(GString *out, G_GNUC_UNUSED Intel *intel)
{
	g_string_append(out, "\n]}\n");
}

static bool
run(const Export *export, GError **error)
{
	static const IntelFormat format = {
		.line = add_indicator,
		.begin = begin,
		.end = end,
	};

	return intel_run(export, &format, error);
}

extern const ExportFormat export_stix;

const ExportFormat export_stix = {
	.name = "stix",
	.summary = "what to block, for threat intelligence: a STIX 2.1 bundle",
	.marked = true,
	.run = run,
};
