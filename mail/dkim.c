#include "mail/dkim.h"

#include <string.h>

#include "mail/header.h"
#include "mail/message.h"

const char *
dkim_result_name(DkimResult result)
{
	static const char *const names[DKIM_RESULTS] = {
		[DKIM_NO_KEY] = "no-key",
		[DKIM_PASS] = "pass",
		[DKIM_BODY_ALTERED] = "body-altered",
		[DKIM_HEADER_ALTERED] = "header-altered",
		[DKIM_EXPIRED] = "expired",
		[DKIM_REVOKED] = "revoked",
		[DKIM_SECOND_FROM] = "second-from",
		[DKIM_UNREADABLE] = "unreadable",
	};

	g_assert(result < DKIM_RESULTS);
	return names[result];
}

bool
signature_covers(const Signature *signature, const char *name)
{
	g_auto(GStrv) names = g_strsplit(signature->covered, ":", 0);

	for (char **covered = names; *covered; covered++) {
		if (g_ascii_strcasecmp(*covered, name) == 0)
			return true;
	}
	return false;
}

static char *
tag_or_empty(const char *value, const char *tag)
{
	char *text = header_tag(value, tag);

	return text ? text : g_strdup("");
}

static int64_t
tag_number(const char *value, const char *tag)
{
	g_autofree char *text = header_tag(value, tag);

	return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

static Signature *
signature_parse(const char *value, int field)
{
	Signature *signature = g_new0(Signature, 1);
	g_autofree char *domain = tag_or_empty(value, "d");

	signature->domain = g_ascii_strdown(domain, -1);
	signature->selector = tag_or_empty(value, "s");
	signature->covered = tag_or_empty(value, "h");
	signature->signed_at = tag_number(value, "t");
	signature->expires = tag_number(value, "x");
	signature->field = field;
	return signature;
}

void
dkim_read(Message *message, const char *raw, size_t size, const Site *site)
{
	(void)raw;
	(void)size;
	(void)site;
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, "DKIM-Signature") == 0)
			g_ptr_array_add(message->signatures, signature_parse(field->value, (int)i));
	}
}
