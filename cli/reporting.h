/* reporting.h - what the settings say of reports of abuse */
#ifndef CLI_REPORTING_H
#define CLI_REPORTING_H

#include "cli/command.h"
#include "release/abuse_api.h"
#include "store/report.h"

/* A request as the settings have it, by @way, about no campaign yet.  It borrows from them. */
ReportRequest report_request_of(const Settings *settings, ReportWay way);

/* Likewise; its interrupt is the caller's to fill in. */
AbuseApi abuse_api_of(const Settings *settings);

#endif
