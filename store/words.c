#include "store/words.h"

#include <string.h>

#include "store/message_sql.h"

enum {
	/* Searched words of one message; what lies behind is still shown, only not found. */
	MAX_SEARCHED = 4 * 1024 * 1024,
};

static void
append_searched(GString *words, const char *text)
{
	size_t room = MAX_SEARCHED - MIN(words->len, MAX_SEARCHED);

	if (!text || room == 0)
		return;
	g_string_append_len(words, text, (gssize)strnlen(text, room));
	g_string_append_c(words, '\n');
}

static char *
searched_addresses(const Message *message, const Envelope *envelope)
{
	GString *words = g_string_new(NULL);

	append_searched(words, message->from->address);
	append_searched(words, message->from->name);
	append_searched(words, message->to);
	append_searched(words, envelope->sender);
	for (guint i = 0; i < envelope->recipients->len; i++)
		append_searched(words, g_ptr_array_index(envelope->recipients, i));
	return g_string_free(words, false);
}

static char *
searched_texts(const Message *message)
{
	GString *words = g_string_new(NULL);

	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *text = g_ptr_array_index(message->texts, i);

		append_searched(words, text->text);
	}
	return g_string_free(words, false);
}

static void
append_names(GString *words, const Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);

		append_searched(words, attachment->name);
	}
}

static char *
searched_urls(const Message *message)
{
	GString *words = g_string_new(NULL);

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		append_searched(words, link->final);
		if (g_strcmp0(link->url, link->final) != 0)
			append_searched(words, link->url);
	}
	append_names(words, message);
	return g_string_free(words, false);
}

/* Scheme and host of @url, or all before a '?' where it has none. */
static size_t
length_to_path(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strcspn(url, "?");
}

static void
append_place(GString *words, GHashTable *seen, const char *url)
{
	g_autofree char *place = g_strndup(url, length_to_path(url));

	if (g_hash_table_contains(seen, place))
		return;
	append_searched(words, place);
	g_hash_table_add(seen, g_steal_pointer(&place));
}

/* Hosts that nearly every message names, such as a service's for tracking, are found at once. */
static char *
searched_places(const Message *message)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GString *words = g_string_new(NULL);

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		append_place(words, seen, link->final);
		append_place(words, seen, link->url);
	}
	append_names(words, message);
	return g_string_free(words, false);
}

Words *
words_new(int64_t id, const Message *message, const Envelope *envelope)
{
	Words *words = g_new0(Words, 1);

	words->message = id;
	words->apart = true;
	words->subject = g_strdup(message->subject);
	words->addresses = searched_addresses(message, envelope);
	words->texts = searched_texts(message);
	words->urls = searched_urls(message);
	words->places = searched_places(message);
	return words;
}

void
words_free(Words *words)
{
	if (!words)
		return;
	g_free(words->subject);
	g_free(words->addresses);
	g_free(words->texts);
	g_free(words->urls);
	g_free(words->places);
	g_free(words);
}

size_t
words_size(const Words *words)
{
	return strlen(words->subject) + strlen(words->addresses) + strlen(words->texts) +
		strlen(words->urls) + strlen(words->places);
}

/* What stands in one of the indexes. */
static bool
run_words(Store *store, const char *sql, const Words *words, const char *texts, const char *urls,
	GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	db_bind_int(stmt, ":id", words->message);
	db_bind_text(stmt, ":subject", words->subject);
	db_bind_text(stmt, ":address", words->addresses);
	db_bind_text(stmt, ":body", texts);
	db_bind_text(stmt, ":url", urls);
	return db_run(store, stmt, error);
}

static bool
run_both(Store *store, const char *search, const char *word, const Words *words, GError **error)
{
	if (!words->apart)
		return run_words(store, search, words, words->texts, words->urls, error);
	return run_words(store, search, words, NULL, words->places, error) &&
		run_words(store, word, words, words->texts, words->urls, error);
}

bool
words_add(Store *store, const Words *words, GError **error)
{
	static const char search[] = "INSERT INTO search (rowid, subject, address, body, url)"
				     " VALUES (:id, :subject, :address, :body, :url)";
	static const char word[] = "INSERT INTO word (rowid, subject, address, body, url)"
				   " VALUES (:id, :subject, :address, :body, :url)";

	return run_both(store, search, word, words, error);
}

bool
words_remove(Store *store, const Words *words, GError **error)
{
	static const char search[] =
		"INSERT INTO search (search, rowid, subject, address, body, url)"
		" VALUES ('delete', :id, :subject, :address, :body, :url)";
	static const char word[] = "INSERT INTO word (word, rowid, subject, address, body, url)"
				   " VALUES ('delete', :id, :subject, :address, :body, :url)";

	return run_both(store, search, word, words, error);
}

static bool
are_apart(Store *store, int64_t id, bool *apart, GError **error)
{
	static const char sql[] = "SELECT apart FROM message WHERE id = :id";
	g_autoptr(Kept) stmt = message_find_row(store, sql, id, error);

	*apart = stmt && db_int(stmt, 0);
	return stmt != NULL;
}

static bool
are_equal(const Words *a, const Words *b)
{
	return strcmp(a->subject, b->subject) == 0 && strcmp(a->addresses, b->addresses) == 0 &&
		strcmp(a->texts, b->texts) == 0 && strcmp(a->urls, b->urls) == 0;
}

bool
words_replace(Store *store, Words *old, Words *new, GError **error)
{
	if (are_equal(old, new))
		return true;
	if (!are_apart(store, old->message, &old->apart, error))
		return false;
	new->apart = old->apart;
	return words_remove(store, old, error) && words_add(store, new, error);
}
