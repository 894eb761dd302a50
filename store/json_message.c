#include "store/export.h"
#include "store/history.h"
#include "store/json.h"

/* Which of the envelope is known from a log alone. */
static json_t *
known_from_log(const MessageLog *log)
{
	json_t *names = json_array();

	if (log && log->sender)
		json_array_append_new(names, json_text("sender"));
	if (log && log->recipients)
		json_array_append_new(names, json_text("recipients"));
	return names;
}

static void
put_log(json_t *object, const MessageLog *log)
{
	json_put_text(object, "queue_id", log ? log->queue_id : NULL);
	json_put_text(object, "client_name", log ? log->client_name : NULL);
	json_put_text(object, "client_ip", log ? log->client_ip : NULL);
	json_put_text(object, "helo", log ? log->helo : NULL);
	json_put(object, "from_log", known_from_log(log));
}

static json_t *
row_object(const MessageRow *row)
{
	json_t *object = json_object();
	json_t *recipients = json_array();

	for (int i = 0; row->recipients && row->recipients[i]; i++)
		json_array_append_new(recipients, json_text(row->recipients[i]));

	json_put_number(object, "id", row->id);
	json_put_text(object, "state", state_name(row->state));
	json_put_number(object, "score", row->score);
	json_put_time(object, "received", row->received);
	json_put_time(object, "date", row->date);
	json_put_text(object, "subject", row->subject);
	json_put_text(object, "from", row->from);
	json_put_text(object, "from_name", row->from_name);
	json_put_text(object, "sender", row->sender);
	json_put(object, "recipients", recipients);
	json_put_text(object, "region", row->region);
	json_put_text(object, "account", row->account);
	json_put_bool(object, "account_signed", row->account_signed);
	json_put_text(object, "ses", ses_class_name(row->ses));
	json_put_text(object, "ip", row->ip);
	json_put_text(object, "config_set", row->config_set);
	json_put_text(object, "message_id", row->message_id);
	json_put_text(object, "sha256", row->sha256);
	json_put_number(object, "size", row->size);
	json_put_id(object, "campaign", row->campaign);
	json_put_text(object, "source", row->source);
	put_log(object, row->log);
	json_put_text(object, "purged", row->purged);
	return object;
}

char *
json_of_row(const MessageRow *row)
{
	g_autoptr(json_t) object = row_object(row);

	return json_line(object);
}

static json_t *
header_object(const void *item)
{
	const HeaderField *field = item;
	json_t *object = json_object();

	json_put_text(object, "name", field->name);
	json_put_text(object, "value", field->value);
	json_put_text(object, "raw", field->raw);
	return object;
}

static json_t *
link_flags(uint32_t flags)
{
	json_t *names = json_array();

	for (int i = 0; link_flag_names[i].name; i++) {
		if (flags & link_flag_names[i].flag)
			json_array_append_new(names, json_text(link_flag_names[i].name));
	}
	return names;
}

static json_t *
link_object(const void *item)
{
	const Link *link = item;
	json_t *object = json_object();

	json_put_text(object, "text", link->text);
	json_put_text(object, "url", link->url);
	json_put(object, "chain", json_texts(link->chain));
	json_put_text(object, "final", link->final);
	json_put_text(object, "domain", link->domain);
	json_put(object, "flags", link_flags(link->flags));
	json_put(object, "services", json_texts(link->services));
	json_put_text(object, "where", link->where);
	return object;
}

static json_t *
attachment_flags(uint32_t flags)
{
	json_t *names = json_array();

	for (const AttachmentFlagName *row = attachment_flag_names; row->name; row++) {
		if (flags & row->flag)
			json_array_append_new(names, json_text(row->name));
	}
	return names;
}

static json_t *
attachment_object(const void *item)
{
	const Attachment *attachment = item;
	json_t *object = json_object();

	json_put_text(object, "name", attachment->name);
	json_put_text(object, "declared", attachment->declared);
	json_put_text(object, "detected", attachment->detected);
	json_put_number(object, "size", attachment->size);
	json_put_text(object, "sha256", attachment->sha256);
	json_put(object, "flags", attachment_flags(attachment->flags));
	json_put(object, "inside", json_texts(attachment->inside));
	json_put_text(object, "path", attachment->path);
	return object;
}

static json_t *
finding_object(const void *item)
{
	const Finding *finding = item;
	json_t *object = json_object();

	json_put_text(object, "id", finding->id);
	json_put_number(object, "weight", finding->weight);
	json_put_text(object, "text", finding->text);
	json_put_text(object, "evidence", finding->evidence);
	json_put_text(object, "where", finding->where);
	return object;
}

static json_t *
decision_object(const void *item)
{
	const Decision *decision = item;
	json_t *object = json_object();

	json_put_number(object, "operation", decision->operation);
	json_put_text(object, "kind", decision_name(decision->kind));
	json_put_text(object, "actor", decision->actor);
	json_put_time(object, "at", decision->at);
	json_put_text(object, "reason", decision->reason);
	json_put_text(object, "before", state_name(decision->before));
	json_put_text(object, "after", state_name(decision->after));
	json_put_id(object, "rule", decision->rule);
	return object;
}

static json_t *
auth_object(const void *item)
{
	const AuthResult *result = item;
	json_t *object = json_object();

	json_put_text(object, "authserv_id", result->authserv_id);
	json_put_text(object, "method", result->method);
	json_put_text(object, "result", result->result);
	json_put_text(object, "domain", result->domain);
	json_put_bool(object, "trusted", result->trusted);
	return object;
}

static json_t *
hop_flag_list(uint32_t flags)
{
	json_t *names = json_array();

	for (int i = 0; hop_flag_names[i].name; i++) {
		if (flags & hop_flag_names[i].flag)
			json_array_append_new(names, json_text(hop_flag_names[i].name));
	}
	return names;
}

static json_t *
covered_names(const Signature *signature)
{
	g_auto(GStrv) names = g_strsplit(signature->covered, ":", 0);
	json_t *list = json_array();

	for (char **name = names; *name; name++)
		json_array_append_new(list, json_text(*name));
	return list;
}

static json_t *
signature_object(const void *item)
{
	const Signature *signature = item;
	json_t *object = json_object();

	json_put_text(object, "domain", signature->domain);
	json_put_text(object, "selector", signature->selector);
	json_put_text(object, "result", dkim_result_name(signature->result));
	json_put(object, "covers", covered_names(signature));
	json_put_time(object, "signed_at", signature->signed_at);
	json_put_time(object, "expires", signature->expires);
	json_put_number(object, "bits", signature->bits);
	json_put_number(object, "added", signature->added);
	json_put_text(object, "key", signature->key);
	return object;
}

static json_t *
hop_object(const void *item)
{
	const Hop *hop = item;
	json_t *object = json_object();

	json_put_text(object, "from", hop->from);
	json_put_text(object, "helo", hop->helo);
	json_put_text(object, "ip", hop->ip);
	json_put_text(object, "by", hop->by);
	json_put_time(object, "date", hop->date);
	json_put_number(object, "delay", hop->delay);
	json_put(object, "flags", hop_flag_list(hop->flags));
	return object;
}

static json_t *
text_object(const void *item)
{
	const PartText *text = item;
	json_t *object = json_object();

	json_put_text(object, "path", text->path);
	json_put_text(object, "type", text->type);
	json_put_text(object, "text", text->text);
	return object;
}

static void
put_list(json_t *object, const char *key, const GPtrArray *items, json_t *(*of)(const void *item))
{
	json_t *list = json_array();

	for (guint i = 0; i < items->len; i++)
		json_array_append_new(list, of(g_ptr_array_index(items, i)));
	json_put(object, key, list);
}

static json_t *
key_decision_object(const void *item)
{
	const KeyDecision *decision = item;
	json_t *object = json_object();

	json_put_id(object, "operation", decision->operation);
	json_put_time(object, "at", decision->at);
	json_put_text(object, "actor", decision->actor);
	json_put_text(object, "verb", decision->verb);
	json_put_text(object, "reason", decision->reason);
	json_put_number(object, "messages", decision->messages);
	json_put_bool(object, "undone", decision->undone);
	return object;
}

static json_t *
key_object(const void *item)
{
	const KeyHistory *history = item;
	const KeyRecord *record = &history->record;
	json_t *object = json_object();

	json_put_text(object, "key", history->key);
	json_put_text(object, "value", history->value);
	json_put_number(object, "messages", record->messages);
	for (MessageState state = 0; state < STATES; state++)
		json_put_number(object, state_name(state), record->by_state[state]);
	json_put_bool(object, "capped", history->capped);
	json_put_number(object, "person_released", record->person_released);
	json_put_number(object, "person_blocked", record->person_blocked);
	json_put_time(object, "first", record->first);
	json_put_time(object, "last", record->last);
	json_put(object, "domains", json_texts(history->domains));
	json_put(object, "brands", json_texts(history->brands));
	put_list(object, "decisions", history->decisions, key_decision_object);
	return object;
}

char *
json_of_message(Store *store, int64_t id, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(MessageRow) row = look ? store_row(store, id, error) : NULL;
	g_autoptr(Message) message = row ? store_load_record(store, id, error) : NULL;
	g_autoptr(GPtrArray) decisions = message ? store_decisions(store, id, error) : NULL;
	g_autoptr(GPtrArray) history = decisions ? store_history(store, id, error) : NULL;
	g_autoptr(json_t) object = NULL;

	if (!history)
		return NULL;
	object = row_object(row);
	put_list(object, "headers", message->headers, header_object);
	put_list(object, "links", message->links, link_object);
	put_list(object, "attachments", message->attachments, attachment_object);
	put_list(object, "findings", message->findings, finding_object);
	put_list(object, "decisions", decisions, decision_object);
	put_list(object, "history", history, key_object);
	put_list(object, "auth", message->auth, auth_object);
	put_list(object, "texts", message->texts, text_object);
	put_list(object, "hops", message->hops, hop_object);
	put_list(object, "signatures", message->signatures, signature_object);
	return json_line(object);
}
