/* words.h - what bare words find a message by; private to store/
 *
 * Two indexes: `word` has all words and no positions; `search` has positions, so that a phrase
 * is found at once, of subject, addresses and hosts alone: those of texts and URLs would take
 * four times all the rest.  Other phrases: phrase.h.  Messages of older stores have all in `search`.
 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "mail/message.h"
#include "store/db.h"

/* FTS5 writes all it has gathered at every savepoint, and a statement that may fail half-way
 * makes one: so words are kept until none follows. */
typedef struct Words {
	int64_t message;
	bool apart; /* message.apart: false for one of an older store */
	char *subject;
	char *addresses;
	char *texts;
	char *urls;   /* and names of attachments */
	char *places; /* where URLs lead, each once, and those names */
} Words;

/* They are apart. */
Words *words_new(int64_t id, const Message *message, const Envelope *envelope);
void words_free(Words *words);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Words, words_free)
size_t words_size(const Words *words);
bool words_add(Store *store, const Words *words, GError **error);
/* The index keeps no text: @words must be what was added, made by words_new() from the
 * same rows. */
bool words_remove(Store *store, const Words *words, GError **error);
/* Those of a message that is there: @old, as above, become @new, and stay as they are where
 * that is the same.  Whether they are apart is the message's to say. */
bool words_replace(Store *store, Words *old, Words *new, GError **error);

#endif
