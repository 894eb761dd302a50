/* What an HTTP client says: http.h. */
#include "importer/http.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

enum {
	LARGEST = 4096,
	LOOKS = 20, /* of the server at a client: more than one request takes */
};

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static Budget budget = { .most = 4 * LARGEST };
static int listener;
static HttpServer *server;

static void
remove_socket(void)
{
	http_server_free(server);
	close(listener);
	unlink(address.sun_path);
}

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	static const HttpRules rules = {
		.clients = 10,
		.patience = 60,
		.longest = 60,
		.largest = LARGEST,
		.budget = &budget,
	};

	(void)count, (void)arguments;
	g_snprintf(address.sun_path, sizeof(address.sun_path), "%s/http-%d", g_get_tmp_dir(),
		(int)getpid());
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(listen(listener, 10), ==, 0);
	server = http_server_new(listener, &rules);
	g_assert_nonnull(server);
	atexit(remove_socket);
	return 0;
}

static void
answer(HttpPost *post)
{
	unsigned count = 0;
	const char *from = http_post_field(post, "x-rspamd-from", &count);
	g_autoptr(GBytes) body = http_post_take(post);

	g_assert_true((from != NULL) == (count > 0));
	g_assert_cmpuint(g_bytes_get_size(body), <=, LARGEST);
	http_post_answer(post, HTTP_OK, "kept");
}

/* Until nothing more comes of what was said. */
static void
serve(int client)
{
	char bytes[4096];

	for (int i = 0; i < LOOKS; i++) {
		HttpPost *post;

		http_server_run(server);
		while ((post = http_server_next(server)))
			answer(post);
		if (client >= 0 && recv(client, bytes, sizeof(bytes), MSG_DONTWAIT) == 0)
			return;
	}
}

/* Nothing is held for a client that is gone. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	g_assert_cmpint(connect(client, (const struct sockaddr *)&address, sizeof(address)), ==, 0);
	(void)!send(client, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(client, SHUT_WR);
	serve(client);
	close(client);
	serve(-1);
	g_assert_cmpuint(budget.held, ==, 0);
	http_server_refusal(server);
	return 0;
}
