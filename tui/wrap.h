/* wrap.h - a long text cut into rows of a width, without holding the rows
 *
 * A raw message may have 60 MB: only where every so many-th row begins is kept.
 * Rows end at line ends, at blanks where the mode is WRAP_WORDS, or where the
 * next character would not fit as text_visible() shows it.
 */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	WRAP_WORDS,
	WRAP_BYTES, /* every byte is worth seeing */
} WrapMode;

enum {
	WRAP_TAB = 8, /* columns a tab takes at most */
};

typedef struct Wrap Wrap;

/* @bytes are borrowed. */
Wrap *wrap_new(const char *bytes, gsize length, int width, WrapMode mode);
void wrap_free(Wrap *wrap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wrap, wrap_free)

int wrap_rows(const Wrap *wrap);
/* Row @index without its line end; fast for rows in order. */
const char *wrap_row(Wrap *wrap, int index, gsize *length);

#endif
