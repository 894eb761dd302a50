#include "mail/auth.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/header.h"

/* ---- one field ---- */

/* @value without (comments), which may nest and may hold anything. */
static char *
without_comments(const char *value)
{
	GString *plain = g_string_sized_new(strlen(value));
	bool quoted = false;
	int depth = 0;

	for (const char *at = value; *at; at++) {
		if (*at == '\\' && at[1] && (quoted || depth)) {
			at++;
			continue;
		}
		if (*at == '"' && depth == 0)
			quoted = !quoted;
		else if (*at == '(' && !quoted)
			depth++;
		else if (*at == ')' && !quoted && depth > 0)
			depth--;
		else if (depth == 0)
			g_string_append_c(plain, *at);
	}
	return g_string_free(plain, FALSE);
}

/* The domain in a property's value: "shop.example", "@shop.example", "a@shop.example".
 * Exchange Online writes "none" where there is none. */
static char *
property_domain(const char *value)
{
	const char *at = strrchr(value, '@');
	g_autofree char *domain = g_ascii_strdown(at ? at + 1 : value, -1);

	return *domain && strcmp(domain, "none") != 0 ? g_steal_pointer(&domain) : NULL;
}

/* Which property names the domain a method is about, best first (RFC 8601 section 2.7). */
static const char *const domain_properties[] = {
	"header.d=",
	"header.i=",
	"smtp.mailfrom=",
	"smtp.helo=",
	"header.from=",
};

static char *
result_domain(char **words)
{
	for (size_t p = 0; p < G_N_ELEMENTS(domain_properties); p++) {
		size_t length = strlen(domain_properties[p]);

		for (char **word = words; *word; word++) {
			if (g_ascii_strncasecmp(*word, domain_properties[p], length) == 0)
				return property_domain(*word + length);
		}
	}
	return NULL;
}

/* "dkim=pass header.d=shop.example ..."; NULL if it is no result. */
static AuthResult *
parse_result(const char *text)
{
	g_autofree char *copy = g_strdelimit(g_strdup(text), "\t\r\n", ' ');
	g_auto(GStrv) words = g_strsplit(g_strstrip(copy), " ", 100);
	char *equals = words[0] ? strchr(words[0], '=') : NULL;
	AuthResult *result;
	char *version;

	if (!equals || equals == words[0] || !equals[1])
		return NULL;
	result = g_new0(AuthResult, 1);
	*equals = '\0';
	version = strchr(words[0], '/');
	if (version)
		*version = '\0';
	result->method = g_ascii_strdown(words[0], -1);
	result->result = g_ascii_strdown(equals + 1, -1);
	result->domain = result_domain(words + 1);
	return result;
}

/* The authserv-id is what stands before the first ';' and is no result; a version
 * may follow it.  Exchange Online writes none. */
static char *
take_authserv_id(char **clause)
{
	g_autofree char *first = g_strstrip(g_strdup(*clause ? *clause : ""));

	if (strchr(first, '='))
		return g_strdup("");
	first[strcspn(first, " \t")] = '\0';
	return g_ascii_strdown(first, -1);
}

static bool
is_instance_tag(const char *clause)
{
	return g_ascii_strncasecmp(clause + strspn(clause, " \t"), "i=", 2) == 0;
}

static bool
is_trusted(const Site *site, const char *id)
{
	for (const char *const *trusted = site->authserv_ids; *trusted; trusted++) {
		if (g_ascii_strcasecmp(*trusted, id) == 0)
			return true;
	}
	return false;
}

static void
read_field(Message *message, int index, bool may_be_trusted, const Site *site)
{
	const HeaderField *field = g_ptr_array_index(message->headers, index);
	g_autofree char *plain = without_comments(field->value);
	g_auto(GStrv) clauses = g_strsplit(plain, ";", 200);
	char **clause = clauses;
	g_autofree char *id = NULL;
	bool trusted = false;

	if (*clause && is_instance_tag(*clause))
		clause++;
	id = take_authserv_id(clause);
	if (may_be_trusted && site && site->authserv_ids)
		trusted = is_trusted(site, *id ? id : "-");
	for (clause += *id ? 1 : 0; clause && *clause; clause++) {
		AuthResult *result = parse_result(*clause);

		if (!result)
			continue;
		result->authserv_id = g_strdup(id);
		result->trusted = trusted;
		result->field = index;
		g_ptr_array_add(message->auth, result);
	}
}

/* ---- all fields ---- */

void
auth_read(Message *message, const Site *site)
{
	static const char *const claims[] = { "ARC-Authentication-Results",
		"X-Original-Authentication-Results", "Authentication-Results-Original" };
	int outside = path_first_outside(message);

	for (int i = 0; i < (int)message->headers->len && message->auth->len < 1000; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		bool claim = false;

		for (size_t c = 0; c < G_N_ELEMENTS(claims); c++)
			claim = claim || g_ascii_strcasecmp(field->name, claims[c]) == 0;
		if (claim)
			read_field(message, i, false, site);
		else if (g_ascii_strcasecmp(field->name, "Authentication-Results") == 0)
			read_field(message, i, i < outside, site);
	}
}

const char *
auth_trusted(const Message *message, const char *method)
{
	const char *found = NULL;

	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (!result->trusted || strcmp(result->method, method) != 0)
			continue;
		if (strcmp(result->result, "pass") == 0)
			return result->result;
		if (!found)
			found = result->result;
	}
	return found;
}

const AuthResult *
auth_dkim_passed(const Message *message, const char *domain)
{
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (result->trusted && strcmp(result->method, "dkim") == 0 &&
			strcmp(result->result, "pass") == 0 && result->domain &&
			domain_is_under(result->domain, domain))
			return result;
	}
	return NULL;
}

/* ---- in words ---- */

/* The d= of the ARC-Seal of set @instance (RFC 8617 section 4.1.3), or NULL.  Yours. */
static char *
sealer(const Message *message, const char *instance)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		g_autofree char *number = NULL;

		if (g_ascii_strcasecmp(field->name, "ARC-Seal") != 0)
			continue;
		number = header_tag(field->value, "i");
		if (g_strcmp0(number, instance) == 0)
			return header_tag(field->value, "d");
	}
	return NULL;
}

char *
auth_claimant(const Message *message, const AuthResult *result)
{
	const HeaderField *field = g_ptr_array_index(message->headers, (guint)result->field);
	const char *name =
		*result->authserv_id ? result->authserv_id : "a server that gives no name";
	g_autofree char *instance = NULL;
	g_autofree char *domain = NULL;

	if (g_ascii_strcasecmp(field->name, "Authentication-Results") == 0)
		return g_strdup(name);
	if (g_ascii_strcasecmp(field->name, "ARC-Authentication-Results") != 0)
		return g_strdup_printf("%s in %s", name, field->name);
	instance = header_tag(field->value, "i");
	domain = instance ? sealer(message, instance) : NULL;
	return g_strdup_printf("%s in ARC set %s, %s%s", name, instance ? instance : "?",
		domain ? "sealed by " : "not sealed", domain ? domain : "");
}

char *
auth_result_text(const AuthResult *result)
{
	return g_strdup_printf("%s=%s%s%s", result->method, result->result,
		result->domain ? " " : "", result->domain ? result->domain : "");
}
