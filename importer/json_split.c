#include "importer/json_split.h"

#include <string.h>

/* Our shapes have ten; what goes deeper would be looked at again and again. */
enum {
	MAX_DEPTH = 64,
};

/* A string has no line end in it (RFC 8259 section 7). */
static SplitState
in_string(JsonSplit *split, char c)
{
	if (split->escaped)
		split->escaped = false;
	else if (c == '\\')
		split->escaped = true;
	else if (c == '"')
		split->quoted = false;
	return c == '\n' ? SPLIT_BROKEN : SPLIT_MORE;
}

/* An object or array begins behind what may stand before a value, but for the first. */
static bool
may_begin(const JsonSplit *split)
{
	return split->depth == 0 || (split->last && strchr(":,[", split->last));
}

static SplitState
begin(JsonSplit *split, bool array)
{
	uint64_t bit;

	if (!may_begin(split) || split->depth == MAX_DEPTH)
		return SPLIT_BROKEN;
	bit = (uint64_t)1 << split->depth++;
	split->arrays = array ? split->arrays | bit : split->arrays & ~bit;
	return SPLIT_MORE;
}

static SplitState
end(JsonSplit *split, bool array)
{
	uint64_t bit = (uint64_t)1 << --split->depth;

	if (((split->arrays & bit) != 0) != array)
		return SPLIT_BROKEN;
	return split->depth == 0 ? SPLIT_END : SPLIT_MORE;
}

static SplitState
outside(JsonSplit *split, char c)
{
	SplitState state = SPLIT_MORE;

	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return SPLIT_MORE;
	case '"':
		split->quoted = true;
		break;
	case '{':
	case '[':
		state = begin(split, c == '[');
		break;
	case '}':
	case ']':
		state = end(split, c == ']');
		break;
	}
	split->last = c;
	return state;
}

SplitState
json_split(JsonSplit *split, const char *bytes, size_t length, size_t *used)
{
	SplitState state = SPLIT_MORE;

	for (*used = 0; *used < length && state == SPLIT_MORE; (*used)++)
		state = split->quoted ? in_string(split, bytes[*used])
				      : outside(split, bytes[*used]);
	return state;
}
