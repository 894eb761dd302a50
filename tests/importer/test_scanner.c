/* The scanner against a clamd of our own making: it speaks the protocol of clamd(8) and
 * answers by what is in the stream. */
#include "importer/scanner.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/mail/attached.h"

enum {
	PATIENCE = 300, /* milliseconds that the scanner waits in these tests */
};

typedef struct Daemon {
	char *folder, *path;
	int socket;
	int questions;
	GThread *thread;
} Daemon;

static bool
read_whole(int socket, void *bytes, size_t length)
{
	return recv(socket, bytes, length, MSG_WAITALL) == (ssize_t)length;
}

/* The chunks of one INSTREAM. */
static GByteArray *
read_stream(int client)
{
	GByteArray *stream = g_byte_array_new();
	char command[10];
	uint32_t size;

	if (!read_whole(client, command, sizeof(command)) ||
		memcmp(command, "zINSTREAM", sizeof(command)) != 0)
		return stream;
	while (read_whole(client, &size, sizeof(size)) && size != 0) {
		guint before = stream->len;

		g_byte_array_set_size(stream, before + ntohl(size));
		if (!read_whole(client, stream->data + before, ntohl(size)))
			break;
	}
	return stream;
}

static const char *
answer_to(const GByteArray *stream)
{
	if (memmem(stream->data, stream->len, "Too large", 9))
		return "INSTREAM size limit exceeded. ERROR";
	if (memmem(stream->data, stream->len, "evil bytes", 10) ||
		memmem(stream->data, stream->len, "ZXZpbCBieXRlcw", 14))
		return "stream: Test.Evil-1 FOUND";
	return "stream: OK";
}

static void *
serve(void *data)
{
	Daemon *daemon = data;

	for (;;) {
		int client = accept(daemon->socket, NULL, NULL);
		g_autoptr(GByteArray) stream = NULL;
		const char *answer;

		if (client < 0)
			return NULL;
		stream = read_stream(client);
		daemon->questions++;
		answer = answer_to(stream);
		if (memmem(stream->data, stream->len, "Silence", 7))
			g_usleep((PATIENCE + 200) * 1000);
		else
			g_assert_cmpint(
				send(client, answer, strlen(answer) + 1, MSG_NOSIGNAL), >, 0);
		close(client);
	}
}

static void
daemon_start(Daemon *daemon)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	daemon->folder = g_dir_make_tmp("lazaret-clamd-XXXXXX", NULL);
	daemon->path = g_build_filename(daemon->folder, "ctl", NULL);
	g_strlcpy(address.sun_path, daemon->path, sizeof(address.sun_path));
	daemon->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(daemon->socket, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(listen(daemon->socket, 5), ==, 0);
	daemon->thread = g_thread_new("clamd", serve, daemon);
}

static void
daemon_clear(Daemon *daemon)
{
	shutdown(daemon->socket, SHUT_RDWR);
	g_thread_join(daemon->thread);
	close(daemon->socket);
	g_unlink(daemon->path);
	g_rmdir(daemon->folder);
	g_free(daemon->path);
	g_free(daemon->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Daemon, daemon_clear)

/* A mail with two attachments, after @scanner looked at it. */
static Message *
look(Scanner *scanner, const char *subject, const char *second)
{
	g_autofree char *encoded = g_base64_encode((const guchar *)second, strlen(second));
	g_autofree char *text =
		g_strdup_printf("From: a@shop.example\nSubject: %s\nMIME-Version: 1.0\n"
				"Content-Type: multipart/mixed; boundary=b\n\n"
				"--b\nContent-Type: image/png; name=a.png\n\nno picture\n"
				"--b\nContent-Type: application/octet-stream; name=b.bin\n"
				"Content-Transfer-Encoding: base64\n\n%s\n--b--\n",
			subject, encoded);
	g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
	Message *message = mails_read(text);

	scanner_look(scanner, raw, message, NULL);
	return message;
}

static const Attachment *
attachment(const Message *message, guint number)
{
	return g_ptr_array_index(message->attachments, number);
}

static bool
has_finding(const Message *message, const char *id)
{
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, id) == 0)
			return true;
	}
	return false;
}

static void
test_named_attachment_is_marked(void)
{
	g_auto(Daemon) daemon = { 0 };
	g_autoptr(Scanner) scanner = NULL;
	g_autoptr(Message) message = NULL;

	daemon_start(&daemon);
	scanner = scanner_new(daemon.path, PATIENCE);
	message = look(scanner, "hello", "evil bytes");
	g_assert_false(attachment(message, 0)->flags & ATTACHMENT_MALWARE);
	g_assert_true(attachment(message, 1)->flags & ATTACHMENT_MALWARE);
	g_assert_cmpstr(
		attachment_evidence(attachment(message, 1), ATTACHMENT_MALWARE), ==, "Test.Evil-1");
	g_assert_true(has_finding(message, "attachment-malware"));
	g_assert_cmpint(scanner_failures(scanner), ==, 0);
}

static void
test_clean_is_not_noted(void)
{
	g_auto(Daemon) daemon = { 0 };
	g_autoptr(Scanner) scanner = NULL;
	g_autoptr(Message) message = NULL;

	daemon_start(&daemon);
	scanner = scanner_new(daemon.path, PATIENCE);
	message = look(scanner, "hello", "harmless");
	g_assert_cmpint(daemon.questions, ==, 1);
	g_assert_false(
		attachment(message, 1)->flags & (ATTACHMENT_MALWARE | ATTACHMENT_NOT_SCANNED));
}

static void
test_refusal_is_not_scanned(void)
{
	g_auto(Daemon) daemon = { 0 };
	g_autoptr(Scanner) scanner = NULL;
	g_autoptr(Message) message = NULL;

	daemon_start(&daemon);
	scanner = scanner_new(daemon.path, PATIENCE);
	message = look(scanner, "Too large", "harmless");
	g_assert_true(attachment(message, 0)->flags & ATTACHMENT_NOT_SCANNED);
	g_assert_true(attachment(message, 1)->flags & ATTACHMENT_NOT_SCANNED);
	g_assert_cmpstr(attachment_evidence(attachment(message, 1), ATTACHMENT_NOT_SCANNED), ==,
		"clamd says: INSTREAM size limit exceeded. ERROR");
	g_assert_cmpint(scanner_failures(scanner), ==, 1);
}

static void
test_silence_is_not_scanned_and_not_waited_for_for_ever(void)
{
	g_auto(Daemon) daemon = { 0 };
	g_autoptr(Scanner) scanner = NULL;

	daemon_start(&daemon);
	scanner = scanner_new(daemon.path, PATIENCE);
	for (int i = 0; i < 5; i++) {
		g_autoptr(Message) message = look(scanner, "Silence", "harmless");

		g_assert_true(attachment(message, 1)->flags & ATTACHMENT_NOT_SCANNED);
	}
	g_assert_cmpint(scanner_failures(scanner), ==, 5);
	g_assert_cmpint(daemon.questions, <=, 3);
}

static void
test_nobody_there_is_not_scanned(void)
{
	g_autoptr(Scanner) scanner = scanner_new("/nonexistent/clamd.ctl", PATIENCE);
	g_autoptr(Message) message = look(scanner, "hello", "evil bytes");

	g_assert_true(attachment(message, 0)->flags & ATTACHMENT_NOT_SCANNED);
	g_assert_false(attachment(message, 1)->flags & ATTACHMENT_MALWARE);
}

static void
test_nothing_attached_asks_nobody(void)
{
	g_auto(Daemon) daemon = { 0 };
	g_autoptr(Scanner) scanner = NULL;
	g_autoptr(Message) message = mails_read("From: a@shop.example\n\nevil bytes\n");
	g_autoptr(GBytes) raw = g_bytes_new("evil bytes", 10);

	daemon_start(&daemon);
	scanner = scanner_new(daemon.path, PATIENCE);
	scanner_look(scanner, raw, message, NULL);
	g_assert_cmpint(daemon.questions, ==, 0);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scanner/named-attachment-is-marked", test_named_attachment_is_marked);
	g_test_add_func("/scanner/clean-is-not-noted", test_clean_is_not_noted);
	g_test_add_func("/scanner/refusal-is-not-scanned", test_refusal_is_not_scanned);
	g_test_add_func("/scanner/silence-is-not-scanned",
		test_silence_is_not_scanned_and_not_waited_for_for_ever);
	g_test_add_func("/scanner/nobody-there-is-not-scanned", test_nobody_there_is_not_scanned);
	g_test_add_func("/scanner/nothing-attached-asks-nobody", test_nothing_attached_asks_nobody);
	return g_test_run();
}
