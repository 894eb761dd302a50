/* Random sequences of decisions, deliveries and undos against a model.
 *
 * The model knows no SQL and counts nothing: the decisions in force about a message are
 * a stack, of which the message knows the top and each operation what was below it.
 * The releases on top of it, down to the first that is none, stand. */
#include "store/outbox.h"
#include "tests/store/sample.h"

enum {
	MESSAGES = 6,
	STEPS = 400,
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
	bool undone;
	int origin;
	ModelEffect effects[MESSAGES];
} ModelOperation;

typedef struct ModelMessage {
	MessageState state;
	int top; /* decision in force: 0, or an operation that is no undo */
} ModelMessage;

typedef struct Model {
	ModelMessage messages[MESSAGES];
	ModelOperation operations[MAX_OPERATIONS];
	int count;
	Delivery *leased;
} Model;

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
	static const MessageState states[] = { STATE_RELEASED, STATE_BLOCKED, STATE_HELD };
	ModelMessage *m = &model->messages[message];
	ModelEffect *effect = &model->operations[model->count].effects[message];
	int bits = to_desk ? BIT_DESK : BITS_ENVELOPE;

	*effect = (ModelEffect){ .changed = true, .before = m->state, .below = m->top };
	m->state = states[kind];
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
	static const MessageState states[] = { STATE_RELEASED, STATE_BLOCKED, STATE_HELD };
	bool again = kind == DECISION_RELEASE && to_desk && !model_is_live(model, message, 2);

	return again || model->messages[message].state != states[kind];
}

/* 0, or the code of the error that the store must give. */
static int
model_decide(Model *model, DecisionKind kind, const bool *chosen, bool to_desk)
{
	bool any = false;

	for (int i = 0; i < MESSAGES; i++) {
		if (!chosen[i] || !model_would_change(model, i, kind, to_desk))
			continue;
		any = true;
		if (kind == DECISION_RELEASE && model->messages[i].state != STATE_RELEASED &&
			model_is_in_the_way(model, i, 0))
			return STORE_ERROR_CONFLICT;
	}
	if (!any)
		return STORE_ERROR_REFUSED;
	model->operations[++model->count] =
		(ModelOperation){ .kind = kind, .origin = model->count };
	for (int i = 0; i < MESSAGES; i++) {
		if (chosen[i] && model_would_change(model, i, kind, to_desk))
			model_decide_one(model, i, kind, to_desk);
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

	if (id == 0 || operation->undone)
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
model_latest(const Model *model)
{
	for (int i = model->count; i > 0; i--) {
		if (!model->operations[i].is_undo && !model->operations[i].undone)
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
model_undo(Model *model, int id)
{
	ModelOperation *old = &model->operations[id];
	ModelOperation *operation = &model->operations[++model->count];
	ModelOperation *origin = &model->operations[old->origin];

	*operation = (ModelOperation){
		.kind = old->kind,
		.is_undo = !old->is_undo,
		.origin = old->origin,
	};
	old->undone = true;
	for (int i = 0; i < MESSAGES; i++) {
		if (!old->effects[i].changed)
			continue;
		for (int j = 0; operation->is_undo && j < RECIPIENTS; j++) {
			if (is_live(&origin->effects[i].deliveries[j]))
				origin->effects[i].deliveries[j].state = DELIVERY_CANCELLED;
		}
		model_undo_one(model, i, &old->effects[i], &operation->effects[i]);
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
	int code;

	for (int i = 0; i < MESSAGES; i++) {
		Target target = { .message = i + 1, .version = -1 };

		chosen[i] = g_test_rand_int_range(0, 4) == 0;
		if (chosen[i])
			g_array_append_val(request.targets, target);
	}
	request.to = to_desk ? to : NULL;
	id = sample_decide(sample, request, &error);
	code = model_decide(model, kind, chosen, to_desk);
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
	ModelDelivery *delivery;

	model->leased = store_lease(
		sample->store, &(LeaseRequest){ .now = SAMPLE_NOW + 60, .seconds = 60 }, NULL);
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
		.now = SAMPLE_NOW,
		.due = SAMPLE_NOW,
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

	g_assert_cmpint(store_expire_leases(sample->store, SAMPLE_NOW + 120, NULL), ==,
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
	g_assert_true(store_retry(sample->store, chosen->id, SAMPLE_NOW, NULL) == wanted);
	if (wanted)
		model_delivery(model, chosen)->state = DELIVERY_QUEUED;
}

static void
assert_equal(const Sample *sample, Model *model)
{
	for (int i = 0; i < MESSAGES; i++) {
		g_autoptr(GPtrArray) list = store_deliveries_of(sample->store, i + 1, NULL);
		MessageState state = sample_state(sample, i + 1);
		int kept = 0;

		g_assert_cmpint(state, ==, model->messages[i].state);
		for (guint j = 0; j < list->len; j++) {
			const Delivery *delivery = g_ptr_array_index(list, j);

			g_assert_cmpint(
				delivery->state, ==, model_delivery(model, delivery)->state);
			g_assert_true(
				delivery->state != DELIVERY_QUEUED || state == STATE_RELEASED);
			kept += delivery->state != DELIVERY_CANCELLED;
		}
		/* What is released leaves, left, or says why not. */
		g_assert_true(state != STATE_RELEASED || kept > 0);
	}
}

static void
step(const Sample *sample, Model *model)
{
	int die = g_test_rand_int_range(0, 20);

	if (die < 7 || model->count == 0)
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

	for (int i = 0; i < MESSAGES; i++)
		sample_add(
			sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	for (int i = 0; i < STEPS; i++) {
		step(sample, model);
		assert_equal(sample, model);
	}
	delivery_free(model->leased);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/undo/random-sequences-equal-the-model", test_random);
	return g_test_run();
}
