/* Unwrappers: on the links written for each (tests/mail/unwrap/ID.tsv, found by glob), through
 * each other, on anything at all, and on the links of real mail. */
#include "mail/unwrap.h"

#include <string.h>
#include <time.h>

#include "mail/link.h"
#include "tests/mail/mails.h"

#define FOLDER "tests/mail/unwrap"

enum {
	COLUMNS = 4,
	RANDOM_ROUNDS = 40000,
};

/* ---- the links written for each ---- */

static char *
flag_names(uint32_t flags)
{
	GString *names = g_string_new(NULL);

	for (const LinkFlagName *row = link_flag_names; row->name; row++)
		if (flags & row->flag)
			g_string_append_printf(names, "%s%s", names->len ? " " : "", row->name);
	return g_string_free(names, FALSE);
}

/* The same names, in the order of the table. */
static char *
in_order(const char *names)
{
	g_auto(GStrv) words = g_strsplit(strcmp(names, "-") == 0 ? "" : names, " ", -1);
	uint32_t flags = 0;

	for (char **word = words; *word; word++) {
		uint32_t before = flags;

		for (const LinkFlagName *row = link_flag_names; row->name; row++)
			if (strcmp(*word, row->name) == 0)
				flags |= row->flag;
		g_assert_cmpuint(flags, !=, before);
	}
	return flag_names(flags);
}

static bool
is_end(const char *expected)
{
	return strcmp(expected, "opaque") == 0 || strcmp(expected, "pixel") == 0 ||
		strcmp(expected, "none") == 0;
}

static void
check_domain(const Link *link, const char *expected)
{
	g_assert_cmpstr(link->domain, ==, strcmp(expected, "-") == 0 ? NULL : expected);
}

/* True if the link is one of @id's. */
static bool
check_row(const char *id, char **row)
{
	g_autoptr(Link) link = link_new("", row[0], 0, "", NULL);
	g_autofree char *found = flag_names(link->flags);
	g_autofree char *expected = in_order(row[2]);
	bool mine = link->services->len > 0;

	g_test_message("%s", row[0]);
	g_assert_cmpstr(link->final, ==, is_end(row[1]) ? row[0] : row[1]);
	g_assert_cmpstr(found, ==, expected);
	g_assert_cmpint(mine, ==, strcmp(row[1], "none") != 0);
	if (mine)
		g_assert_cmpstr(g_ptr_array_index(link->services, 0), ==, id);
	if (row[3])
		check_domain(link, row[3]);
	return mine;
}

static char **
fixture_rows(const char *id)
{
	g_autofree char *path = g_strdup_printf(FOLDER "/%s.tsv", id);
	g_autofree char *content = NULL;
	g_autoptr(GError) error = NULL;

	if (!g_file_get_contents(path, &content, NULL, &error))
		g_error("%s has no links to be tested with: %s", id, error->message);
	return g_strsplit(content, "\n", -1);
}

static void
test_fixture(gconstpointer data)
{
	const char *id = data;
	g_auto(GStrv) rows = fixture_rows(id);
	int hits = 0;
	int misses = 0;

	for (char **line = rows; *line; line++) {
		g_auto(GStrv) row = g_strsplit(*line, "\t", COLUMNS);

		if (!**line || **line == '#')
			continue;
		g_assert_cmpuint(g_strv_length(row), >=, COLUMNS - 1);
		*(check_row(id, row) ? &hits : &misses) += 1;
	}
	g_assert_cmpint(hits, >, 0);
	g_assert_cmpint(misses, >, 0);
}

static void
test_no_stray_fixture(void)
{
	g_autoptr(GDir) folder = g_dir_open(FOLDER, 0, NULL);
	const char *name;

	g_assert_nonnull(folder);
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *id = g_strndup(name, strcspn(name, "."));

		g_assert_nonnull(unwrapper_find(id));
	}
}

/* ---- through each other ---- */

static void
test_chain_names_each_service(void)
{
	g_autoptr(Link) link = link_new("",
		"https://nam02.safelinks.protection.outlook.com/?url="
		"https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D"
		"https%3A%2F%2Ft.co%2FAbCd__%3B!!x!y%24",
		0, "", NULL);

	g_assert_cmpstr(link->final, ==, "https://t.co/AbCd");
	g_assert_cmpuint(link->chain->len, ==, 2);
	g_assert_cmpuint(link->services->len, ==, 4);
	g_assert_cmpstr(link_service(link, 0), ==, "Microsoft Safe Links");
	g_assert_cmpstr(link_service(link, 1), ==, "Proofpoint URL Defense");
	g_assert_cmpstr(link_service(link, 2), ==, "a redirector of Google");
	g_assert_cmpstr(link_service(link, 3), ==, "a link shortener");
	g_assert_null(link_service(link, 4));
	g_assert_true(link->flags & LINK_OPAQUE);
	g_assert_true(link_is_followed(link));
}

static char *
wrapped(const char *url, int times)
{
	char *whole = g_strdup(url);

	for (int i = 0; i < times; i++) {
		g_autofree char *inner = whole;
		g_autofree char *escaped = g_uri_escape_string(inner, NULL, FALSE);

		whole = g_strdup_printf("https://slack-redir.net/link?url=%s", escaped);
	}
	return whole;
}

static void
test_depth_is_capped(void)
{
	g_autofree char *deep = wrapped("https://evil.example", UNWRAP_MAX_STEPS + 1);
	g_autofree char *enough = wrapped("https://evil.example", UNWRAP_MAX_STEPS);
	g_autoptr(Link) cut = link_new("", deep, 0, "", NULL);
	g_autoptr(Link) whole = link_new("", enough, 0, "", NULL);

	g_assert_cmpuint(cut->flags, ==, LINK_REDIRECTOR | LINK_OPAQUE | LINK_DEEP);
	g_assert_false(link_is_followed(cut));
	g_assert_cmpuint(whole->flags, ==, LINK_REDIRECTOR);
	g_assert_cmpstr(whole->final, ==, "https://evil.example");
}

/* A link that holds itself can't be written, but one that says it leads to its own kind can. */
static void
test_loop_ends(void)
{
	g_autoptr(Link) link = link_new("",
		"https://slack-redir.net/link?url=https://slack-redir.net/link?url=", 0, "", NULL);

	g_assert_cmpstr(link->final, ==, "https://slack-redir.net/link?url=");
	g_assert_true(link->flags & LINK_OPAQUE);
}

static void
test_opaque_is_not_where_it_leads(void)
{
	g_autoptr(Link) tracked = link_new("https://shop.example",
		"https://x.us5.list-manage.com/track/click?u=1", 0, "", NULL);
	g_autoptr(Link) known = link_new("https://bank.example",
		"https://protect-us.mimecast.com/s/abc?domain=evil.example", 0, "", NULL);

	g_assert_false(link_is_followed(tracked));
	g_assert_false(tracked->flags & LINK_TEXT_MISMATCH);
	g_assert_true(link_is_followed(known));
	g_assert_true(known->flags & LINK_TEXT_MISMATCH);
}

/* ---- anything at all ---- */

static void
make_link(const char *url, void *data)
{
	g_autoptr(Link) link = link_new(url, url, 0, "", data);

	g_assert_true(g_utf8_validate(link->final, -1, NULL));
	g_assert_true(!link->domain || g_utf8_validate(link->domain, -1, NULL));
	g_assert_cmpuint(link->chain->len, <, UNWRAP_MAX_STEPS);
	g_assert_cmpuint(link->services->len, <=, UNWRAP_MAX_STEPS + 1);
	g_assert_cmpint(link->services->len > 0 && link->chain->len == 0, ==,
		link_service(link, 0) && !link->chain->len);
}

/* Each URL of each fixture. */
static GPtrArray *
all_urls(void)
{
	GPtrArray *urls = g_ptr_array_new_with_free_func(g_free);

	for (const Unwrapper *const *row = unwrappers(); *row; row++) {
		g_auto(GStrv) lines = fixture_rows((*row)->id);

		for (char **line = lines; *line; line++)
			if (g_str_has_prefix(*line, "http"))
				g_ptr_array_add(urls, g_strndup(*line, strcspn(*line, "\t")));
	}
	return urls;
}

static void
change_byte(GRand *random, GString *text)
{
	static const char bytes[] = "%*_-/?&=#;:@.!~\xff\x01 A0";

	if (text->len > 0)
		text->str[g_rand_int_range(random, 0, (gint32)text->len)] =
			bytes[g_rand_int_range(random, 0, sizeof(bytes) - 1)];
}

/* The start of one, the end of another, and some bytes changed. */
static char *
mutant(GRand *random, const GPtrArray *urls)
{
	const char *head = g_ptr_array_index(urls, g_rand_int_range(random, 0, (gint32)urls->len));
	const char *tail = g_ptr_array_index(urls, g_rand_int_range(random, 0, (gint32)urls->len));
	GString *text =
		g_string_new_len(head, g_rand_int_range(random, 0, (gint32)strlen(head) + 1));

	g_string_append(text, tail + g_rand_int_range(random, 0, (gint32)strlen(tail) + 1));
	for (int i = g_rand_int_range(random, 0, 6); i > 0; i--)
		change_byte(random, text);
	return g_string_free(text, FALSE);
}

static void
test_random(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(20);
	g_autoptr(GPtrArray) urls = all_urls();

	for (int round = 0; round < RANDOM_ROUNDS; round++) {
		g_autofree char *url = mutant(random, urls);

		make_link(url, NULL);
	}
}

/* Each fixture's URL with its end repeated up to the longest URL that is read. */
static void
test_long_links_are_read_in_time(void)
{
	g_autoptr(GPtrArray) urls = all_urls();
	clock_t before = clock();

	for (guint i = 0; i < urls->len; i++) {
		const char *url = g_ptr_array_index(urls, i);
		g_autoptr(GString) longer = g_string_new(url);

		while (longer->len < 2 * URL_MAX)
			g_string_append(longer, url + strlen(url) / 2);
		make_link(longer->str, NULL);
	}
	g_assert_cmpint((clock() - before) / CLOCKS_PER_SEC, <, 5);
}

/* ---- real mail ---- */

typedef struct Tally {
	guint links, undone, opaque, pixels;
	GHashTable *services;
} Tally;

static void
count_link(Tally *tally, const Link *link)
{
	tally->links++;
	if (link->services->len == 0)
		return;
	if (link->flags & LINK_OPAQUE)
		tally->opaque++;
	else if (strcmp(link->url, link->final) == 0)
		tally->pixels++;
	else
		tally->undone++;
	for (guint i = 0; i < link->services->len; i++) {
		const char *id = g_ptr_array_index(link->services, i);
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(tally->services, id));

		g_hash_table_insert(tally->services, g_strdup(id), GUINT_TO_POINTER(count + 1));
	}
}

static void
report(const char *folder, const Tally *tally)
{
	GHashTableIter iter;
	gpointer id;
	gpointer count;

	g_test_message("%s: %u links, %u undone, %u opaque, %u pixels", folder, tally->links,
		tally->undone, tally->opaque, tally->pixels);
	g_hash_table_iter_init(&iter, tally->services);
	while (g_hash_table_iter_next(&iter, &id, &count))
		g_test_message("  %s %u", (const char *)id, GPOINTER_TO_UINT(count));
}

static void
test_real_mail(gconstpointer folder)
{
	const char *corpus = mails_corpus();
	g_autoptr(GPtrArray) paths = corpus ? mails_list(corpus, folder) : NULL;
	g_autoptr(GHashTable) services =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Tally tally = { .services = services };
	clock_t before = clock();

	for (guint i = 0; paths && i < paths->len; i++) {
		g_autoptr(Message) message = mails_read_file(g_ptr_array_index(paths, i));

		for (guint l = 0; l < message->links->len; l++)
			count_link(&tally, g_ptr_array_index(message->links, l));
	}
	report(folder, &tally);
	g_assert_cmpint((clock() - before) / CLOCKS_PER_SEC, <, 120);
	if (paths && strcmp(folder, "ses-phish") == 0)
		g_assert_cmpuint(tally.undone, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	for (const Unwrapper *const *row = unwrappers(); *row; row++) {
		g_autofree char *path = g_strconcat("/unwrap/", (*row)->id, NULL);

		g_test_add_data_func(path, (*row)->id, test_fixture);
	}
	g_test_add_func("/unwrap/no-stray-fixture", test_no_stray_fixture);
	g_test_add_func("/unwrap/chain-names-each-service", test_chain_names_each_service);
	g_test_add_func("/unwrap/depth-is-capped", test_depth_is_capped);
	g_test_add_func("/unwrap/loop-ends", test_loop_ends);
	g_test_add_func("/unwrap/opaque-is-not-where-it-leads", test_opaque_is_not_where_it_leads);
	g_test_add_func("/unwrap/random", test_random);
	g_test_add_func("/unwrap/long-links-are-read-in-time", test_long_links_are_read_in_time);
	g_test_add_data_func("/unwrap/real-mail/ses-phish", "ses-phish", test_real_mail);
	g_test_add_data_func("/unwrap/real-mail/ses-ham", "ses-ham", test_real_mail);
	g_test_add_data_func("/unwrap/real-mail/ham", "ham", test_real_mail);
	return g_test_run();
}
