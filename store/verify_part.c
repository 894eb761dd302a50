#include "store/schema.h"
#include "store/verify_private.h"

enum {
	LAST_OPERATIONS = 20,
};

/* Many faults have one cause: the first few tell enough. */
static bool
check_pages(Verifier *verifier, GError **error)
{
	static const char pragma[] = "PRAGMA quick_check(3)";

	return verify_pages(verifier, pragma, error);
}

static bool
check_guards(Verifier *verifier, GError **error)
{
	g_autofree char *triggers = schema_triggers(verifier->store, error);
	g_autoptr(GError) fault = NULL;

	if (!triggers)
		return false;
	if (!schema_check_triggers(verifier->store, &fault))
		verify_fault(verifier, "%s", fault->message);
	return true;
}

static bool
check_history(Verifier *verifier, GError **error)
{
	return verify_chain_end(verifier, LAST_OPERATIONS, error);
}

bool
store_verify_part(Store *store, VerifyPart part, const VerifyOptions *options,
	VerifySummary *summary, GError **error)
{
	static bool (*const checks[VERIFY_PARTS])(Verifier * verifier, GError * *error) = {
		[VERIFY_PAGES] = check_pages,
		[VERIFY_GUARDS] = check_guards,
		[VERIFY_HISTORY] = check_history,
	};
	Verifier verifier = { .store = store, .options = options, .summary = summary };
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);

	*summary = (VerifySummary){ 0 };
	return snapshot && checks[part](&verifier, error);
}
