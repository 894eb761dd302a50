#include "mail/dkim.h"

#include <string.h>

#include "mail/dkim_canon.h"
#include "mail/dkim_key.h"
#include "mail/dkim_tag.h"
#include "mail/domain.h"
#include "mail/from_line.h"
#include "mail/header.h"
#include "mail/keys.h"
#include "mail/message.h"
#include "mail/text.h"

enum {
	/* A message has two or three.  Each may cost a reading of the whole body. */
	MAX_VERIFIED = 8,
	MAX_NAME = 253, /* RFC 1035 section 2.3.4 */
};

typedef struct ResultName {
	const char *name;
	const char *words;
} ResultName;

static const ResultName results[DKIM_RESULTS] = {
	[DKIM_NO_KEY] = { "no-key", "not verified: its key is not known" },
	[DKIM_PASS] = { "pass", "verified here" },
	[DKIM_BODY_ALTERED] = { "body-altered", "the body is not the one that was signed" },
	[DKIM_HEADER_ALTERED] = { "header-altered",
		"does not hold: not this header, or not this key" },
	[DKIM_EXPIRED] = { "expired", "holds, but had expired when the message came" },
	[DKIM_REVOKED] = { "revoked", "the domain has revoked its key" },
	[DKIM_SECOND_FROM] = { "second-from", "holds, but not for the From that is shown" },
	[DKIM_UNREADABLE] = { "unreadable", "nobody could verify it" },
	[DKIM_WEAK_KEY] = { "weak-key", "holds, but anybody can compute a key so short" },
};

const char *
dkim_result_name(DkimResult result)
{
	g_assert(result < DKIM_RESULTS);
	return results[result].name;
}

const char *
dkim_result_words(DkimResult result)
{
	g_assert(result < DKIM_RESULTS);
	return results[result].words;
}

static int
count_covered(const Signature *signature, const char *name)
{
	g_auto(GStrv) names = g_strsplit(signature->covered, ":", 0);
	int count = 0;

	for (char **covered = names; *covered; covered++)
		count += g_ascii_strcasecmp(*covered, name) == 0;
	return count;
}

bool
signature_covers(const Signature *signature, const char *name)
{
	return count_covered(signature, name) > 0;
}

static bool
is_host_name(const char *name)
{
	return *name && *name != '.' && !strstr(name, "..") && !g_str_has_suffix(name, ".") &&
		name[strspn(name, G_CSET_a_2_z G_CSET_DIGITS "-_.")] == '\0';
}

char *
signature_key_name(const Signature *signature)
{
	g_autofree char *selector = g_ascii_strdown(signature->selector, -1);
	g_autofree char *name = NULL;

	if (!is_host_name(selector) || !is_host_name(signature->domain))
		return NULL;
	name = g_strdup_printf("%s._domainkey.%s", selector, signature->domain);
	return strlen(name) <= MAX_NAME ? g_steal_pointer(&name) : NULL;
}

/* ---- what it says ---- */

typedef enum {
	TAG_V,
	TAG_A,
	TAG_B,
	TAG_BH,
	TAG_C,
	TAG_D,
	TAG_H,
	TAG_I,
	TAG_L,
	TAG_Q,
	TAG_S,
	TAG_T,
	TAG_X,
	TAGS
} SignatureTag;

static const char *const tag_names[TAGS] = { "v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s",
	"t", "x" };

/* One signature while it is verified. */
typedef struct Claim {
	const HeaderSpan *field;
	DkimTag tags[TAGS];
	Canon header, body;
	int64_t length; /* l=, INT64_MAX if there is none */
} Claim;

static void
claim_clear(Claim *claim)
{
	dkim_tags_clear(claim->tags, TAGS);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Claim, claim_clear)

static const char *
tag_text(const Claim *claim, SignatureTag tag)
{
	const char *value = claim->tags[tag].value;

	return value ? value : "";
}

static bool
tag_number(const Claim *claim, SignatureTag tag, int64_t *number)
{
	guint64 value = 0;

	if (!claim->tags[tag].value)
		return true;
	if (!g_ascii_string_to_unsigned(claim->tags[tag].value, 10, 0, INT64_MAX, &value, NULL))
		return false;
	*number = (int64_t)value;
	return true;
}

static bool
canon_of(const char *name, Canon *canon)
{
	*canon = strcmp(name, "relaxed") == 0 ? CANON_RELAXED : CANON_SIMPLE;
	return *canon == CANON_RELAXED || strcmp(name, "simple") == 0;
}

/* "relaxed/simple"; what is not said is simple (RFC 6376 section 3.5). */
static bool
read_canons(Claim *claim)
{
	const char *value = claim->tags[TAG_C].value ? claim->tags[TAG_C].value : "simple";
	g_auto(GStrv) names = g_strsplit(value, "/", 3);
	guint count = g_strv_length(names);

	return count > 0 && count < 3 && canon_of(names[0], &claim->header) &&
		canon_of(names[1] ? names[1] : "simple", &claim->body);
}

/* The domain of i= is d= or below it (RFC 6376 section 6.1.1). */
static bool
speaks_for_domain(const Claim *claim, const Signature *signature, bool strict)
{
	const char *agent = claim->tags[TAG_I].value;
	const char *at = agent ? strrchr(agent, '@') : NULL;

	if (!agent)
		return true;
	if (!at)
		return false;
	return strict ? g_ascii_strcasecmp(at + 1, signature->domain) == 0
		      : domain_is_under(at + 1, signature->domain);
}

/* What RFC 6376 section 6.1.1 asks before a key is looked for. */
static bool
is_sound(const Claim *claim, const Signature *signature)
{
	static const SignatureTag needed[] = { TAG_A, TAG_B, TAG_BH, TAG_D, TAG_H, TAG_S };
	const char *query = claim->tags[TAG_Q].value;

	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (!*tag_text(claim, needed[i]))
			return false;
	}
	return strcmp(tag_text(claim, TAG_V), "1") == 0 && (!query || strstr(query, "dns/txt")) &&
		(signature->expires == 0 || signature->expires > signature->signed_at) &&
		signature_covers(signature, "From") && speaks_for_domain(claim, signature, false);
}

static bool
read_claim(Claim *claim, Signature *signature)
{
	size_t length = (size_t)(claim->field->end - claim->field->value);
	bool list = dkim_tags_read(claim->field->value, length, tag_names, claim->tags, TAGS);

	claim->length = INT64_MAX;
	signature->domain = g_ascii_strdown(tag_text(claim, TAG_D), -1);
	signature->selector = g_strdup(tag_text(claim, TAG_S));
	signature->covered = g_strdup(tag_text(claim, TAG_H));
	return tag_number(claim, TAG_T, &signature->signed_at) &&
		tag_number(claim, TAG_X, &signature->expires) &&
		tag_number(claim, TAG_L, &claim->length) && read_canons(claim) && list &&
		is_sound(claim, signature);
}

/* ---- what it speaks of ---- */

typedef struct Mail {
	GArray *fields;      /* of HeaderSpan, top first, as in Message.headers */
	GHashTable *by_name; /* of GArray of their indices, by lower-case name */
	bool whole;          /* those are all */
	const char *body;
	size_t size;
	int from;     /* fields of that name */
	int64_t came; /* Unix time; 0 if nobody knows */
} Mail;

static void
mail_clear(Mail *mail)
{
	g_array_unref(mail->fields);
	g_hash_table_unref(mail->by_name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mail, mail_clear)

static char *
lower_name(const HeaderSpan *field)
{
	return g_ascii_strdown(field->name, (gssize)field->name_length);
}

static void
add_field(Mail *mail, const HeaderSpan *field)
{
	g_autofree char *name = lower_name(field);
	GArray *places = g_hash_table_lookup(mail->by_name, name);
	guint index = mail->fields->len;

	mail->from += strcmp(name, "from") == 0;
	if (!places) {
		places = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(mail->by_name, g_steal_pointer(&name), places);
	}
	g_array_append_val(places, index);
	g_array_append_vals(mail->fields, field, 1);
}

static void
read_mail(Mail *mail, const char *raw, size_t size)
{
	const char *end = raw + size;
	const char *line = raw;
	HeaderSpan field;

	mail->whole = true;
	mail->fields = g_array_new(FALSE, FALSE, sizeof(HeaderSpan));
	mail->by_name = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
	while (header_next(&line, end, &field)) {
		mail->whole = mail->fields->len < MESSAGE_MAX_HEADERS;
		if (!mail->whole)
			return;
		add_field(mail, &field);
	}
	mail->body = line;
	mail->size = (size_t)(end - line);
}

static const HeaderSpan *
field_at(const Mail *mail, guint index)
{
	return &g_array_index(mail->fields, HeaderSpan, index);
}

/* ---- does it hold ---- */

/* Of fields of one name the lowest comes first, the next name takes the next above it;
 * a name too many stands for a field that must not be there (section 5.4.2). */
static void
hash_fields(const Mail *mail, const Claim *claim, const Signature *signature, CanonHash *hash)
{
	g_auto(GStrv) names = g_strsplit(signature->covered, ":", 0);
	g_autoptr(GHashTable) taken = g_hash_table_new(g_direct_hash, g_direct_equal);

	for (char **name = names; *name; name++) {
		g_autofree char *lower = g_ascii_strdown(*name, -1);
		const GArray *places = g_hash_table_lookup(mail->by_name, lower);
		guint used = GPOINTER_TO_UINT(g_hash_table_lookup(taken, places));
		guint place;

		if (!places || used == places->len)
			continue;
		g_hash_table_insert(taken, (void *)places, GUINT_TO_POINTER(used + 1));
		place = g_array_index(places, guint, places->len - 1 - used);
		canon_field(hash, field_at(mail, place), claim->header);
	}
}

static bool
header_holds(const Mail *mail, const Claim *claim, const Signature *signature, const DkimKey *key)
{
	const DkimTag *b = &claim->tags[TAG_B];
	g_autoptr(CanonHash) hash = canon_hash_new(INT64_MAX);
	uint8_t digest[DIGEST_SIZE];
	gsize length = 0;
	g_autofree guchar *bytes = g_base64_decode(b->value, &length);

	hash_fields(mail, claim, signature, hash);
	canon_signature(hash, claim->field, claim->header, b->start, b->end);
	canon_hash_finish(hash, digest);
	return dkim_key_verifies(key, digest, bytes, length);
}

static bool
body_holds(const Mail *mail, const Claim *claim, int64_t *added)
{
	g_autoptr(CanonHash) hash = canon_hash_new(claim->length);
	uint8_t digest[DIGEST_SIZE];
	gsize length = 0;
	g_autofree guchar *said = g_base64_decode(claim->tags[TAG_BH].value, &length);
	int64_t left;

	canon_body(hash, mail->body, mail->size, claim->body);
	canon_hash_finish(hash, digest);
	left = canon_hash_length(hash) - claim->length;
	if (length != DIGEST_SIZE || memcmp(said, digest, DIGEST_SIZE) != 0)
		return false;
	*added = MAX(left, 0);
	/* It covers more than there is: something was taken away (section 6.1.1). */
	return left >= 0 || claim->length == INT64_MAX;
}

static DkimResult
judge(const Mail *mail, const Claim *claim, Signature *signature, const DkimKey *key)
{
	if (dkim_key_is_revoked(key))
		return DKIM_REVOKED;
	if (!dkim_key_suits(key, claim->tags[TAG_A].value) ||
		!speaks_for_domain(claim, signature, dkim_key_is_strict(key)))
		return DKIM_UNREADABLE;
	if (!header_holds(mail, claim, signature, key))
		return DKIM_HEADER_ALTERED;
	if (!body_holds(mail, claim, &signature->added))
		return DKIM_BODY_ALTERED;
	if (!dkim_key_is_strong(key))
		return DKIM_WEAK_KEY;
	if (mail->from > count_covered(signature, "From"))
		return DKIM_SECOND_FROM;
	if (signature->expires > 0 && mail->came > signature->expires)
		return DKIM_EXPIRED;
	return DKIM_PASS;
}

static const char *
key_for(const Site *site, const Signature *signature)
{
	g_autofree char *name = signature_key_name(signature);
	const char *key = NULL;

	if (!name || !site)
		return NULL;
	if (site->found_keys)
		key = g_hash_table_lookup(site->found_keys, name);
	if (!key && site->dkim_keys)
		key = g_hash_table_lookup(site->dkim_keys, name);
	return key;
}

static Signature *
verify(const Mail *mail, guint place, const Site *site, int *verified)
{
	g_auto(Claim) claim = { .field = field_at(mail, place) };
	Signature *signature = g_new0(Signature, 1);
	bool sound = read_claim(&claim, signature);
	const char *record = key_for(site, signature);
	g_autoptr(DkimKey) key = NULL;

	signature->field = (int)place;
	if (!sound || !mail->whole || *verified >= MAX_VERIFIED) {
		signature->result = DKIM_UNREADABLE;
		return signature;
	}
	if (!record)
		return signature;
	(*verified)++;
	key = dkim_key_new(record);
	signature->key = g_strdup(record);
	signature->bits = dkim_key_bits(key);
	signature->result = judge(mail, &claim, signature, key);
	return signature;
}

void
dkim_read(Message *message, const char *raw, size_t size, const Site *site)
{
	g_auto(Mail) mail = { .came = message->received };
	const GArray *places;
	int verified = 0;

	if (mail.came == 0 && site)
		mail.came = site->now;
	read_mail(&mail, raw, size);
	places = g_hash_table_lookup(mail.by_name, "dkim-signature");
	for (guint i = 0; places && i < places->len; i++) {
		guint place = g_array_index(places, guint, i);

		g_ptr_array_add(message->signatures, verify(&mail, place, site, &verified));
	}
}

const Signature *
dkim_passed(const Message *message, const char *domain)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (signature->result == DKIM_PASS && domain_is_under(signature->domain, domain))
			return signature;
	}
	return NULL;
}

char *
dkim_keys_used(const Message *message)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);
		g_autofree char *name = signature_key_name(signature);

		if (name && signature->key)
			keys_append(text, name, signature->key);
	}
	return g_string_free(text, FALSE);
}

static bool
did_hold(DkimResult result)
{
	switch (result) {
	case DKIM_PASS:
	case DKIM_EXPIRED:
	case DKIM_SECOND_FROM:
	case DKIM_WEAK_KEY:
		return true;
	case DKIM_NO_KEY:
	case DKIM_BODY_ALTERED:
	case DKIM_HEADER_ALTERED:
	case DKIM_REVOKED:
	case DKIM_UNREADABLE:
	case DKIM_RESULTS:
		return false;
	}
	g_assert_not_reached();
}

/* The field is taken from @message, as it was written down, and not from the bytes that
 * are in question. */
static bool
still_holds(const Message *message, const Signature *signature, const Mail *mail)
{
	g_autoptr(Signature) again = g_new0(Signature, 1);
	g_auto(Claim) claim = { 0 };
	const HeaderField *field;
	HeaderSpan span = { 0 };

	if (signature->field < 0 || (guint)signature->field >= message->headers->len)
		return false;
	field = g_ptr_array_index(message->headers, signature->field);
	span.name = field->name;
	span.name_length = strlen(field->name);
	span.value = field->raw;
	span.end = field->raw + strlen(field->raw);
	claim.field = &span;
	return read_claim(&claim, again) && body_holds(mail, &claim, &again->added);
}

const Signature *
dkim_body_changed(const Message *message, const char *raw, size_t size)
{
	size_t before = from_line_length(raw, size);
	g_auto(Mail) mail = { 0 };

	read_mail(&mail, raw + before, size - before);
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (did_hold(signature->result) &&
			(!mail.whole || !still_holds(message, signature, &mail)))
			return signature;
	}
	return NULL;
}

void
dkim_prepare(void)
{
	dkim_key_prepare();
}
