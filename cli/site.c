#include "cli/site.h"

#include <string.h>

#include "mail/shipped.h"
#include "store/rescore.h"

enum {
	LARGEST_FILE = 4 * 1024 * 1024
};

/* The text of the file that setting @id names, NULL when it can't be read. */
static char *
read_file(const Settings *settings, SettingId id, GError **error)
{
	const char *path = settings_text(settings, id);
	g_autoptr(GError) inner = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &inner);
	gsize length = file ? g_mapped_file_get_length(file) : 0;

	if (file && length <= LARGEST_FILE)
		return length ? g_strndup(g_mapped_file_get_contents(file), length) : g_strdup("");
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s", setting_of(id)->name,
		inner ? inner->message : "the file is too large");
	return NULL;
}

static bool
load_weights(LocalSite *local, const Settings *settings, GError **error)
{
	const char *path = settings_text(settings, SETTING_WEIGHTS);
	g_autofree char *text = NULL;
	g_autoptr(GError) inner = NULL;

	if (!*path) {
		local->weights = weights_shipped();
		return true;
	}
	text = read_file(settings, SETTING_WEIGHTS, error);
	if (!text)
		return false;
	local->weights = weights_parse(text, &inner);
	if (!local->weights)
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s", path, inner->message);
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

/* Settings that change what reading a message finds; files stand for themselves below. */
static const SettingId judged_by[] = {
	SETTING_TRUSTED_AUTHSERV_IDS,
	SETTING_OWN_HOSTS,
	SETTING_OWN_DOMAINS,
	SETTING_OWN_PEOPLE,
};

static void
digest_text(GChecksum *digest, const char *text)
{
	g_checksum_update(digest, (const guchar *)text, (gssize)strlen(text) + 1);
}

static char *
basis_of(const LocalSite *local, const Settings *settings)
{
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

	digest_text(digest, VERSION);
	digest_text(digest, weights_version(local->weights));
	digest_text(digest, shipped_brands);
	for (size_t i = 0; i < G_N_ELEMENTS(judged_by); i++)
		digest_text(digest, settings_text(settings, judged_by[i]));
	if (*settings_text(settings, SETTING_BRANDS)) {
		g_autofree char *brands = read_file(settings, SETTING_BRANDS, NULL);

		digest_text(digest, brands ? brands : "");
	}
	return g_strdup(g_checksum_get_string(digest));
}

bool
local_site_load(LocalSite *local, const Settings *settings, GError **error)
{
	if (!load_weights(local, settings, error) || !load_brands(local, settings, error))
		return false;
	local->site = (Site){
		.authserv_ids = settings_list(settings, SETTING_TRUSTED_AUTHSERV_IDS),
		.own_hosts = settings_list(settings, SETTING_OWN_HOSTS),
		.own_domains = settings_list(settings, SETTING_OWN_DOMAINS),
		.own_people = settings_list(settings, SETTING_OWN_PEOPLE),
		.brands = local->brands,
		.weights = local->weights,
	};
	local->basis = basis_of(local, settings);
	return true;
}

void
local_site_clear(LocalSite *local)
{
	g_clear_pointer(&local->weights, weights_free);
	g_clear_pointer(&local->brands, brands_free);
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
