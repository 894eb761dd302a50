#include "mail/ses.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/header.h"
#include "mail/message.h"
#include "mail/received.h"

enum {
	ACCOUNT_LENGTH = 44, /* base64 of 32 bytes */
	ID_LENGTH = 60,      /* 16-8-4-4-4-12-6 hex and digits with their hyphens */
	DAY = 86400,
	SLACK_DAYS = 3, /* a queue may hold a message that long between id and egress */
};

/* Amazon's and GovDelivery's names for the same service (observed). */
static const char *const signing_domains[] = { "amazonses.com", "messagingfabric.com" };

/* ---- addresses ---- */

typedef struct Range {
	uint32_t base;
	int bits;
} Range;

#define IP(a, b, c, d) (((uint32_t)(a) << 24) | ((b) << 16) | ((c) << 8) | (d))

/* amazonses.com's SPF record, the latest copies seen up to 2026-09. */
static const Range ranges[] = {
	{ IP(199, 255, 192, 0), 22 },
	{ IP(199, 127, 232, 0), 22 },
	{ IP(54, 240, 0, 0), 18 },
	{ IP(54, 240, 64, 0), 18 },
	{ IP(69, 169, 224, 0), 20 },
	{ IP(23, 249, 208, 0), 20 },
	{ IP(23, 251, 224, 0), 19 },
	{ IP(76, 223, 128, 0), 19 },
	{ IP(76, 223, 176, 0), 20 },
	{ IP(216, 221, 160, 0), 19 },
	{ IP(206, 55, 144, 0), 20 },
	{ IP(24, 110, 64, 0), 18 },
	{ IP(98, 77, 0, 0), 16 },
	{ IP(52, 82, 172, 0), 22 },
};

/* Up to @digits digits at *@at, which moves behind them. */
static bool
take_number(const char **at, int digits, unsigned *value)
{
	const char *start = *at;

	for (*value = 0; *at - start < digits && g_ascii_isdigit(**at); (*at)++)
		*value = *value * 10 + (unsigned)(**at - '0');
	return *at > start;
}

static bool
take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool
parse_ipv4(const char *text, uint32_t *address)
{
	unsigned octet;

	*address = 0;
	for (int i = 0; i < 4; i++) {
		if ((i > 0 && !take_char(&text, '.')) || !take_number(&text, 3, &octet) ||
			octet > 255)
			return false;
		*address = *address << 8 | octet;
	}
	return *text == '\0';
}

bool
ses_owns_address(const char *ip)
{
	uint32_t address;

	if (!parse_ipv4(ip, &address))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		if ((address ^ ranges[i].base) >> (32 - ranges[i].bits) == 0)
			return true;
	}
	return false;
}

/* ---- names ---- */

/* The letter and numbers of an egress host's first label are its address: a11-10 is
 * 54.240.11.10 (observed, 221 of 221), a192-156 was 199.255.192.156 (observed, 2011). */
typedef struct Block {
	char letter;
	unsigned first, second;
	unsigned low, high; /* of the third number */
} Block;
static const Block blocks[] = {
	{ 'a', 54, 240, 0, 127 },
	{ 'a', 199, 255, 192, 195 },
	{ 'b', 69, 169, 0, 255 },
	{ 'c', 76, 223, 0, 255 },
	{ 'd', 23, 249, 0, 255 },
	{ 'e', 23, 251, 0, 255 },
};

static bool
is_egress_name(const char *host)
{
	const char *dot = host ? strchr(host, '.') : NULL;

	return dot && g_str_has_prefix(dot, ".smtp-out.") && domain_is_under(host, "amazonses.com");
}

static bool
name_matches_address(const char *host, const char *ip)
{
	const char *at = host + 1;
	unsigned third, fourth;
	char expected[16];

	if (!take_number(&at, 3, &third) || !take_char(&at, '-') || !take_number(&at, 3, &fourth) ||
		*at != '.')
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
		const Block *block = &blocks[i];

		if (block->letter != host[0] || third < block->low || third > block->high)
			continue;
		g_snprintf(expected, sizeof(expected), "%u.%u.%u.%u", block->first, block->second,
			third, fourth);
		return strcmp(expected, ip) == 0;
	}
	return false;
}

/* Region codes that begin an SES Message-ID (observed; unknown ones are tolerated; 0000
 * stands in ids of several regions until 2016). */
typedef struct RegionCode {
	const char *code;
	const char *region;
} RegionCode;
static const RegionCode region_codes[] = {
	{ "0100", "us-east-1" },
	{ "0101", "us-west-2" },
	{ "0102", "eu-west-1" },
	{ "0103", "sa-east-1" },
	{ "0106", "ap-northeast-1" },
	{ "0107", "eu-central-1" },
	{ "0108", "ap-southeast-2" },
	{ "0109", "ap-south-1" },
	{ "010b", "eu-west-2" },
	{ "010c", "ap-northeast-2" },
	{ "010d", "ca-central-1" },
	{ "010e", "ap-southeast-1" },
	{ "010f", "us-east-2" },
	{ "0110", "eu-north-1" },
	{ "0111", "us-west-1" },
	{ "0113", "eu-west-3" },
};

static const char *
code_region(const char *id)
{
	for (size_t i = 0; i < G_N_ELEMENTS(region_codes); i++) {
		if (g_ascii_strncasecmp(id, region_codes[i].code, 4) == 0)
			return region_codes[i].region;
	}
	return NULL;
}

/* CCCCTTTTTTTTTTTT-8-4-4-4-12-000000: region code, then ms since the epoch. */
static bool
is_ses_id(const char *text)
{
	static const int hyphens[] = { 16, 25, 30, 35, 40, 53 };
	size_t next = 0;

	for (int i = 0; i < ID_LENGTH; i++) {
		if (next < G_N_ELEMENTS(hyphens) && i == hyphens[next]) {
			if (text[i] != '-')
				return false;
			next++;
		} else if (!g_ascii_isxdigit(text[i])) {
			return false;
		}
	}
	return true;
}

/* ---- facts and claims ---- */

/* What the header says, each on its own; strings are yours. */
typedef struct Facts {
	bool hop;     /* the receiver's own server took it from Amazon's */
	bool relayed; /* some other server says that it did */
	const char *hop_ip;
	const Hop *forged_hop; /* a client called itself Amazon's server and was not */
	bool authenticated;    /* a trusted result: Amazon's signature passed */
	bool outgoing;         /* X-SES-Outgoing, well formed */
	char *outgoing_ip;
	int64_t outgoing_day; /* days since the epoch */
	bool feedback;        /* Feedback-ID, well formed */
	char *feedback_region;
	bool signature;  /* DKIM-Signature of Amazon's shape */
	bool id;         /* Message-ID, strict */
	bool odd_id;     /* at amazonses.com, but not SES's shape */
	char *id_region; /* by its host */
	bool envelope;   /* the sender is an SES id */
	bool fabric;     /* GovDelivery's own egress: other names, other addresses */
} Facts;

static void
facts_clear(Facts *facts)
{
	g_free(facts->outgoing_ip);
	g_free(facts->feedback_region);
	g_free(facts->id_region);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Facts, facts_clear)

static const HeaderField *
field_at(const Message *message, guint index)
{
	return g_ptr_array_index(message->headers, index);
}

static bool
is_field(const HeaderField *field, const char *name)
{
	return g_ascii_strcasecmp(field->name, name) == 0;
}

static const char *
egress_name(const Received *hop)
{
	const char *name = is_egress_name(hop->helo) ? hop->helo : hop->rdns;

	return is_egress_name(name) && hop->ip ? name : NULL;
}

bool
ses_is_egress(const Received *hop)
{
	const char *name = egress_name(hop);

	return name && name_matches_address(name, hop->ip) && ses_owns_address(hop->ip);
}

bool
ses_is_forged(const Received *hop)
{
	return egress_name(hop) && !ses_is_egress(hop);
}

static void
read_hops(const Message *message, Facts *facts)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);

		if (hop->flags & HOP_SES) {
			bool own = hop->flags & (HOP_BOUNDARY | HOP_INSIDE);

			facts->hop = facts->hop || own;
			facts->relayed = facts->relayed || !own;
			facts->hop_ip = hop->ip;
		} else if (hop->flags & HOP_FORGED && !facts->forged_hop) {
			facts->forged_hop = hop;
		}
	}
}

/* X-SES-Outgoing: YYYY.MM.DD-ADDRESS, the UTC day of acceptance and the egress. */
static void
read_outgoing(const Message *message, Facts *facts)
{
	const char *value = message_header(message, "X-SES-Outgoing");
	g_autoptr(GDateTime) day = NULL;
	uint32_t address;
	unsigned y, m, d;

	if (!value || !take_number(&value, 4, &y) || !take_char(&value, '.') ||
		!take_number(&value, 2, &m) || !take_char(&value, '.') ||
		!take_number(&value, 2, &d) || !take_char(&value, '-'))
		return;
	day = g_date_time_new_utc((int)y, (int)m, (int)d, 0, 0, 0);
	if (!day || !parse_ipv4(value, &address))
		return;
	facts->outgoing = true;
	facts->outgoing_ip = g_strdup(value);
	facts->outgoing_day = g_date_time_to_unix(day) / DAY;
}

static bool
is_account(const char *text)
{
	if (strlen(text) != ACCOUNT_LENGTH || text[ACCOUNT_LENGTH - 1] != '=')
		return false;
	for (int i = 0; i < ACCOUNT_LENGTH - 1; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '+' && text[i] != '/')
			return false;
	}
	return true;
}

/* Feedback-ID: [fields:]1.REGION.ACCOUNT:AmazonSES, read from the right: what a
 * customer put before it is his own. */
static bool
parse_feedback(const char *value, char **region, char **account)
{
	g_autofree char *compact = g_strdup(value);
	g_auto(GStrv) fields = NULL;
	g_auto(GStrv) parts = NULL;
	char *to = compact;
	guint count;

	for (const char *from = compact; *from; from++) {
		if (!g_ascii_isspace(*from))
			*to++ = *from;
	}
	*to = '\0';
	fields = g_strsplit(compact, ":", 0);
	count = g_strv_length(fields);
	if (count < 2 || strcmp(fields[count - 1], "AmazonSES") != 0)
		return false;
	parts = g_strsplit(fields[count - 2], ".", 3);
	if (g_strv_length(parts) != 3 || strcmp(parts[0], "1") != 0 || !is_account(parts[2]))
		return false;
	*region = g_strdup(parts[1]);
	*account = g_strdup(parts[2]);
	return true;
}

/* Of several the lowest, whatever it holds: a signature that names the field once
 * covers that one (RFC 6376 section 5.4.2). */
static void
read_feedback(Message *message, Facts *facts)
{
	for (guint i = message->headers->len; i > 0; i--) {
		const HeaderField *field = field_at(message, i - 1);

		if (!is_field(field, "Feedback-ID"))
			continue;
		facts->feedback = parse_feedback(
			field->value, &facts->feedback_region, &message->ses->account);
		return;
	}
}

static bool
is_selector(const char *selector)
{
	return selector && strlen(selector) == 32 &&
		strspn(selector, "abcdefghijklmnopqrstuvwxyz234567") == 32;
}

/* Of Amazon's own shape; where it is in signing_domains goes to *@place. */
static bool
is_amazons(const Signature *signature, size_t *place)
{
	for (*place = 0; *place < G_N_ELEMENTS(signing_domains); (*place)++) {
		if (strcmp(signature->domain, signing_domains[*place]) == 0)
			return is_selector(signature->selector);
	}
	return false;
}

static void
read_signatures(const Message *message, Facts *facts)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		size_t place;

		if (!is_amazons(g_ptr_array_index(message->signatures, i), &place))
			continue;
		facts->signature = true;
		facts->fabric = facts->fabric || place == 1;
	}
}

bool
ses_is_amazons(const Signature *signature)
{
	size_t place;

	return is_amazons(signature, &place);
}

const Signature *
ses_account_signature(const Message *message)
{
	const Signature *claimed = NULL;

	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (!ses_is_amazons(signature) || !signature_covers(signature, "Feedback-ID"))
			continue;
		if (signature->result == DKIM_PASS)
			return signature;
		if (!claimed)
			claimed = signature;
	}
	return claimed;
}

/* Proven here, or by a server that is trusted. */
static bool
is_account_signed(const Message *message)
{
	const Signature *signature = ses_account_signature(message);

	return signature &&
		(signature->result == DKIM_PASS || auth_dkim_passed(message, signature->domain));
}

/* email.amazonses.com is us-east-1; REGION.amazonses.com every other. */
static char *
host_region(const char *host)
{
	g_autofree char *label = g_strndup(host, strcspn(host, "."));

	return g_strdup(strcmp(label, "email") == 0 ? "us-east-1" : label);
}

static void
read_message_id(Message *message, Facts *facts)
{
	const char *id = message->message_id;
	const char *host = id ? domain_of_address(id) : NULL;
	bool fabric;

	if (!host)
		return;
	fabric = g_str_has_suffix(host, ".messagingfabric.com");
	if (!fabric && !g_str_has_suffix(host, ".amazonses.com"))
		return;
	facts->fabric = facts->fabric || fabric;
	if (host - id == ID_LENGTH + 1 && is_ses_id(id)) {
		facts->id = true;
		facts->id_region = host_region(host);
		message->ses->message_id = g_strndup(id, ID_LENGTH);
	} else {
		facts->odd_id = true;
	}
}

/* The default sender is the id at amazonses.com, a custom MAIL FROM the id at a
 * domain of the customer's. */
static void
read_sender(Message *message, Facts *facts)
{
	const char *sender = message->envelope->sender;
	const char *host = sender ? domain_of_address(sender) : NULL;

	if (!host || host - sender != ID_LENGTH + 1 || !is_ses_id(sender))
		return;
	facts->envelope = true;
	if (!domain_is_under(host, "amazonses.com"))
		message->ses->mail_from = g_ascii_strdown(host, -1);
}

static void
read_authentication(const Message *message, Facts *facts)
{
	for (size_t d = 0; d < G_N_ELEMENTS(signing_domains); d++)
		facts->authenticated = facts->authenticated ||
			dkim_passed(message, signing_domains[d]) ||
			auth_dkim_passed(message, signing_domains[d]);
}

/* ---- do they hold together ---- */

static void G_GNUC_PRINTF(2, 3) inconsistent(Message *message, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(message->ses->inconsistencies, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static void
check_regions(Message *message, const Facts *facts)
{
	const char *code = message->ses->message_id ? code_region(message->ses->message_id) : NULL;

	if (facts->id && facts->feedback && strcmp(facts->id_region, facts->feedback_region) != 0)
		inconsistent(message, "Message-ID is of %s, Feedback-ID of %s", facts->id_region,
			facts->feedback_region);
	if (facts->id && code && strcmp(code, facts->id_region) != 0)
		inconsistent(message, "Message-ID begins with the code of %s, its host is of %s",
			code, facts->id_region);
}

static void
check_addresses(Message *message, const Facts *facts)
{
	if (facts->outgoing && facts->hop_ip && strcmp(facts->outgoing_ip, facts->hop_ip) != 0)
		inconsistent(message, "X-SES-Outgoing names %s, the hop came from %s",
			facts->outgoing_ip, facts->hop_ip);
	if (facts->outgoing && !facts->fabric && !ses_owns_address(facts->outgoing_ip))
		inconsistent(message, "X-SES-Outgoing names %s, which is not Amazon SES's",
			facts->outgoing_ip);
	if (facts->forged_hop) {
		g_autofree char *client = hop_client(facts->forged_hop);

		inconsistent(message,
			"a server bears a name of Amazon's that is not its address: %s", client);
	}
}

static void
check_days(Message *message, const Facts *facts)
{
	g_autofree char *milliseconds = NULL;
	int64_t day;

	if (!facts->outgoing || !facts->id)
		return;
	milliseconds = g_strndup(message->ses->message_id + 4, 12);
	day = (int64_t)(g_ascii_strtoull(milliseconds, NULL, 16) / 1000 / DAY);
	if (ABS(day - facts->outgoing_day) > SLACK_DAYS)
		inconsistent(message,
			"Message-ID and X-SES-Outgoing are %" G_GINT64_FORMAT " days apart",
			ABS(day - facts->outgoing_day));
}

static SesClass
classify(const Message *message, const Facts *facts)
{
	bool marks = facts->outgoing && facts->feedback;
	bool marked = marks || facts->signature || facts->id;
	bool consistent = message->ses->inconsistencies->len == 0;

	if ((facts->hop || facts->authenticated) && marked)
		return SES_CONFIRMED;
	/* Anybody can write a hop below the boundary: it is one more mark. */
	if (consistent &&
		((marks && (facts->signature || facts->id)) || (facts->relayed && marked)))
		return SES_LIKELY;
	if (facts->forged_hop || facts->odd_id || facts->hop_ip || facts->outgoing ||
		facts->feedback || facts->signature || facts->id || facts->envelope)
		return SES_CLAIMED;
	return SES_NONE;
}

void
ses_read(Message *message)
{
	SesOrigin *ses = message->ses;
	const char *set = message_header(message, "X-SES-Configuration-Set");
	g_auto(Facts) facts = { 0 };

	read_hops(message, &facts);
	read_outgoing(message, &facts);
	read_feedback(message, &facts);
	read_signatures(message, &facts);
	read_message_id(message, &facts);
	read_sender(message, &facts);
	read_authentication(message, &facts);
	check_regions(message, &facts);
	check_addresses(message, &facts);
	check_days(message, &facts);

	ses->class = classify(message, &facts);
	ses->config_set = g_strdup(set);
	ses->account_signed = facts.feedback && is_account_signed(message);
	if (ses->class != SES_NONE) {
		ses->region = g_strdup(facts.feedback ? facts.feedback_region : facts.id_region);
		ses->ip = g_strdup(facts.hop_ip ? facts.hop_ip : facts.outgoing_ip);
	}
}

const char *
ses_class_name(SesClass class)
{
	static const char *const names[SES_CLASSES] = {
		[SES_NONE] = "none",
		[SES_CLAIMED] = "claimed",
		[SES_LIKELY] = "likely",
		[SES_CONFIRMED] = "confirmed",
	};

	g_assert(class < SES_CLASSES);
	return names[class];
}
