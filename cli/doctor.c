#include "cli/doctor.h"

#include <string.h>

static const DoctorCheck *const areas[] = {
	doctor_store_checks,
	doctor_file_checks,
	doctor_way_checks,
	doctor_box_checks,
	doctor_machine_checks,
};

const char *
grade_name(Grade grade)
{
	static const char *const names[GRADES] = {
		[GRADE_OK] = "ok",
		[GRADE_SKIPPED] = "skipped",
		[GRADE_WARNING] = "warning",
		[GRADE_WRONG] = "wrong",
	};

	return names[grade];
}

const DoctorCheck *
doctor_check_at(size_t place)
{
	for (size_t area = 0; area < G_N_ELEMENTS(areas); area++)
		for (const DoctorCheck *check = areas[area]; check->name; check++)
			if (place-- == 0)
				return check;
	return NULL;
}

/* ---- what is found ---- */

static void
finding_free(void *data)
{
	DoctorFinding *finding = data;

	g_free(finding->words);
	g_free(finding->mend);
	g_free(finding);
}

void
doctor_find(Doctor *doctor, Grade grade, const char *format, ...)
{
	DoctorFinding *finding = g_new0(DoctorFinding, 1);
	va_list arguments;

	va_start(arguments, format);
	finding->words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	finding->check = doctor->check;
	finding->grade = grade;
	g_ptr_array_add(doctor->findings, finding);
}

void
doctor_mend(Doctor *doctor, const char *format, ...)
{
	DoctorFinding *finding;
	va_list arguments;

	g_assert(doctor->findings->len > 0);
	finding = g_ptr_array_index(doctor->findings, doctor->findings->len - 1);
	g_free(finding->mend);
	va_start(arguments, format);
	finding->mend = g_strdup_vprintf(format, arguments);
	va_end(arguments);
}

char *
doctor_word(const char *path)
{
	static const char plain[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "/._-+@:,";

	return *path && strspn(path, plain) == strlen(path) ? g_strdup(path) : g_shell_quote(path);
}

/* ---- looking ---- */

static void
open_what_there_is(Doctor *doctor)
{
	g_autofree char *path = config_path();
	g_autofree char *folder = data_folder();

	doctor->settings = settings_load(path, folder, &doctor->unsettled);
	doctor->store = store_open(doctor->store_path, STORE_UNTOUCHED, &doctor->unopened);
	if (doctor->store &&
		!store_health(doctor->store, doctor->now, &doctor->health, &doctor->unopened))
		g_clear_pointer(&doctor->store, store_close);
}

Doctor *
doctor_new(const char *store_path, int64_t now, bool connect)
{
	Doctor *doctor = g_new0(Doctor, 1);

	doctor->store_path = store_path;
	doctor->now = now;
	doctor->connect = connect;
	doctor->findings = g_ptr_array_new_with_free_func(finding_free);
	open_what_there_is(doctor);
	return doctor;
}

void
doctor_free(Doctor *doctor)
{
	if (!doctor)
		return;
	settings_free(doctor->settings);
	store_close(doctor->store);
	g_clear_error(&doctor->unsettled);
	g_clear_error(&doctor->unopened);
	g_ptr_array_unref(doctor->findings);
	g_free(doctor);
}

/* What is missing, or NULL. */
static const char *
lacks(const Doctor *doctor, DoctorNeeds needs)
{
	switch (needs) {
	case NEEDS_NOTHING:
		return NULL;
	case NEEDS_SETTINGS:
		return doctor->settings ? NULL : "the settings can't be read";
	case NEEDS_STORE:
		return doctor->store ? NULL : "the store can't be read";
	}
	g_assert_not_reached();
}

void
doctor_look(Doctor *doctor)
{
	const DoctorCheck *check;

	for (size_t place = 0; (check = doctor_check_at(place)); place++) {
		const char *missing = lacks(doctor, check->needs);
		guint before = doctor->findings->len;

		doctor->check = check;
		if (missing)
			doctor_find(doctor, GRADE_SKIPPED, "%s", missing);
		else
			check->look(doctor);
		g_assert(doctor->findings->len > before);
	}
}
