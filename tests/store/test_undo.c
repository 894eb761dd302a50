#include "store/decision.h"

#include <string.h>

#include "store/outbox.h"
#include "store/rule.h"
#include "tests/store/sample.h"

/* How many deliveries of @message are in @state. */
static int
count_deliveries(const Sample *sample, int64_t message, DeliveryState state)
{
	g_autoptr(GPtrArray) list = store_deliveries_of(sample->store, message, NULL);
	int count = 0;

	for (guint i = 0; i < list->len; i++)
		count += ((const Delivery *)g_ptr_array_index(list, i))->state == state;
	return count;
}

static int64_t
undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t id = store_undo(sample->store, operation, "alice", SAMPLE_NOW, &error);

	g_assert_no_error(error);
	g_assert_cmpint(id, >, 0);
	return id;
}

/* u, u: as deep as one likes. */
static void
test_stack(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_HOLD, 1);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 0);
}

/* What was queued again still belongs to the release. */
static void
test_departed_after_undone_block(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GError) error = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	undo(sample, sample_do(sample, DECISION_BLOCK, 1));
	delivery = store_lease(sample->store, SAMPLE_NOW, 60, true, NULL);
	g_assert_cmpint(store_undo(sample->store, 1, "alice", SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static void
assert_stands(const Sample *sample, int64_t operation, int code, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(
		store_undo(sample->store, operation, "alice", SAMPLE_NOW + 7200, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, code);
	g_assert_cmpstr(error->message, ==, words);
}

static void
test_restores(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) decisions = NULL;
	const Decision *decision;

	sample_add(sample, &(SampleMail){ 0 });
	undo(sample, sample_do(sample, DECISION_RELEASE, 1));
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_CANCELLED), ==, 1);
	decisions = store_decisions(sample->store, 1, NULL);
	g_assert_cmpint(decisions->len, ==, 2);
	decision = g_ptr_array_index(decisions, 1);
	g_assert_true(decision->undo);
	g_assert_cmpint(decision->kind, ==, DECISION_HOLD);
}

static void
test_latest(Sample *sample, G_GNUC_UNUSED const void *data)
{
	OperationRequest other;

	sample_add_plain(sample, 3);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	other = sample_request(DECISION_BLOCK, 3, 3);
	other.actor = "bob";
	sample_decide(sample, other, NULL);

	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 2), ==, STATE_HELD);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(sample_state(sample, 3), ==, STATE_BLOCKED);
	assert_stands(
		sample, 0, STORE_ERROR_NOT_FOUND, "alice has decided nothing that still stands");
}

static void
test_plan(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Operation) operation = NULL;
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GError) error = NULL;

	sample_add_plain(sample, 2);
	sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	undo(sample, 0);
	operation = store_plan_undo(sample->store, 0, "alice", SAMPLE_NOW, NULL);
	g_assert_cmpint(operation->id, ==, 1);
	g_assert_cmpstr(operation->verb, ==, "release");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);

	delivery = store_lease(sample->store, SAMPLE_NOW, 60, true, NULL);
	g_assert_null(store_plan_undo(sample->store, 1, "alice", SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static void
test_too_late(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	delivery = store_lease(sample->store, SAMPLE_NOW, 60, true, NULL);
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 1 is being delivered to ann@here.example: operation 1 cannot be taken back");
	store_expire_leases(sample->store, SAMPLE_NOW + 61, NULL);
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 1 may have been delivered to ann@here.example: operation 1 cannot be taken "
		"back");
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_SENT, .now = SAMPLE_NOW + 62 }, NULL));
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 1 was already delivered to ann@here.example: operation 1 cannot be taken "
		"back");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
}

static void
test_decided_since(Sample *sample, G_GNUC_UNUSED const void *data)
{
	OperationRequest request;

	sample_add_plain(sample, 2);
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 2), NULL);
	request = sample_request(DECISION_HOLD, 2, 2);
	request.actor = "bob";
	sample_decide(sample, request, NULL);
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 2 was held by bob 2 h ago: operation 1 cannot be taken back");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
}

static void
test_twice(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ 0 });
	undo(sample, sample_do(sample, DECISION_BLOCK, 1));
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"operation 1 was taken back by alice already (operation 2)");
	assert_stands(sample, 9, STORE_ERROR_NOT_FOUND, "no operation 9");
}

static void
test_redo(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) operations = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	store_undo(sample->store, undo(sample, sample_do(sample, DECISION_RELEASE, 1)), "alice",
		SAMPLE_NOW + 500, NULL);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	operations = store_operations(sample->store, 0, 1, NULL);
	g_assert_cmpstr(((Operation *)g_ptr_array_index(operations, 0))->verb, ==, "redo");
	deliveries = store_deliveries(sample->store, 0, 1, NULL);
	g_assert_cmpint(deliveries->len, ==, 1);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(deliveries, 0))->due, ==, SAMPLE_NOW + 560);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);

	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 0);
}

static void
test_undo_of_block(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	sample_do(sample, DECISION_RELEASE, 1);
	undo(sample, sample_do(sample, DECISION_BLOCK, 1));
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 2);
}

/* The deliverer gives up for now after the message was blocked: nothing may wait. */
static void
test_retry_after_block(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	int64_t block, hold;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	delivery = store_lease(sample->store, SAMPLE_NOW, 60, true, NULL);
	block = sample_do(sample, DECISION_BLOCK, 1);
	hold = sample_do(sample, DECISION_HOLD, 1);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_RETRY,
			.reply = "451",
			.now = SAMPLE_NOW,
			.due = SAMPLE_NOW + 60 },
		NULL));
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_CANCELLED), ==, 1);
	undo(sample, hold);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 0);
	undo(sample, block);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);
}

static void
test_rule_operation(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = RULE_BLOCK;
	rule->domain = g_strdup("evil.example");
	rule->owner = g_strdup("alice");
	rule->reason = g_strdup("phish");
	rule->created = SAMPLE_NOW;
	g_assert_true(store_add_rule(sample->store, rule, NULL));
	assert_stands(sample, 1, STORE_ERROR_REFUSED,
		"operation 1 is about a rule: add or remove the rule instead");
	assert_stands(
		sample, 0, STORE_ERROR_NOT_FOUND, "alice has decided nothing that still stands");
}

/* ---- random sequences against a model ----
 *
 * The model knows nothing of rows: a message has a state and three recipients, each
 * a bit of `waiting` (queued) or `sending`; an operation remembers for each message
 * which bits it set and which it cleared.  Decisions in force make a stack, of which
 * a message knows the top: an operation can be taken back when the top is again what
 * that operation made it. */

enum {
	MESSAGES = 8,
	STEPS = 300,
	MAX_OPERATIONS = STEPS + 1, /* ids begin at 1 */
	BITS_ENVELOPE = 3,          /* ann, bob */
	BIT_DESK = 4,
	RECIPIENTS = 3,
};

static const char *const addresses[RECIPIENTS] = {
	"ann@here.example",
	"bob@here.example",
	"desk@here.example",
};

typedef struct ModelEffect {
	bool changed;
	MessageState before;
	int node_before;
	int node_after;
	int added;
	int removed;
	int owner[RECIPIENTS]; /* of what was removed */
} ModelEffect;

typedef struct ModelOperation {
	DecisionKind kind;
	bool is_undo; /* "undo", not "redo" */
	bool undone;
	bool departed;
	int origin;
	ModelEffect effects[MESSAGES];
} ModelOperation;

typedef struct ModelMessage {
	MessageState state;
	int waiting;
	int sending;
	int node;              /* decision that is in force: 0, or an operation that is no undo */
	int taken_off;         /* operation that last moved it off released */
	int owner[RECIPIENTS]; /* operation that queued it */
} ModelMessage;

typedef struct Model {
	ModelMessage messages[MESSAGES];
	ModelOperation operations[MAX_OPERATIONS];
	int count;
	Delivery *leased;
} Model;

static void
model_settle_state(Model *model, int message, MessageState after, ModelEffect *effect)
{
	ModelMessage *m = &model->messages[message];

	effect->changed = true;
	effect->before = m->state;
	if (m->state == STATE_RELEASED && after != STATE_RELEASED)
		m->taken_off = model->count;
	m->state = after;
}

static void
model_add(Model *model, int message, int bits, ModelEffect *effect)
{
	ModelMessage *m = &model->messages[message];

	effect->added |= bits & ~m->waiting & ~m->sending;
	m->waiting |= effect->added;
}

static void
model_own(Model *model, int message, int bits, ModelEffect *effect)
{
	model_add(model, message, bits, effect);
	for (int i = 0; i < RECIPIENTS; i++) {
		if (effect->added & (1 << i))
			model->messages[message].owner[i] = model->count;
	}
}

/* A delivery that was on its way may come back to @effect later than the rest. */
static void
model_note_removed(const ModelMessage *m, int bits, ModelEffect *effect)
{
	effect->removed |= bits;
	for (int i = 0; i < RECIPIENTS; i++) {
		if (bits & (1 << i))
			effect->owner[i] = m->owner[i];
	}
}

static void
model_remove(Model *model, int message, int bits, ModelEffect *effect)
{
	ModelMessage *m = &model->messages[message];

	model_note_removed(m, m->waiting & bits, effect);
	m->waiting &= ~bits;
}

static void
model_bring_back(Model *model, int message, const ModelEffect *was, ModelEffect *effect)
{
	model_add(model, message, was->removed, effect);
	for (int i = 0; i < RECIPIENTS; i++) {
		if (was->removed & (1 << i))
			model->messages[message].owner[i] = was->owner[i];
	}
}

/* False when the operation changes nothing. */
static bool
model_decide(Model *model, DecisionKind kind, const bool *chosen, bool to_desk)
{
	static const MessageState states[] = { STATE_RELEASED, STATE_BLOCKED, STATE_HELD };
	ModelOperation *operation = &model->operations[++model->count];
	bool any = false;

	*operation = (ModelOperation){ .kind = kind, .origin = model->count };
	for (int i = 0; i < MESSAGES; i++) {
		ModelMessage *m = &model->messages[i];
		ModelEffect *effect = &operation->effects[i];
		bool again = kind == DECISION_RELEASE && to_desk &&
			!((m->waiting | m->sending) & BIT_DESK);

		if (!chosen[i] || (m->state == states[kind] && !again))
			continue;
		any = true;
		model_settle_state(model, i, states[kind], effect);
		effect->node_before = m->node;
		effect->node_after = m->node = model->count;
		if (kind == DECISION_RELEASE)
			model_own(model, i, to_desk ? BIT_DESK : BITS_ENVELOPE, effect);
		else
			model_remove(model, i, ~0, effect);
	}
	if (!any)
		model->count--;
	return any;
}

static bool
model_can_undo(const Model *model, int id)
{
	const ModelOperation *operation = &model->operations[id];

	if (id == 0 || operation->undone || model->operations[operation->origin].departed)
		return false;
	for (int i = 0; i < MESSAGES; i++) {
		bool sending = false;

		for (int bit = 0; bit < RECIPIENTS; bit++)
			sending |= (model->messages[i].sending & (1 << bit)) &&
				model->messages[i].owner[bit] == operation->origin;
		if (sending ||
			(operation->effects[i].changed &&
				model->messages[i].node != operation->effects[i].node_after))
			return false;
	}
	return true;
}

static int
model_latest(const Model *model)
{
	for (int i = model->count; i > 0; i--) {
		if (!model->operations[i].is_undo && !model->operations[i].undone)
			return i;
	}
	return 0;
}

static void
model_undo(Model *model, int id)
{
	ModelOperation *old = &model->operations[id];
	ModelOperation *operation = &model->operations[++model->count];

	*operation = (ModelOperation){ .is_undo = !old->is_undo, .origin = old->origin };
	old->undone = true;
	for (int i = 0; i < MESSAGES; i++) {
		ModelEffect *effect = &operation->effects[i];
		const ModelEffect *was = &old->effects[i];

		if (!was->changed)
			continue;
		model_settle_state(model, i, was->before, effect);
		effect->node_before = was->node_after;
		effect->node_after = model->messages[i].node = was->node_before;
		model_remove(model, i, was->before == STATE_RELEASED ? was->added : ~0, effect);
		model_bring_back(model, i, was, effect);
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

static void
step_decide(const Sample *sample, Model *model)
{
	static const char *const to[] = { "desk@here.example", NULL };
	g_autoptr(GError) error = NULL;
	DecisionKind kind = (DecisionKind)g_test_rand_int_range(0, DECISIONS);
	bool to_desk = kind == DECISION_RELEASE && g_test_rand_bit();
	OperationRequest request = sample_request(kind, 1, 0);
	bool chosen[MESSAGES] = { false };
	int64_t id;

	for (int i = 0; i < MESSAGES; i++) {
		Target target = { .message = i + 1, .version = -1 };

		chosen[i] = g_test_rand_int_range(0, 4) == 0;
		if (chosen[i])
			g_array_append_val(request.targets, target);
	}
	request.to = to_desk ? to : NULL;
	id = sample_decide(sample, request, &error);
	if (model_decide(model, kind, chosen, to_desk))
		g_assert_cmpint(id, ==, model->count);
	else
		g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
}

static void
step_undo(const Sample *sample, Model *model)
{
	g_autoptr(GError) error = NULL;
	int wanted = g_test_rand_bit()
		? 0
		: g_test_rand_int_range(MAX(1, model->count - 5), model->count + 1);
	int found = wanted ? wanted : model_latest(model);
	int64_t id = store_undo(sample->store, wanted, "alice", SAMPLE_NOW, &error);
	int code = found ? (int)STORE_ERROR_CONFLICT : (int)STORE_ERROR_NOT_FOUND;

	if (model_can_undo(model, found)) {
		g_assert_no_error(error);
		model_undo(model, found);
		g_assert_cmpint(id, ==, model->count);
	} else {
		g_assert_error(error, STORE_ERROR, code);
	}
}

static void
step_lease(const Sample *sample, Model *model)
{
	ModelMessage *m;
	int bit;

	model->leased = store_lease(sample->store, SAMPLE_NOW + 60, 60, false, NULL);
	if (!model->leased)
		return;
	m = &model->messages[model->leased->message - 1];
	bit = 1 << recipient_number(model->leased->recipient);
	g_assert_cmpint(m->waiting & bit, ==, bit);
	m->waiting &= ~bit;
	m->sending |= bit;
}

static void
step_settle(const Sample *sample, Model *model)
{
	g_autoptr(Delivery) delivery = g_steal_pointer(&model->leased);
	ModelMessage *m = &model->messages[delivery->message - 1];
	int number = recipient_number(delivery->recipient);
	bool sent = g_test_rand_int_range(0, 4) == 0;

	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = sent ? OUTCOME_SENT : OUTCOME_RETRY,
			.reply = "said",
			.now = SAMPLE_NOW,
			.due = SAMPLE_NOW },
		NULL));
	m->sending &= ~(1 << number);
	if (sent)
		model->operations[m->owner[number]].departed = true;
	else if (m->state == STATE_RELEASED)
		m->waiting |= 1 << number;
	else
		model_note_removed(m, 1 << number,
			&model->operations[m->taken_off].effects[delivery->message - 1]);
}

static void
assert_equal(const Sample *sample, const Model *model)
{
	for (int i = 0; i < MESSAGES; i++) {
		g_autoptr(GPtrArray) list = store_deliveries_of(sample->store, i + 1, NULL);
		int waiting = 0;

		g_assert_cmpint(sample_state(sample, i + 1), ==, model->messages[i].state);
		for (guint j = 0; j < list->len; j++) {
			const Delivery *delivery = g_ptr_array_index(list, j);

			if (delivery->state == DELIVERY_QUEUED)
				waiting |= 1 << recipient_number(delivery->recipient);
		}
		g_assert_cmpint(waiting, ==, model->messages[i].waiting);
		g_assert_true(waiting == 0 || model->messages[i].state == STATE_RELEASED);
	}
}

static void
test_random(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree Model *model = g_new0(Model, 1);

	for (int i = 0; i < MESSAGES; i++)
		sample_add(
			sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	for (int i = 0; i < STEPS; i++) {
		int die = g_test_rand_int_range(0, 10);

		if (die < 4 || model->count == 0)
			step_decide(sample, model);
		else if (die < 8)
			step_undo(sample, model);
		else if (model->leased)
			step_settle(sample, model);
		else
			step_lease(sample, model);
		assert_equal(sample, model);
	}
	delivery_free(model->leased);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/undo/restores-state-and-cancels", test_restores);
	sample_test("/undo/zero-is-the-actor's-latest", test_latest);
	sample_test("/undo/plan-says-what-or-why-not", test_plan);
	sample_test("/undo/one-after-the-other", test_stack);
	sample_test("/undo/too-late-after-an-undone-block", test_departed_after_undone_block);
	sample_test("/undo/too-late-when-it-began-to-leave", test_too_late);
	sample_test("/undo/decided-since-names-who", test_decided_since);
	sample_test("/undo/only-once", test_twice);
	sample_test("/undo/undone-undo-queues-anew", test_redo);
	sample_test("/undo/of-a-block-queues-anew", test_undo_of_block);
	sample_test("/undo/retry-after-block-does-not-wait", test_retry_after_block);
	sample_test("/undo/not-of-a-rule", test_rule_operation);
	sample_test("/undo/random-sequences-equal-the-model", test_random);
	return g_test_run();
}
