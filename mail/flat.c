#include "mail/flat.h"

#include <string.h>

#include "mail/text.h"

/* ---- what the tables say ---- */

static size_t shape_alignment(const FlatShape *shape);

static size_t
field_alignment(const FlatField *field)
{
	switch (field->kind) {
	case FLAT_STRING:
	case FLAT_MAYBE_STRING:
	case FLAT_STRINGS:
	case FLAT_BOOL:
		return 1;
	case FLAT_INT:
	case FLAT_UINT:
		return 4;
	case FLAT_INT64:
		return 8;
	case FLAT_ARRAY:
	case FLAT_STRUCT:
	case FLAT_MAYBE_STRUCT:
	case FLAT_GROUP:
		return shape_alignment(field->shape);
	}
	g_assert_not_reached();
}

static size_t
shape_alignment(const FlatShape *shape)
{
	size_t alignment = 1;

	for (size_t i = 0; i < shape->count; i++)
		alignment = MAX(alignment, field_alignment(&shape->fields[i]));
	return alignment;
}

static size_t shape_fixed_size(const FlatShape *shape);

/* 0 where it depends on the value. */
static size_t
field_fixed_size(const FlatField *field)
{
	switch (field->kind) {
	case FLAT_BOOL:
		return 1;
	case FLAT_INT:
	case FLAT_UINT:
		return 4;
	case FLAT_INT64:
		return 8;
	case FLAT_STRUCT:
	case FLAT_GROUP:
		return shape_fixed_size(field->shape);
	case FLAT_STRING:
	case FLAT_MAYBE_STRING:
	case FLAT_STRINGS:
	case FLAT_ARRAY:
	case FLAT_MAYBE_STRUCT:
		return 0;
	}
	g_assert_not_reached();
}

static size_t
align(size_t at, size_t alignment)
{
	return (at + alignment - 1) & ~(alignment - 1);
}

static size_t
shape_fixed_size(const FlatShape *shape)
{
	size_t size = 0;

	for (size_t i = 0; i < shape->count; i++) {
		size_t one = field_fixed_size(&shape->fields[i]);

		if (one == 0)
			return 0;
		size = align(size, field_alignment(&shape->fields[i])) + one;
	}
	return align(size, shape_alignment(shape));
}

static void *
pointer_in(const void *member)
{
	void *pointer;

	memcpy(&pointer, member, sizeof(pointer));
	return pointer;
}

static void
set_pointer(void *member, void *pointer)
{
	memcpy(member, &pointer, sizeof(pointer));
}

/* Where a member stands: a pointer to it. */
static void *
member_of(const FlatField *field, const void *object)
{
	const char *base = object;

	if (field->within)
		base = pointer_in(base + field->through);
	return (char *)base + field->offset;
}

/* Bytes of one of the offsets behind a container of so many bytes, offsets and all. */
static size_t
offset_size(size_t size)
{
	if (size <= G_MAXUINT8)
		return 1;
	if (size <= G_MAXUINT16)
		return 2;
	return size <= G_MAXUINT32 ? 4 : 8;
}

/* ---- out of structs ---- */

typedef struct Writer {
	GByteArray *bytes;
	GArray *ends; /* of size_t: where members of the containers that are open ended */
} Writer;

typedef struct Container {
	size_t start;
	guint ends; /* of those before it */
} Container;

static void
write_bytes(Writer *writer, const void *bytes, size_t length)
{
	g_byte_array_append(writer->bytes, bytes, (guint)length);
}

static void
pad(Writer *writer, size_t alignment)
{
	static const char zeros[8] = { 0 };
	size_t gap = align(writer->bytes->len, alignment) - writer->bytes->len;

	if (gap > 0)
		write_bytes(writer, zeros, gap);
}

static Container
open_container(const Writer *writer)
{
	return (Container){ writer->bytes->len, writer->ends->len };
}

static void
note_end(Writer *writer, const Container *container)
{
	size_t end = writer->bytes->len - container->start;

	g_array_append_val(writer->ends, end);
}

/* The ends of an array's members in order, those of a tuple's the last one first. */
static void
close_container(Writer *writer, const Container *container, bool reverse)
{
	guint count = writer->ends->len - container->ends;
	size_t body = writer->bytes->len - container->start;
	size_t size = 1;

	while (offset_size(body + count * size) > size)
		size *= 2;
	for (guint i = 0; i < count; i++) {
		guint which = container->ends + (reverse ? count - 1 - i : i);
		guint64 end = GUINT64_TO_LE(g_array_index(writer->ends, size_t, which));

		write_bytes(writer, &end, size);
	}
	g_array_set_size(writer->ends, container->ends);
}

static void
write_string(Writer *writer, const char *string)
{
	write_bytes(writer, string, strlen(string) + 1);
}

static void
write_strings(Writer *writer, const GPtrArray *strings)
{
	Container array = open_container(writer);

	for (guint i = 0; i < strings->len; i++) {
		write_string(writer, g_ptr_array_index(strings, i));
		note_end(writer, &array);
	}
	close_container(writer, &array, false);
}

static void write_tuple(Writer *writer, const FlatShape *shape, const void *object);

static void
write_array(Writer *writer, const FlatShape *shape, const GPtrArray *objects)
{
	Container array = open_container(writer);
	size_t alignment = shape_alignment(shape);

	for (guint i = 0; i < objects->len; i++) {
		pad(writer, alignment);
		write_tuple(writer, shape, g_ptr_array_index(objects, i));
		note_end(writer, &array);
	}
	close_container(writer, &array, false);
}

/* One that is there has a byte behind it. */
static void
write_maybe(Writer *writer, const FlatField *field, const void *value)
{
	if (!value)
		return;
	if (field->kind == FLAT_MAYBE_STRING)
		write_string(writer, value);
	else
		write_tuple(writer, field->shape, value);
	write_bytes(writer, "", 1);
}

static void
write_field(Writer *writer, const FlatField *field, const void *object)
{
	const void *member = member_of(field, object);

	pad(writer, field_alignment(field));
	switch (field->kind) {
	case FLAT_STRING:
		write_string(writer, pointer_in(member));
		break;
	case FLAT_MAYBE_STRING:
	case FLAT_MAYBE_STRUCT:
		write_maybe(writer, field, pointer_in(member));
		break;
	case FLAT_STRINGS:
		write_strings(writer, pointer_in(member));
		break;
	case FLAT_BOOL:
	case FLAT_INT:
	case FLAT_UINT:
	case FLAT_INT64:
		write_bytes(writer, member, field_fixed_size(field));
		break;
	case FLAT_ARRAY:
		write_array(writer, field->shape, pointer_in(member));
		break;
	case FLAT_STRUCT:
		write_tuple(writer, field->shape, pointer_in(member));
		break;
	case FLAT_GROUP:
		write_tuple(writer, field->shape, object);
		break;
	}
}

static void
write_tuple(Writer *writer, const FlatShape *shape, const void *object)
{
	Container tuple = open_container(writer);

	for (size_t i = 0; i < shape->count; i++) {
		write_field(writer, &shape->fields[i], object);
		if (i + 1 < shape->count && field_fixed_size(&shape->fields[i]) == 0)
			note_end(writer, &tuple);
	}
	if (shape_fixed_size(shape) > 0)
		pad(writer, shape_alignment(shape));
	close_container(writer, &tuple, true);
}

GByteArray *
flat_write(const FlatShape *shape, const void *object)
{
	Writer writer = {
		.bytes = g_byte_array_new(),
		.ends = g_array_new(FALSE, FALSE, sizeof(size_t)),
	};

	write_tuple(&writer, shape, object);
	g_array_unref(writer.ends);
	return writer.bytes;
}

/* ---- into structs ---- */

/* Part of all bytes, which stand from @base on: they are aligned as a whole. */
typedef struct Span {
	const char *base;
	size_t start, end;
} Span;

/* One of @size bytes that end at @end. */
static guint64
read_offset(const Span *span, size_t end, size_t size)
{
	guint64 offset = 0;

	memcpy(&offset, span->base + end - size, size);
	return GUINT64_FROM_LE(offset);
}

/* *at moved on to its alignment, over zeros alone. */
static bool
skip_padding(const Span *span, size_t *at, size_t alignment)
{
	size_t aligned = align(*at, alignment);

	if (aligned > span->end)
		return false;
	for (; *at < aligned; (*at)++)
		if (span->base[*at])
			return false;
	return true;
}

/* NULL when it is no string of @span's length. */
static char *
read_string(const Span *span)
{
	size_t length = span->end - span->start;
	const char *string = span->base + span->start;

	if (length == 0 || string[length - 1] || !text_is_valid(string, length - 1, NULL))
		return NULL;
	return g_memdup2(string, length);
}

static bool
take_string(const Span *span, void *member)
{
	char *string = read_string(span);

	g_free(pointer_in(member));
	/* Where a string must be, a broken message has an empty one. */
	set_pointer(member, string ? string : g_strdup(""));
	return string != NULL;
}

/* What goes on over the elements of an array that are not all of one size. */
typedef struct Walk {
	Span element;
	size_t table;  /* where the offsets begin */
	size_t offset; /* the next of them */
	size_t size;   /* of each */
} Walk;

static bool
walk_begin(Walk *walk, const Span *array)
{
	size_t length = array->end - array->start;
	guint64 table;

	*walk = (Walk){ .element = { array->base, array->start, array->start },
		.table = array->end,
		.offset = array->end };
	if (length == 0)
		return true;
	walk->size = offset_size(length);
	table = read_offset(array, array->end, walk->size);
	if (table > length - walk->size || (length - table) % walk->size != 0)
		return false;
	walk->table = walk->offset = array->start + (size_t)table;
	return true;
}

/* False at its end, or where it is broken: *valid says which. */
static bool
walk_next(Walk *walk, const Span *array, size_t alignment, bool *valid)
{
	Span whole = { array->base, array->start, walk->table };
	guint64 end;

	*valid = walk->offset < array->end || walk->element.end == walk->table;
	if (walk->offset == array->end)
		return false;
	walk->offset += walk->size;
	end = read_offset(array, walk->offset, walk->size);
	walk->element.start = walk->element.end;
	*valid = skip_padding(&whole, &walk->element.start, alignment) &&
		end <= walk->table - array->start &&
		array->start + (size_t)end >= walk->element.start;
	walk->element.end = array->start + (size_t)end;
	return *valid;
}

static bool
read_strings(const Span *span, GPtrArray *strings)
{
	Walk walk;
	bool valid = walk_begin(&walk, span);

	while (valid && walk_next(&walk, span, 1, &valid)) {
		char *string = read_string(&walk.element);

		if (!string)
			return false;
		g_ptr_array_add(strings, string);
	}
	return valid;
}

/* With all that a struct must have before it can be freed. */
static void *
new_object(const FlatShape *shape)
{
	char *object = g_malloc0(shape->size);

	for (size_t i = 0; i < shape->count; i++) {
		if (shape->fields[i].kind == FLAT_STRINGS)
			set_pointer(object + shape->fields[i].offset,
				g_ptr_array_new_with_free_func(g_free));
	}
	return object;
}

static bool read_tuple(const FlatShape *shape, const Span *span, void *object);

static bool
read_array(const FlatShape *shape, const Span *span, GPtrArray *objects)
{
	size_t alignment = shape_alignment(shape);
	Walk walk;
	bool valid = walk_begin(&walk, span);

	while (valid && walk_next(&walk, span, alignment, &valid)) {
		void *object = new_object(shape);

		g_ptr_array_add(objects, object);
		valid = read_tuple(shape, &walk.element, object);
	}
	return valid;
}

static bool
read_maybe(const FlatField *field, const Span *span, void *member)
{
	Span value = *span;
	void *object;

	if (span->start == span->end)
		return true;
	if (span->base[--value.end])
		return false;
	if (field->kind == FLAT_MAYBE_STRING)
		return take_string(&value, member);
	object = new_object(field->shape);
	set_pointer(member, object);
	return read_tuple(field->shape, &value, object);
}

static bool
read_bool(const Span *span, bool *member)
{
	char byte = span->base[span->start];

	*member = byte == 1;
	return byte == 0 || byte == 1;
}

static bool
read_field(const FlatField *field, const Span *span, void *object)
{
	void *member = member_of(field, object);

	switch (field->kind) {
	case FLAT_STRING:
		return take_string(span, member);
	case FLAT_MAYBE_STRING:
	case FLAT_MAYBE_STRUCT:
		return read_maybe(field, span, member);
	case FLAT_STRINGS:
		return read_strings(span, pointer_in(member));
	case FLAT_BOOL:
		return read_bool(span, member);
	case FLAT_INT:
	case FLAT_UINT:
	case FLAT_INT64:
		memcpy(member, span->base + span->start, span->end - span->start);
		return true;
	case FLAT_ARRAY:
		return read_array(field->shape, span, pointer_in(member));
	case FLAT_STRUCT:
		return read_tuple(field->shape, span, pointer_in(member));
	case FLAT_GROUP:
		return read_tuple(field->shape, span, object);
	}
	g_assert_not_reached();
}

/* Fields whose end stands in an offset: the last one ends where those begin. */
static size_t
count_framed(const FlatShape *shape)
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < shape->count; i++)
		count += field_fixed_size(&shape->fields[i]) == 0;
	return count;
}

static bool
read_tuple(const FlatShape *shape, const Span *span, void *object)
{
	size_t size = offset_size(span->end - span->start);
	size_t offset = span->end;
	Span fields = *span;
	Span one = { span->base, span->start, span->start };

	if (count_framed(shape) * size > span->end - span->start)
		return false;
	fields.end -= count_framed(shape) * size;
	for (size_t i = 0; i < shape->count; i++) {
		const FlatField *field = &shape->fields[i];
		size_t fixed = field_fixed_size(field);
		guint64 end = fields.end - span->start;

		one.start = one.end;
		if (!skip_padding(&fields, &one.start, field_alignment(field)))
			return false;
		if (fixed > 0) {
			end = one.start - span->start + fixed;
		} else if (i + 1 < shape->count) {
			end = read_offset(span, offset, size);
			offset -= size;
		}
		if (end > fields.end - span->start || span->start + end < one.start)
			return false;
		one.end = span->start + (size_t)end;
		if (!read_field(field, &one, object))
			return false;
	}
	if (shape_fixed_size(shape) > 0 && !skip_padding(&fields, &one.end, shape_alignment(shape)))
		return false;
	return one.end == fields.end;
}

bool
flat_read(const FlatShape *shape, const void *bytes, size_t size, void *object)
{
	const Span whole = { bytes ? bytes : "", 0, size };

	return read_tuple(shape, &whole, object);
}

size_t
flat_first_length(const void *bytes, size_t size)
{
	const Span whole = { bytes, 0, size };

	return size == 0 ? 0 : (size_t)MIN(size, read_offset(&whole, size, offset_size(size)));
}
