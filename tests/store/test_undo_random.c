/* Random sequences of decisions, claims, deliveries and undos of several people against
 * a model.
 *
 * The model knows no SQL and counts nothing: the decisions in force about a message are
 * a stack, of which the message knows the top and each operation what was below it.
 * The releases on top of it, down to the first that is none, stand. */
#include "store/claim.h"
#include "store/outbox.h"
#include "store/verify.h"
#include "tests/store/sample.h"

enum {
	MESSAGES = 6,
	MOST_STEPS = 20000,
	OPERATIONS = 1000, /* that are done; what is refused comes on top */
	ACTORS = 3,
	CLAIM_TIME = 900,                /* seconds */
	LONGEST_PAUSE = 300,             /* seconds between two steps */
	WHOLE_LOOK = 50,                 /* steps between two looks at everything */
	MAX_OPERATIONS = OPERATIONS + 1, /* ids begin at 1 */
	BITS_ENVELOPE = 3,               /* ann, bob */
	BIT_DESK = 4,
	RECIPIENTS = 3,
};

static const char *const addresses[RECIPIENTS] = {
	"ann@here.example",
	"bob@here.example",
	"desk@here.example",
};

static const char *const actors[ACTORS] = { "alice", "bob", "carol" };

static const MessageState states_of[DECISIONS] = {
	[DECISION_RELEASE] = STATE_RELEASED,
	[DECISION_BLOCK] = STATE_BLOCKED,
	[DECISION_HOLD] = STATE_HELD,
};

typedef struct ModelDelivery {
	bool exists;
	DeliveryState state;
} ModelDelivery;

typedef struct ModelEffect {
	bool changed;
	MessageState before;
	int below; /* decision in force before; an undo's: the one it put back or took off */
	int above; /* decision in force after */
	ModelDelivery deliveries[RECIPIENTS];
} ModelEffect;

typedef struct ModelOperation {
	DecisionKind kind;
	bool is_undo; /* "undo", not "redo" */
	int undoes;   /* 0: none */
	int undone_by;
	int origin;
	const char *actor;
	int64_t at;
	ModelEffect effects[MESSAGES];
} ModelOperation;

typedef struct ModelMessage {
	MessageState state;
	int top; /* decision in force: 0, or an operation that is no undo */
	int64_t version;
	const char *holder; /* who claimed it last, NULL: nobody */
	int64_t until;
} ModelMessage;

typedef struct Model {
	ModelMessage messages[MESSAGES];
	ModelOperation operations[MAX_OPERATIONS];
	int count;
	Delivery *leased;
	int64_t now;
} Model;

/* What is asked for in one step. */
typedef struct Wish {
	DecisionKind kind;
	const char *actor;
	bool to_desk;
	bool over; /* over claims */
	bool chosen[MESSAGES];
	int64_t seen[MESSAGES]; /* versions; -1: whatever it is */
} Wish;

static bool
model_stands(const Model *model, int message, int top, int operation)
{
	while (top && model->operations[top].kind == DECISION_RELEASE) {
		if (top == operation)
			return true;
		top = model->operations[top].effects[message].below;
	}
	return false;
}

static bool
is_live(const ModelDelivery *delivery)
{
	return delivery->exists &&
		(delivery->state == DELIVERY_QUEUED || delivery->state == DELIVERY_SENDING);
}

static bool
model_is_live(const Model *model, int message, int recipient)
{
	for (int i = 1; i <= model->count; i++) {
		if (is_live(&model->operations[i].effects[message].deliveries[recipient]))
			return true;
	}
	return false;
}

/* Is anything of @message sending that would not stand below @top? */
static bool
model_is_in_the_way(const Model *model, int message, int top)
{
	for (int i = 1; i <= model->count; i++) {
		for (int j = 0; j < RECIPIENTS; j++) {
			const ModelDelivery *delivery =
				&model->operations[i].effects[message].deliveries[j];

			if (delivery->exists && delivery->state == DELIVERY_SENDING &&
				!model_stands(model, message, top, i))
				return true;
		}
	}
	return false;
}

static void
model_cancel(Model *model, int message)
{
	for (int i = 1; i <= model->count; i++) {
		for (int j = 0; j < RECIPIENTS; j++) {
			ModelDelivery *delivery =
				&model->operations[i].effects[message].deliveries[j];

			if (delivery->state == DELIVERY_QUEUED)
				delivery->state = DELIVERY_CANCELLED;
		}
	}
}

static void
model_requeue(Model *model, int message, int recipient)
{
	for (int i = model->count; i > 0; i--) {
		ModelDelivery *delivery =
			&model->operations[i].effects[message].deliveries[recipient];

		if (!delivery->exists ||
			!model_stands(model, message, model->messages[message].top, i))
			continue;
		if (delivery->state == DELIVERY_CANCELLED)
			delivery->state = DELIVERY_QUEUED;
		return;
	}
}

static void
model_decide_one(Model *model, int message, DecisionKind kind, bool to_desk)
{
	ModelMessage *m = &model->messages[message];
	ModelEffect *effect = &model->operations[model->count].effects[message];
	int bits = to_desk ? BIT_DESK : BITS_ENVELOPE;

	*effect = (ModelEffect){ .changed = true, .before = m->state, .below = m->top };
	m->state = states_of[kind];
	m->version++;
	m->top = effect->above = model->count;
	if (kind != DECISION_RELEASE)
		model_cancel(model, message);
	for (int i = 0; kind == DECISION_RELEASE && i < RECIPIENTS; i++) {
		if (bits & 1 << i && !model_is_live(model, message, i))
			effect->deliveries[i] = (ModelDelivery){ true, DELIVERY_QUEUED };
	}
}

static bool
model_would_change(const Model *model, int message, DecisionKind kind, bool to_desk)
{
	bool again = kind == DECISION_RELEASE && to_desk && !model_is_live(model, message, 2);

	return again || model->messages[message].state != states_of[kind];
}

static bool
model_wishes(const Model *model, const Wish *wish, int message)
{
	return wish->chosen[message] &&
		model_would_change(model, message, wish->kind, wish->to_desk);
}

static bool
model_is_stale(const Model *model, const Wish *wish, int message)
{
	return wish->chosen[message] && wish->seen[message] >= 0 &&
		wish->seen[message] != model->messages[message].version;
}

static bool
model_is_claimed(const Model *model, const char *actor, int message)
{
	const ModelMessage *m = &model->messages[message];

	return m->holder && m->holder != actor && m->until > model->now;
}

/* Whoever decided is done with it. */
static void
model_end_claim(Model *model, const char *actor, int message)
{
	ModelMessage *m = &model->messages[message];

	if (m->holder != actor)
		return;
	m->holder = NULL;
	m->until = 0;
}

/* 0, or the code of the error that the store must give. */
static int
model_judge(const Model *model, const Wish *wish)
{
	bool any = false;

	for (int i = 0; i < MESSAGES; i++) {
		if (model_is_stale(model, wish, i))
			return STORE_ERROR_CONFLICT;
	}
	for (int i = 0; i < MESSAGES; i++) {
		if (!model_wishes(model, wish, i))
			continue;
		any = true;
		if (!wish->over && model_is_claimed(model, wish->actor, i))
			return STORE_ERROR_CONFLICT;
		if (wish->kind == DECISION_RELEASE && model->messages[i].state != STATE_RELEASED &&
			model_is_in_the_way(model, i, 0))
			return STORE_ERROR_CONFLICT;
	}
	return any ? 0 : STORE_ERROR_REFUSED;
}

static int
model_decide(Model *model, const Wish *wish)
{
	int code = model_judge(model, wish);

	if (code)
		return code;
	model->operations[++model->count] = (ModelOperation){
		.kind = wish->kind,
		.origin = model->count,
		.actor = wish->actor,
		.at = model->now,
	};
	for (int i = 0; i < MESSAGES; i++) {
		if (!model_wishes(model, wish, i))
			continue;
		model_decide_one(model, i, wish->kind, wish->to_desk);
		model_end_claim(model, wish->actor, i);
	}
	return 0;
}

static bool
model_has_departed(const ModelEffect *effect)
{
	for (int i = 0; i < RECIPIENTS; i++) {
		const ModelDelivery *delivery = &effect->deliveries[i];

		if (delivery->exists &&
			(delivery->state == DELIVERY_SENDING || delivery->state == DELIVERY_SENT ||
				delivery->state == DELIVERY_UNKNOWN))
			return true;
	}
	return false;
}

static bool
model_can_undo(const Model *model, int id)
{
	const ModelOperation *operation = &model->operations[id];

	if (id == 0 || operation->undone_by)
		return false;
	for (int i = 0; i < MESSAGES; i++) {
		const ModelEffect *effect = &operation->effects[i];
		const ModelMessage *m = &model->messages[i];

		if (!effect->changed)
			continue;
		if (m->top != effect->above ||
			model_has_departed(&model->operations[operation->origin].effects[i]))
			return false;
		if (effect->before == STATE_RELEASED && m->state != STATE_RELEASED &&
			model_is_in_the_way(model, i, effect->below))
			return false;
	}
	return true;
}

static int
model_latest(const Model *model, const char *actor)
{
	for (int i = model->count; i > 0; i--) {
		const ModelOperation *operation = &model->operations[i];

		if (operation->actor == actor && !operation->is_undo && !operation->undone_by)
			return i;
	}
	return 0;
}

static void
model_undo_one(Model *model, int message, const ModelEffect *was, ModelEffect *effect)
{
	ModelMessage *m = &model->messages[message];

	effect->changed = true;
	effect->before = m->state;
	effect->below = was->above;
	effect->above = was->below;
	m->state = was->before;
	m->version++;
	m->top = was->below;
	if (m->state != STATE_RELEASED) {
		model_cancel(model, message);
		return;
	}
	for (int i = 0; i < RECIPIENTS; i++) {
		if (!model_is_live(model, message, i))
			model_requeue(model, message, i);
	}
}

static void
model_undo(Model *model, int id, const char *actor)
{
	ModelOperation *old = &model->operations[id];
	ModelOperation *operation = &model->operations[++model->count];
	ModelOperation *origin = &model->operations[old->origin];

	*operation = (ModelOperation){
		.kind = old->kind,
		.is_undo = !old->is_undo,
		.undoes = id,
		.origin = old->origin,
		.actor = actor,
		.at = model->now,
	};
	old->undone_by = model->count;
	for (int i = 0; i < MESSAGES; i++) {
		if (!old->effects[i].changed)
			continue;
		for (int j = 0; operation->is_undo && j < RECIPIENTS; j++) {
			if (is_live(&origin->effects[i].deliveries[j]))
				origin->effects[i].deliveries[j].state = DELIVERY_CANCELLED;
		}
		model_undo_one(model, i, &old->effects[i], &operation->effects[i]);
		model_end_claim(model, actor, i);
	}
}

static int
recipient_number(const char *address)
{
	int i = 0;

	while (!g_str_equal(addresses[i], address))
		i++;
	return i;
}

static ModelDelivery *
model_delivery(Model *model, const Delivery *delivery)
{
	return &model->operations[delivery->operation]
			.effects[delivery->message - 1]
			.deliveries[recipient_number(delivery->recipient)];
}

/* May @delivery, which is not queued, wait again? */
static bool
model_wants(const Model *model, const Delivery *delivery)
{
	int message = (int)delivery->message - 1;
	int recipient = recipient_number(delivery->recipient);
	const ModelMessage *m = &model->messages[message];

	for (int i = 1; i <= model->count; i++) {
		const ModelDelivery *other =
			&model->operations[i].effects[message].deliveries[recipient];
		bool later = i > delivery->operation && other->state != DELIVERY_CANCELLED &&
			model_stands(model, message, m->top, i);

		if (i != delivery->operation && other->exists && (is_live(other) || later))
			return false;
	}
	return m->state == STATE_RELEASED &&
		model_stands(model, message, m->top, (int)delivery->operation);
}

static const char *
any_actor(void)
{
	return actors[g_test_rand_int_range(0, ACTORS)];
}

/* Most people look before they decide; some decide about what they saw long ago. */
static int64_t
any_version(const Model *model, int message)
{
	int die = g_test_rand_int_range(0, 10);
	int64_t version = model->messages[message].version;

	return die < 5 ? -1 : die < 9 ? version : MAX(version - 1, 0);
}

static void
make_wish(const Model *model, Wish *wish)
{
	*wish = (Wish){
		.kind = (DecisionKind)g_test_rand_int_range(0, DECISIONS),
		.actor = any_actor(),
		.over = g_test_rand_int_range(0, 3) == 0,
	};
	wish->to_desk = wish->kind == DECISION_RELEASE && g_test_rand_bit();
	for (int i = 0; i < MESSAGES; i++) {
		wish->chosen[i] = g_test_rand_int_range(0, 4) == 0;
		wish->seen[i] = any_version(model, i);
	}
}

/* A dry run says the same as the decision, and changes nothing. */
static void
check_plan(
	const Sample *sample, const Model *model, const Wish *wish, const OperationRequest *request)
{
	g_auto(OperationPlan) plan = { 0 };
	int wanted = 0, stale = 0, claimed = 0;

	g_assert_true(store_plan(sample->store, request, &plan, NULL));
	for (int i = 0; i < MESSAGES; i++) {
		bool old = model_is_stale(model, wish, i);
		bool wished = !old && model_wishes(model, wish, i);

		stale += old;
		wanted += wished;
		claimed += wished && model_is_claimed(model, wish->actor, i);
	}
	g_assert_cmpint(plan.messages, ==, wanted);
	g_assert_cmpint(plan.changed_since, ==, stale);
	g_assert_cmpint(plan.claimed, ==, claimed);
}

static void
step_decide(const Sample *sample, Model *model)
{
	static const char *const to[] = { "desk@here.example", NULL };
	g_autoptr(GError) error = NULL;
	OperationRequest request;
	Wish wish;
	int64_t id;
	int code;

	make_wish(model, &wish);
	request = sample_request(wish.kind, 1, 0);
	request.actor = wish.actor;
	request.now = model->now;
	request.to = wish.to_desk ? to : NULL;
	request.claims_seen = wish.over ? MESSAGES : 0;
	for (int i = 0; i < MESSAGES; i++) {
		Target target = { .message = i + 1, .version = wish.seen[i] };

		if (wish.chosen[i])
			g_array_append_val(request.targets, target);
	}
	check_plan(sample, model, &wish, &request);
	id = sample_decide(sample, request, &error);
	code = model_decide(model, &wish);
	if (code) {
		g_assert_error(error, STORE_ERROR, code);
	} else {
		g_assert_no_error(error);
		g_assert_cmpint(id, ==, model->count);
	}
}

static void
step_undo(const Sample *sample, Model *model)
{
	g_autoptr(GError) error = NULL;
	const char *actor = any_actor();
	int wanted = g_test_rand_bit()
		? 0
		: g_test_rand_int_range(MAX(1, model->count - 5), model->count + 1);
	int found = wanted ? wanted : model_latest(model, actor);
	int64_t id = store_undo(sample->store, wanted, actor, model->now, &error);
	int code = found ? (int)STORE_ERROR_CONFLICT : (int)STORE_ERROR_NOT_FOUND;

	if (model_can_undo(model, found)) {
		g_assert_no_error(error);
		model_undo(model, found, actor);
		g_assert_cmpint(id, ==, model->count);
	} else {
		g_assert_error(error, STORE_ERROR, code);
	}
}

static void
step_claim(const Sample *sample, Model *model)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	int64_t id = g_test_rand_int_range(1, MESSAGES + 1);
	ModelMessage *m = &model->messages[id - 1];
	ClaimRequest request = {
		.ids = ids,
		.actor = any_actor(),
		.now = model->now,
		.until = model->now + CLAIM_TIME,
		.over = g_test_rand_int_range(0, 4) == 0,
	};

	g_array_append_val(ids, id);
	if (!request.over && model_is_claimed(model, request.actor, (int)id - 1)) {
		g_assert_cmpint(store_claim(sample->store, &request, &error), ==, -1);
		g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
		return;
	}
	g_assert_cmpint(store_claim(sample->store, &request, &error), ==, 1);
	m->holder = request.actor;
	m->until = request.until;
}

static void
step_give_back(const Sample *sample, Model *model)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	int64_t id = g_test_rand_int_range(1, MESSAGES + 1);
	const ModelMessage *m = &model->messages[id - 1];
	ClaimRequest request = { .ids = ids, .actor = any_actor(), .now = model->now };
	bool mine = m->holder == request.actor && m->until > model->now;

	g_array_append_val(ids, id);
	g_assert_cmpint(store_give_back(sample->store, &request, NULL), ==, mine);
	if (mine)
		model_end_claim(model, request.actor, (int)id - 1);
}

static void
step_lease(const Sample *sample, Model *model)
{
	ModelDelivery *delivery;

	model->leased = store_lease(
		sample->store, &(LeaseRequest){ .now = model->now + 60, .seconds = 60 }, NULL);
	if (!model->leased)
		return;
	delivery = model_delivery(model, model->leased);
	g_assert_cmpint(delivery->state, ==, DELIVERY_QUEUED);
	delivery->state = DELIVERY_SENDING;
}

static void
step_settle(const Sample *sample, Model *model)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Delivery) leased = g_steal_pointer(&model->leased);
	ModelDelivery *delivery = model_delivery(model, leased);
	DeliveryOutcome outcome = (DeliveryOutcome)g_test_rand_int_range(0, OUTCOME_UNKNOWN + 1);
	Settlement settlement = {
		.outcome = g_test_rand_bit() ? OUTCOME_RETRY : outcome,
		.reply = "said",
		.now = model->now,
		.due = model->now,
	};
	static const DeliveryState states[] = {
		[OUTCOME_SENT] = DELIVERY_SENT,
		[OUTCOME_FAILED] = DELIVERY_FAILED,
		[OUTCOME_UNKNOWN] = DELIVERY_UNKNOWN,
	};

	if (!store_settle(sample->store, leased, &settlement, &error)) {
		g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
		g_assert_true(delivery->state != DELIVERY_SENDING);
		g_assert_true(delivery->state != DELIVERY_UNKNOWN);
	} else if (settlement.outcome == OUTCOME_RETRY) {
		delivery->state = model_wants(model, leased) ? DELIVERY_QUEUED : DELIVERY_CANCELLED;
	} else {
		delivery->state = states[settlement.outcome];
	}
}

/* The deliverer is late: it may still say what became of it. */
static void
step_expire(const Sample *sample, Model *model)
{
	ModelDelivery *delivery = model_delivery(model, model->leased);

	g_assert_cmpint(store_expire_leases(sample->store, model->now + 120, NULL), ==,
		delivery->state == DELIVERY_SENDING);
	if (delivery->state == DELIVERY_SENDING)
		delivery->state = DELIVERY_UNKNOWN;
}

static void
step_retry(const Sample *sample, Model *model)
{
	g_autoptr(GPtrArray) list = store_deliveries(sample->store, 0, 0, NULL);
	const Delivery *chosen;
	bool wanted;

	if (list->len == 0)
		return;
	chosen = g_ptr_array_index(list, g_test_rand_int_range(0, (int)list->len));
	wanted = (chosen->state == DELIVERY_FAILED || chosen->state == DELIVERY_UNKNOWN) &&
		model_wants(model, chosen);
	g_assert_true(store_retry(sample->store, chosen->id, model->now, NULL) == wanted);
	if (wanted)
		model_delivery(model, chosen)->state = DELIVERY_QUEUED;
}

static int
model_count_deliveries(const Model *model, int message)
{
	int count = 0;

	for (int i = 1; i <= model->count; i++) {
		for (int j = 0; j < RECIPIENTS; j++)
			count += model->operations[i].effects[message].deliveries[j].exists;
	}
	return count;
}

static void
assert_deliveries(const Sample *sample, Model *model, int message)
{
	g_autoptr(GPtrArray) list = store_deliveries_of(sample->store, message + 1, NULL);
	MessageState state = model->messages[message].state;
	int kept = 0;

	g_assert_cmpint(list->len, ==, model_count_deliveries(model, message));
	for (guint i = 0; i < list->len; i++) {
		const Delivery *delivery = g_ptr_array_index(list, i);

		g_assert_cmpint(delivery->state, ==, model_delivery(model, delivery)->state);
		g_assert_true(delivery->state != DELIVERY_QUEUED || state == STATE_RELEASED);
		kept += delivery->state != DELIVERY_CANCELLED;
	}
	/* What is released leaves, left, or says why not. */
	g_assert_true(state != STATE_RELEASED || kept > 0);
}

static void
assert_equal(const Sample *sample, Model *model)
{
	int64_t counts[STATES];
	int64_t wanted[STATES] = { 0 };

	for (int i = 0; i < MESSAGES; i++) {
		g_autoptr(MessageRow) row = store_row(sample->store, i + 1, NULL);
		const ModelMessage *m = &model->messages[i];

		g_assert_cmpint(row->state, ==, m->state);
		g_assert_cmpint(row->version, ==, m->version);
		g_assert_cmpstr(row->claimed_by, ==, m->holder);
		g_assert_cmpint(row->claimed_until, ==, m->until);
		wanted[m->state]++;
		assert_deliveries(sample, model, i);
	}
	g_assert_true(store_counts(sample->store, counts, NULL));
	for (MessageState state = 0; state < STATES; state++)
		g_assert_cmpint(counts[state], ==, wanted[state]);
}

static const char *
model_verb(const ModelOperation *operation)
{
	if (operation->undoes)
		return operation->is_undo ? "undo" : "redo";
	return decision_name(operation->kind);
}

static int
model_count_changed(const ModelOperation *operation)
{
	int count = 0;

	for (int i = 0; i < MESSAGES; i++)
		count += operation->effects[i].changed;
	return count;
}

static void
assert_operations(const Sample *sample, const Model *model)
{
	g_autoptr(GPtrArray) list = store_operations(sample->store, 0, 0, NULL);

	g_assert_cmpint(list->len, ==, model->count);
	for (guint i = 0; i < list->len; i++) {
		const Operation *operation = g_ptr_array_index(list, list->len - 1 - i);
		const ModelOperation *wanted = &model->operations[i + 1];

		g_assert_cmpint(operation->id, ==, i + 1);
		g_assert_cmpstr(operation->actor, ==, wanted->actor);
		g_assert_cmpstr(operation->verb, ==, model_verb(wanted));
		g_assert_cmpint(operation->at, ==, wanted->at);
		g_assert_cmpint(operation->undoes, ==, wanted->undoes);
		g_assert_cmpint(operation->undone_by, ==, wanted->undone_by);
		g_assert_cmpint(operation->messages, ==, model_count_changed(wanted));
	}
}

/* Oldest first: what each operation made of @message. */
static void
assert_decisions(const Sample *sample, const Model *model, int message)
{
	g_autoptr(GPtrArray) list = store_decisions(sample->store, message + 1, NULL);
	MessageState before = STATE_HELD;
	guint at = 0;

	for (int i = 1; i <= model->count; i++) {
		const ModelEffect *effect = &model->operations[i].effects[message];
		const Decision *decision;

		if (!effect->changed)
			continue;
		g_assert_cmpint(at, <, list->len);
		decision = g_ptr_array_index(list, at++);
		g_assert_cmpint(decision->operation, ==, i);
		g_assert_cmpint(decision->before, ==, effect->before);
		g_assert_cmpint(decision->before, ==, before);
		g_assert_cmpint(decision->after, ==, states_of[decision->kind]);
		g_assert_cmpstr(decision->actor, ==, model->operations[i].actor);
		g_assert_cmpint(decision->rule, ==, 0);
		g_assert_cmpint(decision->undo, ==, model->operations[i].undoes != 0);
		before = decision->after;
	}
	g_assert_cmpint(at, ==, list->len);
	g_assert_cmpint(before, ==, model->messages[message].state);
}

static void
on_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_test_message("%s", words);
}

static void
assert_history(const Sample *sample, const Model *model)
{
	const VerifyOptions options = { .fault = on_fault };
	VerifySummary summary;

	assert_operations(sample, model);
	for (int i = 0; i < MESSAGES; i++)
		assert_decisions(sample, model, i);
	g_assert_true(store_verify(sample->store, &options, &summary, NULL));
	g_assert_cmpint(summary.faults, ==, 0);
	g_assert_cmpint(summary.operations, ==, model->count);
}

static void
step(const Sample *sample, Model *model)
{
	int die = g_test_rand_int_range(0, 24);

	model->now += g_test_rand_int_range(0, LONGEST_PAUSE);
	if (die >= 23)
		step_give_back(sample, model);
	else if (die >= 20)
		step_claim(sample, model);
	else if (die < 7 || model->count == 0)
		step_decide(sample, model);
	else if (die < 14)
		step_undo(sample, model);
	else if (die < 16)
		step_retry(sample, model);
	else if (!model->leased)
		step_lease(sample, model);
	else if (die == 16)
		step_expire(sample, model);
	else if (die < 19)
		step_settle(sample, model);
}

static void
test_random(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree Model *model = g_new0(Model, 1);

	model->now = SAMPLE_NOW;
	for (int i = 0; i < MESSAGES; i++)
		sample_add(
			sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	for (int i = 0; i < MESSAGES; i++)
		model->messages[i].version = 1;
	for (int i = 0; model->count < OPERATIONS; i++) {
		g_assert_cmpint(i, <, MOST_STEPS);
		step(sample, model);
		assert_equal(sample, model);
		if (i % WHOLE_LOOK == 0)
			assert_history(sample, model);
	}
	assert_history(sample, model);
	delivery_free(model->leased);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/undo/random-sequences-equal-the-model", test_random);
	return g_test_run();
}
