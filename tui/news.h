/* news.h - what others decided on the same store since this console looked
 *
 * Rows change and vanish under a person's eyes when somebody else decides: the message
 * line says for a while who that was and what they did; the log tells it all.
 */
#ifndef TUI_NEWS_H
#define TUI_NEWS_H

#include "store/store.h"

typedef struct News {
	int64_t newest; /* operation that was looked at */
	int64_t at;     /* when the others' last one was noticed */
	char *words;    /* "bob blocked 4 messages"; NULL: nothing yet */
} News;
void news_clear(News *news);

/* What stands in the store already is no news. */
bool news_begin(News *news, Store *store, GError **error);
/* Notices what others than @actor did meanwhile. */
bool news_look(News *news, Store *store, const char *actor, int64_t now, GError **error);
/* NULL when there is nothing, or it is old; borrowed. */
const char *news_words(const News *news, int64_t now);

#endif
