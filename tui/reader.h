/* reader.h - a sheet that is scrolled and searched; written again for each width */
#ifndef TUI_READER_H
#define TUI_READER_H

#include "tui/move.h"
#include "tui/sheet.h"

typedef struct Reader Reader;

Reader *reader_new(void (*write)(void *data, Sheet *sheet), void *data);
void reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

void reader_draw(Reader *reader, Frame *frame, Area area);
void reader_move(Reader *reader, Move move, int count);
/* What is to be read changed; what was read is lent no longer. */
void reader_renew(Reader *reader);
void reader_top(Reader *reader);
/* The thing the person is at: what was found, or what the page begins with; 0: none. */
guint reader_mark(const Reader *reader);
guint reader_mark_behind(const Reader *reader, guint mark);
/* Scrolls to the next row that has @text, from the first again when it must. */
bool reader_find(Reader *reader, const char *text);

#endif
