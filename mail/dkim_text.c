#include "mail/dkim.h"

#include "mail/message.h"

static bool
matters(const Signature *signature, const char *name)
{
	/* Customers of Amazon's never sign it (observed, 616 of 616). */
	return g_ascii_strcasecmp(name, "Feedback-ID") != 0 || ses_is_amazons(signature);
}

/* "Subject and Feedback-ID"; "" when all that matters is covered. */
static char *
uncovered(const Message *message, const Signature *signature)
{
	static const char *const names[] = { "From", "Subject", "Reply-To", "Feedback-ID" };
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (signature_covers(signature, names[i]) || !message_header(message, names[i]) ||
			!matters(signature, names[i]))
			continue;
		g_string_append_printf(text, "%s%s", text->len ? ", " : "", names[i]);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
signature_text(const Message *message, const Signature *signature)
{
	GString *text = g_string_new(*signature->domain ? signature->domain : "(no domain)");
	g_autofree char *missing = uncovered(message, signature);

	if (*signature->selector)
		g_string_append_printf(text, ", selector %s", signature->selector);
	if (signature->bits > 0)
		g_string_append_printf(text, ", %d bits", signature->bits);
	g_string_append_printf(text, ": %s", dkim_result_words(signature->result));
	if (signature->added > 0)
		g_string_append_printf(text,
			"; the last %" G_GINT64_FORMAT " bytes of the body are not covered",
			signature->added);
	if (*missing && signature->result != DKIM_UNREADABLE)
		g_string_append_printf(text, "; not covered: %s", missing);
	return g_string_free(text, FALSE);
}

char *
dkim_vouched_text(const Message *message, const char *domain)
{
	const AuthResult *result = auth_dkim_passed(message, domain);
	g_autofree char *claimant = NULL;

	if (dkim_passed(message, domain))
		return g_strdup("verified here");
	if (!result)
		return g_strdup("claimed, not verified");
	claimant = auth_claimant(message, result);
	return g_strdup_printf("says %s", claimant);
}
