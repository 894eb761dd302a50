/* Links in words, and what a link is beside its sender. */
#include "mail/link_words.h"

#include "mail/brands.h"
#include "mail/link_judge.h"
#include "mail/message.h"

#define SAFE "https://eur01.safelinks.protection.outlook.com/?url="

static void
add(Message *message, const char *url, uint32_t flags)
{
	g_ptr_array_add(message->links, link_new("", url, flags, "part 1", NULL));
}

static void
assert_summary(const Message *message, const char *expected)
{
	g_autofree char *summary = links_summary(message->links);

	g_assert_cmpstr(summary, ==, expected);
}

static void
test_summary(void)
{
	g_autoptr(Message) message = message_new();

	assert_summary(message, "0 links");
	add(message, "https://shop.example/", 0);
	assert_summary(message, "1 link to 1 domain");
	add(message, "https://www.shop.example/b", 0);
	add(message, SAFE "https%3A%2F%2Fevil.example", 0);
	assert_summary(message, "3 links to 2 domains; 1 wrapped and undone");
	add(message, "https://t.co/AbCd", 0);
	add(message, "https://cdn.example/a.png", LINK_IMAGE);
	assert_summary(message,
		"4 links to 3 domains, 1 image; 1 wrapped and undone; 1 that can't be undone"
		" offline");
}

static void
test_pixel_is_not_opaque(void)
{
	g_autoptr(Message) message = message_new();

	add(message, "https://x.us5.list-manage.com/track/open.php?u=1", LINK_IMAGE);
	assert_summary(message, "0 links, 1 image");
}

static void
assert_step(const Link *link, guint step, const char *name, const char *url, const char *service)
{
	g_autofree char *found = link_step_service(link, step);

	g_assert_cmpstr(link_step_name(link, step), ==, name);
	g_assert_cmpstr(link_step(link, step), ==, url);
	g_assert_cmpstr(found, ==, service);
}

static void
test_steps(void)
{
	g_autoptr(Link) plain = link_new("", "https://shop.example/", 0, "", NULL);
	g_autoptr(Link) wrapped = link_new("",
		SAFE "https%3A%2F%2Fslack-redir.net%2Flink%3Furl%3Dhttps%3A%2F%2Ft.co%2Fa", 0, "",
		NULL);

	assert_step(plain, 0, "goes to", "https://shop.example/", NULL);
	g_assert_null(link_step(plain, 1));
	assert_step(wrapped, 0, "written", wrapped->url, "Microsoft Safe Links");
	assert_step(wrapped, 1, "through", "https://slack-redir.net/link?url=https://t.co/a",
		"Slack's redirect");
	assert_step(wrapped, 2, "ends at", "https://t.co/a",
		"a link shortener, can't be undone offline");
	g_assert_null(link_step(wrapped, 3));
}

static void
test_reading(void)
{
	g_autoptr(Link) look_alike = link_new("", "https://www.xn--pple-43d.example/", 0, "", NULL);
	g_autoptr(Link) plain = link_new("", "https://www.apple.example/", 0, "", NULL);
	g_autoptr(Link) broken = link_new("", "https://xn--\x01.example/", 0, "", NULL);
	g_autofree char *reading = link_reading(look_alike);
	g_autofree char *none = link_reading(plain);
	g_autofree char *neither = link_reading(broken);

	g_assert_cmpstr(reading, ==, "www.\u0430pple.example");
	g_assert_null(none);
	g_assert_null(neither);
}

/* ---- beside its sender ---- */

static uint32_t
judged(const char *from_domain, const char *url, uint32_t flags)
{
	g_autoptr(Brands) brands = brands_shipped();
	g_autoptr(Message) message = message_new();
	Site site = { .brands = brands };
	const Link *link;

	message->from_domain = g_strdup(from_domain);
	message->site = &site;
	add(message, url, flags);
	links_judge(message);
	message->site = NULL;
	link = g_ptr_array_index(message->links, 0);
	return link->flags & (LINK_LEAVES | LINK_BRAND);
}

static void
test_leaves(void)
{
	g_assert_cmpuint(judged("shop.example", "https://www.shop.example/", 0), ==, 0);
	g_assert_cmpuint(judged("shop.example", "https://evil.example/", 0), ==, LINK_LEAVES);
	g_assert_cmpuint(judged("shop.example", SAFE "https%3A%2F%2Fshop.example", 0), ==, 0);
	g_assert_cmpuint(judged("shop.example", "https://t.co/a", 0), ==, LINK_LEAVES);
	g_assert_cmpuint(judged(NULL, "https://evil.example/", 0), ==, 0);
	g_assert_cmpuint(judged("shop.example", "https://evil.example/", LINK_IMAGE), ==, 0);
	g_assert_cmpuint(judged("shop.example", "mailto:a@evil.example", 0), ==, 0);
}

/* Who counts the clicks is not where they lead; a customer's own host says whose they are. */
static void
test_leaves_as_far_as_known(void)
{
	g_assert_cmpuint(
		judged("shop.example", "https://x.list-manage.com/track/click?u=1", 0), ==, 0);
	g_assert_cmpuint(
		judged("shop.example", "https://go.shop.example/ls/click?upn=a", 0), ==, 0);
	g_assert_cmpuint(judged("shop.example", "https://go.evil.example/ls/click?upn=a", 0), ==,
		LINK_LEAVES);
}

static void
test_brand(void)
{
	g_assert_cmpuint(
		judged("evil.example", "https://metamask.evil.example/", 0), ==, LINK_BRAND);
	g_assert_cmpuint(judged("shop.example", "https://metamask.io/", 0), ==, LINK_LEAVES);
	g_assert_cmpuint(
		judged("metamask.io", "https://metamask.help.example/", 0), ==, LINK_LEAVES);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link-words/summary", test_summary);
	g_test_add_func("/link-words/pixel-is-not-opaque", test_pixel_is_not_opaque);
	g_test_add_func("/link-words/steps", test_steps);
	g_test_add_func("/link-words/reading", test_reading);
	g_test_add_func("/link-judge/leaves", test_leaves);
	g_test_add_func("/link-judge/leaves-as-far-as-known", test_leaves_as_far_as_known);
	g_test_add_func("/link-judge/brand", test_brand);
	return g_test_run();
}
