#include "store/phrase.h"

#include <string.h>

#include "store/message_sql.h"
#include "store/words.h"

enum {
	MAX_WORDS = 64, /* of one phrase: bits in Phrase.begun */
};

typedef struct Phrase {
	GPtrArray *words;
	bool prefix;    /* the last may go on */
	bool found;     /* in what was looked at so far */
	uint64_t begun; /* bit N: the words before the next one are the first N of it */
} Phrase;

static void
phrase_free(Phrase *phrase)
{
	g_ptr_array_unref(phrase->words);
	g_free(phrase);
}

/* ---- the index's own tokenizer ---- */

typedef int (*TakeToken)(void *data, int flags, const char *token, int length, int start, int end);

/* As in the table's declaration: schema.c. */
static const char *tokenizer_arguments[] = { "remove_diacritics", "2" };

static fts5_api *
find_api(sqlite3 *db)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;
	fts5_api *api = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
	sqlite3_step(stmt);
	return api;
}

/* Made once for all texts that a statement looks at. */
typedef struct Tokenizer {
	fts5_tokenizer methods;
	Fts5Tokenizer *instance; /* NULL: none */
} Tokenizer;

static bool
tokenizer_begin(Tokenizer *tokenizer, sqlite3 *db)
{
	fts5_api *api = find_api(db);
	void *context = NULL;

	return api &&
		api->xFindTokenizer(api, "unicode61", &context, &tokenizer->methods) == SQLITE_OK &&
		tokenizer->methods.xCreate(context, tokenizer_arguments,
			G_N_ELEMENTS(tokenizer_arguments), &tokenizer->instance) == SQLITE_OK;
}

static bool
tokenize(const Tokenizer *tokenizer, const char *text, TakeToken take, void *data)
{
	int result = tokenizer->methods.xTokenize(
		tokenizer->instance, data, FTS5_TOKENIZE_DOCUMENT, text, (int)strlen(text), take);

	return result == SQLITE_OK || result == SQLITE_DONE;
}

/* ---- the expression ---- */

static int
take_word(void *data, G_GNUC_UNUSED int flags, const char *token, int length,
	G_GNUC_UNUSED int start, G_GNUC_UNUSED int end)
{
	Phrase *phrase = data;

	g_ptr_array_add(phrase->words, g_strndup(token, (gsize)length));
	return SQLITE_OK;
}

/* The string that begins at the quotation mark *@at, which is moved behind its end. */
static char *
read_string(const char **at)
{
	GString *text = g_string_new(NULL);
	const char *p = *at + 1;

	for (; *p && (*p != '"' || p[1] == '"'); p++) {
		if (*p == '"')
			p++;
		g_string_append_c(text, *p);
	}
	*at = *p ? p + 1 : p;
	return g_string_free(text, false);
}

/* What an expression asks for. */
typedef struct Phrases {
	GPtrArray *all; /* of Phrase */
	Tokenizer tokenizer;
} Phrases;

static void
phrases_free(Phrases *phrases)
{
	if (phrases->tokenizer.instance)
		phrases->tokenizer.methods.xDelete(phrases->tokenizer.instance);
	g_ptr_array_unref(phrases->all);
	g_free(phrases);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Phrases, phrases_free)

/* NULL when there is no tokenizer. */
static Phrases *
read_phrases(sqlite3 *db, const char *expression)
{
	g_autoptr(Phrases) phrases = g_new0(Phrases, 1);

	phrases->all = g_ptr_array_new_with_free_func((GDestroyNotify)phrase_free);
	if (!tokenizer_begin(&phrases->tokenizer, db))
		return NULL;

	for (const char *at = strchr(expression, '"'); at; at = strchr(at, '"')) {
		g_autofree char *text = read_string(&at);
		Phrase *phrase = g_new0(Phrase, 1);

		phrase->words = g_ptr_array_new_with_free_func(g_free);
		phrase->prefix = *at == '*';
		g_ptr_array_add(phrases->all, phrase);
		if (!tokenize(&phrases->tokenizer, text, take_word, phrase))
			return NULL;
	}
	return g_steal_pointer(&phrases);
}

static void
append_word(GString *all, const char *word, bool prefix)
{
	if (all->len > 0)
		g_string_append(all, " AND ");
	/* No token has a quotation mark. */
	g_string_append_printf(all, "\"%s\"%s", word, prefix ? "*" : "");
}

static void
sql_all_of(sqlite3_context *context, G_GNUC_UNUSED int count, sqlite3_value **values)
{
	const char *expression = (const char *)sqlite3_value_text(values[0]);
	g_autoptr(Phrases) phrases =
		read_phrases(sqlite3_context_db_handle(context), expression ? expression : "");
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; phrases && i < phrases->all->len; i++) {
		const Phrase *phrase = g_ptr_array_index(phrases->all, i);

		for (guint k = 0; k < phrase->words->len; k++)
			append_word(all, g_ptr_array_index(phrase->words, k),
				phrase->prefix && k + 1 == phrase->words->len);
	}
	/* Nothing is no expression of FTS5's; the empty string finds nothing. */
	sqlite3_result_text(context, all->len > 0 ? all->str : "\"\"", -1, SQLITE_TRANSIENT);
}

/* ---- the texts ---- */

static bool
is_word(const Phrase *phrase, guint number, const char *token, size_t length)
{
	const char *word = g_ptr_array_index(phrase->words, number);
	size_t wanted = strlen(word);
	bool prefix = phrase->prefix && number + 1 == phrase->words->len;

	return (prefix ? length >= wanted : length == wanted) && memcmp(word, token, wanted) == 0;
}

static void
follow(Phrase *phrase, const char *token, size_t length)
{
	uint64_t begun = 0;
	guint count = MIN(phrase->words->len, MAX_WORDS - 1);

	phrase->begun |= 1;
	for (guint i = 0; i < count; i++) {
		if (phrase->begun >> i & 1 && is_word(phrase, i, token, length))
			begun |= UINT64_C(1) << (i + 1);
	}
	phrase->begun = begun;
	phrase->found = phrase->found || begun >> count & 1;
}

static int
follow_all(void *data, G_GNUC_UNUSED int flags, const char *token, int length,
	G_GNUC_UNUSED int start, G_GNUC_UNUSED int end)
{
	GPtrArray *phrases = data;
	bool found = true;

	for (guint i = 0; i < phrases->len; i++) {
		Phrase *phrase = g_ptr_array_index(phrases, i);

		if (!phrase->found)
			follow(phrase, token, (size_t)length);
		found = found && phrase->found;
	}
	return found ? SQLITE_DONE : SQLITE_OK;
}

/* A word alone is there: the index says so. */
static bool
begin(GPtrArray *phrases)
{
	bool found = true;

	for (guint i = 0; i < phrases->len; i++) {
		Phrase *phrase = g_ptr_array_index(phrases, i);

		phrase->found = phrase->words->len < 2;
		found = found && phrase->found;
	}
	return found;
}

static bool
are_in(Phrases *phrases, const Words *words)
{
	const char *const texts[] = { words->subject, words->addresses, words->urls, words->texts };
	GPtrArray *all = phrases->all;
	bool found = begin(all);

	for (size_t i = 0; i < G_N_ELEMENTS(texts) && !found; i++) {
		found = true;
		for (guint k = 0; k < all->len; k++)
			((Phrase *)g_ptr_array_index(all, k))->begun = 0;
		if (!tokenize(&phrases->tokenizer, texts[i], follow_all, all))
			return true;
		for (guint k = 0; k < all->len; k++)
			found = found && ((Phrase *)g_ptr_array_index(all, k))->found;
	}
	return found;
}

/* What can't be read says nothing: what is decided about a phrase does not take it along.
 * Its words still find it one by one, and verify and rescore tell of it. */
static bool
message_says(Store *store, int64_t id, Phrases *phrases)
{
	bool whole = false;
	g_autoptr(Message) message = message_load_parts(store, id, &whole, NULL);
	g_autoptr(Words) words = NULL;

	if (!message || !whole)
		return false;
	words = words_new(id, message, message->envelope);
	return are_in(phrases, words);
}

static void
free_phrases(void *phrases)
{
	phrases_free(phrases);
}

/* Those of the statement, read once: borrowed.  NULL: there is no memory for them. */
static Phrases *
phrases_of(sqlite3_context *context, const Store *store, sqlite3_value *value)
{
	Phrases *phrases = sqlite3_get_auxdata(context, 1);
	const char *expression;

	if (phrases)
		return phrases;
	expression = (const char *)sqlite3_value_text(value);
	phrases = read_phrases(store->db, expression ? expression : "");
	if (phrases)
		sqlite3_set_auxdata(context, 1, phrases, free_phrases);
	/* It may have been dropped at once. */
	return phrases ? sqlite3_get_auxdata(context, 1) : NULL;
}

static void
sql_says(sqlite3_context *context, G_GNUC_UNUSED int count, sqlite3_value **values)
{
	Store *store = sqlite3_user_data(context);
	Phrases *phrases = phrases_of(context, store, values[1]);

	if (!phrases)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_int(context,
			begin(phrases->all) ||
				message_says(store, sqlite3_value_int64(values[0]), phrases));
}

bool
phrase_register(Store *store)
{
	/* DIRECTONLY: not from the schema of a store that came from elsewhere. */
	const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(store->db, "all_of", 1, flags | SQLITE_DETERMINISTIC,
		       NULL, sql_all_of, NULL, NULL, NULL) == SQLITE_OK &&
		sqlite3_create_function_v2(store->db, "says", 2, flags, store, sql_says, NULL, NULL,
			NULL) == SQLITE_OK;
}
