/* doctor.h - looks for what would keep lazaret from doing its work, and says how to mend it
 *
 * A check only looks: it writes nothing, makes nothing, and opens no socket of the network
 * unless it was asked to connect.  What it says holds no secret and nothing of a message.
 *
 * To add one: write its function, and its row in the table of its area.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/command.h"
#include "store/health.h"

typedef enum {
	GRADE_OK,
	GRADE_SKIPPED, /* it can't be told, because of something else that is said */
	GRADE_WARNING, /* it works, but not as well or as safely as it could */
	GRADE_WRONG,
	GRADES
} Grade;
const char *grade_name(Grade grade);

typedef enum {
	NEEDS_NOTHING,
	NEEDS_SETTINGS,
	NEEDS_STORE,
} DoctorNeeds;

typedef struct Doctor Doctor;

typedef struct DoctorCheck {
	const char *name; /* "store.whole" */
	DoctorNeeds needs;
	const char *help;
	void (*look)(Doctor *doctor); /* finds one thing or more */
} DoctorCheck;

typedef struct DoctorFinding {
	const DoctorCheck *check;
	Grade grade;
	char *words;
	char *mend; /* a command, or what to do; NULL: nothing is to be done */
} DoctorFinding;

struct Doctor {
	const char *store_path;
	int64_t now;
	bool connect;
	Settings *settings; /* NULL: .unsettled says why */
	GError *unsettled;
	Store *store; /* NULL: .unopened says why */
	GError *unopened;
	StoreHealth health;       /* of .store */
	const DoctorCheck *check; /* that looks */
	GPtrArray *findings;      /* of DoctorFinding */
};

/* Reads the settings and opens the store, untouched; @store_path is borrowed. */
Doctor *doctor_new(const char *store_path, int64_t now, bool connect);
void doctor_free(Doctor *doctor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Doctor, doctor_free)

/* All checks, in the order of the manual. */
void doctor_look(Doctor *doctor);

/* Number @place of all checks; NULL: there are no more. */
const DoctorCheck *doctor_check_at(size_t place);

/* For checks. */
void doctor_find(Doctor *doctor, Grade grade, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* How to mend what was found last. */
void doctor_mend(Doctor *doctor, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* @path as a shell reads it.  Yours. */
char *doctor_word(const char *path);

/* Each ends with an empty row. */
extern const DoctorCheck doctor_store_checks[], doctor_file_checks[], doctor_way_checks[],
	doctor_box_checks[], doctor_machine_checks[];

#endif
