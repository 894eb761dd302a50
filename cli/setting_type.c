#include "cli/setting_type.h"

#include <string.h>

#include "cli/command.h"
#include "cli/when.h"
#include "importer/resolve.h"
#include "importer/s3_place.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "release/abuse_api.h"
#include "release/landing.h"
#include "release/smtp.h"

enum {
	LARGEST_COUNT = 1000,
};

static bool
read_list(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t,;", -1);
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	(void)folder, (void)error;
	for (char **word = words; *word; word++)
		if (**word)
			g_ptr_array_add(list, g_strdup(*word));
	g_ptr_array_add(list, NULL);
	value->list = (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
	value->text = g_strjoinv(" ", value->list);
	return true;
}

/* All below a domain counts as that, so other programs' ways of saying so are the domain. */
static bool
read_domains(SettingValue *value, const char *text, const char *folder, GError **error)
{
	read_list(value, text, folder, NULL);
	for (char **one = value->list; *one; one++) {
		const char *domain = *one + (g_str_has_prefix(*one, "*.") ? 1 : 0);
		g_autofree char *written = *one;

		domain += *domain == '.';
		*one = g_strdup(domain);
		if (*domain && *domain != '.' && !strpbrk(domain, DOMAIN_HAS_NONE "*"))
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is no domain", written);
		return false;
	}
	g_free(value->text);
	value->text = g_strjoinv(" ", value->list);
	return true;
}

/* "Jane Doe, Joe Bloggs": a name holds blanks. */
static bool
read_names(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_auto(GStrv) names = g_strsplit_set(text, ",;", -1);
	g_autoptr(GStrvBuilder) list = g_strv_builder_new();

	(void)folder, (void)error;
	for (char **name = names; *name; name++)
		if (*g_strstrip(*name))
			g_strv_builder_add(list, *name);
	value->list = g_strv_builder_end(list);
	value->text = g_strjoinv(", ", value->list);
	return true;
}

static bool
read_duration(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)folder;
	if (!duration_parse(text, &value->number)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
			"'%s' is no duration such as 30s, 5m, 2h or 90d", text);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_age(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)folder;
	if (strcmp(text, "never") == 0)
		value->number = -1;
	else if (!duration_parse(text, &value->number)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
			"'%s' is no age such as 12h or 90d, nor never", text);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_count(SettingValue *value, const char *text, const char *folder, GError **error)
{
	guint64 number;

	(void)folder;
	if (!g_ascii_string_to_unsigned(text, 10, 0, LARGEST_COUNT, &number, NULL)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is no number from 0 to %d",
			text, LARGEST_COUNT);
		return false;
	}
	value->number = (int64_t)number;
	value->text = g_strdup(text);
	return true;
}

static bool
read_place(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_autoptr(GError) inner = NULL;

	value->text = transport_resolve(text, folder, &inner);
	if (value->text)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s", inner->message);
	return false;
}

static bool
read_path(SettingValue *value, const char *text, const char *folder, GError **error)
{
	if (!*text) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "a folder must be named");
		return false;
	}
	value->text = g_canonicalize_filename(text, folder);
	return true;
}

static bool
read_file(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)error;
	value->text = *text ? g_canonicalize_filename(text, folder) : g_strdup("");
	return true;
}

static bool
read_resolver(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_autoptr(GError) inner = NULL;

	(void)folder;
	if (strcmp(text, "off") != 0 && !resolver_check(text, &inner)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s", inner->message);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_address(SettingValue *value, const char *text, const char *folder, GError **error)
{
	const char *fault = *text ? address_fault(text) : NULL;

	(void)folder;
	if (fault) {
		g_set_error(
			error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is no address: %s", text, fault);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_prefix(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_autoptr(GError) inner = NULL;

	(void)folder;
	if (*text && !landing_check(text, &inner)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s", inner->message);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_tls(SettingValue *value, const char *text, const char *folder, GError **error)
{
	SmtpTls policy;

	(void)folder;
	if (!smtp_tls_from_name(text, &policy)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is none of %s, %s and %s",
			text, smtp_tls_name(SMTP_TLS_MAY), smtp_tls_name(SMTP_TLS_VERIFY),
			smtp_tls_name(SMTP_TLS_OFF));
		return false;
	}
	value->number = policy;
	value->text = g_strdup(text);
	return true;
}

static bool
read_command(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_autoptr(GError) inner = NULL;

	(void)folder;
	if (*text && !g_shell_parse_argv(text, NULL, NULL, &inner)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is no command: %s", text,
			inner->message);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

/* Only of the endpoint that @url and @region name: "" is none. */
static bool
read_endpoint_of(
	SettingValue *value, const char *text, const char *url, const char *region, GError **error)
{
	g_auto(S3Endpoint) endpoint = { 0 };
	g_autoptr(GError) inner = NULL;

	if (*text && !s3_endpoint_parse(url, region, S3_ADDRESSING_AUTO, &endpoint, &inner)) {
		g_set_error_literal(error, CLI_ERROR, CLI_ERROR_CONFIG, inner->message);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_region(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)folder;
	return read_endpoint_of(value, text, NULL, text, error);
}

static bool
read_endpoint(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)folder;
	return read_endpoint_of(value, text, text, NULL, error);
}

static bool
read_buckets(SettingValue *value, const char *text, const char *folder, GError **error)
{
	read_list(value, text, folder, NULL);
	for (char **one = value->list; *one; one++) {
		g_auto(S3Place) place = { 0 };

		if (s3_place_parse(*one, &place, NULL))
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
			"'%s' is neither BUCKET nor BUCKET/PREFIX", *one);
		return false;
	}
	return true;
}

static bool
read_text(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)folder;
	for (const char *at = text; *at; at++) {
		if (!g_ascii_iscntrl(*at))
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "it must be one line of text");
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

static bool
read_url(SettingValue *value, const char *text, const char *folder, GError **error)
{
	g_autoptr(GError) inner = NULL;

	(void)folder;
	if (!abuse_endpoint_check(text, &inner)) {
		g_set_error_literal(error, CLI_ERROR, CLI_ERROR_CONFIG, inner->message);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

/* @text is one of @setting's words. */
static bool
read_choice(SettingValue *value, const Setting *setting, const char *text, GError **error)
{
	g_autofree char *words = g_strjoinv(", ", (char **)setting->choices);

	for (int64_t place = 0; setting->choices[place]; place++) {
		if (strcmp(text, setting->choices[place]) != 0)
			continue;
		value->number = place;
		value->text = g_strdup(text);
		return true;
	}
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is none of %s", text, words);
	return false;
}

static const char *const switch_words[] = { "no", "yes", NULL };

static bool
read_switch(SettingValue *value, const char *text, const char *folder, GError **error)
{
	(void)folder;
	value->number = strcmp(text, switch_words[1]) == 0;
	if (!g_strv_contains(switch_words, text)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "'%s' is neither yes nor no", text);
		return false;
	}
	value->text = g_strdup(text);
	return true;
}

/* Fills @value from @text; relative paths in it stand under @folder. */
typedef struct TypeReader {
	const char *name;
	bool (*read)(SettingValue *value, const char *text, const char *folder, GError **error);
} TypeReader;

static const TypeReader readers[SETTING_TYPES] = {
	[SETTING_LIST] = { "list", read_list },
	[SETTING_DOMAINS] = { "domains", read_domains },
	[SETTING_NAMES] = { "names", read_names },
	[SETTING_DURATION] = { "duration", read_duration },
	[SETTING_AGE] = { "age", read_age },
	[SETTING_COUNT] = { "number", read_count },
	[SETTING_PLACE] = { "transport", read_place },
	[SETTING_PATH] = { "folder", read_path },
	[SETTING_FILE] = { "file", read_file },
	[SETTING_RESOLVER] = { "resolver", read_resolver },
	[SETTING_ADDRESS] = { "address", read_address },
	[SETTING_PREFIX] = { "prefix", read_prefix },
	[SETTING_TLS] = { "tls", read_tls },
	[SETTING_COMMAND] = { "command", read_command },
	[SETTING_SWITCH] = { "switch", read_switch },
	[SETTING_CHOICE] = { "choice", NULL }, /* read_choice() */
	[SETTING_REGION] = { "region", read_region },
	[SETTING_ENDPOINT] = { "endpoint", read_endpoint },
	[SETTING_BUCKETS] = { "buckets", read_buckets },
	[SETTING_TEXT] = { "text", read_text },
	[SETTING_URL] = { "url", read_url },
};

const char *
setting_choice(const Setting *setting, size_t place)
{
	const char *const *words =
		setting->type == SETTING_SWITCH ? switch_words : setting->choices;

	if (setting->type == SETTING_TLS)
		return place < SMTP_TLS_POLICIES ? smtp_tls_name((SmtpTls)place) : NULL;
	return words && place < g_strv_length((char **)words) ? words[place] : NULL;
}

const char *
setting_type_name(SettingType type)
{
	return readers[type].name;
}

bool
setting_read(const Setting *setting, SettingValue *value, const char *text, const char *folder,
	GError **error)
{
	if (setting->type == SETTING_CHOICE)
		return read_choice(value, setting, text, error);
	return readers[setting->type].read(value, text, folder, error);
}

void
setting_value_clear(SettingValue *value)
{
	g_clear_pointer(&value->text, g_free);
	g_clear_pointer(&value->list, g_strfreev);
}
