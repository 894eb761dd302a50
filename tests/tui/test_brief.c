/* What the brief says of an envelope that a mail server's log told. */
#include "tui/brief.h"

#include <string.h>

#include "mail/message.h"
#include "tui/reader.h"

enum {
	ROWS = 20,
	COLUMNS = 100,
};

static char *
shown(MessageLog *log)
{
	char *recipients[] = { (char *)"ann@inside.test", NULL };
	MessageRow row = {
		.received = 1780000000,
		.subject = (char *)"",
		.from = (char *)"news@shop.example",
		.from_name = (char *)"",
		.domain = (char *)"shop.example",
		.sender = (char *)"s@out.example",
		.recipients = recipients,
		.to = (char *)"",
		.source = (char *)"maildir:/q/cur/1",
		.log = log,
	};
	const Dossier dossier = { .row = &row, .now = 1780000000 };
	g_autoptr(Sheet) sheet = sheet_new(COLUMNS);
	g_autoptr(Frame) frame = frame_new(ROWS, COLUMNS);

	brief_who(&dossier, sheet);
	brief_route(&dossier, sheet);
	sheet_draw(sheet, frame, frame_area(frame), 0);
	return frame_dump(frame);
}

static void
test_envelope_from_a_log(void)
{
	MessageLog log = {
		.server = (char *)"mx",
		.queue_id = (char *)"4jdBHB2QvMz1bcM3",
		.client_name = (char *)"a8-1.smtp-out.amazonses.com",
		.client_ip = (char *)"54.240.8.1",
		.helo = (char *)"\033[2Ja8-1",
		.sender = true,
		.recipients = true,
	};
	g_autofree char *all = shown(&log);
	g_autofree char *client = NULL;
	g_autofree char *none = shown(NULL);

	g_test_message("%s", all);
	g_assert_nonnull(strstr(all, "as the mail server's log says"));
	g_assert_nonnull(
		strstr(all, "sender and recipients from the log of mx, joined by Message-ID"));
	g_assert_nonnull(strstr(all, "<ESC>[2Ja8-1"));
	log.sender = log.recipients = false;
	client = shown(&log);
	g_assert_null(strstr(client, "as the mail server's log says"));
	g_assert_nonnull(strstr(client, "queue id 4jdBHB2QvMz1bcM3, client a8-1"));
	g_assert_null(strstr(none, "queue id"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/brief/envelope-from-a-log", test_envelope_from_a_log);
	return g_test_run();
}
