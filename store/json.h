/* json.h - values as JSON: strict UTF-8, unknown is null */
#ifndef STORE_JSON_H
#define STORE_JSON_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Sets @key of @object.  Keys stay in the order they are set. */
void json_put(json_t *object, const char *key, json_t *value);         /* takes @value */
void json_put_text(json_t *object, const char *key, const char *text); /* NULL is null */
void json_put_number(json_t *object, const char *key, int64_t number);
void json_put_id(json_t *object, const char *key, int64_t id); /* 0 is null */
void json_put_bool(json_t *object, const char *key, bool value);
void json_put_time(json_t *object, const char *key, int64_t at); /* see moment_text() */

/* A list of char *. */
json_t *json_texts(const GPtrArray *texts);
/* The texts in the array that @json is, which may be none at all or NULL: then it is
 * empty.  Of char *; yours. */
GPtrArray *json_read_texts(const char *json);
/* NULL is null; bytes that are no UTF-8, which only a damaged store holds, become U+FFFD. */
json_t *json_text(const char *text);

/* Appends @character as \uXXXX; one beyond U+FFFF takes two of these (RFC 8259 section 7).  C# and
 * Kusto read it so too. */
void json_append_escape(GString *out, gunichar character);

/* On one line, without its end; controls and what can't be seen are escaped.  Yours. */
char *json_line(const json_t *value);

#endif
