/* undo_model.h - what decisions, claims, deliveries and undos of several people must come to
 *
 * The model knows no SQL and counts nothing: the decisions in force about a message are
 * a stack, of which the message knows the top and each operation what was below it.
 * The releases on top of it, down to the first that is none, stand. */
#ifndef TESTS_STORE_UNDO_MODEL_H
#define TESTS_STORE_UNDO_MODEL_H

#include "store/decision.h"
#include "store/outbox.h"

enum {
	MESSAGES = 6,
	OPERATIONS = 1000,               /* that are done; what is refused comes on top */
	MAX_OPERATIONS = OPERATIONS + 1, /* ids begin at 1 */
	BITS_ENVELOPE = 3,               /* ann, bob */
	BIT_DESK = 4,
	RECIPIENTS = 3,
	ACTORS = 3,
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

static inline bool
model_stands(const Model *model, int message, int top, int operation)
{
	while (top && model->operations[top].kind == DECISION_RELEASE) {
		if (top == operation)
			return true;
		top = model->operations[top].effects[message].below;
	}
	return false;
}

static inline bool
is_live(const ModelDelivery *delivery)
{
	return delivery->exists &&
		(delivery->state == DELIVERY_QUEUED || delivery->state == DELIVERY_SENDING);
}

static inline bool
model_is_live(const Model *model, int message, int recipient)
{
	for (int i = 1; i <= model->count; i++) {
		if (is_live(&model->operations[i].effects[message].deliveries[recipient]))
			return true;
	}
	return false;
}

/* Is anything of @message sending that would not stand below @top? */
static inline bool
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

static inline void
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

static inline void
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

static inline void
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

static inline bool
model_would_change(const Model *model, int message, DecisionKind kind, bool to_desk)
{
	bool again = kind == DECISION_RELEASE && to_desk && !model_is_live(model, message, 2);

	return again || model->messages[message].state != states_of[kind];
}

static inline bool
model_wishes(const Model *model, const Wish *wish, int message)
{
	return wish->chosen[message] &&
		model_would_change(model, message, wish->kind, wish->to_desk);
}

static inline bool
model_is_stale(const Model *model, const Wish *wish, int message)
{
	return wish->chosen[message] && wish->seen[message] >= 0 &&
		wish->seen[message] != model->messages[message].version;
}

static inline bool
model_is_claimed(const Model *model, const char *actor, int message)
{
	const ModelMessage *m = &model->messages[message];

	return m->holder && m->holder != actor && m->until > model->now;
}

/* Whoever decided is done with it. */
static inline void
model_end_claim(Model *model, const char *actor, int message)
{
	ModelMessage *m = &model->messages[message];

	if (m->holder != actor)
		return;
	m->holder = NULL;
	m->until = 0;
}

/* 0, or the code of the error that the store must give. */
static inline int
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

static inline int
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

static inline bool
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

static inline bool
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

static inline int
model_latest(const Model *model, const char *actor)
{
	for (int i = model->count; i > 0; i--) {
		const ModelOperation *operation = &model->operations[i];

		if (operation->actor == actor && !operation->is_undo && !operation->undone_by)
			return i;
	}
	return 0;
}

static inline void
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

static inline void
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

static inline int
recipient_number(const char *address)
{
	int i = 0;

	while (!g_str_equal(addresses[i], address))
		i++;
	return i;
}

static inline ModelDelivery *
model_delivery(Model *model, const Delivery *delivery)
{
	return &model->operations[delivery->operation]
			.effects[delivery->message - 1]
			.deliveries[recipient_number(delivery->recipient)];
}

/* May @delivery, which is not queued, wait again? */
static inline bool
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

#endif
