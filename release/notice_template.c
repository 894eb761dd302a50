#include "release/notice_template.h"

#include <string.h>

#include "release/transport.h"
#include "store/nearest.h"

enum {
	MAX_LINES = 2000,
	MAX_DEPTH = 8, /* sections in each other */
};

#define SUBJECT "Subject:"

/* A template on its way to a text. */
typedef struct Filling {
	const char *name;
	char **lines;
	const NoticeValues *values[MAX_DEPTH + 1]; /* of the items it is within, outermost first */
	int depth;
	GString *out;
} Filling;

NoticeValues *
notice_values_new(void)
{
	return g_new0(NoticeValues, 1);
}

void
notice_values_free(NoticeValues *values)
{
	if (!values)
		return;
	for (int place = 0; place < NOTICE_PLACES; place++) {
		g_free(values->text[place]);
		g_clear_pointer(&values->list[place], g_ptr_array_unref);
	}
	g_free(values);
}

void
notice_values_set(NoticeValues *values, NoticePlace place, char *text)
{
	g_free(values->text[place]);
	values->text[place] = text;
}

NoticeValues *
notice_values_add(NoticeValues *values, NoticePlace place)
{
	NoticeValues *item = notice_values_new();

	g_assert(notice_places[place].list);
	if (!values->list[place])
		values->list[place] =
			g_ptr_array_new_with_free_func((GDestroyNotify)notice_values_free);
	g_ptr_array_add(values->list[place], item);
	return item;
}

static bool G_GNUC_PRINTF(4, 5)
	fail(const Filling *filling, int line, GError **error, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_NOTICE, "%s: line %d: %s", filling->name,
		line + 1, message);
	return false;
}

/* ---- names ---- */

static bool
fail_unknown(const Filling *filling, int line, const char *word, GError **error)
{
	const char *names[NOTICE_PLACES + 1] = { NULL };
	const char *nearest;

	for (int place = 0; place < NOTICE_PLACES; place++)
		names[place] = notice_places[place].name;
	nearest = nearest_name(word, names);
	return fail(filling, line, error,
		nearest ? "there is no place {%s}; is {%s} meant?"
			: "there is no place {%s}; lazaret notice --help lists them",
		word, nearest);
}

/* What {word} is; one that only items have counts within a list alone. */
static bool
find_place(const Filling *filling, int line, const char *word, NoticePlace *place, GError **error)
{
	for (int i = 0; i < NOTICE_PLACES; i++) {
		if (strcmp(notice_places[i].name, word) != 0)
			continue;
		if (notice_places[i].item && filling->depth == 0)
			return fail(filling, line, error,
				"{%s} is of an item: it stands within a list", word);
		*place = (NoticePlace)i;
		return true;
	}
	return fail_unknown(filling, line, word, error);
}

static const char *
text_of(const Filling *filling, NoticePlace place)
{
	const char *text = NULL;

	for (int i = filling->depth; i >= 0 && !text; i--)
		text = filling->values[i]->text[place];
	return text;
}

static const GPtrArray *
list_of(const Filling *filling, NoticePlace place)
{
	const GPtrArray *list = NULL;

	for (int i = filling->depth; i >= 0 && !list; i--)
		list = filling->values[i]->list[place];
	return list;
}

/* ---- lines ---- */

/* One place, behind its brace: *at moves behind the other one. */
static bool
fill_place(const Filling *filling, int line, const char **at, GString *out, GError **error)
{
	const char *end = strchr(*at, '}');
	g_autofree char *word = end ? g_strndup(*at, (gsize)(end - *at)) : NULL;
	NoticePlace place = NOTICE_PLACES;

	if (!word)
		return fail(filling, line, error, "a { has no }; {{ is a brace");
	if (strchr("#^/", *word))
		return fail(filling, line, error, "{%s} stands on a line of its own", word);
	if (!find_place(filling, line, word, &place, error))
		return false;
	if (notice_places[place].list)
		return fail(filling, line, error, "{%s} is a list: {#%s} and {/%s} go round it",
			word, word, word);
	if (text_of(filling, place))
		g_string_append(out, text_of(filling, place));
	*at = end + 1;
	return true;
}

static bool
fill_line(const Filling *filling, int line, const char *text, GString *out, GError **error)
{
	while (*text) {
		const char *brace = strchr(text, '{');

		if (!brace) {
			g_string_append(out, text);
			break;
		}
		g_string_append_len(out, text, brace - text);
		text = brace + 1;
		if (*text == '{')
			g_string_append_c(out, *text++);
		else if (!fill_place(filling, line, &text, out, error))
			return false;
	}
	return true;
}

/* "{#name}" alone on its line: what is between the mark and the brace.  Yours, or NULL. */
static char *
section_word(const char *line, char mark)
{
	g_autofree char *text = g_strstrip(g_strdup(line));
	size_t length = strlen(text);

	if (length < 4 || text[0] != '{' || text[1] != mark || text[length - 1] != '}')
		return NULL;
	return g_strndup(text + 2, length - 3);
}

static bool
opens_section(const char *line)
{
	g_autofree char *with = section_word(line, '#');
	g_autofree char *without = section_word(line, '^');

	return with || without;
}

/* The line that ends the section which begins at @begin; -1 with an error. */
static int
section_end(const Filling *filling, int begin, const char *word, GError **error)
{
	int depth = 0;

	for (int i = begin + 1; filling->lines[i]; i++) {
		g_autofree char *closes = section_word(filling->lines[i], '/');

		if (opens_section(filling->lines[i]))
			depth++;
		else if (closes && depth == 0 && strcmp(closes, word) == 0)
			return i;
		else if (closes && depth-- == 0)
			break;
	}
	fail(filling, begin, error, "no {/%s} ends what begins here", word);
	return -1;
}

static bool fill_lines(Filling *filling, int from, int to, GError **error);

static bool
fill_items(Filling *filling, const GPtrArray *list, int from, int to, GError **error)
{
	static const NoticeValues none = { 0 };
	/* What is not shown is read all the same: a mistake in it is one. */
	guint items = list ? list->len : 1;
	gsize before = filling->out->len;

	filling->depth++;
	for (guint i = 0; i < items; i++) {
		filling->values[filling->depth] = list ? g_ptr_array_index(list, i) : &none;
		if (!fill_lines(filling, from, to, error))
			return false;
	}
	filling->depth--;
	if (!list)
		g_string_truncate(filling->out, before);
	return true;
}

static bool
fill_between(Filling *filling, NoticePlace place, bool with, int from, int to, GError **error)
{
	const GPtrArray *list = list_of(filling, place);
	bool there = notice_places[place].list ? list != NULL : text_of(filling, place) != NULL;
	gsize before = filling->out->len;

	if (with && notice_places[place].list)
		return fill_items(filling, list, from, to, error);
	if (!fill_lines(filling, from, to, error))
		return false;
	if (there != with)
		g_string_truncate(filling->out, before);
	return true;
}

/* The section that begins at *line, which moves to its end. */
static bool
fill_section(Filling *filling, int *line, const char *word, bool with, GError **error)
{
	int end = section_end(filling, *line, word, error);
	NoticePlace place = NOTICE_PLACES;

	if (end < 0 || !find_place(filling, *line, word, &place, error))
		return false;
	if (filling->depth == MAX_DEPTH)
		return fail(filling, *line, error, "too many sections in each other");
	if (!fill_between(filling, place, with, *line + 1, end, error))
		return false;
	*line = end;
	return true;
}

static bool
fill_lines(Filling *filling, int from, int to, GError **error)
{
	for (int i = from; i < to; i++) {
		const char *line = filling->lines[i];
		g_autofree char *with = section_word(line, '#');
		g_autofree char *without = section_word(line, '^');
		g_autofree char *closes = section_word(line, '/');

		if (g_str_has_prefix(line, "{!"))
			continue;
		if (closes)
			return fail(filling, i, error, "{/%s} ends nothing that is open", closes);
		if (with || without) {
			if (!fill_section(filling, &i, with ? with : without, with != NULL, error))
				return false;
			continue;
		}
		if (!fill_line(filling, i, line, filling->out, error))
			return false;
		g_string_append_c(filling->out, '\n');
	}
	return true;
}

/* Optional parts leave blank lines behind. */
static char *
without_gaps(const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++) {
		bool blank = *text == '\n' && (out->len == 0 || g_str_has_suffix(out->str, "\n\n"));

		if (!blank)
			g_string_append_c(out, *text);
	}
	while (g_str_has_suffix(out->str, "\n\n"))
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

/* The first line of what was filled in, without its label; the rest stays in @text. */
static char *
take_subject(char **text)
{
	char *line = *text;
	char *end = strchrnul(line, '\n');

	if (!g_str_has_prefix(line, SUBJECT))
		return NULL;
	*text = end + strspn(end, "\n");
	return g_strstrip(g_strndup(line + strlen(SUBJECT), (gsize)(end - line) - strlen(SUBJECT)));
}

bool
notice_template_fill(const char *name, const char *template, const NoticeValues *values,
	char **subject, char **body, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(template, "\n", MAX_LINES);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *whole = NULL;
	Filling filling = { .name = name, .lines = lines, .values = { values }, .out = out };
	char *rest;

	if (!g_utf8_validate(template, -1, NULL))
		return fail(&filling, 0, error, "the file is not UTF-8");
	for (char **line = lines; *line; line++)
		g_strchomp(*line);
	if (!fill_lines(&filling, 0, (int)g_strv_length(lines), error))
		return false;
	whole = without_gaps(out->str);
	rest = whole;
	*subject = take_subject(&rest);
	if (!*subject)
		return fail(&filling, 0, error, "it does not begin with '" SUBJECT " ...'");
	*body = g_strdup(rest);
	return true;
}
