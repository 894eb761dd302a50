/* Lists of indicators, as somebody else's server gave them: listed.h. */
#include "store/listed.h"

#include "tests/fuzz/fuzz.h"
#include "tests/mail/mails.h"

/* What a list may say is what a list of it alone says, in the same spelling. */
static void
check_value(const ListedValue *value)
{
	g_autofree char *line = g_strdup_printf(
		"value,kind\n\"%s\",%s\n", value->value, indicator_kind_name(value->kind));
	g_autoptr(ListedText) again = NULL;

	fuzz_assert_utf8(value->value);
	g_assert_cmpint(value->first, >=, 0);
	g_assert_cmpint(value->expires, >=, 0);
	if (strpbrk(value->value, "\"[({'"))
		return;
	again = listed_parse(line, strlen(line), mails_site(), NULL);
	g_assert_nonnull(again);
	g_assert_cmpuint(again->values->len, ==, 1);
	g_assert_cmpstr(((const ListedValue *)g_ptr_array_index(again->values, 0))->value, ==,
		value->value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ListedText) text = listed_parse((const char *)data, size, mails_site(), &error);

	fuzz_assert_said(text != NULL, error);
	for (guint i = 0; text && i < text->told->len; i++)
		fuzz_assert_utf8(g_ptr_array_index(text->told, i));
	for (guint i = 0; text && i < text->values->len && i < 100; i++)
		check_value(g_ptr_array_index(text->values, i));
	return 0;
}
