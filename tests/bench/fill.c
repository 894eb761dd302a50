/* fill - write a store of N messages of lazaret's own making, as an import would
 *
 *   fill STORE N [SEED]
 *
 * STORE must not be there yet.  A million take some 16 minutes of one processor.  The same
 * N and SEED make the same rows.  Nothing is parsed: messages are made as what reading a
 * mail makes, then judged by the detectors and history, bound into campaigns, put in by
 * store_batch_add() and decided by store_decide(), so every row is one that an import and
 * an analyst write.  Only raw messages are short (some 1 KB where real ones have 22), which
 * no list reads.
 *
 * Some N / 12 campaigns: most of one to five messages, a few of several thousand (at most
 * N / 50).  Half are shops of one account and domain; some are customers of a service's
 * account, which turns out to be common; a quarter are lures of several accounts and domains
 * that lead to one place; the rest has no account.  Messages arrive over half a year.  Each
 * DAY of them is followed by an analyst's decisions about half of its campaigns, by rules now
 * and then, and by the deliveries of what was released, so that all states are there. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/brands.h"
#include "mail/pack.h"
#include "mail/weights.h"
#include "store/campaign.h"
#include "store/db.h"
#include "store/decision.h"
#include "store/history.h"
#include "store/outbox.h"
#include "store/raw.h"
#include "store/rule.h"
#include "tests/bench/made.h"

enum {
	BATCH = 500, /* messages a transaction, as an import's */
	DAY = 10000, /* messages between an analyst's sittings, at most */
	NOW = 1780000000,
	SPAN = 180 * 24 * 3600, /* from the first message to NOW */
	SMALL = 5,              /* campaigns up to this size are decided several at once */
	TOGETHER = 60,          /* so many */
};

typedef struct Maker {
	Theme theme;
	int size;
	int64_t begin, seconds;
	bool decided;    /* it is not left alone */
	DecisionKind as; /* what is decided about it */
	GArray *today;   /* of int64_t: ids of messages that came since the last sitting */
} Maker;

typedef struct Slot {
	int64_t at;
	int maker;
} Slot;

typedef struct Fill {
	Store *store;
	GRand *rand;
	int count;
	GArray *makers; /* of Maker */
	GArray *slots;  /* of Slot, by time: whose the messages are */
	Site site;
	GPtrArray *few; /* of Maker: small ones decided at the end of the sitting */
	int sittings;
	int operations;
} Fill;

/* ---- campaigns ---- */

/* A Pareto distribution of mean 12: nine in ten are below twelve. */
static int
draw_size(GRand *rand, int most)
{
	double size = pow(MAX(g_rand_double(rand), 1e-9), -1 / 0.95);

	return (int)CLAMP(size, 1, most);
}

static ThemeKind
draw_kind(GRand *rand)
{
	double share = g_rand_double(rand);

	if (share < 0.5)
		return THEME_SHOP;
	if (share < 0.68)
		return THEME_CUSTOMER;
	return share < 0.93 ? THEME_LURE : THEME_LONER;
}

static Maker
draw_maker(Fill *fill, int number, int left)
{
	int64_t latest;
	Maker maker = {
		.theme = { .number = number, .kind = draw_kind(fill->rand) },
		.decided = g_rand_double(fill->rand) < 0.55,
		.today = g_array_new(false, false, sizeof(int64_t)),
	};

	maker.size = MIN(draw_size(fill->rand, CLAMP(fill->count / 50, 5, 6000)), left);
	if (maker.theme.kind == THEME_LONER)
		maker.size = 1;
	maker.as = maker.theme.kind == THEME_LURE ? DECISION_BLOCK : DECISION_RELEASE;
	maker.seconds = (int64_t)(3600 * 24 * (1 + sqrt(maker.size)) * g_rand_double(fill->rand));
	latest = MAX(SPAN - maker.seconds, 1);
	maker.begin = NOW - SPAN + (int64_t)((double)latest * g_rand_double(fill->rand));
	maker.seconds = MIN(maker.seconds, SPAN - 1);
	return maker;
}

static int
compare_slots(gconstpointer a, gconstpointer b)
{
	const Slot *first = a;
	const Slot *second = b;

	if (first->at != second->at)
		return first->at < second->at ? -1 : 1;
	return first->maker - second->maker;
}

static void
draw_all(Fill *fill)
{
	for (int left = fill->count; left > 0;) {
		Maker maker = draw_maker(fill, (int)fill->makers->len, left);

		for (int i = 0; i < maker.size; i++) {
			Slot slot = {
				.maker = maker.theme.number,
				.at = maker.begin +
					(int64_t)((double)maker.seconds *
						g_rand_double(fill->rand)),
			};

			g_array_append_val(fill->slots, slot);
		}
		left -= maker.size;
		g_array_append_val(fill->makers, maker);
	}
	g_array_sort(fill->slots, compare_slots);
}

static bool
put(StoreBatch *batch, const Fill *fill, int number, GError **error)
{
	const Slot *slot = &g_array_index(fill->slots, Slot, number);
	Maker *maker = &g_array_index(fill->makers, Maker, slot->maker);
	g_autoptr(Message) message =
		make_message(&maker->theme, slot->at, number, fill->rand, &fill->site);
	g_autofree char *raw = raw_of(message);
	g_autofree char *source = g_strdup_printf("maildir:/q/cur/%08d", number);
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	g_autoptr(GBytes) body = message_pack_body(message);
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	int64_t id = number + 1;
	const Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.body = body,
		.source = source,
		.now = slot->at + 60,
		.transport = "maildir",
		.hold = 30,
		.basis = "fill",
	};

	digest_sha256(raw, strlen(raw), digest);
	g_array_append_val(maker->today, id);
	return store_batch_add(batch, &arrival, &outcome, error);
}

/* ---- what an analyst does at the end of a day ---- */

static const char *
someone(const Fill *fill)
{
	static const char *const names[] = { "alice", "bob", "carol" };

	return names[(unsigned)fill->operations % G_N_ELEMENTS(names)];
}

static bool
decide(Fill *fill, DecisionKind kind, const GArray *targets, int64_t now, GError **error)
{
	static const char *const reasons[] = { NULL, "known sender", "phishing", NULL };
	const OperationRequest request = {
		.kind = kind,
		.targets = (GArray *)targets,
		.actor = someone(fill),
		.reason = reasons[(unsigned)fill->operations % G_N_ELEMENTS(reasons)],
		.transport = "maildir",
		.hold = 30,
		.now = now,
	};
	int64_t operation = store_decide(fill->store, &request, error);

	fill->operations++;
	if (operation == 0 || fill->operations % 97 != 0)
		return operation != 0;
	return store_undo(fill->store, operation, request.actor, now + 5, error) != 0;
}

static bool
is_held(Store *store, int64_t id, bool *held, GError **error)
{
	g_autoptr(MessageRow) row = store_row(store, id, error);

	*held = row && row->state == STATE_HELD;
	return row != NULL;
}

/* Of what a rule has not decided. */
static bool
add_targets(Fill *fill, const Maker *maker, GArray *targets, GError **error)
{
	for (guint i = 0; i < maker->today->len; i++) {
		Target target = { .message = g_array_index(maker->today, int64_t, i),
			.version = -1 };
		bool held;

		if (!is_held(fill->store, target.message, &held, error))
			return false;
		if (held)
			g_array_append_val(targets, target);
	}
	return true;
}

static bool
decide_about(Fill *fill, const Maker *maker, int64_t now, GError **error)
{
	g_autoptr(GArray) targets = g_array_new(false, false, sizeof(Target));

	return add_targets(fill, maker, targets, error) &&
		(targets->len == 0 || decide(fill, maker->as, targets, now, error));
}

static bool
decide_few(Fill *fill, DecisionKind kind, int64_t now, GError **error)
{
	g_autoptr(GArray) targets = g_array_new(false, false, sizeof(Target));

	for (guint i = 0; i < fill->few->len; i++) {
		const Maker *maker = g_ptr_array_index(fill->few, i);

		if (maker->as != kind)
			continue;
		if (!add_targets(fill, maker, targets, error))
			return false;
		if (targets->len < TOGETHER && i + 1 < fill->few->len)
			continue;
		if (targets->len > 0 && !decide(fill, kind, targets, now, error))
			return false;
		g_array_set_size(targets, 0);
	}
	return targets->len == 0 || decide(fill, kind, targets, now, error);
}

/* A rule on what came today, of a campaign that is decided. */
static bool
make_rule(Fill *fill, const Maker *maker, int64_t now, GError **error)
{
	int64_t id = g_array_index(maker->today, int64_t, 0);
	RuleKind kind = maker->as == DECISION_RELEASE ? RULE_ALLOW : RULE_DENY;
	g_autoptr(MessageRow) row = store_row(fill->store, id, error);
	g_autoptr(GError) refused = NULL;
	g_autoptr(Rule) rule = row ? rule_of_message(kind, row, now, &refused) : NULL;

	if (!rule)
		return row != NULL;
	rule->owner = g_strdup(someone(fill));
	rule->reason = g_strdup("seen before");
	rule->created = now;
	if (kind == RULE_ALLOW)
		rule->expires = now + 90 * 24 * 3600;
	if (store_add_rule(fill->store, rule, &fill->site, &refused) != 0 ||
		g_error_matches(refused, STORE_ERROR, STORE_ERROR_REFUSED))
		return true;
	g_propagate_error(error, g_steal_pointer(&refused));
	return false;
}

static bool
deliver(Store *store, int64_t now, GError **error)
{
	const LeaseRequest request = { .now = now, .seconds = 60, .deliverer = "fill" };
	g_autoptr(GError) problem = NULL;

	for (int i = 0;; i++) {
		g_autoptr(Delivery) delivery = store_lease(store, &request, &problem);
		const Settlement settlement = {
			.outcome = i % 50 == 49 ? OUTCOME_FAILED : OUTCOME_SENT,
			.reply = i % 50 == 49 ? "550 5.1.1 no such user" : "250 2.0.0 Ok: queued",
			.now = now + 2,
		};

		if (!delivery)
			break;
		if (!store_settle(store, delivery, &settlement, &problem))
			break;
	}
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return !problem;
}

static bool
sit_down(Fill *fill, int64_t now, bool last, GError **error)
{
	bool ruled = false;

	if (!store_part_campaigns(fill->store, error))
		return false;
	fill->sittings++;
	g_ptr_array_set_size(fill->few, 0);
	for (guint i = 0; i < fill->makers->len; i++) {
		Maker *maker = &g_array_index(fill->makers, Maker, i);

		if (maker->today->len == 0 || !maker->decided)
			continue;
		if (!ruled && maker->today->len > SMALL && fill->sittings % 2 == 0) {
			ruled = true;
			if (!make_rule(fill, maker, now, error))
				return false;
		}
		if (maker->today->len <= SMALL)
			g_ptr_array_add(fill->few, maker);
		else if (!decide_about(fill, maker, now, error))
			return false;
	}
	for (int kind = 0; kind < DECISIONS; kind++) {
		if (!decide_few(fill, (DecisionKind)kind, now, error))
			return false;
	}
	for (guint i = 0; i < fill->makers->len; i++)
		g_array_set_size(g_array_index(fill->makers, Maker, i).today, 0);
	return last || deliver(fill->store, now + 60, error);
}

/* The last day is decided but not delivered: its outbox waits. */
static bool
run(Fill *fill, GError **error)
{
	int day = MIN(DAY, MAX(fill->count / 4, 1));

	for (int done = 0; done < fill->count;) {
		g_autoptr(StoreBatch) batch = store_batch_begin(fill->store, error);
		int end = MIN(MIN(done + BATCH, fill->count), (done / day + 1) * day);

		if (!batch)
			return false;
		for (; done < end; done++) {
			if (!put(batch, fill, done, error))
				return false;
		}
		if (!store_batch_commit(batch, error))
			return false;
		g_clear_pointer(&batch, store_batch_end);
		if (done % day == 0 &&
			!sit_down(fill, g_array_index(fill->slots, Slot, done - 1).at + 600,
				done + day > fill->count, error))
			return false;
	}
	return true;
}

static void
fill_init(Fill *fill, guint32 seed)
{
	fill->rand = g_rand_new_with_seed(seed);
	fill->makers = g_array_new(false, false, sizeof(Maker));
	fill->slots = g_array_new(false, false, sizeof(Slot));
	fill->few = g_ptr_array_new();
}

static void
fill_clear(Fill *fill)
{
	for (guint i = 0; i < fill->makers->len; i++)
		g_array_unref(g_array_index(fill->makers, Maker, i).today);
	g_array_unref(fill->makers);
	g_array_unref(fill->slots);
	g_ptr_array_unref(fill->few);
	g_rand_free(fill->rand);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fill, fill_clear)

static bool
fill_store(const char *path, int count, guint32 seed, GError **error)
{
	g_autoptr(Store) store = store_open(path, STORE_CREATE, error);
	g_autoptr(Weights) weights = weights_shipped();
	g_autoptr(Brands) brands = brands_shipped();
	g_auto(Fill) fill = {
		.store = store,
		.count = count,
		.site = { .brands = brands, .weights = weights },
	};

	fill_init(&fill, seed);
	/* Nobody reads it before it is whole. */
	if (!store || !db_exec(store, "PRAGMA synchronous = OFF", error))
		return false;
	store_judge_by(store, weights, true);
	draw_all(&fill);
	return run(&fill, error);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc < 3 || atoi(argv[2]) <= 0) {
		fprintf(stderr, "usage: fill STORE N [SEED]\n");
		return 64;
	}
	if (g_file_test(argv[1], G_FILE_TEST_EXISTS)) {
		fprintf(stderr, "fill: %s is there already\n", argv[1]);
		return 73;
	}
	if (!fill_store(argv[1], atoi(argv[2]), argc > 3 ? (guint32)atoi(argv[3]) : 1, &error)) {
		fprintf(stderr, "fill: %s\n", error->message);
		return 74;
	}
	return 0;
}
