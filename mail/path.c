#include "mail/path.h"

#include "mail/message.h"
#include "mail/received.h"

const HopFlagName hop_flag_names[] = {
	{ HOP_INSIDE, "inside" },
	{ HOP_BOUNDARY, "boundary" },
	{ HOP_SES, "ses" },
	{ HOP_FORGED, "forged" },
	{ HOP_BACKWARDS, "backwards" },
	{ HOP_BROKEN, "broken" },
	{ 0, NULL },
};

static Hop *
hop_parse(const char *value, int field)
{
	g_autoptr(Received) received = received_parse(value);
	const char *from = received->rdns ? received->rdns : received->helo;
	Hop *hop = g_new0(Hop, 1);

	hop->from = g_strdup(from ? from : "");
	hop->ip = g_strdup(received->ip);
	hop->by = g_strdup(received->by ? received->by : "");
	hop->date = received->date;
	hop->flags = ses_is_egress(received) ? HOP_SES : 0;
	hop->field = field;
	return hop;
}

void
path_read(Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, "Received") == 0)
			g_ptr_array_add(message->hops, hop_parse(field->value, (int)i));
	}
}
