#include "cli/outgoing.h"

/* Of a SETTING_FILE: NULL where it names none. */
static const char *
file_of(const Settings *settings, SettingId id)
{
	const char *path = settings_text(settings, id);

	return *path ? path : NULL;
}

bool
outgoing_init(Outgoing *outgoing, const Settings *settings, GError **error)
{
	const char *credentials = file_of(settings, SETTING_SMTP_CREDENTIALS);

	if (credentials) {
		outgoing->credentials = credentials_load(credentials, error);
		if (!outgoing->credentials) {
			g_prefix_error(error, "%s: ", setting_of(SETTING_SMTP_CREDENTIALS)->name);
			return false;
		}
	}
	outgoing->smtp = (SmtpOptions){
		.tls = (SmtpTls)settings_number(settings, SETTING_SMTP_TLS),
		.ca_file = file_of(settings, SETTING_SMTP_CA),
		.credentials = outgoing->credentials,
	};
	return true;
}

void
outgoing_clear(Outgoing *outgoing)
{
	g_clear_pointer(&outgoing->credentials, credentials_free);
}
