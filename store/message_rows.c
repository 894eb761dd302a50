#include "store/message_rows.h"

#include <string.h>

#include "mail/digest.h"
#include "store/apply.h"
#include "store/campaign_rows.h"
#include "store/history_rows.h"
#include "store/json.h"
#include "store/message_bytes.h"
#include "store/message_links.h"
#include "store/message_sql.h"

enum {
	CLOCK_AHEAD = 24 * 60 * 60, /* how far a gateway's clock may run before ours */
};

static bool
is_destination(const Message *message, const Link *link)
{
	return link->domain && !(link->flags & LINK_IMAGE) &&
		g_strcmp0(link->domain, message->from_domain) != 0;
}

/* The domain most links lead to that is not the sender's own; the first among equals. */
static const char *
link_domain(const Message *message)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
	const char *best = NULL;
	int most = 0;

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (is_destination(message, link))
			g_hash_table_replace(counts, link->domain,
				GINT_TO_POINTER(1 +
					GPOINTER_TO_INT(
						g_hash_table_lookup(counts, link->domain))));
	}
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		int count = 0;

		if (is_destination(message, link))
			count = GPOINTER_TO_INT(g_hash_table_lookup(counts, link->domain));
		if (count > most) {
			most = count;
			best = link->domain;
		}
	}
	return best;
}

/* A sender writes the Received fields it pretends to have passed: a time to come
 * would keep its message on top of every list. */
static int64_t
received_at(const Arrival *arrival)
{
	int64_t received = arrival->message->received;

	return received > 0 && received <= arrival->now + CLOCK_AHEAD ? received : arrival->now;
}

static const char *
or_empty(const char *text)
{
	return text ? text : "";
}

static void
bind_origin(const SesOrigin *ses, sqlite3_stmt *stmt)
{
	db_bind_int(stmt, ":ses", ses->class);
	db_bind_int(stmt, ":account_signed", ses->account_signed);
	db_bind_text(stmt, ":region", ses->region);
	db_bind_text(stmt, ":account", ses->account);
	db_bind_text(stmt, ":ip", ses->ip);
	db_bind_text(stmt, ":config_set", ses->config_set);
	db_bind_text(stmt, ":tracking_label", ses->tracking_label);
	db_bind_text(stmt, ":mail_from", ses->mail_from);
	db_bind_text(stmt, ":ses_id", ses->message_id);
}

static void
bind_verdict(const Addition *add, sqlite3_stmt *stmt)
{
	const Finding *top = add->findings->len ? g_ptr_array_index(add->findings, 0) : NULL;

	db_bind_int(stmt, ":score", add->score);
	db_bind_text(stmt, ":top_finding", top ? top->text : NULL);
}

static void
bind_texts(const Message *message, sqlite3_stmt *stmt)
{
	db_bind_text(stmt, ":subject", message->subject);
	db_bind_text(stmt, ":from_address", message->from->address);
	db_bind_text(stmt, ":from_name", or_empty(message->from->name));
	db_bind_text(stmt, ":domain", or_empty(message->from_domain));
	db_bind_text(stmt, ":reply_to", message->reply_to ? message->reply_to->address : NULL);
	db_bind_text(stmt, ":reply_name", message->reply_to ? message->reply_to->name : NULL);
	db_bind_text(stmt, ":header_to", message->to);
	db_bind_text(stmt, ":identity_domain", message->account_domain);
	db_bind_text(stmt, ":message_id", message->message_id);
	db_bind_text(stmt, ":link_domain", link_domain(message));
}

/* What reading it found. */
static void
bind_reading(const Addition *add, sqlite3_stmt *stmt)
{
	const Message *message = add->message;

	db_bind_int(stmt, ":id", add->id);
	db_bind_int(stmt, ":date", message->date);
	db_bind_int(stmt, ":authenticated", message->authenticated);
	db_bind_int(stmt, ":links", message->links->len);
	db_bind_int(stmt, ":attachments", message->attachments->len);
	db_bind_int(stmt, ":basis", add->basis);
	bind_verdict(add, stmt);
	bind_texts(message, stmt);
	bind_origin(message->ses, stmt);
}

/* How it came. */
static void
bind_arrival(const Addition *add, sqlite3_stmt *stmt)
{
	int64_t received = received_at(add->arrival);

	db_bind_int(stmt, ":raw", add->raw);
	db_bind_int(stmt, ":campaign", add->campaign);
	db_bind_int(stmt, ":ord", message_order(add->score, received, add->id));
	db_bind_int(stmt, ":received", received);
	db_bind_int(stmt, ":imported", add->arrival->now);
	db_bind_int(stmt, ":size", (int64_t)g_bytes_get_size(add->arrival->raw));
	db_bind_blob(stmt, ":sha256", add->arrival->sha256, DIGEST_SIZE);
	db_bind_blob(stmt, ":envelope", add->envelope, ENVELOPE_DIGEST);
	db_bind_text(stmt, ":sender", add->arrival->envelope->sender);
	db_bind_text(stmt, ":source", add->arrival->source);
}

static bool
add_message(Addition *add, GError **error)
{
	static const char sql[] =
		"INSERT INTO message (id, raw, sha256, envelope, ord, score, received, imported,"
		" date, subject, from_address, from_name, domain, reply_to, reply_name, sender,"
		" header_to, ses, region, account, account_signed, identity_domain, authenticated,"
		" ip, config_set, message_id, tracking_label, mail_from, ses_id, size, campaign,"
		" source, links, attachments, link_domain, top_finding, basis, apart)"
		" VALUES (:id, :raw, :sha256, :envelope, :ord, :score, :received, :imported,"
		" :date, :subject, :from_address, :from_name, :domain, :reply_to, :reply_name,"
		" :sender, :header_to, :ses, :region, :account, :account_signed, :identity_domain,"
		" :authenticated, :ip, :config_set, :message_id, :tracking_label, :mail_from,"
		" :ses_id, :size, :campaign, :source, :links, :attachments, :link_domain,"
		" :top_finding, :basis, 1)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);

	if (!stmt)
		return false;
	bind_reading(add, stmt);
	bind_arrival(add, stmt);
	return db_run(add->store, stmt, error);
}

static bool
add_recipients(Addition *add, GError **error)
{
	static const char sql[] = "INSERT INTO recipient (message, position, address)"
				  " VALUES (:message, :position, :address)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);
	const GPtrArray *recipients = add->arrival->envelope->recipients;

	if (!stmt)
		return false;
	for (guint i = 0; i < recipients->len; i++) {
		db_bind_int(stmt, ":message", add->id);
		db_bind_int(stmt, ":position", i);
		db_bind_text(stmt, ":address", g_ptr_array_index(recipients, i));
		if (!db_run(add->store, stmt, error))
			return false;
	}
	return true;
}

static char *
texts_json(const GPtrArray *texts)
{
	g_autoptr(json_t) array = texts->len > 0 ? json_texts(texts) : NULL;

	return array ? json_line(array) : g_strdup("[]");
}

static bool
add_attachments(Addition *add, GError **error)
{
	static const char sql[] =
		"INSERT INTO attachment (message, position, path, name, declared, detected, size,"
		" sha256, flags, inside) VALUES (:message, :position, :path, :name, :declared,"
		" :detected, :size, :sha256, :flags, :inside)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);

	if (!stmt)
		return false;
	for (guint i = 0; i < add->message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(add->message->attachments, i);
		g_autofree char *inside =
			attachment->inside->len ? texts_json(attachment->inside) : NULL;

		db_bind_int(stmt, ":message", add->id);
		db_bind_int(stmt, ":position", i);
		db_bind_text(stmt, ":path", attachment->path);
		db_bind_text(stmt, ":name", attachment->name);
		db_bind_text(stmt, ":declared", or_empty(attachment->declared));
		db_bind_text(stmt, ":detected", or_empty(attachment->detected));
		db_bind_int(stmt, ":size", attachment->size);
		db_bind_text(stmt, ":sha256", attachment->sha256);
		db_bind_int(stmt, ":flags", attachment->flags);
		db_bind_text(stmt, ":inside", inside ? inside : "[]");
		if (!db_run(add->store, stmt, error))
			return false;
	}
	return true;
}

static bool
add_findings(Addition *add, GError **error)
{
	static const char sql[] =
		"INSERT INTO finding (message, position, id, weight, text, evidence, place)"
		" VALUES (:message, :position, :id, :weight, :text, :evidence, :place)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);

	if (!stmt)
		return false;
	for (guint i = 0; i < add->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(add->findings, i);

		db_bind_int(stmt, ":message", add->id);
		db_bind_int(stmt, ":position", i);
		db_bind_text(stmt, ":id", finding->id);
		db_bind_int(stmt, ":weight", finding->weight);
		db_bind_text(stmt, ":text", finding->text);
		db_bind_text(stmt, ":evidence", or_empty(finding->evidence));
		db_bind_text(stmt, ":place", or_empty(finding->where));
		if (!db_run(add->store, stmt, error))
			return false;
	}
	return true;
}

static bool
find_basis(Addition *add, const char *digest, GError **error)
{
	static const char sql[] = "SELECT id FROM basis WHERE digest = :digest";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);
	Step step;

	if (!stmt)
		return false;
	db_bind_text(stmt, ":digest", digest);
	step = db_step(add->store, stmt, error);
	add->basis = step == STEP_ROW ? db_int(stmt, 0) : 0;
	return step != STEP_ERROR;
}

static bool
add_basis(Addition *add, const char *digest, GError **error)
{
	static const char sql[] = "INSERT INTO basis (digest) VALUES (:digest)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);

	if (!stmt)
		return false;
	db_bind_text(stmt, ":digest", digest);
	if (!db_run(add->store, stmt, error))
		return false;
	add->basis = db_last_id(add->store);
	return true;
}

/* What its verdict rests on; 0 is unknown. */
static bool
name_basis(Addition *add, GError **error)
{
	const char *digest = add->arrival->basis;

	return !digest ||
		(find_basis(add, digest, error) &&
			(add->basis != 0 || add_basis(add, digest, error)));
}

/* ---- all of it ---- */

void
addition_clear(Addition *add)
{
	g_clear_pointer(&add->findings, g_ptr_array_unref);
}

static bool
add_to_campaign(Addition *add, const GArray *edges, GError **error)
{
	g_auto(CampaignEntry) entry = { 0 };

	if (!campaign_enter(add->store, add->message, edges, &entry, error))
		return false;
	add->campaign = entry.campaign;
	return add_message(add, error) && campaign_bind(add->store, add->id, &entry, error);
}

static bool
judge_and_add(Addition *add, GError **error)
{
	g_autoptr(GArray) edges = campaign_find_edges(add->store, add->message, error);

	return edges && history_judge_addition(add, edges, received_at(add->arrival), error) &&
		add_to_campaign(add, edges, error);
}

bool
message_rows_add(Addition *add, GError **error)
{
	return (add->raw != 0 || message_add_raw(add, error)) && name_basis(add, error) &&
		judge_and_add(add, error) && add_recipients(add, error) &&
		message_add_body(add, error) && message_add_links(add, error) &&
		add_attachments(add, error) && add_findings(add, error) &&
		history_enter(add->store, add->id, add->findings, error) &&
		history_judge_listed(add, received_at(add->arrival), error) &&
		rules_apply(add->store, add->id, add->arrival, error);
}

static bool
update_message(Addition *add, GError **error)
{
	/* The score stands in the top of ord: message_order(). */
	static const char sql[] =
		"UPDATE message SET score = :score, ord = (:score << 56) | arrived, date = :date,"
		" subject = :subject, from_address = :from_address, from_name = :from_name,"
		" domain = :domain, reply_to = :reply_to, reply_name = :reply_name,"
		" header_to = :header_to, ses = :ses, region = :region, account = :account,"
		" account_signed = :account_signed, identity_domain = :identity_domain,"
		" authenticated = :authenticated, ip = :ip, config_set = :config_set,"
		" message_id = :message_id, tracking_label = :tracking_label,"
		" mail_from = :mail_from, ses_id = :ses_id, links = :links,"
		" attachments = :attachments, link_domain = :link_domain,"
		" top_finding = :top_finding, basis = :basis WHERE id = :id";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);

	if (!stmt)
		return false;
	bind_reading(add, stmt);
	return db_run(add->store, stmt, error);
}

static const char remove_findings[] = "DELETE FROM finding WHERE message = :id";

static bool
remove_rows(Addition *add, GError **error)
{
	static const char body[] = "DELETE FROM body WHERE message = :id";
	static const char attachments[] = "DELETE FROM attachment WHERE message = :id";

	return db_run_id(add->store, body, add->id, error) && message_remove_links(add, error) &&
		db_run_id(add->store, attachments, add->id, error) &&
		db_run_id(add->store, remove_findings, add->id, error);
}

static bool
read_received(Addition *add, int64_t *received, GError **error)
{
	static const char sql[] = "SELECT received FROM message WHERE id = :id";
	g_autoptr(Kept) select = db_kept(add->store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":id", add->id);
	if (!db_row(add->store, select, error))
		return false;
	*received = db_int(select, 0);
	return true;
}

static bool
judge_again(Addition *add, int64_t received, GError **error)
{
	g_autoptr(GArray) edges = campaign_find_edges(add->store, add->message, error);

	return edges && history_judge_addition(add, edges, received, error);
}

bool
message_rows_replace(Addition *add, GError **error)
{
	int64_t received;

	return name_basis(add, error) && history_leave(add->store, add->id, error) &&
		read_received(add, &received, error) && judge_again(add, received, error) &&
		update_message(add, error) && remove_rows(add, error) &&
		message_add_body(add, error) && message_add_links(add, error) &&
		add_attachments(add, error) && add_findings(add, error) &&
		campaign_let_go(add->store, add->id, add->message, error) &&
		history_enter(add->store, add->id, add->findings, error) &&
		history_judge_listed(add, received, error);
}

bool
message_rows_rejudge(Addition *add, GError **error)
{
	static const char sql[] = "UPDATE message SET score = :score,"
				  " ord = (:score << 56) | arrived, top_finding = :top_finding"
				  " WHERE id = :id";
	g_autoptr(Kept) update = db_kept(add->store, sql, error);

	if (!update)
		return false;
	bind_verdict(add, update);
	db_bind_int(update, ":id", add->id);
	return db_run(add->store, update, error) &&
		db_run_id(add->store, remove_findings, add->id, error) && add_findings(add, error);
}
