#include "importer/sniff.h"
#include "importer/source.h"
#include "importer/tree.h"

static bool
eml_detect(const SourceProbe *probe)
{
	return probe->folder || sniff_message_name(probe->path) ||
		sniff_message(probe->head, probe->length);
}

static void *
eml_open(const SourceOpening *opening, GError **error)
{
	return tree_open(opening, NULL, error);
}

extern const SourceKind source_eml;
const SourceKind source_eml = {
	.name = "eml",
	.summary = "a message in a file, plain or .gz; or a folder tree of files of any kind",
	.takes = TREE_TAKES,
	.news = NEWS_OF_TREE,
	.detect = eml_detect,
	.open = eml_open,
	.next = tree_next,
	.settle = tree_settle,
	.heed = tree_heed,
	.total = tree_total,
	.close = tree_close,
};
