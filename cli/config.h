/* config.h - the settings: one table, a file, and where each value came from
 *
 * The file is $XDG_CONFIG_HOME/lazaret/config, a GKeyFile with its settings under
 * [lazaret] and the console's keys under [keys].  Relative paths in it stand for paths
 * under the data folder, $XDG_DATA_HOME/lazaret.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Keymap Keymap; /* tui/keymap.h */

typedef enum {
	SETTING_TRUSTED_AUTHSERV_IDS,
	SETTING_OWN_HOSTS,
	SETTING_OWN_DOMAINS,
	SETTING_OWN_PEOPLE,
	SETTING_TRANSPORT,
	SETTING_COPY_TO,
	SETTING_LANDING_PAGE,
	SETTING_LANDING_KEY,
	SETTING_SMTP_TLS,
	SETTING_SMTP_CA,
	SETTING_SMTP_CREDENTIALS,
	SETTING_IMAP_CREDENTIALS,
	SETTING_IMAP_PASSWORD_COMMAND,
	SETTING_IMAP_CA,
	SETTING_S3_REGION,
	SETTING_S3_ENDPOINT,
	SETTING_S3_ADDRESSING,
	SETTING_S3_CREDENTIALS,
	SETTING_S3_CREDENTIALS_COMMAND,
	SETTING_S3_CA,
	SETTING_S3_BUCKETS,
	SETTING_REPORT_ORG,
	SETTING_REPORT_CONTACT,
	SETTING_REPORT_DOMAIN,
	SETTING_REPORT_BY,
	SETTING_REPORT_TRANSPORT,
	SETTING_REPORT_TO,
	SETTING_REPORT_ENDPOINT,
	SETTING_REPORT_REGION,
	SETTING_REPORT_CREDENTIALS,
	SETTING_REPORT_CREDENTIALS_COMMAND,
	SETTING_REPORT_CA,
	SETTING_HOLD_WINDOW,
	SETTING_CLAIM_TIME,
	SETTING_MAX_ATTEMPTS,
	SETTING_PURGE_HELD,
	SETTING_PURGE_RELEASED,
	SETTING_PURGE_BLOCKED,
	SETTING_BOXES,
	SETTING_SCAN,
	SETTING_SAVE_TO,
	SETTING_WEIGHTS,
	SETTING_LEARN,
	SETTING_BRANDS,
	SETTING_DKIM_KEYS,
	SETTING_DNS,
	SETTING_CLAMD,
	SETTING_YARA_RULES,
	SETTING_PREVIEW,
	SETTING_THEME,
	SETTING_MOUSE,
	SETTING_CLIPBOARD,
	SETTINGS
} SettingId;

typedef enum {
	SETTING_LIST,     /* words between blanks or commas */
	SETTING_DOMAINS,  /* likewise; ".example.org" and "*.example.org" are example.org */
	SETTING_NAMES,    /* between commas or semicolons: they hold blanks */
	SETTING_DURATION, /* "30s" */
	SETTING_AGE,      /* "90d"; "never": -1 */
	SETTING_COUNT,
	SETTING_PLACE, /* a transport, as in OperationRequest */
	SETTING_PATH,
	SETTING_FILE,     /* empty: none */
	SETTING_RESOLVER, /* as resolver_new() takes it, or "off" */
	SETTING_ADDRESS,  /* of a recipient; empty: none */
	SETTING_PREFIX,   /* as landing_check() takes it; empty: none */
	SETTING_TLS,      /* as smtp_tls_from_name() takes it */
	SETTING_COMMAND,  /* words as a shell parts them, started without one; empty: none */
	SETTING_SWITCH,   /* yes or no */
	SETTING_CHOICE,   /* one of its words */
	SETTING_REGION,   /* of Amazon's; empty: none */
	SETTING_ENDPOINT, /* as s3_endpoint_parse() takes it; empty: none */
	SETTING_BUCKETS,  /* a list of what s3_place_parse() takes */
	SETTING_TEXT,     /* one line; empty: none */
	SETTING_URL,      /* as abuse_endpoint_check() takes it */
	SETTING_TYPES
} SettingType;

typedef struct Setting {
	const char *name;
	SettingType type;
	const char *fallback;
	const char *help;
	const char *const *choices; /* of a SETTING_CHOICE; ends with NULL */
} Setting;

const Setting *setting_of(SettingId id);
/* CLI_ERROR_USAGE, with the nearest name, when there is none. */
bool setting_find(const char *name, SettingId *id, GError **error);

typedef struct Settings Settings;

/* A missing file is all defaults.  Unknown names are complained about and left
 * out; a bad value is CLI_ERROR_CONFIG. */
Settings *settings_load(const char *path, const char *data_folder, GError **error);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* The effective value as text: paths and transports resolved. */
const char *settings_text(const Settings *settings, SettingId id);
/* The same; NULL where it is empty. */
const char *settings_word(const Settings *settings, SettingId id);
/* A SETTING_COUNT, a SETTING_DURATION in seconds, a SETTING_TLS as SmtpTls, a
 * SETTING_SWITCH as 1 or 0, or the place of a SETTING_CHOICE among its words. */
int64_t settings_number(const Settings *settings, SettingId id);
/* A SETTING_LIST, SETTING_DOMAINS or SETTING_NAMES, NULL-terminated. */
const char *const *settings_list(const Settings *settings, SettingId id);
/* The file it stands in, or "default". */
const char *settings_origin(const Settings *settings, SettingId id);

/* Names in the file that are no settings, and were complained about. */
int settings_unknown(const Settings *settings);

const char *settings_path(const Settings *settings);
/* What [keys] says, of KeyBinding; not checked. */
const GPtrArray *settings_bindings(const Settings *settings);
/* What comes of it; CLI_ERROR_CONFIG, with the line, when that can't be. */
Keymap *settings_keymap(const Settings *settings, GError **error);

/* Writes @value into the file at @path, with the comments and settings it has. */
bool settings_write(const char *path, SettingId id, const char *value, GError **error);

/* Writes the keys of the action @id into the file at @path, whose other lines stay; empty
 * takes its line away.  CLI_ERROR_CONFIG when the file would not do then. */
bool settings_write_keys(const char *path, const char *id, const char *keys, GError **error);

/* @spec with its folder made absolute, relative to @folder: what may be kept for
 * a deliverer that runs elsewhere.  Fails as transport_of() does.  Yours. */
char *transport_resolve(const char *spec, const char *folder, GError **error);

/* Where the file and the data are.  Yours. */
char *config_path(void);
char *data_folder(void);

#endif
