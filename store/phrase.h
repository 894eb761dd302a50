/* phrase.h - phrases that the index of words alone can't find; private to store/
 *
 * The index `word` says which words a message has, not where: positions of every word of every
 * text would take four times the rest of it.  Of messages that have all words of a phrase, its
 * texts are asked, by the tokenizer of the index.
 */
#ifndef STORE_PHRASE_H
#define STORE_PHRASE_H

#include "store/db.h"

/* What the SQL of queries has for it, @expression being phrases in quotation marks ("" is one of
 * them) joined by " AND ", each with a * behind it where its last word may go on:
 * all_of(expression)    the same for an index without positions: each word a phrase;
 * says(id, expression)  does message @id have these phrases, which has all their words? */
bool phrase_register(Store *store);

#endif
