#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/doctor.h"
#include "importer/box.h"
#include "importer/box_walls.h"
#include "mail/filetype.h"
#include "mail/yara.h"

/* ---- the box ---- */

static void
look_kernel(Doctor *doctor)
{
	BoxWalls walls = box_walls();

	if (!walls.no_new_privs || !walls.seccomp) {
		doctor_find(doctor, GRADE_WRONG,
			"this kernel has no %s: mail is not parsed without",
			walls.seccomp ? "no_new_privs" : "seccomp filters");
		doctor_mend(doctor,
			"a kernel with CONFIG_SECCOMP_FILTER; in a container, one that allows seccomp(2)");
	} else if (walls.landlock == 0) {
		doctor_find(doctor, GRADE_WARNING,
			"no_new_privs and seccomp, but no landlock: one wall of two");
		doctor_mend(doctor, "boot with lsm=landlock,... where the kernel is 5.13 or newer");
	} else {
		doctor_find(doctor, GRADE_OK, "no_new_privs, seccomp, landlock %d", walls.landlock);
	}
}

static void
look_box(Doctor *doctor)
{
	static const char mail[] = "From: Lazaret <lazaret@example.org>\r\n"
				   "Subject: =?utf-8?q?are_you_well=3F?=\r\n"
				   "MIME-Version: 1.0\r\n"
				   "Content-Type: text/html; charset=utf-8\r\n\r\n"
				   "<p>See <a href=\"https://example.org/\">here</a>.</p>\r\n";
	const Site site = { .now = doctor->now };
	g_autoptr(GBytes) raw = g_bytes_new_static(mail, sizeof(mail) - 1);
	g_auto(BoxReply) reply = { 0 };
	g_autoptr(GError) error = NULL;
	int64_t begun = g_get_monotonic_time();

	if (!box_run(&site, BOX_INSPECT, raw, NULL, &reply, &error)) {
		doctor_find(doctor, GRADE_WRONG, "%s", error->message);
		doctor_mend(doctor, "see box.kernel and box.limits");
		return;
	}
	if (g_strcmp0(reply.message->subject, "are you well?") != 0 ||
		reply.message->links->len != 1) {
		doctor_find(doctor, GRADE_WRONG, "a sample mail came out of it as something else");
		doctor_mend(doctor, "build lazaret anew, with the libraries it runs with");
		return;
	}
	doctor_find(doctor, GRADE_OK, "one started, closed itself off and read a mail in %d ms",
		(int)((g_get_monotonic_time() - begun) / 1000));
}

/* ---- limits ---- */

typedef struct Limit {
	__rlimit_resource_t resource;
	rlim_t least;
	const char *words;
	const char *mend;
} Limit;

static void
look_limits(Doctor *doctor)
{
	static const Limit limits[] = {
		{ RLIMIT_NPROC, 64, "processes at once", "ulimit -u 512" },
		{ RLIMIT_NOFILE, 256, "open files", "ulimit -n 1024" },
		{ RLIMIT_FSIZE, RLIM_INFINITY, "bytes in one file, the store too",
			"ulimit -f unlimited" },
		{ RLIMIT_AS, RLIM_INFINITY, "bytes of memory for each process",
			"ulimit -v unlimited" },
	};
	bool well = true;

	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		struct rlimit now;

		if (getrlimit(limits[i].resource, &now) < 0 || now.rlim_cur >= limits[i].least)
			continue;
		well = false;
		doctor_find(doctor, GRADE_WARNING, "at most %llu %s",
			(unsigned long long)now.rlim_cur, limits[i].words);
		doctor_mend(doctor, "%s, or the LimitXXX of its systemd unit", limits[i].mend);
	}
	if (well)
		doctor_find(doctor, GRADE_OK, "processes, files, sizes and memory suffice");
}

/* main() sees to both: a core file would hold mail. */
static void
look_cores(Doctor *doctor)
{
	struct rlimit cores = { 0, 0 };
	bool none = getrlimit(RLIMIT_CORE, &cores) == 0 && cores.rlim_max == 0;

	if (none && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) {
		doctor_find(
			doctor, GRADE_OK, "none is written, and nobody may attach to this program");
		return;
	}
	doctor_find(doctor, GRADE_WRONG, "a crash may write mail to the disk");
	doctor_mend(doctor, "a seccomp filter around lazaret must allow prctl(2) and setrlimit(2)");
}

/* ---- libraries ---- */

/* "The WAL-reset bug" of https://sqlite.org/wal.html: 3.7.0 to 3.51.2, but for what was mended. */
static bool
may_lose_a_checkpoint(int version)
{
	return version < 3044006 || (version >= 3045000 && version < 3050007) ||
		(version >= 3051000 && version < 3051003);
}

static void
look_sqlite(Doctor *doctor)
{
	int built;
	int version = store_library_version(&built);

	if (version < built) {
		doctor_find(doctor, GRADE_WRONG,
			"SQLite %d runs, but this was built with the newer %d", version, built);
		doctor_mend(doctor, "install the newer one, or build lazaret anew");
	} else if (may_lose_a_checkpoint(version)) {
		doctor_find(doctor, GRADE_WARNING,
			"SQLite %d.%d.%d: where two processes write, a race that is very rare may damage "
			"the store (mended in 3.51.3, 3.50.7, 3.44.6)",
			version / 1000000, version / 1000 % 1000, version % 1000);
		doctor_mend(doctor,
			"upgrade where the system offers one; keep copies, and run lazaret verify");
	} else {
		doctor_find(doctor, GRADE_OK, "SQLite %d.%d.%d", version / 1000000,
			version / 1000 % 1000, version % 1000);
	}
}

static void
look_gmime(Doctor *doctor)
{
	g_autofree char *built = NULL;
	g_autofree char *version = message_parser_version(&built);

	if (strcmp(version, built) == 0) {
		doctor_find(doctor, GRADE_OK, "GMime %s", version);
		return;
	}
	doctor_find(
		doctor, GRADE_WARNING, "GMime %s runs, but this was built with %s", version, built);
	doctor_mend(doctor, "build lazaret anew");
}

static void
look_magic(Doctor *doctor)
{
	bool known;
	int version = filetype_library(&known);

	if (known) {
		doctor_find(doctor, GRADE_OK, "libmagic %d.%02d, with its database", version / 100,
			version % 100);
		return;
	}
	doctor_find(doctor, GRADE_WRONG,
		"libmagic %d.%02d has no database: no attachment's type is known", version / 100,
		version % 100);
	doctor_mend(doctor, "apt-get install libmagic-mgc; unset MAGIC");
}

static void
look_options(Doctor *doctor)
{
	bool qr = message_reads_qr();
	bool yara = yara_is_built_in();

	doctor_find(doctor, qr ? GRADE_OK : GRADE_WARNING,
		"QR codes in pictures are %s; YARA rules are %s", qr ? "read" : "not read",
		yara ? "built in" : "not built in");
	if (!qr)
		doctor_mend(doctor,
			"apt-get install libzbar-dev libpng-dev libturbojpeg0-dev, and build anew");
}

/* clang-format off */
const DoctorCheck doctor_box_checks[] = {
	{ "box.kernel",     NEEDS_NOTHING, "what the kernel closes a parser off with", look_kernel },
	{ "box.start",      NEEDS_NOTHING, "a parser starts, closes itself off and reads a mail", look_box },
	{ "box.limits",     NEEDS_NOTHING, "limits that this user's processes have", look_limits },
	{ "box.cores",      NEEDS_NOTHING, "no core file with mail in it", look_cores },
	{ "library.sqlite", NEEDS_NOTHING, "SQLite's version", look_sqlite },
	{ "library.gmime",  NEEDS_NOTHING, "GMime's version", look_gmime },
	{ "library.magic",  NEEDS_NOTHING, "libmagic's version and its database", look_magic },
	{ "library.options", NEEDS_NOTHING, "what this program was built with", look_options },
	{ 0 },
};
/* clang-format on */
