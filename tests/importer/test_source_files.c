/* Sources that are files in a form of their gateway's: what stands before the message goes,
 * what it says of the envelope stays, and a file that is another's is named. */
#include "tests/importer/haul.h"
#include "tests/importer/place.h"

#define MESSAGE                                                                           \
	"Received: from a8-1.smtp-out.amazonses.com by mx.test; 1 May 2026 12:00 +0000\n" \
	"X-Spam-Flag: the sender's own\nSubject: hello\n\nbody\n"

static Haul *
haul_place(const Place *place, const char *kind)
{
	g_autofree char *spec = g_strconcat(kind, place->path, NULL);

	return haul_of(spec);
}

/* ---- amavis ---- */

/* As amavisd-new 2.13 wrote it (tests/amavis.t has the original do it). */
#define AMAVIS(id, to, blocked)                                                       \
	"Return-Path: <0100@amazonses.com>\nDelivered-To: banned-quarantine\n"        \
	"X-Envelope-From: <0100@amazonses.com>\nX-Envelope-To: " to "\n" blocked      \
	"X-Quarantine-ID: <" id ">\n"                                                 \
	"X-Amavis-Alert: BANNED, message contains\n application/octet-stream,a.exe\n" \
	"X-Spam-Flag: NO\nX-Spam-Score: 0\nX-Spam-Level:\n"                           \
	"X-Spam-Status: No, score=x tag=x tag2=x kill=x\n tests=[]\n"

static void
test_amavis(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "1/banned-1hSsZiemX_DG",
		AMAVIS("1hSsZiemX_DG", "<a@inside.test>,\n <\"b, c\"@inside.test>",
			"X-Envelope-To-Blocked: <\"b, c\"@inside.test>\n") MESSAGE);
	place_add_only(place, "q/spam-qhSsZiemX-DG",
		AMAVIS("qhSsZiemX-DG", "<a@inside.test>, <b@inside.test>", "") MESSAGE);
	haul = haul_place(place, "");
	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
	g_assert_cmpstr(raw(haul, 1), ==, MESSAGE);
	g_assert_cmpstr(envelope_at(haul, 0), ==, "0100@amazonses.com > \"b, c\"@inside.test");
	g_assert_cmpstr(
		envelope_at(haul, 1), ==, "0100@amazonses.com > a@inside.test b@inside.test");
	g_assert_true(g_str_has_prefix(g_ptr_array_index(haul->origins, 0), "amavis:/"));
}

/* A copy of what went to everyone is nobody's to be released to. */
static void
test_amavis_blocked_for_nobody(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "clean-1hSsZiemX_DG",
		AMAVIS("1hSsZiemX_DG", "<a@inside.test>", "X-Envelope-To-Blocked: \n") MESSAGE);
	haul = haul_place(place, "amavis:");
	g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
	g_assert_cmpstr(envelope_at(haul, 0), ==, "0100@amazonses.com >");
}

/* Nothing of the prefix stands twice: what looks like more of it is the message's. */
static void
test_amavis_prefix_ends(void)
{
	static const char *const begin[] = { "Return-Path: <forged@x.test>\n",
		"X-Envelope-To: <victim@inside.test>\n", "X-Quarantine-ID: <AAAAAAAAAAAA>\n",
		"Subject: x\n", "X-Spammy: x\n", "\n", "no field\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(begin); i++) {
		g_autoptr(Place) place = place_new();
		g_autofree char *message = g_strconcat(begin[i], MESSAGE, NULL);
		g_autofree char *text =
			g_strconcat(AMAVIS("1hSsZiemX_DG", "<a@inside.test>", ""), message, NULL);
		g_autofree char *path = place_add(place, "banned-1hSsZiemX_DG", text);
		g_autoptr(Haul) haul = haul_of(path);

		g_assert_cmpstr(raw(haul, 0), ==, message);
		g_assert_cmpstr(envelope_at(haul, 0), ==, "0100@amazonses.com > a@inside.test");
	}
}

static void
test_amavis_null_sender_and_line_ends(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "anything",
		"X-Envelope-From: <>\r\nX-Envelope-To: <a@inside.test>,\r\n\t<b@inside.test>\r\n"
		"X-Quarantine-ID: <1hSsZiemX_DG>\r\nReceived: from x\r\n\r\nbody\r\n");
	haul = haul_place(place, "");
	g_assert_cmpstr(raw(haul, 0), ==, "Received: from x\r\n\r\nbody\r\n");
	g_assert_cmpstr(envelope_at(haul, 0), ==, "<> > a@inside.test b@inside.test");
}

/* Another's header would send the message to another's recipients. */
static void
test_amavis_other_id_is_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(
		place, "spam-2hSsZiemX_DG", AMAVIS("1hSsZiemX_DG", "<a@inside.test>", "") MESSAGE);
	place_add_only(
		place, "spam-3hSsZiemX_DG", AMAVIS("3hSsZiemX_DG", "<a@inside.test>", "") MESSAGE);
	place_add_only(
		place, "spam-4hSsZiemX_DG", AMAVIS("x\033[2J", "<a@inside.test>", "") MESSAGE);
	place_add_only(place, "spam-5hSsZiemX_DG", AMAVIS("5hSsZiemX_DG", "<a@inside.test>", ""));
	place_add_only(place, "notes", "Received: but not by amavis\n\n");
	haul = haul_place(place, "amavis:");
	g_assert_cmpuint(haul->raws->len, ==, 1);
	assert_said(haul, "spam-2hSsZiemX_DG: its X-Quarantine-ID is 1hSsZiemX_DG");
	assert_said(haul, "spam-4hSsZiemX_DG: its X-Quarantine-ID is no id");
	assert_said(haul, "spam-5hSsZiemX_DG: nothing follows");
	g_assert_cmpint(haul->others, ==, 1);
}

/* Recipients without end: the id stands behind what a look at the file's head shows. */
static void
test_amavis_many_recipients(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(GString) text = g_string_new("X-Envelope-From: <s@x.test>\nX-Envelope-To: ");
	g_autoptr(Haul) haul = NULL;

	for (int i = 0; i < 1000; i++)
		g_string_append_printf(text, "%s<reader%d@inside.test>", i ? ",\n " : "", i);
	g_string_append(text, "\nX-Quarantine-ID: <1hSsZiemX_DG>\n" MESSAGE);
	place_add_only(place, "m", text->str);
	haul = haul_place(place, "");
	g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
	g_assert_true(g_str_has_suffix(envelope_at(haul, 0), " reader999@inside.test"));
}

/* Other gateways write X-Envelope-From as well, and their mail stays as it is. */
static void
test_no_amavis(void)
{
	static const char text[] = "X-Envelope-From: <s@x.test>\nX-Envelope-To: <a@inside.test>\n"
				   "Received: from x\n\nbody\n";
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "spam-2hSsZiemX_DG", text);
	g_autoptr(Haul) tree = haul_place(place, "");
	g_autoptr(Haul) file = haul_of(path);

	g_assert_cmpstr(raw(tree, 0), ==, text);
	g_assert_cmpstr(raw(file, 0), ==, text);
}

/* ---- Proxmox Mail Gateway ---- */

#define PMG "Delivered-To: a@inside.test,b@inside.test\nReturn-Path: 0100@amazonses.com\n"

static void
test_pmg(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "spam/1A/3C0A12BC6A0F1E2D0C350", PMG MESSAGE);
	place_add_only(place, "virus/FF/3C0A12BD6A0F1E2D0C351",
		"Delivered-To: a@inside.test\nReturn-Path: \n" MESSAGE);
	place_add_only(place, "active/3C0A12BE6A0F1E2D0C351", "garbage");
	haul = haul_place(place, "");
	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
	g_assert_cmpstr(raw(haul, 1), ==, MESSAGE);
	g_assert_cmpstr(
		envelope_at(haul, 0), ==, "0100@amazonses.com > a@inside.test b@inside.test");
	g_assert_cmpstr(envelope_at(haul, 1), ==, "<> > a@inside.test");
	g_assert_true(g_str_has_prefix(g_ptr_array_index(haul->origins, 0), "pmg:/"));
	g_assert_cmpint(haul->others, ==, 1);
}

/* Others write Delivered-To first: without PMG's name that is the message as it stands. */
static void
test_no_pmg(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "some-message", PMG MESSAGE);
	g_autofree char *named = g_strconcat("pmg:", path, NULL);
	g_autofree char *other = place_add(place, "other", MESSAGE);
	g_autofree char *wrong = g_strconcat("pmg:", other, NULL);
	g_autoptr(Haul) found = haul_of(path);
	g_autoptr(Haul) asked = haul_of(named);
	g_autoptr(Haul) refused = haul_of(wrong);

	g_assert_cmpstr(raw(found, 0), ==, PMG MESSAGE);
	g_assert_cmpstr(raw(asked, 0), ==, MESSAGE);
	assert_said(refused, "other: no file of Proxmox Mail Gateway's quarantine");
}

/* ---- MailScanner ---- */

static void
test_mailscanner(void)
{
	static const char *const kinds[] = { "", "mailscanner:" };
	g_autoptr(Place) place = place_new();

	place_add_only(place, "20261130/4ABC1/message", MESSAGE);
	place_add_only(place, "20261130/4ABC1/invoice.eml", "Subject: infected\n\n");
	place_add_only(place, "20261130/4ABC1/eicar.com", "X5O");
	place_add_only(place, "20261130/spam/4ABC2", MESSAGE);
	place_add_only(place, "20261130/nonspam/4ABC3", MESSAGE);
	place_add_only(place, "20261130/mcp/4ABC4", MESSAGE);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(Haul) haul = haul_place(place, kinds[i]);

		g_assert_cmpuint(haul->raws->len, ==, 4);
		assert_origin(haul, 0, "/20261130/4ABC1/message");
		g_assert_cmpstr(raw(haul, 3), ==, MESSAGE);
		g_assert_cmpstr(envelope_at(haul, 0), ==, "? >");
		g_assert_cmpint(haul->others, ==, 2);
		g_assert_cmpuint(haul->errors->len, ==, 0);
		g_assert_true(
			g_str_has_prefix(g_ptr_array_index(haul->origins, 0), "mailscanner:/"));
	}
}

static void
test_halves_of_messages_are_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "20261130/spam/qf4ABC2", "V8/8\nT1777636800\nK0\n");
	place_add_only(place, "20261130/spam/1abCDE-000123-AB-H", "1abCDE-000123-AB-H\nmail 8 8\n");
	place_add_only(place, "20261130/spam/1abCDE-000123-AB-D", "1abCDE-000123-AB-D\nbody\n");
	haul = haul_place(place, "mailscanner:");
	g_assert_cmpuint(haul->raws->len, ==, 0);
	g_assert_cmpuint(haul->errors->len, ==, 3);
	assert_said(haul, "qf4ABC2: half a message");
	assert_said(haul, "-AB-H: half a message");
	assert_said(haul, "-AB-D: half a message");
}

/* Records as Postfix 3 writes them; tests/importer/files.t has postcat read the like. */
static void
add_record(GString *file, char type, const char *text)
{
	size_t length = strlen(text);

	g_string_append_c(file, type);
	for (; length > 127; length >>= 7)
		g_string_append_c(file, (char)(0x80 | (length & 0x7f)));
	g_string_append_c(file, (char)length);
	g_string_append(file, text);
}

static GString *
queue_file(bool circle)
{
	g_autofree char *line = g_strnfill(300, 'x');
	g_autofree char *pointer = NULL;
	GString *file = g_string_new(NULL);

	add_record(file, 'C',
		"           1011             613               2               0             613");
	add_record(file, 'T', "1777636800 0");
	add_record(file, 'A', "rewrite_context=remote");
	add_record(file, 'S', "0100@amazonses.com");
	add_record(file, 'O', "alias@inside.test");
	add_record(file, 'R', "a@inside.test");
	add_record(file, 'D', "done@inside.test");
	add_record(file, 'R', "b, c@inside.test");
	pointer = g_strdup_printf("%15" G_GSIZE_FORMAT, file->len);
	add_record(file, 'M', "");
	add_record(file, 'N', "Received: from x by y");
	add_record(file, 'p', "              0");
	add_record(file, 'N', "");
	add_record(file, 'L', line);
	add_record(file, 'N', "end");
	if (circle)
		add_record(file, 'p', pointer);
	add_record(file, 'X', "");
	add_record(file, 'R', "extracted@inside.test");
	add_record(file, 'E', "");
	return file;
}

static void
test_postfix_queue_file(void)
{
	g_autofree char *line = g_strnfill(300, 'x');
	g_autofree char *wanted = g_strconcat("Received: from x by y\n\n", line, "end\n", NULL);
	g_autoptr(GString) whole = queue_file(false);
	g_autoptr(GString) circle = queue_file(true);
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_bytes(place, "20261130/4ABC1/message", whole->str, whole->len);
	place_add_bytes(place, "20261130/spam/4ABC2", circle->str, circle->len);
	haul = haul_place(place, "");
	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, wanted);
	g_assert_cmpstr(envelope_at(haul, 0), ==,
		"0100@amazonses.com > a@inside.test \"b, c\"@inside.test extracted@inside.test");
	assert_said(haul, "4ABC2: a damaged queue file");
	for (size_t length = 85; length < whole->len; length += 3) {
		g_autoptr(Haul) cut = NULL;

		place_add_bytes(place, "20261130/4ABC1/message", whole->str, length);
		cut = haul_place(place, "");
		g_assert_cmpuint(cut->raws->len, ==, 0);
		assert_said(cut, "4ABC1/message: a queue file that breaks off");
	}
}

/* ---- all in one tree ---- */

static void
test_mixed_tree(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "a/1/banned-1hSsZiemX_DG",
		AMAVIS("1hSsZiemX_DG", "<a@inside.test>", "") MESSAGE);
	place_add_only(place, "b/plain", MESSAGE);
	place_add_only(
		place, "c/amavis.eml", AMAVIS("1hSsZiemX_DG", "<a@inside.test>", "") MESSAGE);
	place_add_only(place, "d/20261130/spam/4ABC2", MESSAGE);
	place_add_only(place, "e/spam/1A/3C0A12BC6A0F1E2D0C350", PMG MESSAGE);
	place_add_only(place, "f/box", "From a@b.c Thu Jan  1 00:00:00 1970\n" MESSAGE);
	place_add_only(place, "g/table.tsv", "a\tb\n");
	haul = haul_place(place, "");
	g_assert_cmpuint(haul->raws->len, ==, 6);
	for (guint i = 0; i < 6; i++)
		g_assert_cmpstr(raw(haul, i), ==, MESSAGE);
	g_assert_cmpint(haul->others, ==, 1);
	g_assert_cmpuint(haul->errors->len, ==, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "amavis", test_amavis },
	{ "amavis-blocked-for-nobody", test_amavis_blocked_for_nobody },
	{ "amavis-prefix-ends", test_amavis_prefix_ends },
	{ "amavis-null-sender-and-line-ends", test_amavis_null_sender_and_line_ends },
	{ "amavis-other-id-is-named", test_amavis_other_id_is_named },
	{ "amavis-many-recipients", test_amavis_many_recipients },
	{ "no-amavis", test_no_amavis },
	{ "pmg", test_pmg },
	{ "no-pmg", test_no_pmg },
	{ "mailscanner", test_mailscanner },
	{ "halves-of-messages-are-named", test_halves_of_messages_are_named },
	{ "postfix-queue-file", test_postfix_queue_file },
	{ "mixed-tree", test_mixed_tree },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/source-files/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
