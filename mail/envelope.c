#include "mail/envelope.h"

#include <string.h>

#include "mail/address.h"
#include "mail/domain.h"

/* Which fields a gateway leaves, best first: what amavis writes names the whole
 * envelope, X-Original-To is what RCPT TO said before aliases, Delivered-To what
 * became of it.  A quarantine's own Delivered-To is no recipient where
 * X-Envelope-To stands as well (observed: amavis). */
static const char *const recipient_fields[] = {
	"X-Envelope-To",
	"X-Original-To",
	"Delivered-To",
};
static const char *const sender_fields[] = {
	"X-Envelope-From",
	"Return-Path",
};

/* What a gateway wrote may be cut, and it writes whole addresses. */
static bool
is_envelope_address(const char *address)
{
	return strchr(address, '@') && !address_fault(address);
}

static char *
bare_address(const char *value)
{
	g_autofree char *copy = g_strstrip(g_strdup(value));
	size_t length = strlen(copy);

	if (length >= 2 && copy[0] == '<' && copy[length - 1] == '>')
		return g_strndup(copy + 1, length - 2);
	return g_steal_pointer(&copy);
}

/* The address in @value, "" for the null sender, NULL when it is none. */
static char *
sender_of(const char *value)
{
	g_autofree char *bare = bare_address(value);

	return !bare[0] || is_envelope_address(bare) ? g_steal_pointer(&bare) : NULL;
}

static void
add_recipients(Envelope *envelope, const char *value)
{
	g_auto(GStrv) addresses = g_strsplit(value, ",", 1000);

	for (char **address = addresses; *address; address++) {
		g_autofree char *bare = bare_address(*address);

		if (is_envelope_address(bare))
			g_ptr_array_add(envelope->recipients, g_steal_pointer(&bare));
	}
}

static const HeaderField *
field_at(const Message *message, guint index)
{
	return g_ptr_array_index(message->headers, index);
}

/* The block above the first Received field is the gateway's own: what a list or a
 * sender put below it is not this envelope.  Without any hop nothing came from
 * outside: the block is the whole header. */
static guint
own_fields(const Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		if (g_ascii_strcasecmp(field_at(message, i)->name, "Received") == 0)
			return i;
	}
	return message->headers->len;
}

static void
read_recipients(Message *message, guint own)
{
	Envelope *envelope = message->envelope;

	for (size_t f = 0; f < G_N_ELEMENTS(recipient_fields) && envelope->recipients->len == 0;
		f++) {
		for (guint i = 0; i < own; i++) {
			if (g_ascii_strcasecmp(field_at(message, i)->name, recipient_fields[f]) ==
				0)
				add_recipients(envelope, field_at(message, i)->value);
		}
	}
	envelope_drop_doubles(envelope);
}

static char *
own_sender(const Message *message, guint own)
{
	for (size_t f = 0; f < G_N_ELEMENTS(sender_fields); f++) {
		for (guint i = 0; i < own; i++) {
			char *sender = NULL;

			if (g_ascii_strcasecmp(field_at(message, i)->name, sender_fields[f]) == 0)
				sender = sender_of(field_at(message, i)->value);
			if (sender)
				return sender;
		}
	}
	return NULL;
}

/* Index of the hop that took the message from outside; 0 if there is none. */
static int
boundary_field(const Message *message)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);

		if (hop->flags & HOP_BOUNDARY)
			return hop->field;
	}
	return 0;
}

/* A result written inside says that SPF was asked about @domain. */
static bool
spf_saw(const Message *message, const char *domain)
{
	int boundary = boundary_field(message);

	for (guint i = 0; domain && i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		if (strcmp(result->method, "spf") == 0 && result->domain &&
			(result->trusted || result->field < boundary) &&
			g_ascii_strcasecmp(result->domain, domain) == 0)
			return true;
	}
	return false;
}

/* Exchange Online puts Return-Path below all that the sender wrote (observed).  There a
 * sender could have put one too, so it counts when it is the only one and names the
 * domain that the receiver's own SPF result is about. */
static char *
vouched_sender(const Message *message)
{
	const char *value = NULL;
	g_autofree char *sender = NULL;

	for (guint i = 0; i < message->headers->len; i++) {
		if (g_ascii_strcasecmp(field_at(message, i)->name, "Return-Path") != 0)
			continue;
		if (value)
			return NULL;
		value = field_at(message, i)->value;
	}
	sender = value ? sender_of(value) : NULL;
	return sender && spf_saw(message, domain_of_address(sender)) ? g_steal_pointer(&sender)
								     : NULL;
}

void
envelope_read(Message *message)
{
	guint own = own_fields(message);

	read_recipients(message, own);
	message->envelope->sender = own_sender(message, own);
	if (!message->envelope->sender)
		message->envelope->sender = vouched_sender(message);
}
