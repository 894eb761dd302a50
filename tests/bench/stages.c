/* stages - clocks around the stages of an import
 *
 *   STAGES=FILE staged import ...      -> FILE: a line for each stage of each kind of process
 *
 * staged is lazaret itself, the same objects, linked with --wrap for what stands below under
 * TIMED (Makefile): only calls from one object to another go through it.  So lazaret has no
 * clock for this and mail/ stays without any, and what is measured is what an import calls.
 * perf can't say it: half of the time is in libc and GLib, which have no frame pointers.
 *
 * A stage's time is its own: while another one runs in it, its clock stands.  The boxes, which
 * can write nowhere, count into memory that they share with the importer.  Times are the
 * processor's, and by the wall's clock: what differs was waited for, or somebody else ran. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "importer/box.h"
#include "importer/box_private.h"
#include "importer/shift.h"
#include "importer/source.h"
#include "mail/decode.h"
#include "mail/detect.h"
#include "mail/digest.h"
#include "mail/edge.h"
#include "mail/filetype.h"
#include "mail/html.h"
#include "mail/inside.h"
#include "mail/link_set.h"
#include "mail/pack.h"
#include "mail/part.h"
#include "mail/text.h"
#include "mail/tree.h"
#include "store/apply.h"
#include "store/bale.h"
#include "store/bulk.h"
#include "store/campaign_rows.h"
#include "store/db.h"
#include "store/history_rows.h"
#include "store/lookup.h"
#include "store/message_rows.h"
#include "store/raw.h"
#include "store/traffic.h"
#include "store/words.h"

typedef enum {
	IMPORTER,
	BOX,
	PROCESSES
} Process;

typedef enum {
	REST, /* in none of the others */
	READ,
	PARSE,
	HEADER,
	DKIM,
	DECODE,
	HTML,
	LINKS,
	MAGIC,
	INSIDE,
	TEXTS,
	HASH,
	FINDINGS,
	EDGES,
	PACK,
	COMPRESS,
	BALES,
	FREE,
	KNOWN,
	START,
	EXCHANGE,
	UNPACK,
	ROWS,
	CAMPAIGNS,
	HISTORY,
	RULES,
	WORDS,
	MERGE,
	COMMIT,
	SECURE,
	WAIT,
	IDLE,
	STAGES,
} Stage;

/* Where a stage is expected, it must be: what is never called was renamed or moved. */
typedef struct StageRow {
	Process process;
	Stage stage;
	const char *name;
} StageRow;

// clang-format off
static const StageRow rows[] = {
	{ IMPORTER, READ,      "read a file" },
	{ IMPORTER, HASH,      "hash (SHA-256)" },
	{ IMPORTER, KNOWN,     "is it known?" },
	{ IMPORTER, START,     "start boxes" },
	{ IMPORTER, EXCHANGE,  "give and take" },
	{ IMPORTER, UNPACK,    "unpack" },
	{ IMPORTER, COMPRESS,  "compress, write mails" },
	{ IMPORTER, ROWS,      "write rows" },
	{ IMPORTER, WORDS,     "write words" },
	{ IMPORTER, CAMPAIGNS, "campaigns" },
	{ IMPORTER, HISTORY,   "history" },
	{ IMPORTER, RULES,     "rules" },
	{ IMPORTER, MERGE,     "merge tiers" },
	{ IMPORTER, COMMIT,    "commit" },
	{ IMPORTER, SECURE,    "wait for the disk" },
	{ IMPORTER, BALES,     "compress bales, beside" },
	{ IMPORTER, FREE,      "free" },
	{ IMPORTER, WAIT,      "wait for boxes" },
	{ IMPORTER, IDLE,      "wait for boxes, beside" },
	{ IMPORTER, REST,      "the rest" },
	{ BOX, HEADER,         "header" },
	{ BOX, DKIM,           "signatures (DKIM)" },
	{ BOX, PARSE,          "parse" },
	{ BOX, DECODE,         "decode, charset" },
	{ BOX, HTML,           "html" },
	{ BOX, LINKS,          "links" },
	{ BOX, TEXTS,          "texts" },
	{ BOX, HASH,           "hash (SHA-256)" },
	{ BOX, MAGIC,          "magic" },
	{ BOX, INSIDE,         "inside attachments" },
	{ BOX, FINDINGS,       "findings" },
	{ BOX, EDGES,          "edges of campaigns" },
	{ BOX, PACK,           "pack" },
	{ BOX, FREE,           "free" },
	{ BOX, REST,           "read, answer, rest" },
};
// clang-format on

typedef struct Count {
	int64_t calls, processor, wall; /* nanoseconds */
} Count;

typedef struct Shared {
	pid_t importer;
	Count counts[PROCESSES][STAGES];
} Shared;

/* Wrappers are given nothing of ours: what they need stands here. */
static Shared *shared;
static _Thread_local struct Here {
	Process process;
	Stage stage;
	int64_t processor, wall;
} here;

static int64_t
nanoseconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void
add(int64_t *sum, int64_t value)
{
	__atomic_fetch_add(sum, value, __ATOMIC_RELAXED);
}

/* What went by since we last looked is @here.stage's. */
static void
charge(void)
{
	int64_t processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
	int64_t wall = nanoseconds(CLOCK_MONOTONIC);
	Count *count = &shared->counts[here.process][here.stage];

	if (here.wall == 0) /* a thread that begins with this stage */
		here.wall = wall;
	add(&count->processor, processor - here.processor);
	add(&count->wall, wall - here.wall);
	here.processor = processor;
	here.wall = wall;
}

static Stage
enter(Stage stage)
{
	Stage outer = here.stage;

	if (!shared)
		return outer;
	charge();
	here.stage = stage;
	add(&shared->counts[here.process][stage].calls, 1);
	return outer;
}

static void
leave(Stage outer)
{
	if (!shared)
		return;
	charge();
	here.stage = outer;
}

/* ---- what is timed ---- */

#define TIMED(stage, type, name, parameters, arguments) \
	__typeof__(name) __real_##name, __wrap_##name;  \
	type __wrap_##name parameters                   \
	{                                               \
		Stage outer = enter(stage);             \
		type result = __real_##name arguments;  \
                                                        \
		leave(outer);                           \
		return result;                          \
	}

#define TIMED_VOID(stage, type, name, parameters, arguments) \
	__typeof__(name) __real_##name, __wrap_##name;       \
	type __wrap_##name parameters                        \
	{                                                    \
		Stage outer = enter(stage);                  \
                                                             \
		__real_##name arguments;                     \
		leave(outer);                                \
	}

// clang-format off
TIMED(READ, SourceNext, source_next, (Source *s, SourceItem *i, GError **e), (s, i, e))
TIMED_VOID(HASH, void, digest_sha256, (const void *b, size_t n, uint8_t d[DIGEST_SIZE]), (b, n, d))
TIMED(KNOWN, bool, store_knows, (Store *s, const uint8_t *h, const Envelope *v, bool *k, GError **e), (s, h, v, k, e))
TIMED(START, Nursery *, nursery_start, (const Site *s, const BoxLimits *l, GError **e), (s, l, e))
TIMED(START, Box *, box_start_in, (Nursery *n, GError **e), (n, e))
TIMED_VOID(EXCHANGE, void, box_give, (Box *b, BoxJob j, GBytes *r, const char *d), (b, j, r, d))
TIMED(EXCHANGE, BoxState, box_take, (Box *b, BoxReply *r, GError **e), (b, r, e))
TIMED(UNPACK, Message *, message_unpack, (GBytes *p), (p))
TIMED(ROWS, bool, store_batch_add, (StoreBatch *b, const Arrival *a, AddOutcome *o, GError **e), (b, a, o, e))
TIMED(WORDS, Words *, words_new, (int64_t i, const Message *m, const Envelope *v), (i, m, v))
TIMED(WORDS, bool, words_add, (Store *s, const Words *w, GError **e), (s, w, e))
TIMED(CAMPAIGNS, GArray *, campaign_find_edges, (Store *s, const Message *m, GError **e), (s, m, e))
TIMED(CAMPAIGNS, bool, campaign_enter, (Store *s, const Message *m, const GArray *f, CampaignEntry *c, GError **e), (s, m, f, c, e))
TIMED(CAMPAIGNS, bool, campaign_bind, (Store *s, int64_t i, const CampaignEntry *c, GError **e), (s, i, c, e))
TIMED(CAMPAIGNS, bool, campaign_rebuild_loose, (Store *s, GError **e), (s, e))
TIMED(CAMPAIGNS, bool, store_part_campaigns, (Store *s, GError **e), (s, e))
TIMED(HISTORY, bool, history_judge_addition, (Addition *a, const GArray *f, int64_t r, GError **e), (a, f, r, e))
TIMED(HISTORY, bool, history_enter, (Store *s, int64_t i, const GPtrArray *f, GError **e), (s, i, f, e))
TIMED(HISTORY, bool, history_settle, (Store *s, GError **e), (s, e))
TIMED(RULES, bool, rules_apply, (Store *s, int64_t m, const Arrival *a, GError **e), (s, m, a, e))
TIMED(MERGE, bool, lookup_merge, (Store *s, GError **e), (s, e))
TIMED(MERGE, bool, traffic_merge, (Store *s, GError **e), (s, e))
TIMED(SECURE, bool, bulk_secure, (Bulk *b, bool w, GError **e), (b, w, e))
TIMED(SECURE, bool, store_secure_read, (Store *s, GError **e), (s, e))
TIMED(COMMIT, bool, transaction_commit, (Transaction *t, GError **e), (t, e))
TIMED(WAIT, bool, shift_work, (Shift *s, int w, int t, int d, GError **e), (s, w, t, d, e))
TIMED(IDLE, int, poll, (struct pollfd *p, nfds_t n, int t), (p, n, t))
TIMED(HEADER, Message *, message_read, (const char *r, size_t n, const Site *s, MessageDepth d), (r, n, s, d))
TIMED_VOID(DKIM, void, dkim_read, (Message *m, const char *r, size_t n, const Site *s), (m, r, n, s))
TIMED_VOID(PARSE, void, tree_read, (Message *m, const char *r, size_t n), (m, r, n))
TIMED(DECODE, Decoded *, decode_body, (const char *b, size_t n, const char *c), (b, n, c))
TIMED(DECODE, char *, text_from_charset, (const char *b, size_t n, const char *c, bool *k), (b, n, c, k))
TIMED_VOID(TEXTS, void, part_read_all, (Message *m, const Site *s), (m, s))
TIMED(HTML, Html *, html_draw, (const char *b, size_t n, int f), (b, n, f))
TIMED(LINKS, const Link *, link_set_append, (LinkSet *l, const char *t, const char *u, uint32_t f, const char *w), (l, t, u, f, w))
TIMED_VOID(LINKS, void, link_set_scan, (LinkSet *l, const char *t, uint32_t f, const char *w), (l, t, f, w))
TIMED(MAGIC, char *, filetype_detect, (const void *b, size_t n), (b, n))
TIMED_VOID(INSIDE, void, inside_read, (Inside *i, Attachment *a, const Part *p), (i, a, p))
TIMED_VOID(FINDINGS, void, message_judge, (Message *m, const Site *s), (m, s))
TIMED_VOID(EDGES, void, message_find_edges, (Message *m, const Site *s), (m, s))
TIMED(PACK, GBytes *, message_pack, (const Message *m), (m))
TIMED(COMPRESS, BalePlace, baler_put, (Baler *l, const void *b, size_t n), (l, b, n))
TIMED(COMPRESS, bool, baler_flush, (Baler *l, GError **e), (l, e))
TIMED(COMPRESS, bool, baler_finish, (Baler *l, GError **e), (l, e))
TIMED(BALES, size_t, ZSTD_compress2, (ZSTD_CCtx *c, void *t, size_t m, const void *b, size_t n), (c, t, m, b, n))
TIMED(COMPRESS, GBytes *, raw_compress, (const void *b, size_t n), (b, n))
TIMED(COMPRESS, GBytes *, body_compress, (GBytes *b, const void *r, size_t n), (b, r, n))
TIMED_VOID(FREE, void, message_free, (Message *m), (m))
// clang-format on

/* A box's clock begins with it. */
__typeof__(box_serve) __real_box_serve, __wrap_box_serve;
void
__wrap_box_serve(int socket, BoxWorker worker, const Site *site, const BoxLimits *limits)
{
	here = (struct Here){
		.process = BOX,
		.processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID),
		.wall = nanoseconds(CLOCK_MONOTONIC),
	};
	__real_box_serve(socket, worker, site, limits);
}

/* A box gives up what memory it shares: ours it keeps, here alone. */
__typeof__(munmap) __real_munmap, __wrap_munmap;
int
__wrap_munmap(void *address, size_t length)
{
	return address == shared ? 0 : __real_munmap(address, length);
}

/* ---- begin and end ---- */

__attribute__((constructor)) static void
begin(void)
{
	void *memory;

	if (!getenv("STAGES"))
		return;
	memory = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return;
	here.wall = nanoseconds(CLOCK_MONOTONIC);
	shared = memory;
	shared->importer = getpid();
}

static void
print(FILE *file, const StageRow *row, double messages)
{
	static const char *const names[] = { "importer", "boxes" };
	const Count *count = &shared->counts[row->process][row->stage];

	fprintf(file, "%s\t%s\t%.2f\t%.2f\t%.2f\n", names[row->process], row->name,
		(double)count->calls / messages, (double)count->processor / messages / 1e3,
		(double)count->wall / messages / 1e3);
}

/* Microseconds a message. */
__attribute__((destructor)) static void
end(void)
{
	FILE *file;
	double messages;

	if (!shared || shared->importer != getpid())
		return;
	charge();
	messages = (double)shared->counts[IMPORTER][ROWS].calls;
	file = fopen(getenv("STAGES"), "w");
	if (!file)
		return;
	for (size_t i = 0; messages > 0 && i < G_N_ELEMENTS(rows); i++)
		print(file, &rows[i], messages);
	fclose(file);
}
