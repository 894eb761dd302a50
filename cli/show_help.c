#include "cli/show.h"
#include "mail/detect.h"
#include "mail/history.h"
#include "mail/unwrap.h"
#include "mail/weights.h"

static void
append_finding(
	GString *text, const Weights *weights, const char *id, int weight, const char *summary)
{
	g_string_append_printf(
		text, "  %-24s %+4d  %s\n", id, weights_of(weights, id, weight), summary);
}

static void
append_detector(GString *text, const Weights *weights, const Detector *detector)
{
	append_finding(text, weights, detector->id, detector->weight, detector->summary);
}

static void
append_findings(GString *text)
{
	g_autoptr(Weights) weights = weights_shipped();

	g_string_append(text, "Findings:\n");
	for (const Detector *const *detector = detectors(); *detector; detector++)
		append_detector(text, weights, *detector);
	for (DefectKind kind = 0; kind < DEFECT_KINDS; kind++)
		append_detector(text, weights, defect_detector(kind));
	for (const HistoryCheck *check = history_checks(); check->id; check++)
		append_finding(text, weights, check->id, check->weight, check->summary);
}

static void
append_links(GString *text)
{
	g_string_append(text, "\nLink flags:\n");
	for (const LinkFlagName *flag = link_flag_names; flag->name; flag++)
		g_string_append_printf(text, "  %-24s %s\n", flag->name, flag->words);
	g_string_append(text, "\nLink services:\n");
	for (const Unwrapper *const *row = unwrappers(); *row; row++)
		g_string_append_printf(text, "  %-24s %s\n", (*row)->id, (*row)->summary);
}

char *
show_help(void)
{
	GString *text = g_string_new(NULL);

	append_findings(text);
	append_links(text);
	return g_string_free(text, FALSE);
}
