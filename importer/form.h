/* form.h - what a quarantine makes of a message that it keeps in a file of its own
 *
 * To add one: write it beside its kind of source in importer/source_NAME.c, and add its row
 * in importer/form.c: then a tree of mixed files knows it too.
 */
#ifndef IMPORTER_FORM_H
#define IMPORTER_FORM_H

#include "importer/source.h"

typedef struct Form {
	const char *name; /* of its kind of source as well: stands in origins */
	/* Is the file at @path of it?  From all of it or, when it is long, how it begins. */
	bool (*detect)(const char *path, const char *bytes, size_t length);
	/* Makes of @item->raw, which is the whole file, the message that was put away, and fills
	 * in what the file says of its envelope.  False: it can't be taken, *error says why. */
	bool (*open)(const char *path, SourceItem *item, GError **error);
} Form;

/* The form of that file; NULL: none, it is the message as it stands. */
const Form *form_of(const char *path, const char *bytes, size_t length);

/* Keeps of @item->raw what stands from @offset on. */
void form_keep_from(SourceItem *item, size_t offset);

/* Length of the header field that @bytes begin with, its folds and line end with it; 0 where
 * none stands.  *name is the length of its name, *value is unfolded, and yours. */
size_t form_field(const char *bytes, size_t length, size_t *name, char **value);

/* Adds to the recipients of @envelope the addresses in @value, a list as "<a@b>,\n <c@d>" or
 * "a@b, c@d", a quoted local part with commas and all, each once.  What is no address is left
 * out. */
void form_add_recipients(Envelope *envelope, const char *value);

/* The address in @value, "" for "<>", NULL where there is none.  Yours. */
char *form_address(const char *value);

#endif
