#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/site.h"
#include "cli/target.h"
#include "cli/when.h"
#include "release/notice.h"
#include "system/new_file.h"

typedef struct NoticeOptions {
	char *audience;
	char *language;
	char *priority;
	char *deadline;
	char *contact;
	char *eml;
	gboolean template;
} NoticeOptions;

static void
options_clear(NoticeOptions *options)
{
	g_free(options->audience);
	g_free(options->language);
	g_free(options->priority);
	g_free(options->deadline);
	g_free(options->contact);
	g_free(options->eml);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NoticeOptions, options_clear)

/* ---- options ---- */

static const char *
audience_name(int place)
{
	return place < NOTICE_AUDIENCES ? notice_audience_name((NoticeAudience)place) : NULL;
}

static const char *
language_name(int place)
{
	return place < NOTICE_LANGUAGES ? notice_language_name((NoticeLanguage)place) : NULL;
}

static const char *
priority_name(int place)
{
	return place < NOTICE_PRIORITIES ? notice_priority_name((NoticePriority)place) : NULL;
}

/* The place of @word among what @name names; NULL leaves *place. */
static bool
find_word(const char *option, const char *word, const char *(*name)(int place), int *place,
	GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	if (!word)
		return true;
	for (int i = 0; name(i); i++) {
		if (strcmp(word, name(i)) == 0) {
			*place = i;
			return true;
		}
		g_string_append_printf(known, " %s", name(i));
	}
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "notice: --%s has no '%s'; there are%s",
		option, word, known->str);
	return false;
}

/* The language of the locale, where there are notices in it. */
static NoticeLanguage
language_of_locale(void)
{
	const char *const *names = g_get_language_names();

	return names[0] && g_str_has_prefix(names[0], "ja") ? NOTICE_JA : NOTICE_EN;
}

/* "2026-05-01 17:00" here, "2026-05-01": its 17:00, or a duration from now. */
static bool
find_deadline(const Session *session, const char *text, NoticeRequest *request, GError **error)
{
	int64_t seconds;
	g_autofree char *whole = NULL;
	g_autoptr(GDateTime) time = NULL;

	if (!text)
		return true;
	if (duration_parse(text, &seconds)) {
		request->deadline = session->now + seconds;
		return true;
	}
	whole = g_strdup_printf("%s%s", text, strlen(text) == strlen("2026-05-01") ? " 17:00" : "");
	if (strlen(whole) == strlen("2026-05-01 17:00")) {
		g_autofree char *iso = g_strdup_printf("%.10sT%s:00", whole, whole + 11);

		time = g_date_time_new_from_iso8601(iso, request->zone);
	}
	if (time)
		request->deadline = g_date_time_to_unix(time);
	if (request->deadline > session->now)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"notice: --deadline '%s' is none that is to come: 2026-05-01, '2026-05-01 17:00' or 2d",
		text);
	return false;
}

static bool
read_options(const Session *session, const NoticeOptions *options, NoticeRequest *request,
	GError **error)
{
	int audience = NOTICE_STAFF;
	int language = language_of_locale();
	int priority = NOTICE_NORMAL;

	if (!find_word("for", options->audience, audience_name, &audience, error) ||
		!find_word("lang", options->language, language_name, &language, error) ||
		!find_word("priority", options->priority, priority_name, &priority, error))
		return false;
	request->audience = (NoticeAudience)audience;
	request->language = (NoticeLanguage)language;
	request->priority_given = options->priority != NULL;
	request->priority = (NoticePriority)priority;
	request->contact = options->contact;
	return find_deadline(session, options->deadline, request, error);
}

/* ---- templates ---- */

/* The person's own file, or what the program ships with; *path is where it is, or would be. */
static char *
read_template(const char *name, const char *shipped, char **path, GError **error)
{
	g_autofree char *config = config_path();
	g_autofree char *folder = g_path_get_dirname(config);
	g_autoptr(GError) inner = NULL;
	char *text;

	*path = g_build_filename(folder, "notices", name, NULL);
	if (!g_file_test(*path, G_FILE_TEST_EXISTS))
		return g_strdup(shipped);
	text = site_read_file(*path, &inner);
	if (!text)
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s", inner->message);
	return text;
}

typedef struct Templates {
	char *path, *text;
	char *signs_path, *signs;
} Templates;

static void
templates_clear(Templates *templates)
{
	g_free(templates->path);
	g_free(templates->text);
	g_free(templates->signs_path);
	g_free(templates->signs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Templates, templates_clear)

static bool
read_templates(const NoticeRequest *request, Templates *templates, GError **error)
{
	const char *language = notice_language_name(request->language);
	g_autofree char *name =
		g_strdup_printf("%s.%s", notice_audience_name(request->audience), language);
	g_autofree char *signs = g_strdup_printf("signs.%s", language);

	templates->text =
		read_template(name, notice_template_shipped(request->audience, request->language),
			&templates->path, error);
	if (!templates->text)
		return false;
	templates->signs = read_template(
		signs, notice_signs_shipped(request->language), &templates->signs_path, error);
	return templates->signs != NULL;
}

/* ---- what is written ---- */

static bool
write_draft(const char *path, const Notice *notice, GError **error)
{
	g_autofree char *draft = notice_draft(notice);
	int failure;

	if (new_file_write(path, draft, strlen(draft)))
		return true;
	failure = errno;
	g_set_error(error, CLI_ERROR,
		failure == ENOSPC || failure == EFBIG || failure == EIO ? CLI_ERROR_WRITE
									: CLI_ERROR_CREATE,
		"%s: %s", path, g_strerror(failure));
	return false;
}

static bool
print_notice(Session *session, const NoticeOptions *options, const NoticeRequest *request,
	GError **error)
{
	g_autoptr(Notice) notice = notice_new(session->store, request, error);
	g_autofree char *text = notice ? notice_text(notice) : NULL;

	if (!notice)
		return false;
	if (!options->eml) {
		output_text(session->output, text);
		return true;
	}
	if (!write_draft(options->eml, notice, error))
		return false;
	output_line(session->output, "%s: a draft, without recipients; check it before you send it",
		options->eml);
	return true;
}

static bool
run_notice(
	Session *session, const NoticeOptions *options, const NoticeRequest *asked, GError **error)
{
	NoticeRequest request = *asked;
	g_auto(LocalSite) local = { 0 };

	if (session_operands(session) != 1) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "usage: lazaret notice %s",
			session->command->usage);
		return false;
	}
	if (!id_parse(session->arguments[0], &request.campaign, error) ||
		!session_open(session, error) ||
		!local_site_load_names(&local, session->settings, error))
		return false;
	request.site = &local.site;
	return print_notice(session, options, &request, error);
}

/* That which the program ships with: one's own may be the very file that this is written to. */
static bool
print_template(Session *session, const NoticeRequest *request, GError **error)
{
	const char *shipped = notice_template_shipped(request->audience, request->language);

	if (!session_at_most(session, 0, error))
		return false;
	output_bytes(session->output, shipped, strlen(shipped));
	return true;
}

static char *
help_text(void)
{
	g_autoptr(GString) text = g_string_new("Places in a template:\n");

	for (int place = 0; place < NOTICE_PLACES; place++)
		g_string_append_printf(
			text, "  %-12s %s\n", notice_places[place].name, notice_places[place].help);
	g_string_append(text,
		"\nA draft, for a person to check and send: lazaret sends it to nobody.\n"
		"lazaret(5), NOTICES, tells where templates of your own stand.\n");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
run(Session *session, GError **error)
{
	g_auto(NoticeOptions) options = { 0 };
	g_auto(Templates) templates = { 0 };
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autofree char *more = help_text();
	NoticeRequest request = { .now = session->now, .zone = zone };
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "for", 0, 0, G_OPTION_ARG_STRING, &options.audience, "staff, everybody; or admins, with scope, indicators and mitigation", "AUDIENCE" },
		{ "lang", 'l', 0, G_OPTION_ARG_STRING, &options.language, "en or ja; otherwise the locale's", "LANGUAGE" },
		{ "priority", 'p', 0, G_OPTION_ARG_STRING, &options.priority, "urgent, high or normal, in place of what the campaign says", "PRIORITY" },
		{ "deadline", 'd', 0, G_OPTION_ARG_STRING, &options.deadline, "by when people must act, local time: 2026-05-01, '2026-05-01 17:00' or 2d", "WHEN" },
		{ "contact", 'c', 0, G_OPTION_ARG_STRING, &options.contact, "whom to turn to", "TEXT" },
		{ "eml", 'o', 0, G_OPTION_ARG_FILENAME, &options.eml, "write it as a mail to be sent, without recipients, into a new file", "FILE" },
		{ "template", 0, 0, G_OPTION_ARG_NONE, &options.template, "print the template that is shipped instead, to be changed", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, more, error) ||
		!read_options(session, &options, &request, error))
		return false;
	if (options.template)
		return print_template(session, &request, error);
	if (!read_templates(&request, &templates, error))
		return false;
	request.name = templates.path;
	request.template = templates.text;
	request.signs_name = templates.signs_path;
	request.signs = templates.signs;
	return run_notice(session, &options, &request, error);
}

static const char *
audience_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return audience_name((int)place);
}

static const char *
language_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return language_name((int)place);
}

static const char *
priority_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return priority_name((int)place);
}

static const WordValues values[] = {
	{ .word = "CAMPAIGN", .term = "campaign" },
	{ .word = "AUDIENCE", .name = audience_at },
	{ .word = "LANGUAGE", .name = language_at },
	{ .word = "PRIORITY", .name = priority_at },
	{ .word = NULL },
};

const Command cmd_notice = {
	.name = "notice",
	.opens = OPENS_READ,
	.usage = "CAMPAIGN",
	.summary = "write a warning about a campaign, to be checked and sent round",
	.run = run,
	.values = values,
};
