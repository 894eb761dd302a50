#include "mail/address.h"
#include "store/claim.h"
#include "store/claim_rows.h"
#include "store/history_rows.h"
#include "store/ledger.h"
#include "store/odd.h"
#include "store/outbox.h"
#include "store/plan_rows.h"
#include "store/purge.h"

enum {
	MAX_ODD = 12, /* more than a person reads before deciding */
	MAX_IDENTITIES = 8,
};

/* A request looked at against the store as it is: what decides and what only
 * plans go through the same eyes. */
typedef struct Survey {
	Store *store;
	const OperationRequest *request;
	OperationPlan *plan;
	GArray *changes;        /* of Change: what would be done */
	int64_t unaddressed;    /* first message that has nobody to go to */
	int64_t leaving;        /* first message that an earlier release is delivering */
	int64_t unchanged;      /* first message that is already so */
	int64_t purged;         /* first message whose mail is gone */
	GHashTable *messages;   /* of const int64_t *, in the request */
	GHashTable *accounts;   /* of char * -> how many released messages of it are targets */
	GHashTable *domains;    /* set of char * */
	GHashTable *addresses;  /* set of char *: recipients */
	GHashTable *identities; /* plan_identities_new() */
} Survey;

/* A target as it is now. */
typedef struct Subject {
	Change change;
	PlanIdentity identity;
	bool attachments;
	bool sender_known;
	bool purged;
	char *holder; /* who claims it, NULL if nobody */
	int64_t claimed_until;
	int waiting;
	int sending;
	int departed; /* sending, sent or perhaps sent */
	GPtrArray *recipients;
} Subject;

void
operation_plan_clear(OperationPlan *plan)
{
	g_clear_pointer(&plan->targets, g_array_unref);
	g_clear_pointer(&plan->conflict, g_free);
	g_clear_pointer(&plan->claim, g_free);
	g_clear_pointer(&plan->override, g_free);
	g_clear_pointer(&plan->odd, g_ptr_array_unref);
	g_clear_pointer(&plan->identities, g_ptr_array_unref);
}

static void
survey_clear(Survey *survey)
{
	g_array_unref(survey->changes);
	g_hash_table_unref(survey->messages);
	g_hash_table_unref(survey->accounts);
	g_hash_table_unref(survey->domains);
	g_hash_table_unref(survey->addresses);
	g_hash_table_unref(survey->identities);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Survey, survey_clear)

static void
survey_init(Survey *survey, Store *store, const OperationRequest *request, OperationPlan *plan)
{
	*plan = (OperationPlan){ .targets = g_array_new(false, false, sizeof(Target)) };
	survey->store = store;
	survey->request = request;
	survey->plan = plan;
	survey->changes = g_array_new(false, false, sizeof(Change));
	survey->messages = g_hash_table_new(g_int64_hash, g_int64_equal);
	survey->accounts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	survey->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	survey->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	survey->identities = plan_identities_new();
}

static void
subject_clear(Subject *subject)
{
	plan_identity_clear(&subject->identity);
	g_free(subject->holder);
	if (subject->recipients)
		g_ptr_array_unref(subject->recipients);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

static void
read_identity(sqlite3_stmt *row, int column, Subject *subject)
{
	subject->identity.example = subject->change.message;
	subject->identity.account = db_text(row, column);
	subject->identity.proven = db_int(row, column + 1) != 0;
	subject->identity.aligned = db_text(row, column + 2);
	subject->identity.domain = db_text(row, column + 3);
	subject->identity.score = (int)db_int(row, column + 4);
}

static bool
read_message(Survey *survey, int64_t id, Subject *subject, GError **error)
{
	static const char sql[] =
		"SELECT version, state, attachments, sender IS NOT NULL,"
		" CASE WHEN claimed_until > :now THEN claimed_by END, claimed_until,"
		" account, account_signed, CASE WHEN authenticated THEN identity_domain END,"
		" domain, score, EXISTS (SELECT 1 FROM purged WHERE message = id)"
		" FROM message WHERE id = :id";
	g_autoptr(Kept) select = db_kept(survey->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	db_bind_int(select, ":now", survey->request->now);
	step = db_step(survey->store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no message %" G_GINT64_FORMAT, id);
	if (step != STEP_ROW)
		return false;
	subject->change.message = id;
	subject->change.version = db_int(select, 0);
	subject->change.before = (MessageState)ledger_enum(select, 1, STATES);
	subject->change.after = state_of_decision(survey->request->kind);
	subject->attachments = db_int(select, 2) > 0;
	subject->sender_known = db_int(select, 3) != 0;
	subject->holder = db_text(select, 4);
	subject->claimed_until = db_int(select, 5);
	read_identity(select, 6, subject);
	subject->purged = db_int(select, 11) != 0;
	return true;
}

static bool
read_deliveries(Survey *survey, Subject *subject, GError **error)
{
	static const char sql[] = "SELECT ifnull(sum(state = :queued), 0),"
				  " ifnull(sum(state = :sending), 0),"
				  " ifnull(sum(state IN (:sending, :sent, :unknown)), 0)"
				  " FROM delivery WHERE message = :message"
				  " AND report IS NULL";
	g_autoptr(Kept) select = db_kept(survey->store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":queued", DELIVERY_QUEUED);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	db_bind_int(select, ":sent", DELIVERY_SENT);
	db_bind_int(select, ":unknown", DELIVERY_UNKNOWN);
	db_bind_int(select, ":message", subject->change.message);
	if (!db_row(survey->store, select, error))
		return false;
	subject->waiting = (int)db_int(select, 0);
	subject->sending = (int)db_int(select, 1);
	subject->departed = (int)db_int(select, 2);
	return true;
}

static bool
read_subject(Survey *survey, int64_t id, Subject *subject, GError **error)
{
	if (!read_message(survey, id, subject, error) || !read_deliveries(survey, subject, error))
		return false;
	subject->recipients = ledger_recipients(survey->store, id, error);
	return subject->recipients != NULL;
}

static bool
is_waiting(Survey *survey, int64_t message, const char *recipient, bool *waiting, GError **error)
{
	/* The very words of the index delivery_waiting, so that it is used. */
	static const char sql[] = "SELECT 1 FROM delivery WHERE message = :message"
				  " AND recipient = :recipient AND state IN (0, 1)";
	g_autoptr(Kept) select = db_kept(survey->store, sql, error);
	g_autofree char *address = address_normal(recipient);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	db_bind_text(select, ":recipient", address);
	step = db_step(survey->store, select, error);
	*waiting = step == STEP_ROW;
	return step != STEP_ERROR;
}

static bool
would_change(Survey *survey, const Subject *subject, bool *changes, GError **error)
{
	const OperationRequest *request = survey->request;
	bool again = request->kind == DECISION_RELEASE && request->to;

	*changes = subject->change.before != subject->change.after;
	for (int i = 0; again && !*changes && request->to[i]; i++) {
		bool waiting = false;

		if (!is_waiting(survey, subject->change.message, request->to[i], &waiting, error))
			return false;
		*changes = !waiting;
	}
	return true;
}

static void
count_identity(Survey *survey, Subject *subject)
{
	bool released = subject->change.before == STATE_RELEASED;
	const char *account = subject->identity.account;
	const char *domain = subject->identity.domain;

	if (account) {
		int others = GPOINTER_TO_INT(g_hash_table_lookup(survey->accounts, account));

		g_hash_table_insert(survey->accounts, g_strdup(account),
			GINT_TO_POINTER(others + (released ? 1 : 0)));
	}
	if (domain && domain[0])
		g_hash_table_add(survey->domains, g_strdup(domain));
	plan_identities_count(survey->identities, &subject->identity);
}

static void
count_recipients(Survey *survey, const Subject *subject)
{
	const char *const *to = survey->request->to;
	bool release = survey->request->kind == DECISION_RELEASE;

	if (!to && subject->recipients->len == 0)
		to = survey->request->to_unknown;
	if (release && to) {
		for (int i = 0; to[i]; i++)
			g_hash_table_add(survey->addresses, address_normal(to[i]));
		return;
	}
	for (guint i = 0; i < subject->recipients->len; i++)
		g_hash_table_add(survey->addresses,
			address_normal(g_ptr_array_index(subject->recipients, i)));
	if (!release || subject->recipients->len > 0)
		return;
	if (survey->plan->without_recipients++ == 0)
		survey->unaddressed = subject->change.message;
}

static void
count_release(Survey *survey, const Subject *subject)
{
	OperationPlan *plan = survey->plan;

	plan->unknown_sender += !subject->sender_known;
	/* Nothing could be queued beside it, nor would it be this release's. */
	if (subject->change.before != STATE_RELEASED && subject->sending > 0 &&
		plan->leaving++ == 0)
		survey->leaving = subject->change.message;
}

static void
count_claim(Survey *survey, const Subject *subject)
{
	OperationPlan *plan = survey->plan;
	g_autofree char *words = NULL;

	if (!subject->holder || g_str_equal(subject->holder, survey->request->actor))
		return;
	if (plan->claimed++ > 0)
		return;
	words = claim_words(subject->holder, subject->claimed_until, survey->request->now);
	plan->claim = g_strdup_printf(
		"message %" G_GINT64_FORMAT " is %s", subject->change.message, words);
}

/* Whose decision this would go against. */
static bool
count_override(Survey *survey, const Change *change, GError **error)
{
	OperationPlan *plan = survey->plan;
	const OperationRequest *request = survey->request;
	g_autofree char *words = NULL;

	if (change->before == change->after)
		return true;
	if (!ledger_blame_other(
		    survey->store, change->message, request->actor, request->now, &words, error))
		return false;
	if (words && plan->overridden++ == 0)
		plan->override = g_steal_pointer(&words);
	return true;
}

static bool
count_change(Survey *survey, Subject *subject, GError **error)
{
	OperationPlan *plan = survey->plan;

	g_array_append_val(survey->changes, subject->change);
	plan->messages++;
	plan->by_state[subject->change.before]++;
	plan->with_attachments += subject->attachments;
	plan->waiting += subject->waiting;
	plan->departed += subject->departed;
	if (survey->request->kind == DECISION_RELEASE)
		count_release(survey, subject);
	count_identity(survey, subject);
	count_recipients(survey, subject);
	count_claim(survey, subject);
	return count_override(survey, &subject->change, error);
}

static bool
note_conflict(Survey *survey, int64_t message, GError **error)
{
	OperationPlan *plan = survey->plan;

	plan->changed_since++;
	if (!plan->conflict)
		plan->conflict = ledger_blame(survey->store, message, survey->request->now, error);
	return plan->conflict != NULL;
}

static void
note_seen(Survey *survey, const Target *target, int64_t version)
{
	Target seen = { target->message, target->version >= 0 ? target->version : version };

	g_array_append_val(survey->plan->targets, seen);
}

/* Who blocks one settles its record; all else asks for its mail. */
static bool
note_purged(Survey *survey, int64_t message)
{
	if (survey->plan->purged++ == 0)
		survey->purged = message;
	return true;
}

static bool
look_at(Survey *survey, const Target *target, GError **error)
{
	g_auto(Subject) subject = { 0 };
	bool changes = false;

	if (!read_subject(survey, target->message, &subject, error))
		return false;
	note_seen(survey, target, subject.change.version);
	if (target->version >= 0 && target->version != subject.change.version)
		return note_conflict(survey, target->message, error);
	if (!would_change(survey, &subject, &changes, error))
		return false;
	if (changes && subject.purged && survey->request->kind != DECISION_BLOCK)
		return note_purged(survey, target->message);
	if (changes)
		return count_change(survey, &subject, error);
	if (survey->plan->unchanged++ == 0)
		survey->unchanged = target->message;
	return true;
}

/* Released messages of @account that are not among the targets. */
static bool
count_contradicted(Survey *survey, const char *account, int targets, GError **error)
{
	static const char sql[] = "SELECT count(*) FROM message"
				  " WHERE account = :account AND state = :released";
	g_autoptr(Kept) select = db_kept(survey->store, sql, error);

	if (!select)
		return false;
	db_bind_text(select, ":account", account);
	db_bind_int(select, ":released", STATE_RELEASED);
	if (!db_row(survey->store, select, error))
		return false;
	survey->plan->also_released += db_int(select, 0) - targets;
	return true;
}

static bool
count_all_contradicted(Survey *survey, GError **error)
{
	GHashTableIter iter;
	void *account, *targets;

	g_hash_table_iter_init(&iter, survey->accounts);
	while (g_hash_table_iter_next(&iter, &account, &targets)) {
		if (!count_contradicted(survey, account, GPOINTER_TO_INT(targets), error))
			return false;
	}
	return true;
}

/* A line end in an address would be a command of its own to a mail server. */
static bool
check_addresses(const char *const *to, GError **error)
{
	for (int i = 0; to && to[i]; i++) {
		const char *fault = address_fault(to[i]);

		if (fault) {
			g_autofree char *shown = g_utf8_make_valid(to[i], -1);

			g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
				"'%s' is no recipient address: %s", shown, fault);
			return false;
		}
	}
	if (to && !to[0])
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED, "no recipient was given");
	return !to || to[0];
}

static bool
survey_run(Survey *survey, GError **error)
{
	const OperationRequest *request = survey->request;
	OperationPlan *plan = survey->plan;

	const char *const copy_to[] = { request->copy_to, NULL };

	if (!check_addresses(request->to, error) || !check_addresses(request->to_unknown, error) ||
		(request->copy_to && !check_addresses(copy_to, error)))
		return false;
	for (guint i = 0; i < request->targets->len; i++) {
		Target *target = &g_array_index(request->targets, Target, i);

		if (g_hash_table_add(survey->messages, &target->message) &&
			!look_at(survey, target, error))
			return false;
	}
	plan->recipients = (int)g_hash_table_size(survey->addresses);
	plan->accounts = (int)g_hash_table_size(survey->accounts);
	plan->domains = (int)g_hash_table_size(survey->domains);
	return request->kind != DECISION_BLOCK || count_all_contradicted(survey, error);
}

static bool
find_odd(Survey *survey, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));

	for (guint i = 0; i < survey->changes->len; i++)
		g_array_append_val(ids, g_array_index(survey->changes, Change, i).message);
	survey->plan->odd = store_odd(survey->store, ids, MAX_ODD, error);
	return survey->plan->odd != NULL;
}

static bool
find_identities(Survey *survey, GError **error)
{
	OperationPlan *plan = survey->plan;

	plan->identities =
		plan_identities_pick(survey->store, survey->identities, MAX_IDENTITIES, error);
	plan->more_identities = (int)g_hash_table_size(survey->identities);
	return plan->identities != NULL;
}

bool
store_plan(Store *store, const OperationRequest *request, OperationPlan *plan, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_auto(Survey) survey = { 0 };

	survey_init(&survey, store, request, plan);
	return snapshot && survey_run(&survey, error) && find_odd(&survey, error) &&
		find_identities(&survey, error);
}

static void
refuse_unaddressed(const Survey *survey, GError **error)
{
	int others = survey->plan->without_recipients - 1;

	if (others == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT " has no known recipients: give them with --to",
			survey->unaddressed);
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT
			" and %d more have no known recipients: give them with --to",
			survey->unaddressed, others);
}

static void
refuse_leaving(const Survey *survey, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
		"message %" G_GINT64_FORMAT
		" is being delivered from its earlier release: wait until the outbox says what "
		"became of that, or undo what took it back",
		survey->leaving);
}

static void
refuse_purged(const Survey *survey, GError **error)
{
	int others = survey->plan->purged - 1;
	g_autofree char *words = NULL;

	if (!store_purge_words(survey->store, survey->purged, &words, error))
		return;
	if (others == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT
			" was %s: its mail is gone, there is nothing to %s",
			survey->purged, words, decision_name(survey->request->kind));
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT " was %s, as were %d more: their mail is gone, "
			"there is nothing to %s",
			survey->purged, words, others, decision_name(survey->request->kind));
}

static void
refuse_nothing(const Survey *survey, GError **error)
{
	DecisionKind kind = survey->request->kind;
	const char *state = state_name(state_of_decision(kind));
	int unchanged = survey->plan->unchanged;

	if (unchanged == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED, "no message to %s",
			decision_name(kind));
	else if (unchanged == 1)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT " is %s already", survey->unchanged, state);
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"all %d messages are %s already", unchanged, state);
}

static bool
is_permitted(const Survey *survey, GError **error)
{
	const OperationPlan *plan = survey->plan;

	if (plan->changed_since > 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "%s", plan->conflict);
	else if (plan->claimed > survey->request->claims_seen)
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "%s", plan->claim);
	else if (plan->without_recipients > 0)
		refuse_unaddressed(survey, error);
	else if (plan->leaving > 0)
		refuse_leaving(survey, error);
	else if (plan->messages == 0 && plan->purged > 0)
		refuse_purged(survey, error);
	else if (plan->messages == 0)
		refuse_nothing(survey, error);
	else
		return true;
	return false;
}

static bool
carry_out(Survey *survey, int64_t operation, const Change *change, GError **error)
{
	const OperationRequest *request = survey->request;
	Errand errand = {
		.operation = operation,
		.message = change->message,
		.to = request->to,
		.to_unknown = request->to_unknown,
		.transport = request->transport,
		.at = request->now,
		.hold = request->hold,
		.copy_to = request->copy_to,
		.rewrite = request->rewrite,
	};

	if (!ledger_decide(survey->store, operation, change, 0, error))
		return false;
	if (change->after == STATE_RELEASED)
		return ledger_queue(survey->store, &errand, error) &&
			ledger_check_leaves(survey->store, change->message, error);
	return change->before != STATE_RELEASED ||
		ledger_cancel(survey->store, change->message, 0, request->now, error);
}

static int64_t
carry_out_all(Survey *survey, GError **error)
{
	Entry entry = {
		.verb = decision_name(survey->request->kind),
		.actor = survey->request->actor,
		.reason = survey->request->reason,
		.at = survey->request->now,
	};
	int64_t operation = ledger_operation(survey->store, &entry, error);

	for (guint i = 0; operation && i < survey->changes->len; i++) {
		if (!carry_out(
			    survey, operation, &g_array_index(survey->changes, Change, i), error))
			return 0;
	}
	return operation;
}

int64_t
store_decide(Store *store, const OperationRequest *request, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;
	g_auto(OperationPlan) plan = { 0 };
	g_auto(Survey) survey = { 0 };
	int64_t operation;

	g_assert(request->transport || request->kind != DECISION_RELEASE);

	survey_init(&survey, store, request, &plan);
	transaction = db_begin(store, error);
	if (!transaction || !survey_run(&survey, error) || !is_permitted(&survey, error))
		return 0;
	operation = carry_out_all(&survey, error);
	if (!operation || !claims_end(store, operation, request->actor, error) ||
		!history_settle_and_judge(store, error) || !transaction_commit(transaction, error))
		return 0;
	return operation;
}
