#include "mail/edge.h"

#include <string.h>

#include "mail/kit.h"

enum {
	LEAST_FILE = 64,          /* bytes: what is shorter many write alike */
	LEAST_PICTURE = 20 * 1024 /* a smaller one is a logo, which lures copy from the real mail */
};

const EdgeKindName edge_kind_names[EDGE_KINDS] = {
	[EDGE_ACCOUNT] = { "account", "sent by account" },
	[EDGE_CLAIMED_ACCOUNT] = { "claimed-account", "claim account" },
	[EDGE_SENDER] = { "sender", "sent by" },
	[EDGE_LINK] = { "link", "lead to" },
	[EDGE_ATTACHMENT] = { "attachment", "carry the file" },
	[EDGE_SUBJECT] = { "subject", "are titled" },
	[EDGE_TEXT] = { "text", "say the same" },
	[EDGE_KIT] = { "kit", "bear the kit's header" },
	[EDGE_PERSON] = { "joined", "were joined by" },
};

void
edge_free(Edge *edge)
{
	if (!edge)
		return;
	g_free(edge->value);
	g_free(edge);
}

void
message_add_edge(Message *message, EdgeKind kind, const char *value)
{
	g_autofree char *kept = finding_quote(value, EDGE_MAX_VALUE);
	int of_kind = 0;
	Edge *edge;

	for (guint i = 0; i < message->edges->len; i++) {
		const Edge *other = g_ptr_array_index(message->edges, i);

		of_kind += other->kind == kind;
		if (other->kind == kind && g_str_equal(other->value, kept))
			return;
	}
	if (of_kind >= EDGE_MAX_OF_KIND || !*kept)
		return;
	edge = g_new0(Edge, 1);
	edge->kind = kind;
	edge->value = g_steal_pointer(&kept);
	g_ptr_array_add(message->edges, edge);
}

/* Anybody can claim to be an account: claims never stand with what is proven, and an
 * account that no signature covers binds nothing. */
static void
edges_of_account(Message *message)
{
	const SesOrigin *ses = message->ses;

	if (!ses->account)
		return;
	if (ses->account_signed && message->account_domain && message->authenticated) {
		g_autofree char *sender =
			g_strdup_printf("%s %s", ses->account, message->account_domain);

		message_add_edge(message, EDGE_SENDER, sender);
	}
	if (ses->account_signed)
		message_add_edge(message, EDGE_ACCOUNT, ses->account);
	else if (ses_account_signature(message))
		message_add_edge(message, EDGE_CLAIMED_ACCOUNT, ses->account);
}

/* Observed on lures of eight accounts: an invoice or an invitation of no bytes. */
static const char *
empty_document(const Attachment *attachment)
{
	const char *dot = attachment->name ? strrchr(attachment->name, '.') : NULL;

	if (attachment->size > 0 || !dot)
		return NULL;
	if (g_ascii_strcasecmp(dot, ".pdf") == 0)
		return "empty PDF";
	return g_ascii_strcasecmp(dot, ".ics") == 0 ? "empty invitation" : NULL;
}

bool
edge_file_binds(const char *detected, int64_t size)
{
	bool picture = detected && g_str_has_prefix(detected, "image/");

	return size >= (picture ? LEAST_PICTURE : LEAST_FILE);
}

static void
edges_of_attachments(Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		const char *empty = empty_document(attachment);

		if (empty)
			message_add_edge(message, EDGE_ATTACHMENT, empty);
		else if (edge_file_binds(attachment->detected, attachment->size))
			message_add_edge(message, EDGE_ATTACHMENT, attachment->sha256);
	}
}

static void
edge_of_kit(Message *message)
{
	const char *field = kit_header(message);

	if (field)
		message_add_edge(message, EDGE_KIT, field);
}

void
message_find_edges(Message *message, const Site *site)
{
	g_ptr_array_set_size(message->edges, 0);
	edges_of_account(message);
	edges_of_links(message, site);
	edges_of_attachments(message);
	edges_of_texts(message, site);
	edge_of_kit(message);
}
