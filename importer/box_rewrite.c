#include <string.h>

#include "importer/box_private.h"
#include "mail/rewrite.h"

enum {
	QUOTED = 200, /* bytes of a link that a fault names */
};

typedef struct Found {
	GString *lines;
	GHashTable *known; /* of char * */
} Found;

static char *
note(const char *target, void *data)
{
	Found *found = data;

	if (!strpbrk(target, "\t\n") && g_hash_table_add(found->known, g_strdup(target)))
		g_string_append_printf(found->lines, "%s\n", target);
	return NULL;
}

static void
fail(BoxProduct *product, char *fault)
{
	product->kind = ANSWER_FAULT;
	product->bytes = g_bytes_new_take(fault, strlen(fault));
}

static void
list_links(const BoxTask *task, BoxProduct *product)
{
	g_auto(Rewrite) rewrite = { 0 };
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Found found = { .lines = g_string_new(NULL), .known = known };

	rewrite_message(task->raw, task->size, note, &found, &rewrite);
	product->bytes = g_string_free_to_bytes(found.lines);
	product->kind = ANSWER_RESULT;
	if (rewrite.fault) {
		g_bytes_unref(product->bytes);
		fail(product, g_steal_pointer(&rewrite.fault));
	}
}

/* ---- with new ones ---- */

/* "OLD<TAB>NEW" lines, cut up; borrows them. */
static GHashTable *
read_table(char *lines)
{
	GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

	for (char *line = lines, *next; *line; line = next) {
		char *end = strchr(line, '\n');
		char *tab = strchr(line, '\t');

		next = end ? end + 1 : line + strlen(line);
		if (!end || !tab || tab > end)
			continue;
		*end = '\0';
		*tab = '\0';
		g_hash_table_insert(table, line, tab + 1);
	}
	return table;
}

static char *
look_up(const char *target, void *data)
{
	return g_strdup(g_hash_table_lookup(data, target));
}

static GBytes *
numbered(const Rewrite *rewrite)
{
	GString *text = g_string_new(NULL);
	gsize size;
	const char *bytes = g_bytes_get_data(rewrite->bytes, &size);

	g_string_printf(text, "%d\n", rewrite->links);
	g_string_append_len(text, bytes, (gssize)size);
	return g_string_free_to_bytes(text);
}

static void
replace_links(const BoxTask *task, BoxProduct *product)
{
	g_auto(Rewrite) rewrite = { 0 };
	g_autofree char *detail = g_strdup(task->detail);
	size_t first = strcspn(detail, "\n");
	g_autofree char *prefix = g_strndup(detail, first);
	g_autoptr(GHashTable) table = read_table(detail + first + (detail[first] == '\n'));
	g_autofree char *missed = NULL;

	rewrite_message(task->raw, task->size, look_up, table, &rewrite);
	if (rewrite.fault) {
		fail(product, g_steal_pointer(&rewrite.fault));
		return;
	}
	missed = rewrite_missed(&rewrite, prefix);
	if (missed) {
		fail(product, g_strdup_printf("this link stayed: %.*s", QUOTED, missed));
		return;
	}
	product->bytes = numbered(&rewrite);
	product->kind = ANSWER_RESULT;
}

void
box_rewrite_worker(const BoxTask *task, BoxProduct *product)
{
	if (task->job == BOX_LINKS)
		list_links(task, product);
	else
		replace_links(task, product);
}
