#include "importer/box_private.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "mail/bundle.h"
#include "mail/detect.h"
#include "mail/keys.h"
#include "mail/pack.h"
#include "system/whole.h"

enum {
	KEPT_BUFFER = 4 * 1024 * 1024, /* one huge message must not cost its size ever after */
	MAX_COPIED = 256 * 1024,
	NICENESS = 10,
};

static void
write_all(const void *bytes, size_t length)
{
	if (!write_whole(BOX_SOCKET, bytes, length))
		_exit(0); /* the parent is gone */
}

static void
append_bytes(GByteArray *whole, GBytes *bytes)
{
	size_t length;
	const void *data;

	if (!bytes)
		return;
	data = g_bytes_get_data(bytes, &length);
	/* One write wakes the parent once, but a large answer must not stand there twice. */
	if (length > MAX_COPIED) {
		write_all(whole->data, whole->len);
		g_byte_array_set_size(whole, 0);
		write_all(data, length);
	} else {
		g_byte_array_append(whole, data, (guint)length);
	}
}

static void
read_all(void *bytes, size_t length)
{
	if (read_whole(BOX_SOCKET, bytes, length) != (ssize_t)length)
		_exit(0);
}

static void
answer(const BoxProduct *product)
{
	g_autoptr(GByteArray) whole = g_byte_array_new();
	BoxAnswer head = {
		.kind = product->kind,
		.packed = product->packed ? g_bytes_get_size(product->packed) : 0,
		.bytes = product->bytes ? g_bytes_get_size(product->bytes) : 0,
	};

	g_byte_array_append(whole, (const guint8 *)&head, sizeof(head));
	append_bytes(whole, product->packed);
	append_bytes(whole, product->bytes);
	write_all(whole->data, whole->len);
}

static void
extract(const BoxTask *task, BoxProduct *product)
{
	product->bytes = message_extract(task->raw, task->size, task->detail);
	product->kind = product->bytes ? ANSWER_RESULT : ANSWER_NO_PART;
}

static void
unbundle(const BoxTask *task, BoxProduct *product)
{
	g_autoptr(GPtrArray) bundle = NULL;
	char *rest = NULL;
	int first = (int)g_ascii_strtoll(task->detail, &rest, 10);
	int64_t expanded = g_ascii_strtoll(rest, &rest, 10);
	int next = 0;

	if (task->job == BOX_JSON)
		bundle = bundle_read_json(task->raw, task->size);
	else
		bundle = bundle_read_zip(
			task->raw, task->size, *rest ? rest + 1 : rest, first, &next, &expanded);
	product->bytes = bundle_pack(bundle, next, expanded);
	product->kind = ANSWER_RESULT;
}

static Message *
inspect(const BoxTask *task)
{
	Site site = task->site ? *task->site : (Site){ 0 };
	/* Made by dkim_keys_used() or keys_append(); what is none is as if it were not there. */
	g_autoptr(GHashTable) keys = *task->detail ? keys_parse(task->detail, NULL) : NULL;

	site.found_keys = keys;
	return message_read(task->raw, task->size, &site, MESSAGE_FULL);
}

static Message *
inspect_header(const BoxTask *task)
{
	Message *message = message_read(task->raw, task->size, task->site, MESSAGE_HEADER_ONLY);

	box_add_defects(message, task->job, task->detail);
	message_judge(message, task->site);
	return message;
}

void
box_inspect(const BoxTask *task, BoxProduct *product)
{
	g_autoptr(Message) message = NULL;

	if (task->job == BOX_EXTRACT) {
		extract(task, product);
		return;
	}
	if (task->job == BOX_LINKS || task->job == BOX_REWRITE) {
		box_rewrite_worker(task, product);
		return;
	}
	if (task->job == BOX_JSON || task->job == BOX_ZIP) {
		unbundle(task, product);
		return;
	}
	message = task->job == BOX_INSPECT ? inspect(task) : inspect_header(task);
	product->packed = message_pack(message);
	if (g_bytes_get_size(product->packed) > BOX_MAX_PACKED) {
		g_clear_pointer(&product->packed, g_bytes_unref);
		product->kind = ANSWER_TOO_LARGE;
		return;
	}
	product->kind = ANSWER_RESULT;
}

/* SIGPROF's default ends the process: nothing in a parser can catch and ignore it. */
static void
set_timer(int seconds)
{
	struct itimerval timer = { .it_value.tv_sec = seconds };

	setitimer(ITIMER_PROF, &timer, NULL);
}

static void
serve_one(GByteArray *buffer, BoxWorker worker, const Site *site, int seconds)
{
	BoxRequest request;
	BoxTask task = { .site = site };
	BoxProduct product = { .kind = ANSWER_RESULT };
	g_autofree char *detail = NULL;

	read_all(&request, sizeof(request));
	detail = g_malloc0((size_t)request.detail + 1);
	read_all(detail, request.detail);
	g_byte_array_set_size(buffer, (guint)request.raw);
	read_all(buffer->data, request.raw);

	task.job = (BoxJob)request.job;
	task.detail = detail;
	task.raw = (const char *)buffer->data;
	task.size = request.raw;
	set_timer(seconds);
	worker(&task, &product);
	set_timer(0);
	answer(&product);
	g_clear_pointer(&product.packed, g_bytes_unref);
	g_clear_pointer(&product.bytes, g_bytes_unref);
}

/* Who we are to others may be said there. */
static void
forget_environment(void)
{
	for (char **entry = environ; entry && *entry; entry++)
		explicit_bzero(*entry, strlen(*entry));
}

static void
refuse(const GError *error)
{
	g_autoptr(GBytes) text = g_bytes_new(error->message, strlen(error->message));
	BoxProduct product = { .kind = ANSWER_REFUSED, .bytes = text };

	answer(&product);
	_exit(1);
}

void
box_serve(int socket, BoxWorker worker, const Site *site, const BoxLimits *limits)
{
	static const BoxProduct ready = { .kind = ANSWER_READY };
	g_autoptr(GError) error = NULL;
	GByteArray *buffer = NULL;

	if (dup2(socket, BOX_SOCKET) < 0)
		_exit(1);
	/* Whoever takes what boxes answer is one, and they are several. */
	setpriority(PRIO_PROCESS, 0, NICENESS);
	forget_environment();
	if (!box_lock(limits, &error))
		refuse(error);
	answer(&ready);
	for (;;) {
		if (!buffer || buffer->len > KEPT_BUFFER) {
			g_clear_pointer(&buffer, g_byte_array_unref);
			buffer = g_byte_array_new();
		}
		serve_one(buffer, worker, site, limits->cpu_seconds);
	}
}
