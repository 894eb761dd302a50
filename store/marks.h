/* marks.h - a set of message ids that SQL can ask; private to store/
 *
 * What words and values find is read once, at some 30 ns an id, and then asked of one
 * message at a time while a list is walked in its order.
 */
#ifndef STORE_MARKS_H
#define STORE_MARKS_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Marks Marks;

Marks *marks_new(void);
void marks_free(Marks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Marks, marks_free)

/* Ids from 1 on; others are no message's and are left out. */
void marks_add(Marks *marks, int64_t id);
bool marks_has(const Marks *marks, int64_t id);
int64_t marks_count(const Marks *marks);

/* Lent to @stmt until its bindings are cleared: what `marked(:name, id)` asks. */
void marks_bind(Marks *marks, sqlite3_stmt *stmt, const char *name);
bool marks_register(sqlite3 *db);

#endif
