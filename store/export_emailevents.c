#include <string.h>

#include "mail/domain.h"
#include "store/decision.h"
#include "store/export_rows.h"

/* One row: what a decision says of one of those the message was for. */
typedef struct Event {
	const ExportValue *values;
	const char *recipient; /* "" when unknown */
} Event;

static const char *
text_of(const Event *event, const char *field)
{
	return export_value(event->values, field)->text;
}

/* ---- cells ---- */

typedef struct Column {
	const char *name;
	const char *field; /* that it has as it is; NULL: see append */
	void (*append)(GString *line, const Event *event);
} Column;

/* With the angle brackets that it has in the mail; what is redacted has them already. */
static void
append_message_id(GString *line, const Event *event)
{
	const char *id = text_of(event, "message_id");
	g_autofree char *cell =
		id && *id && *id != '<' ? g_strdup_printf("<%s>", id) : g_strdup(id);

	csv_cell(line, cell);
}

static void
append_domain_of(GString *line, const char *address)
{
	const char *part = domain_of_address(address);
	g_autofree char *domain = part ? g_utf8_strdown(part, -1) : NULL;

	csv_cell(line, domain);
}

static void
append_mail_from_domain(GString *line, const Event *event)
{
	append_domain_of(line, text_of(event, "sender"));
}

static void
append_from_domain(GString *line, const Event *event)
{
	append_domain_of(line, text_of(event, "from"));
}

static void
append_ip_of(GString *line, const Event *event, bool six)
{
	const char *ip = text_of(event, "ip");

	if (ip && (strchr(ip, ':') != NULL) == six)
		csv_cell(line, ip);
}

static void
append_ipv4(GString *line, const Event *event)
{
	append_ip_of(line, event, false);
}

static void
append_ipv6(GString *line, const Event *event)
{
	append_ip_of(line, event, true);
}

static void
append_recipient(GString *line, const Event *event)
{
	csv_cell(line, event->recipient);
}

static void
append_direction(GString *line, G_GNUC_UNUSED const Event *event)
{
	g_string_append(line, "Inbound");
}

static bool
is_released(const Event *event)
{
	return g_strcmp0(text_of(event, "after"), state_name(STATE_RELEASED)) == 0;
}

static void
append_action(GString *line, const Event *event)
{
	g_string_append(line, is_released(event) ? "Delivered" : "Blocked");
}

/* Of what is released nobody here knows into which folder it went. */
static void
append_location(GString *line, const Event *event)
{
	g_string_append(line, is_released(event) ? "" : "Quarantine");
}

/* EmailEvents' names, then those that only a decision has. */
static const Column columns[] = {
	{ "Timestamp", "received", NULL },
	{ "InternetMessageId", NULL, append_message_id },
	{ "SenderMailFromAddress", "sender", NULL },
	{ "SenderFromAddress", "from", NULL },
	{ "SenderDisplayName", "from_name", NULL },
	{ "SenderMailFromDomain", NULL, append_mail_from_domain },
	{ "SenderFromDomain", NULL, append_from_domain },
	{ "SenderIPv4", NULL, append_ipv4 },
	{ "SenderIPv6", NULL, append_ipv6 },
	{ "RecipientEmailAddress", NULL, append_recipient },
	{ "Subject", "subject", NULL },
	{ "EmailDirection", NULL, append_direction },
	{ "DeliveryAction", NULL, append_action },
	{ "DeliveryLocation", NULL, append_location },
	{ "AttachmentCount", "attachments", NULL },
	{ "UrlCount", "links", NULL },
	{ "DecisionTime", "time", NULL },
	{ "DecisionOperation", "operation", NULL },
	{ "DecisionActor", "actor", NULL },
	{ "Decision", "decision", NULL },
	{ "DecisionReason", "reason", NULL },
	{ "DecisionRule", "rule", NULL },
	{ "DecisionUndoes", "undoes", NULL },
	{ "MessageNumber", "id", NULL },
	{ "MessageSHA256", "sha256", NULL },
	{ "SesAccount", "account", NULL },
	{ "SesRegion", "region", NULL },
	{ "SesDomain", "domain", NULL },
};

static void
append_field(GString *line, const ExportValue *value)
{
	if (value->type == EXPORT_TEXT)
		csv_cell(line, value->text);
	else if (value->type == EXPORT_NUMBER && value->known)
		g_string_append_printf(line, "%" G_GINT64_FORMAT, value->number);
}

static void
append_event(GString *out, const Event *event)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		if (columns[i].field)
			append_field(out, export_value(event->values, columns[i].field));
		else
			columns[i].append(out, event);
	}
	g_string_append(out, "\r\n");
}

static void
append_events(GString *out, const ExportValue *values)
{
	const GPtrArray *recipients = export_value(values, "recipients")->list;
	Event event = { .values = values, .recipient = "" };

	for (guint i = 0; i < recipients->len; i++) {
		event.recipient = g_ptr_array_index(recipients, i);
		append_event(out, &event);
	}
	if (recipients->len == 0)
		append_event(out, &event);
}

static bool
run(const Export *export, GError **error)
{
	g_autoptr(GString) header = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_append_printf(header, "%s%s", i > 0 ? "," : "", columns[i].name);
	g_string_append(header, "\r\n");
	return export_write(export, header, error) &&
		export_decisions(export, append_events, error);
}

extern const ExportFormat export_emailevents_csv;

const ExportFormat export_emailevents_csv = {
	.name = "emailevents-csv",
	.summary = "decisions by recipient, with the names that Microsoft's EmailEvents has",
	.run = run,
};
