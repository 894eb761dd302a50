#include "cli/command.h"
#include "cli/target.h"
#include "store/export.h"

/* As output_bytes() does, but a write that failed ends the export. */
static bool
write_out(const char *bytes, size_t length, void *data)
{
	output_bytes(data, bytes, length);
	return !output_failed(data);
}

static char *
formats_help(void)
{
	g_autoptr(GString) text = g_string_new("Formats:\n");

	for (const ExportFormat *const *format = export_formats(); *format; format++)
		g_string_append_printf(text, "  %-10s %s\n", (*format)->name, (*format)->summary);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static const ExportFormat *
format_find(const char *name, GError **error)
{
	const ExportFormat *format = name ? export_format(name) : NULL;
	g_autoptr(GString) known = g_string_new(NULL);

	if (format)
		return format;
	for (const ExportFormat *const *one = export_formats(); *one; one++)
		g_string_append_printf(known, " %s", (*one)->name);
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "export: '%s' is no format; there are%s",
		name ? name : "", known->str);
	return NULL;
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *more = formats_help();
	gboolean redact = FALSE;
	const GOptionEntry entries[] = {
		{ "redact", 0, 0, G_OPTION_ARG_NONE, &redact,
			"without whom messages were for: recipient-1 and so on in their place",
			NULL },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(Redaction) redaction = NULL;
	g_autoptr(Query) query = NULL;
	const ExportFormat *format;

	if (!session_options(session, entries, more, error))
		return false;
	format = format_find(session->arguments[0], error);
	if (!format || !session_open(session, error))
		return false;
	query = query_of(session, session->arguments + 1, error);
	redaction = redact ? redaction_new() : NULL;
	if (redaction)
		redaction_add_domains(
			redaction, settings_list(session->settings, SETTING_OWN_DOMAINS));
	return query &&
		format->run(session->store, query, redaction, write_out, session->output, error);
}

static const char *
format_at(size_t place, const char **help)
{
	const ExportFormat *format = export_formats()[place];

	*help = format ? format->summary : NULL;
	return format ? format->name : NULL;
}

static const WordValues values[] = {
	{ .word = "FORMAT", .name = format_at },
	{ .word = NULL },
};

const Command cmd_export = {
	.name = "export",
	.opens = OPENS_READ,
	.usage = "FORMAT [QUERY]",
	.takes_query = true,
	.summary = "write decisions for other programs",
	.run = run,
	.values = values,
};
