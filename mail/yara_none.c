/* yara_none.c - what stands for mail/yara.c where libyara is not built in */
#include "mail/yara.h"

bool
yara_is_built_in(void)
{
	return false;
}

YaraRules *
yara_rules_new(void)
{
	return NULL;
}

static bool
fail(GError **error)
{
	g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA, "YARA rules are not built in");
	return false;
}

bool
yara_rules_add(YaraRules *rules G_GNUC_UNUSED, const char *name G_GNUC_UNUSED,
	const char *text G_GNUC_UNUSED, GError **error)
{
	return fail(error);
}

bool
yara_rules_finish(YaraRules *rules G_GNUC_UNUSED, GError **error)
{
	return fail(error);
}

void
yara_rules_free(YaraRules *rules G_GNUC_UNUSED)
{
}

bool
yara_rules_apply(const YaraRules *rules G_GNUC_UNUSED, YaraBudget *budget G_GNUC_UNUSED,
	const char *name G_GNUC_UNUSED, GBytes *bytes G_GNUC_UNUSED,
	const YaraListener *listener G_GNUC_UNUSED, char **words)
{
	*words = g_strdup("YARA rules are not built in");
	return false;
}
