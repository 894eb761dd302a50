#include "cli/when.h"

#include <glib.h>

#include "store/moment.h"

enum {
	NOW = 1000000000 /* 2001-09-09T01:46:40Z */
};

static void
test_durations(void)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {
		{ "0s", 0 },
		{ "30s", 30 },
		{ "5m", 300 },
		{ "2h", 7200 },
		{ "90d", 7776000 },
		{ "36500d", INT64_C(3153600000) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		int64_t seconds = -1;

		g_assert_true(duration_parse(good[i].text, &seconds));
		g_assert_cmpint(seconds, ==, good[i].seconds);
	}
}

static void
test_no_durations(void)
{
	static const char *const bad[] = { "", "s", "30", "30x", "30sd", "-5s", "+5s", " 5s", "5 s",
		"1.5h", "36501d", "99999999999999999999s", "18446744073709551615d", "5S" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		int64_t seconds;

		if (duration_parse(bad[i], &seconds))
			g_error("'%s' was taken for a duration", bad[i]);
	}
}

static void
test_expiries(void)
{
	int64_t at = 0;

	g_assert_true(expiry_parse("90d", NOW, &at));
	g_assert_cmpint(at, ==, NOW + INT64_C(7776000));
	g_assert_true(expiry_parse("2026-05-01", NOW, &at));
	g_assert_cmpint(at, ==, INT64_C(1777593600));
	g_assert_false(expiry_parse("2026-02-30", NOW, &at));
	g_assert_false(expiry_parse("2026-5-1", NOW, &at));
	g_assert_false(expiry_parse("20260501", NOW, &at));
	g_assert_false(expiry_parse("tomorrow", NOW, &at));
	g_assert_false(expiry_parse("", NOW, &at));
}

static void
test_moments(void)
{
	static const char *const none[] = { "", "tomorrow", "2026-02-30", "2026-05-01 24:00",
		"2026-05-01 8:00", "2026-05-01 08:60", "2026-05-01  08:00", "2026-05-01 ",
		"2026-05-01T08:00", NULL };
	int64_t at = 0;

	g_assert_true(moment_parse("8h", NOW, &at));
	g_assert_cmpint(at, ==, NOW - 8 * 3600);
	g_assert_true(moment_parse("2026-05-01", NOW, &at));
	g_assert_cmpint(at, ==, INT64_C(1777593600));
	g_assert_true(moment_parse("2026-05-01 08:30", NOW, &at));
	g_assert_cmpint(at, ==, INT64_C(1777593600) + 8 * 3600 + 30 * 60);
	for (int i = 0; none[i]; i++)
		g_assert_false(moment_parse(none[i], NOW, &at));
}

static void
test_shown(void)
{
	g_autofree char *text = when_text(NOW);
	g_autofree char *iso = moment_text(NOW);
	g_autofree char *none = when_text(0);
	g_autofree char *far = when_text(G_MAXINT64);

	g_assert_cmpstr(text, ==, "2001-09-09 01:46");
	g_assert_cmpstr(iso, ==, "2001-09-09T01:46:40Z");
	g_assert_cmpstr(none, ==, "-");
	g_assert_cmpstr(far, ==, "-");
	g_assert_null(moment_text(0));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/when/durations", test_durations);
	g_test_add_func("/when/what-is-no-duration", test_no_durations);
	g_test_add_func("/when/expiry-is-a-duration-or-a-day", test_expiries);
	g_test_add_func("/when/moment-is-a-while-ago-a-day-or-a-minute", test_moments);
	g_test_add_func("/when/shown-in-utc", test_shown);
	return g_test_run();
}
