#include "cli/config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/bindings.h"
#include "cli/command.h"
#include "cli/setting_type.h"
#include "importer/s3_place.h"
#include "release/transport.h"
#include "store/nearest.h"
#include "store/report.h"
#include "tui/clipboard.h"
#include "tui/keymap.h"
#include "tui/preview.h"
#include "tui/theme.h"

#define GROUP "lazaret"

enum {
	LARGEST_FILE = 1024 * 1024,
};

/* clang-format off */
static const Setting table[SETTINGS] = {
	[SETTING_TRUSTED_AUTHSERV_IDS] = {
		.name = "trusted-authserv-ids",
		.type = SETTING_LIST,
		.fallback = "",
		.help = "servers whose Authentication-Results count; - stands for results that name none",
	},
	[SETTING_OWN_HOSTS] = {
		.name = "own-hosts",
		.type = SETTING_LIST,
		.fallback = "",
		.help = "servers mail passes here: hosts, domains, addresses, ranges; empty is a guess",
	},
	[SETTING_OWN_DOMAINS] = {
		.name = "own-domains",
		.type = SETTING_DOMAINS,
		.fallback = "",
		.help = "the organisation's mail domains: look-alikes of them are found",
	},
	[SETTING_OWN_PEOPLE] = {
		.name = "own-people",
		.type = SETTING_NAMES,
		.fallback = "",
		.help = "names of the organisation's people that no sender from outside should bear",
	},
	[SETTING_TRANSPORT] = {
		.name = "transport",
		.type = SETTING_PLACE,
		.fallback = "maildir:released",
		.help = "how released messages leave",
	},
	[SETTING_COPY_TO] = {
		.name = "copy-to",
		.type = SETTING_ADDRESS,
		.fallback = "",
		.help = "who gets a copy of each release, in a delivery of its own",
	},
	[SETTING_LANDING_PAGE] = {
		.name = "landing-page",
		.type = SETTING_PREFIX,
		.fallback = "",
		.help = "URL that release --rewrite-links puts before each link: https://go.example.org/?u=",
	},
	[SETTING_LANDING_KEY] = {
		.name = "landing-key",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file with the key that signs rewritten links, readable by its owner alone",
	},
	[SETTING_SMTP_TLS] = {
		.name = "smtp-tls",
		.type = SETTING_TLS,
		.fallback = "may",
		.help = "STARTTLS: where it is offered, verified or nothing leaves, or never",
	},
	[SETTING_SMTP_CA] = {
		.name = "smtp-ca",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of certificates that may vouch for a server; empty for the system's",
	},
	[SETTING_SMTP_CREDENTIALS] = {
		.name = "smtp-credentials",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of lines HOST[:PORT] USER PASSWORD, readable by its owner alone",
	},
	[SETTING_IMAP_CREDENTIALS] = {
		.name = "imap-credentials",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of lines HOST[:PORT] USER PASSWORD of IMAP servers, readable by its owner alone",
	},
	[SETTING_IMAP_PASSWORD_COMMAND] = {
		.name = "imap-password-command",
		.type = SETTING_COMMAND,
		.fallback = "",
		.help = "command that prints the password of an IMAP server's user, where no file has it",
	},
	[SETTING_IMAP_CA] = {
		.name = "imap-ca",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of certificates that may vouch for an IMAP server; empty for the system's",
	},
	[SETTING_S3_REGION] = {
		.name = "s3-region",
		.type = SETTING_REGION,
		.fallback = "",
		.help = "Amazon's region of the buckets; empty for AWS_REGION, AWS_DEFAULT_REGION or us-east-1",
	},
	[SETTING_S3_ENDPOINT] = {
		.name = "s3-endpoint",
		.type = SETTING_ENDPOINT,
		.fallback = "",
		.help = "https://HOST[:PORT] of a store that speaks S3; empty for Amazon's own of the region",
	},
	[SETTING_S3_ADDRESSING] = {
		.name = "s3-addressing",
		.type = SETTING_CHOICE,
		.fallback = "auto",
		.choices = s3_addressing_names,
		.help = "whether a bucket is a path of the endpoint or a host before it; auto is path but "
			"for Amazon's own",
	},
	[SETTING_S3_CREDENTIALS] = {
		.name = "s3-credentials",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file as ~/.aws/credentials, readable by its owner alone",
	},
	[SETTING_S3_CREDENTIALS_COMMAND] = {
		.name = "s3-credentials-command",
		.type = SETTING_COMMAND,
		.fallback = "",
		.help = "command that prints such lines, where no file has them; without either the "
			"environment's count",
	},
	[SETTING_S3_CA] = {
		.name = "s3-ca",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of certificates that may vouch for the endpoint; empty for the system's",
	},
	[SETTING_S3_BUCKETS] = {
		.name = "s3-buckets",
		.type = SETTING_BUCKETS,
		.fallback = "",
		.help = "BUCKET or BUCKET/PREFIX that messages are fetched from where a notification says "
			"that they are there",
	},
	[SETTING_REPORT_ORG] = {
		.name = "report-org",
		.type = SETTING_TEXT,
		.fallback = "",
		.help = "the organisation that reports abuse, by its name; a report needs it",
	},
	[SETTING_REPORT_CONTACT] = {
		.name = "report-contact",
		.type = SETTING_ADDRESS,
		.fallback = "",
		.help = "its address for questions, which reports by mail are from; likewise",
	},
	[SETTING_REPORT_DOMAIN] = {
		.name = "report-domain",
		.type = SETTING_TEXT,
		.fallback = "",
		.help = "its domain; likewise",
	},
	[SETTING_REPORT_BY] = {
		.name = "report-by",
		.type = SETTING_CHOICE,
		.fallback = "mail",
		.choices = report_way_names,
		.help = "how abuse is reported: by mail (ARF), or by the AWS Abuse Signal API (XARF)",
	},
	[SETTING_REPORT_TRANSPORT] = {
		.name = "report-transport",
		.type = SETTING_PLACE,
		.fallback = "sendmail",
		.help = "how reports by mail leave",
	},
	[SETTING_REPORT_TO] = {
		.name = "report-to",
		.type = SETTING_ADDRESS,
		.fallback = "email-abuse@amazon.com",
		.help = "who gets them",
	},
	[SETTING_REPORT_ENDPOINT] = {
		.name = "report-endpoint",
		.type = SETTING_URL,
		.fallback = "https://abuse.us-east-1.amazonaws.com",
		.help = "https://HOST[:PORT] of the AWS Abuse Signal API",
	},
	[SETTING_REPORT_REGION] = {
		.name = "report-region",
		.type = SETTING_REGION,
		.fallback = "us-east-1",
		.help = "Amazon's region, where the name of the endpoint does not say it",
	},
	[SETTING_REPORT_CREDENTIALS] = {
		.name = "report-credentials",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file as ~/.aws/credentials, of who may call abuse:CreateAbuseReport, readable by "
			"its owner alone",
	},
	[SETTING_REPORT_CREDENTIALS_COMMAND] = {
		.name = "report-credentials-command",
		.type = SETTING_COMMAND,
		.fallback = "",
		.help = "command that prints such lines, where no file has them; without either the "
			"environment's count",
	},
	[SETTING_REPORT_CA] = {
		.name = "report-ca",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of certificates that may vouch for that endpoint; empty for the system's",
	},
	[SETTING_HOLD_WINDOW] = {
		.name = "hold-window",
		.type = SETTING_DURATION,
		.fallback = "30s",
		.help = "time before a release leaves, in which undo takes all of it back",
	},
	[SETTING_CLAIM_TIME] = {
		.name = "claim-time",
		.type = SETTING_DURATION,
		.fallback = "15m",
		.help = "how long a claim stands when it is not given back",
	},
	[SETTING_MAX_ATTEMPTS] = {
		.name = "max-attempts",
		.type = SETTING_COUNT,
		.fallback = "126",
		.help = "tries after which a delivery has failed; 126 take five days",
	},
	[SETTING_PURGE_HELD] = {
		.name = "purge-held",
		.type = SETTING_AGE,
		.fallback = "never",
		.help = "age at which lazaret purge removes the mail of held messages, leaving a record",
	},
	[SETTING_PURGE_RELEASED] = {
		.name = "purge-released",
		.type = SETTING_AGE,
		.fallback = "never",
		.help = "the same of released messages, whose deliveries are finished",
	},
	[SETTING_PURGE_BLOCKED] = {
		.name = "purge-blocked",
		.type = SETTING_AGE,
		.fallback = "never",
		.help = "the same of blocked messages",
	},
	[SETTING_BOXES] = {
		.name = "boxes",
		.type = SETTING_COUNT,
		.fallback = "0",
		.help = "processes that parse mail during an import; 0 is one a core",
	},
	[SETTING_SCAN] = {
		.name = "scan",
		.type = SETTING_DURATION,
		.fallback = "5m",
		.help = "how often import --watch looks through all of a source, or asks a server anew",
	},
	[SETTING_SAVE_TO] = {
		.name = "save-to",
		.type = SETTING_PATH,
		.fallback = "saved",
		.help = "folder for saved attachments",
	},
	[SETTING_WEIGHTS] = {
		.name = "weights",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of the points that findings add to the score; empty for the shipped ones",
	},
	[SETTING_LEARN] = {
		.name = "learn",
		.type = SETTING_SWITCH,
		.fallback = "yes",
		.help = "whether what people decide moves the scores of messages like it, "
			"by 15 points at most",
	},
	[SETTING_BRANDS] = {
		.name = "brands",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of brands that lures borrow, added to the shipped ones",
	},
	[SETTING_DKIM_KEYS] = {
		.name = "dkim-keys",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "file of DNS records, a key of DKIM each, that signatures are verified with",
	},
	[SETTING_DNS] = {
		.name = "dns",
		.type = SETTING_RESOLVER,
		.fallback = "off",
		.help = "who is asked during an import for keys that dkim-keys lacks; "
			"whoever signed a mail can see that",
	},
	[SETTING_CLAMD] = {
		.name = "clamd",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "socket of clamd, which is asked about attachments; empty asks nobody",
	},
	[SETTING_YARA_RULES] = {
		.name = "yara-rules",
		.type = SETTING_FILE,
		.fallback = "",
		.help = "folder of YARA rules (*.yar, *.yara) that attachments are looked at with",
	},
	[SETTING_PREVIEW] = {
		.name = "preview",
		.type = SETTING_CHOICE,
		.fallback = "auto",
		.choices = preview_place_names,
		.help = "where the console shows what the cursor is on: auto (right where that is wide "
			"enough), below, right or off",
	},
	[SETTING_THEME] = {
		.name = "theme",
		.type = SETTING_CHOICE,
		.fallback = "auto",
		.choices = theme_names,
		.help = "the console's colours: for a dark or a light terminal, at most 16 or 8, or none; "
			"auto goes by COLORFGBG and TERM, and NO_COLOR is none",
	},
	[SETTING_MOUSE] = {
		.name = "mouse",
		.type = SETTING_SWITCH,
		.fallback = "yes",
		.help = "whether the console takes clicks and the wheel; the terminal's own selection then "
			"needs Shift",
	},
	[SETTING_CLIPBOARD] = {
		.name = "clipboard",
		.type = SETTING_CHOICE,
		.fallback = "auto",
		.choices = clipboard_names,
		.help = "how the console copies: osc52 has the terminal do it, over ssh as well; tmux has "
			"tmux do it; off shows the text; auto goes by what TERM and TMUX say",
	},
};
/* clang-format on */

struct Settings {
	char *path;
	char *folder;
	SettingValue values[SETTINGS];
	int unknown;         /* names in the file */
	GPtrArray *bindings; /* of KeyBinding */
};

const Setting *
setting_of(SettingId id)
{
	g_assert(id < SETTINGS);
	return &table[id];
}

bool
setting_find(const char *name, SettingId *id, GError **error)
{
	const char *names[SETTINGS + 1] = { NULL };
	const char *nearest;

	for (SettingId i = 0; i < SETTINGS; i++) {
		names[i] = table[i].name;
		if (strcmp(name, table[i].name) != 0)
			continue;
		*id = i;
		return true;
	}
	nearest = nearest_name(name, names);
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		nearest ? "no setting '%s'; the nearest is '%s'"
			: "no setting '%s'; lazaret config lists them",
		name, nearest);
	return false;
}

char *
transport_resolve(const char *spec, const char *folder, GError **error)
{
	g_autofree char *absolute = NULL;
	const char *address;
	const char *path = strchr(spec, ':');

	if (path && path[1] && g_str_has_prefix(spec, "maildir:")) {
		g_autofree char *full = g_canonicalize_filename(path + 1, folder);

		absolute = g_strconcat("maildir:", full, NULL);
	} else {
		absolute = g_strdup(spec);
	}
	if (!transport_of(absolute, &address, error))
		return NULL;
	return g_steal_pointer(&absolute);
}

/* ---- the file ---- */

void
settings_free(Settings *settings)
{
	if (!settings)
		return;
	for (SettingId i = 0; i < SETTINGS; i++)
		setting_value_clear(&settings->values[i]);
	g_clear_pointer(&settings->bindings, g_ptr_array_unref);
	g_free(settings->path);
	g_free(settings->folder);
	g_free(settings);
}

/* To open a FIFO would wait for its writer. */
static bool
is_special(const char *path)
{
	GStatBuf status;

	return g_stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* A file that is not there is an empty one.  *text, unless NULL, is what stands in it. */
static bool
load_file(const char *path, GKeyFile *file, char **text, GError **error)
{
	g_autoptr(GError) inner = NULL;
	g_autoptr(GMappedFile) mapped = NULL;
	GKeyFileFlags flags = G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS;

	if (is_special(path))
		g_set_error(&inner, CLI_ERROR, CLI_ERROR_CONFIG, "not a regular file");
	else
		mapped = g_mapped_file_new(path, FALSE, &inner);
	if (g_error_matches(inner, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return true;
	if (mapped && g_mapped_file_get_length(mapped) > LARGEST_FILE)
		g_set_error(
			&inner, CLI_ERROR, CLI_ERROR_CONFIG, "larger than %d bytes", LARGEST_FILE);
	else if (mapped && g_mapped_file_get_length(mapped) > 0)
		g_key_file_load_from_data(file, g_mapped_file_get_contents(mapped),
			g_mapped_file_get_length(mapped), flags, &inner);
	if (!inner && text && mapped)
		*text = g_strndup(
			g_mapped_file_get_contents(mapped), g_mapped_file_get_length(mapped));
	if (!inner)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: %s%s", path, inner->message,
		inner->domain == G_KEY_FILE_ERROR
			? "; it holds lines 'name = value' under a line [" GROUP "]"
			: "");
	return false;
}

/* How many. */
static int
complain_unknown(const char *path, GKeyFile *file)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
	g_auto(GStrv) names = g_key_file_get_keys(file, GROUP, NULL, NULL);
	int unknown = 0;

	for (char **group = groups; *group; group++)
		if (strcmp(*group, GROUP) != 0 && strcmp(*group, BINDINGS_GROUP) != 0) {
			unknown++;
			complain("%s: nothing is read from [%s]; settings stand under [" GROUP
				 "], keys under [" BINDINGS_GROUP "]",
				path, *group);
		}
	for (char **name = names; name && *name; name++) {
		g_autoptr(GError) error = NULL;
		SettingId id;

		if (setting_find(*name, &id, &error))
			continue;
		unknown++;
		if (g_str_has_prefix(*name, "keys.")) /* as the command line has it */
			complain("%s: '%s' is no setting: keys stand under [" BINDINGS_GROUP
				 "], %s = ...",
				path, *name, *name + strlen("keys."));
		else
			complain("%s: %s", path, error->message);
	}
	return unknown;
}

static bool
settings_set(Settings *settings, SettingId id, const char *text, GError **error)
{
	SettingValue *value = &settings->values[id];

	setting_value_clear(value);
	if (setting_read(&table[id], value, text, settings->folder, error))
		return true;
	g_prefix_error(error, "%s: ", table[id].name);
	return false;
}

/* What the file has for @name, NULL where it has nothing; what it has and nobody can read is an
 * error, and not as if it were not there. */
static bool
read_value(GKeyFile *file, const char *name, char **text, GError **error)
{
	g_autoptr(GError) inner = NULL;

	*text = g_key_file_get_string(file, GROUP, name, &inner);
	if (*text)
		g_strstrip(*text);
	if (!inner || g_error_matches(inner, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND) ||
		g_error_matches(inner, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND))
		return true;
	g_clear_pointer(text, g_free);
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
		g_error_matches(inner, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_UNKNOWN_ENCODING)
			? "%s: it is not UTF-8"
			: "%s: a backslash is written \\\\",
		name);
	return false;
}

static bool
settings_fill(Settings *settings, GKeyFile *file, GError **error)
{
	for (SettingId i = 0; i < SETTINGS; i++) {
		g_autofree char *text = NULL;

		if (!read_value(file, table[i].name, &text, error) ||
			!settings_set(settings, i, text ? text : table[i].fallback, error)) {
			g_prefix_error(error, "%s: ", settings->path);
			return false;
		}
		settings->values[i].from_file = text != NULL;
	}
	return true;
}

Settings *
settings_load(const char *path, const char *folder, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(Settings) settings = NULL;
	g_autofree char *text = NULL;

	if (!load_file(path, file, &text, error))
		return NULL;
	settings = g_new0(Settings, 1);
	settings->unknown = complain_unknown(path, file);
	settings->bindings = bindings_read(file, text);
	settings->path = g_strdup(path);
	settings->folder = g_strdup(folder);
	if (!settings_fill(settings, file, error))
		return NULL;
	return g_steal_pointer(&settings);
}

const char *
settings_text(const Settings *settings, SettingId id)
{
	return settings->values[id].text;
}

const char *
settings_word(const Settings *settings, SettingId id)
{
	const char *text = settings_text(settings, id);

	return *text ? text : NULL;
}

int64_t
settings_number(const Settings *settings, SettingId id)
{
	g_assert(table[id].type == SETTING_COUNT || table[id].type == SETTING_DURATION ||
		table[id].type == SETTING_AGE || table[id].type == SETTING_TLS ||
		table[id].type == SETTING_SWITCH || table[id].type == SETTING_CHOICE);
	return settings->values[id].number;
}

const char *const *
settings_list(const Settings *settings, SettingId id)
{
	g_assert(settings->values[id].list);
	return (const char *const *)settings->values[id].list;
}

const char *
settings_origin(const Settings *settings, SettingId id)
{
	return settings->values[id].from_file ? settings->path : "default";
}

int
settings_unknown(const Settings *settings)
{
	return settings->unknown;
}

const char *
settings_path(const Settings *settings)
{
	return settings->path;
}

const GPtrArray *
settings_bindings(const Settings *settings)
{
	return settings->bindings;
}

static Keymap *
keymap_of(const char *path, const GPtrArray *bindings, GError **error)
{
	g_autoptr(GError) inner = NULL;
	Keymap *keymap = keymap_new(bindings, &inner);

	if (!keymap)
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%s: [" BINDINGS_GROUP "] %s", path,
			inner->message);
	return keymap;
}

Keymap *
settings_keymap(const Settings *settings, GError **error)
{
	return keymap_of(settings->path, settings->bindings, error);
}

static bool
save_file(const char *path, GKeyFile *file, GError **error)
{
	g_autoptr(GError) inner = NULL;
	g_autofree char *folder = g_path_get_dirname(path);

	if (g_mkdir_with_parents(folder, 0700) == 0 && g_key_file_save_to_file(file, path, &inner))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CREATE, "%s: %s", path,
		inner ? inner->message : g_strerror(errno));
	return false;
}

bool
settings_write_keys(const char *path, const char *id, const char *keys, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GPtrArray) bindings = NULL;
	g_autoptr(Keymap) keymap = NULL;

	if (!load_file(path, file, NULL, error))
		return false;
	if (*keys)
		g_key_file_set_value(file, BINDINGS_GROUP, id, keys);
	else
		g_key_file_remove_key(file, BINDINGS_GROUP, id, NULL);
	bindings = bindings_read(file, NULL);
	keymap = keymap_of(path, bindings, error);
	return keymap && save_file(path, file, error);
}

bool
settings_write(const char *path, SettingId id, const char *value, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *data = data_folder();
	g_autofree char *kept = g_strstrip(g_strdup(value)); /* as settings_fill() reads it */
	g_autoptr(Settings) checked = g_new0(Settings, 1);

	checked->folder = g_steal_pointer(&data);
	if (!settings_set(checked, id, kept, error) || !load_file(path, file, NULL, error))
		return false;
	g_key_file_set_string(file, GROUP, table[id].name, kept);
	return save_file(path, file, error);
}

char *
config_path(void)
{
	return g_build_filename(g_get_user_config_dir(), "lazaret", "config", NULL);
}

char *
data_folder(void)
{
	return g_build_filename(g_get_user_data_dir(), "lazaret", NULL);
}
