#include "store/export_intel.h"

#include "store/db.h"
#include "store/json.h"
#include "store/uuid.h"

static void
intel_clear(Intel *intel)
{
	g_hash_table_unref(intel->campaigns);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Intel, intel_clear)

static const char *
producer_of(const Site *site)
{
	if (site && site->own_domains && site->own_domains[0])
		return site->own_domains[0];
	return "lazaret";
}

static bool
write_part(Intel *intel, void (*part)(GString *out, Intel *intel), GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	part(out, intel);
	return export_write(intel->export, out, error);
}

bool
intel_run(const Export *export, const IntelFormat *format, GError **error)
{
	static const char origin[] =
		"SELECT ifnull((SELECT at FROM operation ORDER BY id LIMIT 1), 0)";
	const ExportList list = {
		.blocks = KINDS_ALL,
		.withdrawn = true,
		.line = format->line,
	};
	g_auto(Intel) intel = {
		.export = export,
		.producer = producer_of(export->site),
		.campaigns = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	};
	g_autoptr(Indicators) indicators = export_indicators(export, true, error);
	ExportTally tally = { 0 };

	if (!indicators || !db_value(export->store, origin, &intel.origin, error))
		return false;
	intel.through = indicators_through(indicators);
	if (!write_part(&intel, format->begin, error) ||
		!export_list(export, indicators, &list, &intel, &tally, error) ||
		!write_part(&intel, format->end, error))
		return false;
	export_note(export, indicators, &tally);
	return true;
}

void
intel_add(GString *out, Intel *intel, json_t *object)
{
	g_autoptr(json_t) taken = object;
	g_autofree char *line = json_line(taken);

	g_string_append(out, intel->begun ? ",\n" : "\n");
	g_string_append(out, line);
	intel->begun = true;
}

char *
intel_uuid(const Intel *intel, const char *format, ...)
{
	g_autofree char *what = NULL;
	g_autofree char *name = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	name = g_strdup_printf("%s|%s", intel->producer, what);
	return uuid_of_name(name);
}

char *
intel_indicator_uuid(const Intel *intel, const Indicator *indicator)
{
	return intel_uuid(intel, "%s|%s|%s", indicator_action_name(indicator->action),
		indicator_kind_name(indicator->kind), indicator->value);
}

bool
intel_is_new(Intel *intel, int64_t campaign)
{
	return g_hash_table_add(intel->campaigns, g_memdup2(&campaign, sizeof(campaign)));
}
