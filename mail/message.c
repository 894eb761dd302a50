#include "mail/message.h"

#include <gmime/gmime.h>
#include <string.h>

#include "mail/bytes_lost.h"
#include "mail/detect.h"
#include "mail/domain.h"
#include "mail/edge.h"
#include "mail/envelope.h"
#include "mail/filetype.h"
#include "mail/from_line.h"
#include "mail/header.h"
#include "mail/identity.h"
#include "mail/inside.h"
#include "mail/lookalike.h"
#include "mail/part.h"
#include "mail/received.h"
#include "mail/text.h"
#include "mail/tree.h"

/* GMime defines no cleanups. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InternetAddressList, g_object_unref)

void
message_prepare(void)
{
	tree_prepare();
	text_preload_charsets();
	dkim_prepare();
	filetype_prepare();
	lookalike_prepare();
	inside_prepare();
}

char *
message_parser_version(char **built)
{
	*built = g_strdup_printf(
		"%d.%d.%d", GMIME_MAJOR_VERSION, GMIME_MINOR_VERSION, GMIME_MICRO_VERSION);
	return g_strdup_printf(
		"%u.%u.%u", gmime_major_version, gmime_minor_version, gmime_micro_version);
}

int64_t
message_parse_date(const char *text)
{
	g_autoptr(GDateTime) date = g_mime_utils_header_decode_date(text);

	return date ? g_date_time_to_unix(date) : 0;
}

/* RFC 2047 words decoded; what GMime can't decode stays as it was sent. */
static char *
decode_words(const char *value)
{
	g_autofree char *decoded = NULL;

	if (!strstr(value, "=?"))
		return g_strdup(value);
	decoded = g_mime_utils_header_decode_text(NULL, value);
	return text_utf8(decoded, strlen(decoded));
}

static void
decode_headers(Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		HeaderField *field = g_ptr_array_index(message->headers, i);
		char *decoded = decode_words(field->value);

		g_free(field->value);
		field->value = decoded;
	}
}

/* ---- addresses ---- */

static InternetAddressMailbox *
mailbox_at(InternetAddressList *list, int index)
{
	InternetAddress *address = internet_address_list_get_address(list, index);

	/* A group's first member stands for it; groups in groups are not mail. */
	if (INTERNET_ADDRESS_IS_GROUP(address)) {
		InternetAddressGroup *group = INTERNET_ADDRESS_GROUP(address);
		InternetAddressList *members = internet_address_group_get_members(group);

		if (internet_address_list_length(members) == 0)
			return NULL;
		address = internet_address_list_get_address(members, 0);
	}
	return INTERNET_ADDRESS_IS_MAILBOX(address) ? INTERNET_ADDRESS_MAILBOX(address) : NULL;
}

static char *
clean(const char *text)
{
	return text && *text ? text_utf8(text, strlen(text)) : NULL;
}

/* What stands in the last angle brackets, when that has more than one @ and so is cut
 * by some readers before the first, by others behind the last; NULL if it is an
 * ordinary address.  A route ("<@a,@b:c@d>", RFC 5322 section 4.4) is one of those. */
static char *
odd_address(const char *value)
{
	const char *open = strrchr(value, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	const char *at = close ? memchr(open, '@', (size_t)(close - open)) : NULL;

	if (!at || !memchr(at + 1, '@', (size_t)(close - at - 1)) ||
		memchr(open, '"', (size_t)(close - open)))
		return NULL;
	return g_strndup(open + 1, (size_t)(close - open - 1));
}

/* The first mailbox of @raw; *count is how many it names. */
static Address *
parse_address(const char *raw, int *count)
{
	g_autofree char *value = header_unfold(raw);
	g_autoptr(InternetAddressList) list = internet_address_list_parse(NULL, value);
	InternetAddressMailbox *mailbox = NULL;
	Address *address = g_new0(Address, 1);

	*count = list ? internet_address_list_length(list) : 0;
	if (*count > 0)
		mailbox = mailbox_at(list, 0);
	if (mailbox) {
		address->name = clean(internet_address_get_name(INTERNET_ADDRESS(mailbox)));
		address->address = clean(internet_address_mailbox_get_addr(mailbox));
	}
	if (!address->address)
		address->address = g_strdup("");
	/* What is no address is what the reader sees as the name. */
	if (!address->name && !address->address[0] && value[0])
		address->name = decode_words(value);
	return address;
}

static const HeaderField *
first_field(const Message *message, const char *name)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

static void
read_from(Message *message)
{
	const HeaderField *field = first_field(message, "From");
	g_autofree char *odd = NULL;
	int count = 0;

	if (!field) {
		message_add_defect(message, DEFECT_NO_FROM, "", "header From");
		return;
	}
	address_free(message->from);
	message->from = parse_address(field->raw, &count);
	odd = odd_address(field->value);
	if (odd) {
		g_free(message->from->address);
		message->from->address = g_steal_pointer(&odd);
	}
	if (count > 1)
		message_add_defect(message, DEFECT_SEVERAL_FROM, field->value, "header From");
	message->from_domain = domain_registrable(domain_of_address(message->from->address));
}

/* "<x@y>" without its brackets. */
static char *
bare_id(const char *value)
{
	g_autofree char *copy = g_strstrip(g_strdup(value));
	size_t length = strlen(copy);

	if (length >= 2 && copy[0] == '<' && copy[length - 1] == '>')
		return g_strndup(copy + 1, length - 2);
	return g_steal_pointer(&copy);
}

/* ---- header ---- */

/* The topmost hop wrote its time last and is the nearest to us. */
static int64_t
received_date(const Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		g_autoptr(Received) hop = NULL;

		if (g_ascii_strcasecmp(field->name, "Received") != 0)
			continue;
		hop = received_parse(field->value);
		if (hop->date > 0)
			return hop->date;
	}
	return 0;
}

static void
read_ids_and_times(Message *message)
{
	const char *id = message_header(message, "Message-ID");
	const char *date = message_header(message, "Date");
	const char *subject = message_header(message, "Subject");

	message->message_id = id ? bare_id(id) : NULL;
	message->date = date ? message_parse_date(date) : 0;
	message->received = received_date(message);
	if (subject) {
		g_free(message->subject);
		message->subject = g_strdup(subject);
	}
}

static void
read_to(Message *message)
{
	GString *to = g_string_new(NULL);

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, "To") != 0 &&
			g_ascii_strcasecmp(field->name, "Cc") != 0)
			continue;
		if (to->len)
			g_string_append(to, ", ");
		g_string_append(to, field->value);
	}
	g_free(message->to);
	message->to = g_string_free(to, FALSE);
}

static void
read_header(Message *message, const char *raw, size_t size, const Site *site)
{
	size_t body = 0;
	bool more = false;

	g_ptr_array_unref(message->headers);
	message->headers = header_split(raw, size, &body, &more);
	if (more)
		message_add_defect(message, DEFECT_TOO_MANY_HEADERS, "", "header");
	decode_headers(message);
	header_check(message);
	header_check_lines(message, raw, body);
	header_check_doubts(message);
	read_from(message);
	read_ids_and_times(message);
	read_to(message);
	path_read(message, site);
	dkim_read(message, raw, size, site);
	auth_read(message, site);
	envelope_read(message);
	ses_read(message);
	if (first_field(message, "Reply-To")) {
		int count = 0;

		message->reply_to = parse_address(first_field(message, "Reply-To")->raw, &count);
	}
}

Message *
message_read(const char *raw, size_t size, const Site *site, MessageDepth depth)
{
	Message *message = message_new();
	size_t before = from_line_length(raw, size);

	raw += before;
	size -= before;
	tree_prepare();
	read_header(message, raw, size, site);
	if (depth == MESSAGE_FULL) {
		tree_read(message, raw, size);
		part_read_all(message, site);
	}
	if (depth != MESSAGE_FULL || message_may_hide(message))
		part_scan(message, raw, size, "the whole message");
	bytes_lost_check(message, raw, size);
	identity_read(message);
	message_judge(message, site);
	message_find_edges(message, site);
	return message;
}

GBytes *
message_extract(const char *raw, size_t size, const char *path)
{
	g_autoptr(Message) message = message_new();
	size_t before = from_line_length(raw, size);

	tree_prepare();
	tree_read(message, raw + before, size - before);
	for (guint i = 0; i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);

		if (strcmp(part->path, path) == 0)
			return g_bytes_ref(part->body);
	}
	return NULL;
}
