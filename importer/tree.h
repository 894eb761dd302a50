/* tree.h - sources that are one file or a tree of files: what their kinds have in common */
#ifndef IMPORTER_TREE_H
#define IMPORTER_TREE_H

#include "importer/form.h"

enum {
	TREE_TAKES = TAKES_MOVE | TAKES_PASSWORD
};

/* With @form the files have to be in it.  Without, each file of a tree is taken for what it
 * is: a message, in one of the forms, a mailbox or an archive of several; and the one file
 * that is no tree is a message as it stands. */
void *tree_open(const SourceOpening *opening, const Form *form, GError **error);

SourceNext tree_next(void *state, SourceItem *item, GError **error);
bool tree_settle(void *state, const Settled *settled, size_t count, GError **error);
void tree_heed(void *state, int interrupt); /* only files of several messages ever wait */
int64_t tree_total(void *state);
void tree_close(void *state);

#endif
