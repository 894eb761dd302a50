#include "mail/dmarc.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/message.h"

enum {
	MOST_DOMAINS = 4 /* that are told of one method; real mail has two */
};

/* The domain that @result vouches for by @method, or NULL. */
static const char *
vouched_domain(const AuthResult *result, const char *method)
{
	bool passed = result->trusted && strcmp(result->method, method) == 0 &&
		strcmp(result->result, "pass") == 0;

	return passed ? result->domain : NULL;
}

static void
add_domain(GPtrArray *domains, const char *domain)
{
	if (domain && !g_ptr_array_find_with_equal_func(domains, domain, g_str_equal, NULL))
		g_ptr_array_add(domains, (char *)domain);
}

/* Of char *, borrowed from @message: what passed by @method. */
static GPtrArray *
passed_domains(const Message *message, const char *method)
{
	GPtrArray *domains = g_ptr_array_new();

	for (guint i = 0; i < message->auth->len; i++)
		add_domain(domains, vouched_domain(g_ptr_array_index(message->auth, i), method));
	for (guint i = 0; strcmp(method, "dkim") == 0 && i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (signature->result == DKIM_PASS)
			add_domain(domains, signature->domain);
	}
	return domains;
}

static guint
count_from(const Message *message)
{
	guint count = 0;

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		count += g_ascii_strcasecmp(field->name, "From") == 0;
	}
	return count;
}

typedef struct Method {
	Alignment alignment;
	const char *name;  /* in Authentication-Results */
	const char *shown; /* NULL: says itself that From's domain is meant */
} Method;

static const Method methods[] = {
	{ ALIGNED_BY_DKIM, "dkim", "DKIM" },
	{ ALIGNED_BY_SPF, "spf", "SPF" },
	{ ALIGNED_BY_DMARC, "dmarc", NULL },
};

static bool
is_aligned_by(const Message *message, const Method *method)
{
	g_autoptr(GPtrArray) domains = passed_domains(message, method->name);

	for (guint i = 0; i < domains->len; i++) {
		if (domain_same_org(g_ptr_array_index(domains, i), message->from_domain))
			return true;
	}
	return false;
}

uint32_t
dmarc_alignment(const Message *message)
{
	uint32_t alignment = 0;

	if (!message->from_domain || count_from(message) > 1)
		return 0;
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (is_aligned_by(message, &methods[i]))
			alignment |= methods[i].alignment;
	}
	return alignment;
}

/* ---- in words ---- */

static char *
aligned_text(const Message *message, uint32_t alignment)
{
	GString *text = g_string_new(NULL);
	const char *between = " by ";

	g_string_printf(text, "aligned with %s", message->from_domain);
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (!methods[i].shown || !(alignment & methods[i].alignment))
			continue;
		g_string_append_printf(text, "%s%s", between, methods[i].shown);
		between = " and ";
	}
	if (alignment == ALIGNED_BY_DMARC)
		g_string_append(text, ", says a server you trust: dmarc=pass");
	return g_string_free(text, FALSE);
}

static void
append_domains(GString *text, const Message *message, const Method *method)
{
	g_autoptr(GPtrArray) domains = passed_domains(message, method->name);

	for (guint i = 0; method->shown && i < MIN(domains->len, MOST_DOMAINS); i++) {
		const char *domain = g_ptr_array_index(domains, i);

		if (text->len)
			g_string_append(text, i ? " and " : ", ");
		if (i == 0)
			g_string_append_printf(text, "%s of ", method->shown);
		g_string_append(text, domain);
	}
}

char *
dmarc_text(const Message *message)
{
	uint32_t alignment = dmarc_alignment(message);
	g_autoptr(GString) others = g_string_new(NULL);

	if (alignment)
		return aligned_text(message, alignment);
	if (!message->from_domain)
		return g_strdup("not aligned: From names no domain");
	if (count_from(message) > 1)
		return g_strdup("not aligned: there are several From fields");
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
		append_domains(others, message, &methods[i]);
	return g_strdup_printf("not aligned with %s: %s", message->from_domain,
		others->len ? others->str : "nothing passed that counts here");
}
