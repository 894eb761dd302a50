#include "mail/path.h"

#include <arpa/inet.h>
#include <string.h>

#include "mail/domain.h"
#include "mail/message.h"
#include "mail/received.h"

enum {
	CLOCK_ERROR = 300, /* seconds that clocks of honest servers differ by at most */
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
};

const char path_boundary_line[] = "—— outside: what stands below is claimed ——";

const HopFlagName hop_flag_names[] = {
	{ HOP_INSIDE, "inside" },
	{ HOP_BOUNDARY, "boundary" },
	{ HOP_SES, "ses" },
	{ HOP_FORGED, "forged" },
	{ HOP_BACKWARDS, "backwards" },
	{ HOP_BROKEN, "broken" },
	{ 0, NULL },
};

/* ---- whose machine is it ---- */

/* @ip is on the server itself. */
static bool
is_loopback(const char *ip)
{
	return g_str_has_prefix(ip, "127.") || strcmp(ip, "::1") == 0;
}

/* Loopback, link-local, private (RFC 1918, RFC 4193): a machine inside some house. */
static bool
is_private(const char *ip)
{
	static const char *const ranges[] = { "10.", "192.168.", "169.254.", "fe80:", "fc", "fd" };
	int second = 0;

	if (is_loopback(ip))
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		if (g_ascii_strncasecmp(ip, ranges[i], strlen(ranges[i])) == 0)
			return true;
	}
	if (!g_str_has_prefix(ip, "172."))
		return false;
	second = (int)g_ascii_strtoll(ip + 4, NULL, 10);
	return second >= 16 && second <= 31;
}

static bool
is_exchange_online(const char *host)
{
	static const char *const domains[] = { "outlook.com", "office365.com", "exchangelabs.com" };
	bool any = false;

	for (size_t i = 0; host && i < G_N_ELEMENTS(domains); i++)
		any = any || domain_is_under(host, domains[i]);
	return any;
}

/* Exchange Online writes what a client called itself and its address, no verified name.
 * Its own machines talk to each other from these (observed, 900 hops). */
static const char *const exchange_ranges[] = {
	"2603:1026::/32",
	"2603:1036::/32",
	"2603:1096::/32",
	"2603:10a6::/32",
	"2603:10b6::/32",
	"2603:10c6::/32",
	"2603:10d6::/32",
	"2a01:111::/32",
};

/* How many @bytes the address in @text has: 4, 16, or 0 when it is none. */
static size_t
address_bytes(const char *text, uint8_t bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

static bool
same_bits(const uint8_t *a, const uint8_t *b, guint64 bits)
{
	guint64 whole = bits / 8;
	int rest = 8 - (int)(bits % 8);

	return memcmp(a, b, whole) == 0 && (rest == 8 || (a[whole] ^ b[whole]) >> rest == 0);
}

/* @range is an address, or one with a prefix length: "2001:db8::/32". */
static bool
is_in_range(const char *ip, const char *range)
{
	g_auto(GStrv) parts = g_strsplit(range, "/", 2);
	uint8_t address[16];
	uint8_t base[16];
	size_t size = address_bytes(ip, address);
	guint64 bits = 8 * size;

	if (size == 0 || !parts[0] || address_bytes(parts[0], base) != size)
		return false;
	if (parts[1] && !g_ascii_string_to_unsigned(parts[1], 10, 0, 8 * size, &bits, NULL))
		return false;
	return same_bits(address, base, bits);
}

static bool
is_exchange_machine(const Received *hop)
{
	for (size_t i = 0; hop->ip && i < G_N_ELEMENTS(exchange_ranges); i++) {
		if (is_in_range(hop->ip, exchange_ranges[i]))
			return is_exchange_online(hop->helo) && is_exchange_online(hop->by);
	}
	return false;
}

/* What a client calls itself never says whose it is; its verified name may. */
static bool
is_listed(const Received *hop, const char *const *own_hosts)
{
	for (; *own_hosts; own_hosts++) {
		if (hop->rdns && domain_is_under(hop->rdns, *own_hosts))
			return true;
		if (hop->ip && is_in_range(hop->ip, *own_hosts))
			return true;
	}
	return false;
}

/* The client looks like another machine of the house that the server stands in. */
static bool
looks_inside(const Received *hop)
{
	if ((hop->ip && is_private(hop->ip)) || is_exchange_machine(hop))
		return true;
	return hop->rdns && hop->by && domain_same_org(hop->rdns, hop->by);
}

/* Of a hop that one of the receiver's servers wrote: so was its client. */
static bool
is_inside(const Received *hop, const Site *site)
{
	/* A program on the same machine. */
	if ((!hop->ip && !hop->helo) || (hop->ip && is_loopback(hop->ip)))
		return true;
	if (site && site->own_hosts && *site->own_hosts)
		return is_listed(hop, site->own_hosts);
	return looks_inside(hop);
}

/* ---- one hop ---- */

static Hop *
hop_new(const Received *received, guint field)
{
	const char *from = received->rdns ? received->rdns : received->helo;
	Hop *hop = g_new0(Hop, 1);

	hop->from = g_strdup(from ? from : "");
	hop->helo = g_strdup(received->helo ? received->helo : "");
	hop->ip = g_strdup(received->ip);
	hop->by = g_strdup(received->by ? received->by : "");
	hop->date = received->date;
	hop->field = (int)field;
	if (ses_is_egress(received))
		hop->flags = HOP_SES;
	else if (ses_is_forged(received))
		hop->flags = HOP_FORGED;
	return hop;
}

static Hop *
hop_at(const Message *message, guint index)
{
	return g_ptr_array_index(message->hops, index);
}

static bool
is_field(const Message *message, guint index, const char *name)
{
	const HeaderField *field = g_ptr_array_index(message->headers, index);

	return g_ascii_strcasecmp(field->name, name) == 0;
}

static Received *
received_at(const Message *message, guint index)
{
	const HeaderField *field = g_ptr_array_index(message->headers, index);

	return received_parse(field->value);
}

/* Index of the boundary's field, or how many fields there are. */
static guint
read_received(Message *message, const Site *site)
{
	guint boundary = message->headers->len;

	for (guint i = 0; i < message->headers->len; i++) {
		g_autoptr(Received) received = NULL;
		Hop *hop;

		if (!is_field(message, i, "Received"))
			continue;
		received = received_at(message, i);
		hop = hop_new(received, i);
		if (boundary == message->headers->len && !is_inside(received, site)) {
			boundary = i;
			hop->flags |= HOP_BOUNDARY;
		}
		if (i < boundary)
			hop->flags |= HOP_INSIDE;
		g_ptr_array_add(message->hops, hop);
	}
	return boundary;
}

/* ---- a hop that only X-Received tells of ---- */

/* X-Received of a group relay names Amazon's server, and no Received field does
 * (observed: Google, groups.io). */
static bool
is_only_trace(const Received *received, guint known, const Message *message)
{
	if (!ses_is_egress(received) && !ses_is_forged(received))
		return false;
	for (guint i = 0; i < known; i++) {
		if (g_strcmp0(hop_at(message, i)->ip, received->ip) == 0)
			return false;
	}
	return true;
}

static int
compare_fields(const void *a, const void *b)
{
	const Hop *first = *(Hop *const *)a;
	const Hop *second = *(Hop *const *)b;

	return (first->field > second->field) - (first->field < second->field);
}

static void
read_traces(Message *message, guint boundary)
{
	guint known = message->hops->len;

	for (guint i = 0; i < message->headers->len; i++) {
		g_autoptr(Received) received = NULL;
		Hop *hop;

		if (!is_field(message, i, "X-Received"))
			continue;
		received = received_at(message, i);
		if (!is_only_trace(received, known, message))
			continue;
		hop = hop_new(received, i);
		if (i < boundary && boundary < message->headers->len)
			hop->flags |= HOP_INSIDE;
		g_ptr_array_add(message->hops, hop);
	}
	if (message->hops->len > known)
		g_ptr_array_sort(message->hops, compare_fields);
}

/* ---- does one hop follow from another ---- */

/* A name that outsiders can compare: not "localhost", "mail", "db.internal". */
static bool
is_public_name(const char *name)
{
	return !g_hostname_is_ip_address(name) && domain_has_known_suffix(name);
}

/* @below's server handed the message to @above's.  Where a name or an address says
 * nothing to outsiders they are given the benefit. */
static bool
follows(const Hop *above, const Hop *below)
{
	if (!is_public_name(below->by) || (above->ip && is_private(above->ip)))
		return true;
	if (!is_public_name(above->from) && !is_public_name(above->helo))
		return true;
	if (is_exchange_online(above->from) && is_exchange_online(below->by))
		return true;
	return domain_same_org(above->from, below->by) || domain_same_org(above->helo, below->by);
}

static void
compare_hops(Message *message)
{
	for (guint i = 0; i + 1 < message->hops->len; i++) {
		Hop *above = hop_at(message, i);
		Hop *below = hop_at(message, i + 1);

		if (above->date && below->date)
			above->delay = above->date - below->date;
		if (above->delay < -CLOCK_ERROR)
			above->flags |= HOP_BACKWARDS;
		if (!(below->flags & (HOP_INSIDE | HOP_BOUNDARY)) && !follows(above, below))
			below->flags |= HOP_BROKEN;
	}
}

void
path_read(Message *message, const Site *site)
{
	read_traces(message, read_received(message, site));
	compare_hops(message);
}

/* ---- the trust boundary ---- */

/* Index of the first field below @field that Amazon's server may have passed on from
 * its client: it puts its signatures above all that the client wrote (observed, all
 * SES mail). */
static guint
first_passed_on(const Message *message, guint field)
{
	for (guint i = field + 1; i < message->headers->len; i++) {
		if (is_field(message, i, "DKIM-Signature"))
			return i;
		if (is_field(message, i, "Received"))
			break;
	}
	return field + 1;
}

/* What stands above the boundary was written inside.  Google and milters write their
 * results right below it, where other senders could put theirs too; Amazon's clients
 * can't. */
int
path_first_outside(const Message *message)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = hop_at(message, i);

		if (!(hop->flags & HOP_BOUNDARY))
			continue;
		return hop->flags & HOP_SES ? (int)first_passed_on(message, (guint)hop->field)
					    : hop->field + 1;
	}
	return 0;
}

/* ---- in words ---- */

char *
hop_client(const Hop *hop)
{
	GString *text = g_string_new(*hop->from ? hop->from : "a client without name");

	if (hop->ip)
		g_string_append_printf(text, " [%s]", hop->ip);
	if (*hop->helo && strcmp(hop->helo, hop->from) != 0)
		g_string_append_printf(text, " that called itself %s", hop->helo);
	return g_string_free(text, FALSE);
}

typedef struct Remark {
	uint32_t has, lacks; /* of HopFlag */
	const char *text;
} Remark;

static const Remark remarks[] = {
	{ HOP_INSIDE, 0, "inside" },
	{ HOP_BOUNDARY, 0, "took it from outside" },
	{ HOP_SES | HOP_INSIDE, 0, "Amazon's server, proven: its name is its address" },
	{ HOP_SES | HOP_BOUNDARY, 0, "Amazon's server, proven: its name is its address" },
	{ HOP_SES, HOP_INSIDE | HOP_BOUNDARY, "Amazon's server, if the hop is true" },
	{ HOP_FORGED, 0, "forged: Amazon has no such name at this address" },
	{ HOP_BROKEN, 0, "broken: its server is not the client above" },
	{ HOP_BACKWARDS, 0, "backwards: received before it was sent" },
};

char *
hop_remarks(const Hop *hop)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(remarks); i++) {
		if ((hop->flags & remarks[i].has) == remarks[i].has &&
			!(hop->flags & remarks[i].lacks))
			g_string_append_printf(
				text, "%s%s", text->len ? "; " : "", remarks[i].text);
	}
	return g_string_free(text, FALSE);
}

char *
path_delay(const Message *message, guint index)
{
	const Hop *hop = hop_at(message, index);
	int64_t delay = hop->delay;

	if (index + 1 == message->hops->len || !hop->date || !hop_at(message, index + 1)->date)
		return g_strdup("");
	if (ABS(delay) < 2 * (int64_t)MINUTE)
		return g_strdup_printf("%+" G_GINT64_FORMAT " s", delay);
	if (ABS(delay) < 2 * (int64_t)HOUR)
		return g_strdup_printf("%+" G_GINT64_FORMAT " min", delay / MINUTE);
	if (ABS(delay) < 2 * (int64_t)DAY)
		return g_strdup_printf("%+" G_GINT64_FORMAT " h", delay / HOUR);
	return g_strdup_printf("%+" G_GINT64_FORMAT " d", delay / DAY);
}
