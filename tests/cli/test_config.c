#include "cli/config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/setting_type.h"

typedef struct Place {
	char *folder;
	char *path;
} Place;

static void
place_init(Place *place, gconstpointer unused)
{
	(void)unused;
	place->folder = g_dir_make_tmp("lazaret-config-XXXXXX", NULL);
	place->path = g_build_filename(place->folder, "config", NULL);
}

static void
place_clear(Place *place, gconstpointer unused)
{
	(void)unused;
	g_remove(place->path);
	g_rmdir(place->folder);
	g_free(place->path);
	g_free(place->folder);
}

static Settings *
load(const Place *place, const char *text, GError **error)
{
	if (text)
		g_assert_true(g_file_set_contents(place->path, text, -1, NULL));
	return settings_load(place->path, "/data", error);
}

static void
test_no_file(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = load(place, NULL, &error);

	(void)unused;
	g_assert_no_error(error);
	g_assert_cmpint(settings_number(settings, SETTING_HOLD_WINDOW), ==, 30);
	g_assert_cmpstr(settings_text(settings, SETTING_TRANSPORT), ==, "maildir:/data/released");
	g_assert_cmpstr(settings_text(settings, SETTING_SAVE_TO), ==, "/data/saved");
	g_assert_null(*settings_list(settings, SETTING_TRUSTED_AUTHSERV_IDS));
	g_assert_cmpstr(settings_origin(settings, SETTING_TRANSPORT), ==, "default");
}

static void
test_file(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = load(place,
		"# mine\n[lazaret]\nhold-window = 2h\ntransport = smtp://mx.example:25\n"
		"trusted-authserv-ids = mx.example, - ; mx2.example\nsave-to = /srv/../tmp/x\n",
		&error);
	const char *const *ids;

	(void)unused;
	g_assert_no_error(error);
	g_assert_cmpint(settings_number(settings, SETTING_HOLD_WINDOW), ==, 7200);
	g_assert_cmpstr(settings_text(settings, SETTING_TRANSPORT), ==, "smtp://mx.example:25");
	g_assert_cmpstr(settings_text(settings, SETTING_SAVE_TO), ==, "/tmp/x");
	g_assert_cmpstr(settings_origin(settings, SETTING_HOLD_WINDOW), ==, place->path);
	g_assert_cmpstr(settings_origin(settings, SETTING_BOXES), ==, "default");
	ids = settings_list(settings, SETTING_TRUSTED_AUTHSERV_IDS);
	g_assert_cmpstr(ids[0], ==, "mx.example");
	g_assert_cmpstr(ids[1], ==, "-");
	g_assert_cmpstr(ids[2], ==, "mx2.example");
	g_assert_null(ids[3]);
}

static void
test_domains(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = load(place,
		"[lazaret]\nown-domains = here.example, .mail.example *.kunden.example\n", &error);

	(void)unused;
	g_assert_no_error(error);
	g_assert_cmpstr(settings_text(settings, SETTING_OWN_DOMAINS), ==,
		"here.example mail.example kunden.example");
}

static void
test_bad_value(Place *place, gconstpointer unused)
{
	static const char *const bad[] = {
		"hold-window = 5 minutes",
		"hold-window =",
		"boxes = -1",
		"boxes = many",
		"boxes = 99999999999",
		"transport = pigeon:north",
		"transport =",
		"save-to =",
		/* What can't be read is not as if it were not there. */
		"own-people = M\xfcller",
		"own-domains = here.example *.",
		"own-domains = ann@here.example",
		"own-domains = ..here.example",
		"transport = lmtp:/run/a\\ b",
		"imap-password-command = pass show a\\qb",
	};

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = g_strdup_printf("[lazaret]\n%s\n", bad[i]);
		g_autofree char *name = g_strndup(bad[i], strcspn(bad[i], " "));

		g_assert_null(load(place, text, &error));
		g_assert_error(error, CLI_ERROR, CLI_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, name));
		g_assert_true(g_str_has_prefix(error->message, place->path));
	}
}

static void
test_no_key_file(Place *place, gconstpointer unused)
{
	static const char *const bad[] = { "hold-window = 5m\n", "[lazaret\n", "\x01\xff",
		"[lazaret]\nhold-window\n" };

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(load(place, bad[i], &error));
		g_assert_error(error, CLI_ERROR, CLI_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, "[lazaret]"));
	}
}

/* It is complained about on standard error, and nothing else happens. */
static void
test_unknown_name(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	if (g_test_subprocess()) {
		g_autoptr(Settings) settings = load(place,
			"[lazaret]\nhold-windw = 5m\nboxes = 2\nkeys.release = F5\n[other]\n",
			&error);

		g_assert_no_error(error);
		g_assert_cmpint(settings_number(settings, SETTING_HOLD_WINDOW), ==, 30);
		g_assert_cmpint(settings_number(settings, SETTING_BOXES), ==, 2);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("*no setting 'hold-windw'; the nearest is 'hold-window'*");
	g_test_trap_assert_stderr(
		"*'keys.release' is no setting: keys stand under ?keys?, release = *");
	g_test_trap_assert_stderr("*nothing is read from ?other?*");
}

static void
test_write(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_autoptr(Settings) settings = NULL;

	(void)unused;
	g_assert_true(
		g_file_set_contents(place->path, "# keep me\n[lazaret]\nboxes = 3\n", -1, NULL));
	g_assert_true(settings_write(place->path, SETTING_HOLD_WINDOW, "5m", &error));
	g_assert_no_error(error);
	settings = load(place, NULL, &error);
	g_assert_cmpint(settings_number(settings, SETTING_HOLD_WINDOW), ==, 300);
	g_assert_cmpint(settings_number(settings, SETTING_BOXES), ==, 3);
	g_assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, "# keep me"));

	g_assert_false(settings_write(place->path, SETTING_HOLD_WINDOW, "soon", &error));
	g_assert_error(error, CLI_ERROR, CLI_ERROR_CONFIG);
}

static void
test_write_blanks(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_autoptr(Settings) settings = NULL;

	(void)unused;
	g_assert_true(settings_write(place->path, SETTING_OWN_PEOPLE, " Jane Doe \f", &error));
	g_assert_true(settings_write(place->path, SETTING_SAVE_TO, " /srv/saved ", &error));
	g_assert_no_error(error);
	settings = load(place, NULL, &error);
	g_assert_cmpstr(settings_text(settings, SETTING_SAVE_TO), ==, "/srv/saved");
	g_assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	g_assert_null(strstr(text, "\\s"));
	g_assert_null(strchr(text, '\f'));
}

static void
test_resolve(Place *place, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *relative = transport_resolve("maildir:box", "/home/me", &error);
	g_autofree char *absolute = transport_resolve("maildir:/srv/box", "/home/me", &error);

	(void)place;
	(void)unused;
	g_assert_cmpstr(relative, ==, "maildir:/home/me/box");
	g_assert_cmpstr(absolute, ==, "maildir:/srv/box");
	g_assert_no_error(error);
	g_assert_null(transport_resolve("maildir:", "/home/me", &error));
	g_assert_nonnull(error);
}

static void
test_names(void)
{
	for (SettingId id = 0; id < SETTINGS; id++) {
		SettingId found = SETTINGS;

		g_assert_true(setting_find(setting_of(id)->name, &found, NULL));
		g_assert_cmpint(found, ==, id);
		g_assert_nonnull(setting_of(id)->help);
		g_assert_nonnull(setting_type_name(setting_of(id)->type));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config/each-setting-is-found-by-its-name", test_names);
#define ADD(name, function) g_test_add(name, Place, NULL, place_init, function, place_clear)
	ADD("/config/no-file-is-all-defaults", test_no_file);
	ADD("/config/file-counts-and-is-the-origin", test_file);
	ADD("/config/bad-value-is-refused-by-name", test_bad_value);
	ADD("/config/what-is-no-key-file", test_no_key_file);
	ADD("/config/domains-are-written-in-several-ways", test_domains);
	ADD("/config/unknown-name-is-said-with-the-nearest", test_unknown_name);
	ADD("/config/written-value-stays-beside-the-others", test_write);
	ADD("/config/written-value-has-no-outer-blanks", test_write_blanks);
	ADD("/config/transport-becomes-absolute", test_resolve);
	return g_test_run();
}
