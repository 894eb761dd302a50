#include <string.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/claim.h"
#include "store/export.h"
#include "store/json.h"
#include "store/message.h"

enum {
	PAGE = 500 /* rows read at a time */
};

/* A column of the list is a key of the jsonl object, so that table, csv and jsonl
 * say the same. */
typedef struct ListColumn {
	ListingColumn column;
	/* What a person is shown in its place, yours; NULL for the same. */
	char *(*shown)(const MessageRow *row);
} ListColumn;

typedef struct ListOptions {
	char *format;
	char *columns;
	char *sort;
	gboolean reverse;
	int limit;
} ListOptions;

static char *
shown_received(const MessageRow *row)
{
	return when_text(row->received);
}

static char *
shown_date(const MessageRow *row)
{
	return when_text(row->date);
}

/* An account's 44 characters say no more to the eye than its first few. */
static char *
shown_account(const MessageRow *row)
{
	return row->account ? g_strdup_printf("%.6s", row->account) : NULL;
}

static char *
shown_from(const MessageRow *row)
{
	return *row->from_name ? g_strdup_printf("%s <%s>", row->from_name, row->from)
			       : g_strdup(row->from);
}

/* When and by whom it was purged, where nothing else is left to show. */
static char *
shown_subject(const MessageRow *row)
{
	return g_strdup(row->purged ? row->purged : row->subject);
}

/* clang-format off */
static const ListColumn columns[] = {
	{ .column = { .name = "id", .type = CELL_NUMBER, .width = 8 } },
	{ .column = { .name = "state", .width = 8, .spare = 1 } },
	{ .column = { .name = "score", .type = CELL_NUMBER, .width = 5 } },
	{ .column = { .name = "received", .width = 16 }, .shown = shown_received },
	{ .column = { .name = "date", .width = 16 }, .shown = shown_date },
	{ .column = { .name = "subject" }, .shown = shown_subject },
	{ .column = { .name = "from" }, .shown = shown_from },
	{ .column = { .name = "from_name" } },
	{ .column = { .name = "sender" } },
	{ .column = { .name = "recipients" } },
	{ .column = { .name = "region", .width = 14, .spare = 3 } },
	{ .column = { .name = "account", .width = 7 }, .shown = shown_account },
	{ .column = { .name = "account_signed", .width = 14 } },
	{ .column = { .name = "ses", .width = 9, .spare = 2 } },
	{ .column = { .name = "ip", .width = 39 } },
	{ .column = { .name = "config_set" } },
	{ .column = { .name = "message_id" } },
	{ .column = { .name = "sha256" } },
	{ .column = { .name = "size", .type = CELL_NUMBER, .width = 9 } },
	{ .column = { .name = "campaign", .type = CELL_NUMBER, .width = 8 } },
	{ .column = { .name = "source" } },
	{ .column = { .name = "queue_id", .width = 15 } },
	{ .column = { .name = "client_name" } },
	{ .column = { .name = "client_ip", .width = 39 } },
	{ .column = { .name = "helo" } },
	{ .column = { .name = "from_log", .width = 18 } },
	{ .column = { .name = "link_domain" } },
	{ .column = { .name = "finding" } },
	{ .column = { .name = "links", .type = CELL_NUMBER, .width = 5 } },
	{ .column = { .name = "attachments", .type = CELL_NUMBER, .width = 11 } },
	{ .column = { .name = "claimed_by", .width = 12 } },
	{ .column = { .name = "claimed_until", .width = 20 } },
};
/* clang-format on */

#define FOR_A_PERSON "id,state,score,received,ses,account,region,from,subject,link_domain"
#define FOR_A_PROGRAM                                                                           \
	"id,state,score,received,date,subject,from,from_name,sender,recipients,region,account," \
	"account_signed,ses,ip,config_set,message_id,sha256,size,campaign,source,"              \
	"queue_id,client_name,client_ip,helo,from_log"

static const ListColumn *
column_find(const char *name, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (strcmp(name, columns[i].column.name) == 0)
			return &columns[i];
		g_string_append_printf(known, " %s", columns[i].column.name);
	}
	g_set_error(
		error, CLI_ERROR, CLI_ERROR_USAGE, "no column '%s'; there are%s", name, known->str);
	return NULL;
}

/* Of const ListColumn. */
static GPtrArray *
columns_chosen(const char *text, GError **error)
{
	g_auto(GStrv) names = g_strsplit_set(text, ", ", -1);
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();

	for (char **name = names; *name; name++) {
		const ListColumn *column = **name ? column_find(*name, error) : NULL;

		if (**name && !column)
			return NULL;
		if (column)
			g_ptr_array_add(chosen, (void *)column);
	}
	if (chosen->len > 0)
		return g_steal_pointer(&chosen);
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "--columns names no column");
	return NULL;
}

/* Where rows go. */
typedef struct ListPrinter {
	Output *output;
	int64_t now;
	Format format;
	GPtrArray *chosen; /* of const ListColumn; NULL with whole jsonl objects */
	Listing *listing;  /* NULL with jsonl */
} ListPrinter;

static char *
cell_of(const json_t *value)
{
	g_autoptr(GString) all = NULL;

	switch (json_typeof(value)) {
	case JSON_STRING:
		return g_strdup(json_string_value(value));
	case JSON_INTEGER:
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	case JSON_TRUE:
		return g_strdup("true");
	case JSON_FALSE:
		return g_strdup("false");
	case JSON_NULL:
	case JSON_REAL:
	case JSON_OBJECT:
		return NULL;
	case JSON_ARRAY:
		break;
	}
	all = g_string_new(NULL);
	for (size_t i = 0; i < json_array_size(value); i++)
		g_string_append_printf(
			all, "%s%s", i ? ", " : "", json_string_value(json_array_get(value, i)));
	return g_string_free(g_steal_pointer(&all), FALSE);
}

static void
print_cells(const ListPrinter *printer, const MessageRow *row, const json_t *object)
{
	for (guint i = 0; i < printer->chosen->len; i++) {
		const ListColumn *column = g_ptr_array_index(printer->chosen, i);
		const json_t *value = json_object_get(object, column->column.name);
		g_autofree char *cell = NULL;

		g_assert(value);
		cell = printer->format == FORMAT_TABLE && column->shown ? column->shown(row)
									: cell_of(value);
		listing_text(printer->listing, cell);
	}
}

static void
print_json(const ListPrinter *printer, json_t *object)
{
	g_autoptr(json_t) smaller = json_object();
	g_autofree char *line = NULL;

	for (guint i = 0; i < printer->chosen->len; i++) {
		const ListColumn *column = g_ptr_array_index(printer->chosen, i);

		json_put(smaller, column->column.name,
			json_incref(json_object_get(object, column->column.name)));
	}
	line = json_line(smaller);
	output_record(printer->output, line, strlen(line));
}

/* What the contract promises, and what else a column can show. */
static json_t *
object_of(const MessageRow *row, int64_t now, const char *contract)
{
	json_t *object = json_loads(contract, 0, NULL);

	json_put_text(object, "link_domain", row->link_domain);
	json_put_text(object, "finding", row->finding);
	json_put_number(object, "links", row->links);
	json_put_number(object, "attachments", row->attachments);
	json_put_text(object, "claimed_by", claim_holder(row, now));
	json_put_time(object, "claimed_until", claim_holder(row, now) ? row->claimed_until : 0);
	return object;
}

static void
print_row(const ListPrinter *printer, const MessageRow *row)
{
	g_autofree char *whole = json_of_row(row);
	g_autoptr(json_t) object = NULL;

	if (!printer->chosen) {
		output_record(printer->output, whole, strlen(whole));
		return;
	}
	object = object_of(row, printer->now, whole);
	if (printer->listing)
		print_cells(printer, row, object);
	else
		print_json(printer, object);
}

/* Page after page, so that a list takes the memory of one. */
static bool
print_list(Session *session, StoreList *list, int limit, const ListPrinter *printer, GError **error)
{
	int left = limit ? limit : G_MAXINT;

	while (left > 0) {
		g_autoptr(GPtrArray) rows = NULL;

		list->limit = MIN(left, PAGE);
		rows = store_list(session->store, list, error);
		if (!rows)
			return false;
		for (guint i = 0; i < rows->len; i++)
			print_row(printer, g_ptr_array_index(rows, i));
		/* When nobody reads any more, what is left need not be fetched. */
		if (rows->len < (guint)list->limit || !output_flush(session->output))
			return true;
		list->from_position = true;
		list->after =
			((const MessageRow *)g_ptr_array_index(rows, rows->len - 1))->position;
		left -= (int)rows->len;
	}
	return true;
}

static GArray *
heads_of(const GPtrArray *chosen)
{
	GArray *heads = g_array_new(FALSE, FALSE, sizeof(ListingColumn));

	for (guint i = 0; i < chosen->len; i++) {
		const ListColumn *column = g_ptr_array_index(chosen, i);

		g_array_append_val(heads, column->column);
	}
	return heads;
}

static bool
list_messages(Session *session, const ListOptions *options, StoreList *list, Format format,
	GError **error)
{
	g_autoptr(Query) query = NULL;
	g_autoptr(GPtrArray) chosen = NULL;
	g_autoptr(GArray) heads = NULL;
	g_autoptr(Listing) listing = NULL;
	const char *usual = format == FORMAT_TABLE ? FOR_A_PERSON : FOR_A_PROGRAM;
	ListPrinter printer = { .output = session->output, .now = session->now, .format = format };

	if (options->columns || format != FORMAT_JSONL) {
		chosen = columns_chosen(options->columns ? options->columns : usual, error);
		if (!chosen)
			return false;
	}
	if (!session_open(session, error))
		return false;
	query = query_of(session, session->arguments, error);
	if (!query)
		return false;
	if (format != FORMAT_JSONL) {
		heads = heads_of(chosen);
		listing = listing_new(
			session->output, format, (const ListingColumn *)heads->data, heads->len);
	}
	list->query = query;
	printer.chosen = chosen;
	printer.listing = listing;
	return print_list(session, list, options->limit, &printer, error);
}

static bool
check_options(const ListOptions *options, StoreList *list, Format *format, GError **error)
{
	if (!format_from_name(options->format, format, error))
		return false;
	list->sort = SORT_SCORE;
	list->reverse = options->reverse;
	if (options->sort && !sort_from_name(options->sort, &list->sort)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"no order '%s': score, received or id", options->sort);
		return false;
	}
	return limit_check(options->limit, error);
}

static void
options_clear(ListOptions *options)
{
	g_free(options->format);
	g_free(options->columns);
	g_free(options->sort);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ListOptions, options_clear)

/* The tables that a query and --columns pick from. */
static char *
more_help(void)
{
	g_autoptr(GString) text = g_string_new("Columns:\n ");

	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_append_printf(text, " %s", columns[i].column.name);
	g_string_append(text, "\n\nQuery terms:\n");
	for (const QueryTerm *term = query_terms(); term->name; term++) {
		g_autofree char *head = g_strdup_printf("%s:%s", term->name, term->value);

		g_string_append_printf(text, "  %-32s %s\n", head, term->summary);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
run(Session *session, GError **error)
{
	g_auto(ListOptions) options = { 0 };
	StoreList list = { 0 };
	Format format;
	g_autofree char *more = more_help();
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "table, csv or jsonl", "FORMAT" },
		{ "columns", 'c', 0, G_OPTION_ARG_STRING, &options.columns, "columns in this order", "NAME,..." },
		{ "sort", 's', 0, G_OPTION_ARG_STRING, &options.sort, "score, received or id", "ORDER" },
		{ "reverse", 'r', 0, G_OPTION_ARG_NONE, &options.reverse, "the other way round", NULL },
		{ "limit", 'n', 0, G_OPTION_ARG_INT, &options.limit, "at most so many", "N" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, more, error) &&
		check_options(&options, &list, &format, error) &&
		list_messages(session, &options, &list, format, error);
}

static const char *
column_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return place < G_N_ELEMENTS(columns) ? columns[place].column.name : NULL;
}

static const WordValues values[] = {
	{ .word = "columns", .name = column_at },
	{ .word = NULL },
};

const Command cmd_list = {
	.name = "list",
	.opens = OPENS_READ,
	.usage = "[QUERY]",
	.takes_query = true,
	.summary = "list messages, the most dangerous first",
	.run = run,
	.values = values,
};
