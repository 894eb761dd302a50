/* report.h - a campaign is reported: its dry run, and y */
#ifndef TUI_REPORT_H
#define TUI_REPORT_H

#include "tui/console.h"

void run_report(Console *console, int argument);
/* A report in the outbox that has not left is stopped. */
void run_cancel(Console *console, int argument);

#endif
