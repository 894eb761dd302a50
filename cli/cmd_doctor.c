#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/listing.h"

typedef struct Choices {
	Format format;
	gboolean connect;
	gboolean quiet; /* only what is not well */
} Choices;

static bool
is_told(const DoctorFinding *finding, const Choices *choices)
{
	return !choices->quiet || finding->grade == GRADE_WARNING || finding->grade == GRADE_WRONG;
}

static void
print_for_people(Session *session, const DoctorFinding *finding)
{
	output_line(session->output, "%-8s %-19s %s", grade_name(finding->grade),
		finding->check->name, finding->words);
	if (finding->mend)
		output_line(session->output, "%-8s %-19s -> %s", "", "", finding->mend);
}

static void
print_findings(Session *session, const Doctor *doctor, const Choices *choices)
{
	static const ListingColumn columns[] = {
		{ .name = "grade" },
		{ .name = "check" },
		{ .name = "found" },
		{ .name = "mend" },
	};
	g_autoptr(Listing) listing = NULL;

	if (choices->format != FORMAT_TABLE)
		listing = listing_new(
			session->output, choices->format, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < doctor->findings->len; i++) {
		const DoctorFinding *finding = g_ptr_array_index(doctor->findings, i);

		if (!is_told(finding, choices))
			continue;
		if (!listing) {
			print_for_people(session, finding);
			continue;
		}
		listing_text(listing, grade_name(finding->grade));
		listing_text(listing, finding->check->name);
		listing_text(listing, finding->words);
		listing_text(listing, finding->mend);
	}
}

static bool
judge(Session *session, const Doctor *doctor, const Choices *choices, GError **error)
{
	int counts[GRADES] = { 0 };

	for (guint i = 0; i < doctor->findings->len; i++)
		counts[((const DoctorFinding *)g_ptr_array_index(doctor->findings, i))->grade]++;
	if (choices->format == FORMAT_TABLE && !choices->quiet)
		output_line(session->output, "%d ok, %d skipped, %d to look at, %d wrong",
			counts[GRADE_OK], counts[GRADE_SKIPPED], counts[GRADE_WARNING],
			counts[GRADE_WRONG]);
	if (counts[GRADE_WRONG] == 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "%d %s wrong", counts[GRADE_WRONG],
		counts[GRADE_WRONG] == 1 ? "thing is" : "things are");
	return false;
}

static char *
checks_text(void)
{
	g_autoptr(GString) text = g_string_new("Checks:\n");
	const DoctorCheck *check;

	for (size_t place = 0; (check = doctor_check_at(place)); place++)
		g_string_append_printf(text, "  %-19s %s\n", check->name, check->help);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *format_name = NULL;
	g_autofree char *more = checks_text();
	g_autoptr(Doctor) doctor = NULL;
	Choices choices = { 0 };
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "connect", 'c', 0, G_OPTION_ARG_NONE, &choices.connect, "greet the server that releases go to, which opens a connection", NULL },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &choices.quiet, "only what is not well", NULL },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, more, error) ||
		!session_at_most(session, 0, error) ||
		!format_from_name(format_name, &choices.format, error))
		return false;
	doctor = doctor_new(session->store_path, session->now, choices.connect);
	doctor_look(doctor);
	print_findings(session, doctor, &choices);
	return judge(session, doctor, &choices, error);
}

const Command cmd_doctor = {
	.name = "doctor",
	.opens = OPENS_NOTHING,
	.usage = "",
	.summary =
		"look whether store, settings and machine are fit for work; how to mend what is not",
	.run = run,
};
