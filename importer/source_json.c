#include <string.h>

#include "importer/bundled.h"
#include "importer/file.h"
#include "importer/json_split.h"
#include "importer/s3_follow.h"

enum {
	READ_SIZE = 256 * 1024,
	/* One object: a message of the largest size in Base64, and what is around it. */
	MAX_OBJECT = SOURCE_MAX_MESSAGE / 3 * 4 + 1024 * 1024,
	/* What goes into a box at a time. */
	CHUNK_SIZE = 4 * 1024 * 1024,
	CHUNK_OBJECTS = 256,
};

/* The file as a stream through a window, from which objects are cut: memory does not grow
 * with it.  What is in the objects is for the box to say. */
typedef struct Json {
	char *path;
	gzFile file;
	GByteArray *window;
	size_t start; /* of what was not looked at yet */
	bool ended;   /* the whole file went through the window */
	GError *failure;
	GPtrArray *chunk; /* of GBytes: objects that wait for a box */
	GPtrArray *bundle;
	guint taken; /* of those in the bundle */
	int64_t number;
	const char *fault; /* of what stands behind those; NULL: nothing is wrong there */
	S3Follow *follow;
} Json;

static void
json_close(void *state)
{
	Json *json = state;

	if (!json)
		return;
	g_free(json->path);
	if (json->file)
		gzclose(json->file);
	g_byte_array_unref(json->window);
	g_clear_error(&json->failure);
	g_ptr_array_unref(json->chunk);
	g_clear_pointer(&json->bundle, g_ptr_array_unref);
	s3_follow_free(json->follow);
	g_free(json);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_close)

/* Other JSON is no mail: a key that our shapes have stands near the top. */
static bool
json_detect(const SourceProbe *probe)
{
	static const char *const keys[] = { "\"raw\"", "\"notificationType\"", "\"Message\"",
		"\"Records\"", "\"Messages\"", "\"messages\"", "\"Eml\"" };
	const char *head = probe->head;
	size_t at = 0;

	if (probe->folder)
		return false;
	while (at < probe->length && strchr(" \t\r\n\xEF\xBB\xBF[", head[at] ? head[at] : 'x'))
		at++;
	if (at == probe->length || head[at] != '{')
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (memmem(head + at, probe->length - at, keys[i], strlen(keys[i])))
			return true;
	}
	return false;
}

static void *
json_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Json) json = g_new0(Json, 1);

	json->path = g_strdup(opening->path);
	json->window = g_byte_array_new();
	json->chunk = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	json->follow = s3_follow_new(opening, error);
	if (!json->follow)
		return NULL;
	json->file = file_open_stream(opening->path, FILE_FOLLOW, error);
	return json->file ? g_steal_pointer(&json) : NULL;
}

/* ---- objects out of the file ---- */

static const char *
at(const Json *json, size_t offset)
{
	return (const char *)json->window->data + json->start + offset;
}

static size_t
available(const Json *json)
{
	return json->window->len - json->start;
}

/* Reads on.  False at the end. */
static bool
read_more(Json *json)
{
	guint end;
	ssize_t length;

	if (json->ended)
		return false;
	if (json->start >= available(json)) {
		g_byte_array_remove_range(json->window, 0, (guint)json->start);
		json->start = 0;
	}
	end = json->window->len;
	g_byte_array_set_size(json->window, end + READ_SIZE);
	length = file_read_stream(
		json->file, json->path, json->window->data + end, READ_SIZE, &json->failure);
	json->ended = length <= 0;
	g_byte_array_set_size(json->window, end + (guint)MAX(length, 0));
	return length > 0;
}

/* To the next object's brace; *junk when something else than blanks and the punctuation of
 * an array stood before it, up to the line's end.  False: there is none. */
static bool
find_object(Json *json, bool *junk)
{
	*junk = false;
	while (available(json) > 0 || read_more(json)) {
		char c = *at(json, 0);

		if (c == '{' && !*junk)
			return true;
		if (*junk && c == '\n')
			return true;
		if (!strchr(" \t\r\n,[]\xEF\xBB\xBF", c ? c : 'x'))
			*junk = true;
		json->start++;
	}
	return *junk;
}

/* Length of the object at the window's start, 0 for none, with *fault saying why. */
static size_t
measure(Json *json, const char **fault)
{
	JsonSplit split = { 0 };
	size_t length = 0;
	bool large = false;

	for (;;) {
		size_t used;
		SplitState state =
			json_split(&split, at(json, length), available(json) - length, &used);

		length += used;
		if (state == SPLIT_BROKEN) {
			*fault = "no JSON, or it breaks off";
			return 0;
		}
		if (state == SPLIT_END)
			break;
		large |= length > MAX_OBJECT;
		if (large) {
			json->start += length;
			length = 0;
		}
		if (!read_more(json)) {
			*fault = "it breaks off";
			json->start += length;
			return 0;
		}
	}
	if (!large)
		return length;
	*fault = SOURCE_TOO_LARGE;
	json->start += length;
	return 0;
}

/* What follows a broken object may be whole: it is looked for in the next line. */
static void
pass_line(Json *json)
{
	do {
		const char *newline = memchr(at(json, 0), '\n', available(json));

		json->start += newline ? (size_t)(newline - at(json, 0)) : available(json);
		if (newline)
			return;
	} while (read_more(json));
}

/* Fills the chunk, up to what is no object: that becomes the fault to be said next. */
static void
cut(Json *json)
{
	size_t size = 0;

	g_ptr_array_set_size(json->chunk, 0);
	while (!json->fault && size < CHUNK_SIZE && json->chunk->len < CHUNK_OBJECTS) {
		bool junk;
		size_t length;

		if (!find_object(json, &junk))
			return;
		length = junk ? 0 : measure(json, &json->fault);
		if (length > 0) {
			g_ptr_array_add(json->chunk, g_bytes_new(at(json, 0), length));
			json->start += length;
			size += length;
		} else if (junk) {
			json->fault = "no JSON object";
		} else if (available(json) > 0 && *at(json, 0) == '{') {
			pass_line(json);
		}
	}
}

/* ---- through the box ---- */

static GBytes *
joined(const GPtrArray *objects)
{
	GByteArray *bytes = g_byte_array_new();

	for (guint i = 0; i < objects->len; i++) {
		gsize length;
		const void *data = g_bytes_get_data(g_ptr_array_index(objects, i), &length);

		if (i > 0)
			g_byte_array_append(bytes, (const guint8 *)"", 1);
		g_byte_array_append(bytes, data, (guint)length);
	}
	return g_byte_array_free_to_bytes(bytes);
}

static GPtrArray *
open_objects(const GPtrArray *objects, GError **error)
{
	g_autoptr(GBytes) bytes = joined(objects);
	int64_t expanded = 0;
	int next = 0;

	return bundled_open(BOX_JSON, bytes, "", &next, &expanded, error);
}

/* When a box breaks on the chunk, each goes alone, and only the one to blame is lost. */
static void
open_chunk(Json *json)
{
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&json->bundle, g_ptr_array_unref);
	json->taken = 0;
	if (json->chunk->len == 0)
		return;
	json->bundle = open_objects(json->chunk, &error);
	if (json->bundle)
		return;
	json->bundle = g_ptr_array_new_with_free_func((GDestroyNotify)bundled_free);
	for (guint i = 0; i < json->chunk->len; i++) {
		g_autoptr(GError) failure = NULL;
		g_autoptr(GPtrArray) one = g_ptr_array_new();
		g_autoptr(GPtrArray) bundle = NULL;

		g_ptr_array_add(one, g_ptr_array_index(json->chunk, i));
		bundle = open_objects(one, &failure);
		if (bundle) {
			g_ptr_array_extend_and_steal(json->bundle, g_steal_pointer(&bundle));
			continue;
		}
		g_ptr_array_add(json->bundle, bundled_new(""));
		((Bundled *)g_ptr_array_index(json->bundle, json->bundle->len - 1))->fault =
			g_strdup(failure->message);
	}
}

static char *
next_origin(Json *json)
{
	return g_strdup_printf("%s#%" G_GINT64_FORMAT, json->path, ++json->number);
}

static SourceNext
take(Json *json, SourceItem *item, GError **error)
{
	Bundled *bundled = g_ptr_array_index(json->bundle, json->taken++);
	g_autofree char *origin = next_origin(json);

	if (!bundled->raw && bundled->bucket && bundled->key)
		return s3_follow_take(json->follow, bundled, origin, item, error);
	return bundled_take(bundled, "json", origin, item, error);
}

static SourceNext
say_fault(Json *json, GError **error)
{
	g_autofree char *origin = next_origin(json);

	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: %s", origin, json->fault);
	json->fault = NULL;
	return SOURCE_SKIP;
}

static SourceNext
json_next(void *state, SourceItem *item, GError **error)
{
	Json *json = state;

	for (;;) {
		if (json->bundle && json->taken < json->bundle->len)
			return take(json, item, error);
		if (json->fault)
			return say_fault(json, error);
		cut(json);
		if (json->chunk->len == 0 && !json->fault)
			break;
		open_chunk(json);
	}
	if (!json->failure)
		return SOURCE_END;
	g_propagate_error(error, g_steal_pointer(&json->failure));
	return SOURCE_FAILED;
}

static void
json_heed(void *state, int interrupt)
{
	s3_follow_heed(((const Json *)state)->follow, interrupt);
}

extern const SourceKind source_json;
const SourceKind source_json = {
	.name = "json",
	.summary = "JSON of Gmail (format=raw), SES receiving by SNS, or Defender; plain or .gz",
	.takes = TAKES_CREDENTIALS,
	.several = true,
	.news = NEWS_OF_FILE,
	.detect = json_detect,
	.open = json_open,
	.next = json_next,
	.heed = json_heed,
	.close = json_close,
};
