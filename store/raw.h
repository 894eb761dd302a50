/* raw.h - what stands by itself, as zstd frames: raw mails and bodies in no bale, links */
#ifndef STORE_RAW_H
#define STORE_RAW_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

GBytes *raw_compress(const void *bytes, size_t size);
/* NULL when @bytes is no frame of exactly @size. */
GBytes *raw_expand(const void *bytes, size_t length, size_t size);

/* The same for many small ones: a reader keeps the memory that each would clear anew. */
typedef struct RawReader RawReader;
RawReader *raw_reader_new(void);
void raw_reader_free(RawReader *reader);
GBytes *raw_reader_expand(RawReader *reader, const void *bytes, size_t length, size_t size);

/* What message_pack_body() made of a message, behind its raw mail: the two have most in
 * common, and the frame can be read only with those bytes.  @raw NULL: by itself. */
GBytes *body_compress(GBytes *body, const void *raw, size_t raw_size);
/* Is the raw mail needed to expand this frame? */
bool body_needs_raw(const void *bytes, size_t length);
/* NULL when @bytes is no frame of exactly @size, or not behind @raw (NULL: not needed). */
GBytes *body_expand(const void *bytes, size_t length, size_t size, GBytes *raw);

#endif
