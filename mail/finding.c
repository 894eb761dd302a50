#include "mail/finding.h"

#include <string.h>

#include "mail/history.h"
#include "mail/text.h"

int
findings_sum(const GPtrArray *findings)
{
	int sum = 0;

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = g_ptr_array_index(findings, i);

		sum += finding->weight;
	}
	return sum;
}

/* g_qsort_with_data() is stable. */
static int
compare_weights(const void *a, const void *b, void *data)
{
	const Finding *first = *(Finding *const *)a;
	const Finding *second = *(Finding *const *)b;

	(void)data;
	return (first->weight < second->weight) - (first->weight > second->weight);
}

void
findings_sort(GPtrArray *findings)
{
	if (findings->len > 0)
		g_qsort_with_data(
			findings->pdata, (int)findings->len, sizeof(void *), compare_weights, NULL);
}

char *
findings_sum_words(int sum)
{
	if (sum > 100)
		return g_strdup_printf("the score: capped at 100, the sum is %d", sum);
	if (sum < 0)
		return g_strdup_printf("the score: never below 0, the sum is %d", sum);
	return g_strdup("the score: the sum of these points");
}

char *
finding_evidence(const Finding *finding)
{
	bool link = strstr(finding->evidence, "://") || strstr(finding->evidence, ":\\\\") ||
		g_str_has_prefix(finding->where, "link") || finding_is_of_history(finding);

	return link ? text_defang(finding->evidence) : g_strdup(finding->evidence);
}
