#include "mail/yara.h"

#include <string.h>
#include <yara.h>

enum {
	SHOWN_BYTES = 40, /* of what matched */
};

/* What a rule can ask of a file that has no name on a disk, as other scanners define it. */
static const char *const externals[] = { "filename", "filepath", "extension" };

struct YaraRules {
	YR_COMPILER *compiler; /* until they are finished */
	YR_RULES *compiled;    /* from then on */
	bool ready;            /* libyara is */
};

typedef YR_SCANNER YaraScanner;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(YaraScanner, yr_scanner_destroy)

bool
yara_is_built_in(void)
{
	return true;
}

/* ---- compiling ---- */

YaraRules *
yara_rules_new(void)
{
	YaraRules *rules = g_new0(YaraRules, 1);

	rules->ready = yr_initialize() == ERROR_SUCCESS;
	if (!rules->ready || yr_compiler_create(&rules->compiler) != ERROR_SUCCESS)
		return rules;
	/* Every file of the folder is read anyway, and none from elsewhere. */
	yr_compiler_set_include_callback(rules->compiler, NULL, NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(externals); i++)
		yr_compiler_define_string_variable(rules->compiler, externals[i], "");
	return rules;
}

void
yara_rules_free(YaraRules *rules)
{
	if (!rules)
		return;
	g_clear_pointer(&rules->compiler, yr_compiler_destroy);
	if (rules->compiled)
		yr_rules_destroy(rules->compiled);
	if (rules->ready)
		yr_finalize();
	g_free(rules);
}

/* The first complaint of the compiler is the one to mend. */
static void
on_complaint(int level, const char *file G_GNUC_UNUSED, int line, const YR_RULE *rule G_GNUC_UNUSED,
	const char *message, void *data)
{
	GError **error = data;

	if (level == YARA_ERROR_LEVEL_ERROR && !*error)
		*error = g_error_new(MAIL_ERROR, MAIL_ERROR_DATA, "line %d: %s", line, message);
}

bool
yara_rules_add(YaraRules *rules, const char *name, const char *text, GError **error)
{
	g_autoptr(GError) complaint = NULL;

	if (!rules->compiler) {
		g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA, "libyara can't be used");
		return false;
	}
	yr_compiler_set_callback(rules->compiler, on_complaint, &complaint);
	if (yr_compiler_add_string(rules->compiler, text, name) == 0)
		return true;
	if (complaint)
		g_propagate_error(error, g_steal_pointer(&complaint));
	else
		g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA, "these are no YARA rules");
	return false;
}

static int
ignore_message(YR_SCAN_CONTEXT *context G_GNUC_UNUSED, int message G_GNUC_UNUSED,
	void *subject G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return CALLBACK_CONTINUE;
}

/* The module "magic" opens its database when a rule first asks it, and in a box it can't:
 * then no rule at all would be applied.  It keeps it for the thread, and a fork has it. */
static void
open_magic(void)
{
	static const uint8_t text[] = "x";
	YR_COMPILER *compiler = NULL;
	YR_RULES *rules = NULL;

	if (yr_compiler_create(&compiler) != ERROR_SUCCESS)
		return;
	/* A libyara may be built without it. */
	if (yr_compiler_add_string(compiler,
		    "import \"magic\" rule open { condition: magic.type() == \"\" }", NULL) == 0 &&
		yr_compiler_get_rules(compiler, &rules) == ERROR_SUCCESS) {
		yr_rules_scan_mem(rules, text, sizeof(text), 0, ignore_message, NULL, 1);
		yr_rules_destroy(rules);
	}
	yr_compiler_destroy(compiler);
}

bool
yara_rules_finish(YaraRules *rules, GError **error)
{
	int result = rules->compiler ? yr_compiler_get_rules(rules->compiler, &rules->compiled)
				     : ERROR_INTERNAL_FATAL_ERROR;

	g_clear_pointer(&rules->compiler, yr_compiler_destroy);
	if (result == ERROR_SUCCESS) {
		open_magic();
		return true;
	}
	g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA, "YARA rules: %s",
		result == ERROR_INSUFFICIENT_MEMORY ? "out of memory" : "they can't be compiled");
	return false;
}

/* ---- applying ---- */

/* What libyara's callback needs. */
typedef struct Application {
	const YaraListener *listener;
	char *words; /* what was not looked for */
} Application;

static void
append_bytes(GString *text, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < MIN(length, SHOWN_BYTES); i++) {
		if (g_ascii_isprint((char)bytes[i]) && bytes[i] != '\\')
			g_string_append_c(text, (char)bytes[i]);
		else
			g_string_append_printf(text, "\\x%02x", bytes[i]);
	}
}

/* libyara packs what it finds: it lies where no YR_MATCH may. */
static YR_MATCH
match_at(const void *place)
{
	YR_MATCH match;

	memcpy(&match, place, sizeof(match));
	return match;
}

/* The first that is there of @string, if any; false when there is none to be told. */
static bool
show_match(YR_SCAN_CONTEXT *context, const YR_STRING *string, GString *text)
{
	for (const void *at = context->matches[string->idx].head; at; at = match_at(at).next) {
		YR_MATCH match = match_at(at);

		if (match.is_private)
			continue;
		g_string_printf(text, "%s at %" G_GINT64_FORMAT ": ", string->identifier,
			match.base + match.offset);
		append_bytes(text, match.data, (size_t)match.data_length);
		return true;
	}
	return false;
}

/* The first string of @rule that stands in the file.  Yours. */
static char *
first_match(YR_SCAN_CONTEXT *context, const YR_RULE *rule)
{
	const YR_STRING *string;
	GString *text = g_string_new(NULL);

	yr_rule_strings_foreach(rule, string)
	{
		if (show_match(context, string, text))
			break;
	}
	return g_string_free(text, FALSE);
}

static int
on_message(YR_SCAN_CONTEXT *context, int message, void *subject, void *data)
{
	Application *application = data;

	if (message == CALLBACK_MSG_RULE_MATCHING) {
		const YR_RULE *rule = subject;
		g_autofree char *shown = first_match(context, rule);

		application->listener->match(
			rule->identifier, rule->ns->name, shown, application->listener->data);
	}
	/* libyara stops to look for this string and goes on with the others. */
	if (message == CALLBACK_MSG_TOO_MANY_MATCHES && !application->words) {
		const YR_STRING *string = subject;

		application->words =
			g_strdup_printf("YARA: %s matches too often", string->identifier);
	}
	return CALLBACK_CONTINUE;
}

static void
define_name(YaraScanner *scanner, const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash ? slash + 1 : name;
	const char *dot = strrchr(base, '.');

	yr_scanner_define_string_variable(scanner, "filename", base);
	yr_scanner_define_string_variable(scanner, "filepath", name);
	yr_scanner_define_string_variable(scanner, "extension", dot ? dot : "");
}

static char *
words_for(int result)
{
	if (result == ERROR_SCAN_TIMEOUT)
		return g_strdup_printf("YARA: the rules take longer than %d s", YARA_SECONDS);
	if (result == ERROR_INSUFFICIENT_MEMORY)
		return g_strdup("YARA: the rules need too much memory");
	return g_strdup_printf("YARA: error %d", result);
}

/* libyara keeps its time limits by the clock, in whole seconds; so does the budget. */
static int
scan(YaraScanner *scanner, YaraBudget *budget, GBytes *bytes)
{
	int64_t begun = g_get_monotonic_time();
	gsize length = 0;
	const uint8_t *data = g_bytes_get_data(bytes, &length);
	int result;

	yr_scanner_set_timeout(
		scanner, (int)((budget->left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
	result = yr_scanner_scan_mem(scanner, data, length);
	budget->left -= g_get_monotonic_time() - begun;
	return result;
}

bool
yara_rules_apply(const YaraRules *rules, YaraBudget *budget, const char *name, GBytes *bytes,
	const YaraListener *listener, char **words)
{
	Application application = { .listener = listener };
	g_autoptr(YaraScanner) scanner = NULL;
	int result = budget->left > 0 ? yr_scanner_create(rules->compiled, &scanner)
				      : ERROR_SCAN_TIMEOUT;

	if (result == ERROR_SUCCESS) {
		/* A fault ends the box, as everywhere in it: no handler of signals is set. */
		yr_scanner_set_flags(scanner,
			SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH |
				SCAN_FLAGS_REPORT_RULES_MATCHING);
		yr_scanner_set_callback(scanner, on_message, &application);
		define_name(scanner, name);
		result = scan(scanner, budget, bytes);
	}
	*words = result == ERROR_SUCCESS ? application.words : words_for(result);
	if (result != ERROR_SUCCESS)
		g_free(application.words);
	return *words == NULL;
}
