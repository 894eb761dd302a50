#include "importer/file.h"
#include "importer/source.h"

#include <unistd.h>

static const char place[] = "standard input";

typedef struct Input {
	bool taken;
	int interrupt;
} Input;

static void *
input_open(G_GNUC_UNUSED const SourceOpening *opening, G_GNUC_UNUSED GError **error)
{
	return g_new0(Input, 1);
}

static SourceNext
input_next(void *state, SourceItem *item, GError **error)
{
	Input *input = state;

	if (input->taken)
		return SOURCE_END;
	input->taken = true;
	item->raw = file_read_pipe(STDIN_FILENO, input->interrupt, place, error);
	if (!item->raw)
		return SOURCE_FAILED;
	item->sender = source_from_line_sender(item->raw);
	item->origin = g_strdup("stdin");
	return SOURCE_ITEM;
}

static void
input_heed(void *state, int interrupt)
{
	Input *input = state;

	input->interrupt = interrupt;
}

static int64_t
input_total(G_GNUC_UNUSED void *state)
{
	return 1;
}

extern const SourceKind source_stdin;
const SourceKind source_stdin = {
	.name = "-",
	.summary = "one message on standard input",
	.open = input_open,
	.next = input_next,
	.heed = input_heed,
	.total = input_total,
	.close = g_free,
};
