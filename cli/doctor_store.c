#include <sys/stat.h>

#include "cli/doctor.h"
#include "cli/when.h"
#include "store/verify.h"

enum {
	LOOK_SECONDS = 5, /* at the pages of a large store: verify looks at all */
	MIB = 1024 * 1024,
	LARGE_LOG = 256, /* MiB: it is taken over at 64, unless a reader keeps it */
};

static char *
size_text(int64_t bytes)
{
	return g_format_size_full((guint64)MAX(bytes, 0), G_FORMAT_SIZE_IEC_UNITS);
}

static void
mend_unopened(Doctor *doctor)
{
	switch ((StoreError)doctor->unopened->code) {
	case STORE_ERROR_NO_STORE:
		doctor_mend(doctor,
			"lazaret import SOURCE makes one; --store and LAZARET_STORE name another");
		return;
	case STORE_ERROR_NOT_A_STORE:
		doctor_mend(doctor,
			"put the last good copy in its place; lazaret verify tells what is damaged");
		return;
	case STORE_ERROR_NEWER:
		doctor_mend(doctor, "use the newer lazaret; going back needs a copy from before");
		return;
	case STORE_ERROR_PERMISSION:
		doctor_mend(
			doctor, "make a copy, then run lazaret stats as a user who may write it");
		return;
	case STORE_ERROR_SQL:
	case STORE_ERROR_BUSY:
	case STORE_ERROR_NOT_FOUND:
	case STORE_ERROR_FULL:
	case STORE_ERROR_IO:
	case STORE_ERROR_OUTDATED:
	case STORE_ERROR_CONFLICT:
	case STORE_ERROR_REFUSED:
	case STORE_ERROR_PURGED:
	case STORE_ERROR_STOPPED:
		return;
	}
}

/* That there is none yet is how everyone begins. */
static void
look_open(Doctor *doctor)
{
	g_autofree char *size = size_text(doctor->health.bytes);

	if (doctor->store) {
		doctor_find(doctor, GRADE_OK, "%s: %" G_GINT64_FORMAT " messages, %s, schema %d",
			doctor->store_path, doctor->health.messages, size, doctor->health.version);
		return;
	}
	doctor_find(doctor,
		g_error_matches(doctor->unopened, STORE_ERROR, STORE_ERROR_NO_STORE) ? GRADE_WARNING
										     : GRADE_WRONG,
		"%s", doctor->unopened->message);
	mend_unopened(doctor);
}

/* ---- what verify would say ---- */

static void
on_fault(const char *words, void *data)
{
	doctor_find(data, GRADE_WRONG, "%s", words);
	doctor_mend(data, "lazaret verify tells all of it; keep the file as it is, and a copy");
}

static bool
time_is_over(void *data)
{
	const int64_t *deadline = data;

	return g_get_monotonic_time() > *deadline;
}

/* Whether the part is well; what is not is found. */
static bool
verify_part(Doctor *doctor, VerifyPart part, VerifySummary *summary)
{
	const VerifyOptions options = { .fault = on_fault, .data = doctor };
	int64_t deadline = g_get_monotonic_time() + (int64_t)LOOK_SECONDS * G_USEC_PER_SEC;
	g_autoptr(GError) error = NULL;
	bool done;

	store_set_stop(doctor->store, time_is_over, &deadline);
	done = store_verify_part(doctor->store, part, &options, summary, &error);
	store_set_stop(doctor->store, NULL, NULL);
	if (done)
		return summary->faults == 0;
	if (g_error_matches(error, STORE_ERROR, STORE_ERROR_STOPPED)) {
		doctor_find(doctor, GRADE_OK, "nothing was found within %d s; there is more",
			LOOK_SECONDS);
		doctor_mend(doctor, "lazaret verify looks at all of it");
	} else {
		doctor_find(doctor, GRADE_WRONG, "%s", error->message);
	}
	return false;
}

static void
look_pages(Doctor *doctor)
{
	VerifySummary summary;

	if (verify_part(doctor, VERIFY_PAGES, &summary))
		doctor_find(doctor, GRADE_OK, "its pages are what a database has");
}

static void
look_guards(Doctor *doctor)
{
	VerifySummary summary;

	if (verify_part(doctor, VERIFY_GUARDS, &summary))
		doctor_find(doctor, GRADE_OK, "what was decided can't be overwritten unseen");
}

static void
look_history(Doctor *doctor)
{
	VerifySummary summary;
	char hex[DIGEST_HEX];

	if (!verify_part(doctor, VERIFY_HISTORY, &summary))
		return;
	digest_hex(summary.head, hex);
	if (summary.has_head)
		doctor_find(doctor, GRADE_OK,
			"the last %" G_GINT64_FORMAT " operations stand as written, up to %.16s...",
			summary.operations, hex);
	else
		doctor_find(doctor, GRADE_OK, "nothing was decided yet");
}

/* ---- what it takes ---- */

static void
look_log(Doctor *doctor)
{
	g_autofree char *path = g_strconcat(doctor->store_path, "-wal", NULL);
	g_autofree char *size = NULL;
	struct stat info = { 0 };

	if (stat(path, &info) < 0 || info.st_size == 0) {
		doctor_find(doctor, GRADE_OK, "nothing waits in the -wal file");
		return;
	}
	size = size_text(info.st_size);
	if (info.st_size <= (int64_t)LARGE_LOG * MIB) {
		doctor_find(doctor, GRADE_OK, "%s in the -wal file", size);
		return;
	}
	doctor_find(doctor, GRADE_WARNING,
		"%s in the -wal file: somebody has been reading for so long that it can't be taken over",
		size);
	doctor_mend(doctor, "end old consoles and commands on this store: fuser -v %s",
		doctor->store_path);
}

static void
look_space(Doctor *doctor)
{
	g_autofree char *free_size = size_text(doctor->health.free_bytes);

	doctor_find(doctor, GRADE_OK, "%s of it are free for what comes next", free_size);
}

static void
look_arrivals(Doctor *doctor)
{
	g_autofree char *when = when_text(doctor->health.imported);

	if (doctor->health.imported == 0) {
		doctor_find(doctor, GRADE_WARNING, "no message was ever imported");
		doctor_mend(doctor,
			"lazaret import SOURCE; lazaret(7) tells for each gateway what that is");
		return;
	}
	doctor_find(doctor, GRADE_OK, "the newest message was imported at %s UTC", when);
}

/* ---- the outbox ---- */

static void
look_outbox(Doctor *doctor)
{
	const StoreHealth *health = &doctor->health;
	const int64_t *deliveries = health->deliveries;

	if (deliveries[DELIVERY_UNKNOWN] > 0 || health->expired > 0) {
		doctor_find(doctor, GRADE_WARNING,
			"%" G_GINT64_FORMAT
			" deliveries may have left or not: whoever sent them was stopped",
			deliveries[DELIVERY_UNKNOWN] + health->expired);
		doctor_mend(doctor,
			"lazaret outbox names them; ask the server, then lazaret outbox retry ID sends again");
	}
	if (health->overdue > 0) {
		doctor_find(doctor, GRADE_WARNING,
			"%" G_GINT64_FORMAT
			" deliveries are due for more than %d minutes: nobody sends them",
			health->overdue, HEALTH_LATE / 60);
		doctor_mend(doctor, "lazaret deliver, from a timer, or lazaret deliver --watch");
	}
	if (deliveries[DELIVERY_UNKNOWN] + health->expired + health->overdue == 0)
		doctor_find(doctor, GRADE_OK,
			"%" G_GINT64_FORMAT " on their way, %" G_GINT64_FORMAT " failed",
			deliveries[DELIVERY_QUEUED] + deliveries[DELIVERY_SENDING],
			deliveries[DELIVERY_FAILED]);
}

/* clang-format off */
const DoctorCheck doctor_store_checks[] = {
	{ "store.open",     NEEDS_NOTHING, "it is there, ours, and of this version", look_open },
	{ "store.pages",    NEEDS_STORE, "the database's own check of its pages", look_pages },
	{ "store.guards",   NEEDS_STORE, "the triggers that keep what was decided", look_guards },
	{ "store.history",  NEEDS_STORE, "the hashes of the last operations", look_history },
	{ "store.log",      NEEDS_STORE, "the size of the -wal file", look_log },
	{ "store.space",    NEEDS_STORE, "space in it that is free", look_space },
	{ "store.arrivals", NEEDS_STORE, "when the newest message was imported", look_arrivals },
	{ "store.outbox",   NEEDS_STORE, "deliveries that nobody sends, or of which nobody knows", look_outbox },
	{ 0 },
};
/* clang-format on */
