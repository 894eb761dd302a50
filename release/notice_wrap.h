/* notice_wrap.h - text in lines of so many columns; private to release/ */
#ifndef RELEASE_NOTICE_WRAP_H
#define RELEASE_NOTICE_WRAP_H

/* Each line of @text, UTF-8, broken where it has more than @columns as a terminal counts them:
 * at blanks, and between wide characters but where Japanese does not break (JIS X 4051: no
 * closing mark begins a line, no opening one ends it).  A word that is longer stays whole.
 * What goes on is indented as far as the line's first word, behind a list's mark.  Yours. */
char *notice_wrap(const char *text, int columns);

#endif
