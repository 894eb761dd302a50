/* unwrap_ses.c - the click and open tracking of Amazon SES
 *
 *     click   LABEL.r.REGION.awstrack.me/L0/TARGET/N/ID/SIGNATURE=VERSION
 *     open    LABEL.r.REGION.awstrack.me/I0/ID/SIGNATURE=VERSION
 *     on the customer's own host   /CL0/... and /CI0/... with a longer signature
 *
 * Observed on 608 URLs of real mail, November 2026; Amazon documents none of it.
 * The signature can't be checked here, so a link of that shape on any host may
 * be made by anyone; it is undone all the same, for its target is what counts.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

#define SES_HOST "awstrack.me"

enum {
	LABEL_LENGTH = 8,
};

typedef struct TrackingKind {
	const char *prefix;      /* of the path */
	bool click;              /* has TARGET/N/ before the id */
	bool any_host;           /* else only below awstrack.me */
	size_t signature_length; /* base64url of HMAC-SHA1 or -SHA256, '=' left out */
} TrackingKind;

// clang-format off
static const TrackingKind kinds[] = {
	{ "/L0/",  .click = true,  .any_host = false, .signature_length = 27 },
	{ "/I0/",  .click = false, .any_host = false, .signature_length = 27 },
	{ "/CL0/", .click = true,  .any_host = true,  .signature_length = 43 },
	{ "/CI0/", .click = false, .any_host = true,  .signature_length = 43 },
	{ "/CI1/", .click = false, .any_host = true,  .signature_length = 43 }, /* seen once */
};
// clang-format on

static const TrackingKind *
find_kind(const Url *url)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(url->path, kinds[i].prefix))
			return &kinds[i];
	return NULL;
}

/* LABEL.r.REGION.awstrack.me and nothing else. */
static bool
is_ses_host(const char *host)
{
	size_t label = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789");
	size_t region;

	if (label != LABEL_LENGTH || !g_str_has_prefix(host + label, ".r."))
		return false;
	host += label + strlen(".r.");
	region = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return region > 0 && strcmp(host + region, "." SES_HOST) == 0;
}

/* 'x' in @shape is a hexadecimal digit, '9' a decimal one. */
static bool
has_shape(const char *text, const char *shape)
{
	for (; *text && *shape; text++, shape++) {
		bool fits = *text == *shape;

		if (*shape == 'x')
			fits = g_ascii_isxdigit(*text);
		else if (*shape == '9')
			fits = g_ascii_isdigit(*text);
		if (!fits)
			return false;
	}
	return *text == *shape;
}

static bool
is_id(const char *text)
{
	return has_shape(text, "xxxxxxxxxxxxxxxx-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx-999999");
}

static bool
is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

/* SIGNATURE=VERSION */
static bool
is_signature(const char *text, size_t length)
{
	size_t found = 0;

	while (g_ascii_isalnum(text[found]) || text[found] == '-' || text[found] == '_')
		found++;
	return found == length && text[found] == '=' && is_number(text + found + 1);
}

/* The segments that are TARGET: one, as its slashes are escaped, unless somebody
 * made the link by hand. */
static char *
join_target(GStrv segments, guint from, guint to)
{
	g_autofree char *kept = segments[to];
	g_autofree char *joined = NULL;

	segments[to] = NULL;
	joined = g_strjoinv("/", segments + from);
	segments[to] = g_steal_pointer(&kept);
	return url_decode(joined, strlen(joined));
}

/* Read from the right, since TARGET may hold anything that looks like the rest.
 * What stands behind '?' or '#' was added later. */
static bool
read_path(const TrackingKind *kind, const char *path, Unwrapped *unwrapped)
{
	g_autofree char *bare = g_strndup(path, strcspn(path, "?#"));
	g_auto(GStrv) segments = g_strsplit(bare, "/", -1);
	guint count = g_strv_length(segments);

	/* "", kind, [TARGET, N,] ID, SIGNATURE */
	if (count < (kind->click ? 6 : 4))
		return false;
	if (!is_signature(segments[count - 1], kind->signature_length) ||
		!is_id(segments[count - 2]) || (kind->click && !is_number(segments[count - 3])))
		return false;
	unwrapped->id = g_strdup(segments[count - 2]);
	if (kind->click)
		unwrapped->target = join_target(segments, 2, count - 3);
	return true;
}

static UnwrapResult
unwrap_ses_link(const Url *url, Unwrapped *unwrapped)
{
	const TrackingKind *kind = url->host ? find_kind(url) : NULL;

	if (!kind) {
		/* also bank.example.awstrack.me.evil.example */
		if (url->host && strstr(url->host, SES_HOST))
			unwrapped->flags |= LINK_MALFORMED_WRAP;
		return UNWRAP_NOT_MINE;
	}
	if (!url_is_web(url) || url->userinfo || (!kind->any_host && !is_ses_host(url->host)) ||
		!read_path(kind, url->path, unwrapped)) {
		unwrapped->flags |= LINK_MALFORMED_WRAP;
		return UNWRAP_NOT_MINE;
	}
	unwrapped->flags |= LINK_TRACKED;
	return kind->click ? UNWRAP_TARGET : UNWRAP_PIXEL;
}

const Unwrapper unwrap_ses = {
	.id = "ses",
	.summary = "Amazon SES tracking",
	.unwrap = unwrap_ses_link,
};
