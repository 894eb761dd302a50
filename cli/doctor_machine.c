#include <errno.h>
#include <langinfo.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>

#include "cli/doctor.h"
#include "cli/when.h"
#include "tui/screen.h"

enum {
	FEW_INODES = 1000,
	MIB = 1024 * 1024,
	LITTLE = 1024,   /* MiB */
	TOO_LITTLE = 64, /* MiB: less than one batch and what it is written through */
	LITTLE_PERCENT = 5,
	FIRST_YEAR = 2026, /* before this program was */
	LAST_YEAR = 2100,
	FEW_COLORS = 8,
};

/* ---- clock ---- */

static void
look_clock(Doctor *doctor)
{
	int64_t last = doctor->store ? MAX(doctor->health.decided, doctor->health.imported) : 0;
	g_autofree char *now = when_text(doctor->now);
	g_autofree char *newest = when_text(last);
	time_t seconds = (time_t)doctor->now;
	struct tm local = { 0 };
	int year = localtime_r(&seconds, &local) ? local.tm_year + 1900 : 0;

	if (year < FIRST_YEAR || year > LAST_YEAR) {
		doctor_find(doctor, GRADE_WRONG, "it is not %s UTC", now);
	} else if (last > doctor->now + STORE_CLOCK_SLACK) {
		doctor_find(doctor, GRADE_WRONG, "it is %s UTC here, but the store knows of %s UTC",
			now, newest);
	} else {
		doctor_find(doctor, GRADE_OK, "%s UTC, as all times are shown; here it is %s", now,
			local.tm_zone);
		return;
	}
	doctor_mend(doctor,
		"timedatectl set-ntp true: hold windows, expiries and ages are wrong until then");
}

/* ---- disk ---- */

/* The store's folder, or what is there of the path to it.  Yours. */
static char *
folder_that_is(const char *store_path)
{
	g_autofree char *path = g_canonicalize_filename(store_path, NULL);
	struct stat info;

	do {
		char *above = g_path_get_dirname(path);

		g_free(path);
		path = above;
	} while (stat(path, &info) < 0 && strcmp(path, "/") != 0);
	return g_steal_pointer(&path);
}

static void
look_disk(Doctor *doctor)
{
	g_autofree char *folder = folder_that_is(doctor->store_path);
	g_autofree char *size = NULL;
	struct statvfs info;
	uint64_t left;

	if (statvfs(folder, &info) < 0) {
		doctor_find(doctor, GRADE_WRONG, "%s: %s", folder, g_strerror(errno));
		return;
	}
	left = (uint64_t)info.f_bavail * info.f_frsize;
	size = g_format_size_full(left, G_FORMAT_SIZE_IEC_UNITS);
	if (info.f_flag & ST_RDONLY) {
		doctor_find(doctor, GRADE_WRONG, "%s: nothing may be written to this file system",
			folder);
		doctor_mend(doctor, "mount -o remount,rw, once it is known why");
	} else if (left < (uint64_t)TOO_LITTLE * MIB) {
		doctor_find(doctor, GRADE_WRONG, "%s: %s are left", folder, size);
		doctor_mend(doctor, "make room: imports and decisions fail until then");
	} else if (info.f_files > 0 && info.f_favail < FEW_INODES) {
		doctor_find(doctor, GRADE_WARNING, "%s: %lu inodes are left", folder,
			(unsigned long)info.f_favail);
		doctor_mend(doctor, "remove small files on this file system");
	} else if (left < (uint64_t)LITTLE * MIB ||
		info.f_bavail < info.f_blocks / 100 * LITTLE_PERCENT) {
		doctor_find(doctor, GRADE_WARNING, "%s: %s are left", folder, size);
		doctor_mend(doctor, "make room before it is needed");
	} else {
		doctor_find(doctor, GRADE_OK, "%s: %s are left", folder, size);
	}
}

typedef struct FileSystem {
	unsigned long magic; /* statfs(2) */
	const char *name;
	bool far; /* the store's -shm file is not shared with who writes elsewhere */
} FileSystem;

static void
look_file_system(Doctor *doctor)
{
	static const FileSystem doubtful[] = {
		{ 0x6969, "NFS", true },
		{ 0x517b, "SMB", true },
		{ 0xff534d42, "CIFS", true },
		{ 0xfe534d42, "SMB", true },
		{ 0x5346414f, "AFS", true },
		{ 0x00c36400, "Ceph", true },
		{ 0x01021997, "9P", true },
		{ 0x65735546, "FUSE", true },
		{ 0x01021994, "tmpfs", false },
	};
	g_autofree char *folder = folder_that_is(doctor->store_path);
	struct statfs info;

	if (statfs(folder, &info) < 0) {
		doctor_find(doctor, GRADE_WRONG, "%s: %s", folder, g_strerror(errno));
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(doubtful); i++) {
		if ((unsigned long)info.f_type != doubtful[i].magic)
			continue;
		doctor_find(doctor, GRADE_WARNING, "%s is %s: %s", folder, doubtful[i].name,
			doubtful[i].far ? "two machines that open the store damage it"
					: "the store is gone with the next boot");
		doctor_mend(doctor, "move the store to a disk of this machine");
		return;
	}
	doctor_find(doctor, GRADE_OK, "%s is on a disk of this machine", folder);
}

/* ---- terminal ---- */

static void
look_locale(Doctor *doctor)
{
	const char *charset = nl_langinfo(CODESET);

	if (strcmp(charset, "UTF-8") == 0) {
		doctor_find(doctor, GRADE_OK, "UTF-8");
		return;
	}
	doctor_find(doctor, GRADE_WARNING, "%s: other letters are shown as ?", charset);
	doctor_mend(doctor, "LC_ALL=C.UTF-8 lazaret, or another of those that locale -a lists");
}

static void
look_terminal(Doctor *doctor)
{
	const char *name = g_getenv("TERM");
	int colors;

	if (!name || !*name || strcmp(name, "dumb") == 0) {
		doctor_find(doctor, GRADE_SKIPPED,
			"no terminal: the commands work, the console does not");
		return;
	}
	if (!screen_knows(name, &colors)) {
		doctor_find(doctor, GRADE_WARNING, "%s: terminfo knows none of that name", name);
		doctor_mend(doctor, "apt-get install ncurses-term, or TERM=xterm lazaret");
		return;
	}
	doctor_find(doctor, GRADE_OK, "%s, %d colours%s", name, colors,
		colors < FEW_COLORS ? ": marks stand for them" : "");
}

/* -r, or --raw-control-chars: what a mail says of the terminal is done. */
static bool
less_shows_raw(const char *options)
{
	g_auto(GStrv) words = g_strsplit_set(options, " $", -1);

	for (char **word = words; *word; word++) {
		if (strcmp(*word, "--raw-control-chars") == 0)
			return true;
		if (!g_str_has_prefix(*word, "--") && !strpbrk(*word, "=") && strchr(*word, 'r'))
			return true;
	}
	return false;
}

/* lazaret starts none; people pipe into one. */
static void
look_pager(Doctor *doctor)
{
	const char *options = g_getenv("LESS");

	if (options && less_shows_raw(options)) {
		doctor_find(doctor, GRADE_WARNING,
			"LESS=%s: less lets escape sequences of raw mail through to the terminal",
			options);
		doctor_mend(doctor, "LESS=-R, which lets colours through and nothing else");
		return;
	}
	doctor_find(doctor, GRADE_OK, "lazaret starts none%s",
		g_strcmp0(g_getenv("LESSSECURE"), "1") == 0
			? ""
			: "; LESSSECURE=1 keeps less from starting programs by a key");
}

/* clang-format off */
const DoctorCheck doctor_machine_checks[] = {
	{ "machine.clock",    NEEDS_NOTHING, "the time, against what the store knows of", look_clock },
	{ "machine.disk",     NEEDS_NOTHING, "space and inodes where the store is", look_disk },
	{ "machine.files",    NEEDS_NOTHING, "the kind of file system it is on", look_file_system },
	{ "terminal.locale",  NEEDS_NOTHING, "UTF-8", look_locale },
	{ "terminal.type",    NEEDS_NOTHING, "TERM, and its colours", look_terminal },
	{ "terminal.pager",   NEEDS_NOTHING, "what mail could do in less(1)", look_pager },
	{ 0 },
};
/* clang-format on */
