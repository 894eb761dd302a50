#include <string.h>

#include "cli/show.h"
#include "cli/target.h"
#include "mail/redact.h"
#include "store/export.h"

/* In the order of the console's tabs. */
static const ShowPart parts[] = {
	{ "brief", show_brief },
	{ "headers", show_headers },
	{ "text", show_text },
	{ "links", show_links },
	{ "attachments", show_attachments },
	{ "findings", show_findings },
	{ "raw", show_raw },
	{ "redacted", show_redacted },
	{ "json", show_json },
};

static const ShowPart *
part_find(const char *name, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (strcmp(name, parts[i].name) == 0)
			return &parts[i];
		g_string_append_printf(known, " %s", parts[i].name);
	}
	g_set_error(
		error, CLI_ERROR, CLI_ERROR_USAGE, "no part '%s'; there are%s", name, known->str);
	return NULL;
}

bool
show_raw(Session *session, int64_t id, GError **error)
{
	g_autoptr(GBytes) raw = store_raw(session->store, id, error);
	const char *bytes;
	size_t length;

	if (!raw)
		return false;
	bytes = g_bytes_get_data(raw, &length);
	output_bytes(session->output, bytes, length);
	return true;
}

bool
show_redacted(Session *session, int64_t id, GError **error)
{
	g_autoptr(MessageRow) row = store_row(session->store, id, error);
	g_autoptr(Message) message = row ? store_load(session->store, id, error) : NULL;
	g_autoptr(Redaction) redaction = redaction_new();
	g_autofree char *mail = NULL;

	if (!message)
		return false;
	redaction_add_domains(redaction, settings_list(session->settings, SETTING_OWN_DOMAINS));
	mail = redact_message(redaction, message, row->sha256, REDACT_FOR_ANYONE);
	output_bytes(session->output, mail, strlen(mail));
	return true;
}

bool
show_json(Session *session, int64_t id, GError **error)
{
	g_autofree char *object = json_of_message(session->store, id, error);

	if (!object)
		return false;
	output_record(session->output, object, strlen(object));
	return true;
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *name = NULL;
	g_autofree char *more = show_help();
	const ShowPart *part;
	int64_t id;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "part", 'p', 0, G_OPTION_ARG_STRING, &name,
			"brief, headers, text, links, attachments, findings, raw, redacted or json", "PART" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, more, error))
		return false;
	if (session_operands(session) != 1) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "show: name one message by its id");
		return false;
	}
	part = part_find(name ? name : "brief", error);
	return part && id_parse(session->arguments[0], &id, error) &&
		session_open(session, error) && part->show(session, id, error);
}

static const char *
part_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return place < G_N_ELEMENTS(parts) ? parts[place].name : NULL;
}

static const WordValues values[] = {
	{ .word = "PART", .name = part_at },
	{ .word = NULL },
};

const Command cmd_show = {
	.name = "show",
	.opens = OPENS_READ,
	.usage = "ID",
	.summary = "show a message: who sent it, what is in it, why it is held",
	.run = run,
	.values = values,
};
