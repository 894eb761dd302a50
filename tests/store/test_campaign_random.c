/* Random arrivals, decisions, cuts, joins, undos and second readings against a model.
 *
 * The model knows no campaigns: messages have edges, edges bind or do not, and what is
 * together follows by union and find from nothing. */
#include "store/rescore.h"
#include "tests/store/campaigns.h"

enum {
	STEPS = 250,
	MAX_MESSAGES = 400,
	MAX_EDGES = 400,
	MAX_OPERATIONS = 400,
	VALUES = 40, /* of each kind: few, so that messages meet */
};

typedef struct ModelEdge {
	EdgeState state;
	bool has[MAX_MESSAGES + 1];
} ModelEdge;

typedef struct ModelChange {
	int64_t edge; /* 0: it was about something else */
	EdgeState before, after;
	bool undone;
} ModelChange;

typedef struct Model {
	ModelEdge edges[MAX_EDGES + 1]; /* by id */
	ModelChange operations[MAX_OPERATIONS + 1];
	MessageState states[MAX_MESSAGES + 1];
	int root[MAX_MESSAGES + 1];
	int messages;
	int count; /* operations */
} Model;

static int
root_of(const Model *model, int message)
{
	while (model->root[message] != message)
		message = model->root[message];
	return message;
}

static void
unite_all(Model *model)
{
	for (int i = 1; i <= model->messages; i++)
		model->root[i] = i;
	for (int edge = 1; edge <= MAX_EDGES; edge++) {
		int first = 0;

		for (int i = 1; model->edges[edge].state == EDGE_BINDS && i <= model->messages;
			i++) {
			if (!model->edges[edge].has[i])
				continue;
			if (first)
				model->root[root_of(model, i)] = root_of(model, first);
			first = i;
		}
	}
}

static const char *
random_domain(void)
{
	static const char *const domains[] = { "a.example", "b.example", "c.example", "d.example",
		"e.example", "f.example", "g.example", "h.example", "i.example", "j.example",
		"k.example", "l.example", "m.example", "n.example", "o.example", "p.example",
		"q.example", "r.example" };

	return domains[g_test_rand_int_range(0, G_N_ELEMENTS(domains))];
}

/* Of each kind that a mail can have; to the fourth power, so that a few values are common. */
static Message *
random_message(void)
{
	Message *message = campaigns_message(random_domain(), "", g_test_rand_int_range(0, 101));
	int count = g_test_rand_int_range(0, 4);

	for (int i = 0; i < count; i++) {
		EdgeKind kind = (EdgeKind)g_test_rand_int_range(0, EDGE_PERSON);
		double random = g_test_rand_double();
		int value = (int)(random * random * random * random * VALUES);
		g_autofree char *text = g_strdup_printf("%d", value);

		message_add_edge(message, kind, text);
	}
	return message;
}

static void
model_give(const Sample *sample, Model *model, int id, const Message *message)
{
	for (guint i = 0; i < message->edges->len; i++) {
		const Edge *edge = g_ptr_array_index(message->edges, i);
		int64_t number = campaigns_edge(sample, edge->kind, edge->value);

		g_assert_cmpint(number, >, 0);
		g_assert_cmpint(number, <=, MAX_EDGES);
		model->edges[number].has[id] = true;
	}
}

/* Which become common is tested elsewhere: the model believes the store. */
static void
model_learn_common(const Sample *sample, Model *model)
{
	g_autoptr(sqlite3_stmt) stmt =
		db_prepare(sample->store, "SELECT id FROM edge WHERE state = 2", NULL);

	while (db_step(sample->store, stmt, NULL) == STEP_ROW) {
		int64_t edge = db_int(stmt, 0);

		g_assert_cmpint(model->edges[edge].state, !=, EDGE_CUT);
		model->edges[edge].state = EDGE_COMMON;
	}
}

static void
step_arrive(Sample *sample, Model *model)
{
	int count = g_test_rand_int_range(1, 6);

	for (int i = 0; i < count && model->messages < MAX_MESSAGES; i++) {
		g_autoptr(Message) message = random_message();

		model->messages = (int)campaigns_put(sample, message);
		model_give(sample, model, model->messages, message);
	}
}

static void
step_decide(Sample *sample, Model *model)
{
	static const MessageState states[] = { STATE_RELEASED, STATE_BLOCKED, STATE_HELD };
	DecisionKind kind = (DecisionKind)g_test_rand_int_range(0, DECISIONS);
	static const char *const to[] = { "desk@here.example", NULL };
	int first = g_test_rand_int_range(1, model->messages + 1);
	int last = MIN(first + g_test_rand_int_range(0, 10), model->messages);
	OperationRequest request = sample_request(kind, first, last);

	request.to = kind == DECISION_RELEASE ? to : NULL;
	if (sample_decide(sample, request, NULL) == 0)
		return;
	model->operations[++model->count] = (ModelChange){ 0 };
	for (int i = first; i <= last; i++)
		model->states[i] = states[kind];
}

static void
step_cut(const Sample *sample, Model *model)
{
	int edges = (int)campaigns_value(sample->store, "SELECT ifnull(max(id), 0) FROM edge");
	int edge = edges ? g_test_rand_int_range(1, edges + 1) : 0;
	g_autoptr(GError) error = NULL;
	int64_t operation;
	int messages = 0;

	for (int i = 1; edge && i <= model->messages; i++)
		messages += model->edges[edge].has[i];
	if (!edge)
		return;
	operation = store_cut_edge(sample->store, edge, "alice", NULL, SAMPLE_NOW, &error);
	if (model->edges[edge].state != EDGE_BINDS || messages < 2) {
		g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
		return;
	}
	g_assert_no_error(error);
	model->edges[edge].state = EDGE_CUT;
	model->operations[++model->count] = (ModelChange){ edge, EDGE_BINDS, EDGE_CUT, false };
	g_assert_cmpint(operation, ==, model->count);
}

/* The oldest message of the campaign that @message is in. */
static int
oldest(const Model *model, int message)
{
	for (int i = 1; i < message; i++) {
		if (root_of(model, i) == root_of(model, message))
			return i;
	}
	return message;
}

static void
step_join(const Sample *sample, Model *model)
{
	int a = g_test_rand_int_range(1, model->messages + 1);
	int b = g_test_rand_int_range(1, model->messages + 1);
	g_autoptr(GError) error = NULL;
	int64_t edge;

	store_join_campaigns(sample->store,
		(const int64_t[]){ campaigns_of(sample, a), campaigns_of(sample, b) }, "alice",
		NULL, SAMPLE_NOW, &error);
	if (root_of(model, a) == root_of(model, b)) {
		g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
		return;
	}
	g_assert_no_error(error);
	edge = campaigns_value(sample->store, "SELECT max(id) FROM edge");
	g_assert_cmpint(edge, <=, MAX_EDGES);
	model->edges[edge].has[oldest(model, a)] = true;
	model->edges[edge].has[oldest(model, b)] = true;
	model->operations[++model->count] = (ModelChange){ edge, EDGE_CUT, EDGE_BINDS, false };
}

/* What was to bind again may have become common: that too the model believes. */
static EdgeState
model_restored(const Sample *sample, const ModelChange *change)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT state FROM edge WHERE id = %" G_GINT64_FORMAT, change->edge);
	bool common = campaigns_value(sample->store, sql) == EDGE_COMMON;

	return common && change->before == EDGE_BINDS ? EDGE_COMMON : change->before;
}

/* Undoes one of the last operations, be it an undo; of decisions only edges are looked at. */
static void
step_undo(const Sample *sample, Model *model)
{
	int id = g_test_rand_int_range(MAX(1, model->count - 8), model->count + 1);
	ModelChange *change = &model->operations[id];
	ModelEdge *edge = &model->edges[change->edge];
	g_autoptr(GError) error = NULL;

	if (change->edge == 0)
		return;
	store_undo(sample->store, id, "alice", SAMPLE_NOW, &error);
	if (change->undone || edge->state != change->after) {
		g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
		return;
	}
	g_assert_no_error(error);
	change->undone = true;
	edge->state = model_restored(sample, change);
	model->operations[++model->count] =
		(ModelChange){ change->edge, change->after, edge->state, false };
}

static void
model_forget(const Sample *sample, Model *model, int id)
{
	for (int edge = 1; edge <= MAX_EDGES; edge++) {
		g_autofree char *sql = g_strdup_printf(
			"SELECT count(*) FROM edge WHERE id = %d AND kind = %d", edge, EDGE_PERSON);

		if (model->edges[edge].has[id] && campaigns_value(sample->store, sql) == 0)
			model->edges[edge].has[id] = false;
	}
}

/* Several in one transaction, as rescore does it. */
static void
step_rescore(const Sample *sample, Model *model)
{
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	Rereading readings[4];
	int count = g_test_rand_int_range(1, 5);
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < count; i++) {
		int id = g_test_rand_int_range(1, model->messages + 1);

		g_ptr_array_add(messages, random_message());
		readings[i] = (Rereading){
			.id = id, .message = g_ptr_array_index(messages, i), .basis = "b"
		};
		for (int j = 0; j < i; j++) {
			if (readings[j].id == id)
				return;
		}
	}
	store_rescore(sample->store, readings, (size_t)count, outcomes, &error);
	g_assert_no_error(error);
	for (int i = 0; i < count; i++) {
		model_forget(sample, model, (int)readings[i].id);
		model_give(sample, model, (int)readings[i].id, readings[i].message);
	}
}

/* The same messages together, and no decision but those that were made. */
static void
assert_equal(const Sample *sample, Model *model)
{
	g_autoptr(GHashTable) campaigns = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) roots = g_hash_table_new(NULL, NULL);

	unite_all(model);
	g_assert_true(store_part_campaigns(sample->store, NULL));
	for (int i = 1; i <= model->messages; i++) {
		int64_t campaign = campaigns_of(sample, i);
		int root = root_of(model, i);
		gpointer known;

		if (g_hash_table_lookup_extended(
			    campaigns, GINT_TO_POINTER(campaign), NULL, &known))
			g_assert_cmpint(root, ==, GPOINTER_TO_INT(known));
		if (g_hash_table_lookup_extended(roots, GINT_TO_POINTER(root), NULL, &known))
			g_assert_cmpint(campaign, ==, GPOINTER_TO_INT(known));
		g_hash_table_insert(campaigns, GINT_TO_POINTER(campaign), GINT_TO_POINTER(root));
		g_hash_table_insert(roots, GINT_TO_POINTER(root), GINT_TO_POINTER(campaign));
		g_assert_cmpint(sample_state(sample, i), ==, model->states[i]);
	}
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, NULL), ==,
		(int64_t)g_hash_table_size(roots));
	campaigns_check(sample);
}

static void
step(Sample *sample, Model *model)
{
	int die = g_test_rand_int_range(0, 20);

	if (die < 8 || model->messages == 0)
		step_arrive(sample, model);
	else if (die < 10)
		step_decide(sample, model);
	else if (die < 12)
		step_cut(sample, model);
	else if (die < 14)
		step_join(sample, model);
	else if (die < 17 && model->count > 0)
		step_undo(sample, model);
	else
		step_rescore(sample, model);
	model_learn_common(sample, model);
}

static void
test_random(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree Model *model = g_new0(Model, 1);

	for (int i = 0; i < STEPS; i++) {
		step(sample, model);
		assert_equal(sample, model);
	}
	sample_assert_sound(sample);
	g_test_message("%d messages, %" G_GINT64_FORMAT " campaigns, %" G_GINT64_FORMAT
		       " common edges, %d operations",
		model->messages, store_count_campaigns(sample->store, NULL, NULL),
		campaigns_value(sample->store, "SELECT count(*) FROM edge WHERE state = 2"),
		model->count);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/campaign/random-sequences-equal-the-model", test_random);
	return g_test_run();
}
