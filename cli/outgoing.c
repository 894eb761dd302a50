#include "cli/outgoing.h"

#include "cli/reporting.h"
#include "importer/rewrite.h"
#include "importer/source.h"

Landing *
landing_of(const Settings *settings, GError **error)
{
	const char *page = settings_word(settings, SETTING_LANDING_PAGE);
	const char *key = settings_word(settings, SETTING_LANDING_KEY);

	if (page && key)
		return landing_new(page, key, error);
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
		"links are rewritten where the settings landing-page and landing-key say to what");
	return NULL;
}

bool
outgoing_init(Outgoing *outgoing, const Settings *settings, GError **error)
{
	const char *credentials = settings_word(settings, SETTING_SMTP_CREDENTIALS);

	if (credentials) {
		outgoing->credentials = credentials_load(credentials, error);
		if (!outgoing->credentials) {
			g_prefix_error(error, "%s: ", setting_of(SETTING_SMTP_CREDENTIALS)->name);
			return false;
		}
	}
	outgoing->smtp = (SmtpOptions){
		.tls = (SmtpTls)settings_number(settings, SETTING_SMTP_TLS),
		.ca_file = settings_word(settings, SETTING_SMTP_CA),
		.credentials = outgoing->credentials,
	};
	outgoing->api = abuse_api_of(settings);
	if (!settings_word(settings, SETTING_LANDING_PAGE))
		return true;
	outgoing->landing = landing_of(settings, error);
	return outgoing->landing != NULL;
}

static char *
make_link(const char *target, void *landing)
{
	return landing_link(landing, target);
}

GBytes *
outgoing_rewrite(GBytes *raw, int *links, void *data, GError **error)
{
	const Outgoing *outgoing = data;
	g_autoptr(GError) fault = NULL;
	GBytes *altered;

	g_assert(outgoing->landing);
	altered = rewrite_in_box(raw, landing_prefix(outgoing->landing), make_link,
		outgoing->landing, links, &fault);
	if (altered)
		return altered;
	if (g_error_matches(fault, IMPORT_ERROR, IMPORT_ERROR_DATA))
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_REWRITE, "%s", fault->message);
	else
		g_propagate_error(error, g_steal_pointer(&fault));
	return NULL;
}

void
outgoing_clear(Outgoing *outgoing)
{
	g_clear_pointer(&outgoing->landing, landing_free);
	g_clear_pointer(&outgoing->credentials, credentials_free);
}
