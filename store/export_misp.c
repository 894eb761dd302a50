/* MISP's core format (draft-dulaunoy-misp-core-format): one event, which a later one replaces
 * attribute by attribute. */
#include <string.h>

#include "store/export_intel.h"
#include "store/json.h"
#include "store/moment.h"

/* What MISP calls a kind.  Accounts it has no type for. */
typedef struct Type {
	const char *type;
	const char *category;
	const char *comment;
	bool detects; /* other systems may match it as it stands: to_ids */
} Type;

static const Type types[INDICATOR_KINDS] = {
	[INDICATOR_ACCOUNT] = { "email-header", "Payload delivery",
		"Amazon SES account: Feedback-ID ends with this", false },
	[INDICATOR_DOMAIN] = { "domain", "Payload delivery", "sends mail", true },
	[INDICATOR_SENDER] = { "email-src", "Payload delivery", "sends mail", true },
	[INDICATOR_LINK] = { "domain", "Network activity", "links in mail lead there", true },
	[INDICATOR_URL] = { "url", "Network activity", "links in mail lead there", true },
	[INDICATOR_FILE] = { "sha256", "Payload delivery", "attached to mail", true },
};

/* MISP has Unix times as strings. */
static void
put_seconds(json_t *object, const char *key, int64_t at)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, MAX(at, 0));

	json_put_text(object, key, text);
}

static void
put_value(json_t *object, const Indicator *indicator)
{
	g_autofree char *account = g_strdup_printf(".%s:AmazonSES", indicator->value);

	json_put_text(
		object, "value", indicator->kind == INDICATOR_ACCOUNT ? account : indicator->value);
}

static void
put_comment(json_t *object, const Indicator *indicator, const char *what)
{
	g_autofree char *comment = indicator->campaign == 0
		? g_strdup(what)
		: g_strdup_printf("%s; campaign %" G_GINT64_FORMAT, what, indicator->campaign);

	json_put_text(object, "comment", comment);
}

/* Withdrawn attributes are told as deleted, which MISP keeps as such. */
static bool
add_attribute(GString *out, const Indicator *indicator, void *data)
{
	Intel *intel = data;
	const Type *type = &types[indicator->kind];
	g_autofree char *uuid = intel_indicator_uuid(intel, indicator);
	json_t *object = json_object();

	json_put_text(object, "uuid", uuid);
	json_put_text(object, "type", type->type);
	json_put_text(object, "category", type->category);
	put_value(object, indicator);
	json_put_bool(object, "to_ids", type->detects && !indicator->withdrawn);
	json_put_bool(object, "deleted", indicator->withdrawn);
	json_put_text(object, "distribution", "5"); /* as the event's */
	put_comment(object, indicator, type->comment);
	put_seconds(object, "timestamp", MAX(indicator->at, intel->origin));
	intel_add(out, intel, object);
	return true;
}

static void
put_event(json_t *event, const Intel *intel)
{
	g_autofree char *uuid = intel_uuid(intel, "event");
	g_autofree char *orgc = intel_uuid(intel, "identity");
	g_autofree char *tag = g_strdup_printf("tlp:%s", tlp_name(intel->export->tlp));
	g_autofree char *day = moment_text(intel->origin);

	if (day)
		day[strlen("2026-05-01")] = '\0';
	json_put_text(event, "uuid", uuid);
	json_put_text(event, "info", "Abuse of Amazon SES: what was blocked in mail");
	json_put_text(event, "date", day ? day : "1970-01-01");
	json_put_text(event, "threat_level_id", "2"); /* medium */
	json_put_text(event, "analysis", "1");        /* ongoing */
	json_put_text(event, "distribution", "0");    /* that organisation alone, until somebody
	                                               * there says more */
	json_put_bool(event, "published", false);
	json_put(event, "Orgc", json_pack("{s:s, s:s}", "name", intel->producer, "uuid", orgc));
	json_put(event, "Tag", json_pack("[{s:s}]", "name", tag));
}

static void
begin(GString *out, Intel *intel)
{
	g_autoptr(json_t) event = json_object();
	g_autofree char *line = NULL;

	put_event(event, intel);
	line = json_line(event);
	g_string_append_printf(out, "{\"Event\":%.*s,\"Attribute\":[", (int)strlen(line) - 1, line);
}

static void
end(GString *out, G_GNUC_UNUSED Intel *intel)
{
	g_string_append(out, "\n]}}\n");
}

static bool
run(const Export *export, GError **error)
{
	static const IntelFormat format = {
		.line = add_attribute,
		.begin = begin,
		.end = end,
	};

	return intel_run(export, &format, error);
}

extern const ExportFormat export_misp;

const ExportFormat export_misp = {
	.name = "misp",
	.summary = "what to block, for threat intelligence: a MISP event",
	.marked = true,
	.run = run,
};
