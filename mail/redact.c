#include "mail/redact.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/redact_find.h"

/* Of one message, so that none takes minutes, whatever its To says and it holds: beyond, texts go
 * whole. */
enum {
	MOST_PEOPLE = 10000,
	MOST_WORK = 1 << 29, /* bytes of text times words that are looked for; */
	EACH_TEXT = 256,     /* bytes that a text costs beside its own, */
	ALWAYS = 64,         /* and words that decoding it costs as much as */
};

static const char nobody[] = "<redacted>";

struct Redaction {
	GHashTable *numbers;   /* lower-case address -> its number */
	Sought sought;         /* who are looked for */
	GHashTable *by_number; /* its people */
	int64_t work;          /* that was done for this message */
	bool crowded;          /* there are more than are looked for */
};

Redaction *
redaction_new(void)
{
	Redaction *redaction = g_new0(Redaction, 1);

	redaction->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	redaction->sought.people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	redaction->sought.domains = g_ptr_array_new_with_free_func(g_free);
	redaction->by_number = g_hash_table_new(NULL, NULL);
	return redaction;
}

void
redaction_free(Redaction *redaction)
{
	if (!redaction)
		return;
	g_hash_table_unref(redaction->numbers);
	g_hash_table_unref(redaction->by_number);
	g_ptr_array_unref(redaction->sought.people);
	g_ptr_array_unref(redaction->sought.domains);
	g_free(redaction);
}

static void
add_domain(Redaction *redaction, const char *domain)
{
	GPtrArray *domains = redaction->sought.domains;

	if (*domain && !g_ptr_array_find_with_equal_func(domains, domain, g_str_equal, NULL))
		g_ptr_array_add(domains, g_strdup(domain));
}

void
redaction_add_domains(Redaction *redaction, const char *const *domains)
{
	for (; domains && *domains; domains++) {
		g_autofree char *ascii = domain_to_ascii(*domains);
		g_autofree char *people = domain_to_unicode(ascii);

		add_domain(redaction, people);
		add_domain(redaction, ascii);
	}
}

void
redaction_renew(Redaction *redaction)
{
	redaction->work = 0;
}

void
redaction_begin(Redaction *redaction)
{
	g_ptr_array_set_size(redaction->sought.people, 0);
	g_hash_table_remove_all(redaction->by_number);
	redaction->work = 0;
	redaction->crowded = false;
}

/* ---- who ---- */

static int
number_of(Redaction *redaction, const char *address)
{
	g_autofree char *lower = g_ascii_strdown(address, -1);
	int number = GPOINTER_TO_INT(g_hash_table_lookup(redaction->numbers, lower));

	if (number)
		return number;
	number = (int)g_hash_table_size(redaction->numbers) + 1;
	g_hash_table_insert(redaction->numbers, g_steal_pointer(&lower), GINT_TO_POINTER(number));
	return number;
}

/* NULL: there are too many. */
static Person *
person_of(Redaction *redaction, const char *address)
{
	int number;
	Person *person;

	if (redaction->crowded)
		return NULL;
	number = number_of(redaction, address);
	person = g_hash_table_lookup(redaction->by_number, GINT_TO_POINTER(number));
	if (person)
		return person;
	redaction->crowded = redaction->sought.people->len >= MOST_PEOPLE;
	if (redaction->crowded)
		return NULL;
	person = person_new(number, address);
	g_ptr_array_add(redaction->sought.people, person);
	g_hash_table_insert(redaction->by_number, GINT_TO_POINTER(number), person);
	return person;
}

static void
add_name(Redaction *redaction, Person *person, const char *name)
{
	if (person && !person_add_name(person, name))
		redaction->crowded = true;
}

void
redaction_add_address(Redaction *redaction, const char *address)
{
	if (strchr(address, '@'))
		person_of(redaction, address);
}

void
redaction_add_bare(Redaction *redaction, const char *address)
{
	Person *person = strchr(address, '@') ? person_of(redaction, address) : NULL;

	if (person)
		g_ptr_array_set_size(person->words, 0);
}

/* Of the address around @at, which is not before @item. */
static void
find_ends(const char *item, const char *at, const char **start, const char **end)
{
	*start = at;
	while (*start > item && !strchr(" \t\r\n<\"(:;,", (*start)[-1]))
		(*start)--;
	*end = at + 1;
	while (**end && !strchr(" \t\r\n<>\"),;", **end))
		(*end)++;
}

/* What is around the address is a name, but some write another address there. */
static void
add_one(Redaction *redaction, const char *item)
{
	const char *rest = item;
	const char *at;
	Person *person = NULL;

	while ((at = strchr(rest, '@'))) {
		const char *start, *end;
		g_autofree char *address = NULL;
		g_autofree char *name = NULL;

		find_ends(rest, at, &start, &end);
		address = g_strndup(start, (gsize)(end - start));
		name = g_strndup(rest, (gsize)(start - rest));
		person = person_of(redaction, address);
		add_name(redaction, person, name);
		rest = end;
	}
	add_name(redaction, person, rest);
}

/* A comma in a name parts it: the piece without an address belongs to the next one. */
void
redaction_add_list(Redaction *redaction, const char *list)
{
	g_auto(GStrv) items = g_strsplit_set(list, ",;", -1);
	g_autoptr(GString) item = g_string_new(NULL);

	for (char **piece = items; *piece; piece++) {
		g_string_append_c(item, ' ');
		g_string_append(item, *piece);
		if (!strchr(*piece, '@'))
			continue;
		add_one(redaction, item->str);
		g_string_truncate(item, 0);
	}
}

void
redaction_add_list_bare(Redaction *redaction, const char *list, guint most)
{
	const char *at = strchr(list, '@');

	for (guint count = 0; at && count < most; count++) {
		const char *start, *end;
		g_autofree char *address = NULL;

		find_ends(list, at, &start, &end);
		address = g_strndup(start, (gsize)(end - start));
		redaction_add_bare(redaction, address);
		list = end;
		at = strchr(end, '@');
	}
}

/* ---- what ---- */

char *
redact_address(Redaction *redaction, const char *address)
{
	return g_strdup_printf("recipient-%d", number_of(redaction, address));
}

static int
compare_spans(const void *a, const void *b)
{
	const RedactSpan *first = a;
	const RedactSpan *second = b;

	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	return (first->end < second->end) - (first->end > second->end);
}

static void
put_span(GString *out, const RedactSpan *span)
{
	if (span->person > 0)
		g_string_append_printf(out, "recipient-%d", span->person);
	else
		g_string_append(out, nobody);
}

/* What overlaps becomes one: whose the first of them is. */
static char *
replace_spans(const char *text, size_t length, GArray *spans)
{
	GString *out = g_string_sized_new(length);
	size_t done = 0;

	g_array_sort(spans, compare_spans);
	for (guint i = 0; i < spans->len; i++) {
		const RedactSpan *span = &g_array_index(spans, RedactSpan, i);

		if (span->start >= done) {
			g_string_append_len(out, text + done, (gssize)(span->start - done));
			put_span(out, span);
		}
		done = MAX(done, span->end);
	}
	g_string_append_len(out, text + done, (gssize)(length - done));
	return g_string_free(out, FALSE);
}

/* Which tokens go as well. */
typedef enum {
	TOKENS_STAY,
	TOKENS_OF_URLS,
	TOKENS_OF_LOCAL_PART,
} Tokens;

static bool
may_search(Redaction *redaction, size_t length)
{
	int64_t words = ALWAYS + redaction->sought.domains->len;

	for (guint i = 0; i < redaction->sought.people->len && !redaction->crowded; i++)
		words += person_words(g_ptr_array_index(redaction->sought.people, i));
	redaction->work += (int64_t)(length + EACH_TEXT) * words;
	return !redaction->crowded && redaction->work <= MOST_WORK;
}

static char *
redact(Redaction *redaction, const char *text, Tokens tokens)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(RedactSpan));
	size_t length = text ? strlen(text) : 0;

	if (!text)
		return NULL;
	if (length > REDACT_LONGEST || !may_search(redaction, length))
		return g_strdup(nobody);
	redact_find(text, length, &redaction->sought, spans);
	if (tokens == TOKENS_OF_URLS)
		redact_find_tokens(text, length, spans);
	if (tokens == TOKENS_OF_LOCAL_PART)
		redact_find_local_tokens(text, spans);
	return replace_spans(text, length, spans);
}

char *
redact_text(Redaction *redaction, const char *text)
{
	return redact(redaction, text, TOKENS_STAY);
}

char *
redact_links(Redaction *redaction, const char *text)
{
	return redact(redaction, text, TOKENS_OF_URLS);
}

char *
redact_sender(Redaction *redaction, const char *sender)
{
	return redact(redaction, sender, TOKENS_OF_LOCAL_PART);
}
