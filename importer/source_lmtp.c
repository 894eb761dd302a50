#include "importer/source.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "importer/listening.h"
#include "importer/lmtp.h"
#include "mail/address.h"

enum {
	READ_SIZE = 64 * 1024,
	PATIENCE = 300,    /* seconds of silence: RFC 5321 section 4.5.3.2.7 */
	LONGEST = 60 * 60, /* seconds for one command or message, however it drips */
	EVENTS = 64,       /* looked at in one go */
};

typedef struct Client {
	int descriptor; /* -1: it has left */
	Lmtp *lmtp;
	GString *input;  /* read and not looked at yet */
	uint32_t events; /* that are waited for */
	int64_t heard;   /* when it last sent or took something */
	int64_t turn;    /* when it began what it is at */
	int64_t token;   /* of the message that waits; 0: none */
} Client;

typedef struct Listener {
	Listening listening;
	GPtrArray *clients; /* of Client, owned */
	GQueue *ready;      /* of Client: their messages are whole */
	GHashTable *tokens; /* Client.token to Client */
	int64_t token;      /* the last */
	bool deaf;          /* no descriptor was left for who came */
} Listener;

/* ---- clients ---- */

static void
client_free(void *data)
{
	Client *client = data;

	if (client->descriptor >= 0)
		close(client->descriptor);
	lmtp_free(client->lmtp);
	g_string_free(client->input, TRUE);
	g_free(client);
}

/* What it brought whole is kept all the same. */
static void
leave(Listener *listener, Client *client)
{
	if (client->descriptor >= 0)
		close(client->descriptor);
	client->descriptor = -1;
	if (client->token == 0)
		g_ptr_array_remove_fast(listener->clients, client);
}

/* False: it has left. */
static bool
send_output(Client *client)
{
	GString *output = lmtp_output(client->lmtp);
	ssize_t sent;

	while (output->len > 0) {
		sent = send(
			client->descriptor, output->str, output->len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		g_string_erase(output, 0, sent);
		client->heard = g_get_monotonic_time();
	}
	return true;
}

static void
note_message(Listener *listener, Client *client)
{
	client->token = ++listener->token;
	g_hash_table_insert(listener->tokens, &client->token, client);
	g_queue_push_tail(listener->ready, client);
}

/* Looks at what was read until the client has to read, or to wait. */
static bool
talk(Listener *listener, Client *client)
{
	size_t used;

	do {
		used = lmtp_feed(client->lmtp, client->input->str, client->input->len);
		g_string_erase(client->input, 0, (gssize)used);
		if (used > 0 && !lmtp_is_inside(client->lmtp))
			client->turn = client->heard;
		if (lmtp_state(client->lmtp) == LMTP_WAITS && client->token == 0)
			note_message(listener, client);
		if (!send_output(client))
			return false;
	} while (used > 0 && client->input->len > 0);
	return lmtp_state(client->lmtp) != LMTP_OVER || lmtp_output(client->lmtp)->len > 0;
}

static void
choose_events(const Listener *listener, Client *client)
{
	uint32_t events = 0;

	if (lmtp_output(client->lmtp)->len > 0)
		events |= EPOLLOUT;
	if (lmtp_state(client->lmtp) == LMTP_TALKS && client->input->len == 0)
		events |= EPOLLIN;
	if (events != client->events)
		listening_watch(
			&listener->listening, EPOLL_CTL_MOD, client->descriptor, events, client);
	client->events = events;
}

static void
go_on(Listener *listener, Client *client)
{
	if (talk(listener, client))
		choose_events(listener, client);
	else
		leave(listener, client);
}

/* False: it has left. */
static bool
hear(Client *client)
{
	GString *input = client->input;
	size_t end = input->len;
	ssize_t length;

	g_string_set_size(input, end + READ_SIZE);
	length = recv(client->descriptor, input->str + end, READ_SIZE, MSG_DONTWAIT);
	g_string_set_size(input, end + (size_t)MAX(length, 0));
	if (length < 0)
		return errno == EAGAIN || errno == EINTR;
	client->heard = g_get_monotonic_time();
	return length > 0;
}

/* A client that has hung up is no longer watched: it would be said again and again. */
static void
serve(Listener *listener, Client *client, uint32_t events)
{
	bool here = !(events & (EPOLLHUP | EPOLLERR));

	if (events & EPOLLIN)
		here = client->input->len > 0 || hear(client);
	if (here)
		go_on(listener, client);
	else
		leave(listener, client);
}

/* ---- who comes and goes ---- */

static void
welcome(Listener *listener, int descriptor)
{
	Client *client = g_new0(Client, 1);
	const char *host = g_get_host_name();

	client->descriptor = descriptor;
	client->lmtp = lmtp_new(host_name_is_plain(host) ? host : "localhost", SOURCE_MAX_MESSAGE,
		&listener->listening.budget);
	client->input = g_string_new(NULL);
	client->heard = client->turn = g_get_monotonic_time();
	client->events = EPOLLIN;
	listening_watch(&listener->listening, EPOLL_CTL_ADD, descriptor, client->events, client);
	if (listener->clients->len >= LISTENING_CLIENTS) {
		g_string_truncate(lmtp_output(client->lmtp), 0);
		lmtp_end(client->lmtp, "421 4.3.2 too many sessions; try again");
	}
	g_ptr_array_add(listener->clients, client);
	go_on(listener, client);
}

static void
hear_or_not(Listener *listener, int operation, uint32_t events)
{
	ListenSocket *socket = &listener->listening.socket;

	listening_watch(&listener->listening, operation, socket->descriptor, events, socket);
}

static void
hear_knocks(Listener *listener)
{
	for (int i = 0; i < EVENTS; i++) {
		int descriptor = accept4(listener->listening.socket.descriptor, NULL, NULL,
			SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (descriptor >= 0) {
			welcome(listener, descriptor);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			listener->deaf = true;
			hear_or_not(listener, EPOLL_CTL_MOD, 0);
		}
		return;
	}
}

static bool
is_silent(const Listener *listener, const Client *client, int64_t now)
{
	return client->token == 0 &&
		(now - client->heard > listener->listening.patience ||
			now - client->turn > (int64_t)LONGEST * G_USEC_PER_SEC);
}

/* Once a second is enough. */
static void
sweep(Listener *listener)
{
	int64_t now = g_get_monotonic_time();

	if (!listening_is_to_sweep(&listener->listening, now))
		return;
	if (listener->deaf)
		hear_or_not(listener, EPOLL_CTL_MOD, EPOLLIN);
	listener->deaf = false;
	for (guint i = listener->clients->len; i-- > 0;) {
		Client *client = g_ptr_array_index(listener->clients, i);

		if (!is_silent(listener, client, now))
			continue;
		lmtp_end(client->lmtp, "421 4.4.2 too slow; try again");
		(void)send_output(client);
		leave(listener, client);
	}
}

static void
look_around(Listener *listener)
{
	struct epoll_event events[EVENTS];
	int count = listening_look(&listener->listening, events, EVENTS);

	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr == &listener->listening.socket)
			hear_knocks(listener);
		else
			serve(listener, events[i].data.ptr, events[i].events);
	}
	sweep(listener);
}

/* ---- the source ---- */

static void
listener_close(void *state)
{
	Listener *listener = state;

	for (guint i = 0; i < listener->clients->len; i++) {
		Client *client = g_ptr_array_index(listener->clients, i);

		if (client->descriptor < 0)
			continue;
		if (lmtp_state(client->lmtp) == LMTP_WAITS)
			lmtp_answer(client->lmtp, "451 4.3.2 not kept; try again");
		lmtp_end(client->lmtp, "421 4.3.2 this listener ends; try again");
		(void)send_output(client);
	}
	g_hash_table_unref(listener->tokens);
	g_queue_free(listener->ready);
	g_ptr_array_unref(listener->clients);
	listening_clear(&listener->listening);
	g_free(listener);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listener, listener_close)

static void *
listener_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Listener) listener = g_new0(Listener, 1);

	listener->clients = g_ptr_array_new_with_free_func(client_free);
	listener->ready = g_queue_new();
	listener->tokens = g_hash_table_new(g_int64_hash, g_int64_equal);
	if (!listening_open(&listener->listening, opening, PATIENCE, error))
		return NULL;
	hear_or_not(listener, EPOLL_CTL_ADD, EPOLLIN);
	return g_steal_pointer(&listener);
}

static SourceNext
listener_next(void *state, SourceItem *item, GError **error)
{
	Listener *listener = state;
	Client *client;
	SourceNext word;

	if (g_queue_is_empty(listener->ready))
		look_around(listener);
	word = listening_state(&listener->listening, error);
	if (word != SOURCE_WAIT)
		return word;
	client = g_queue_pop_head(listener->ready);
	if (!client)
		return SOURCE_WAIT;
	item->raw = lmtp_take(client->lmtp, &item->envelope);
	item->origin = g_strconcat("lmtp:", listener->listening.place, NULL);
	item->token = client->token;
	return SOURCE_ITEM;
}

/* Codes of RFC 3463. */
static const char *
reply_of(Fate fate)
{
	switch (fate) {
	case FATE_KEPT:
		return "250 2.0.0 kept in quarantine";
	case FATE_LEFT_OUT:
		return "554 5.7.1 not sent through Amazon SES, and others are not kept here";
	case FATE_PUT_OFF:
		return "451 4.3.0 the quarantine can't be written to; try again";
	}
	g_assert_not_reached();
}

static bool
listener_settle(void *state, const Settled *settled, size_t count, G_GNUC_UNUSED GError **error)
{
	Listener *listener = state;

	for (size_t i = 0; i < count; i++) {
		Client *client = g_hash_table_lookup(listener->tokens, &settled[i].token);

		g_assert(client);
		g_hash_table_remove(listener->tokens, &client->token);
		client->token = 0;
		client->heard = client->turn = g_get_monotonic_time();
		lmtp_answer(client->lmtp, reply_of(settled[i].fate));
		if (client->descriptor < 0)
			leave(listener, client);
		else
			go_on(listener, client);
	}
	return true;
}

static int
listener_descriptor(void *state)
{
	const Listener *listener = state;

	return listener->listening.epoll;
}

static void
listener_heed(void *state, int interrupt)
{
	Listener *listener = state;

	listening_heed(&listener->listening, interrupt);
}

extern const SourceKind source_lmtp;
const SourceKind source_lmtp = {
	.name = "lmtp",
	.summary = "what an LMTP client brings; lazaret lmtp listens",
	.takes = TAKES_GROUP | TAKES_PATIENCE,
	.stays = true,
	.check = listen_place_check,
	.open = listener_open,
	.next = listener_next,
	.settle = listener_settle,
	.descriptor = listener_descriptor,
	.heed = listener_heed,
	.close = listener_close,
};
