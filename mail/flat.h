/* flat.h - structs as flat bytes and back, by tables that say what a struct has
 *
 * The bytes are those that GVariant serialises (its specification: "GVariant Format"), in
 * normal form, so that other programs can look at them; GVariant itself makes an object of
 * each value and looks a type up for it, which took a tenth of the reading of a message.
 *
 * The reader doesn't trust the bytes: what flat_read() takes is whole, in bounds, and its
 * strings are UTF-8 without NUL.
 */
#ifndef MAIL_FLAT_H
#define MAIL_FLAT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
	FLAT_STRING,       /* s:  char *, never NULL */
	FLAT_MAYBE_STRING, /* ms: char * or NULL */
	FLAT_STRINGS,      /* as: GPtrArray * of char * */
	FLAT_INT,          /* i:  int, or an enum */
	FLAT_UINT,         /* u:  uint32_t */
	FLAT_INT64,        /* x:  int64_t */
	FLAT_BOOL,         /* b:  bool */
	FLAT_ARRAY,        /* a(...):  GPtrArray * of pointers to structs of .shape */
	FLAT_STRUCT,       /* (...):   pointer to one, never NULL */
	FLAT_MAYBE_STRUCT, /* m(...):  pointer to one, or NULL */
	FLAT_GROUP,        /* (...):   members of the struct itself, as a tuple of their own */
} FlatKind;

typedef struct FlatShape FlatShape;

typedef struct FlatField {
	FlatKind kind;
	size_t offset; /* in the struct; of FLAT_GROUP none */
	const FlatShape *shape;
	bool within;    /* the member is not in the struct but in what it points to: */
	size_t through; /* offset of that pointer */
} FlatField;

struct FlatShape {
	size_t size; /* of the struct */
	const FlatField *fields;
	size_t count;
};

/* The rows of such a table. */
#define FLAT_FIELD(kind, type, member)                              \
	{                                                           \
		FLAT_##kind, offsetof(type, member), NULL, false, 0 \
	}
#define FLAT_FIELD_OF(kind, type, member, shape)                     \
	{                                                            \
		FLAT_##kind, offsetof(type, member), shape, false, 0 \
	}
#define FLAT_SHAPE(type, fields)                           \
	{                                                  \
		sizeof(type), fields, G_N_ELEMENTS(fields) \
	}

/* Yours. */
GByteArray *flat_write(const FlatShape *shape, const void *object);

/* Fills @object, which is new: its arrays and structs (all but FLAT_MAYBE_STRUCT) must be there,
 * and its strings may be.  False when the bytes are no such struct: then it is filled in part, and can
 * be freed as ever. */
bool flat_read(const FlatShape *shape, const void *bytes, size_t size, void *object);

/* Bytes of the first field of what flat_write() wrote, which must be one of strings or arrays
 * and not the only one; at most @size, whatever stands there. */
size_t flat_first_length(const void *bytes, size_t size);

#endif
