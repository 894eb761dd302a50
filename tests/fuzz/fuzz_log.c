/* Lines of a mail server's log: log_line.h, log_time.h. */
#include "importer/log_line.h"

#include "mail/queue_id.h"
#include "tests/fuzz/fuzz.h"

enum {
	LATEST = 1796000000, /* 2026-11-30 */
};

static void
check_held(const LogLine *line)
{
	g_auto(LogHeld) held = { 0 };

	if (log_held_read(line->text, "mx.example", "192.0.2.1", &held)) {
		g_assert_nonnull(held.sender);
		g_assert_nonnull(held.recipient);
	}
}

static void
check_line(const char *text, LogClock *clock)
{
	g_auto(LogLine) line = { 0 };
	LogKind kind = log_line_read(text, clock, &line);

	g_assert_cmpint(line.kind, ==, kind);
	if (kind == LOG_OTHER || kind == LOG_BROKEN)
		return;
	g_assert_true(queue_id_is(line.queue_id));
	g_assert_nonnull(line.server);
	g_assert_cmpint(line.total, >=, 0);
	if (kind == LOG_RECIPIENT || kind == LOG_ACTIVE)
		g_assert_nonnull(line.address);
	if (kind == LOG_MESSAGE_ID || kind == LOG_HELD)
		g_assert_nonnull(line.text);
	if (kind == LOG_HELD)
		check_held(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	LogClock clock = { .latest = LATEST };

	while (fuzz.left > 0) {
		g_autofree char *line = fuzz_line(&fuzz);

		check_line(line, &clock);
	}
	return 0;
}
