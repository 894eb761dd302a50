#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/outgoing.h"
#include "importer/password.h"
#include "system/aws_keys.h"

enum {
	STORE_MODE = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP, /* 0660: ours, or our group's */
	OTHERS_WRITE = S_IWGRP | S_IWOTH,
	LARGEST_SECRET = 64 * 1024,
};

static mode_t
mode_of(const struct stat *info)
{
	return info->st_mode & 07777;
}

/* Nobody reads or changes it but us and root. */
static bool
is_ours(const struct stat *info)
{
	return info->st_uid == geteuid() || info->st_uid == 0;
}

/* The file at @path has no right that @allowed lacks. */
static void
judge_mode(Doctor *doctor, const char *path, const struct stat *info, mode_t allowed)
{
	g_autofree char *word = doctor_word(path);

	if (!(mode_of(info) & ~allowed)) {
		doctor_find(doctor, GRADE_OK, "%s: mode %03o", path, (unsigned)mode_of(info));
		return;
	}
	doctor_find(doctor, GRADE_WRONG, "%s: mode %03o lets others at mail and decisions", path,
		(unsigned)mode_of(info));
	doctor_mend(doctor, "chmod %03o %s", (unsigned)(mode_of(info) & allowed), word);
}

/* False where the store can't be looked at, which is found.  Of a device or a folder, such as
 * /dev/null, the rights are not ours to mend. */
static bool
stat_store(Doctor *doctor, struct stat *info)
{
	const char *trouble = NULL;

	if (stat(doctor->store_path, info) < 0)
		trouble = g_strerror(errno);
	else if (!S_ISREG(info->st_mode))
		trouble = "no file";
	if (trouble)
		doctor_find(doctor, GRADE_SKIPPED, "%s: %s", doctor->store_path, trouble);
	return !trouble;
}

static void
look_store(Doctor *doctor)
{
	struct stat info;

	if (stat_store(doctor, &info))
		judge_mode(doctor, doctor->store_path, &info, STORE_MODE);
}

/* SQLite makes them with the store's rights; a chmod of the store alone does not reach them. */
static void
look_log(Doctor *doctor)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal" };
	struct stat store, log;
	bool any = false;

	if (!stat_store(doctor, &store))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *path = g_strconcat(doctor->store_path, endings[i], NULL);

		if (stat(path, &log) < 0)
			continue;
		judge_mode(doctor, path, &log, mode_of(&store) & STORE_MODE);
		any = true;
	}
	if (!any)
		doctor_find(doctor, GRADE_OK, "none: nobody has the store open");
}

/* Whoever may make files beside the store can leave there what SQLite takes for its log. */
static void
look_folder(Doctor *doctor)
{
	g_autofree char *path = g_canonicalize_filename(doctor->store_path, NULL);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *word = doctor_word(folder);
	struct stat info, file;

	if (stat(folder, &info) < 0) {
		doctor_find(doctor, GRADE_SKIPPED, "%s: %s", folder, g_strerror(errno));
		return;
	}
	if (info.st_mode & S_IWOTH) {
		doctor_find(doctor, GRADE_WRONG,
			"%s: anyone may put files beside the store that it would take for its own",
			folder);
		doctor_mend(doctor,
			info.st_mode & S_ISVTX
				? "move the store to a folder of its own, of mode 700"
				: "chmod o-w %s",
			word);
		return;
	}
	if (!is_ours(&info) && stat(path, &file) == 0 && file.st_uid != info.st_uid) {
		doctor_find(doctor, GRADE_WARNING, "%s belongs to somebody else than the store",
			folder);
		doctor_mend(doctor, "move the store to a folder of its own");
		return;
	}
	doctor_find(doctor, GRADE_OK, "%s: mode %03o", folder, (unsigned)mode_of(&info));
}

/* Commands stand in it (imap-password-command), and where releases go. */
static void
look_config(Doctor *doctor)
{
	g_autofree char *path = config_path();
	g_autofree char *word = doctor_word(path);
	struct stat info;

	if (!doctor->settings) {
		doctor_find(doctor, GRADE_WRONG, "%s", doctor->unsettled->message);
		doctor_mend(doctor,
			"lazaret config NAME VALUE sets it anew; lazaret(5) describes each");
	} else if (stat(path, &info) < 0 && errno == ENOENT) {
		doctor_find(doctor, GRADE_OK, "%s is not there: all settings are as shipped", path);
		return;
	}
	if (stat(path, &info) < 0) {
		doctor_find(doctor, GRADE_WRONG, "%s: %s", path, g_strerror(errno));
	} else if (!S_ISREG(info.st_mode)) {
		return; /* which was said */
	} else if (info.st_mode & OTHERS_WRITE || !is_ours(&info)) {
		doctor_find(doctor, GRADE_WRONG,
			"%s: others may write it, and so choose what runs and where releases go",
			path);
		doctor_mend(doctor, is_ours(&info) ? "chmod go-w %s" : "chown \"$USER\" %s", word);
	} else if (doctor->settings && settings_unknown(doctor->settings) > 0) {
		doctor_find(doctor, GRADE_WARNING, "%s: %d names in it are no settings", path,
			settings_unknown(doctor->settings));
		doctor_mend(doctor, "any command names them; lazaret config lists those there are");
	} else if (doctor->settings) {
		doctor_find(doctor, GRADE_OK, "%s: mode %03o", path, (unsigned)mode_of(&info));
	}
}

/* ---- secrets: each by what reads it when it is needed ---- */

static bool
load_smtp(const Settings *settings, GError **error)
{
	g_autoptr(Credentials) credentials =
		credentials_load(settings_text(settings, SETTING_SMTP_CREDENTIALS), error);

	return credentials != NULL;
}

static bool
load_imap(const Settings *settings, GError **error)
{
	g_autoptr(Password) text = password_read_all(
		settings_text(settings, SETTING_IMAP_CREDENTIALS), LARGEST_SECRET, error);

	return text != NULL;
}

static bool
load_s3(const Settings *settings, GError **error)
{
	g_autoptr(AwsKeys) keys = aws_keys_new();
	const AwsKeysFrom from = { .path = settings_text(settings, SETTING_S3_CREDENTIALS) };

	return aws_keys_load(keys, &from, error);
}

static bool
load_report(const Settings *settings, GError **error)
{
	g_autoptr(AwsKeys) keys = aws_keys_new();
	const AwsKeysFrom from = { .path = settings_text(settings, SETTING_REPORT_CREDENTIALS) };

	return aws_keys_load(keys, &from, error);
}

static bool
load_landing(const Settings *settings, GError **error)
{
	g_autoptr(Landing) landing = landing_of(settings, error);

	return landing != NULL;
}

static void
look_secrets(Doctor *doctor)
{
	static const struct {
		SettingId setting;
		bool (*load)(const Settings *settings, GError **error);
	} secrets[] = {
		{ SETTING_SMTP_CREDENTIALS, load_smtp },
		{ SETTING_IMAP_CREDENTIALS, load_imap },
		{ SETTING_S3_CREDENTIALS, load_s3 },
		{ SETTING_REPORT_CREDENTIALS, load_report },
		{ SETTING_LANDING_KEY, load_landing },
	};
	int looked = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++) {
		const char *path = settings_word(doctor->settings, secrets[i].setting);
		const char *name = setting_of(secrets[i].setting)->name;
		g_autoptr(GError) error = NULL;

		if (!path)
			continue;
		looked++;
		if (secrets[i].load(doctor->settings, &error)) {
			doctor_find(
				doctor, GRADE_OK, "%s: %s is whole, and ours alone", name, path);
			continue;
		}
		doctor_find(doctor, GRADE_WRONG, "%s: %s", name, error->message);
		doctor_mend(doctor, "lazaret(5) tells under %s what it holds; its mode must be 600",
			name);
	}
	if (looked == 0)
		doctor_find(doctor, GRADE_OK, "no setting names a file of passwords or keys");
}

/* ---- what else settings name ---- */

static void
look_authorities(Doctor *doctor)
{
	static const SettingId settings[] = { SETTING_SMTP_CA, SETTING_IMAP_CA, SETTING_S3_CA,
		SETTING_REPORT_CA };
	int looked = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		const char *path = settings_word(doctor->settings, settings[i]);
		const char *name = setting_of(settings[i])->name;

		if (!path)
			continue;
		looked++;
		if (access(path, R_OK) == 0) {
			doctor_find(doctor, GRADE_OK, "%s: %s may be read", name, path);
			continue;
		}
		doctor_find(doctor, GRADE_WRONG, "%s: %s: %s", name, path, g_strerror(errno));
		doctor_mend(doctor, "lazaret config %s '' trusts whom the system trusts", name);
	}
	if (looked == 0)
		doctor_find(doctor, GRADE_OK, "those that the system trusts");
}

static void
look_saves(Doctor *doctor)
{
	const char *path = settings_text(doctor->settings, SETTING_SAVE_TO);
	g_autofree char *word = doctor_word(path);
	struct stat info;

	if (stat(path, &info) < 0 && errno == ENOENT) {
		doctor_find(doctor, GRADE_OK, "%s: will be made with the first save", path);
	} else if (access(path, W_OK | X_OK) < 0 || stat(path, &info) < 0) {
		doctor_find(doctor, GRADE_WRONG, "%s: %s", path, g_strerror(errno));
		doctor_mend(doctor, "lazaret config save-to FOLDER names another");
	} else if (!S_ISDIR(info.st_mode)) {
		doctor_find(doctor, GRADE_WRONG, "%s is no folder", path);
		doctor_mend(doctor, "lazaret config save-to FOLDER names another");
	} else if (info.st_mode & S_IWOTH) {
		doctor_find(doctor, GRADE_WARNING, "%s: anyone may put files among what is saved",
			path);
		doctor_mend(doctor, "chmod o-w %s", word);
	} else {
		doctor_find(doctor, GRADE_OK, "%s: mode %03o", path, (unsigned)mode_of(&info));
	}
}

/* clang-format off */
const DoctorCheck doctor_file_checks[] = {
	{ "files.store",       NEEDS_NOTHING,  "who may read and write the store", look_store },
	{ "files.log",         NEEDS_NOTHING,  "the same of its -wal and -shm files", look_log },
	{ "files.folder",      NEEDS_NOTHING,  "who may put files beside it", look_folder },
	{ "files.config",      NEEDS_NOTHING,  "the file of settings, and who may write it", look_config },
	{ "files.secrets",     NEEDS_SETTINGS, "passwords and keys: whole, and nobody else's to read", look_secrets },
	{ "files.authorities", NEEDS_SETTINGS, "files of certificates that settings name", look_authorities },
	{ "files.saves",       NEEDS_SETTINGS, "the folder for saved attachments", look_saves },
	{ 0 },
};
/* clang-format on */
