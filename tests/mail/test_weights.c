/* Weights: the shipped ones hold, files are read strictly, and the score is
 * the sum of the points. */
#include "mail/weights.h"

#include "mail/brands.h"
#include "mail/detect.h"
#include "tests/mail/mails.h"

#define LURE                                                                             \
	"From: MetaMask <info@bakery.example>\r\nTo: a@b.example\r\nSubject: Urgent\r\n" \
	"\r\nhttps://evil.example/\r\n"

static void
test_shipped_weights_are_used(void)
{
	g_autoptr(Weights) weights = weights_shipped();
	int known = 0;

	for (const Detector *const *detector = detectors(); *detector; detector++) {
		int points = weights_of(weights, (*detector)->id, INT_MIN);

		/* A new one has its own weight until `make weights` gives it another. */
		known += points != INT_MIN;
		g_assert_true(points == INT_MIN || ABS(points) <= WEIGHT_MOST);
	}
	g_assert_cmpint(known, >, 20);
	g_assert_cmpint(weights_of(weights, "no-such-finding", 7), ==, 7);
	g_assert_cmpint(weights_of(NULL, "brand-name", 8), ==, 8);
}

static void
test_what_is_no_weight_names_its_line(void)
{
	static const char *const wrong[] = {
		"# head\nbrand-name\n",
		"# head\nbrand-name many\n",
		"# head\nbrand-name 101\n",
		"# head\nbrand-name -101\n",
		"# head\nbrand-name 4 5\n",
		"# head\nBrand 4\n",
		"kit 1\nkit 2\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Weights) weights = weights_parse(wrong[i], &error);

		g_assert_null(weights);
		g_assert_error(error, MAIL_ERROR, MAIL_ERROR_DATA);
		g_assert_true(g_str_has_prefix(error->message, "line 2: "));
	}
}

static void
test_version_follows_the_points_alone(void)
{
	g_autoptr(Weights) one = weights_parse("a 1\nb -2 # less\n", NULL);
	g_autoptr(Weights) same = weights_parse("# of today\n\n  b\t-2\na 1", NULL);
	g_autoptr(Weights) other = weights_parse("a 1\nb -3\n", NULL);

	g_assert_cmpstr(weights_version(one), ==, weights_version(same));
	g_assert_cmpstr(weights_version(one), !=, weights_version(other));
	g_assert_cmpstr(weights_version(NULL), ==, "own");
}

static int
sum_of(const Message *message)
{
	int sum = 0;

	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		sum += finding->weight;
	}
	return sum;
}

static void
test_score_is_the_sum_of_the_sites_points(void)
{
	g_autoptr(Weights) weights = weights_parse(
		"brand-name 31\nlinks-leave 7\nurgency-subject -5\nlink-text 50\n", NULL);
	g_autoptr(Brands) brands = brands_shipped();
	const Site site = { .weights = weights, .brands = brands };
	g_autoptr(Message) message = message_read(LURE, strlen(LURE), &site, MESSAGE_FULL);
	const Finding *first = g_ptr_array_index(message->findings, 0);

	g_assert_cmpstr(first->id, ==, "brand-name");
	g_assert_cmpint(first->weight, ==, 31);
	g_assert_cmpint(message->score, ==, sum_of(message));
	g_assert_cmpint(message->score, ==, 33);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/weights/shipped-are-used", test_shipped_weights_are_used);
	g_test_add_func("/weights/wrong-line-is-named", test_what_is_no_weight_names_its_line);
	g_test_add_func("/weights/version-follows-points", test_version_follows_the_points_alone);
	g_test_add_func("/weights/score-is-the-sum", test_score_is_the_sum_of_the_sites_points);
	return g_test_run();
}
