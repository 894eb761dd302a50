#include "cli/site.h"

#include <string.h>

#include "cli/input_file.h"
#include "cli/yara_files.h"
#include "mail/keys.h"
#include "mail/shipped.h"
#include "store/rescore.h"

enum {
	LARGEST_FILE = 4 * 1024 * 1024
};

char *
site_read_file(const char *path, GError **error)
{
	return input_file_read(path, LARGEST_FILE, NULL, error);
}

/* The text of the file that setting @id names, NULL when it can't be read. */
static char *
read_file(const Settings *settings, SettingId id, GError **error)
{
	g_autoptr(GError) inner = NULL;
	char *text = site_read_file(settings_text(settings, id), &inner);

	if (!text)
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s", setting_of(id)->name,
			inner->message);
	return text;
}

Weights *
site_weights(const Settings *settings, GError **error)
{
	const char *path = settings_text(settings, SETTING_WEIGHTS);
	g_autofree char *text = NULL;
	g_autoptr(GError) inner = NULL;
	Weights *weights;

	if (!*path)
		return weights_shipped();
	text = read_file(settings, SETTING_WEIGHTS, error);
	if (!text)
		return NULL;
	weights = weights_parse(text, &inner);
	if (!weights)
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s", path, inner->message);
	return weights;
}

static bool
load_weights(LocalSite *local, const Settings *settings, GError **error)
{
	local->weights = site_weights(settings, error);
	return local->weights != NULL;
}

/* The shipped list, and what the site's own adds to it or takes away. */
static bool
load_brands(LocalSite *local, const Settings *settings, GError **error)
{
	const char *path = settings_text(settings, SETTING_BRANDS);
	g_autofree char *text = NULL;
	g_autoptr(GError) inner = NULL;

	local->brands = brands_shipped();
	if (!*path)
		return true;
	text = read_file(settings, SETTING_BRANDS, error);
	if (!text)
		return false;
	if (brands_add(local->brands, text, &inner))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s", path, inner->message);
	return false;
}

static bool
load_keys(LocalSite *local, const Settings *settings, GError **error)
{
	const char *path = settings_text(settings, SETTING_DKIM_KEYS);
	g_autofree char *text = NULL;
	g_autoptr(GError) inner = NULL;

	if (!*path)
		return true;
	text = read_file(settings, SETTING_DKIM_KEYS, error);
	if (!text)
		return false;
	local->dkim_keys = keys_parse(text, &inner);
	if (!local->dkim_keys)
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s", path, inner->message);
	return local->dkim_keys != NULL;
}

bool
local_site_add_keys(LocalSite *local, const char *path, GError **error)
{
	g_autoptr(GError) inner = NULL;
	g_autofree char *text = site_read_file(path, &inner);
	GHashTable *keys = NULL;
	GHashTableIter iterator;
	void *name;
	void *record;

	if (!text) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT, "%s", inner->message);
		return false;
	}
	keys = keys_parse(text, &inner);
	if (!keys) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA, "%s: %s", path, inner->message);
		return false;
	}
	g_hash_table_iter_init(&iterator, local->dkim_keys ? local->dkim_keys : keys);
	while (g_hash_table_iter_next(&iterator, &name, &record)) {
		if (!g_hash_table_contains(keys, name))
			g_hash_table_insert(keys, g_strdup(name), g_strdup(record));
	}
	g_clear_pointer(&local->dkim_keys, g_hash_table_unref);
	local->site.dkim_keys = local->dkim_keys = keys;
	return true;
}

/* Settings that change what reading a message finds; files stand for themselves below. */
static const SettingId judged_by[] = {
	SETTING_TRUSTED_AUTHSERV_IDS,
	SETTING_OWN_HOSTS,
	SETTING_OWN_DOMAINS,
	SETTING_OWN_PEOPLE,
};

static const SettingId read_by[] = {
	SETTING_BRANDS,
	SETTING_DKIM_KEYS,
};

static void
digest_text(GChecksum *digest, const char *text)
{
	g_checksum_update(digest, (const guchar *)text, (gssize)strlen(text) + 1);
}

static bool
load_yara(LocalSite *local, const Settings *settings, GError **error)
{
	const char *folder = settings_text(settings, SETTING_YARA_RULES);

	if (!*folder)
		return true;
	if (!yara_is_built_in()) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
			"yara-rules: YARA is not built into this lazaret");
		return false;
	}
	local->yara_files = yara_files_read(folder, error);
	return local->yara_files != NULL;
}

static char *
basis_of(const LocalSite *local, const Settings *settings)
{
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

	digest_text(digest, VERSION);
	digest_text(digest, weights_version(local->weights));
	digest_text(digest, settings_text(settings, SETTING_LEARN));
	digest_text(digest, shipped_brands);
	for (size_t i = 0; i < G_N_ELEMENTS(judged_by); i++)
		digest_text(digest, settings_text(settings, judged_by[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(read_by); i++) {
		const char *path = settings_text(settings, read_by[i]);
		g_autofree char *text = *path ? site_read_file(path, NULL) : NULL;

		digest_text(digest, text ? text : "");
	}
	for (guint i = 0; local->yara_files && i < local->yara_files->len; i++) {
		const YaraFile *file = g_ptr_array_index(local->yara_files, i);

		digest_text(digest, file->name);
		digest_text(digest, file->text);
	}
	return g_strdup(g_checksum_get_string(digest));
}

bool
local_site_load_names(LocalSite *local, const Settings *settings, GError **error)
{
	if (!load_brands(local, settings, error))
		return false;
	local->site = (Site){
		.authserv_ids = settings_list(settings, SETTING_TRUSTED_AUTHSERV_IDS),
		.own_hosts = settings_list(settings, SETTING_OWN_HOSTS),
		.own_domains = settings_list(settings, SETTING_OWN_DOMAINS),
		.own_people = settings_list(settings, SETTING_OWN_PEOPLE),
		.brands = local->brands,
		.now = clock_now(),
	};
	return true;
}

bool
local_site_load(LocalSite *local, const Settings *settings, GError **error)
{
	if (!local_site_load_names(local, settings, error) ||
		!load_weights(local, settings, error) || !load_keys(local, settings, error) ||
		!load_yara(local, settings, error))
		return false;
	local->site.weights = local->weights;
	local->site.dkim_keys = local->dkim_keys;
	local->basis = basis_of(local, settings);
	return true;
}

bool
local_site_compile(LocalSite *local, GError **error)
{
	if (!local->yara_files)
		return true;
	local->site.yara_rules = local->yara_rules = yara_files_compile(local->yara_files, error);
	return local->yara_rules != NULL;
}

void
local_site_clear(LocalSite *local)
{
	g_clear_pointer(&local->yara_rules, yara_rules_free);
	g_clear_pointer(&local->yara_files, g_ptr_array_unref);
	g_clear_pointer(&local->weights, weights_free);
	g_clear_pointer(&local->brands, brands_free);
	g_clear_pointer(&local->dkim_keys, g_hash_table_unref);
	g_clear_pointer(&local->basis, g_free);
}

void
local_site_hint(const LocalSite *local, Session *session)
{
	int64_t outdated = store_count_outdated(session->store, local->basis, NULL);

	if (outdated > 0)
		output_line(session->output,
			"%" G_GINT64_FORMAT " %s on other weights, lists or settings than today's; "
			"lazaret rescore makes %s anew",
			outdated, outdated == 1 ? "verdict rests" : "verdicts rest",
			outdated == 1 ? "it" : "them");
}

Scanner *
scanner_of(const Settings *settings)
{
	const char *socket = settings_text(settings, SETTING_CLAMD);

	return *socket ? scanner_new(socket, 0) : NULL;
}

void
scanner_hint(const Scanner *scanner, Session *session)
{
	if (scanner && scanner_failures(scanner) > 0)
		output_line(session->output,
			"%d with attachments that clamd did not look at; "
			"lazaret rescore asks it again",
			scanner_failures(scanner));
}
