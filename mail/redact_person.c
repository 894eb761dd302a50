/* redact_person.c - whom a mail was for, and by which words senders call them */
#include <string.h>

#include "mail/redact_find.h"

enum {
	SHORTEST_WORD = 2,
	MOST_WORDS = 200, /* of one person */
};

/* Words that say nothing of a person, and would be found everywhere. */
static bool
is_generic(const char *word)
{
	static const char *const words[] = { "info", "mail", "admin", "sales", "office", "contact",
		"support", "help", "team", "account", "accounts", "billing", "news", "service",
		"the", "and", "user", "users", "customer", "postmaster", "webmaster", "root",
		"test", "com", "www", "http", "https", "html", "undisclosed", "recipients",
		"recipient", "order", "orders", "invoice", "invoices", "reply", "noreply",
		"finance", "accounting", "hello", "list", "not", "all", "for",
		/* of two letters, also particles of names */
		"al", "am", "an", "as", "at", "be", "by", "da", "de", "di", "do", "dr", "du", "el",
		"en", "es", "et", "go", "he", "hi", "hr", "if", "im", "in", "is", "it", "la", "le",
		"me", "mr", "ms", "my", "no", "of", "ok", "on", "or", "re", "so", "to", "um", "up",
		"us", "we", "zu" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static bool
add_word(Person *person, const char *word)
{
	if (strlen(word) < SHORTEST_WORD || is_generic(word) ||
		g_ptr_array_find_with_equal_func(person->words, word, g_str_equal, NULL))
		return true;
	if (person->words->len >= MOST_WORDS)
		return false;
	g_ptr_array_add(person->words, g_strdup(word));
	return true;
}

static bool
add_words(Person *person, const char *text)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	/* '?' stands for what has no letters of ASCII. */
	g_auto(GStrv) words = g_strsplit_set(lower, " \t\r\n\"'(),;<>._-+/?", -1);

	for (char **word = words; *word; word++)
		if (!add_word(person, *word))
			return false;
	return true;
}

bool
person_add_name(Person *person, const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	g_autofree char *small = g_utf8_strdown(valid, -1);
	g_autofree char *capital = g_utf8_strup(valid, -1);
	/* As who has no such keys writes it: ü as u, or as ue. */
	g_autofree char *plain = g_str_to_ascii(valid, "C");
	g_autofree char *german = g_str_to_ascii(valid, "de");
	/* What is searched has small letters of ASCII alone. */
	g_autofree char *all = g_strjoin(" ", valid, small, capital, plain, german, NULL);

	return add_words(person, all);
}

guint
person_words(const Person *person)
{
	return 1 + person->words->len + person->exact->len;
}

/* Senders that know nothing but the address make a name of it: ann.miller82 is Ann Miller. */
static void
add_local(Person *person)
{
	g_autofree char *letters = g_strdelimit(g_strdup(person->local), "0123456789", ' ');
	g_auto(GStrv) pieces = g_strsplit_set(person->local, "._-", -1);
	g_autofree char *together = g_strjoinv("", pieces);

	add_word(person, person->local);
	add_word(person, together);
	person_add_name(person, person->local);
	person_add_name(person, letters);
}

/* What senders make of an address, so that they need not write it. */
static void
add_digests(Person *person, const char *address)
{
	static const GChecksumType types[] = { G_CHECKSUM_MD5, G_CHECKSUM_SHA1, G_CHECKSUM_SHA256 };

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		g_ptr_array_add(
			person->exact, g_compute_checksum_for_string(types[i], address, -1));
}

Person *
person_new(int number, const char *address)
{
	Person *person = g_new0(Person, 1);
	g_autofree char *lower = g_ascii_strdown(address, -1);
	const char *at = strrchr(lower, '@');

	person->number = number;
	person->words = g_ptr_array_new_with_free_func(g_free);
	person->exact = g_ptr_array_new_with_free_func(g_free);
	if (!at || at == lower || !at[1])
		return person;
	add_digests(person, lower);
	if (strcmp(lower, address) != 0)
		add_digests(person, address);
	person->local = g_strndup(lower, (gsize)(at - lower));
	/* Found with any +tag, or none. */
	if (person->local[strcspn(person->local, "+")] && person->local[0] != '+') {
		add_word(person, person->local);
		person->local[strcspn(person->local, "+")] = '\0';
	}
	person->domain = g_strdup(at + 1);
	add_local(person);
	return person;
}

void
person_free(Person *person)
{
	if (!person)
		return;
	g_free(person->local);
	g_free(person->domain);
	g_ptr_array_unref(person->words);
	g_ptr_array_unref(person->exact);
	g_free(person);
}
