#include "cli/show.h"

#include <string.h>

#include "mail/dmarc.h"
#include "mail/text.h"

/* ---- headers ---- */

static void
print_hop(Session *session, const Message *message, guint index)
{
	const Hop *hop = g_ptr_array_index(message->hops, index);
	g_autofree char *client = hop_client(hop);
	g_autofree char *delay = path_delay(message, index);
	g_autofree char *remarks = hop_remarks(hop);

	output_line(session->output, "%4u  %s to %s%s%s%s%s%s", message->hops->len - index, client,
		*hop->by ? hop->by : "?", *delay ? ", " : "", delay,
		hop->date ? "" : ", its date can't be read", *remarks ? ": " : "", remarks);
	if (hop->flags & HOP_BOUNDARY)
		output_line(session->output, "  %s", path_boundary_line);
}

static void
print_path(Session *session, const Message *message)
{
	output_line(session->output, "Path, newest hop first");
	for (guint i = 0; i < message->hops->len; i++)
		print_hop(session, message, i);
	if (message->hops->len == 0)
		output_line(session->output, "      no server says that it received this");
}

void
print_signatures(Session *session, const Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		g_autofree char *text =
			signature_text(message, g_ptr_array_index(message->signatures, i));

		output_line(session->output, "%-12s %s", i ? "" : "Signatures", text);
	}
}

void
print_results(Session *session, const Message *message)
{
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);
		g_autofree char *text = auth_result_text(result);
		g_autofree char *claimant = auth_claimant(message, result);

		output_line(session->output, "%-12s %s, %s %s", i ? "" : "Results", text,
			result->trusted ? "says" : "claims", claimant);
	}
}

static guint
count_fields(const Message *message, const char *name)
{
	guint count = 0;

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		count += g_ascii_strcasecmp(field->name, name) == 0;
	}
	return count;
}

static void
print_header(Session *session, const Message *message, const HeaderField *field)
{
	g_autofree char *line = g_strdup_printf("%s:%s", field->name, field->raw);
	guint count =
		message_header_is_single(field->name) ? count_fields(message, field->name) : 1;

	output_text(session->output, line);
	if (strstr(field->raw, "=?"))
		output_line(session->output, "    reads: %s", field->value);
	if (count > 1)
		output_line(session->output, "    stands %u times, may stand once", count);
}

static void
print_fields(Session *session, const Message *message)
{
	int outside = path_first_outside(message);

	for (guint i = 0; i < message->headers->len; i++) {
		if (i > 0 && (int)i == outside)
			output_line(session->output, "%s", path_boundary_line);
		print_header(session, message, g_ptr_array_index(message->headers, i));
	}
}

bool
show_headers(Session *session, int64_t id, GError **error)
{
	g_autoptr(Message) message = store_load(session->store, id, error);
	g_autofree char *alignment = NULL;

	if (!message)
		return false;
	alignment = dmarc_text(message);
	print_path(session, message);
	output_line(session->output, "%s", "");
	output_line(session->output, "%-12s %s", "From is", alignment);
	print_signatures(session, message);
	print_results(session, message);
	output_line(session->output, "%s", "");
	print_fields(session, message);
	return true;
}

/* ---- the other parts ---- */

bool
show_text(Session *session, int64_t id, GError **error)
{
	g_autoptr(Message) message = store_load(session->store, id, error);
	g_autofree char *loads = message ? message_loads(message) : NULL;

	if (!message)
		return false;
	if (loads)
		output_line(session->output, "---- %s ----", loads);
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *text = g_ptr_array_index(message->texts, i);

		if (message->texts->len > 1)
			output_line(
				session->output, "---- part %s, %s ----", text->path, text->type);
		output_text(session->output, text->text);
	}
	return true;
}

static char *
attachment_words(uint32_t flags)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (const AttachmentFlagName *flag = attachment_flag_names; flag->name; flag++)
		if (flags & flag->flag)
			g_string_append_printf(words, "%s%s", words->len ? ", " : "", flag->words);
	return g_string_free(g_steal_pointer(&words), FALSE);
}

static void
print_attachment(Session *session, guint number, const Attachment *attachment)
{
	g_autofree char *size = g_format_size((guint64)attachment->size);
	bool same = g_ascii_strcasecmp(attachment->declared, attachment->detected) == 0;

	output_line(session->output, "%4u  %s  %s", number,
		attachment->name ? attachment->name : "(no name)", size);
	output_line(session->output, "      declared %s, is %s", attachment->declared,
		same ? "that" : attachment->detected);
	output_line(session->output, "      sha256 %s", attachment->sha256);
	if (attachment->flags) {
		g_autofree char *words = attachment_words(attachment->flags);

		output_line(session->output, "      mind   %s", words);
	}
	/* A URL is not to be clicked; a file name with "[.]" in it is hard to read. */
	for (guint i = 0; i < attachment->inside->len; i++) {
		const char *text = g_ptr_array_index(attachment->inside, i);
		g_autofree char *line = strstr(text, "://") ? text_defang(text) : g_strdup(text);

		output_line(session->output, "      %s %s", i == 0 ? "inside" : "      ", line);
	}
}

void
print_attachments(Session *session, const Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++)
		print_attachment(session, i + 1, g_ptr_array_index(message->attachments, i));
}

bool
show_attachments(Session *session, int64_t id, GError **error)
{
	g_autoptr(Message) message = store_load(session->store, id, error);

	if (!message)
		return false;
	print_attachments(session, message);
	return true;
}

/* The score as the sum that it is. */
void
print_findings(Session *session, const Message *message)
{
	g_autofree char *words = findings_sum_words(findings_sum(message->findings));

	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);
		g_autofree char *evidence = finding_evidence(finding);

		output_line(session->output, "%+4d  %s%s[%s]", finding->weight, finding->text,
			*finding->text ? "  " : "", finding->id);
		if (*evidence)
			output_line(session->output, "      %s%s%s", finding->where,
				*finding->where ? ": " : "", evidence);
	}
	output_line(session->output, "%4d  %s", message->score, words);
}

bool
show_findings(Session *session, int64_t id, GError **error)
{
	g_autoptr(Message) message = store_load(session->store, id, error);

	if (!message)
		return false;
	print_findings(session, message);
	return true;
}
