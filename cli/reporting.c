#include "cli/reporting.h"

ReportRequest
report_request_of(const Settings *settings, ReportWay way)
{
	bool api = way == REPORT_API;

	return (ReportRequest){
		.way = way,
		.reporter = { .org = settings_word(settings, SETTING_REPORT_ORG),
			.contact = settings_word(settings, SETTING_REPORT_CONTACT),
			.domain = settings_word(settings, SETTING_REPORT_DOMAIN) },
		.destination =
			settings_word(settings, api ? SETTING_REPORT_ENDPOINT : SETTING_REPORT_TO),
		.transport = api ? ABUSE_API : settings_text(settings, SETTING_REPORT_TRANSPORT),
		.own_domains = settings_list(settings, SETTING_OWN_DOMAINS),
		.hold = settings_number(settings, SETTING_HOLD_WINDOW),
	};
}

AbuseApi
abuse_api_of(const Settings *settings)
{
	return (AbuseApi){
		.credentials = settings_word(settings, SETTING_REPORT_CREDENTIALS),
		.credentials_command = settings_word(settings, SETTING_REPORT_CREDENTIALS_COMMAND),
		.ca_file = settings_word(settings, SETTING_REPORT_CA),
		.region = settings_word(settings, SETTING_REPORT_REGION),
		.clock = clock_now,
	};
}
