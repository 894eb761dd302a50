/* What a name server answers when it is asked for a key: resolve.h. */
#include "importer/resolve.h"

#include <netinet/in.h>
#include <resolv.h>

#include "mail/keys.h"
#include "tests/fuzz/fuzz.h"

/* In the place of libresolv: its answer is the input, of which only so much fits. */
static Fuzz answer;

int
res_nquery(res_state state, const char *name, int kind, int type, unsigned char *bytes, int room)
{
	(void)state, (void)name, (void)kind, (void)type;
	memcpy(bytes, answer.at, MIN(answer.left, (size_t)room));
	return (int)answer.left;
}

/* What is kept of it is a key in the form that a box reads. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Resolver) resolver = resolver_new("127.0.0.1:53", NULL);
	g_autoptr(Message) message = message_new();
	g_autofree char *text = NULL;
	g_autoptr(GHashTable) keys = NULL;
	Signature *signature = g_new0(Signature, 1);

	g_assert_nonnull(resolver);
	answer = (Fuzz){ data, size };
	signature->domain = g_strdup("shop.example");
	signature->selector = g_strdup("s1");
	signature->covered = g_strdup("From");
	g_ptr_array_add(message->signatures, signature);
	text = resolver_find_keys(resolver, message);
	if (!text)
		return 0;
	keys = keys_parse(text, NULL);
	g_assert_nonnull(keys);
	g_assert_cmpstr(g_hash_table_lookup(keys, "s1._domainkey.shop.example"), ==,
		resolver_find(resolver, "s1._domainkey.shop.example"));
	return 0;
}
