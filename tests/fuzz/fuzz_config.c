/* The file of settings, and a value that is written into it: config.h. */
#include "cli/config.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/setting_type.h"
#include "tests/fuzz/fuzz.h"
#include "tui/keymap.h"

static char *folder, *path;

static void
remove_file(void)
{
	g_unlink(path);
	g_rmdir(folder);
}

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count, (void)arguments;
	folder = g_dir_make_tmp("lazaret-XXXXXX", NULL);
	g_assert_nonnull(folder);
	path = g_build_filename(folder, "config", NULL);
	atexit(remove_file);
	return 0;
}

/* What a setting is said to be reads as the same. */
static void
check_setting(const Settings *settings, SettingId id)
{
	const char *text = settings_text(settings, id);
	SettingValue again = { 0 };
	g_autoptr(GError) error = NULL;

	fuzz_assert_utf8(text);
	setting_read(setting_of(id), &again, text, "/elsewhere", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(again.text, ==, text);
	setting_value_clear(&again);
}

static void
check_settings(const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	Keymap *keymap = settings_keymap(settings, &error);

	fuzz_assert_said(keymap != NULL, error);
	keymap_free(keymap);
	for (SettingId id = 0; id < SETTINGS; id++)
		check_setting(settings, id);
}

/* The value of the input's setting, written into the file, is read there, without its outer
 * blanks. */
static void
check_written(SettingId id, const char *value)
{
	g_autoptr(Settings) before = settings_load(path, "/data", NULL);
	g_autoptr(Settings) after = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *kept = g_strstrip(g_strdup(value));
	SettingValue meant = { 0 };

	if (!before || !g_utf8_validate(value, -1, NULL) || !settings_write(path, id, value, NULL))
		return;
	after = settings_load(path, "/data", &error);
	g_assert_no_error(error);
	g_assert_true(setting_read(setting_of(id), &meant, kept, "/data", NULL));
	g_assert_cmpstr(settings_text(after, id), ==, meant.text);
	setting_value_clear(&meant);
}

/* The input: the number of a setting, a value for it in a line, and the file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	SettingId id = (SettingId)(fuzz_byte(&fuzz) % SETTINGS);
	g_autofree char *value = fuzz_line(&fuzz);
	g_autoptr(Settings) settings = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents_full(path, (const char *)fuzz.at, (gssize)fuzz.left,
		G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	settings = settings_load(path, "/data", &error);
	fuzz_assert_said(settings != NULL, error);
	if (settings)
		check_settings(settings);
	check_written(id, value);
	return 0;
}
