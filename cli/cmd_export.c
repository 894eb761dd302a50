#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/out_files.h"
#include "cli/site.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "store/decision.h"
#include "store/export.h"

/* Where an export goes: standard output, or files. */
typedef struct Way {
	const ExportFormat *format;
	Output *output;
	OutFiles *files; /* NULL: to output */
} Way;

/* As output_bytes() does, but a write that failed ends the export. */
static bool
write_out(const char *bytes, size_t length, void *data)
{
	Way *way = data;

	if (way->files && stop_asked()) {
		errno = EINTR;
		return false;
	}
	if (way->files)
		return out_files_write(way->files, bytes, length);
	output_bytes(way->output, bytes, length);
	return !output_failed(way->output);
}

static bool
begin_file(const char *name, void *data, GError **error)
{
	return out_files_begin(((Way *)data)->files, name, error);
}

static void
say_note(const char *words, void *data)
{
	complain("%s: %s", ((Way *)data)->format->name, words);
}

static char *
formats_help(void)
{
	g_autoptr(GString) text = g_string_new("Formats:\n");

	for (const ExportFormat *const *format = export_formats(); *format; format++)
		g_string_append_printf(text, "  %-14s %s\n", (*format)->name, (*format)->summary);
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

/* A store that was put back from a copy is behind what was exported from it. */
static bool
check_since(Store *store, int64_t since, GError **error)
{
	g_autoptr(GPtrArray) latest = since ? store_operations(store, 0, 1, error) : NULL;
	int64_t last;

	if (!since)
		return true;
	if (!latest)
		return false;
	last = latest->len > 0 ? ((const Operation *)g_ptr_array_index(latest, 0))->id : 0;
	if (since > 0 && since <= last)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT,
		"export: there is no operation %" G_GINT64_FORMAT
		": the latest is %" G_GINT64_FORMAT,
		since, last);
	return false;
}

/* What is exported would be lost with all decisions. */
static bool
check_not_store(const Store *store, const char *out, GError **error)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	struct stat there;

	for (size_t i = 0; i < G_N_ELEMENTS(endings) && stat(out, &there) == 0; i++) {
		g_autofree char *path = g_strconcat(store_path(store), endings[i], NULL);
		struct stat own;

		if (stat(path, &own) != 0 || own.st_dev != there.st_dev ||
			own.st_ino != there.st_ino)
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_CREATE, "%s: that is the quarantine itself",
			out);
		return false;
	}
	return true;
}

static bool
is_stopped(const ExportFormat *format, GError **error)
{
	if (!stop_asked())
		return false;
	g_clear_error(error);
	g_set_error(error, CLI_ERROR, CLI_ERROR_STOPPED, "export: %s is not written: interrupted",
		format->name);
	return true;
}

/* Into the folder @out, or beside the file @out; NULL: to standard output. */
static bool
run_way(Way *way, Export *export, const char *out, GError **error)
{
	g_autofree char *folder = NULL;
	g_autofree char *name = NULL;
	g_autoptr(OutFiles) files = NULL;
	bool done;

	if (!out)
		return way->format->run(export, error);
	if (!check_not_store(export->store, out, error))
		return false;
	/* What stands aside until it is whole would stay there. */
	(void)stop_on_first_signal();
	folder = way->format->folder ? g_strdup(out) : g_path_get_dirname(out);
	name = g_path_get_basename(out);
	files = way->files = out_files_new(folder, way->format->folder, error);
	if (!files || (way->format->fresh && !out_files_check_empty(files, error)) ||
		(!way->format->folder && !out_files_begin(files, name, error)))
		return false;
	done = way->format->run(export, error);
	return !is_stopped(way->format, error) && done && out_files_finish(files, error);
}

static bool
check_out(const ExportFormat *format, const char *out, GError **error)
{
	if (out && *out && (format->folder || !g_str_has_suffix(out, "/")))
		return true;
	if (!out && !format->folder)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		format->folder ? "export: %s is several files: name a folder with --out"
			       : "export: %s is one file: name it with --out",
		format->name);
	return false;
}

/* A list that replaces what was there can't be what changed. */
static bool
check_whole(const ExportFormat *format, int64_t since, GError **error)
{
	if (!since || !format->whole)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"export: %s is whole each time: leave --since out", format->name);
	return false;
}

typedef struct Options {
	gboolean redact;
	int64_t since;
	char *out;
	char *tlp;
	Tlp level;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->out);
	g_free(options->tlp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Who marks what has no place for the mark would hand it on unmarked. */
static bool
read_tlp(const ExportFormat *format, const char *name, Tlp *tlp, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	if (name && !format->marked) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"export: %s has no place for --tlp: leave it out", format->name);
		return false;
	}
	if (!name || tlp_of_name(name, tlp))
		return true;
	for (Tlp one = 0; one < TLPS; one++)
		g_string_append_printf(known, " %s", tlp_name(one));
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "export: '%s' is no TLP; there are%s", name,
		known->str);
	return false;
}

static bool
export_it(Session *session, const ExportFormat *format, const Options *options, GError **error)
{
	g_auto(LocalSite) local = { 0 };
	g_autoptr(Query) query = NULL;
	g_autoptr(Redaction) redaction = options->redact ? redaction_new() : NULL;
	Way way = { .format = format, .output = session->output };
	Export export = {
		.store = session->store,
		.since = options->since,
		.site = &local.site,
		.redaction = redaction,
		.tlp = options->level,
		.now = session->now,
		.write = write_out,
		.begin = format->folder ? begin_file : NULL,
		.note = say_note,
		.data = &way,
	};

	if (!words_are_blank(session->arguments + 1) &&
		!(query = query_of(session, session->arguments + 1, error)))
		return false;
	export.query = query;
	if (redaction)
		redaction_add_domains(
			redaction, settings_list(session->settings, SETTING_OWN_DOMAINS));
	return local_site_load_names(&local, session->settings, error) &&
		check_since(session->store, options->since, error) &&
		run_way(&way, &export, options->out, error);
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *more = formats_help();
	g_auto(Options) options = { 0 };
	const GOptionEntry entries[] = {
		{ "redact", 0, 0, G_OPTION_ARG_NONE, &options.redact,
			"without whom messages were for: recipient-1 and so on in their place",
			NULL },
		{ "since", 0, 0, G_OPTION_ARG_INT64, &options.since,
			"only what came, or changed, after that operation", "OPERATION" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out,
			"make that file anew, or the files of a folder", "PATH" },
		{ "tlp", 0, 0, G_OPTION_ARG_STRING, &options.tlp,
			"whom stix and misp may be handed on to: amber (the default), amber+strict,"
			" red, green or clear",
			"LEVEL" },
		G_OPTION_ENTRY_NULL,
	};
	const ExportFormat *format;

	if (!session_options(session, entries, more, error))
		return false;
	format = format_find(session->arguments[0], error);
	return format && check_out(format, options.out, error) &&
		check_whole(format, options.since, error) &&
		read_tlp(format, options.tlp, &options.level, error) &&
		session_open(session, error) && export_it(session, format, &options, error);
}

static const char *
format_at(size_t place, const char **help)
{
	const ExportFormat *format = export_formats()[place];

	*help = format ? format->summary : NULL;
	return format ? format->name : NULL;
}

static const char *
level_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return place < TLPS ? tlp_name((Tlp)place) : NULL;
}

static const WordValues values[] = {
	{ .word = "FORMAT", .name = format_at },
	{ .word = "LEVEL", .name = level_at },
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
