#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/outgoing.h"
#include "cli/site.h"
#include "importer/resolve.h"

enum {
	PATIENCE = 15,      /* seconds for a server's greeting */
	FEW_WATCHES = 8192, /* folders that import --watch hears of at once */
};

/* ---- out ---- */

static void
tell_probe(Doctor *doctor, ProbeResult result, const char *words)
{
	switch (result) {
	case PROBE_GOOD:
		doctor_find(doctor, GRADE_OK, "%s", words);
		return;
	case PROBE_DOUBTFUL:
		doctor_find(doctor, GRADE_WARNING,
			"%s: whoever stands between may read what is released", words);
		doctor_mend(doctor, "lazaret config smtp-tls verify");
		return;
	case PROBE_BAD:
		doctor_find(doctor, GRADE_WRONG, "%s", words);
		doctor_mend(doctor,
			"lazaret config transport PLACE; lazaret release --help lists them");
		return;
	}
}

/* The data folder is made by whoever delivers; what is elsewhere must be there. */
static bool
is_still_to_be_made(const char *spec)
{
	g_autofree char *folder = data_folder();
	g_autofree char *beginning = g_strconcat("maildir:", folder, "/", NULL);

	return g_str_has_prefix(spec, beginning) && access(folder, F_OK) < 0 && errno == ENOENT;
}

static void
look_transport(Doctor *doctor)
{
	const char *spec = settings_text(doctor->settings, SETTING_TRANSPORT);
	g_auto(Outgoing) outgoing = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree char *words = NULL;
	Probe probe = {
		.host = g_get_host_name(), .connect = doctor->connect, .patience = PATIENCE
	};
	const Transport *transport;
	ProbeResult result;

	if (!outgoing_init(&outgoing, doctor->settings, &error)) {
		doctor_find(doctor, GRADE_WRONG, "%s", error->message);
		doctor_mend(doctor, "nothing leaves until that is mended: see files.secrets");
		return;
	}
	probe.smtp = &outgoing.smtp;
	transport = transport_of(spec, &probe.address, &error);
	g_assert(transport); /* the settings were checked */
	result = transport_probe(transport, &probe, &words);
	if (result == PROBE_BAD && is_still_to_be_made(spec))
		doctor_find(doctor, GRADE_OK, "%s: will be made with the first release", spec);
	else
		tell_probe(doctor, result, words);
}

/* ---- what mail is judged by ---- */

static void
look_trusted(Doctor *doctor)
{
	const char *ids = settings_word(doctor->settings, SETTING_TRUSTED_AUTHSERV_IDS);

	if (ids) {
		doctor_find(doctor, GRADE_OK, "results of %s count", ids);
		return;
	}
	doctor_find(doctor, GRADE_WARNING,
		"no server is trusted to say what passed SPF, DKIM and DMARC: all of it is a claim");
	doctor_mend(doctor,
		"lazaret config trusted-authserv-ids NAME; your gateway begins its "
		"Authentication-Results with it");
}

static void
look_own(Doctor *doctor)
{
	const char *domains = settings_word(doctor->settings, SETTING_OWN_DOMAINS);

	if (domains) {
		doctor_find(doctor, GRADE_OK, "%s", domains);
		return;
	}
	doctor_find(doctor, GRADE_WARNING, "none are named: look-alikes of them go unseen");
	doctor_mend(doctor, "lazaret config own-domains 'example.org example.com'");
}

static void
look_lists(Doctor *doctor)
{
	g_auto(LocalSite) local = { 0 };
	g_autoptr(GError) error = NULL;

	if (local_site_load(&local, doctor->settings, &error) &&
		local_site_compile(&local, &error)) {
		doctor_find(doctor, GRADE_OK, "weights, brands, keys%s can be read",
			local.yara_rules ? " and YARA rules" : "");
		return;
	}
	doctor_find(doctor, GRADE_WRONG, "%s", error->message);
	doctor_mend(doctor, "nothing is imported until that is mended");
}

static void
look_signatures(Doctor *doctor)
{
	const char *server = settings_text(doctor->settings, SETTING_DNS);
	g_autoptr(GError) error = NULL;
	g_autoptr(Resolver) resolver = NULL;

	if (strcmp(server, "off") == 0) {
		doctor_find(doctor, GRADE_OK, "%s, and nobody is asked for keys",
			settings_word(doctor->settings, SETTING_DKIM_KEYS)
				? "verified with the keys of dkim-keys"
				: "as trusted servers say");
		return;
	}
	resolver = resolver_new(server, &error);
	if (resolver) {
		doctor_find(doctor, GRADE_OK, "keys are asked of the DNS (%s)", server);
		return;
	}
	doctor_find(doctor, GRADE_WRONG, "dns = %s: %s", server, error->message);
	doctor_mend(doctor, "lazaret config dns off, or the address of a resolver");
}

static void
look_clamd(Doctor *doctor)
{
	const char *path = settings_word(doctor->settings, SETTING_CLAMD);
	struct stat info = { 0 };

	if (!path) {
		doctor_find(doctor, GRADE_OK, "nobody is asked");
		return;
	}
	errno = 0;
	if (stat(path, &info) == 0 && S_ISSOCK(info.st_mode) && access(path, W_OK) == 0) {
		doctor_find(doctor, GRADE_OK, "%s is there", path);
		return;
	}
	doctor_find(doctor, GRADE_WARNING,
		"%s: %s: attachments are imported without being looked at", path,
		errno ? g_strerror(errno) : "no socket");
	doctor_mend(doctor, "start clamd, or add this user to its group; then lazaret rescore");
}

/* ---- in ---- */

static bool
has_aws_keys(const Settings *settings)
{
	return settings_word(settings, SETTING_S3_CREDENTIALS) ||
		settings_word(settings, SETTING_S3_CREDENTIALS_COMMAND) ||
		g_getenv("AWS_ACCESS_KEY_ID");
}

static void
look_buckets(Doctor *doctor)
{
	const char *buckets = settings_word(doctor->settings, SETTING_S3_BUCKETS);

	if (!buckets) {
		doctor_find(doctor, GRADE_OK, "none are named: notifications are not followed");
	} else if (has_aws_keys(doctor->settings)) {
		doctor_find(doctor, GRADE_OK, "%s, with keys", buckets);
	} else {
		doctor_find(doctor, GRADE_WARNING, "%s, but without keys: nothing can be fetched",
			buckets);
		doctor_mend(
			doctor, "lazaret config s3-credentials FILE, or s3-credentials-command");
	}
}

static void
look_watches(Doctor *doctor)
{
	static const char path[] = "/proc/sys/fs/inotify/max_user_watches";
	g_autofree char *text = NULL;
	gint64 most;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		doctor_find(doctor, GRADE_WARNING,
			"no inotify here: import --watch finds what is new by its scan alone");
		return;
	}
	most = g_ascii_strtoll(text, NULL, 10);
	doctor_find(doctor, most < FEW_WATCHES ? GRADE_WARNING : GRADE_OK,
		"import --watch may hear of %" G_GINT64_FORMAT " folders at once", most);
	if (most < FEW_WATCHES)
		doctor_mend(doctor, "sysctl fs.inotify.max_user_watches=65536");
}

/* clang-format off */
const DoctorCheck doctor_way_checks[] = {
	{ "out.transport",   NEEDS_SETTINGS, "where releases go could take them; --connect greets it", look_transport },
	{ "site.trusted",    NEEDS_SETTINGS, "whose authentication results count", look_trusted },
	{ "site.own",        NEEDS_SETTINGS, "the organisation's own domains", look_own },
	{ "site.lists",      NEEDS_SETTINGS, "files that mail is judged by", look_lists },
	{ "site.signatures", NEEDS_SETTINGS, "how DKIM signatures are verified", look_signatures },
	{ "site.clamd",      NEEDS_SETTINGS, "the virus scanner's socket", look_clamd },
	{ "in.buckets",      NEEDS_SETTINGS, "keys for the buckets that notifications name", look_buckets },
	{ "in.watches",      NEEDS_NOTHING,  "how many folders can be watched", look_watches },
	{ 0 },
};
/* clang-format on */
