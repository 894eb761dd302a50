/* mails.h - mails written in tests, and the real ones beside the project */
#ifndef TESTS_MAIL_MAILS_H
#define TESTS_MAIL_MAILS_H

#include <string.h>

#include "mail/brands.h"
#include "mail/keys.h"
#include "mail/message.h"

/* What the tests trust, as a site would set it. */
static const char *const mails_trusted[] = { "mx.example.net", "mx.google.com", "-", NULL };

/* Who they are. */
static const char *const mails_own_domains[] = { "harbourworks.example", NULL };
static const char *const mails_own_people[] = { "Ada Quayside", "Zoë van Dyke", NULL };

/* The list that is shipped, read once; it lives as long as the test. */
static inline const Brands *
mails_brands(void)
{
	static Brands *brands;

	if (!brands)
		brands = brands_shipped();
	return brands;
}

/* The keys that test mails are signed with, likewise. */
static inline GHashTable *
mails_keys(void)
{
	static GHashTable *keys;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	if (keys)
		return keys;
	g_assert_true(g_file_get_contents("tests/mail/dkim/keys", &text, NULL, NULL));
	keys = keys_parse(text, &error);
	g_assert_no_error(error);
	return keys;
}

/* What the tests know beyond the mail. */
static inline const Site *
mails_site(void)
{
	static Site site = {
		.authserv_ids = mails_trusted,
		.own_domains = mails_own_domains,
		.own_people = mails_own_people,
	};

	site.brands = mails_brands();
	site.dkim_keys = mails_keys();
	return &site;
}

static inline Message *
mails_read(const char *text)
{
	return message_read(text, strlen(text), mails_site(), MESSAGE_FULL);
}

/* The folder of real mail, or NULL: then the test says why it skips. */
static inline const char *
mails_corpus(void)
{
	const char *folder = g_getenv("CORPUS");

	if (!folder)
		folder = "../shared/corpus";
	if (g_file_test(folder, G_FILE_TEST_IS_DIR))
		return folder;
	g_test_skip("no folder of real mail: set CORPUS");
	return NULL;
}

static inline int
mails_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the *.eml in @folder/@name, sorted; yours. */
static inline GPtrArray *
mails_list(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *entry;

	while (dir && (entry = g_dir_read_name(dir))) {
		if (g_str_has_suffix(entry, ".eml"))
			g_ptr_array_add(names, g_build_filename(path, entry, NULL));
	}
	g_ptr_array_sort(names, mails_compare);
	return names;
}

static inline Message *
mails_read_file(const char *path)
{
	g_autofree char *raw = NULL;
	gsize size = 0;

	g_assert_true(g_file_get_contents(path, &raw, &size, NULL));
	return message_read(raw, size, mails_site(), MESSAGE_FULL);
}

static inline bool
mails_has_link(const Message *message, const char *final)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (strcmp(link->final, final) == 0)
			return true;
	}
	return false;
}

#endif
