/* Random sequences of decisions, claims, deliveries and undos of several people: what
 * becomes of them is what the model says. */
#include "tests/store/undo_model.h"

#include "store/claim.h"
#include "store/verify.h"
#include "tests/store/sample.h"

enum {
	MOST_STEPS = 20000,
	CLAIM_TIME = 900,    /* seconds */
	LONGEST_PAUSE = 300, /* seconds between two steps */
	WHOLE_LOOK = 50,     /* steps between two looks at everything */
};

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
