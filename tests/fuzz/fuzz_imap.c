/* What an IMAP server answers: imap.h, imap_reply.h, imap_wire.h. */
#include "importer/imap.h"

#include <curl/curl.h>

#include "tests/fuzz/fuzz.h"

enum {
	BATCH = 5,
};

/* In the place of libcurl: a server that says the input, in pieces of all sizes, and hangs up
 * when all is said. */
typedef struct Server {
	Fuzz says;
} Server;

static Server server;

#undef curl_easy_setopt
#undef curl_easy_getinfo

CURL *
curl_easy_init(void)
{
	return &server;
}

void
curl_easy_cleanup(CURL *curl)
{
	(void)curl;
}

CURLcode
curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	(void)curl, (void)option;
	return CURLE_OK;
}

CURLcode
curl_easy_perform(CURL *curl)
{
	(void)curl;
	return CURLE_OK;
}

CURLcode
curl_easy_getinfo(CURL *curl, CURLINFO what, ...)
{
	(void)curl, (void)what;
	return CURLE_OK;
}

CURLcode
curl_easy_send(CURL *curl, const void *bytes, size_t length, size_t *sent)
{
	(void)curl, (void)bytes;
	*sent = length;
	return CURLE_OK;
}

CURLcode
curl_easy_recv(CURL *curl, void *bytes, size_t room, size_t *got)
{
	size_t piece = server.says.left ? 1 + *server.says.at : 0;

	(void)curl;
	*got = MIN(MIN(room, piece), server.says.left);
	if (*got == 0)
		return CURLE_OK;
	memcpy(bytes, server.says.at, *got);
	server.says.at += *got;
	server.says.left -= *got;
	return CURLE_OK;
}

/* The UIDs that were asked for, ascending, each once. */
static void
check_uids(const GArray *uids, guint32 from, guint32 to)
{
	for (guint i = 0; i < uids->len; i++) {
		guint32 uid = g_array_index(uids, guint32, i);

		g_assert_true(uid >= from && uid <= to);
		g_assert_true(i == 0 || uid > g_array_index(uids, guint32, i - 1));
	}
}

static void
check_messages(Imap *imap, const GArray *uids)
{
	ImapMessage messages[BATCH] = { 0 };
	size_t count = MIN(uids->len, BATCH);
	g_autoptr(GError) error = NULL;
	bool done;

	for (size_t i = 0; i < count; i++)
		messages[i] = (ImapMessage){ .uid = g_array_index(uids, guint32, i), .size = -1 };
	done = imap_sizes(imap, messages, count, &error) &&
		imap_bodies(imap, messages, count, &error);
	fuzz_assert_said(done, error);
	for (size_t i = 0; i < count; i++) {
		g_assert_true(!messages[i].raw || !messages[i].too_large);
		imap_message_clear(&messages[i]);
	}
}

static void
read_folder(Imap *imap)
{
	g_autoptr(GError) error = NULL;
	guint32 to = CLAMP(imap_last(imap), 1, 1000);
	g_autoptr(GArray) uids = imap_search(imap, 1, to, &error);

	g_assert_cmpuint(imap_validity(imap), !=, 0);
	fuzz_assert_said(uids != NULL, error);
	if (!uids)
		return;
	check_uids(uids, 1, to);
	check_messages(imap, uids);
	if (uids->len > 0)
		imap_flag(imap, (const guint32 *)uids->data, uids->len, NULL);
	if (uids->len > 0)
		imap_move(imap, (const guint32 *)uids->data, uids->len, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ImapAccess access = { .user = "ann",
		.password = "secret",
		.patience = 1,
		.flag = size % 2,
		.move = size % 3 ? "kept" : NULL };
	g_auto(ImapPlace) place = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(Imap) imap = NULL;

	imap_place_parse("//127.0.0.1:143/INBOX", false, &place, &error);
	g_assert_no_error(error);
	server.says = (Fuzz){ data, size };
	imap = imap_open(&place, &access, &error);
	fuzz_assert_said(imap != NULL, error);
	if (error && !memmem(data, size, access.password, strlen(access.password)))
		g_assert_null(strstr(error->message, access.password));
	if (imap)
		read_folder(imap);
	return 0;
}
