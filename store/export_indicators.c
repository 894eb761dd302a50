#include "store/export_list.h"
#include "store/moment.h"

typedef struct Column {
	const char *name;
	void (*append)(GString *line, const Indicator *indicator);
	const char *(*value)(
		const Indicator *indicator); /* in place of append(): what others match */
} Column;

static void
append_number(GString *line, int64_t number)
{
	if (number)
		g_string_append_printf(line, "%" G_GINT64_FORMAT, number);
}

static void
append_time(GString *line, int64_t at)
{
	g_autofree char *text = moment_text(at);

	csv_cell(line, text);
}

/* "left out" is nobody's order: what is withdrawn may be both. */
static void
append_status(GString *line, const Indicator *indicator)
{
	const char *status = indicator_action_name(indicator->action);

	if (indicator->withdrawn)
		status = "withdrawn";
	else if (indicator->left_out)
		status = "left-out";
	csv_cell(line, status);
}

static void
append_kind(GString *line, const Indicator *indicator)
{
	csv_cell(line, indicator_kind_name(indicator->kind));
}

static const char *
value_of(const Indicator *indicator)
{
	return indicator->value;
}

static const char *
account_of(const Indicator *indicator)
{
	return indicator->account;
}

static void
append_left_out(GString *line, const Indicator *indicator)
{
	csv_cell(line, indicator->left_out);
}

static void
append_operation(GString *line, const Indicator *indicator)
{
	append_number(line, indicator->operation);
}

static void
append_at(GString *line, const Indicator *indicator)
{
	append_time(line, indicator->at);
}

static void
append_actor(GString *line, const Indicator *indicator)
{
	csv_cell(line, indicator->actor);
}

static void
append_reason(GString *line, const Indicator *indicator)
{
	csv_cell(line, indicator->reason);
}

static void
append_rule(GString *line, const Indicator *indicator)
{
	append_number(line, indicator->rule);
}

static void
append_expires(GString *line, const Indicator *indicator)
{
	append_time(line, indicator->expires);
}

static void
append_messages(GString *line, const Indicator *indicator)
{
	g_string_append_printf(line, "%" G_GINT64_FORMAT, indicator->messages);
}

static void
append_campaign(GString *line, const Indicator *indicator)
{
	append_number(line, indicator->campaign);
}

static void
append_first(GString *line, const Indicator *indicator)
{
	append_time(line, indicator->first);
}

static void
append_last(GString *line, const Indicator *indicator)
{
	append_time(line, indicator->last);
}

static const Column columns[] = {
	{ "status", .append = append_status },
	{ "kind", .append = append_kind },
	{ "value", .value = value_of },
	{ "account", .value = account_of },
	{ "left_out", .append = append_left_out },
	{ "operation", .append = append_operation },
	{ "time", .append = append_at },
	{ "actor", .append = append_actor },
	{ "reason", .append = append_reason },
	{ "rule", .append = append_rule },
	{ "expires", .append = append_expires },
	{ "messages", .append = append_messages },
	{ "campaign", .append = append_campaign },
	{ "first_received", .append = append_first },
	{ "last_received", .append = append_last },
};

void
csv_of_indicator(GString *line, const Indicator *indicator, CsvCell value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (i > 0)
			g_string_append_c(line, ',');
		if (columns[i].value)
			value(line, columns[i].value(indicator));
		else
			columns[i].append(line, indicator);
	}
	g_string_append(line, "\r\n");
}

void
csv_indicator_header(GString *line)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_append_printf(line, "%s%s", i > 0 ? "," : "", columns[i].name);
	g_string_append(line, "\r\n");
}

static bool
append_line(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	csv_of_indicator(out, indicator, csv_cell);
	return true;
}

static bool
write_header(const Export *export, GError **error)
{
	g_autoptr(GString) header = g_string_new(NULL);

	csv_indicator_header(header);
	return export_write(export, header, error);
}

static bool
run(const Export *export, GError **error)
{
	const ExportList list = {
		.blocks = KINDS_ALL,
		.allows = KINDS_ALL,
		.left_out = true,
		.withdrawn = true,
		.line = append_line,
	};

	return write_header(export, error) && export_run_list(export, &list, NULL, error);
}

extern const ExportFormat export_indicators_csv;

const ExportFormat export_indicators_csv = {
	.name = "indicators",
	.summary = "what to block and to allow, and what not, and why: comma-separated values",
	.run = run,
};
