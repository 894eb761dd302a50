#include "importer/crew.h"

#include <string.h>

#include "mail/detect.h"
#include "mail/pack.h"
#include "store/message.h"

enum {
	/* What a box needs to go on while we are busy; then another box is worth its start. */
	BUSY = 2,
	MAX_BOXES = 64,
};

typedef struct Lane {
	Box *box;        /* NULL until there is work for it */
	GQueue *parcels; /* in the box, the oldest first */
} Lane;

struct Crew {
	BoxWorker worker;
	const Site *site;
	const BoxLimits *limits;
	Nursery *nursery; /* or NULL */
	CrewKeeps keeps;  /* or NULL */
	const void *keeps_data;
	Resolver *resolver; /* or NULL */
	Scanner *scanner;   /* or NULL */
	GQueue *waiting;    /* of Parcel, the oldest first */
	int64_t done;       /* parcels, ever */
	Lane *lanes;
	size_t count;
	struct pollfd *polls; /* one a lane, and one for what the source waits for */
};

Parcel *
parcel_new(SourceItem *item)
{
	Parcel *parcel = g_new0(Parcel, 1);
	size_t size;
	const void *bytes = g_bytes_get_data(item->raw, &size);

	parcel->size = (int64_t)size;
	if (item->hashed)
		memcpy(parcel->sha256, item->sha256, DIGEST_SIZE);
	else
		digest_sha256(bytes, size, parcel->sha256);
	parcel->item = *item;
	*item = (SourceItem){ 0 };
	return parcel;
}

void
parcel_free(Parcel *parcel)
{
	if (!parcel)
		return;
	source_item_clear(&parcel->item);
	box_reply_clear(&parcel->reply);
	if (parcel->links)
		g_bytes_unref(parcel->links);
	g_free(parcel->reason);
	g_free(parcel->keys);
	g_free(parcel);
}

void
parcel_done(Parcel *parcel)
{
	if (parcel->known)
		g_clear_pointer(&parcel->item.raw, g_bytes_unref);
	g_atomic_int_set(&parcel->done, true);
}

bool
parcel_is_done(const Parcel *parcel)
{
	return g_atomic_int_get(&parcel->done);
}

/* Not even its header can be read: its bytes are kept all the same, and it is listed. */
static void
parcel_give_up(Parcel *parcel, const Site *site)
{
	Message *message = message_new();

	g_free(message->subject);
	message->subject = g_strdup("(could not be parsed)");
	box_add_defects(message, parcel->job, parcel->reason);
	message_judge(message, site);
	parcel->unread = true;
	parcel->reply.message = message;
}

Crew *
crew_new(BoxWorker worker, const Site *site, const BoxLimits *limits, int boxes)
{
	Crew *crew = g_new0(Crew, 1);
	int most = boxes > 0 ? boxes : (int)g_get_num_processors();

	crew->worker = worker;
	crew->site = site;
	crew->limits = limits;
	crew->waiting = g_queue_new();
	crew->count = (size_t)MIN(most, MAX_BOXES);
	crew->lanes = g_new0(Lane, crew->count);
	crew->polls = g_new0(struct pollfd, crew->count + 1);
	for (size_t i = 0; i < crew->count; i++)
		crew->lanes[i].parcels = g_queue_new();
	return crew;
}

void
crew_free(Crew *crew)
{
	if (!crew)
		return;
	for (size_t i = 0; i < crew->count; i++) {
		box_free(crew->lanes[i].box);
		g_queue_free(crew->lanes[i].parcels);
	}
	g_queue_free(crew->waiting);
	g_free(crew->lanes);
	g_free(crew->polls);
	g_free(crew);
}

void
crew_settle(Crew *crew, Nursery *nursery)
{
	crew->nursery = nursery;
}

void
crew_keep(Crew *crew, CrewKeeps keeps, const void *data)
{
	crew->keeps = keeps;
	crew->keeps_data = data;
}

void
crew_resolve(Crew *crew, Resolver *resolver)
{
	crew->resolver = resolver;
}

void
crew_scan(Crew *crew, Scanner *scanner)
{
	crew->scanner = scanner;
}

void
crew_add(Crew *crew, Parcel *parcel)
{
	g_queue_push_tail(crew->waiting, parcel);
}

int64_t
crew_done(const Crew *crew)
{
	return crew->done;
}

/* ---- handing out ---- */

/* The lane with the least to do; an idle one only when the others are busy. */
static Lane *
pick_lane(const Crew *crew)
{
	Lane *best = NULL;
	Lane *idle = NULL;

	for (size_t i = 0; i < crew->count; i++) {
		Lane *lane = &crew->lanes[i];

		if (!lane->box)
			idle = lane;
		else if (box_has_room(lane->box) &&
			(!best || box_pending(lane->box) < box_pending(best->box)))
			best = lane;
	}
	return best && (box_pending(best->box) < BUSY || !idle) ? best : idle;
}

bool
crew_must_fork(const Crew *crew)
{
	const Lane *lane = crew->waiting->length > 0 && !crew->nursery ? pick_lane(crew) : NULL;

	return lane && !lane->box;
}

/* The oldest that waits, to a lane whose box has room. */
static void
give(Crew *crew, Lane *lane)
{
	Parcel *parcel = g_queue_pop_head(crew->waiting);

	box_give(lane->box, parcel->job, parcel->item.raw,
		parcel->reason ? parcel->reason : parcel->keys);
	g_queue_push_tail(lane->parcels, parcel);
}

static Box *
start_box(const Crew *crew, GError **error)
{
	if (crew->nursery)
		return box_start_in(crew->nursery, error);
	return box_start_worker(crew->worker, crew->site, crew->limits, error);
}

static bool
hand_out(Crew *crew, GError **error)
{
	Lane *lane;

	while (crew->waiting->length > 0 && (lane = pick_lane(crew))) {
		if (!lane->box)
			lane->box = start_box(crew, error);
		if (!lane->box)
			return false;
		give(crew, lane);
	}
	return true;
}

/* ---- taking back ---- */

static void
finish(Crew *crew, Parcel *parcel)
{
	parcel_done(parcel);
	crew->done++;
}

static bool
is_kept(const Crew *crew, const Message *message)
{
	return !crew->keeps || crew->keeps(message, crew->keeps_data);
}

/* The oldest parcel broke the box; the others go back to where they came from. */
static void
clear_wreck(Crew *crew, Lane *lane, const GError *failure)
{
	Parcel *guilty = g_queue_pop_head(lane->parcels);
	Parcel *other;

	while ((other = g_queue_pop_tail(lane->parcels)))
		g_queue_push_head(crew->waiting, other);
	g_clear_pointer(&lane->box, box_free);
	if (!guilty)
		return;
	if (guilty->reason) {
		parcel_give_up(guilty, crew->site);
		finish(crew, guilty);
	} else {
		guilty->reason = g_strdup(failure->message);
		guilty->job = box_job_after(failure);
		g_queue_push_head(crew->waiting, guilty);
	}
}

/* Back into a box, when keys are found that it was read without. */
static bool
read_again(Crew *crew, Parcel *parcel)
{
	if (!crew->resolver || parcel->reason || parcel->keys ||
		!is_kept(crew, parcel->reply.message))
		return false;
	parcel->keys = resolver_find_keys(crew->resolver, parcel->reply.message);
	if (!parcel->keys)
		return false;
	box_reply_clear(&parcel->reply);
	g_queue_push_head(crew->waiting, parcel);
	return true;
}

static void
take_replies(Crew *crew, Lane *lane)
{
	for (;;) {
		g_autoptr(GError) failure = NULL;
		g_auto(BoxReply) reply = { 0 };
		BoxState state = box_take(lane->box, &reply, &failure);
		Parcel *parcel;

		if (state == BOX_BROKEN) {
			clear_wreck(crew, lane, failure);
			return;
		}
		if (state == BOX_WAIT)
			break;
		parcel = g_queue_pop_head(lane->parcels);
		parcel->reply = reply;
		reply = (BoxReply){ 0 };
		if (read_again(crew, parcel))
			continue;
		if (crew->scanner)
			scanner_look(
				crew->scanner, parcel->item.raw, parcel->reply.message, crew->site);
		if (is_kept(crew, parcel->reply.message))
			parcel->links = message_pack_links(parcel->reply.message);
		finish(crew, parcel);
	}
	if (box_is_spent(lane->box) && box_pending(lane->box) == 0)
		g_clear_pointer(&lane->box, box_free);
}

/* Milliseconds to wait: not past the moment a box overruns. */
static int
patience(const Crew *crew, int milliseconds)
{
	int64_t now = g_get_monotonic_time();
	int64_t wait = milliseconds;

	for (size_t i = 0; i < crew->count; i++) {
		const Box *box = crew->lanes[i].box;

		if (box && box_deadline(box) != INT64_MAX)
			wait = MIN(wait, (box_deadline(box) - now) / 1000 + 1);
	}
	return (int)MAX(wait, 0);
}

/* Waits for replies, or for @descriptor, and takes them. */
static void
collect(Crew *crew, int milliseconds, int descriptor)
{
	static const struct pollfd nobody = { .fd = -1 };

	for (size_t i = 0; i < crew->count; i++)
		crew->polls[i] = crew->lanes[i].box ? box_poll(crew->lanes[i].box) : nobody;
	crew->polls[crew->count] = (struct pollfd){ .fd = descriptor, .events = POLLIN };
	/* Interrupted or not, what is there is taken. */
	(void)poll(crew->polls, crew->count + 1, patience(crew, milliseconds));
	for (size_t i = 0; i < crew->count; i++) {
		Lane *lane = &crew->lanes[i];

		if (lane->box &&
			(crew->polls[i].revents ||
				g_get_monotonic_time() > box_deadline(lane->box)))
			take_replies(crew, lane);
	}
}

bool
crew_work(Crew *crew, int milliseconds, int descriptor, GError **error)
{
	if (!hand_out(crew, error))
		return false;
	collect(crew, milliseconds, descriptor);
	return hand_out(crew, error);
}

void
crew_tend(Crew *crew)
{
	collect(crew, 0, -1);
	/* What fails is tried again, and told, by crew_work(). */
	if (crew->nursery && !hand_out(crew, NULL))
		return;
	for (size_t i = 0; i < crew->count; i++) {
		Lane *lane = &crew->lanes[i];

		while (crew->waiting->length > 0 && lane->box && box_has_room(lane->box))
			give(crew, lane);
	}
}
