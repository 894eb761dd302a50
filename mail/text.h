/* text.h - the one door between message text and the terminal
 *
 * Whatever a message, a store, a server or a file name says is bytes until
 * text_visible() has made it Visible.  Frame (tui/frame.h) and the command
 * line's printers take nothing else.
 */
#ifndef MAIL_TEXT_H
#define MAIL_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* One line of UTF-8 that can't move the cursor, change a mode, reorder or hide
 * what stands beside it. */
typedef struct Visible Visible;

/* @bytes (@length of them, or up to the NUL when -1; NULL is "") made visible.
 * Printable characters stay, with at most four combining marks each; every
 * space of any width is one plain space, TAB too; every other byte or character
 * is named in angle brackets: <ESC>, <CR>, <U+202E>, and <E9> for a byte that is
 * not UTF-8.  What comes out comes out the same when it goes in again.
 *
 * Letters of right-to-left scripts stay: they are how their readers read, and
 * with every bidi control named a terminal can only turn round a run of such
 * letters, never what stands outside of it.  Never NULL. */
Visible *text_visible(const char *bytes, ssize_t length);
const char *visible_string(const Visible *visible);
void visible_free(Visible *visible);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Visible, visible_free)

/* Terminal columns of one character: 0, 1 or 2 (Unicode 15 East Asian Width as
 * GLib knows it; a character that text_visible() would name counts as 1). */
int text_columns(gunichar character);

/* Header bytes, file names and 8-bit text with no charset as valid UTF-8
 * without NUL: valid UTF-8 stays, otherwise each offending byte is read as
 * Windows-1252, as mail readers do; NUL becomes U+FFFD.  Yours. */
char *text_utf8(const char *bytes, size_t length);

/* The first byte at or behind @at that is NUL or no ASCII; @end if there is none. */
const char *text_skip_ascii(const char *at, const char *end);

/* As g_utf8_validate_len(), which looks at each byte: most of all mail is ASCII. */
bool text_is_valid(const char *bytes, size_t length, const char **end);

/* @text with each URL scheme, and each dot inside a word, made unclickable:
 * hxxps://shop[.]example.  Yours; not yet Visible. */
char *text_defang(const char *text);

/* @bytes in @charset (any case; NULL is us-ascii) as UTF-8 without NUL, read as
 * mail readers do: us-ascii as text_utf8(), a charset by the larger one that
 * contains it (iso-8859-1 by Windows-1252, gb2312 by gb18030).  Unknown
 * charsets set *@known to false and are read as text_utf8() does; sequences
 * that do not convert become U+FFFD.  Yours. */
char *text_from_charset(const char *bytes, size_t length, const char *charset, bool *known);

/* Load the converters of all charsets mail uses, so that text_from_charset()
 * works where no file can be opened.  Call before the box closes; they stay
 * for the life of the process. */
void text_preload_charsets(void);

#endif
