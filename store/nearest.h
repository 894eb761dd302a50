/* nearest.h - the name that was probably meant */
#ifndef STORE_NEAREST_H
#define STORE_NEAREST_H

/* The one of @names (NULL-terminated) that takes the fewest single-character
 * edits to become @word, or NULL when none is near. */
const char *nearest_name(const char *word, const char *const *names);

#endif
