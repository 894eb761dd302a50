#include "cli/importing.h"

#include <string.h>

#include "cli/stop.h"
#include "system/memory.h"

void
import_tools_clear(ImportTools *tools)
{
	nursery_free(tools->nursery);
	local_site_clear(&tools->local);
	resolver_free(tools->resolver);
	scanner_free(tools->scanner);
	progress_free(tools->progress);
}

bool
import_tools_fill(ImportTools *tools, Session *session, const char *dkim_keys, GError **error)
{
	const char *dns = settings_text(session->settings, SETTING_DNS);

	if (!local_site_load(&tools->local, session->settings, error) ||
		!local_site_compile(&tools->local, error))
		return false;
	if (dkim_keys && !local_site_add_keys(&tools->local, dkim_keys, error))
		return false;
	memory_keep_freed();
	tools->nursery = nursery_start(&tools->local.site, NULL, error);
	if (!tools->nursery)
		return false;
	tools->progress = progress_new();
	tools->scanner = scanner_of(session->settings);
	if (strcmp(dns, "off") != 0)
		tools->resolver = resolver_new(dns, error);
	return tools->resolver || strcmp(dns, "off") == 0;
}

static void
on_advice(const GError *error, void *data)
{
	progress_clear(data);
	complain("%s", error->message);
}

ImportOptions
import_tools_options(const ImportTools *tools, const Session *session)
{
	return (ImportOptions){
		.site = &tools->local.site,
		.nursery = tools->nursery,
		.basis = tools->local.basis,
		.resolver = tools->resolver,
		.scanner = tools->scanner,
		.boxes = (int)settings_number(session->settings, SETTING_BOXES),
		.transport = settings_text(session->settings, SETTING_TRANSPORT),
		.copy_to = settings_word(session->settings, SETTING_COPY_TO),
		.hold = settings_number(session->settings, SETTING_HOLD_WINDOW),
		.clock = clock_now,
		.advised = on_advice,
		.stop = stop_asked_by,
		.data = tools->progress,
	};
}

static void
add_count(GString *line, int64_t count, const char *what)
{
	if (count > 0)
		g_string_append_printf(
			line, "%s%" G_GINT64_FORMAT " %s", line->len ? ", " : "", count, what);
}

char *
import_summary_line(const ImportSummary *summary)
{
	g_autoptr(GString) classes = g_string_new(NULL);
	GString *line = g_string_new(NULL);

	for (int i = SES_CLASSES - 1; i >= 0; i--)
		add_count(classes, summary->ses[i], i == SES_NONE ? "not SES" : ses_class_name(i));
	g_string_append_printf(line, "%" G_GINT64_FORMAT " new", summary->fresh);
	if (classes->len)
		g_string_append_printf(line, " (%s)", classes->str);
	add_count(line, summary->known, "known");
	add_count(line, summary->purged, "of these purged, and stay so");
	add_count(line, summary->not_ses, "not SES, left out");
	add_count(line, summary->broken, "could not be parsed");
	add_count(line, summary->unreadable, "unreadable");
	add_count(line, summary->not_mail, "no mail");
	add_count(line, summary->put_off, "put off");
	return g_string_free(line, FALSE);
}

void
import_print_summary(Session *session, const ImportSummary *summary)
{
	g_autofree char *line = import_summary_line(summary);

	output_line(session->output, "%s", line);
}

/* The setting with @id beside what it has.  The id is the mail's word: it must not become a command
 * when it is pasted. */
static char *
trusting(const Session *session, const char *id)
{
	const char *const *trusted = settings_list(session->settings, SETTING_TRUSTED_AUTHSERV_IDS);
	g_autofree char *others = g_strjoinv(" ", (char **)trusted);
	g_autofree char *all = *others ? g_strconcat(others, " ", id, NULL) : g_strdup(id);
	bool plain = all[strspn(all, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-")] == '\0';

	return plain ? g_steal_pointer(&all) : g_shell_quote(all);
}

/* Without a trusted server nothing is authenticated, and a newcomer can't know. */
static void
print_trust_hint(Session *session, const ImportSummary *summary)
{
	const char *id = summary->untrusted_id;
	g_autofree char *all = trusting(session, id);

	output_line(session->output,
		"%" G_GINT64_FORMAT
		" carry authentication results that no trusted server wrote, most by %s",
		summary->untrusted_results, strcmp(id, "-") == 0 ? "a server without name" : id);
	output_line(session->output,
		"  if that is your own gateway, say so, then lazaret rescore: "
		"lazaret config trusted-authserv-ids %s",
		all);
}

void
import_print_hints(Session *session, const ImportSummary *summary, const Resolver *resolver)
{
	if (resolver && resolver_unanswered(resolver) > 0)
		output_line(session->output,
			"%d names of keys were asked for and not answered: their signatures are "
			"not verified",
			resolver_unanswered(resolver));
	if (summary->untrusted_results > 0 && summary->untrusted_id)
		print_trust_hint(session, summary);
	if (summary->stopped)
		output_line(session->output, "interrupted; the same import again goes on");
	if (summary->not_ses > 0 && summary->fresh == 0 && summary->known == 0)
		output_line(session->output,
			"nothing came through Amazon SES; --all keeps the rest too");
}
